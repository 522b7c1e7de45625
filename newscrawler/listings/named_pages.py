"""Pages of an edition that a page names and no address leads to: `<a href="javascript:open(2)">第02版：城事</a>`.

Their addresses may be those of a page that was read, with another number: `node_1.htm`, `node_2.htm`.
"""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import urlsplit

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.names_and_addresses import is_address
from newscrawler.listings.page_labels import PageLabel, read_page_label

MAX_NAMED = 100
_MOST_ELEMENTS = 5_000
_LONGEST = 60
_NO_ADDRESS = ("javascript:", "#")
_NUMBER = re.compile(r"([A-Z]{0,2})0*(\d{1,3})", re.IGNORECASE)


def pages_named_without_address(root: _Element) -> list[PageLabel]:
    """Return the pages that links of scripts and the options of a list name, each number once."""
    named: dict[str, PageLabel] = {}
    for element in islice(root.iter("a", "option", "li", "span", "div", "td"), _MOST_ELEMENTS):
        if len(named) >= MAX_NAMED:
            break
        if not _is_opened_by_script(element):
            continue
        text = " ".join(text_up_to(element, _LONGEST + 1).split())
        label = read_page_label(text)
        # A bare number may be a day of a calendar.
        if label is not None and label.number and ("版" in text or label.name):
            named.setdefault(plain_number(label.number), label)
    return list(named.values())


def _is_opened_by_script(element: _Element) -> bool:
    if element.get("data-href") or element.get("data-url"):
        return False
    if element.tag == "option":
        value = (element.get("value") or "").strip()
        return not is_address(value) or not any(character.isdigit() for character in value)
    if element.tag == "a":
        href = (element.get("href") or "").strip().lower()
        return href.startswith(_NO_ADDRESS) or (not href and bool(element.get("onclick")))
    return bool(element.get("onclick")) and next(element.iter("a"), None) is None


def plain_number(number: str) -> str:
    """Return a number of a page without the zeros before it: A02 is A2, 02 is 2."""
    match = _NUMBER.fullmatch(number)
    return f"{match[1].upper()}{match[2]}" if match else number


def address_of(number: str, url: str, own: str) -> str:
    """Return the address that a page may have, after that of the page with the number `own`; empty if it shows none."""
    wanted, known = _NUMBER.fullmatch(number), _NUMBER.fullmatch(own)
    if wanted is None or known is None:
        return ""
    path = urlsplit(url).path
    file = path.rpartition("/")[2]
    found = [match for match in _NUMBER.finditer(file) if int(match[2]) == int(known[2])]
    exact = [match for match in found if match[1].upper() == known[1].upper()] or found
    if not exact or (wanted[1].upper() != known[1].upper() and exact[-1][1].upper() != known[1].upper()):
        return ""
    match = exact[-1]
    letters = wanted[1] if match[1].upper() == known[1].upper() else match[1]
    digits = match[0][len(match[1]) :]
    new = file[: match.start()] + letters + wanted[2].zfill(len(digits)) + file[match.end() :]
    return url.replace(path, path[: len(path) - len(file)] + new, 1)
