"""Pages whose own list is not in their links: a script fills its place, or opens its rows. Boxes stand beside it.

Rankings (热点排行) and pictures of the whole portal are then all that a page has as links. They are none of the
section's, and were its list if nothing else is asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from urllib.parse import urlsplit

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.entries import EntryReading
from newscrawler.listings.link_lists import LinkList
from newscrawler.listings.list_evidence import are_boxes
from newscrawler.listings.own_folder import folder_of
from newscrawler.listings.pagers.growing import ASKING
from newscrawler.listings.pagers.view import PagerView
from newscrawler.listings.unlinked_rows import rows_without_link
from newscrawler.text.urls import resolve

_PLACES = ("div", "ul", "ol", "dl", "table", "tbody", "section")
_LIST = re.compile(r"(?i)list|news|article|content|column|rows")
"""What the id or the class of a list's place says."""
_SHOWN = ("a", "img", "input", "iframe", "video", "object", "form", "button")
"""Elements by which a place shows something without a text."""
_ADDRESSES = ("url", "data-url", "querydata", "data-api", "data-src")
"""Attributes in which a script behind a place holds what it asks for."""
_LIBRARY = re.compile(r"(?i)jquery|swiper|\.min\.|bootstrap|vue|hm\.js|stat|count|share")
_MOST_ELEMENTS = 20_000
_BEHIND = 2
"""Elements behind a place among which its script is looked for."""


def without_boxes_of_filled(reading: EntryReading, view: PagerView) -> tuple[EntryReading, str]:
    """Return the reading without entries where all lists are boxes, and the place of the own list needs a script.

    The text says what shows that. Both are as they were where a box is the section's: it lies in the section's folder,
    or has a pager.
    """
    if not reading.entries or not are_boxes(reading.lists) or _is_own(reading.lists, view):
        return reading, ""
    place = next(filter(None, (_sign_of(place, view) for place in _empty_places(view))), "")
    sign = place or rows_without_link(view)
    return (replace(reading, entries=[], links=(), lists=()), sign) if sign else (reading, "")


def _is_own(lists: Sequence[LinkList], view: PagerView) -> bool:
    folder = folder_of(view.page_url)
    links = [link for one in lists for link in one.links]
    return bool(folder) and any(link.url.startswith(folder) for link in links)


def _empty_places(view: PagerView) -> list[_Element]:
    """Return the elements that are named like lists and show nothing, the outer ones of each other."""
    found: list[_Element] = []
    for element in islice(view.iter(*_PLACES), _MOST_ELEMENTS):
        name = f"{element.get('id') or ''} {element.get('class') or ''}"
        if not _LIST.search(name) or any(one in found for one in islice(element.iterancestors(), 3)):
            continue
        scripts = sum(len(text_up_to(one)) for one in element.iter("script", "style"))
        if len(text_up_to(element, scripts + 200).strip()) <= scripts and next(element.iter(*_SHOWN), None) is None:
            found.append(element)
    return found


def _sign_of(place: _Element, view: PagerView) -> str:
    """Return what shows that a script fills an empty place; empty if nothing does."""
    name = place.get("id") or (place.get("class") or "").split()[0]
    named = re.compile(rf"['\"#.]{re.escape(name)}['\"\s]")
    asks = any(ASKING.search(script) or named.search(script) for script in view.page_scripts)
    behind = islice(place.itersiblings(), _BEHIND)
    scripts = [*place.iter("script"), *(one for one in behind if one.tag == "script")]
    if asks or any(_asks(script, view) for script in scripts):
        attribute = "id" if place.get("id") else "class"
        return f"the list is filled by a script (an empty <{place.tag} {attribute}={name!r}>)"
    return ""


def _asks(script: _Element, view: PagerView) -> bool:
    """Whether a script beside a place may load its list: it says what it asks for, or is a file of the host's own."""
    if any(script.get(name) for name in _ADDRESSES):
        return True
    source = urlsplit(resolve(view.base_url, script.get("src") or "") or "")
    is_own = bool(script.get("src")) and source.hostname == urlsplit(view.page_url).hostname
    return is_own and not _LIBRARY.search(source.path.rpartition("/")[2])
