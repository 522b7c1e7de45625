"""Addresses that a button of a script holds: in its data attributes, in the code of its click, in its requests.

`<a class="more" data-url="/ajax/yc" data-page="1">`, `onclick="loadMore('/yc/list_2.html')"`, `onclick="more('yc', 2)"`
with a function that asks for `'/ajax/' + c + '_' + p`. The code is read as text. What an address brings counts only
if it brings new entries that go on where the page ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from urllib.parse import urlencode, urlsplit

from lxml.etree import _Element

from newscrawler.listings.names_and_addresses import may_be_asked_for
from newscrawler.listings.page_addresses import parameters, post_address, with_parameters
from newscrawler.listings.pagers.actions import code_that_runs
from newscrawler.listings.pagers.script_text import call_arguments, evaluate, split_arguments
from newscrawler.listings.pagers.view import PagerView

PLACE = re.compile(
    r"(?i)\$?(?:[{\[<%]{1,2}|__)\s?(?:page|p|n|num|pageno|pagenum|pageindex|i|0)\s?(?:[}\]>%]{1,2}|__)"
    r"|(?<=[/_=-])(?::page|%d|#page#|page_?num|\(\*\))(?=$|[/._&-])"
)
"""A place for the number of a page in an address."""
PAGE_PARAMETER = re.compile(
    r"(?i)^(?:cur(?:rent)?_?|next_?)?page(?:_?(?:no|num|number|index|now))?$|^pn?$|^pg$|^current$"
)
"""Names of parameters and attributes with the number of a page."""
_LAST_NUMBER = re.compile(r"(?<!\d)(\d{1,6})(?:/|\.\w{1,6})?$")
_TEXT = re.compile(r"'([^'\\\n]{1,300})'|\"([^\"\\\n]{1,300})\"")
_REQUEST = re.compile(r"(?:\.(?P<method>get|getJSON|post|load)|(?<![\w.])(?:fetch|axios(?:\.get)?))\s{0,5}(?=\()")
_AJAX = re.compile(r"\burl\s{0,5}:\s{0,5}([^,;{}\n]{1,200})")
_OWN = frozenset({"class", "id", "style", "href", "onclick", "title", "target", "type", "src", "rel", "name"})
_NO_PARAMETER = re.compile(r"(?i)target|toggle|role|loading|text|style|class|index$|^v$|total|count$|max|last|^all")
_MOST_ATTRIBUTES = 40
_MOST_TEXTS = 10
_MOST_REQUESTS = 3
_LONGEST = 500
MOST = 6
"""Addresses of one button that are tried."""


def held_addresses(view: PagerView, element: _Element, code: str) -> tuple[str, ...]:
    """Return the addresses that the next page's entries may have by a button; empty without one on the page's host.

    `code` is what a click on the button runs.
    """
    host = urlsplit(view.page_url).hostname
    found: dict[str, None] = {}
    for address in _candidates(view, element, code):
        if urlsplit(address).hostname == host:
            found.setdefault(address)
    return tuple(islice(found, MOST))


def _candidates(view: PagerView, element: _Element, code: str) -> Iterator[str]:
    data = dict(_data(element))
    for value in data.values():
        yield from _next_of(view, value, data)
    for match in islice(_TEXT.finditer(code), _MOST_TEXTS):
        yield from _next_of(view, match[1] or match[2], {})
    if code:
        for body, names in code_that_runs(code, view.page_scripts, view.variables):
            yield from requests_in(view, body, names)


def _data(element: _Element) -> Iterator[tuple[str, str]]:
    """Yield the attributes of an element that are not HTML's, without `data-` in their names."""
    for name, value in islice(element.attrib.items(), _MOST_ATTRIBUTES):
        bare = str(name).lower()
        if bare not in _OWN and len(value) <= _LONGEST:
            yield bare.removeprefix("data-"), str(value).strip()


def _next_of(view: PagerView, value: str, data: dict[str, str]) -> Iterator[str]:
    """Yield the addresses of the next page that a text may mean. `data` are the attributes beside it."""
    following = str(view.number + 1)
    filled = PLACE.sub(following, value, count=1)
    if not may_be_asked_for(filled) or (url := view.target(filled)) is None:
        return
    if filled != value:
        yield url
        return
    for name, number in parameters(url).items():
        if PAGE_PARAMETER.match(name) and number in ("", str(view.number - 1), str(view.number), following):
            yield with_parameters(url, {name: following})
            if number == str(view.number - 1):
                yield with_parameters(url, {name: str(view.number)})
            return
    if own := _parameters(data, view.number):
        yield with_parameters(url, own)
        return
    last = _LAST_NUMBER.search(urlsplit(url).path)
    if last is not None and int(last[1]) in (view.number - 1, view.number):
        parts = urlsplit(url)
        path = f"{parts.path[: last.start(1)]}{int(last[1]) + 1}{parts.path[last.end(1) :]}"
        # A number that is this page's may be counted from 0: then it is the next one's.
        yield from (url, parts._replace(path=path).geturl())
        return
    yield url


def _parameters(data: dict[str, str], number: int) -> dict[str, str]:
    """Return the parameters of a request that the attributes of a button name; empty without the number of a page."""
    page = next((name for name, value in data.items() if PAGE_PARAMETER.match(name) and value.isdecimal()), "")
    if not page:
        return {}
    others = {
        name: value
        for name, value in data.items()
        if name != page and re.fullmatch(r"[\w-]{1,60}", value) and not _NO_PARAMETER.search(name)
    }
    return {**others, page: str(max(int(data[page]), number) if int(data[page]) > number else number + 1)}


def requests_in(view: PagerView, body: str, names: Mapping[str, int | str]) -> Iterator[str]:
    """Yield the addresses for which code asks, if all of them is known."""
    for match in islice(_REQUEST.finditer(body), _MOST_REQUESTS):
        arguments = split_arguments(call_arguments(body, match.end()) or "")
        address = evaluate(arguments[0], names)
        sent = _members(arguments[1], names) if len(arguments) > 1 and arguments[1].startswith("{") else {}
        if sent is not None and address and may_be_asked_for(address) and (url := view.target(address)):
            if match["method"] == "post":
                yield post_address(url, urlencode(sent))
            else:
                yield with_parameters(url, sent) if sent else url
    for match in islice(_AJAX.finditer(body), _MOST_REQUESTS):
        address = evaluate(match[1], names)
        if address and may_be_asked_for(address) and (url := view.target(address)):
            yield url


def _members(text: str, names: Mapping[str, int | str]) -> dict[str, str] | None:
    """Return the members of an object as texts; None if one of them is not known."""
    members: dict[str, str] = {}
    for member in split_arguments(text.strip()[1:].removesuffix("}")):
        name, colon, expression = member.partition(":")
        value = evaluate(expression, names) if colon else None
        if value is None:
            return None
        members[name.strip().strip("'\"")] = value
    return members
