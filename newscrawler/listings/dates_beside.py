"""The date beside each link of a listing page, also where its day and its month stand in two elements."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import has_children, text_up_to
from newscrawler.listings.links import LONGEST_ITEM, Link
from newscrawler.text.dates import IN_LISTING
from newscrawler.text.split_dates import find_split_date

_MOST_TEXTS = 200


def set_dates(links: Iterable[Link]) -> None:
    """Set the date beside each link."""
    links = list(links)
    items: dict[_Element, _Item] = {}
    rows: Counter[str] = Counter()
    split: Counter[str] = Counter()
    for link in links:
        # Many links may share one item, which may be the whole page.
        if link.item not in items:
            items[link.item] = _Item(link.item)
        rows[link.path] += 1
        split[link.path] += bool(items[link.item].split_date)
    for link in links:
        item = items[link.item]
        # Beside one row a number may look like a part of a date: that of its readers.
        is_split = split[link.path] * 2 > rows[link.path]
        link.date_text = (item.split_date if is_split else "") or _date_beside(link, item)


class _Item:
    """The texts of an item."""

    def __init__(self, element: _Element) -> None:
        self.text = text_up_to(element, LONGEST_ITEM + 1)
        """As one; longer than `LONGEST_ITEM` for what is no item of a list."""
        self.split_date = ""
        """The date whose parts stand in several elements; empty without one."""
        self.spaced = ""
        """With a space between the texts of two elements: a number of readers may follow the date."""
        if len(self.text) <= LONGEST_ITEM and has_children(element):
            texts = [str(text) for text in islice(element.itertext(), _MOST_TEXTS)]
            self.spaced = " ".join(texts)
            found = find_split_date(texts)
            self.split_date = found.text if found else ""


def _date_beside(link: Link, item: _Item) -> str:
    """Return the date in the text of the link's item, outside of its title."""
    if len(item.text) > LONGEST_ITEM:
        return ""
    inside = text_up_to(link.element)
    is_inside_only = link.item is link.element
    outside = inside if is_inside_only else item.text.replace(inside, " ", 1)
    match = _last_date(outside) or (_last_date(inside) if inside.strip() != link.title else None)
    if match is None and not is_inside_only:
        match = _last_date(item.spaced.replace(text_up_to(link.element, between=" "), " ", 1))
        return match.group() if match else ""
    if match is None:
        # Entries without an element of their own: the date follows directly after the link or in the next element.
        match = _last_date(link.element.tail or "")
        following = link.element.getnext()
        if match is None and following is not None and following.tag not in ("a", "br"):
            match = _last_date(text_up_to(following, 60))
    return match.group() if match else ""


def _last_date(text: str) -> re.Match[str] | None:
    matches = list(IN_LISTING.finditer(text[:4_000]))
    return matches[-1] if matches else None
