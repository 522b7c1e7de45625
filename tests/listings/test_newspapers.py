"""Reading the pages of digital newspapers, of every kind that is known."""

from __future__ import annotations

import time
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from newscrawler.extraction.page import Page, read_page
from newscrawler.listings.edition_dates import EditionDay, days_in, edition_url, is_edition_template
from newscrawler.listings.edition_index import index_url, read_index
from newscrawler.listings.links import MAX_LINKS
from newscrawler.listings.newspapers import EditionPage, read_edition_page
from newscrawler.listings.page_labels import read_page_label
from newscrawler.text.urls import identity
from support import nightly
from support.newspapers import PAPERS

HOST = "http://paper.t.example"
DAY = date(2024, 5, 20)


def owns(url: str) -> bool:
    return url.startswith(HOST)


def read(text: str, path: str, template: str = "/html/{yyyy}-{mm}/{dd}/node_1.htm", day: date = DAY) -> EditionPage:
    page = read_page(text.encode(), url=HOST + path, content_type="text/html; charset=utf-8")
    assert isinstance(page, Page)
    return read_edition_page(page, HOST + path, EditionDay.of(template, day), owns)


def read_whole(documents: dict[str, str], template: str, day: date = DAY) -> list[EditionPage]:
    """Read the pages of an edition from the first one on, as the crawler does."""
    waiting, known, read_pages = [next(iter(documents))], {next(iter(documents))}, []
    while waiting:
        path = waiting.pop(0)
        read_pages.append(read(documents[path], path, template, day))
        for link in read_pages[-1].pages:
            if (path := link.url.removeprefix(HOST)) not in known:
                known.add(path)
                waiting.append(path)
    return read_pages


@pytest.mark.parametrize("kind", PAPERS)
@pytest.mark.parametrize("day", [DAY, date(2024, 12, 1)])
def test_every_kind_of_newspaper_is_read_whole(kind: str, day: date) -> None:
    paper = PAPERS[kind]
    documents = paper.make(day)
    first = next(iter(documents))
    assert edition_url(paper.template, day) == first
    pages = read_whole(documents, paper.template, day)
    assert len(pages) == len(documents)
    assert not any(page.other_edition or page.left_out for page in pages)
    found = {identity(entry.url): entry for page in pages for entry in page.entries}
    truth = paper.articles(day)
    assert set(found) == {identity(HOST + path) for path in truth}
    for path, title in truth.items():
        entry = found[identity(HOST + path)]
        assert entry.title in (title, "")
        if entry.title and paper.pages:
            number, name = paper.pages[title.partition("（")[0]]
            assert entry.page_no == number
            assert entry.page in (name, "")


def test_titles_are_kept_wherever_the_paper_shows_them() -> None:
    for kind, paper in PAPERS.items():
        titles = {entry.title for page in read_whole(paper.make(DAY), paper.template) for entry in page.entries}
        expected = {""} if kind in ("areas only", "script, names") else set(paper.articles(DAY).values())
        assert titles == expected, kind


def test_articles_are_in_the_order_of_their_headlines() -> None:
    areas = "".join(f"<area href='content_{number}.htm'>" for number in (3, 1, 2))
    items = "".join(f"<li><a href='content_{number}.htm'>第{number}户人家修好了水车</a></li>" for number in (1, 2, 3))
    page = read(f"<map>{areas}</map><ul>{items}</ul>", "/html/2024-05/20/node_1.htm")
    assert [entry.url.rpartition("/")[2] for entry in page.entries] == [
        "content_1.htm",
        "content_2.htm",
        "content_3.htm",
    ]


def test_articles_on_another_host_are_returned() -> None:
    item = "<li><a href='http://twin.example/html/2024-05/20/content_{n}.htm'>石桥镇修好第{n}座水车</a></li>"
    page = read("".join(item.format(n=n) for n in range(3)), "/html/2024-05/20/node_1.htm")
    assert [owns(entry.url) for entry in page.entries] == [False] * 3


def test_a_link_without_a_title_of_its_own_is_an_article() -> None:
    item = "<li>石桥镇修好第{n}座水车 <a href='content_{n}.htm'>阅读全文</a></li>"
    page = read("".join(item.format(n=n) for n in range(3)), "/html/2024-05/20/node_1.htm")
    assert [entry.title for entry in page.entries] == ["", "", ""]


