"""Titles that a script opens: `javascript:openwin('shownews.asp?id=7')`, `href="#" onclick="show('7.html')"`.

The code of the click is read as text, with the function of the page that it calls. No script is run.
"""

from __future__ import annotations

import re
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.link_lists import LEAST_TITLE
from newscrawler.listings.links import MAX_LINKS, title_weight
from newscrawler.listings.names_and_addresses import is_address
from newscrawler.listings.pagers.actions import address_in_code

_NOWHERE = re.compile(r"\s*(?:#[^/!]{0,40}|javascript:.{0,500}|)\s*", re.IGNORECASE | re.DOTALL)
"""What a link has in place of an address."""
_MOST = 500
"""Titles of one page of which it is looked at what opens them."""
_LONGEST_CODE = 500
_LONGEST_SCRIPT = 100_000


def address_opened_links(root: _Element) -> None:
    """Give each title of a page that a script opens the address that its code has, in place.

    Short labels stay as they are: a button of a pager has an address on the last page, too.
    """
    scripts: list[str] | None = None
    left = _MOST
    for link in islice(root.iter("a"), MAX_LINKS):
        href = link.get("href") or ""
        code = link.get("onclick") or (href.strip()[11:] if href.strip()[:11].lower() == "javascript:" else "")
        if not code or left == 0 or not _NOWHERE.fullmatch(href):
            continue
        if title_weight(text_up_to(link, 60).strip()) < LEAST_TITLE:
            continue
        if scripts is None:
            scripts = [text[:_LONGEST_SCRIPT] for one in root.iter("script") if (text := one.text)]
        left -= 1
        address = (address_in_code(code[:_LONGEST_CODE], scripts) or "").strip()
        if is_address(address):
            link.set("href", address)
