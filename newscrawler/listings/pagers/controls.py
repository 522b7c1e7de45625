"""Pagers that are controls: a `<select>` of pages, a form that asks for a page by GET."""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import urlencode, urlsplit, urlunsplit

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.pagers.actions import address_in_code
from newscrawler.listings.pagers.reading import PagerReading
from newscrawler.listings.pagers.view import PagerView

_NUMBER = re.compile(r"^\s*第?\s*(\d{1,5})\s*(?:/\s*\d{1,5})?\s*页?\s*$")
_PAGE_FIELD = re.compile(r"^(?:cur(?:rent)?_?)?page(?:_?(?:no|num|number|index))?$|^p$|^pn$", re.IGNORECASE)
_MOST_OPTIONS = 2_000


def read_controls(view: PagerView) -> PagerReading | None:
    """Read a `<select>` of pages, or a form."""
    for element in islice(view.iter("select"), 20):
        if reading := _select(view, element):
            return reading
    for element in islice(view.iter("form"), 20):
        if reading := _form(view, element):
            return reading
    return None


def _select(view: PagerView, element: _Element) -> PagerReading | None:
    """Read a list of pages, whose options are numbers and whose values are addresses, or numbers for a script."""
    options = list(islice(element.iter("option"), _MOST_OPTIONS))
    matches = [_NUMBER.match(text_up_to(option, 20)) for option in options]
    if len(options) < 2 or not all(matches):
        return None
    numbers = [int(match[1]) for match in matches if match]
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))) or numbers[0] > 1:
        return None
    selected = next((n for n, option in enumerate(options) if option.get("selected") is not None), view.number - 1)
    if selected + 1 >= len(options):
        return PagerReading("select", is_last=True, pages=numbers[-1]) if len(options) < _MOST_OPTIONS else None
    value = (options[selected + 1].get("value") or "").strip()
    code = element.get("onchange") or ""
    if value and not value.isdecimal():
        url = view.target(value)
    else:
        names = {"this.value": int(value)} if value.isdecimal() and len(value) < 10 else {}
        address = address_in_code(code, view.page_scripts, names) if code and names else None
        url = view.target(address) if address else None
    sign = "" if url else f"a list of {numbers[-1]} pages is read by a script ({code[:60]})"
    return PagerReading("select", url or "", pages=numbers[-1], sign=sign)


def _form(view: PagerView, element: _Element) -> PagerReading | None:
    """Read a form with a button 下一页 or a field for the page's number. Only GET is followed."""
    fields: dict[str, str] = {}
    page_field = ""
    has_button = False
    for control in islice(element.iter("input", "select", "button"), 100):
        name = (control.get("name") or "").strip()
        kind = (control.get("type") or "").lower()
        label = control.get("value") or text_up_to(control, 20)
        if kind in ("submit", "button", "image") or control.tag == "button":
            has_button = has_button or re.search(r"下一?页|跳转|转到|^\s*go\s*$|确定", label, re.IGNORECASE) is not None
        elif name and _PAGE_FIELD.match(name):
            page_field = name
        elif name and kind in ("", "hidden", "text"):
            fields[name] = control.get("value") or ""
    stated = re.search(r"(?:共|/)\s*(\d{1,6})\s*页", text_up_to(element, 400))
    if not page_field or not has_button:
        return None
    pages = int(stated[1]) if stated is not None else None
    if pages is not None and view.number >= pages:
        return PagerReading("form", is_last=True, pages=pages)
    if (element.get("method") or "get").lower() != "get":
        shown = f"the next of {pages} pages" if pages is not None else "a page"
        return PagerReading("form", pages=pages, sign=f"{shown} is asked for by a form with POST")
    action = view.address(element.get("action") or view.page_url)
    if action is None:
        return None
    parts = urlsplit(action)
    query = urlencode({**fields, page_field: str(view.number + 1)})
    url = urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
    return PagerReading("form", url, pages=pages) if pages is not None else PagerReading("form", guess_url=url)
