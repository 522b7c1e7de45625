"""Dates in every print that portals use, to the precision that is shown and no further."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawler.normalization.dates import date_in_url, parse_published
from newscrawler.text.clock import CHINA

BASE = datetime(2019, 7, 12, 12, 0, tzinfo=CHINA)
MINUTE = "2019-07-10T09:30:00+08:00"


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2019-07-10", "2019-07-10"),
        ("日期:2019-07-10", "2019-07-10"),
        ("来源:三峡党建网  日期:2019-07-10   编辑:刘志勇", "2019-07-10"),
        ("(2019-7-1)", "2019-07-01"),
        ("2019/7/10", "2019-07-10"),
        ("2019.07.10", "2019-07-10"),
        ("2019年7月10号", "2019-07-10"),
        ("20190710", "2019-07-10"),
        ("20190710093015", "2019-07-10T09:30:15+08:00"),
        ("二〇一九年七月十日", "2019-07-10"),
        ("二○一八年十二月三十一日", "2018-12-31"),
        ("二零一九年六月二十日", "2019-06-20"),
        ("2019年07月10日 09:30", MINUTE),
        ("2019年07月10日09:30", MINUTE),
        ("2019年7月10日9时30分", MINUTE),
        ("2019-07-10 09:30 星期三", MINUTE),
        ("2019-07-10 星期三 09:30", MINUTE),
        ("2019年07月10日 上午9:30", MINUTE),
        ("２０１９－０７－１０　０９：３０", MINUTE),
        ("2019 07 / 10 09 : 30", MINUTE),
        ("2019/7/10 9:30:15", "2019-07-10T09:30:15+08:00"),
        ("2019-07-1009:30:15", "2019-07-10T09:30:15+08:00"),
        ("2019年7月10日 下午3:05", "2019-07-10T15:05:00+08:00"),
        ("2019-07-10 12:05 AM", "2019-07-10T00:05:00+08:00"),
        ("2019-05-10T01:30:00Z", "2019-05-10T09:30:00+08:00"),
        ("2019-05-10T20:30:00.123Z", "2019-05-11T04:30:00+08:00"),
        ("2019-05-10T01:30:00+0800", "2019-05-10T01:30:00+08:00"),
        ("2019-05-10T01:30:00-05:00", "2019-05-10T14:30:00+08:00"),
        ("2019-05-10 09:30-10:30", "2019-05-10T09:30:00+08:00"),
        ("1562722215", "2019-07-10T09:30:15+08:00"),
        ("1562722215000", "2019-07-10T09:30:15+08:00"),
        ("2019-07-10 25:61", "2019-07-10"),
        ("发布时间：2019-07-10 09:30 浏览次数：12", MINUTE),
        ("2019-07-10 09:30 更新 2019-07-11 08:00", MINUTE),
        ("July 10, 2019", "2019-07-10"),
        ("10 Jul 2019 09:30", MINUTE),
        ("Wed, 10 Jul 2019 01:30:00 GMT", "2019-07-10T09:30:00+08:00"),
        ("Wed Jul 10 09:30:00 CST 2019", "2019-07-10T09:30:00+08:00"),
        ("七月 10th, 2019", "2019-07-10"),
        ("July 10, 2019 09:30 GMT", "2019-07-10T17:30:00+08:00"),
        ("2019年07月10日 09时30分", MINUTE),
        ("2019年7月10日 9点30分", MINUTE),
        ("2019年7月10日 9时 30分 15秒", "2019-07-10T09:30:15+08:00"),
        ("2019-07-10 9:3:5", "2019-07-10T09:03:05+08:00"),
        ("2019-07-10 09-30-15", "2019-07-10T09:30:15+08:00"),
        ("2019-07-10 09∶30", MINUTE),
        ("2019—07—10 09：30", MINUTE),
        ("2019－07－10 09:30", MINUTE),
        ("2019年7月10日（星期三）09:30", MINUTE),
        ("2019年7月10日 【星期三】 09:30", MINUTE),
        ("2019年7月10日晚8：00", "2019-07-10T20:00:00+08:00"),
        ("2019年7月10日晚上8点", "2019-07-10T20:00:00+08:00"),
        ("2019年7月10日 晚7点半", "2019-07-10T19:30:00+08:00"),
        ("2019年7月10日中午12:30", "2019-07-10T12:30:00+08:00"),
        ("2019年7月10日中午1点", "2019-07-10T13:00:00+08:00"),
        ("2019-07-10 凌晨2:11", "2019-07-10T02:11:00+08:00"),
        ("2019-07-10 凌晨12:11", "2019-07-10T00:11:00+08:00"),
        ("2019-07-10 2:26:26 PM", "2019-07-10T14:26:26+08:00"),
        ("2019-07-10 2:26 p.m.", "2019-07-10T14:26:00+08:00"),
        ("2019-07-10 24:00", "2019-07-11T00:00:00+08:00"),
        ("2019年7月10日零点", "2019-07-10T00:00:00+08:00"),
        ("2019年7月10日零时五分", "2019-07-10T00:05:00+08:00"),
        ("二〇一九年七月十日上午九时三十分", MINUTE),
        ("2019年七月十日", "2019-07-10"),
        ("2019-07-10 HKT 09:30", MINUTE),
        ("北京时间：2019-07-10 09:30", MINUTE),
        ("2019-07-10T01:30:00.000+0000", MINUTE),
        ("2019-07-10 | 09:30", MINUTE),
        ("2019·07·10 09:30", MINUTE),
        ("09:30 2019-07-10", MINUTE),
        ("09:30:05　2019年7月10日", "2019-07-10T09:30:05+08:00"),
        ("2019-07-10 09:30 2019-07-11", MINUTE),
        ("08:00-09:30 2019-07-10", "2019-07-10"),
        ("2019年7月10日 星期三 农历己亥年六月初八", "2019-07-10"),
        ("2019年7月10日（农历己亥猪年六月初八）09:30", MINUTE),
        ("二〇一九年七月十日 己亥年六月初八", "2019-07-10"),
        ("民国108年7月10日 09:30", MINUTE),
        ("中華民國一百零八年七月十日", "2019-07-10"),
    ],
)
def test_dates_with_a_year(text: str, iso: str) -> None:
    published = parse_published(text, base=BASE)
    assert published is not None
    assert published.iso == iso
    assert published.date == iso[:10]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("07-10", "2019-07-10"),
        ("07-13", "2019-07-13"),  # one day ahead: their clock, not last year
        ("07-14", "2018-07-14"),
        ("12-31", "2018-12-31"),
        ("02-29", "2016-02-29"),
        ("7月10日", "2019-07-10"),
        ("07/10", "2019-07-10"),
        ("07-10 09:30", MINUTE),
        ("7月10日 09:30", MINUTE),
        ("今天 10:30", "2019-07-12T10:30:00+08:00"),
        ("昨天10:30", "2019-07-11T10:30:00+08:00"),
        ("昨日", "2019-07-11"),
        ("前天", "2019-07-10"),
        ("3小时前", "2019-07-12"),
        ("13小时前", "2019-07-11"),
        ("5分钟前", "2019-07-12T11:55:00+08:00"),
        ("刚刚", "2019-07-12T12:00:00+08:00"),
        ("3天前", "2019-07-09"),
    ],
)
def test_dates_that_need_the_day_of_the_crawl(text: str, iso: str) -> None:
    published = parse_published(text, base=BASE)
    assert published is not None
    assert published.iso == iso


@pytest.mark.parametrize(
    "text",
    [
        "", "null", "2019-13-45", "2019-02-29", "1994-12-31", "2019-07-15", "2019年7月", "3周前", "09:30", "3.5",
        "1/2", "12-07-10", "10-07-2019 无效", "13月40日", "编号 123456", "0000-00-00", "9999999999", "1900-01-01",
        "民国三十八年五月六日", "民国初年", "建站12年7月10个栏目", "民国百十百年七月十日",
    ],
)  # fmt: skip
def test_what_is_no_date_of_an_article(text: str) -> None:
    assert parse_published(text, base=BASE) is None


def test_precision_is_what_the_page_shows() -> None:
    texts = ["2019-07-10", "2019-07-10 09:30", "2019-07-10 09:30:00"]
    found = [parse_published(text, base=BASE) for text in texts]
    assert [published.precision for published in found if published] == ["day", "minute", "second"]


def test_the_day_of_the_base_is_chinas() -> None:
    late_in_london = datetime(2019, 7, 11, 20, 0, tzinfo=UTC)
    published = parse_published("今天", base=late_in_london)
    assert published is not None
    assert published.date == "2019-07-12"


def test_dateparser_stays_unimported_for_fixed_patterns() -> None:
    code = (
        "import sys; from datetime import datetime; from newscrawler.normalization.dates import parse_published;"
        "base = datetime(2019, 7, 12);"
        "[parse_published(t, base=base) for t in ('2019-07-10 09:30', '07-10', '昨天', 'null', '7月', '2019年7月')];"
        "sys.exit('dateparser' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


DAYS = st.dates(date(1995, 1, 1), date(2019, 7, 12))
CLOCKS = st.times()


@given(DAYS, st.sampled_from(["%Y-%m-%d", "%Y年%m月%d日", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "发布于 %Y-%m-%d 点击"]))
def test_every_day_comes_back(day: date, pattern: str) -> None:
    published = parse_published(day.strftime(pattern), base=BASE)
    assert published is not None
    assert published.iso == published.date == day.isoformat()


@given(DAYS, st.sampled_from(["{0.year}-{0.month}-{0.day}", "{0.year}年{0.month}月{0.day}日"]))
def test_every_day_without_zeros_comes_back(day: date, pattern: str) -> None:
    published = parse_published(pattern.format(day), base=BASE)
    assert published is not None
    assert published.iso == day.isoformat()


@given(
    st.datetimes(datetime(1995, 1, 2), datetime(2019, 7, 12)),
    st.sampled_from(["%Y-%m-%d %H:%M:%S", "%Y年%m月%d日 %H:%M:%S", "%Y-%m-%dT%H:%M:%S+08:00", "%Y%m%d%H%M%S"]),
)
def test_every_second_comes_back(moment: datetime, pattern: str) -> None:
    published = parse_published(moment.strftime(pattern), base=BASE)
    assert published is not None
    assert published.iso == moment.replace(microsecond=0, tzinfo=CHINA).isoformat()


@given(st.datetimes(datetime(1995, 1, 2), datetime(2019, 7, 12), timezones=st.just(UTC)))
def test_utc_becomes_chinas_time(moment: datetime) -> None:
    published = parse_published(moment.strftime("%Y-%m-%dT%H:%M:%SZ"), base=BASE)
    assert published is not None
    assert datetime.fromisoformat(published.iso) == moment.replace(microsecond=0)


@given(st.dates(date(1996, 1, 1), date(2030, 12, 31)), st.integers(0, 364))
def test_a_day_of_the_past_year_needs_no_year(today: date, back: int) -> None:
    day = today - timedelta(days=back)
    base = datetime(today.year, today.month, today.day, 12, tzinfo=CHINA)
    published = parse_published(day.strftime("%m-%d"), base=base)
    assert published is not None
    wrapped_into_tomorrow = (day.month, day.day) == ((today + timedelta(1)).month, (today + timedelta(1)).day)
    assert published.date == day.isoformat() or wrapped_into_tomorrow


@settings(deadline=None)  # the first text for dateparser pays for its import
@given(st.text() | st.from_regex(r"[0-9年月日:：./ 前天小时-]{0,40}", fullmatch=True))
def test_any_text_is_survived_and_dates_stay_in_range(text: str) -> None:
    published = parse_published(text, base=BASE)
    if published is not None:
        assert "1995-01-01" <= published.date <= "2019-07-15"
        assert published.iso.startswith(published.date)


@pytest.mark.parametrize(
    "piece", ["2019", "2019-", "07-", "1:", "二", " ", "(", "2019-07-1 ", "上午", "年月", "9" * 7 + " "]
)
def test_hostile_length_costs_nothing(piece: str) -> None:
    started = time.process_time()
    parse_published(piece * 200_000, base=BASE)
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("http://www.hbdysh.cn/2019/0710/49629.shtml", "2019-07-10"),
        ("http://paper.example.cn/html/2019-07/10/content_1.htm", "2019-07-10"),
        ("http://www.example.gov.cn/xw/202307/t20230712_4450370.shtml", "2023-07-12"),
        ("http://example.cn/n1/2024/0510/c1004-40232587.html", "2024-05-10"),
        ("http://example.cn/art/2024/5/20/art_1_2.html", "2024-05-20"),
        ("https://example.cn/2019/07/10/1.html", "2019-07-10"),
        ("https://example.cn/20190710/abc/c.html", "2019-07-10"),
        ("https://example.cn/2019-07-10/1.shtml", "2019-07-10"),
        ("http://example.cn/c/2024-05/20/content_20101112.htm", "2024-05-20"),
        ("http://example.cn/content_20101112.htm", None),
        ("http://example.cn/2019/1345/1.html", None),
        ("http://example.cn/201909/1220000.shtml", None),
        ("http://example.cn/1987/0710/1.html", None),
        ("http://example.cn/1.html?from=/2019/0710/", None),
        ("", None),
    ],
)
def test_dates_in_urls(url: str, day: str | None) -> None:
    assert date_in_url(url) == day


@given(DAYS, st.integers(1, 10**9))
def test_every_day_of_a_url_comes_back(day: date, number: int) -> None:
    for pattern in ("/%Y/%m%d/", "/%Y-%m/%d/content_", "/%Y%m/t%Y%m%d_", "/%Y/%m/%d/"):
        assert date_in_url(f"http://a.cn{day.strftime(pattern)}{number}.htm") == day.isoformat()


@given(st.text())
def test_any_url_is_survived(url: str) -> None:
    date_in_url(url)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("18-03-08 23:16", "2018-03-08T23:16:00+08:00"),
        ("99/12/31 08:00:05", "1999-12-31T08:00:05+08:00"),
        ("发布时间：19.07.10 09:30", "2019-07-10T09:30:00+08:00"),
        ("19年7月10日", "2019-07-10"),
        ("99年12月31日 08:00", "1999-12-31T08:00:00+08:00"),
    ],
)
def test_years_of_two_digits(text: str, iso: str) -> None:
    found = parse_published(text, base=datetime(2026, 7, 1, 12, 0))
    assert found is not None and found.iso == iso


@pytest.mark.parametrize("text", ["12-34-56 10:00", "192.168.10.12 10:00", "13-13-13 09:30", "021-12-34-56 10:00"])
def test_numbers_that_only_look_like_a_short_date(text: str) -> None:
    assert parse_published(text, base=datetime(2026, 7, 1, 12, 0)) is None
