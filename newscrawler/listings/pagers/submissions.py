"""Forms that a click submits: `__doPostBack('Pager','2')` of ASP.NET, `form1.page.value = 2; form1.submit()`.

The page says what a browser would send: the form has the fields, the code of the click changes some of them. The code
is read as text, and the result is an address (`page_addresses`), also where the form asks by POST.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from urllib.parse import urlencode, urlsplit

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.page_addresses import plain, post_address
from newscrawler.listings.pagers.actions import code_that_runs
from newscrawler.listings.pagers.script_text import call_arguments, evaluate, split_arguments
from newscrawler.listings.pagers.view import PagerView

MAX_BODY = 1_000_000
"""Characters of a form's body. The hidden state of ASP.NET has some hundred thousand on large pages."""
_POST_BACK = re.compile(r"(?:__doPostBack|WebForm_PostBackOptions)\s*(?=\()")
_SUBMIT = re.compile(r"\.\s*submit\s*\(|^\s*submit\s*\(|\.\s*trigger\(\s*['\"]submit['\"]")
_WORD = re.compile(r"[\w-]{1,60}")
_CHANGE = re.compile(
    r"(?:getElement(?:s?By(?:Id|Name))\(\s*['\"](?P<id>[\w$:.-]{1,80})['\"]\s*\)(?:\[0\])?|(?:[\w$\]\[]{1,40}\.){0,5}(?P<name>[\w$]{1,60})"
    r"|\[\s*['\"](?P<key>[\w$:.-]{1,80})['\"]\s*\])\.value\s{0,9}=\s{0,9}(?!=)(?P<value>[^;\n{}]{1,100})"
)
_JQUERY_CHANGE = re.compile(
    r"\$\(\s*['\"](?:#|(?:input)?\[name=\\?['\"]?)(?P<id>[\w$:.-]{1,80})[^()]{0,6}\)\s*\.val\((?P<value>[^()\n]{1,100})\)"
)
_ACTION = re.compile(
    r"\.action\s{0,9}=\s{0,9}(?!=)([^;\n{}]{1,300})|\.attr\(\s*['\"]action['\"]\s*,([^;\n{})]{1,300})\)"
)
_BUTTONS = frozenset({"submit", "button", "image", "reset", "file"})
_MOST_CONTROLS = 1_000
_MOST_CHANGES = 10


def submitted_by(view: PagerView, element: _Element, code: str, names: Mapping[str, int | str]) -> str | None:
    """Return the address of the page that a form brings which the code of a click on `element` submits.

    None if the code submits no form, if it changes nothing, or if what the form asks for is no page of the same host.
    `names` are the values of names in the code.
    """
    code = code.replace("\\'", "'").replace('\\"', '"')
    # A control that was changed is sent with its new value.
    name = element.get("name") or ""
    own = {name: str(names["this.value"])} if name and "this.value" in names else {}
    if (changes := _post_back(code, names)) is not None:
        form = _form_of(view, element, "", "__VIEWSTATE")
        return _address(view, form, {**own, **changes}) if form is not None else None
    for body, known in code_that_runs(code, view.page_scripts, names):
        if not _SUBMIT.search(body):
            continue
        changes = {**own, **_changes(view, body, known)}
        form = _form_of(view, element, _named_form(view, body), next(iter(changes), ""))
        if form is None or not changes or _asks_for_secrets(form):
            continue
        if changes.items() <= dict(fields_of(form)).items():
            continue  # it asks for this page again
        action = _ACTION.search(body)
        target = evaluate(action[1] or action[2], known) if action else None
        if url := _address(view, form, changes, target):
            return url
    return None


def pressed(view: PagerView, form: _Element, changes: Mapping[str, str], action: str | None = None) -> str | None:
    """Return the address of the page that a form brings with some of its fields changed; None if it brings none.

    `action` is where the pressed button sends the form, if it says so itself.
    """
    return None if _asks_for_secrets(form) else _address(view, form, changes, action)


