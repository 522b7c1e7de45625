"""Titles, rows and 更多 that a script opens: `javascript:openwin('shownews.asp?id=7')`, `<tr onclick="show(7)">`.

The code of the click is read as text, with the function of the page that it calls. No script is run.
"""

from __future__ import annotations

import re
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.link_lists import LEAST_TITLE
from newscrawler.listings.links import LOCATION, MAX_LINKS, title_weight
from newscrawler.listings.more_links import MORE
from newscrawler.listings.names_and_addresses import is_address
from newscrawler.listings.pagers.actions import address_in_code
from newscrawler.text.dates import IN_LISTING

_NOWHERE = re.compile(r"\s*(?:#[^/!]{0,40}|javascript:.{0,500}|)\s*", re.IGNORECASE | re.DOTALL)
"""What a link has in place of an address."""
_MOST = 500
"""Titles of one page of which it is looked at what opens them."""
_LONGEST_CODE = 500
_LONGEST_MORE = 10
_BUTTONS = ("a", "span", "em", "i", "b", "strong", "button", "div", "p", "li", "td", "img")
_ROWS = ("tr", "li", "dl", "dd", "div", "p", "td", "article", "section", "h2", "h3", "h4")
_ADDRESSES = ("data-href", "data-link")
_LONGEST_SCRIPT = 100_000
_LONGEST_ROW = 300
_MOST_CELLS = 50
_LONG_TITLE = 8
"""Han characters of a title without a day beside it; a shorter text is a tab or a button."""


def address_opened_links(root: _Element) -> None:
    """Give each title (or its row) that a script opens the address of its code, in place, and each 更多 of a block.

    Other short labels stay as they are: a button of a pager has an address on the last page, too.
    """
    scripts: list[str] | None = None
    left = _MOST
    for element in list(islice(root.iter(*{*_BUTTONS, *_ROWS}), MAX_LINKS * 4)):
        href = element.get("href") or ""
        code = element.get("onclick") or (href.strip()[11:] if href.strip()[:11].lower() == "javascript:" else "")
        address = "" if element.tag == "a" and href and not _NOWHERE.fullmatch(href) else _written_address(element)
        if not (code or address) or left == 0 or not _NOWHERE.fullmatch(href):
            continue
        is_more = _says_more(element)
        is_title = element.tag == "a" and title_weight(text_up_to(element, 60).strip()) >= LEAST_TITLE
        calls = bool(code) and LOCATION.search(code) is None
        is_row = not is_more and calls and element.tag in _ROWS and _is_title_of_row(element)
        if not (is_more or is_row or (is_title and code)):
            continue
        if scripts is None:
            scripts = [text[:_LONGEST_SCRIPT] for one in root.iter("script") if (text := one.text)]
        left -= 1
        if code and not (is_more and address):
            address = (address_in_code(code[:_LONGEST_CODE], scripts) or "").strip()
        if is_row and is_address(address):
            _title_of_row(element).set("href", address)
        elif is_address(address):
            _as_link(element).set("href", address)


def _is_title_of_row(row: _Element) -> bool:
    """Whether a row has the text of one article, and no link of its own: openDetail(7) on a row of a table."""
    text = text_up_to(row, _LONGEST_ROW + 1).strip()
    if title_weight(text) < LEAST_TITLE or len(text) > _LONGEST_ROW:
        return False
    if any(not _NOWHERE.fullmatch(link.get("href") or "") for link in islice(row.iter("a"), 20)):
        return False
    is_around = next(row.iterancestors("a"), None) is not None or any(
        one is not row and one.get("onclick") for one in islice(row.iter(*_ROWS), 20)
    )
    return not is_around and (title_weight(text) >= _LONG_TITLE or IN_LISTING.search(text) is not None)


def _title_of_row(row: _Element) -> _Element:
    """Return the title in a row as a link, in place: the text that is longest without its day."""
    cells = [one for one in islice(row.iter(), _MOST_CELLS) if isinstance(one.tag, str) and (one.text or "").strip()]
    cell = max(cells, key=lambda one: title_weight(IN_LISTING.sub("", one.text or "").strip()), default=row)
    within = next((one for one in (cell, *cell.iterancestors("a")) if one.tag == "a"), None)
    return _as_link(cell) if within is None else within


def _written_address(element: _Element) -> str:
    return next((value.strip() for name in _ADDRESSES if (value := element.get(name))), "")


def _says_more(element: _Element) -> bool:
    """Whether an element is a button 更多 of its own, in no link and around none."""
    if element.tag == "img":
        text = element.get("alt") or element.get("title") or ""
        is_named = MORE.match(text.strip()) is not None or "more" in (element.get("src") or "").lower()
    else:
        text = text_up_to(element, _LONGEST_MORE + 1).strip()
        is_named = 0 < len(text) <= _LONGEST_MORE and MORE.match(text) is not None
    return is_named and next(element.iterancestors("a"), None) is None and next(element.iter("a"), element) is element


def _as_link(element: _Element) -> _Element:
    """Return an element as a link, in place; one that must stay what it is (an image, a row) in or around a link."""
    if element.tag in ("img", *_ROWS):
        link = element.makeelement("a", {})
        if element.tag == "img":
            parent = element.getparent()
            if parent is None:
                return element
            parent.replace(element, link)
            link.tail, element.tail = element.tail, None
            link.append(element)
        else:
            link.text, element.text = element.text, None
            link.extend(list(element))
            element.append(link)
        return link
    element.tag = "a"
    return element
