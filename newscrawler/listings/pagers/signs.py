"""Signs of more: what shows that a listing goes on, or is filled, by a script whose work cannot be followed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.pagers.calls import stated_page_counts
from newscrawler.listings.pagers.elements import pager_elements
from newscrawler.listings.pagers.growing import ASKING, LIST_WORDS, LOADING_WORDS, loading_hints
from newscrawler.listings.pagers.script_subjects import is_about_something_else
from newscrawler.listings.pagers.view import PagerView
from newscrawler.text.patterns import late

_COUNT_ATTRIBUTE = late(
    r"(?i)^(?:data-|v-bind:|:)?(?:total-?)?(?:pages?|page-?count|page-?total|total-?pages?|maxpage)$"
)
_TOTAL_ATTRIBUTE = late(r"(?i)^(?:data-|v-bind:|:)?(?:count|total|total-?count|records?)$")
_SIZE_ATTRIBUTE = late(r"(?i)^(?:data-|v-bind:|:)?(?:rows|size|page-?size|limit|per-?page)$")
_ROOTS = frozenset({"app", "root", "__nuxt", "__next", "__layout"})
_STATE = late(r"window\.__\w+__\s*=|__NUXT__|__NEXT_DATA__|__INITIAL_STATE__")
OBJECT = late(r"\{[^{}]{8,400}\}")
"""An object of a script that holds no other: that of a pager does not hold the list."""
_MOST_OBJECTS = 2_000
_TOTAL = late(
    r"(?i)(?<![\w$])['\"]?(?:total|total_?(?:count|num|elements|records)|record_?count|count)['\"]?\s*:\s*['\"]?(\d{1,7})\b"
)
_SIZE = late(r"(?i)(?<![\w$])['\"]?(?:page_?size|per_?page|size|limit|rows)['\"]?\s*:\s*['\"]?(\d{1,4})\b")
_NEWEST_ONLY = late(
    r"[仅只](?:能)?(?:显示|展示|列出?|保留|提供|呈现|可查看|查看)(?:了)?(?:最近|最新|近期|前)(?:发布)?的?\s*[\d一二三四五六七八九十百]{1,4}\s*[条篇则天日页个]"
)
"""What a page says that keeps its older entries back: 仅显示最近20条."""
_RANGE = late(r"(?<![\d/.:-])(\d{1,5})\s?[-–~]\s?(\d{1,5})\s?/\s?(?:共\s?)?(\d{1,6})(?![\d/.:-])")
"""Which entries a page shows, of how many: 1-20 / 33."""
_LIST_NAME = late(r"(?i)list|news|article|content|data|column|main")
_PAGER_FILE = late(r"(?i)(?:page|pager|fenye|count)[\w-]{0,40}\.js$")
_LIST_FILE = late(r"(?i)(?:list|page|column|channel|article|loadmore)[\w-]{0,40}\.js$")
_LOADER_FILE = late(r"(?i)(?:list|feed(?!back)|load|scroll|more|channel|column|news|article)[\w-]{0,40}\.js$")
"""Files that may let a list grow without a word of it on the page."""
_COMPONENT = late(r"(?:^|\s)(?:(?:el|ant|arco|n|v|van|t|nut)-pagination|ivu-page|layui-laypage)(?:$|\s)")
"""Pagers of libraries by which a script draws a page. What the server sends is their first state."""
_LIBRARY = late(r"(?i)jquery|swiper|laypage|pagination|\.min\.|bootstrap|vue|common|homepage|indexpage")
_MAX_ELEMENTS = 20_000
_MOST_LINKS = 50
_LONGEST_PAGER = 80
_BESIDE = late(r"[上下前后]一?页")
_OF_PAGES = late(r"(?<![\d/.-])(\d{1,4})\s?[/／]\s?(\d{1,4})(?![\d/.-])")


def filled_by_a_script(pager: str) -> str:
    """Return the sentence about an empty pager, which is given as markup."""
    return f"a pager is filled by a script ({pager})"


def filled_pagers(view: PagerView) -> frozenset[str]:
    """Return the elements that are named like a pager and have links to pages like this one, as markup."""
    return frozenset(
        _named(element)
        for element in pager_elements(view)
        if any(
            (url := view.target(link.get("href") or "")) and view.is_like_this_page(url)
            for link in islice(element.iter("a"), _MOST_LINKS)
        )
    )


def pager_hints(view: PagerView) -> Iterator[str]:
    """Yield what looks like a pager that a script fills, on a page on which no way on was found."""
    for element in pager_elements(view):
        if not text_up_to(element, 50).strip() and not any(child.tag == "a" for child in element.iter()):
            yield filled_by_a_script(_named(element))
            break
    yield from loading_hints(view)


def says_newest_only(view: PagerView) -> str:
    """Return the sign of words that keep older entries back; empty without any."""
    match = _NEWEST_ONLY.search(view.text)
    return f"it says that it shows only the newest entries ({match.group()})" if match else ""


def stated_more(view: PagerView) -> Iterator[str]:
    """Yield the sign of a number of pages or entries that a script or an attribute states, if this page is not all."""
    for pages, shown in stated_page_counts(view):
        if pages > view.number:
            yield f"a script states {pages} pages ({shown})"
            return
    for match in _RANGE.finditer(view.text):
        first, last, total = map(int, match.groups())
        # What looks like it may be a date.
        if first <= last < total and (first - 1) % (last - first + 1) == 0 and not 1990 <= total <= 2100:
            yield f"it states {total} entries, and shows {match.group()}"
            return
    for field in islice(view.iter("input"), _MAX_ELEMENTS):
        name, value = field.get("id") or field.get("name") or "", (field.get("value") or "").strip()
        if _COUNT_ATTRIBUTE.match(name) and value.isdecimal() and len(value) < 8 and int(value) > view.number:
            yield f"a pager states {int(value)} pages ({_named(field)})"
            return
    for script in view.scripts:
        for total, size, shown in _stated_by_state(script):
            if total > view.number * size:
                yield f"a script states {total} entries, {size} per page ({shown})"
                return
    for element in pager_elements(view):
        stated = _stated_by_attributes(element)
        if stated is not None and stated > view.number:
            yield f"a pager states {stated} pages ({_named(element)})"
            return


def _stated_by_state(script: str) -> Iterator[tuple[int, int, str]]:
    """Yield the numbers of entries, in all and per page, that an object of a script states: `{size: 20, total: 46}`."""
    for match in islice(OBJECT.finditer(script), _MOST_OBJECTS):
        total, size = _TOTAL.search(match[0]), _SIZE.search(match[0])
        if total and size and int(size[1]) > 0 and not is_about_something_else(script, match.start()):
            yield int(total[1]), int(size[1]), " ".join(match[0].split())[:100]


def script_of_pager(view: PagerView) -> str:
    """Return the URL of the script that may fill an empty pager: it is named like a pager, or lies with the section.

    Empty without such a script, and for the libraries of pagers, which know no number of pages.
    """
    folder = urlsplit(view.page_url).path.rpartition("/")[0] + "/"
    for url, path, name in _own_scripts(view):
        if (folder != "/" and path.startswith(folder)) or _PAGER_FILE.search(name):
            return url
    return ""


def script_of_list(view: PagerView) -> str:
    """Return the URL of a script of the portal's own that is named like what lets lists grow; empty without one."""
    return next((url for url, _, name in _own_scripts(view) if _LOADER_FILE.search(name)), "")


