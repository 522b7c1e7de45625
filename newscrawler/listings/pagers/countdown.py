"""Pagers that count their pages down: the oldest page is page 1, and the newest one, which a section shows first, has
the highest number. The way on is then the page *before*: 上一页, or the next lower number.

That a pager counts down shows on the first page of a sweep: it is the last one of the pager, `第12页/共12页`, and the
pager leads to the page before. A page whose 下一页 leads on is not the last one: numbers that fall are then years
beside the list. So are they where the highest is a year and leads to another page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from newscrawler.listings.pagers.labels import read_labels
from newscrawler.listings.pagers.numbers import RowItem, current_number, number_rows
from newscrawler.listings.pagers.reading import PagerReading
from newscrawler.listings.pagers.view import PagerView

COUNTDOWN = "page numbers that count down"
"""The form of pager."""
_STATED = re.compile(r"(?:第\s*|页次?\s*[:：]\s*|(?<![\d/.-]))(\d{1,5})\s*页?\s*/\s*(?:共|总)?\s*(\d{1,5})\s*页")
_BEFORE = re.compile(
    r"[\s<《«‹←\[【＜〈]{0,4}(?:上一?页|前一?页|上頁|上一頁|prev(?:ious)?)[\s\]】]{0,4}", re.IGNORECASE
)
_LAST_NUMBER = re.compile(r"(\d{1,6})\D*$")


def read_countdown(view: PagerView) -> PagerReading | None:
    """Read a pager that counts down; None where it is not known to do so and nothing shows it."""
    if not view.counts_down and (view.number > 1 or _leads_on(view)):
        return None
    for current, highest, before in _pagers(view):
        if not view.counts_down and not (current == highest > 1 and before):
            continue
        if before:
            return PagerReading(COUNTDOWN, before)
        if current == 1:
            return PagerReading(COUNTDOWN, is_last=True)
    return None


def _leads_on(view: PagerView) -> bool:
    """Whether the page has a usual pager, in words or with a row of numbers that rise, that leads to a next page."""
    if (labels := read_labels(view)) is not None and labels.next_url:
        return not any(item.url == labels.next_url for items, _ in number_rows(view) for item in items)
    return any(
        items[0].number == 1 and items[0].url is None and any(item.url for item in items[1:])
        for items, _ in number_rows(view)
    )


def _are_years(items: list[RowItem]) -> bool:
    """Whether a row is one of years, of which none is the page's own."""
    years = [item.number for item in items]
    return all(1990 <= year <= 2100 for year in years) and all(item.url or item.is_action for item in items)


def _pagers(view: PagerView) -> Iterator[tuple[int, int, str]]:
    """Yield the number of this page, the highest number, and the address of the page before, as pagers show them."""
    labels = (label for label in view.labels if label.url and _BEFORE.fullmatch(label.text))
    before = next((label.url for label in labels if label.url and view.is_like_this_page(label.url)), "")
    if stated := _STATED.search(view.text[:20_000]):
        yield int(stated[1]), int(stated[2]), before
    for items, _ in number_rows(view):
        if _are_years(items):
            continue
        numbers = [item.number for item in items]
        falls = numbers == sorted(numbers, reverse=True)
        current = max(numbers) if falls and view.number == 1 else current_number(view, items)
        if current is None or (not falls and not view.counts_down and current != _own_number(view)):
            continue
        yield current, max(numbers), _link_to(items, current - 1) or before


def _link_to(items: list[RowItem], number: int) -> str:
    return next((item.url for item in items if item.number == number and item.url), "")


def _own_number(view: PagerView) -> int | None:
    """Return the last number in the address of the page; None without one."""
    parts = urlsplit(view.page_url)
    match = _LAST_NUMBER.search(f"{parts.path}?{parts.query}")
    return int(match[1]) if match else None
