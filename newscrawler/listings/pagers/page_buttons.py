"""Pagers that are buttons of a form, one for each page: `<button name="page" value="2">2</button>`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.pagers.elements import is_named_like_pager
from newscrawler.listings.pagers.labels import is_disabled
from newscrawler.listings.pagers.reading import PagerReading
from newscrawler.listings.pagers.submissions import pressed
from newscrawler.listings.pagers.view import PagerView
from newscrawler.text.patterns import late

BUTTONS = "buttons of a form"
_NUMBER = late(r"[\s\u00a0\[【(（第]*(\d{1,5})[\s\u00a0\]】)）页]*")
_PAGE_NAME = late(r"(?i)page|fenye|^(?:p|pn|pg|cp)$")
"""Names of buttons that ask for a page. Others may be those of a vote."""
_LEVELS_OF_A_PAGER = 3
_MOST_FORMS = 20
_MOST_BUTTONS = 200


def read_page_buttons(view: PagerView) -> PagerReading | None:
    """Read a form in which each page has a button. The button of this page may be switched off, or be no button."""
    for form in islice(view.iter("form"), _MOST_FORMS):
        buttons: dict[int, _Element] = {}
        for number, button in _buttons(view, form):
            buttons.setdefault(number, button)
        if buttons and (reading := _read(view, form, buttons)):
            return reading
    return None


def _read(view: PagerView, form: _Element, buttons: dict[int, _Element]) -> PagerReading | None:
    marked = [number for number, button in buttons.items() if _is_current(button)]
    current = marked[0] if len(marked) == 1 else view.number
    highest = max(buttons)
    if len({*buttons, current}) < 2 or not {current - 1, current + 1} & buttons.keys():
        return None
    if highest <= current:
        return PagerReading(BUTTONS, is_last=True, pages=current)
    following = buttons.get(current + 1)
    if following is None:
        return None
    name = following.get("name")
    changes = {name: following.get("value") or ""} if name else {}
    if url := pressed(view, form, changes, following.get("formaction")):
        return PagerReading(BUTTONS, url, highest=highest)
    return PagerReading(BUTTONS, sign=f"page {current + 1} is a button of a form that is not sent", pages=highest)


def _buttons(view: PagerView, form: _Element) -> Iterator[tuple[int, _Element]]:
    """Yield the buttons of a form that ask for a page, and their numbers; they may stand outside of the form."""
    identifier = form.get("id")
    inside = islice(form.iter("button", "input"), _MOST_BUTTONS)
    outside = (one for one in islice(view.iter("button", "input"), _MOST_BUTTONS) if one.get("form"))
    for button in (*inside, *(one for one in outside if identifier and one.get("form") == identifier)):
        is_sent = (button.get("type") or ("submit" if button.tag == "button" else "text")).lower() == "submit"
        text = text_up_to(button, 12) if button.tag == "button" else button.get("value") or ""
        number = _NUMBER.fullmatch(text) if is_sent else None
        if number is not None and _asks_for_page(button):
            yield int(number[1]), button


def _asks_for_page(button: _Element) -> bool:
    """Whether a button sends something, and its name or the place where it stands says that it turns pages."""
    name = button.get("name") or ""
    if not (name and button.get("value")) and not button.get("formaction"):
        return False
    around = islice(button.iterancestors(), _LEVELS_OF_A_PAGER)
    return _PAGE_NAME.search(name) is not None or any(map(is_named_like_pager, around))


def _is_current(button: _Element) -> bool:
    return is_disabled(button) or button.get("aria-current") is not None