def test_articles_that_name_no_day_are_taken_from_a_page_that_prints_it() -> None:
    items = "".join(f"<li><a href='/article/{12340 + n}.html'>石桥镇修好第{n}座旧水车</a></li>" for n in range(4))
    menu = "<a href='/about.html'>关于我们</a><a href='/list/12345.html'>更多</a>"
    printed = "<p>2024年5月20日 星期一</p>"
    assert len(read(printed + menu + items, "/paper?rq=20240520", "/paper?rq={yyyy}{mm}{dd}").entries) == 4
    assert read(menu + items, "/paper?rq=20240520", "/paper?rq={yyyy}{mm}{dd}").entries == []


FIRST, SECOND = "/p/{d:%Y%m%d}/html/index.htm", "/p/{d:%Y%m%d}/html/page_02.htm"
ROWS = "".join(f"<li><a href='content_{n}.htm'>石桥镇修好第{n}座旧水车</a></li>" for n in range(3))


def calendar(days: int) -> str:
    return "".join(
        f"<td><a href='{FIRST.format(d=day)}'>{day.day}</a></td>"
        for day in (DAY - timedelta(days=n) for n in range(days))
    )


@pytest.mark.parametrize("menu", [f"<a href='{FIRST.format(d=DAY)}'>第01版：要闻</a>", ""])
@pytest.mark.parametrize("order", ["{calendar}{menu}{rows}", "{menu}{rows}{calendar}"])
@pytest.mark.parametrize("days", [2, 20])
def test_the_day_of_a_calendar_is_no_page_number(menu: str, order: str, days: int) -> None:
    text = order.format(calendar=f"<table><tr>{calendar(days)}</tr></table>", menu=menu, rows=f"<ul>{ROWS}</ul>")
    page = read(f"<h3>要闻</h3>{text}", FIRST.format(d=DAY), FIRST.replace("{d:%Y%m%d}", "{yyyy}{mm}{dd}"))
    assert [entry.page_no for entry in page.entries] == ["01" if menu else ""] * 3
    assert page.label.number == ("01" if menu else "")


def test_a_page_may_have_the_number_of_the_day() -> None:
    menu = "".join(f"<a href='node_{n}.htm'>{n:02d}</a>" for n in range(18, 23))
    other = "<a href='/html/2024-05/19/node_1.htm'>19</a>"
    page = read(f"{menu}{other}<ul>{ROWS}</ul>", "/html/2024-05/20/node_20.htm")
    assert {link.label.number for link in page.pages} == {"18", "19", "21", "22"}
    assert {entry.page_no for entry in page.entries} == {"20"}


PAPER = "/epaper/index.php?name={name}&date=2024-05-20&code={code:03d}"
QUERY = "/epaper/index.php?name=jirb&date={yyyy}-{mm}-{dd}&code=001"


@pytest.mark.parametrize("own", [1, 2])
@pytest.mark.parametrize("other", ["xdsb", "12"])
def test_another_newspaper_of_the_house_is_none_of_its_pages(own: int, other: str) -> None:
    menu = "".join(f"<a href='{PAPER.format(name='jirb', code=n)}'>第{n:02d}版：民生</a>" for n in (1, 2, 3))
    sister = "".join(
        f"<a href='{PAPER.format(name=code, code=1)}'>{name}</a>"
        for code, name in (("jirb", "山口日报"), (other, "山口晚报"))
    )
    areas = "".join(
        f"<area href='{PAPER.format(name='jirb', code=own)}&xuhao={n:02d}' title='{title}'>"
        for n, title in enumerate(("沙坪隧道双线贯通", "三户人家合种两亩香芋试验田", "老站台改成了一间乡村书屋"), 1)
    )
    page = read(menu + sister + areas, PAPER.format(name="jirb", code=own), QUERY)
    assert {link.url for link in page.pages} == {
        HOST + PAPER.format(name="jirb", code=n) for n in (1, 2, 3) if n != own
    }
    assert len(page.entries) == 3


def test_pages_that_only_their_names_tell_are_pages() -> None:
    pages = "".join(
        f"<a href='/index.php?date=2024-05-20&ban={ban}'>{name}</a>"
        for ban, name in (("yw", "要闻"), ("ms", "民生"), ("wh", "文化"))
    )
    rows = ROWS.replace("content_", "/index.php?date=2024-05-20&id=").replace(".htm", "")
    page = read(pages + rows, "/index.php?date=2024-05-20&ban=yw", "/index.php?date={yyyy}-{mm}-{dd}&ban=yw")
    assert len(page.pages) == 2 and len(page.entries) == 3


