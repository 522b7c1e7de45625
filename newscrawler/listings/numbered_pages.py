"""The numbers of a newspaper's pages where only addresses show them: 要闻 is v01.shtml, 时政 is v02.shtml."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from newscrawler.listings.page_labels import PageLabel
from newscrawler.text.urls import identity

_NUMBER = re.compile(r"(?:(?<![A-Za-z])[A-Z]{1,2})?(?<!\d)\d{1,3}(?!\d)")
_PAGE = re.compile(r"(?:^|[^a-z])(?:p|v|page|pageno|ban|bm|layout|ver)[=/_-]?$", re.IGNORECASE)
_FEWEST = 2


def with_numbers(labels: dict[str, PageLabel], urls: Sequence[str]) -> dict[str, PageLabel]:
    """Return the labels of an edition's pages, by identity, with the numbers that their addresses show.

    `urls` are the addresses of all its pages, in the order of its menu. If a label has a number, the others stay
    without one.
    """
    if any(label.number for label in labels.values()):
        return labels
    numbers = _numbers(urls)
    return {name: label._replace(number=numbers.get(name, "")) for name, label in labels.items()}


def _numbers(urls: Sequence[str]) -> dict[str, str]:
    """Return the numbers of pages by identity; empty if the addresses show none.

    They must differ in one number alone, which counts the pages from 1 on without a gap, and is written like that of a
    page: 01, A1, p1. node_1 is the number of a node: some systems begin with node_2, or leave some out. The numbers of
    sections (A01, A02, B01) begin anew.
    """
    known = {identity(url): url for url in urls}
    if len(known) < _FEWEST:
        return {}
    first, *others = (_parts(url) for url in known.values())
    places = {
        place
        for other in others
        if len(other) == len(first)
        for place, (one, two) in enumerate(zip(first, other, strict=True))
        if one != two
    }
    if len(places) != 1 or any(len(other) != len(first) for other in others):
        return {}
    place = places.pop()
    numbers = [parts[place] for parts in (first, *others)]
    if numbers[0][:1] in "123456789" and not _PAGE.search(first[place - 1]):
        return {}
    counted: dict[str, int] = {}
    for number in numbers:
        if not _NUMBER.fullmatch(number):
            return {}
        section = number.rstrip("0123456789")
        counted[section] = counted.get(section, 0) + 1
        if int(number.removeprefix(section)) != counted[section]:
            return {}
    return dict(zip(known, numbers, strict=True))


def _parts(url: str) -> list[str]:
    """Return the pieces of an address, with each number a piece of its own."""
    parts = urlsplit(url)
    text = f"{parts.netloc}{parts.path}?{parts.query}"
    return re.split(rf"({_NUMBER.pattern})", text)
