"""Dates as Chinese pages print them, read to the precision that is shown.

The patterns of `text.dates` are tried first. `dateparser` reads only what they leave, and never a date without a year,
because it guesses the year wrongly.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Literal, NamedTuple

from newscrawler.text.clock import CHINA
from newscrawler.text.dates import (
    AGO,
    CHINESE_NUMERALS,
    CLOCK_FIRST,
    COMPACT,
    COMPACT_WITH_TIME,
    DAY_FIRST,
    DAY_WORD,
    EPOCH,
    FULL,
    IN_URL,
    NAMED_MONTH,
    NOW,
    REPUBLIC,
    SHORT_HAN_YEAR,
    SHORT_YEAR,
    WITHOUT_YEAR,
    fold_date,
)
from newscrawler.text.month_names import ENGLISH_MONTHS, HAN_MONTHS
from newscrawler.text.numerals import han_number, year_of_republic

Precision = Literal["day", "minute", "second"]

_EARLIEST = date(1995, 1, 1)
"""The first Chinese newspapers came to the web in 1995."""
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


_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_NUMERIC_YEAR_MONTH = re.compile(r"(?:19|20)[0-9]{2} ?[-/.年] ?[0-9]")
_CLOCK = re.compile(r"(?<![0-9])[0-9]{1,2}:[0-9]{2}(?P<s>:[0-9]{2})?(?![0-9])")
_DAYS_BACK = {"今": 0, "昨": 1, "前": 2}


def parse_published(text: str, *, base: datetime, days: Sequence[date] = ()) -> Published | None:
    """Read the first date in `text`, or return None if there is none that can be true.

    `base` is when the page was fetched; without a zone it is China's time. `昨天` and `3小时前` count from it, and
    a date without a year gets the newest year with which it is not more than a day after it. A date before 1995 or
    more than two days after `base` is None. Values without a zone are China's time; others are converted to +08:00. A
    value that is vaguer than a day (`2019年7月`, `3周前`) is None; `3小时前` gives the day only. Only the first 256
    characters are read.

    `days` are what other evidence, such as the address, says of the day, the best first. They give the year that a
    date does not show, and tell day from month: `05/08/2019` is None where no day agrees with either. The text may have
    been saved long before `base`, so `3天前` is only read where a day of `days`, if there is one, is near.
    """
    base = base.replace(tzinfo=CHINA) if base.tzinfo is None else base.astimezone(CHINA)
    text = " ".join(fold_date(text[:_LONGEST]).split())
    seen = False
    for match in DAY_FIRST.finditer(text):
        seen = True
        if published := _checked(_day_of_either_order(match, days), match, base):
            return published
    for pattern in (CLOCK_FIRST, FULL, CHINESE_NUMERALS, COMPACT_WITH_TIME, COMPACT):
        for match in pattern.finditer(text):
            seen = True
            if published := _checked(_day(match["y"], match["mo"], match["d"]), match, base):
                return published
    if seen:
        return None
    if republic := REPUBLIC.search(text):
        return _checked(_day(year_of_republic(republic["roc"]), republic["mo"], republic["d"]), republic, base)
    if short := SHORT_YEAR.search(text) or SHORT_HAN_YEAR.search(text):
        # Newest first: a two-digit year belongs to this century unless that is in the future.
        for century in (2000, 1900):
            candidate = _day(str(century + int(short["y"])), short["mo"], short["d"])
            if published := _checked(candidate, short, base):
                return published
        return None
    return _without_year(text, base, days) or _left_over(text, base)


def _day_of_either_order(match: re.Match[str], days: Sequence[date]) -> date | None:
    """Return the day of a date whose year stands last, or None if both numbers can be the month."""
    either = {_day(match["y"], match["mo"], match["d"]), _day(match["y"], match["d"], match["mo"])} - {None}
    if len(either) == 1:
        return either.pop()
    return next((day for day in days if day in either), None)


def _without_year(text: str, base: datetime, days: Sequence[date]) -> Published | None:
    if match := DAY_WORD.search(text):
        day = base.date() - timedelta(days=_DAYS_BACK[match["word"][0]])
        return _checked(day if not days or _is_near(day, days) else days[0], match, base)
    if match := AGO.search(text):
        return _near(_ago(match["n"], match["unit"], base), days, base)
    if NOW.search(text):
        return _near(_published(base, "minute"), days, base)
    for match in WITHOUT_YEAR.finditer(text):
        month_and_day = match["mo"] or match["mo2"], match["d"]
        for known in days:
            if _day(str(known.year), *month_and_day) == known:
                return _checked(known, match, base)
        latest = (base + timedelta(days=1)).date()
        # Nine years back there was a 29 February, even across a century year that is not a leap year.
        for year in range(latest.year, latest.year - 9, -1):
            candidate = _day(str(year), match["mo"] or match["mo2"], match["d"])
            if candidate is not None and candidate <= latest:
                return _checked(candidate, match, base)
    return None


def _is_near(day: date, days: Sequence[date]) -> bool:
    return any(abs((day - known).days) <= 1 for known in days)


def _near(counted: Published | None, days: Sequence[date], base: datetime) -> Published | None:
    """Return a date that was counted back from `base`, or the first of `days` if it is near none of them."""
    if counted is None or not days or _is_near(date.fromisoformat(counted.date), days):
        return counted
    return _in_range(datetime.combine(days[0], datetime.min.time(), CHINA), "day", base)


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
    if named := NAMED_MONTH.search(text):
        text = named.group()
    # Without a year dateparser guesses; with year and month in figures it would invent the day.
    if len(text) > _LONGEST_FOR_DATEPARSER or not _YEAR.search(text) or _NUMERIC_YEAR_MONTH.search(text):
        return None
    return _by_dateparser(text, base)


def _by_dateparser(text: str, base: datetime) -> Published | None:
    import dateparser  # slow to import, and most pages never need it

    # CST is China's time here (Java's Date.toString prints it); dateparser would read it as America's.
    text = text.replace(" CST ", " ")
    # From the last one: 十二月 ends in 二月.
    for chinese, english in zip(reversed(HAN_MONTHS), reversed(ENGLISH_MONTHS), strict=True):
        text = text.replace(f"{chinese} ", f"{english} ")
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


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(_number(year), _number(month), _number(day))
    except ValueError:
        return None


def _number(text: str) -> int:
    return int(text) if text.isascii() else han_number(text)


_MINUTES = {"半": 30, "一刻": 15}


def _checked(day: date | None, match: re.Match[str], base: datetime) -> Published | None:
    """Combine the day with the time of day of `match`, if that is a possible one."""
    if day is None:
        return None
    parts = {name: value for name, value in match.groupdict().items() if value}
    hour = parts.get("h") or parts.get("h2") or parts.get("h3")
    start = datetime(day.year, day.month, day.day, tzinfo=CHINA)
    if hour is None:
        return _in_range(start, "day", base)
    minute = parts.get("mi") or parts.get("mi2") or parts.get("mi3") or parts.get("mi4") or "0"
    second = parts.get("s") or parts.get("s2") or ""
    try:
        minutes = _MINUTES.get(minute) or _number(minute)
        hours = _hour(_number(hour), parts.get("half") or parts.get("half2") or "")
        # 24:00 is the first minute of the next day.
        days, hours = (1, 0) if hours == 24 and not minutes and not int(second or 0) else (0, hours)
        zone = _zone(parts.get("zone") or parts.get("zone_before"))
        moment = start.replace(hour=hours, minute=minutes, second=int(second or 0), tzinfo=zone) + timedelta(days)
        moment = moment.astimezone(CHINA)
    except (ValueError, OverflowError):
        return _in_range(start, "day", base)
    return _in_range(moment, "second" if second else "minute", base)


_AFTERNOON = frozenset({"下午", "晚上", "傍晚", "晚间", "晚", "夜间", "夜里", "午后", "pm"})


def _hour(hour: int, half: str) -> int:
    half = half.lower().replace(".", "")
    if half in _AFTERNOON and 1 <= hour < 12:
        return hour + 12
    if half in {"晚上", "晚间", "晚", "夜间", "夜里"} and hour == 12:
        return 24
    if half in {"中午", "午间", "正午"} and 1 <= hour < 4:
        return hour + 12
    if half in {"深夜", "半夜"} and 8 <= hour < 12:
        return hour + 12
    if half in {"凌晨", "深夜", "半夜", "am"} and hour == 12:
        return 0
    return hour


_CHINAS_ZONES = frozenset({"CST", "HKT", "BJT", "北京时间"})


def _zone(text: str | None) -> timezone:
    if not text or text in _CHINAS_ZONES:
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


def date_in_url(url: str) -> str | None:
    """Return the day (`2019-07-10`) that the path of `url` has as a folder or in the name of a TRS file, or None.

    Known shapes: `/2019/0710/49629.shtml`, `/2019-07/10/content_1.htm`, `/202307/t20230712_4450370.shtml`,
    `/art/2024/5/20/art_1_2.html`, `/2019/07/10/1.html`, `/20190710/1.html`, `/2019-07-10/1.html`.
    """
    path = url[:2048].partition("#")[0].partition("?")[0]
    for match in IN_URL.finditer(path):
        month = next(value for key, value in match.groupdict().items() if key[0] == "m" and value)
        day_of_month = next(value for key, value in match.groupdict().items() if key[0] == "d" and value)
        day = _day(match["y"], month, day_of_month)
        if day is not None and day >= _EARLIEST:
            return day.isoformat()
    return None
