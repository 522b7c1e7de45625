"""Pagers that are a row of page numbers, with or without blanks between them, in links, list items, divs or spans.

Ranges of entries that follow each other (1-10, 11-20) number pages, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from operator import attrgetter

from lxml.etree import _Element

from newscrawler.extraction.html import has_children, text_up_to
from newscrawler.listings.pagers.actions import address_in_code
from newscrawler.listings.pagers.elements import is_named_like_pager
from newscrawler.listings.pagers.handlers import has_event, holds_own_number
from newscrawler.listings.pagers.labels import code_of, is_disabled, is_in_slider
from newscrawler.listings.pagers.reading import PagerReading
from newscrawler.listings.pagers.submissions import submitted_by
from newscrawler.listings.pagers.unhiding import most_hidden_pages, only_shows_main_list
from newscrawler.listings.pagers.view import PagerView
from newscrawler.listings.ranges import Range, pages_of, range_in
from newscrawler.text.patterns import late

NUMBERS = "page numbers"
"""The form of pager that is a row of numbers."""
_NUMBER = late(r"^[\s\u00a0\[【(第]*(\d{1,5})[\s\u00a0\]】)页]*$")
_BARE = late(r"[\s\u00a0\[\]【】()第页|,，、·]*(?:\d{1,5}[\s\u00a0\[\]【】()第页|,，、·]+){0,3}(?:\d{1,5})?")
"""Text between the links of a row: numbers and what frames them, as in `[1] [2]`."""
_FURTHER = late(r"[\s\u00a0]{0,3}(?:\.{2,6}|…{1,3}|›{1,2}|»|>{1,2})[\s\u00a0]{0,3}")
"""A link behind the last number of a row: there are more."""
_ELLIPSIS = late(r"[\s\u00a0]{0,3}(?:\.{3,6}|…{1,3})[\s\u00a0]{0,3}")
"""Text behind the last number of a row, in no link: there are more, and nothing leads to them."""
_NAMED_GROUP = late(r"[\s\u00a0]{0,3}[下后]\s?(?:\d{1,3}|[二两三四五六七八九十]{1,2}|一?组)\s?页?[\s\u00a0>»›]{0,3}")
"""The same as words: 后十页, 下一组."""
_NEXT_GROUP = late(r"(?:[下后][^，。]{0,6}|next\s?\d{0,3}(?:\spages)?)[\s>»›]{0,3}", re.IGNORECASE)
"""What such a link is called that leads to this listing: 下3页, 下一组, 后十页."""
_CURRENT = late(
    r"(?:^|[\s_-])(?:active|current|cur|curr|on|now|selected|select|this|hover|thisclass)(?:$|[\s_-])", re.I
)
_WRAPPERS = ("li", "span", "td", "b", "strong", "font", "em", "div", "dd", "p")
_CALL = late(r"[A-Za-z_$][\w$]*\s*\([^)]")
"""What an action does that leads somewhere; `void(0)` and `return false` do not."""
_NOTHING = late(r"(?i)void\s*\(\s*0?\s*\)|return\s+false")
INDEX_FILE = late(r"(?i)(?<=/)(?:index|default)\.\w{2,6}$")
_ICONS = ("img", "i", "span", "em", "b", "svg", "font")
_LEVELS = 3
"""Elements around a number of which one is named like a pager."""
_DIGITS = late(r"\d+")
_LONGEST_ROW = 600
_LONGEST_TEXT = 60
_MOST_ROWS = 50
_MAX_ELEMENTS = 20_000
_MOST_NUMBERS = 60
"""The most numbers of a row; a calendar of a month with its neighbours has fewer days, but stands in a table."""


@dataclass(slots=True)
class RowItem:
    """A number of a row."""

    number: int
    url: str | None
    """None: not a link, a link to this page, or one that a script follows."""
    is_marked: bool
    is_action: bool = False
    """Whether a script follows it, to an address that cannot be read."""
    is_link: bool = False
    entries: Range | None = None
    """The entries of its page, if the row shows these in place of its number."""
    element: _Element | None = None


Further = tuple[str | None, str]
"""The address and the text of a link behind a row of numbers that says that there are more."""


def read_numbers(view: PagerView) -> PagerReading | None:
    """Read the row of numbers in which the page's own number is marked, is no link, or is the number of the page."""
    best: PagerReading | None = None
    for items, further in number_rows(view):
        reading = _read_row(view, items, further)
        if reading is not None and (reading.next_url or best is None):
            best = reading
        if best is not None and best.next_url:
            break
    return best


