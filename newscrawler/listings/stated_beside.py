"""What a page states about the number of its entries or pages outside of a pager: beside the list, in attributes and
in scripts.

A number counts entries of the list if it stands beside the list, has a word of counting before it and one of entries
behind it, and if nothing says that it counts something else: comments, visitors, the whole portal. It proves no end,
since it may be the number of this page; it is a sign of more where it is higher than what the page shows. A lower
one is what a script has not replaced yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.beside_list import BesideList
from newscrawler.listings.pagers.counts import of_something_else
from newscrawler.listings.pagers.view import PagerView
from newscrawler.text.numerals import COUNT, count_of

_KINDS = "新闻|文章|稿件|信息|消息|资讯|记录|数据|内容|报道|结果|作品"
_TOTAL = re.compile(
    rf"(?:总?共|一共|共有|总计|合计|累计|总数|总量)\s?(?:有|收录|发布|发表|刊发)?\s?(?:{_KINDS})?(?:总数)?\s?[:：]?\s?({COUNT})\s?"
    rf"(?:条|篇|则|个(?:{_KINDS})|(?:{_KINDS}))"
)
_LONGEST = 60
"""Characters of a statement with what stands around it in its element."""
_BLOCKS = ("div", "p", "span", "li", "td", "em", "strong", "b", "i", "h2", "h3", "h4", "font", "dd", "label")
_ELSEWHERE = re.compile(
    r"(?i)(?:^|[\s_-])(?:comments?|reply|replies|pinglun|visit|counter|hits?|foot(?:er)?|copyright|share|vote|banner)"
)
"""Names of blocks that are not about the list."""
_CURRENT_ATTRIBUTE = re.compile(r"(?i)data-(?:cur(?:rent)?|now|page|index|active)(?:-?(?:page|no|num|index))?")
_PAGES_ATTRIBUTE = re.compile(r"(?i)data-(?:(?:total|all|max|last|count)-?)?(?:pages?|page-?(?:count|total|num|sum))")
_PAGER_OBJECT = re.compile(
    r"(?i)(?<![\w$])(?:pg|pages?|pager|paging|pagination|fenye|page_?(?:info|data|conf|config|opts?|obj|bar))\s*[=:]\s*(\{[^{}]{5,200}\})"
)
_MEMBER = re.compile(r"[\w$'\"]{1,20}\s*:\s*['\"]?(\d{1,6})['\"]?\s*(?=[,}])")
_WHOLE = re.compile(r"[0-9]{1,6}")
_MOST_ELEMENTS = 20_000
_MOST_STATEMENTS = 40
_MOST_OBJECTS = 50
_LARGEST = 100_000_000


def stated_beside(view: PagerView, entries: Set[str]) -> str:
    """Return a sign of more that a first page states outside of a pager; empty if it states none.

    `entries` are the URLs of the entries that it shows.
    """
    number = len(entries)
    for total, shown in _totals(view, entries):
        if total - number > max(2, total // 50):
            return f"it states {total} entries, and shows {number} ({shown})"
        if total == 0:
            return f"it states 0 entries, and shows {number}: a script fills the number ({shown})"
    return _in_attributes(view) or _in_objects(view, number)


def _totals(view: PagerView, entries: Set[str]) -> Iterator[tuple[int, str]]:
    statements = 0
    beside = BesideList(view, entries)
    for element in islice(view.iter(*_BLOCKS), _MOST_ELEMENTS):
        text = text_up_to(element, _LONGEST + 1)
        if not 3 <= len(text) <= _LONGEST or not (match := _TOTAL.search(" ".join(text.split()))):
            continue
        statements += 1
        if statements > _MOST_STATEMENTS:
            return
        if of_something_else(match) or _is_elsewhere(element) or not beside.has(element):
            continue
        total = count_of(match[1])
        if total < _LARGEST:
            yield total, match[0]


def _is_elsewhere(element: _Element) -> bool:
    around = (element, *islice(element.iterancestors(), 4))
    return any(_ELSEWHERE.search(f"{node.get('class') or ''} {node.get('id') or ''}") for node in around)


def _in_attributes(view: PagerView) -> str:
    """Return the number of pages that an element states together with the number of this page."""
    for element in islice(view.iter("div", "ul", "span", "p", "nav", "a", "button"), _MOST_ELEMENTS):
        if len(element.attrib) < 2:
            continue
        values = {str(name): str(value) for name, value in element.attrib.items()}
        numbers = {name: int(value) for name, value in values.items() if _WHOLE.fullmatch(value)}
        pages = max((value for name, value in numbers.items() if _PAGES_ATTRIBUTE.fullmatch(name)), default=0)
        current = [value for name, value in numbers.items() if _CURRENT_ATTRIBUTE.fullmatch(name)]
        if pages > view.number and any(value in (view.number, view.number - 1) for value in current):
            return (
                f"an element states {pages} pages (<{element.tag} {element.get('id') or element.get('class') or ''}>)"
            )
    return ""


def _in_objects(view: PagerView, shown: int) -> str:
    """Return the number of pages of an object that is named like a pager: the one that is neither this page nor a size.

    `shown` is the number of entries of the page, which is the size if the object has it: `PG = {c: 1, t: 3, s: 10}`.
    """
    for script in view.scripts:
        for match in islice(_PAGER_OBJECT.finditer(script), _MOST_OBJECTS):
            numbers = [int(value) for value in _MEMBER.findall(match[1])]
            if view.number not in numbers or shown not in numbers:
                continue
            others = sorted(numbers)
            others.remove(view.number)
            others.remove(shown)
            if len(others) == 1 and others[0] > view.number:
                return f"a script states a page {view.number} of {others[0]} ({match[0][:80]})"
    return ""
