"""Lists that a script lets grow: when the page is scrolled, when an element comes into view, at a click."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from lxml import etree
from lxml.etree import _Element

from newscrawler.listings.pagers.script_subjects import is_about_something_else
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
_CALLS = late(
    r"(?i)(?<![\w$])(?:(?:get|load|fetch|query|show|append|request|add)_?(?:(?!element|image|img|css|style)\w){0,16}?(?:list|more|next|news|data|article)\w{0,10}"
    r"|more(?:data|list|news|info|article|page)?s?|next_?(?:data|page|list)\w{0,6})\s{0,3}\("
)
"""The call of a function that is named after what it does when the page is scrolled: it loads entries."""
_CLICKED = late(
    r"(?i)(?<![\w$])(?!\w{0,24}(?:pic|img|image|slide|photo|banner|focus|tab))"
    r"(?:\w{0,16}more\w{0,10}|(?:get|load|show|go|to)?_?next_?(?:data|page|list|news)\w{0,6})\s{0,3}\("
)
"""That of one that is called by a click: 更多 or the next page. One that shows a list may switch between tabs."""
_SCROLLING = late(
    r"\.\s*scroll\s*\(|\.\s*on\s*\(\s*['\"]scroll|(?<![\w.])observe\s*\(|addEventListener\s*\(\s*['\"]scroll|onscroll|IntersectionObserver|dropload|infinite"
)
_BEHIND_SCROLLING = 400
"""Characters behind the word for scrolling in which its action stands."""
_PLACE_IN_LIST = late(r"(?i)(?<![\w$])['\"]?(?:page\w{0,8}|p|pn|offset|start|cursor|skip)['\"]?\s{0,3}[:=](?!=)")
_APPENDS = late(r"\.append\s*\(|beforeend|appendChild")
_HAS_MORE = late(
    r"(?i)(?<![\w$.])['\"]?(?:has|have|is)_?(?:more|next)(?:_?(?:page|data))?['\"]?\s{0,5}[:=]\s{0,5}"
    r"(?:true|1|!0|['\"](?:true|1|yes)['\"])(?!\w)"
)
"""A flag of a script that says that there is more."""
_NOT_AT_END = late(
    r"(?i)(?<![\w$.])['\"]?(?:is_?(?:end|last)(?:_?page)?|no_?more(?:_?data)?)['\"]?\s{0,5}[:=]\s{0,5}"
    r"(?:false|0|!1|['\"](?:false|0)['\"])(?!\w)"
)
"""One that says that this is not the end. It may be about anything, unless its script speaks of lists or pages."""
_GROWING_TAGS = ("van-list", "infinite-loading", "vue-infinite-loading", "infinite-scroll", "load-more")
_GROWING_ATTRIBUTES = etree.XPath("//*[@*[contains(name(), 'infinite-scroll')]]")
_SHOWN = 100


def loading_hints(view: PagerView) -> Iterator[str]:
    """Yield what looks like a list that a script lets grow."""
    if match := LOADING_WORDS.search(view.text):
        yield f"a script loads entries ({match.group()})"
    if any(map(_loads_when_scrolled, view.scripts)):
        yield "a script loads more when the page is scrolled"


def _loads_when_scrolled(script: str) -> bool:
    if not _SCROLLING.search(script):
        return False
    return bool(ASKING.search(script) and LIST_WORDS.search(script)) or _acts_when_scrolled(script, _CALLS)


def _acts_when_scrolled(script: str, *actions: re.Pattern[str]) -> bool:
    """Whether one of some actions stands where a script says what happens when the page is scrolled."""
    parts = (script[match.end() : match.end() + _BEHIND_SCROLLING] for match in _SCROLLING.finditer(script))
    return any(action.search(part) for part in parts for action in actions)


def lets_lists_grow(script: str) -> bool:
    """Tell whether a script file loads entries, when the page is scrolled or at once, and appends them to others.

    Such a file may serve many kinds of pages, so its words must stand close to each other.
    """
    if _acts_when_scrolled(script, _CALLS, ASKING):
        return True
    parts = (script[match.end() : match.end() + _BEHIND_SCROLLING] for match in ASKING.finditer(script))
    return any(_PLACE_IN_LIST.search(part) and _APPENDS.search(part) for part in parts)


def growing_element(view: PagerView) -> str:
    """Return the sign of an element that a library lets grow: `<van-list>`, `v-infinite-scroll`; empty without one."""
    for element in (*view.iter(*_GROWING_TAGS), *cast("list[_Element]", _GROWING_ATTRIBUTES(view.root))):
        if element not in view.left_out:
            return f"a script loads more when the page is scrolled (<{element.tag}>)"
    return ""


def flag_of_more(view: PagerView) -> str:
    """Return the sign of a script's flag that says that there is more; empty without one."""
    for script in view.scripts:
        flag = _HAS_MORE.search(script)
        end = None if flag else _NOT_AT_END.search(script)
        if end and LIST_WORDS.search(script[: end.start()] + script[end.end() :]):
            flag = end
        if flag and not is_about_something_else(script, flag.start()):
            return f"a script says that there is more ({_line(script, flag)})"
    return ""


def loading_click(element: _Element) -> str:
    """Return the code of a click on an element that is named after what is loaded: more; empty if it has none."""
    code = element.get("onclick") or ""
    href = element.get("href") or ""
    code = code or (href[11:] if href.lower().startswith("javascript:") else "")
    return " ".join(code.split())[:_SHOWN] if _CLICKED.search(code) else ""


def _line(script: str, match: re.Match[str]) -> str:
    return " ".join(script[match.start() :][:_SHOWN].splitlines()[0].split())
