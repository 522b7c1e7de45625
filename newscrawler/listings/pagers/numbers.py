"""Pagers that are a row of page numbers, with or without blanks between them, in links, list items, divs or spans."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.pagers.actions import address_in_code
from newscrawler.listings.pagers.reading import PagerReading
from newscrawler.listings.pagers.view import PagerView

_NUMBER = re.compile(r"^[\s\u00a0\[【(第]*(\d{1,5})[\s\u00a0\]】)页]*$")
_CURRENT = re.compile(
    r"(?:^|[\s_-])(?:active|current|cur|curr|on|now|selected|select|this|hover|thisclass)(?:$|[\s_-])", re.I
)
_WRAPPERS = ("li", "span", "td", "b", "strong", "font", "em", "div", "dd", "p")
_LONGEST_ROW = 600
_MOST_ROWS = 50
_MAX_ELEMENTS = 20_000
_MOST_NUMBERS = 60
"""The most numbers of a row; a calendar of a month with its neighbours has fewer days, but stands in a table."""


@dataclass(slots=True)
class _Item:
    number: int
    url: str | None
    """None: not a link, or a link to this page."""
    is_marked: bool


def read_numbers(view: PagerView) -> PagerReading | None:
    """Read the row of numbers in which the page's own number is marked, is no link, or is the number of the page."""
    rows: dict[_Element, None] = {}
    for label in view.labels:
        if label.is_text and _NUMBER.match(label.text) and (row := _row_of(label.element)) is not None:
            rows.setdefault(row)
            if len(rows) > _MOST_ROWS:
                break
    for element in islice(view.iter("li", "span", "td", "button"), _MAX_ELEMENTS):
        is_number = element.get("onclick") and _NUMBER.match(element.text or "")
        if is_number and len(rows) <= _MOST_ROWS and (row := _row_of(element)) is not None:
            rows.setdefault(row)
    best: PagerReading | None = None
    for row in rows:
        reading = _read_row(view, row)
        if reading is not None and (reading.next_url or best is None):
            best = reading
        if best is not None and best.next_url:
            break
    return best


def _row_of(link: _Element) -> _Element | None:
    """Return the element that holds a link's row: its parent, or above a wrapper of the link alone."""
    node = link
    for _ in range(3):
        parent = node.getparent()
        if parent is None:
            return None
        # Not by the number of children, which lxml counts one by one.
        is_only = node.getprevious() is None and node.getnext() is None
        alone = is_only and parent.tag in _WRAPPERS and not _has_own_text(parent)
        node = parent
        if not alone:
            break
    # A table of days is a calendar, whose rows are weeks.
    return None if node.tag == "tr" and len(node) == 7 else node


def _has_own_text(element: _Element) -> bool:
    pieces = [element.text or "", *(child.tail or "" for child in element)]
    return any(piece.strip(" \u00a0\r\n\t|") for piece in pieces)


def _read_row(view: PagerView, row: _Element) -> PagerReading | None:
    if len(text_up_to(row, _LONGEST_ROW + 1)) > _LONGEST_ROW:
        return None
    items = _items(view, row)
    numbers = [item.number for item in items]
    if not 2 <= len(items) <= _MOST_NUMBERS or numbers != sorted(numbers):
        return None
    current = _current(view, items)
    if current is None:
        return None
    following = next((item for item in items if item.number > current and item.url), None)
    if following is None and numbers[-1] > current:
        return PagerReading("page numbers", sign=f"page {current + 1} of a row of numbers is reached by a script")
    if following is None:
        return PagerReading("page numbers", is_last=True, pages=current) if numbers[-1] == current else None
    # Another number than the next one is the last page behind an ellipsis.
    return PagerReading("page numbers", following.url or "") if following.number == current + 1 else None


def _items(view: PagerView, row: _Element) -> list[_Item]:
    """Return the numbers of a row in order: links, other elements and bare text."""
    items: list[_Item] = []

    def add(text: str | None, element: _Element | None, url: str | None) -> None:
        if text and (match := _NUMBER.match(text)):
            items.append(_Item(int(match[1]), url, element is not None and _is_marked(element)))

    add(row.text, None, None)
    links_inside: set[_Element] = set()
    for element in islice(row.iterdescendants(), 400):
        if not isinstance(element.tag, str):
            continue
        if element.tag == "a":
            links_inside.update(element.iterdescendants())
            href = element.get("href") or ""
            code = element.get("onclick") or (href[11:] if href.lower().startswith("javascript:") else "")
            address = (address_in_code(code, view.page_scripts, view.variables) or "") if code else href
            add(text_up_to(element, 12), element, view.target(address))
        elif element not in links_inside and not len(element):
            action = element.get("onclick")
            target = address_in_code(action, view.page_scripts, view.variables) if action else None
            add(element.text, element, view.target(target) if target else None)
        if element not in links_inside:
            add(element.tail, None, None)
    return items


def _is_marked(element: _Element) -> bool:
    parent = element.getparent()
    names = [element.get("class") or ""]
    if parent is not None and parent.tag in ("li", "span", "td"):
        names.append(parent.get("class") or "")
    return element.get("aria-current") is not None or any(_CURRENT.search(name) for name in names)


def _current(view: PagerView, items: list[_Item]) -> int | None:
    """Return the number of this page, as the row shows it."""
    marked = [item.number for item in items if item.is_marked]
    if len(set(marked)) == 1:
        return marked[0]
    plain = [item.number for item in items if item.url is None]
    if len(set(plain)) == 1 and len(items) > 1:
        return plain[0]
    # All are links: the number of the page in the sweep, if the row has it.
    return view.number if any(item.number == view.number for item in items) and not plain else None
