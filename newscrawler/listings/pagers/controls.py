"""Pagers that are controls: a `<select>` of pages, a form that asks for a page."""

from __future__ import annotations

import re
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.pagers.actions import address_in_code
from newscrawler.listings.pagers.labels import is_disabled
from newscrawler.listings.pagers.reading import PagerReading
from newscrawler.listings.pagers.submissions import pressed, submitted_by
from newscrawler.listings.pagers.view import PagerView

_NUMBER = re.compile(r"^\s*第?\s*(\d{1,5})\s*(?:/\s*\d{1,5})?\s*页?\s*$")
_PAGE_FIELD = re.compile(r"^(?:cur(?:rent)?_?)?page(?:_?(?:no|num|number|index))?$|^p$|^pn$", re.IGNORECASE)
_BUTTON = re.compile(r"下一?页|跳转|转到|^\s*go\s*$|确定", re.IGNORECASE)
_NEXT = re.compile(r"[\s>＞»\[]{0,4}(?:下一页|下页|后一页|next)[\s>＞»\]]{0,4}", re.IGNORECASE)
_STATED = re.compile(r"第\s*\d{1,6}\s*页?\s*/\s*(?:共|总)?\s*(\d{1,6})\s*页")
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
    following = options[selected + 1]
    own = following.get("value")
    value = (text_up_to(following, 20) if own is None else own).strip()
    code = element.get("onchange") or ""
    if value and not value.isdecimal():
        url = view.target(value)
    else:
        names = {"this.value": int(value)} if value.isdecimal() and len(value) < 10 else {}
        address = address_in_code(code, view.page_scripts, names) if code and names else None
        url = view.target(address) if address else None
        if url is None and code:
            url = submitted_by(view, element, code, names)
    sign = "" if url else f"a list of {numbers[-1]} pages is read by a script ({code[:60]})"
    return PagerReading("select", url or "", pages=numbers[-1], sign=sign)


def _form(view: PagerView, element: _Element) -> PagerReading | None:
    """Read a form with a field for the page's number and a button, or with a button 下一页 that the server knows."""
    page_field = ""
    can_jump = False
    action: str | None = None
    next_button: _Element | None = None
    for control in islice(element.iter("input", "select", "button"), 500):
        name = (control.get("name") or "").strip()
        kind = (control.get("type") or "").lower()
        text = text_up_to(control, 20).strip() if control.tag == "button" else ""
        label = text or control.get("value") or control.get("alt") or control.get("title") or ""
        if kind in ("submit", "button", "image") or control.tag == "button":
            can_jump = can_jump or _BUTTON.search(label) is not None
            is_next = kind in ("submit", "image", "") and _NEXT.fullmatch(label) is not None
            if is_next and (name or _leads_away(view, element, control)):
                next_button = control
        elif name and _PAGE_FIELD.match(name.rpartition("$")[2]):
            page_field = name
    stated = re.search(r"(?:共|/)\s*(\d{1,6})\s*页", text_up_to(element, 400)) or _STATED.search(view.text)
    pages = int(stated[1]) if stated is not None else None
    if next_button is not None and not page_field:
        if is_disabled(next_button):
            return PagerReading("form", is_last=True)
        action, name = next_button.get("formaction"), next_button.get("name") or ""
        changes = {name: next_button.get("value") or ""} if name else {}
    elif page_field and can_jump:
        changes = {page_field: str(view.number + 1)}
    else:
        return None
    if pages is not None and view.number >= pages:
        return PagerReading("form", is_last=True, pages=pages)
    url = pressed(view, element, changes, action)
    if url is None:
        return None
    return PagerReading("form", url, pages=pages) if pages is not None else PagerReading("form", guess_urls=(url,))


def _leads_away(view: PagerView, form: _Element, button: _Element) -> bool:
    """Whether a button without a name sends its form to another page than this one."""
    return view.target((button.get("formaction") or form.get("action") or "").partition("?")[0]) is not None