def first_page_elsewhere(view: PagerView, next_url: str) -> str:
    """Return where the pager of a section's page has page 1, if that is another page; else empty.

    Then the section's page is a cover with its newest entries, and page 2 goes on from page 1, not from it: every
    number of the row with the address of the next page is a link to another page, and none is marked.
    """
    for items, _ in number_rows(view):
        numbers = {item.number: item for item in items}
        first, second = numbers.get(1), numbers.get(2)
        if first is None or second is None or second.url != next_url:
            continue
        is_elsewhere = all(item.url and not item.is_marked for item in items)
        if is_elsewhere and first.url and first.url != next_url and not _is_index_of(first.url, view.page_url):
            return first.url
    return ""


def _is_index_of(url: str, page_url: str) -> bool:
    """Whether an address is that of a page: of the index of its folder, or of its page 1.

    /yc/index.html and /yc/?page=1 are /yc/.
    """
    one, other = (INDEX_FILE.sub("", address.partition("#")[0]) for address in (url, page_url))
    path, _, query = one.partition("?")
    own_path, _, own_query = other.partition("?")
    further = [part for part in query.split("&") if part and part not in own_query.split("&")]
    return path == own_path and all(part.endswith("=1") for part in further)


def number_rows(view: PagerView) -> Iterator[tuple[list[RowItem], Further | None]]:
    """Yield the rows of numbers of a page, each with at least two, and the link behind each that leads to more."""
    for row in _rows(view):
        if len(text_up_to(row, _LONGEST_ROW + 1)) <= _LONGEST_ROW:
            items, further = _items(view, row)
            if 2 <= len(items) <= _MOST_NUMBERS:
                yield items, further


def _rows(view: PagerView) -> Iterable[_Element]:
    """Return the elements that may hold a row of numbers."""
    rows: dict[_Element, None] = {}
    for label in view.labels:
        is_page = label.is_text and (_NUMBER.match(label.text) or range_in(label.text))
        if is_page and (row := _row_of(label.element)) is not None:
            rows.setdefault(row)
            if len(rows) > _MOST_ROWS:
                break
    for element in islice(view.iter("li", "span", "td", "button", "em", "i", "b", "div"), _MAX_ELEMENTS):
        is_number = _NUMBER.match(element.text or "") and (element.get("onclick") or _is_bound(element))
        if is_number and len(rows) <= _MOST_ROWS and (row := _row_of(element)) is not None:
            rows.setdefault(row)
    return rows


def _is_bound(element: _Element) -> bool:
    """Whether a script knows a number of a pager by an attribute. Elsewhere it may be a day, a score, a picture."""
    if not (has_event(element) or holds_own_number(element)) or is_in_slider(element):
        return False
    return any(map(is_named_like_pager, islice(element.iterancestors(), _LEVELS)))


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
    is_week = node.tag == "tr" and len(list(islice(node, 8))) == 7 and not any(map(_is_script, node.iter("a")))
    return None if is_week else node


def _is_script(link: _Element) -> bool:
    return (link.get("href") or "").lower().startswith("javascript:")


def _has_own_text(element: _Element) -> bool:
    pieces = [element.text or "", *(child.tail or "" for child in element)]
    return any(piece.strip(" \u00a0\r\n\t|") for piece in pieces)


def _read_row(view: PagerView, items: list[RowItem], further: Further | None) -> PagerReading | None:
    numbers = [item.number for item in items]
    # Some rows begin with the page's own number.
    is_row = numbers == sorted(numbers) or sorted(numbers) == list(range(min(numbers), min(numbers) + len(numbers)))
    if not is_row:
        return None
    numbers.sort()
    current = current_number(view, items)
    if current is None:
        return None
    items.sort(key=attrgetter("number"))
    following = next((item for item in items if item.number > current and item.url), None)
    if following is None and numbers[-1] > current:
        button = next((item.element for item in items if item.number > current and item.element is not None), None)
        is_hidden = button is not None and view.number == 1 and only_shows_main_list(view, button, code_of(button))
        if is_hidden and numbers[-1] <= most_hidden_pages(view):
            return PagerReading(NUMBERS, is_last=True, pages=1)
        return PagerReading(NUMBERS, sign=f"page {current + 1} of a row of numbers is reached by a script")
    if following is None and numbers[-1] == current and further is not None:
        url, text = further
        sign = f"page {current + 1} is behind {text!r}, which a script follows"
        if _ELLIPSIS.fullmatch(text):
            sign = f"page {current + 1} is behind {text!r}, which leads nowhere"
        return PagerReading(NUMBERS, url) if url else PagerReading(NUMBERS, pages=current + 1, sign=sign)
    if following is None:
        return PagerReading(NUMBERS, is_last=True, pages=current) if numbers[-1] == current else None
    # Another number than the next one is the last page behind an ellipsis.
    is_next = following.number == current + 1
    return PagerReading(NUMBERS, following.url or "", highest=numbers[-1]) if is_next else None