def test_a_pattern_of_the_definition_decides_what_an_article_is() -> None:
    import re

    text = "<a href='node_2.htm'>第02版：民生</a><a href='a/x.htm'>一</a><a href='content_1.htm'>石桥镇修好了一座旧水车</a>"
    page = read_page(text.encode(), url=f"{HOST}/html/2024-05/20/node_1.htm")
    assert isinstance(page, Page)
    found = read_edition_page(
        page, f"{HOST}/html/2024-05/20/node_1.htm", EditionDay(DAY), owns, re.compile(r"/a/\w+\.htm$")
    )
    assert [entry.url for entry in found.entries] == [f"{HOST}/html/2024-05/20/a/x.htm"]
    assert [link.url for link in found.pages] == [f"{HOST}/html/2024-05/20/node_2.htm"]


def test_an_area_with_another_query_is_the_article_of_its_headline() -> None:
    items = "".join(
        f"<area href='content_{n}.htm?div={n}'><li><a href='content_{n}.htm?div=-1'>石桥镇修好第{n}座旧水车</a></li>"
        for n in range(3)
    )
    page = read(f"<map></map>{items}", "/html/2024-05/20/node_1.htm")
    assert [entry.url.partition("?")[2] for entry in page.entries] == ["div=-1"] * 3


def test_pages_in_a_selection() -> None:
    options = "".join(f"<option value='node_{n}.htm'>第0{n}版：要闻{n}</option>" for n in (1, 2, 3))
    item = "<li><a href='content_1.htm'>石桥镇修好了一座旧水车</a></li>"
    page = read(f"<select><option value=''>版面</option>{options}</select>{item}", "/html/2024-05/20/node_1.htm")
    assert [link.label for link in page.pages] == [("02", "要闻2"), ("03", "要闻3")]


# Editions of other days


def test_the_page_of_another_day_is_not_of_this_edition() -> None:
    own = "<ul><li><a href='content_1.htm'>石桥镇修好了一座旧水车</a></li></ul>"
    assert not read(own, "/html/2024-05/20/node_1.htm").other_edition
    printed = read(f"<p>2024年05月21日 星期二</p>{own}", "/html/2024-05/20/node_1.htm")
    assert printed.other_edition == "it prints the date 2024-05-21"
    title = read(f"<title>山口日报 2024年5月21日</title>{own}", "/html/2024-05/20/node_1.htm")
    assert title.other_edition == "it prints the date 2024-05-21"
    moved = read(own, "/html/2024-05/21/node_1.htm")
    assert moved.other_edition == "its address names 2024-05-21"
    items = "".join(
        f"<li><a href='/html/2024-05/21/content_{n}.htm'>石桥镇修好第{n}座旧水车</a></li>" for n in range(3)
    )
    assert read(items, "/html/2024-05/20/node_1.htm").other_edition == "it links to articles of 2024-05-21"


def test_a_page_that_names_its_day_in_links_may_print_other_days() -> None:
    text = (
        "<p>往期回顾：2024年05月13日 星期一</p>"
        "<ul><li><a href='/html/2024-05/20/content_1.htm'>石桥镇修好了一座旧水车</a></li></ul>"
    )
    assert not read(text, "/html/2024-05/20/node_1.htm").other_edition


@pytest.mark.parametrize(
    "text",
    [
        "<meta http-equiv='refresh' content='0;url=node_18.htm'>",
        "<script>window.location.href = 'node_18.htm';</script>",
        '<script>location.replace("./node_18.htm")</script>',
    ],
)
def test_a_page_that_only_redirects(text: str) -> None:
    assert read(text, "/html/2024-05/20/index.htm").jump == f"{HOST}/html/2024-05/20/node_18.htm"


# The index of a month

INDEX = """<?xml version="1.0" encoding="UTF-8"?><period_list>
<period><period_name>第1期</period_name><period_date>2024-05-20</period_date><front_page>node_A01.html</front_page></period>
<period><period_date>20240521</period_date><front_page>/pc/layout/202405/21/node_01.html</front_page></period>
<period><period_date>2024-05-22</period_date><front_page>22/node_02.html</front_page></period>
<period><period_date>2024-13-45</period_date><front_page>x.html</front_page></period>
<period><period_date>2024-05-23</period_date></period></period_list>"""