def fields_of(form: _Element) -> list[tuple[str, str]]:
    """Return the names and values that a browser would send of a form, without those of its buttons."""
    fields: list[tuple[str, str]] = []
    for control in islice(form.iter("input", "select", "textarea"), _MOST_CONTROLS):
        name, kind = control.get("name") or "", (control.get("type") or "text").lower()
        if not name or control.get("disabled") is not None:
            continue
        if control.tag == "select":
            options = list(islice(control.iter("option"), _MOST_CONTROLS))
            chosen = next((one for one in options if one.get("selected") is not None), options[0] if options else None)
            if chosen is not None:
                value = chosen.get("value")
                fields.append((name, text_up_to(chosen, 200).strip() if value is None else value))
        elif control.tag == "textarea":
            fields.append((name, control.text or ""))
        elif kind in ("checkbox", "radio"):
            if control.get("checked") is not None:
                fields.append((name, control.get("value") or "on"))
        elif kind not in _BUTTONS:
            fields.append((name, control.get("value") or ""))
    return fields


def _post_back(code: str, names: Mapping[str, int | str]) -> dict[str, str] | None:
    """Return the fields by which ASP.NET learns what was clicked; None if the code posts nothing back."""
    match = _POST_BACK.search(code)
    if match is None:
        return None
    arguments = split_arguments(call_arguments(code, match.end()) or "")[:2]
    values = [evaluate(argument, names) for argument in arguments]
    if not values or values[0] is None:
        return None
    return {"__EVENTTARGET": values[0], "__EVENTARGUMENT": (values[1] if len(values) > 1 else "") or ""}


def _changes(view: PagerView, code: str, names: Mapping[str, int | str]) -> dict[str, str]:
    """Return the values that code gives to fields, by the name of the field."""
    changes: dict[str, str] = {}
    for pattern in (_CHANGE, _JQUERY_CHANGE):
        for match in islice(pattern.finditer(code), _MOST_CHANGES):
            groups = match.groupdict()
            name = groups.get("id") or groups.get("name") or groups.get("key") or ""
            value = evaluate(match["value"].strip(), names)
            if value is not None:
                changes[view.control_names.get(name, name)] = value
    return changes


def _named_form(view: PagerView, code: str) -> str:
    """Return the name or id of the form that code submits; empty if it names none."""
    submit = _SUBMIT.search(code)
    words = _WORD.findall(code[max(0, submit.start() - 80) : submit.start()]) if submit else []
    return next((word for word in reversed(words) if word in view.forms), "")


def _form_of(view: PagerView, element: _Element, name: str, field: str) -> _Element | None:
    """Return the form of a click: the one that the code names, the one around the element, or that with the field."""
    if name:
        return view.forms[name]
    if (around := next(element.iterancestors("form"), None)) is not None:
        return around
    return next((form for form in view.forms.values() if field in dict(fields_of(form))), None)


def _asks_for_secrets(form: _Element) -> bool:
    """Whether a form is for logging in or for sending something: no such form is a pager."""
    if next(form.iter("textarea"), None) is not None:
        return True
    kinds = ((control.get("type") or "").lower() for control in islice(form.iter("input"), _MOST_CONTROLS))
    return any(kind in ("password", "file") for kind in kinds)


def _address(view: PagerView, form: _Element, changes: Mapping[str, str], action: str | None = None) -> str | None:
    url = view.address(action or form.get("action") or view.page_url)
    if url is None or urlsplit(url).hostname != urlsplit(view.page_url).hostname:
        return None
    fields = dict(fields_of(form)) | dict(changes)
    body = urlencode(fields, encoding=view.encoding, errors="xmlcharrefreplace")
    if len(body) > MAX_BODY:
        return None
    if (form.get("method") or "get").lower() == "post":
        return post_address(url, body)
    return view.target(f"{plain(url).partition('?')[0]}?{body}")