def may_be_filled(view: PagerView) -> str:
    """Return the script of the portal that is named like a list or its pager, as part of a sentence.

    Empty without one; any script counts where the pager is one that a library draws. It is too weak for a sign of more,
    and enough to doubt what may be no more than what the script begins with: that the list is empty, or that its pager
    has one page.
    """
    is_drawn = any(
        _COMPONENT.search(element.get("class") or "") for element in islice(view.iter("div", "ul"), _MAX_ELEMENTS)
    )
    for url, _, name in _own_scripts(view):
        if is_drawn or _LIST_FILE.search(name):
            return f"a script may fill the list ({url[:200]})"
    return ""


def shown_behind(view: PagerView) -> str:
    """Return what a pager shows of pages behind a later page, in a form that is too weak for a sign: 2/3.

    It stands beside 上一页 or 下一页, since 2/3 is a day, too. Empty without one.
    """
    for element in islice(view.iter("div", "p", "span", "td", "li", "nav", "form"), _MAX_ELEMENTS):
        text = text_up_to(element, _LONGEST_PAGER + 1)
        match = _OF_PAGES.search(text) if len(text) <= _LONGEST_PAGER and _BESIDE.search(text) else None
        if match and int(match[1]) == view.number < int(match[2]):
            return match[0]
    return ""


