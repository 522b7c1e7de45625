"""Links of an edition's page that only look like its pages: the days of a calendar, other newspapers of the house."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import parse_qsl, urlsplit

from newscrawler.listings.edition_dates import EditionDay, days_in
from newscrawler.listings.edition_links import EditionLink

_DAY = re.compile(r"\s*0?(\d{1,2})\s*日?\s*")
_LONGEST_QUERY = 1_000


def without_days(links: Sequence[EditionLink], day: EditionDay) -> list[EditionLink]:
    """Take from links what a calendar calls them: 18 on the first page of the edition of the 18th is no page number.

    A page has a calendar if a link to another day is called by the number of that day.
    """
    if not _days_of_cells(links, day):
        return list(links)
    number = day.day.day

    def is_cell(link: EditionLink) -> bool:
        parts = urlsplit(link.url)
        rest = day.replaced_in(f"{parts.path}?{parts.query}")
        return day.is_in(link.url) and number not in map(int, re.findall(r"\d{1,9}", rest))

    return [
        replace(link, labels=[label for label in link.labels if not _is_day(label, number)]) if is_cell(link) else link
        for link in links
    ]


def calendar_days(links: Sequence[EditionLink], day: EditionDay) -> frozenset[date]:
    """Return the days to which a calendar leads; none if it leads to every day between its first and last one.

    Such a calendar may lead to days without an edition.
    """
    days = _days_of_cells(links, day)
    if not days:
        return frozenset()
    first, last = min(*days, day.day), max(*days, day.day)
    return frozenset(days) if len(days | {day.day}) <= (last - first).days else frozenset()


def _days_of_cells(links: Sequence[EditionLink], day: EditionDay) -> set[date]:
    """Return the other days that links lead to and are called by the number of."""
    return {
        other
        for link in links
        for other in days_in(link.url) - {day.day}
        if any(_is_day(label, other.day) for label in link.labels)
    }


def _is_day(label: str, number: int) -> bool:
    match = _DAY.fullmatch(label[:10])
    return match is not None and int(match[1]) == number


def of_other_papers(own_url: str, pages: Sequence[EditionLink], numbered: Sequence[EditionLink]) -> list[EditionLink]:
    """Return the links that lead to other newspapers: `?name=xdsb&code=001` beside `?name=jirb&code=002`.

    `numbered` are the links to pages that are called so (第02版). What their queries do not change stays the same in
    all addresses of a newspaper. Addresses with other paths or other parameters tell nothing.
    """
    own = _query(own_url)
    changing = {name for link in numbered for name in _changed(own, link.url, own_url)}
    if not changing:
        return []
    told = {id(link) for link in numbered}
    return [link for link in pages if id(link) not in told and _changed(own, link.url, own_url) - changing]


def _changed(own: dict[str, str], url: str, own_url: str) -> set[str]:
    """Return the parameters of a query that differ from those of an address of the same form; none of another form."""
    other = _query(url)
    if other.keys() != own.keys() or urlsplit(url)[:3] != urlsplit(own_url)[:3]:
        return set()
    return {name for name, value in other.items() if value != own[name]}


def _query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query[:_LONGEST_QUERY], keep_blank_values=True))
