"""Sections that say that they are empty, beside which the portal's own boxes stand: rankings, choices, other places.

The articles of such a box are none of the section's, and were its list if nothing else is asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.entries import EntryReading
from newscrawler.listings.link_lists import LinkList
from newscrawler.listings.list_evidence import are_choices
from newscrawler.listings.pagers import PagerView
from newscrawler.listings.unlinked_rows import SAYS_EMPTY

_STATES_NONE = re.compile(r"(?<!\d)共\s{0,3}0\s{0,3}[条篇](?!\d)")
_LONGEST = 20
"""Characters of an element that says nothing but that there is nothing."""


def without_boxes_of_empty(reading: EntryReading, view: PagerView) -> EntryReading:
    """Return the reading of a first page without an entry, if it says that the section is empty (暂无内容, 共0条).

    One of both counts where all lists are rankings and choices, both count beside any list that holds neither.
    """
    if view.number > 1 or not reading.entries:
        return reading
    says, states = _says_empty(view, reading.lists), _STATES_NONE.search(view.text) is not None
    if (says and states) or ((says or states) and are_choices(reading.lists)):
        return replace(reading, entries=[], links=(), lists=())
    return reading


def _says_empty(view: PagerView, lists: Sequence[LinkList]) -> bool:
    """Whether an element says nothing but that there is nothing, outside of all lists."""
    if not SAYS_EMPTY.search(view.text):
        return False
    rows = {link.item for one in lists for link in one.links}
    return any(_is_notice(element) and rows.isdisjoint(element.iterancestors()) for element in view.iter())


def _is_notice(element: _Element) -> bool:
    text = text_up_to(element, _LONGEST + 1).strip() if element.text else ""
    return len(text) <= _LONGEST and SAYS_EMPTY.search(text) is not None
