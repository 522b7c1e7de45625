"""Which of a page's dates is that of publication: the printed one, or one that the page says for machines."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta

from newscrawler.extraction.html import text_up_to
from newscrawler.extraction.model import Evidence
from newscrawler.extraction.page import Page
from newscrawler.extraction.selectors import select
from newscrawler.extraction.structured import date_elsewhere
from newscrawler.text.clock import CHINA
from newscrawler.text.dates import (
    CHINESE_NUMERALS,
    COMPACT_WITH_TIME,
    DAY_FIRST,
    FULL,
    NAMED_MONTH,
    SHORT_HAN_YEAR,
    WITHOUT_YEAR,
    find_date,
    fold_date,
    has_year,
)
from newscrawler.text.month_names import ENGLISH_MONTHS
from newscrawler.text.numerals import han_number

_CLOCK_PART = re.compile("[:：∶]\\d|\\d[时点分秒]")
_MIDNIGHT = re.compile(r"[ T]00:00(?::00)?(?::?0{1,3}$|[Z+.]|$)")
_CLOCK = re.compile(r"(?<![0-9:])[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?(?![0-9:])")
_MOST_ELEMENTS = 200
_LONGEST_MOMENT = 60
_TIMED = "//*[@datetime or @title]"
_LARGEST_OF_CLOCK = 99


def published_of(
    page: Page, *, by_rule: Evidence | None, printed: Evidence | None, written: Evidence | None
) -> Evidence | None:
    """Return the date: by rule; else printed or for machines, whichever is more precise about the same day.

    `written` is what the page says for machines. It gives the year and the moment (3天前) that a page does not print.
    """
    if by_rule is not None:
        by_rule = replace(by_rule, text=_from_epoch(by_rule.text))
        # What a system writes for machines is often rounded: to the minute, or to midnight.
        is_shown = by_rule.rule != "override" and printed is not None and _shows_more(printed.text, by_rule.text)
        return printed if is_shown else _completed(page, by_rule, written)
    if printed is None:
        return written or date_elsewhere(page)
    if not has_year(printed.text) or _is_day_first(printed.text):
        return _completed(page, printed, written)
    if _CLOCK_PART.search(fold_date(printed.text)) is None:
        # The page prints the day alone; what it says for machines about this day is more precise.
        twin = _of_same_element(page, printed.text) or written
        is_exact = twin is not None and _CLOCK_PART.search(twin.text) and not _MIDNIGHT.search(twin.text)
        if twin is not None and is_exact and _day(twin.text) == _day(printed.text):
            return twin
    if written is None or printed.confidence > 0.85:
        return printed
    return printed if _day(written.text) == _day(printed.text) else written


def _completed(page: Page, printed: Evidence, written: Evidence | None) -> Evidence:
    """Return a date that the page prints without its year, or with day and month in any order, as a twin has it."""
    if has_year(printed.text) and not _is_day_first(printed.text):
        return printed
    twin = _of_same_element(page, printed.text) or written or date_elsewhere(page)
    if twin is None:
        return printed
    twin = replace(twin, text=_from_epoch(twin.text))
    day = _whole_day(twin.text)
    if day is None:
        return printed
    days = _possible_days(printed.text, day.year)
    twin_has_time = _CLOCK_PART.search(twin.text) is not None and _MIDNIGHT.search(twin.text) is None
    # Machines may state a time in another zone, where it is another day.
    apart = timedelta(days=1 if twin_has_time else 0)
    if days and not any(abs(day - shown) <= apart for shown in days):
        return printed if _is_day_first(printed.text) or twin is not written else twin
    clock = _CLOCK.search(fold_date(printed.text))
    if clock is None or twin_has_time:
        return twin
    return Evidence(f"{day} {clock.group()}", f"{printed.rule}、{twin.rule}", min(printed.confidence, twin.confidence))


def _of_same_element(page: Page, printed: str) -> Evidence | None:
    """Return the moment that the element of a printed date holds: `<time datetime="2023-08-15T09:26">3天前</time>`."""
    moments: set[str] = set()
    elements = sorted(select(page.root, _TIMED), key=lambda element: element.get("datetime") is None)
    for element in elements[:_MOST_ELEMENTS]:
        moment = " ".join((element.get("datetime") or element.get("title") or "")[:_LONGEST_MOMENT].split())
        if find_date(moment) and printed in " ".join(text_up_to(element, 2 * _LONGEST_MOMENT).split()):
            moments.add(moment)
    # Where several elements print the same words, those of other articles are among them.
    return Evidence(moments.pop(), "time-element", 0.9) if len(moments) == 1 else None


def _is_day_first(text: str) -> bool:
    folded = fold_date(text)
    return DAY_FIRST.search(folded) is not None and FULL.search(folded) is None


def _possible_days(text: str, year: int) -> list[date]:
    """Return the days that a date without a year, or with day and month in any order, can mean; none for 3天前."""
    folded = fold_date(text)
    if match := DAY_FIRST.search(folded):
        orders = [(match["y"], match["mo"], match["d"]), (match["y"], match["d"], match["mo"])]
    elif match := SHORT_HAN_YEAR.search(folded):
        orders = [(f"{century}{match['y']}", match["mo"], match["d"]) for century in (20, 19)]
    elif match := WITHOUT_YEAR.search(folded):
        orders = [(str(year), match["mo"] or match["mo2"], match["d"])]
    else:
        return []
    return [day for numbers in orders if (day := _date(*numbers))]


def _whole_day(text: str) -> date | None:
    match = FULL.search(fold_date(text))
    return _date(match["y"], match["mo"], match["d"]) if match else None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _shows_more(printed: str, written: str) -> bool:
    """Tell whether a printed date is of the same day as one for machines, which is less precise or says midnight."""
    if _day(printed) != _day(written):
        return False
    is_midnight = _MIDNIGHT.search(written) is not None
    return is_midnight or len(_CLOCK_PART.findall(printed)) > len(_CLOCK_PART.findall(written))


def _day(text: str) -> tuple[int, ...]:
    """Return year, month and day of the first date in a text, however it is written; fewer figures of what is none."""
    found = find_date(text)
    folded = fold_date(text[found.start : found.end] if found else text)
    if match := FULL.search(folded) or COMPACT_WITH_TIME.search(folded) or CHINESE_NUMERALS.search(folded):
        with suppress(ValueError):
            return tuple(int(part) if part.isascii() else han_number(part) for part in match.group("y", "mo", "d"))
    figures = [int(figure) for figure in re.findall("[0-9]+", folded)]
    if named := NAMED_MONTH.search(folded):
        month = next((at for at, name in enumerate(ENGLISH_MONTHS, start=1) if name in named.group()), 0)
        years = [figure for figure in figures if figure > _LARGEST_OF_CLOCK]
        return (years[0], month, figures[figures[0] in years]) if years else ()
    return tuple(figures[:3])


def _from_epoch(text: str) -> str:
    """Write a Unix time of ten digits as China's clock shows it."""
    if len(text) == 10 and text.isdigit():
        moment = datetime.fromtimestamp(int(text), CHINA)
        return moment.strftime("%Y-%m-%d %H:%M:%S")
    return text