def _own_scripts(view: PagerView) -> Iterator[tuple[str, str, str]]:
    """Yield URL, path and file name of the external scripts of the page's own host that are no libraries."""
    own = urlsplit(view.page_url).hostname
    for url in view.script_urls:
        parts = urlsplit(url)
        name = parts.path.rpartition("/")[2]
        if parts.hostname == own and not _LIBRARY.search(name):
            yield url, parts.path, name


def pages_stated_by(view: PagerView) -> int | None:
    """Return the number of pages that the attributes of a pager state; None if none do."""
    return next((pages for one in pager_elements(view) if (pages := _stated_by_attributes(one)) is not None), None)


def filled_by_script(view: PagerView) -> tuple[str, ...]:
    """Return what shows that a page without entries gets them from a script; empty if nothing does.

    The request by which the script asks for the list is named, if it stands on the page.
    """
    sign = _sign_of_filling(view)
    asking = next((script for script in view.scripts if ASKING.search(script)), "") if sign else ""
    request = f"a script loads the list ({_around(asking, ASKING)})" if asking else ""
    return tuple(dict.fromkeys(one for one in (sign, request) if one))


def _sign_of_filling(view: PagerView) -> str:
    if shell := empty_shell(view.root):
        return f"the page is built by a script (an empty {shell})"
    if match := LOADING_WORDS.search(view.text):
        return f"a script loads the list ({match.group()})"
    is_filled = view.script_urls or any(map(_is_template, islice(view.iter("script", "template"), _MAX_ELEMENTS)))
    for element in islice(view.iter("div", "ul", "tbody"), _MAX_ELEMENTS):
        name = f"{element.get('id') or ''} {element.get('class') or ''}"
        if _LIST_NAME.search(name) and not len(element) and not (element.text or "").strip() and is_filled:
            return f"the list is filled by a script (an empty {_named(element)})"
    for script in view.scripts:
        if _STATE.search(script):
            return f"the list stands in a variable of a script ({_around(script, _STATE)})"
    for script in view.scripts:
        if ASKING.search(script) and LIST_WORDS.search(script):
            return f"a script loads the list ({_around(script, ASKING)})"
    return ""


def _is_template(element: _Element) -> bool:
    """Whether an element holds what a script writes for each entry."""
    return element.tag == "template" or "template" in (element.get("type") or "").lower()


def empty_shell(root: _Element) -> str:
    """Return the element into which a script builds the whole page, as markup; empty if the page has no such element.

    One with links of its own was built by the server.
    """
    for element in islice(root.iter("div", "main", "section"), _MAX_ELEMENTS):
        name = element.get("id") or ""
        if name in _ROOTS and not _has_sentence(element):
            return f"<{element.tag} id={name!r}>"
    return ""


def _stated_by_attributes(element: _Element) -> int | None:
    values = {str(name): str(value).strip() for name, value in element.attrib.items()}
    numbers = {name: int(value) for name, value in values.items() if value.isdecimal() and len(value) < 8}
    for name, value in numbers.items():
        if _COUNT_ATTRIBUTE.match(name):
            return value
    total = next((value for name, value in numbers.items() if _TOTAL_ATTRIBUTE.match(name)), None)
    size = next((value for name, value in numbers.items() if _SIZE_ATTRIBUTE.match(name)), None)
    return -(-total // size) if total is not None and size else None


def _has_sentence(element: _Element) -> bool:
    """Whether an element has text or links of its own, as a page that a server built."""
    return any(len(text_up_to(link, 40).strip()) >= 8 for link in islice(element.iter("a"), 200))


def _named(element: _Element) -> str:
    name = f" id={element.get('id')!r}" if element.get("id") else f" class={(element.get('class') or '')[:40]!r}"
    return f"<{element.tag}{name}>"


def _around(script: str, pattern: re.Pattern[str]) -> str:
    match = pattern.search(script)
    return " ".join(script[match.start() : match.start() + 100].split()) if match else ""
