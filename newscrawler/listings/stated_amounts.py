"""What a page says beside its list about the number of its entries, and about how much of the list it shows.

A number counts entries of the list if it stands beside the list, has a word of counting before it and one of entries
behind it, and if nothing says that it counts something else: comments, visitors, the whole portal. It proves no end,
since it may be the number of this page; it is a sign of more where it is higher than what the list has, whatever its
pager says: many portals cut the pages of a list, and count its entries in their database. A lower one is what a script
has not replaced yet. A sentence may say itself that a part is shown: 仅开放浏览前3页.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.beside_list import BesideList
from newscrawler.listings.pagers.counts import of_something_else
from newscrawler.listings.pagers.view import PagerView
from newscrawler.text.numerals import COUNT, count_of
from newscrawler.text.patterns import late

_KINDS = "新闻|文章|稿件|信息|消息|资讯|记录|数据|内容|报道|结果|作品"
_TOTAL = late(
    rf"(?:总?共|一共|共有|总计|合计|累计|总数|总量|全部|所有|(?:找|搜|查|检索|搜索|查询)到|结果)\s?(?:有|收录|发布|发表|发稿|刊发|推送|相关)?\s?(?:{_KINDS})?(?:总数)?"
    rf"\s?[:：]?\s?(?:大?约\s?)?({COUNT})\s?(?:条|篇|则|个(?:相关)?(?:{_KINDS})|个(?![\u3400-\u9fff])|(?:{_KINDS}))"
)
_PART = late(
    rf"(?:仅|只|最多)(?:能|可|限)?(?:开放|提供|显示|展示|浏览|查看|查询|列出?|保留|支持)(?:浏览|查看|查询|显示)?[^\d，。；！？]{{0,8}}?({COUNT})\s?"
    r"(页|条|篇|则|天|日|周|个月|年)"
)
_SHOWN_OF = late(
    rf"(?:已?(?:显示|加载|展示))(?:了|第)?\s?\d{{1,6}}(?:\s?[-–~至到]\s?\d{{1,6}})?\s?[条篇则]?\s?[/／]\s?共?\s?({COUNT})"
    r"|(?i:showing|displaying)\s[\d\s–to-]{1,20}\s(?:of|/)\s(?P<of>\d{1,7})"
)
"""How many entries are shown of all: 已显示 12 / 40."""
_BADGE = late(rf"\s*(?:全部|所有)(?:{_KINDS})?\s?[(（]\s?({COUNT})\s?[)）]\s*")
"""A tab or a heading with the number of its entries: 全部(48)."""
_CHOSEN = late(r"(?i)(?:^|[\s_-])(?:active|current|cur|curr|on|now|selected|select|this)(?:$|[\s_-])")
_REST = late(
    rf"(?:(?:余下|剩余|剩下|其余)(?:的)?\s?({COUNT})\s?多?(?:条|篇|则)|还有\s?({COUNT})\s?多?(?:条|篇|则)[^，。]{{0,4}}(?:未|没|待))"
)
"""How many entries are not shown: 余下34条."""
_LONGEST = 60
"""Characters of a statement with what stands around it in its element."""
_BLOCKS = ("div", "p", "span", "li", "td", "em", "strong", "b", "i", "h2", "h3", "h4", "font", "dd", "label")
_ELSEWHERE = re.compile(
    r"(?i)(?:^|[\s_-])(?:comments?|reply|replies|pinglun|visit|counter|hits?|foot(?:er)?|copyright|share|vote|banner)"
)
"""Names of blocks that are not about the list."""
_MOST_ELEMENTS = 20_000
_MOST_STATEMENTS = 40
_LARGEST = 100_000_000
_ENTRIES, _PAGES = ("条", "篇", "则"), ("页",)


@dataclass(frozen=True, slots=True)
class StatedAmount:
    """A number that stands beside a list."""

    number: int
    text: str
    """The statement, as printed."""
    is_of_entries: bool = True
    """Whether it counts the entries of the list."""
    part: str = ""
    """The unit of what is shown, if the statement says that this is a part of the list only: 页, 条, 天."""

    def sign(self, entries: int, pages: int) -> str:
        """Return what it says against the end of a list that has so many entries and pages; empty if nothing.

        A list with fewer than are shown at most is whole. What is shown of a time is a part at any length.
        """
        if not self.part:
            is_more = self.is_of_entries and self.number - entries > max(2, self.number // 50)
            return f"it states {self.number} entries, and shows {entries} ({self.text})" if is_more else ""
        shown = entries if self.part in _ENTRIES else pages if self.part in _PAGES else self.number
        return f"it says that it shows a part of its list only ({self.text})" if shown >= self.number else ""


def amounts_beside(view: PagerView, entries: Set[str]) -> tuple[StatedAmount, ...]:
    """Return what stands beside the list of a page. `entries` are the URLs of the entries that it shows."""
    if not any(pattern.search(view.text) for pattern in (_TOTAL, _PART, _SHOWN_OF, _BADGE, _REST)):
        return ()
    return tuple(dict.fromkeys(_amounts(view, entries)))


def _amounts(view: PagerView, entries: Set[str]) -> Iterator[StatedAmount]:
    statements = 0
    beside = BesideList(view, entries)
    for element in islice(view.iter(*_BLOCKS), _MOST_ELEMENTS):
        text = text_up_to(element, _LONGEST + 1)
        if not 3 <= len(text) <= _LONGEST:
            continue
        text = " ".join(text.split())
        total = (
            _TOTAL.search(text) or _SHOWN_OF.search(text) or (_BADGE.fullmatch(text) if _is_chosen(element) else None)
        )
        part, rest = _PART.search(text), _REST.search(text) if view.number == 1 else None
        if not (total or part or rest):
            continue
        statements += 1
        if statements > _MOST_STATEMENTS:
            return
        if _is_elsewhere(element) or not beside.has(element):
            continue
        stated = next(filter(None, total.groups())) if total else ""
        if total and not of_something_else(total) and (number := count_of(stated)) < _LARGEST:
            yield StatedAmount(number, total[0])
        if rest and not of_something_else(rest):
            yield StatedAmount(len(entries) + count_of(rest[1] or rest[2]), rest[0])
        if part and not of_something_else(part):
            yield StatedAmount(count_of(part[1]), part[0], is_of_entries=False, part=part[2])


def _is_chosen(element: _Element) -> bool:
    """Whether an element is the chosen one of a row, or a heading: what the list below it is called."""
    is_marked = any(_CHOSEN.search(node.get("class") or "") for node in (element, *islice(element.iterancestors(), 1)))
    return is_marked or element.tag in ("h2", "h3", "h4")


def _is_elsewhere(element: _Element) -> bool:
    around = (element, *islice(element.iterancestors(), 4))
    return any(_ELSEWHERE.search(f"{node.get('class') or ''} {node.get('id') or ''}") for node in around)