def _items(view: PagerView, row: _Element) -> tuple[list[RowItem], Further | None]:
    """Return the numbers of a row in order: links, other elements and bare text."""
    items: list[RowItem] = []
    further: Further | None = None

    def add(text: str | None, element: _Element | None, url: str | None, code: str = "") -> None:
        nonlocal further
        match = _NUMBER.match(text) if text else None
        entries = range_in(text) if text and not match else None
        if match or entries:
            is_called = _CALL.search(_NOTHING.sub("", code)) is not None
            is_bound = element is not None and not code and _is_bound(element)
            is_action = url is None and (is_called or is_bound)
            is_marked = element is not None and _is_marked(element)
            is_link = element is not None and element.tag == "a"
            items.append(RowItem(int(match[1]) if match else 0, url, is_marked, is_action, is_link, entries, element))
            further = None
        elif text and element is None and len(text) <= _LONGEST_TEXT and _BARE.fullmatch(text):
            items.extend(RowItem(int(number), None, False) for number in _DIGITS.findall(text))
        elif items and text and (element is None or element.tag != "a") and _names_more(text, element):
            further = further or (None, text.strip())
        elif items and element is not None and element.tag == "a" and (name := _further_name(view, element, text, url)):
            has_action = url or _is_script(element) or element.get("onclick")
            is_number = url is not None and any(item.url == url for item in items)
            further = (url, name) if has_action and not is_number and not is_disabled(element) else further

    add(row.text, None, None)
    links_inside: set[_Element] = set()
    for element in islice(row.iterdescendants(), 400):
        if not isinstance(element.tag, str):
            continue
        if element.tag == "a":
            links_inside.update(element.iterdescendants())
            href = element.get("href") or ""
            code = element.get("onclick") or (href[11:] if href.lower().startswith("javascript:") else "")
            add(text_up_to(element, 12), element, _target(view, element, code) if code else view.target(href), code)
        elif element not in links_inside and not has_children(element):
            action = element.get("onclick")
            add(element.text, element, _target(view, element, action) if action else None, action or "")
        if element not in links_inside:
            add(element.tail, None, None)
    return _with_pages_of_ranges(items), further


def _with_pages_of_ranges(items: list[RowItem]) -> list[RowItem]:
    """Return items with the numbers of pages in place of ranges; without these if they do not follow each other."""
    of_ranges = [item for item in items if item.entries is not None]
    numbers = pages_of([item.entries for item in of_ranges if item.entries is not None])
    if numbers is None:
        return [item for item in items if item.entries is None]
    return [replace(item, number=number) for item, number in zip(of_ranges, numbers, strict=True)]


def _further_name(view: PagerView, link: _Element, text: str | None, url: str | None) -> str:
    """Return what a link behind a row of numbers is called that leads to more of them; empty for any other link.

    A picture or an icon without words leads on if its address is like this page's, or is in a script.
    """
    is_like = url is not None and view.is_like_this_page(url)
    if text and text.strip("\u00a0 \r\n\t"):
        is_name = _FURTHER.fullmatch(text) or (is_like and _NEXT_GROUP.fullmatch(text.strip()))
        return text.strip() if is_name else ""
    if any(image.get("alt") or image.get("title") for image in link.iter("img")) or link.get("title"):
        return ""  # it has a name, which says what it is
    icon = next((child for child in link if child.tag in _ICONS), link)
    return f"<{icon.tag}>" if is_like or (url is None and _is_script(link)) else ""


def _names_more(text: str, element: _Element | None) -> bool:
    """Whether a text behind the last number says that there are more; what is switched off says nothing."""
    if element is not None and is_disabled(element):
        return False
    return _ELLIPSIS.fullmatch(text) is not None or _NAMED_GROUP.fullmatch(text) is not None


def _target(view: PagerView, element: _Element, code: str) -> str | None:
    address = address_in_code(code, view.page_scripts, view.variables)
    return view.target(address) if address is not None else submitted_by(view, element, code, view.variables)


def _is_marked(element: _Element) -> bool:
    parent = element.getparent()
    names = [element.get("class") or ""]
    if parent is not None and parent.tag in ("li", "span", "td"):
        names.append(parent.get("class") or "")
    return element.get("aria-current") is not None or any(_CURRENT.search(name) for name in names)


def current_number(view: PagerView, items: list[RowItem]) -> int | None:
    """Return the number of this page, as the row shows it."""
    marked = [item.number for item in items if item.is_marked]
    if len(set(marked)) == 1:
        return marked[0]
    plain = [item for item in items if item.url is None and not item.is_action]
    # A number without a link is the page's own rather than a link that leads nowhere.
    for numbers in ({item.number for item in plain if not item.is_link}, {item.number for item in plain}):
        if len(numbers) == 1 and len(items) > 1:
            return numbers.pop()
    # Beside the page's own number only the last one has no link: 1 2 3 4 … 9.
    if {item.number for item in plain} == {view.number, max(item.number for item in items)} and len(plain) < len(items):
        return view.number
    # All are links: the number of the page in the sweep, if the row has it.
    return view.number if any(item.number == view.number for item in items) and not plain else None
