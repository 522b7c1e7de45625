"""Dates whose parts stand in elements of their own, as beside titles in lists: a large day over month and year.

Each text says which part of a date it is: 2024年 a year, 2024.01 a month of a year, 1月 and Jan a month, 01-26 a day of
a month. A number alone is a day, since no reader would take it for more, unless it follows a year or stands beside a
number that can only be a day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from newscrawler.text.dates import fold_date
from newscrawler.text.month_names import ENGLISH_MONTHS, HAN_MONTHS, MONTH_NAME

_MOST_PIECES = 200
_LONGEST = 24
"""Characters of a part of a date."""
_LONGEST_PIECE = 200
_MOST_PARTS = 3

_Y = "(?P<y>(?:19|20)[0-9]{2}) ?年?"
_M = "(?P<m>1[0-2]|0?[1-9])"
_D = "(?P<d>3[01]|[12][0-9]|0?[1-9]) ?[日号]?"
_NAMED = rf"(?:(?P<number>1[0-2]|0?[1-9]) ?月份?|(?P<name>(?i:{MONTH_NAME}))\.?)"
"""A month that says that it is one."""
_DAY_BEFORE_MONTH = re.compile(rf"{_D} ?[-/. ] ?{_NAMED}")
"""26/01月: a date by itself."""
_FORMS = (
    *map(
        re.compile,
        (
            _D,
            _Y,
            rf"{_Y} ?[-/.]? ?{_NAMED}",
            rf"(?P<y>(?:19|20)[0-9]{{2}})(?: ?[-/.年] ?{_M}|(?P<two>0[1-9]|1[0-2]))",
            _NAMED,
            rf"{_NAMED} ?[-/.,]? ?{_Y}",
            rf"{_M} ?[-/.] ?{_D}",
            rf"{_NAMED} ?{_D}",
        ),
    ),
    _DAY_BEFORE_MONTH,
)
_WHOLE = re.compile(r"(?:19|20)[0-9]{2} ?[-/.年] ?[0-9]{1,2} ?[-/.月] ?[0-9]{1,2}")


class SplitDate(NamedTuple):
    """A date that is spread over several texts, or written with the day before its month."""

    first: int
    """The first of these texts, from 0."""
    last: int
    text: str
    """`2024-01-26`, or `01-26` where no year is shown."""


class _Part(NamedTuple):
    first: int
    last: int
    year: str = ""
    month: str = ""
    day: str = ""
    is_number: bool = False
    """Whether it is a number alone, which may be a day or a month."""
    is_day_first: bool = False
    """Whether it is a day before its month."""


def find_split_date(texts: Sequence[str]) -> SplitDate | None:
    """Return the first date that these texts, those of elements side by side, show together; None without one.

    Where one of them is a whole date, that one is the date.
    """
    pieces = [(at, " ".join(fold_date(text[:_LONGEST_PIECE]).split())) for at, text in enumerate(texts[:_MOST_PIECES])]
    pieces = [(at, text) for at, text in pieces if text]
    if any(_WHOLE.match(text) for _, text in pieces):
        return None
    parts = [_part(*piece) for piece in _joined(pieces)]
    for size in range(_MOST_PARTS, 0, -1):
        for at in range(len(parts) - size + 1):
            window = [part for part in parts[at : at + size] if part is not None]
            if len(window) == size and (date := _date_of(window)):
                return SplitDate(window[0].first, window[-1].last, date)
    return None


def _joined(pieces: Sequence[tuple[int, str]]) -> list[tuple[int, int, str]]:
    """Return the texts, each with the numbers of its first and last one: 26, / and 01月 are one text, 26/01月."""
    joined: list[tuple[int, int, str]] = []
    for at, text in pieces:
        if joined and (text[0] in "-/" or joined[-1][2][-1] in "-/"):
            first, _, before = joined.pop()
            joined.append((first, at, before + text))
        else:
            joined.append((at, at, text))
    return joined


def _part(first: int, last: int, text: str) -> _Part | None:
    """Return what a text says of a date; None if it says something else."""
    text = text.strip("-/.,· ") if len(text) <= _LONGEST else ""
    match = next((match for form in _FORMS if (match := form.fullmatch(text))), None) if text else None
    if match is None:
        return None
    groups = match.groupdict(default="")
    month = groups.get("m") or groups.get("two") or groups.get("number") or ""
    if name := groups.get("name", "").capitalize():
        month = str((HAN_MONTHS.index(name) if name in HAN_MONTHS else ENGLISH_MONTHS.index(name[:3])) + 1)
    is_day_first = bool(month) and match.re is _DAY_BEFORE_MONTH
    return _Part(first, last, groups.get("y", ""), month, groups.get("d", ""), text.isdecimal(), is_day_first)


def _date_of(parts: Sequence[_Part]) -> str:
    """Return the date that these parts make, each part of a date once; empty if they make none."""
    if len(parts) == 1 and not parts[0].is_day_first:
        return ""
    years = [part.year for part in parts if part.year]
    months = [part.month for part in parts if part.month]
    days = [part.day for part in parts if part.day]
    if len(years) == 1 and not months and len(days) == 2 and sum(part.is_number for part in parts) >= 2:
        one, other = days
        is_year_first = bool(parts[0].year)
        if int(one) <= 12 and (is_year_first or int(other) > 12):
            months, days = [one], [other]
        elif int(other) <= 12 < int(one) and not is_year_first:
            months, days = [other], [one]
    if len(months) != 1 or len(days) != 1 or len(years) > 1:
        return ""
    return "-".join([*years, months[0].zfill(2), days[0].zfill(2)])