def test_the_index_of_a_month() -> None:
    url = f"{HOST}/pc/layout/202405/period.xml"
    assert index_url(f"{HOST}/pc/layout/{{yyyy}}{{mm}}/{{dd}}/node_01.html", DAY) == url
    assert index_url(f"{HOST}/html/{{yyyy}}-{{mm}}/{{dd}}/node_1.htm", DAY) == f"{HOST}/html/2024-05/period.xml"
    assert index_url(f"{HOST}/{{yyyy}}{{mm}}{{dd}}/html/index.htm", DAY) is None
    assert read_index(INDEX.encode(), url) == {
        date(2024, 5, 20): f"{HOST}/pc/layout/202405/20/node_A01.html",
        date(2024, 5, 21): f"{HOST}/pc/layout/202405/21/node_01.html",
        date(2024, 5, 22): f"{HOST}/pc/layout/202405/22/node_02.html",
    }


@given(st.binary(max_size=60), st.integers(0, len(INDEX)))
def test_a_damaged_index_never_raises(noise: bytes, place: int) -> None:
    found = read_index(INDEX.encode()[:place] + noise, f"{HOST}/period.xml")
    assert found is None or all(urlsplit(url).scheme in ("http", "https") for url in found.values())
    assert not read_index(noise, f"{HOST}/period.xml")


def test_an_index_resolves_no_entity(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hush.html")
    text = INDEX.replace("<period_list>", f"<!DOCTYPE x [<!ENTITY x SYSTEM 'file://{secret}'>]><period_list>")
    found = read_index(text.replace("node_A01.html", "&x;").encode(), f"{HOST}/pc/layout/202405/period.xml") or {}
    assert not any("hush" in url for url in found.values())


# The parts


def test_templates() -> None:
    assert is_edition_template("/html/{yyyy}-{mm}/{dd}/node_1.htm")
    assert not is_edition_template("/html/list.htm")
    assert edition_url("/{yy}/{m}/{d}/{yyyy}{mm}{dd}.htm", date(2024, 5, 2)) == "/24/5/2/20240502.htm"


@pytest.mark.parametrize(
    "path",
    [
        "/html/2024-05/20/content_1.htm", "/pc/con/202405/20/c1.html", "/20240520/1.html", "/2024/05/20/1.html",
        "/2024/0520/1.html", "/a?date=2024-05-20&n=1", "/a?rq=20240520", "/2024/5/20/1.html", "/x_20240520_1.htm",
        "/a?date=2024%2F05%2F20",
    ],
)  # fmt: skip
def test_the_day_in_an_address(path: str) -> None:
    assert days_in(HOST + path) == {DAY}
    assert EditionDay(DAY).is_in(HOST + path)
    assert EditionDay(DAY + timedelta(days=1)).is_other_in(HOST + path)


@pytest.mark.parametrize("path", ["/content_20240520001.htm", "/2024/13/20/", "/2024-02/30/", "/1234567890.html", "/"])
def test_no_day_in_an_address(path: str) -> None:
    assert days_in(HOST + path) == set()


@pytest.mark.parametrize(
    ("text", "number", "name"),
    [
        ("第01版：要闻", "01", "要闻"), ("第A02版:民生", "A02", "民生"), ("01版", "01", ""), ("A01", "A01", ""), ("12", "12", ""),
        ("01：要闻", "01", "要闻"), ("A1版 要闻", "A1", "要闻"), ("第十二版 副刊", "12", "副刊"), ("第一版", "1", ""),
        ("要闻·03版", "03", "要闻"), ("b03 国际", "B03", "国际"), ("第 01 版 : 头版", "01", "头版"), ("T2版：特刊", "T2", "特刊"),
    ],
)  # fmt: skip
def test_labels_of_pages(text: str, number: str, name: str) -> None:
    label = read_page_label(text)
    if text.startswith("b03"):
        assert label is None or label == ("B03", "国际")
    else:
        assert label == (number, name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "要闻",
        "上一版",
        "下一期",
        "3:0！女排姑娘赢了",
        "第3版本的软件发布",
        "2024年的第一场雨",
        "一版一印的旧书很难找" * 3,
    ],
)
def test_what_is_not_a_label(text: str) -> None:
    assert read_page_label(text) is None


# Bad input


def test_more_links_than_are_read_are_told() -> None:
    links = "".join(f"<a href='content_{n}.htm'>x</a>" for n in range(MAX_LINKS + 1))
    assert read(links, "/html/2024-05/20/node_1.htm").left_out == "more than 5,000 links"


