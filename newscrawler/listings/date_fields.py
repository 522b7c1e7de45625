"""Fields beside a list in which readers choose a day, a month or a year, whose entries the list then shows.

What such a field leads to is asked for by a script or a form, with dates that no page names. So a list that ends
beside one proves nothing: older entries may be had through the field alone. A field among those of a search, which also
asks for words, is none: it searches the portal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.beside_list import BesideList
from newscrawler.listings.options import target_of_option
from newscrawler.listings.pagers.view import PagerView

_DATE_TYPES = frozenset(["date", "month", "week", "datetime", "datetime-local"])
_TEXT_TYPES = frozenset(["", "text", "search"])
_WORDS_TYPES = _TEXT_TYPES | {"tel", "email", "password", "number"}
_NAME = re.compile(
    r"(?i)wdatepicker|(?:^|[\s_.(-]|\b)(?:wdate|laydate|date-?(?:time)?-?(?:picker|box|input|select)|date|day|calendar|riqi|rili|rq)"
    r"(?:\d|$|[\s_.)(-])"
)
"""Names of fields of dates, and the calls that open a calendar for one."""
_LABEL = re.compile(r"日期|年.?月.?日|年月|yyyy|(?:19|20)\d\d-\d\d")
"""What stands in an empty field of a date."""
_CHOICE = re.compile(
    r"\s*(?:(?:19|20)\d\d\s?年?|(?:19|20)\d\d\s?[-年/.]\s?\d{1,2}\s?月?(?:\s?[-/.]?\s?\d{1,2}\s?日?)?)\s*"
)
"""A year, a month or a day among the options of a list."""
_PLEASE = re.compile(r"请?选择.{0,6}|全部.{0,4}|所有.{0,4}|年份?|-{0,6}")
_CALENDAR = re.compile(
    r"(?i)(?:^|[\s_-])(?:calendar|rili|riqi|datepicker|date-?picker|laydate)(?:$|[\s_-]|\d|box|wrap|list)"
)
_DAY = re.compile(r"\s*(\d{1,2})\s*日?\s*")
_FEWEST_DAYS = 20
"""Numbers of days that make a calendar of a month."""
_FEWEST_CHOICES = 2
_MOST_FIELDS = 200
_MOST_CELLS = 500
_MOST_BLOCKS = 5_000
_LEVELS = 3
"""Elements around a field in which others of the same question are looked for."""


def date_field(view: PagerView, entries: Set[str]) -> str:
    """Return a field or a calendar of the list on a page, as markup; empty without one. `entries` are the list's URLs.

    On a page without entries any field counts.
    """
    beside = BesideList(view, entries)
    for element in (*_fields(view), *_calendars(view)):
        if not entries or beside.has(element):
            return _shown(element)
    return ""


def _fields(view: PagerView) -> Iterator[_Element]:
    for element in islice(view.iter("input", "select"), _MOST_FIELDS):
        if (_is_date(element) or _is_choice(view, element)) and not _asks_for_words(element):
            yield element


def _is_date(element: _Element) -> bool:
    kind = (element.get("type") or "").lower()
    if element.tag != "input" or kind not in _DATE_TYPES | _TEXT_TYPES:
        return False
    names = [element.get(name) or "" for name in ("id", "name", "class", "onclick", "onfocus")]
    shown = f"{element.get('placeholder') or ''} {element.get('value') or ''}"
    return kind in _DATE_TYPES or any(map(_NAME.search, names)) or _LABEL.search(shown) is not None


def _is_choice(view: PagerView, element: _Element) -> bool:
    """Whether a list offers years, months or days that lead to no page by themselves."""
    if element.tag != "select":
        return False
    options = list(islice(element.iter("option"), _MOST_FIELDS))
    texts = [text_up_to(option, 20) for option in options]
    choices = [text for text in texts if _CHOICE.fullmatch(text)]
    others = [text for text in texts if not _CHOICE.fullmatch(text) and not _PLEASE.fullmatch(text.strip())]
    if len(choices) < _FEWEST_CHOICES or others:
        return False
    return not any(target_of_option(view, option) for option in options)


def _asks_for_words(element: _Element) -> bool:
    """Whether a field stands among those of a question for something else: a search, a form of a reader."""
    around = list(islice(element.iterancestors(), _LEVELS))
    form = next((node for node in around if node.tag == "form"), None)
    block = form if form is not None else next((node for node in around if _controls(node) > 1), None)
    if block is None or block.tag in ("body", "html"):
        return False
    for other in islice(block.iter("input", "textarea"), _MOST_FIELDS):
        is_words = other.tag == "textarea" or (other.get("type") or "").lower() in _WORDS_TYPES
        if is_words and other is not element and not _is_date(other):
            return True
    return False


def _controls(node: _Element) -> int:
    return sum(1 for _ in islice(node.iter("input", "select", "button", "textarea"), 2))


def _calendars(view: PagerView) -> Iterator[_Element]:
    """Yield calendars whose days a script opens, and elements that a script fills with one."""
    for element in islice(view.iter("div", "table", "ul"), _MOST_BLOCKS):
        is_named = _CALENDAR.search(f"{element.get('class') or ''} {element.get('id') or ''}") is not None
        is_filled = is_named and not len(element) and not (element.text or "").strip() and view.page_scripts
        may_have_days = is_named or element.tag == "table"
        if is_filled or (may_have_days and len(set(_days_of_scripts(view, element))) >= _FEWEST_DAYS):
            yield element


def _days_of_scripts(view: PagerView, calendar: _Element) -> Iterator[int]:
    """Yield the days of a calendar that react to a click and have no address."""
    for cell in islice(calendar.iter("a", "td", "li", "span"), _MOST_CELLS):
        day = _DAY.fullmatch(text_up_to(cell, 6))
        href = cell.get("href") or ""
        reacts = cell.get("onclick") or href.startswith(("#", "javascript:")) or cell.get("data-date")
        if day and reacts and not view.target(href if not href.startswith("javascript:") else ""):
            yield int(day[1])


def _shown(element: _Element) -> str:
    name = element.get("id") or element.get("name") or element.get("class") or element.get("type") or ""
    return f"<{element.tag} {name[:40]}>".replace(" >", ">")
