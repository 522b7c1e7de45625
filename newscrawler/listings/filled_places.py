"""Pages whose own list is not in their links: a script fills its place, or opens its rows. Boxes stand beside it.

Rankings (热点排行), pictures and news of the whole portal are then all that a page has as links. They are none of the
section's, and were its list if nothing else is asked.

How much this says depends on what the lists are. Rankings and pictures are none of the section's where any place looks
like that of a list. A short list without a pager or an address in the section's folder may be a box, too, or the list
beside the weather: what the script asks for tells, or the lists of other cities.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import urlsplit

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.entries import EntryReading
from newscrawler.listings.link_lists import LinkList
from newscrawler.listings.list_evidence import PAGER, are_boxes, has_pager_of_its_own
from newscrawler.listings.own_folder import folder_of
from newscrawler.listings.pagers import script_of_list
from newscrawler.listings.pagers.first_requests import first_addresses
from newscrawler.listings.pagers.growing import ASKING, LOADING_WORDS
from newscrawler.listings.pagers.view import PagerView
from newscrawler.listings.unlinked_rows import has_template, rows_without_link
from newscrawler.listings.ways import WaysOn
from newscrawler.text.urls import resolve

_PLACES = ("div", "ul", "ol", "dl", "table", "tbody", "section", "main", "article")
_LIST = re.compile(r"(?i)list|news|article|content|column|rows")
"""What the id or the class of a list's place says."""
_OF_OTHERS = re.compile(
    r"(?i)(?:^|[\s_-])(?:hot|remen|rd|ph|rank|phb?|paihang|side|aside|right|r|foot(?:er)?|head(?:er)?|top|nav|menu|login|user|weather|tianqi|ads?|banner"
    r"|gg|adv|share|qr|links?|tool|swiper|banner|online|visits?|hits|zan|pinglun|pl|clear(?:fix)?|cl|search|recommend|tuijian|comments?|vote|video|player|photo|date|time|clock|count|copyright|map)"
    r"(?:list|box|bar|\d|$|[\s_-])"
)
"""Names of places of something else."""
_NO_MAIN = frozenset({"header", "footer", "nav", "aside", "form"})
_SHOWN = ("a", "img", "input", "iframe", "video", "object", "form", "button")
"""Elements by which a place shows something without a text."""
_ADDRESSES = ("url", "data-url", "querydata", "data-api", "data-src")
"""Attributes in which a script behind a place holds what it asks for."""
_LIBRARY = re.compile(r"(?i)jquery|swiper|\.min\.|bootstrap|vue|hm\.js|stat|count|share")
_ASKING_OTHERWISE = re.compile(r"(?i)flow\.load\s*\(|[?&](?:jsonp?)?callback=|\bjsonp\b")
_MOST_ELEMENTS = 20_000
_MOST_PLACES = 20
_MOST_NAMES = 5
"""Classes of a place that are looked for in scripts."""
_BEHIND = 2
"""Elements behind a place among which its script is looked for."""
_LONGEST_PAGER = 200
_LONGEST_NOTE = 12
"""Characters of a place that only says that it is loading."""
_MOST_OF_A_BOX = 12
"""Articles of a list that may be a box of the portal."""
_MOSTLY = 0.5
_MOST_OF_BOXES = 24
"""Articles of all such lists of a page."""


@dataclass(frozen=True, slots=True)
class FilledPlace:
    """What a page shows of a list that a script fills."""

    sign: str = ""
    """What shows it, as part of a sentence; empty if the page has none."""
    addresses: tuple[str, ...] = ()
    """Where the script may get the entries: addresses on the page's own host."""
    is_named: bool = False
    """Whether the place is named like that of a list."""
    has_pager: bool = False
    """Whether the words of a pager stand right behind the place."""
    is_certain: bool = False
    """Whether this is more likely than that the list which the page shows is the section's."""
    is_beside_list: bool = False
    """Whether the page shows a list, which may be the section's or a box."""

    def doubted(self, ways: WaysOn) -> WaysOn:
        """Return the ways on of a page whose list may not be the section's: it proves nothing, and neither do they."""
        if not self.is_beside_list:
            return ways
        if self.is_certain:
            return replace(ways, end="", hints=(*ways.hints, self.sign), hides_lists=True)
        return ways if ways.end else replace(ways, hides_lists=True)


NO_FILLED_PLACE = FilledPlace()


def read_filled_place(reading: EntryReading, view: PagerView) -> tuple[EntryReading, FilledPlace]:
    """Return the reading of a page, without entries that are not those of its list, and what its scripts fill.

    Both are as they were where the list is the section's: it lies in the section's folder, or has a pager.
    """
    if not reading.entries:
        return reading, _filled_place(view, _empty_places(view))
    if _is_own(reading.lists, view) or _are_many(reading.lists):
        return reading, NO_FILLED_PLACE
    if are_boxes(reading.lists):
        places = _empty_places(view)
        found = _filled_place(view, places)
        sign = found.sign or _sign_of_a_name(view, places) or rows_without_link(view, least=len(reading.entries))
        none = replace(reading, entries=[], links=(), lists=())
        return (none, replace(found, sign=sign)) if sign else (reading, NO_FILLED_PLACE)
    if view.number > 1 or has_pager_of_its_own(reading.lists):
        return reading, NO_FILLED_PLACE
    places = _empty_places(view)
    found = _filled_place(view, places)
    if not found.sign and script_of_list(view) and (sign := _sign_of_a_name(view, places)):
        found = FilledPlace(sign, is_named=True)
    is_dated = any(one.dated >= _MOSTLY for one in reading.lists)
    is_certain = found.has_pager or (found.is_named and not is_dated)
    return reading, replace(found, is_beside_list=bool(found.sign), is_certain=is_certain)