@pytest.mark.slow
def test_a_script_of_a_megabyte_is_told() -> None:
    names = ",".join(f'"content_{n}.htm"' for n in range(60_000))
    started = time.process_time()
    page = read(f"<script>var map = {{l: [{names}]}};</script>", "/html/2024-05/20/node_1.htm")
    assert page.left_out == "longer scripts than are read"
    assert time.process_time() - started < 20


@nightly.by_day(0, 3)
@pytest.mark.parametrize(
    "script",
    ['"' * 400_000, "'\\" * 200_000, "{" * 400_000, '{"a":"' * 60_000, "location=" * 40_000, '"a.htm' * 60_000],
    ids=["quotes", "escapes", "braces", "open objects", "locations", "open strings"],
)
def test_hostile_scripts_take_no_longer_than_others(script: str) -> None:
    started = time.process_time()
    read(f"<script>{script}</script>", "/html/2024-05/20/node_1.htm")
    assert time.process_time() - started < 20


MARKUP = st.lists(
    st.sampled_from(
        [
            "<a href='", "content_1.htm'>", "node_2.htm'>", "</a>", "第01版：要闻", "<area href='x_3.htm'>", "<ul>", "<li>", "</ul>",
            "<script>var a={l:['", "content_5.htm','b']}", "</script>", "2024-05/20/", "../../../con/202405/20/c1.html'>",
            "<h3>第02版</h3>", "<div data-href='q_1.htm'>", "</div>", "2024年5月20日 星期一", "石桥镇修好了一座旧水车", "?date=", "\\u", "'",
        ]
    )
    | st.text(max_size=8),
    max_size=40,
)  # fmt: skip


@settings(max_examples=150)
@given(MARKUP)
def test_generated_pages_never_raise(pieces: list[str]) -> None:
    text = f"<html><body>{''.join(pieces)}</body></html>"
    path = "/html/2024-05/20/node_1.htm"
    page = read_page(text.encode("utf-8", "replace"), url=HOST + path)
    assume(isinstance(page, Page))  # control characters make it binary data
    assert isinstance(page, Page)
    found = read_edition_page(page, HOST + path, EditionDay.of("/html/{yyyy}-{mm}/{dd}/node_1.htm", DAY), owns)
    names = [identity(entry.url) for entry in found.entries]
    pages = [identity(link.url) for link in found.pages]
    assert len(names) == len(set(names)) <= MAX_LINKS
    assert not set(names) & set(pages)
    assert identity(HOST + path) not in {*names, *pages}
    assert all(urljoin(HOST, entry.url) == entry.url for entry in found.entries)


@given(st.text(max_size=80), st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_generated_addresses_and_labels_never_raise(text: str, day: date) -> None:
    read_page_label(text)
    edition = EditionDay.of("/{yyyy}{mm}/{dd}/" + text, day)
    assert edition.is_in(edition_url("http://t.example/{yyyy}{mm}/{dd}/x.html", day))
    assert not (edition.is_in(text) and edition.is_other_in(text))


def test_the_menu_is_not_taken_for_headings_of_the_articles() -> None:
    menu = "<div><a href='node_1.htm'>第01版：要闻</a><a href='node_2.htm'>第02版：民生</a></div>"
    item = "<div><a href='content_1.htm'>石桥镇修好了一座旧水车</a></div>"
    (entry,) = read(menu + item, "/html/2024-05/20/node_1.htm").entries
    assert (entry.page_no, entry.page) == ("01", "要闻")
    following = "<div><a href='node_2.htm'>第02版：民生</a></div>"
    (entry,) = read(f"<h2>第01版：要闻</h2><div>{item}{following}</div>", "/html/2024-05/20/node_1.htm").entries
    assert (entry.page_no, entry.page) == ("01", "要闻")


def test_a_directory_of_the_whole_edition() -> None:
    groups = "".join(
        f"<dl><dt><a href='node_{n}.htm'>第0{n}版：{name}</a></dt>"
        f"<dd><a href='content_{n}1.htm'>石桥镇修好第{n}座旧水车</a></dd></dl>"
        for n, name in ((1, "要闻"), (2, "民生"))
    )
    page = read(f"<div>{groups}</div>", "/html/2024-05/20/node_1.htm")
    assert [(entry.page_no, entry.page) for entry in page.entries] == [("01", "要闻"), ("02", "民生")]
