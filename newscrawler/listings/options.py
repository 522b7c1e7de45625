"""Where the options of a `<select>` lead."""

from __future__ import annotations

import re

from lxml.etree import _Element

from newscrawler.listings.pagers.actions import address_in_code
from newscrawler.listings.pagers.view import PagerView

_WORD = re.compile(r"[\w-]{0,40}")
"""A value that is no address by itself: `2023`, `2023-05`."""


def target_of_option(view: PagerView, option: _Element) -> str | None:
    """Return the page that an option opens. A bare word is an address only as the code of its list makes it one."""
    value = (option.get("value") or "").strip()
    if not _WORD.fullmatch(value):
        return view.target(value)
    code = next((node.get("onchange") or "" for node in option.iterancestors("select")), "")
    known = int(value) if value.isdecimal() and len(value) < 10 else value
    address = address_in_code(code, view.page_scripts, {"this.value": known}) if code and value else None
    return view.target(address) if address else None