def _filled_place(view: PagerView, places: Sequence[_Element]) -> FilledPlace:
    """Return the place that an asking script of the page names, or stands behind; one named like a list goes first."""
    found = [(place, scripts) for place in places if (scripts := _asking_scripts(place, view))]
    found.sort(key=lambda one: not _is_named(one[0]))
    if not found:
        return NO_FILLED_PLACE
    place, is_named = found[0][0], _is_named(found[0][0])
    found = [one for one in found if _is_named(one[0]) == is_named]
    asking = dict.fromkeys(script for _, scripts in found for script in scripts)
    return FilledPlace(
        _sign(place),
        first_addresses(view, list(asking)),
        is_named=is_named,
        has_pager=_has_pager_behind(place),
    )


def _is_named(place: _Element) -> bool:
    return _LIST.search(_names(place)) is not None


def _has_pager_behind(place: _Element) -> bool:
    """Whether the words of a pager stand right behind a place: the list that they turn is to be there."""
    behind = (one for one in islice(place.itersiblings(), _BEHIND + 1) if isinstance(one.tag, str))
    return any(PAGER.search(text_up_to(one, _LONGEST_PAGER)) for one in behind if one.tag != "script")


def _is_own(lists: Sequence[LinkList], view: PagerView) -> bool:
    folder = folder_of(view.page_url)
    links = [link for one in lists for link in one.links]
    return bool(folder) and any(link.url.startswith(folder) for link in links)


def _are_many(lists: Sequence[LinkList]) -> bool:
    """Whether lists have more articles than boxes beside a list: a front page has many short blocks."""
    urls = [{link.url for link in one.links} for one in lists]
    return any(len(one) > _MOST_OF_A_BOX for one in urls) or len(set().union(*urls)) > _MOST_OF_BOXES


def _empty_places(view: PagerView) -> list[_Element]:
    """Return the elements that show nothing and may be the place of a list, with those within them."""
    found: list[_Element] = []
    for element in islice(view.iter(*_PLACES), _MOST_ELEMENTS):
        if len(found) >= _MOST_PLACES:
            break
        is_beside = any(one.tag in _NO_MAIN for one in islice(element.iterancestors(), 3))
        if _is_empty(element) and not is_beside and not _OF_OTHERS.search(_names(element)):
            found.append(element)
    return found


def _is_empty(element: _Element) -> bool:
    scripts = sum(len(text_up_to(one)) for one in element.iter("script", "style"))
    text = text_up_to(element, scripts + 200).strip()
    is_note = len(text) <= scripts + _LONGEST_NOTE and LOADING_WORDS.search(text) is not None
    if len(text) <= scripts or is_note:
        return next(element.iter(*_SHOWN), None) is None
    return has_template(element)


def _names(element: _Element) -> str:
    return f"{element.get('id') or ''} {element.get('class') or ''}"


def _sign(place: _Element) -> str:
    """Return the sentence about a place. An element within it may have the name."""
    place = next((one for one in place.iter(*_PLACES) if one.get("id") or _LIST.search(_names(one))), place)
    attribute = "id" if place.get("id") else "class"
    name = place.get("id") or (place.get("class") or "").split()[:1]
    shown = f" {attribute}={name if isinstance(name, str) else name[0]!r}" if name else ""
    return f"the list is filled by a script (an empty <{place.tag}{shown}>)"


def _asking_scripts(place: _Element, view: PagerView) -> list[str]:
    """Return the inline scripts that ask a server, and name a place or stand in it or right behind it."""
    names = [place.get("id") or "", *(place.get("class") or "").split()[:_MOST_NAMES]]
    words = "|".join(re.escape(name) for name in names if len(name) > 2)
    named = re.compile(rf"['\"#.](?:{words})['\"\s]|(?<![\w$.])(?:{words})\.(?:append|inner|insert)") if words else None
    found = {script: None for one in _scripts_at(place) if (script := one.text) and _may_ask(script)}
    for script in view.page_scripts:
        if named is not None and named.search(script) and _may_ask(script):
            found.setdefault(script)
    return list(found)


def _scripts_at(place: _Element) -> list[_Element]:
    """Return the scripts right behind a place, and those in it if it is named like a list."""
    behind = [one for one in islice(place.itersiblings(), _BEHIND) if one.tag == "script"]
    return [*behind, *place.iter("script")] if _is_named(place) else behind


def _may_ask(script: str) -> bool:
    return ASKING.search(script) is not None or _ASKING_OTHERWISE.search(script) is not None


def _sign_of_a_name(view: PagerView, places: Sequence[_Element]) -> str:
    """Return what shows a place that is named like a list and may be filled: by what a script names, or by a file."""
    for place in filter(_is_named, places):
        name = _names(place).split()[0]
        named = re.compile(rf"['\"#.]{re.escape(name)}['\"\s]")
        asks = any(ASKING.search(script) or named.search(script) for script in view.page_scripts)
        if asks or script_of_list(view) or any(_asks(script, view) for script in _scripts_at(place)):
            return _sign(place)
    return ""


def _asks(script: _Element, view: PagerView) -> bool:
    """Whether a script beside a place may load its list: it says what it asks for, or is a file of the host's own."""
    if any(script.get(name) for name in _ADDRESSES):
        return True
    source = urlsplit(resolve(view.base_url, script.get("src") or "") or "")
    is_own = bool(script.get("src")) and source.hostname == urlsplit(view.page_url).hostname
    return is_own and not _LIBRARY.search(source.path.rpartition("/")[2])
