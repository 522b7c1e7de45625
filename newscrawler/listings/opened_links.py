"""Titles and 更多 that a script opens: `javascript:openwin('shownews.asp?id=7')`, `href="#" onclick="show('7.html')"`.

The code of the click is read as text, with the function of the page that it calls. No script is run.
"""

from __future__ import annotations

import re
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.link_lists import LEAST_TITLE
from newscrawler.listings.links import MAX_LINKS, title_weight
from newscrawler.listings.more_links import MORE
from newscrawler.listings.names_and_addresses import is_address
from newscrawler.listings.pagers.actions import address_in_code

_NOWHERE = re.compile(r"\s*(?:#[^/!]{0,40}|javascript:.{0,500}|)\s*", re.IGNORECASE | re.DOTALL)
"""What a link has in place of an address."""
_MOST = 500
"""Titles of one page of which it is looked at what opens them."""
_LONGEST_CODE = 500
_LONGEST_MORE = 10
_BUTTONS = ("a", "span", "em", "i", "b", "strong", "button", "div", "p", "li", "td", "img")
_ADDRESSES = ("data-href", "data-link")
_LONGEST_SCRIPT = 100_000


def address_opened_links(root: _Element) -> None:
    """Give each title of a page that a script opens the address that its code has, in place, and each 更多 of a block.

    Other short labels stay as they are: a button of a pager has an address on the last page, too.
    """
    scripts: list[str] | None = None
    left = _MOST
    for element in list(islice(root.iter(*_BUTTONS), MAX_LINKS * 4)):
        href = element.get("href") or ""
        code = element.get("onclick") or (href.strip()[11:] if href.strip()[:11].lower() == "javascript:" else "")
        address = "" if element.tag == "a" and href and not _NOWHERE.fullmatch(href) else _written_address(element)
        if not (code or address) or left == 0 or not _NOWHERE.fullmatch(href):
            continue
        is_more = _says_more(element)
        is_title = element.tag == "a" and title_weight(text_up_to(element, 60).strip()) >= LEAST_TITLE
        if not (is_more or (is_title and code)):
            continue
        if scripts is None:
            scripts = [text[:_LONGEST_SCRIPT] for one in root.iter("script") if (text := one.text)]
        left -= 1
        if code and not (is_more and address):
            address = (address_in_code(code[:_LONGEST_CODE], scripts) or "").strip()
        if is_address(address):
            _as_link(element).set("href", address)


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
    if element.tag in ("img", "li", "td"):
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
