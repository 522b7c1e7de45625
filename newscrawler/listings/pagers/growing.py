"""Lists that a script lets grow: when the page is scrolled, when an element comes into view, at a click."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import cast

from lxml import etree
from lxml.etree import _Element

from newscrawler.listings.pagers.labels import code_of
from newscrawler.listings.pagers.script_subjects import is_about_something_else, names_something_else
from newscrawler.listings.pagers.script_text import call_arguments
from newscrawler.listings.pagers.view import PagerView
from newscrawler.text.patterns import late

ASKING = late(
    r"\$\s*\.\s*(?:post|get|getJSON|ajax)\s*\(|(?<![\w.])fetch\s*\(|axios\s*[.(]|new\s+XMLHttpRequest|\.ajax\s*\(|createApp\s*\(|new\s+Vue\s*\("
)
"""A script that asks a server for data, or builds a page."""
LIST_WORDS = late(r"(?i)list|page|column|channel|news|article|content|more")
LOADING_WORDS = late(
    r"(?:正在|努力|拼命)加载|数据加载中|加载中[….。]|(?<![A-Za-z])Loading\.\.\.|(?:下拉|上拉|上滑|下滑)(?:加载|查看|浏览|显示|获取)更多"
)
WHEN_SCROLLED = "a script loads more when the page is scrolled"
"""The sign of a list that grows."""
_VERB = "(?:get|load|fetch|query|request|view|see|show)"
_NOUN = "(?:list|news|data|info|item|article|page|record|row|content)s?"
_LOADS = late(
    rf"(?i)(?<![\w$.])(?P<name>(?:get|load|fetch|query|request)_?(?:more|next)?_?\w{{0,8}}?_?{_NOUN}|{_VERB}?_?(?:more|next)_?(?:{_NOUN})?)(?![\w$])"
)
"""A function that is named after what it does when the page is scrolled: it loads entries."""
_CLICKED = late(
    rf"(?i)(?<![\w$.])(?:{_VERB}?_?more_?(?:{_NOUN})?|(?:get|load|show|go|to)?_?next_?(?:data|page|list))\s{{0,3}}\("
)
"""One that is called by a click: 更多 or the next page. One that shows a list may switch between tabs."""
_OF_PICTURES = late(r"(?i)\.src\b|dataset|data-(?:src|original|lazy)|lazy|['\"]src['\"]|\bimg")
_SCROLLING = late(
    r"\.\s*scroll\s*\(|addEventListener\s*\(\s*['\"]scroll|onscroll|IntersectionObserver|dropload|infinite"
)
_HANDLED = late(
    r"(?P<event>\.\s*on|addEventListener)\s*(?=\()|(?:\.\s*scroll|(?<![\w.])observe|IntersectionObserver)\s*(?=\()|onscroll\s*="
)
"""Where a script says what happens when the page is scrolled, or when an element comes into view."""
_OF_SCROLLING = late(r"\s*['\"](?:touchmove |resize )?scroll")
_LONGEST_HANDLER = 400
_MOST_HANDLERS = 50
_PLACE_IN_LIST = late(
    r"(?i)(?<![\w$])['\"]?(?:page\w{0,8}|p|pn|offset|start|cursor|skip)['\"]?\s{0,3}[:=](?!=|\s{0,3}\d)"
)
"""A part of a request that changes with the place in a list. One with a number in it asks for a list once."""
_APPENDS = late(r"\.append\s*\(|beforeend|appendChild")
_HAS_MORE = late(
    r"(?i)(?<![\w$.])['\"]?(?:has|have|is)_?(?:more|next)(?:_?(?:page|data))?['\"]?\s{0,5}[:=]\s{0,5}"
    r"(?:true|1|!0|['\"](?:true|1|yes)['\"])(?!\w)"
    r"|(?<![\w$.])['\"]?(?:is_?(?:end|last)(?:_?page)?|no_?more(?:_?data)?)['\"]?\s{0,5}[:=]\s{0,5}"
    r"(?:false|0|!1|['\"](?:false|0)['\"])(?!\w)"
)
"""A flag of a script that says that there is more, or that this is not the end."""
_OF_A_LIST = late(
    r"(?<![a-z])(?i:page)\w{0,8}['\"]?\s{0,3}[:=]\s{0,3}['\"]?\d|(?i:cursor|offset)['\"]?\s{0,3}[:=]"
    r"|(?:(?<![A-Za-z])(?i:list|rows|records|items)|(?<=[a-z])(?:List|Rows|Records|Items))['\"]?\s{0,3}[:=]\s{0,3}\["
)
"""What else a script says that knows a list and the place in it."""
_GROWING_TAGS = ("van-list", "infinite-loading", "vue-infinite-loading", "infinite-scroll", "load-more")
_GROWING_ATTRIBUTES = etree.XPath("//*[@*[contains(name(), 'infinite-scroll')]]")
_WITH_WORDS = ("p", "div", "span", "b", "em", "i", "strong", "li", "td", "label", "font", "h3", "h4")
_MOST_ELEMENTS = 20_000
_MOST_FIELDS = 20
_LEAST_LINKS = 5
"""Links of an element that is more than a field with its words."""
_SHOWN = 100
_LEVELS = 3


def loading_hints(view: PagerView) -> Iterator[str]:
    """Yield what looks like a list that a script lets grow."""
    if (match := LOADING_WORDS.search(view.text)) and not _are_of_a_search(view):
        yield f"a script loads entries ({match.group()})"
    if any(map(_loads_when_scrolled, view.scripts)):
        yield WHEN_SCROLLED


def _are_of_a_search(view: PagerView) -> bool:
    """Whether all words of loading stand beside a field in which readers type: they are about what is looked for."""
    elements = islice(view.iter(*_WITH_WORDS), _MOST_ELEMENTS)
    said = [one for one in elements if LOADING_WORDS.search(one.text or "")]
    return bool(said) and all(any(map(_has_field, islice(one.iterancestors(), _LEVELS))) for one in said)


def _has_field(element: _Element) -> bool:
    fields = islice(element.iter("input", "textarea"), _MOST_FIELDS)
    is_small = next(islice(element.iter("a"), _LEAST_LINKS, None), None) is None
    return is_small and any((one.get("type") or "text").lower() in ("text", "search", "password") for one in fields)


def _loads_when_scrolled(script: str) -> bool:
    is_asking = _SCROLLING.search(script) and ASKING.search(script) and LIST_WORDS.search(script)
    return bool(is_asking) or any(_loads_entries(script, handler) for handler in _handlers(script))


def _handlers(script: str) -> Iterator[str]:
    """Yield the code that runs when the page is scrolled, or the name of its function."""
    for match in islice(_HANDLED.finditer(script), _MOST_HANDLERS):
        rest = script[match.end() : match.end() + _LONGEST_HANDLER]
        handler = (call_arguments(rest, 0) or rest[1:]) if rest.startswith("(") else rest
        if not match["event"] or _OF_SCROLLING.match(handler):
            yield handler


def _loads_entries(script: str, handler: str) -> bool:
    """Whether a handler calls a function that loads entries, and not the pictures of those that are there."""
    called = _LOADS.search(handler)
    if called is None or _OF_PICTURES.search(handler):
        return False
    start = script.find(f"function {called['name']}")
    return start < 0 or not _OF_PICTURES.search(script[start : start + _LONGEST_HANDLER])


def lets_lists_grow(script: str) -> bool:
    """Tell whether a script file loads entries, when the page is scrolled or at once, and appends them to others.

    Such a file may serve many kinds of pages, so its words must stand close to each other.
    """
    if any(ASKING.search(handler) or _loads_entries(script, handler) for handler in _handlers(script)):
        return True
    requests = (match.end() for match in islice(ASKING.finditer(script), _MOST_HANDLERS))
    parts = (script[end : end + _LONGEST_HANDLER] for end in requests)
    return any(_PLACE_IN_LIST.search(part) and _APPENDS.search(part) for part in parts)


def growing_element(view: PagerView) -> str:
    """Return the sign of an element that a library lets grow: `<van-list>`, `v-infinite-scroll`; empty without one."""
    for element in (*view.iter(*_GROWING_TAGS), *cast("list[_Element]", _GROWING_ATTRIBUTES(view.root))):
        if element not in view.left_out:
            return f"{WHEN_SCROLLED} (<{element.tag}>)"
    return ""


def flag_of_more(view: PagerView) -> str:
    """Return the sign of a script's flag that says that there is more; empty without one."""
    for script in view.scripts:
        if not _OF_A_LIST.search(script):
            continue
        for flag in islice(_HAS_MORE.finditer(script), _MOST_HANDLERS):
            if not is_about_something_else(script, flag.start()):
                return f"a script says that there is more ({_line(script, flag)})"
    return ""


def loading_click(element: _Element) -> str:
    """Return the code of a click on an element that is named after what is loaded: more; empty if it has none.

    An album, a vote and the like turn pages of their own.
    """
    code = code_of(element)
    if not _CLICKED.search(code) or any(map(_is_something_else, islice(element.iterancestors(), _LEVELS))):
        return ""
    return " ".join(code.split())[:_SHOWN]


def _is_something_else(element: _Element) -> bool:
    return names_something_else(f"{element.get('class') or ''} {element.get('id') or ''}")


def _line(script: str, match: re.Match[str]) -> str:
    return " ".join(script[match.start() :][:_SHOWN].splitlines()[0].split())
