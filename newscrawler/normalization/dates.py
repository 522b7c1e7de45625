"""Dates as Chinese pages print them, read to the precision that is shown.

Fixed patterns come first; `dateparser` reads only what they leave over, and never a date without a year,
which it guesses wrongly.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from typing import Literal, NamedTuple

from newscrawler.text.clock import CHINA

Precision = Literal["day", "minute", "second"]

_EARLIEST = date(1994, 1, 1)
_FUTURE = timedelta(days=2)
_LONGEST = 256
_LONGEST_FOR_DATEPARSER = 64


class Published(NamedTuple):
    """A point in time as precise as the page shows it.

    `iso` is `2019-07-10`, or `2019-07-10T09:30:00+08:00` with seconds 00 where the page shows minutes;
    `date` is the day in China, `2019-07-10`; `precision` tells which of the three it was.
    """

    iso: str
    date: str
    precision: Precision


_FOLD_WIDTH = str.maketrans("０１２３４５６７８９：／－．，（）　—–﹣〇○零Ｔ", "0123456789:/-.,() ---〇〇〇T")
_CHINESE_DIGITS = {"〇": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}

_TIME_OF_DAY = "上午|下午|中午|凌晨|早上|早晨|清晨|晚上|傍晚|晚间|午后|[AaPp][Mm]"
_TIME = (
    r"[ ,|T]{0,3}(?:(?:星期|周|礼拜)[一二三四五六日天]|\([^()]{1,6}\))?[ ,|]{0,3}"
    rf"(?:(?P<half>{_TIME_OF_DAY}) ?)?"
    r"(?P<h>[0-9]{1,2}) ?[:时点] ?(?P<mi>[0-9]{1,2})(?![0-9])"
    r"(?: ?[:分] ?(?P<s>[0-9]{1,2})(?![0-9])(?:[.,][0-9]{1,9})?)?"
    r"[分秒]?(?: ?(?P<half2>[AaPp][Mm])\b)?"
    # 09:30-10:30 is a span of time: a zone behind minutes alone is read only with a plus sign.
    r"(?: ?(?P<zone>(?:UTC|GMT|Z)\b(?![+-])|(?:UTC|GMT|\+|(?<=:[0-9]{2}:[0-9]{2})(?=-)|(?<=\.[0-9]{3})(?=-))"
    r"[+-]?[0-9]{1,2}(?::?[0-9]{2})?(?![0-9:年月-])))?"
)
_DAY = r"(?P<d>[0-9]{1,2}(?![0-9])|[0-9]{2}(?=[0-9]{2} ?:))"
_FULL = re.compile(
    rf"(?<![0-9])(?P<y>(?:19|20)[0-9]{{2}})(?: ?[-/.年] ?| )(?P<mo>[0-9]{{1,2}})(?: ?[-/.月] ?| ){_DAY}"
    rf"(?: ?[日号])?(?:{_TIME})?"
)
_COMPACT = re.compile(
    r"(?<![0-9])(?P<y>(?:19|20)[0-9]{2})(?P<mo>[0-9]{2})(?P<d>[0-9]{2})"
    r"(?:[T ]?(?P<h>[0-9]{2}):?(?P<mi>[0-9]{2})(?::?(?P<s>[0-9]{2}))?(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?)?"
    r"(?![0-9])"
)
# 18-03-08 23:16: year, month and day in two digits each. Without a time behind it, it may be anything.
_SHORT_YEAR = re.compile(
    rf"(?<![0-9./-])(?P<y>[0-9]{{2}})(?P<sep>[-/.])(?P<mo>[0-9]{{2}})(?P=sep)(?P<d>[0-9]{{2}})(?![0-9./-]){_TIME}"
)
_WITHOUT_YEAR = re.compile(
    r"(?<![0-9年])(?<![0-9年][-/. ])(?:(?P<mo>[0-9]{1,2}) ?[-月] ?|(?P<mo2>[0-9]{2})[./](?=[0-9]{2}))"
    rf"{_DAY}(?![-/.%][0-9])(?: ?[日号])?(?:{_TIME})?"
)
_CHINESE_NUMBER = "([一二三四五六七八九十]{1,3})"
_CHINESE = re.compile(rf"([一二三四五六七八九〇]{{4}}) ?年 ?{_CHINESE_NUMBER} ?月 ?{_CHINESE_NUMBER} ?[日号]?")
_DAY_WORD = re.compile(rf"(?P<word>今[天日]|昨[天日]|前[天日])(?:{_TIME})?")
_AGO = re.compile(r"(?<![0-9.])(?P<n>[0-9]{1,4}|半) ?(?P<unit>秒钟?|分钟?|个?小时|天|日) ?之?前")
_NOW = re.compile("刚刚|刚才")
_EPOCH = re.compile(r"(?<![0-9])(?:[0-9]{10}|[0-9]{13})(?![0-9])")
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_NUMERIC_YEAR_MONTH = re.compile(r"(?:19|20)[0-9]{2} ?[-/.年] ?[0-9]")
_CLOCK = re.compile(r"(?<![0-9])[0-9]{1,2}:[0-9]{2}(?P<s>:[0-9]{2})?(?![0-9])")
_DAYS_BACK = {"今": 0, "昨": 1, "前": 2}

# The shapes of /2019/07/10/x, /2019/0710/x, /2019-07/10/x, /201907/10/x, /20190710/x, /t20190710_x and
# /2019-07-10-x. A bare number of eight digits in a file name is left alone: in content_20101112.htm it
# counts articles.
_URL_DATE = re.compile(
    r"(?<![0-9])(?P<y>(?:19|20)[0-9]{2})(?:"
    r"[-/_](?P<m1>[0-9]{1,2})/(?P<d1>[0-9]{1,2})(?=/)"
    r"|(?P<sep>[-_])(?P<m2>[0-9]{1,2})(?P=sep)(?P<d2>[0-9]{1,2})(?![0-9])"
    r"|/(?P<m3>[0-9]{2})(?P<d3>[0-9]{2})(?=[/_-])"
    r"|(?P<m4>[0-9]{2})/(?P<d4>[0-9]{2})(?=/)"
    r"|(?:(?<=/[0-9]{4})|(?<=/t[0-9]{4}))(?P<m5>[0-9]{2})(?P<d5>[0-9]{2})(?=[/_-])"
    r")"
)


def parse_published(text: str, *, base: datetime) -> Published | None:
    """Read the first date in `text`, or return None when there is none that can be true.

    `base` is the moment at which the page was fetched; without a zone it is taken for China's. It settles
    `昨天`, `3小时前` and dates without a year, which take the newest year that is not more than a day ahead
    of it. A date before 1994 or more than two days after `base` is None. Values without a zone are China's
    time; others are converted to +08:00. What is vaguer than a day (`2019年7月`, `3周前`) is None;
    `3小时前` gives the day only. Only the first 256 characters are read.
    """
    base = base.replace(tzinfo=CHINA) if base.tzinfo is None else base.astimezone(CHINA)
    text = " ".join(text[:_LONGEST].split())
    if not text.isascii():
        text = text.translate(_FOLD_WIDTH)
        if "〇" in text or "年" in text:
            text = _CHINESE.sub(_arabic, text)
    seen = False
    for pattern in (_FULL, _COMPACT):
        for match in pattern.finditer(text):
            seen = True
            year, month, day = int(match["y"]), int(match["mo"]), int(match["d"])
            if found := _checked(_day(year, month, day), match, base):
                return found
    if seen:
        return None
    if short := _SHORT_YEAR.search(text):
        # Newest first: a two-digit year is of this century while that is not the future.
        for century in (2000, 1900):
            candidate = _day(century + int(short["y"]), int(short["mo"]), int(short["d"]))
            if found := _checked(candidate, short, base):
                return found
        return None
    return _without_year(text, base) or _left_over(text, base)


def _without_year(text: str, base: datetime) -> Published | None:
    if match := _DAY_WORD.search(text):
        return _checked(base.date() - timedelta(days=_DAYS_BACK[match["word"][0]]), match, base)
    if match := _AGO.search(text):
        return _ago(match["n"], match["unit"], base)
    if _NOW.search(text):
        return _published(base, "minute")
    for match in _WITHOUT_YEAR.finditer(text):
        month, day = int(match["mo"] or match["mo2"]), int(match["d"])
        latest = (base + timedelta(days=1)).date()
        # Nine years reach the last 29 February, across a century that is no leap year too.
        for year in range(latest.year, latest.year - 9, -1):
            candidate = _day(year, month, day)
            if candidate is not None and candidate <= latest:
                return _checked(candidate, match, base)
    return None


def _ago(amount: str, unit: str, base: datetime) -> Published | None:
    number = 0.5 if amount == "半" else int(amount)
    if unit.startswith("秒"):
        return _in_range(base - timedelta(seconds=number), "minute", base)
    if unit.startswith("分"):
        return _in_range(base - timedelta(minutes=number), "minute", base)
    if unit.endswith("小时"):
        return _in_range(base - timedelta(hours=number), "day", base)
    return None if amount == "半" else _in_range(base - timedelta(days=number), "day", base)


def _left_over(text: str, base: datetime) -> Published | None:
    match = _EPOCH.fullmatch(text)
    if match:
        seconds = int(text[:10])
        return _in_range(datetime.fromtimestamp(seconds, CHINA), "second", base)
    # Without a year dateparser guesses; with year and month in figures it would invent the day.
    if len(text) > _LONGEST_FOR_DATEPARSER or not _YEAR.search(text) or _NUMERIC_YEAR_MONTH.search(text):
        return None
    return _by_dateparser(text, base)


def _by_dateparser(text: str, base: datetime) -> Published | None:
    import dateparser  # slow to import, and most pages never need it

    # CST is China's here (Java's Date.toString prints it), and dateparser takes it for America's.
    text = text.replace(" CST ", " ")
    try:
        moment = dateparser.parse(
            text,
            languages=["zh", "en"],
            settings={
                "TIMEZONE": "Asia/Shanghai",
                "RETURN_AS_TIMEZONE_AWARE": True,
                "REQUIRE_PARTS": ["year", "month", "day"],
                "PARSERS": ["absolute-time"],
                "RELATIVE_BASE": base.replace(tzinfo=None),
            },
        )
    except (ValueError, OverflowError, TypeError, IndexError, RecursionError):
        # A foreign parser over a stranger's string: whatever it trips on is no date.
        return None
    if moment is None:
        return None
    clock = _CLOCK.search(text)
    precision: Precision = "day" if clock is None else "second" if clock["s"] else "minute"
    return _in_range(moment.astimezone(CHINA) if clock else moment.replace(tzinfo=CHINA), precision, base)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _checked(day: date | None, match: re.Match[str], base: datetime) -> Published | None:
    """Join the day with the clock time of `match`, if it has a possible one."""
    if day is None:
        return None
    groups = match.groupdict()
    hour, minute, second = groups.get("h"), groups.get("mi"), groups.get("s")
    if hour is None or minute is None:
        return _in_range(datetime(day.year, day.month, day.day, tzinfo=CHINA), "day", base)
    try:
        moment = datetime(
            day.year,
            day.month,
            day.day,
            _hour(int(hour), groups.get("half") or groups.get("half2") or ""),
            int(minute),
            int(second or 0),
            tzinfo=_zone(groups.get("zone")),
        ).astimezone(CHINA)
    except (ValueError, OverflowError):
        return _in_range(datetime(day.year, day.month, day.day, tzinfo=CHINA), "day", base)
    return _in_range(moment, "second" if second else "minute", base)


def _hour(hour: int, half: str) -> int:
    half = half.lower()
    if half in {"下午", "晚上", "傍晚", "晚间", "午后", "pm"} and 1 <= hour < 12:
        return hour + 12
    if half == "中午" and 1 <= hour < 4:
        return hour + 12
    if half in {"凌晨", "am"} and hour == 12:
        return 0
    return hour


def _zone(text: str | None) -> timezone:
    if not text:
        return CHINA
    text = text.removeprefix("UTC").removeprefix("GMT").replace(":", "")
    if text in {"", "Z"}:
        return timezone.utc  # noqa: UP017
    sign = -1 if text[0] == "-" else 1
    digits = text[1:] if len(text) > 3 else text[1:] + "00"
    return timezone(sign * timedelta(hours=int(digits[:-2]), minutes=int(digits[-2:])))


def _in_range(moment: datetime, precision: Precision, base: datetime) -> Published | None:
    # A day counts from its first minute, so a page dated two days ahead is kept and one dated three is not.
    if moment.date() < _EARLIEST or moment - base > _FUTURE:
        return None
    return _published(moment, precision)


def _published(moment: datetime, precision: Precision) -> Published:
    day = moment.strftime("%Y-%m-%d")
    if precision == "day":
        return Published(day, day, precision)
    if precision == "minute":
        moment = moment.replace(second=0)
    return Published(moment.replace(microsecond=0).isoformat(), day, precision)


def _arabic(match: re.Match[str]) -> str:
    year = "".join(str(_CHINESE_DIGITS[character]) for character in match[1])
    return f"{year}年{_number(match[2])}月{_number(match[3])}日"


def _number(text: str) -> int:
    """Read 一 to 九十九; what is no number reads as 99, an impossible month and day."""
    tens, ten, ones = text.partition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return 99
    if not ten:
        return _CHINESE_DIGITS[tens]
    return (_CHINESE_DIGITS[tens] if tens else 1) * 10 + (_CHINESE_DIGITS[ones] if ones else 0)


def date_in_url(url: str) -> str | None:
    """Return the day (`2019-07-10`) that the path of `url` names as a directory or a TRS file, or None.

    Known shapes: `/2019/0710/49629.shtml`, `/2019-07/10/content_1.htm`, `/202307/t20230712_4450370.shtml`,
    `/art/2024/5/20/art_1_2.html`, `/2019/07/10/1.html`, `/20190710/1.html`, `/2019-07-10/1.html`.
    """
    path = url[:2048].partition("#")[0].partition("?")[0]
    for match in _URL_DATE.finditer(path):
        month = next(value for key, value in match.groupdict().items() if key[0] == "m" and value)
        day_of_month = next(value for key, value in match.groupdict().items() if key[0] == "d" and value)
        day = _day(int(match["y"]), int(month), int(day_of_month))
        if day is not None and day >= _EARLIEST:
            return day.isoformat()
    return None
