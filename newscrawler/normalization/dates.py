"""Dates as Chinese pages print them, read to the precision that is shown.

The patterns of `text.dates` are tried first. `dateparser` reads only what they leave, and never a date without a year,
because it guesses the year wrongly.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from typing import Literal, NamedTuple

from newscrawler.text.clock import CHINA
from newscrawler.text.dates import (
    AGO,
    CHINESE_NUMERALS,
    COMPACT,
    DAY_WORD,
    EPOCH,
    FULL,
    IN_URL,
    NOW,
    SHORT_YEAR,
    WITHOUT_YEAR,
)

Precision = Literal["day", "minute", "second"]

_EARLIEST = date(1994, 1, 1)
_FUTURE = timedelta(days=2)
_LONGEST = 256
_LONGEST_FOR_DATEPARSER = 64


class Published(NamedTuple):
    """A point in time as precise as the page shows it.

    `iso` is `2019-07-10`, or `2019-07-10T09:30:00+08:00`, with seconds 00 if the page shows minutes only. `date` is the
    day in China, `2019-07-10`. `precision` tells what the page shows.
    """

    iso: str
    date: str
    precision: Precision


_FOLD_WIDTH = str.maketrans("０１２３４５６７８９：／－．，（）　—–﹣〇○零Ｔ", "0123456789:/-.,() ---〇〇〇T")
_CHINESE_DIGITS = {"〇": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}

_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_NUMERIC_YEAR_MONTH = re.compile(r"(?:19|20)[0-9]{2} ?[-/.年] ?[0-9]")
_CLOCK = re.compile(r"(?<![0-9])[0-9]{1,2}:[0-9]{2}(?P<s>:[0-9]{2})?(?![0-9])")
_DAYS_BACK = {"今": 0, "昨": 1, "前": 2}


def parse_published(text: str, *, base: datetime) -> Published | None:
    """Read the first date in `text`, or return None if there is none that can be true.

    `base` is when the page was fetched; without a zone it is China's time. `昨天` and `3小时前` count from it, and
    a date without a year gets the newest year with which it is not more than a day after it. A date before 1994 or
    more than two days after `base` is None. Values without a zone are China's time; others are converted to +08:00. A
    value that is vaguer than a day (`2019年7月`, `3周前`) is None; `3小时前` gives the day only. Only the first 256
    characters are read.
    """
    base = base.replace(tzinfo=CHINA) if base.tzinfo is None else base.astimezone(CHINA)
    text = " ".join(text[:_LONGEST].split())
    if not text.isascii():
        text = text.translate(_FOLD_WIDTH)
        if "〇" in text or "年" in text:
            text = CHINESE_NUMERALS.sub(_arabic, text)
    seen = False
    for pattern in (FULL, COMPACT):
        for match in pattern.finditer(text):
            seen = True
            year, month, day = int(match["y"]), int(match["mo"]), int(match["d"])
            if published := _checked(_day(year, month, day), match, base):
                return published
    if seen:
        return None
    if short := SHORT_YEAR.search(text):
        # Newest first: a two-digit year belongs to this century unless that is in the future.
        for century in (2000, 1900):
            candidate = _day(century + int(short["y"]), int(short["mo"]), int(short["d"]))
            if published := _checked(candidate, short, base):
                return published
        return None
    return _without_year(text, base) or _left_over(text, base)


def _without_year(text: str, base: datetime) -> Published | None:
    if match := DAY_WORD.search(text):
        return _checked(base.date() - timedelta(days=_DAYS_BACK[match["word"][0]]), match, base)
    if match := AGO.search(text):
        return _ago(match["n"], match["unit"], base)
    if NOW.search(text):
        return _published(base, "minute")
    for match in WITHOUT_YEAR.finditer(text):
        month, day = int(match["mo"] or match["mo2"]), int(match["d"])
        latest = (base + timedelta(days=1)).date()
        # Nine years back there was a 29 February, even across a century year that is not a leap year.
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
    match = EPOCH.fullmatch(text)
    if match:
        seconds = int(text[:10])
        return _in_range(datetime.fromtimestamp(seconds, CHINA), "second", base)
    # Without a year dateparser guesses; with year and month in figures it would invent the day.
    if len(text) > _LONGEST_FOR_DATEPARSER or not _YEAR.search(text) or _NUMERIC_YEAR_MONTH.search(text):
        return None
    return _by_dateparser(text, base)


def _by_dateparser(text: str, base: datetime) -> Published | None:
    import dateparser  # slow to import, and most pages never need it

    # CST is China's time here (Java's Date.toString prints it); dateparser would read it as America's.
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
        # dateparser raises all of these on hostile text, which is then not a date.
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
    """Combine the day with the time of day of `match`, if that is a possible one."""
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
    # A day counts from its first minute: a page dated two days ahead is accepted, one dated three days ahead is not.
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
    """Read 一 to 九十九; anything else gives 99, which is neither a month nor a day."""
    tens, ten, ones = text.partition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return 99
    if not ten:
        return _CHINESE_DIGITS[tens]
    return (_CHINESE_DIGITS[tens] if tens else 1) * 10 + (_CHINESE_DIGITS[ones] if ones else 0)


def date_in_url(url: str) -> str | None:
    """Return the day (`2019-07-10`) that the path of `url` has as a folder or in the name of a TRS file, or None.

    Known shapes: `/2019/0710/49629.shtml`, `/2019-07/10/content_1.htm`, `/202307/t20230712_4450370.shtml`,
    `/art/2024/5/20/art_1_2.html`, `/2019/07/10/1.html`, `/20190710/1.html`, `/2019-07-10/1.html`.
    """
    path = url[:2048].partition("#")[0].partition("?")[0]
    for match in IN_URL.finditer(path):
        month = next(value for key, value in match.groupdict().items() if key[0] == "m" and value)
        day_of_month = next(value for key, value in match.groupdict().items() if key[0] == "d" and value)
        day = _day(int(match["y"]), int(month), int(day_of_month))
        if day is not None and day >= _EARLIEST:
            return day.isoformat()
    return None
