"""Which of a page's lists is the section's own: the one in the section's folder, that is no ranking.

Text and dates alone do not tell: a ranking beside a list without dates has more of both. A box of other cities has as
many of both as a short list: it stands in the side column, its heading says so, and no pager follows it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.link_lists import LinkList
from newscrawler.listings.side_by_side import columns_of

_RANKING = re.compile(
    r"热点|热门|热文|热榜|热搜|热读|最热|排行|榜|点击量|阅读量|[0-9]{1,2}小时|一周|本周|推荐|猜你|"
    r"相关(?:新闻|阅读|链接)|精彩|专题|(?:其[他它]|兄弟|周边|更多)(?:地?市|州|城|地区|区县|县|频道|栏目|分?站)"
)
_PICTURES = re.compile("图片新闻")
_OF_READERS = re.compile(r"热点|热门|热文|热榜|热搜|热读|最热|排行|榜|点击|阅读量")
_RANKING_NAME = re.compile(
    r"(?i)(?:^|[\s_-])(?:hot|rank(?:ing)?|paihang|phb?|tuijian|recommend|related|aside|sidebar|side)(?:list|box)?\d?"
    r"(?:$|[\s_-])"
)
_IN_FOLDER, _AS_RANKING, _WITH_PAGER = 3.0, 0.05, 4.0
"""How much each kind of evidence counts beside text and dates."""
_CHOICE = re.compile(r"热点|热门|热文|热榜|热搜|热读|最热|排行|榜|点击量|阅读量|推荐|猜你|相关(?:新闻|阅读|链接)")
"""Headings of a part that has the elements of the list. 本周 and 24小时 may head a part of the list itself."""
_LONGEST_HEADING = 30
_HEADINGS = ("caption", "thead", "dt", "h2", "h3", "h4", "h5")
_ROWS = ("tr", "li", *_HEADINGS)
"""Elements in front of the items of a list, within it, that may be its heading: the first row of a table, say."""
_MOST_LISTS = 20
"""Lists of a page that are compared with each other."""
_LEVELS = 4
"""Elements around a list in which its heading is looked for."""
PAGER = re.compile(
    r"[上下前后][一1]?页|[首尾末]页|(?:加载|查看|点击|显示|上拉|下拉)\S{0,4}更多|共\s{0,2}[0-9]{1,6}\s{0,2}[页条]|第\s{0,2}[0-9]{1,5}\s{0,2}页"
)
"""Words of a pager."""
_LONGEST_BELOW = 300
"""Characters below a list among which the words of its pager are looked for."""
_MOST_BELOW = 20


def best_list(lists: Sequence[LinkList], folder: str) -> LinkList:
    """Return the list of a page that is most likely the section's. `folder` is the address of the section's folder."""
    if len(lists) <= _MOST_LISTS:
        lists = _without_choices(lists)
    if len(lists) == 1:
        return lists[0]
    links_below = count_below(lists)

    def weight(one: LinkList) -> float:
        # A list in columns has the text of all of them.
        found = LinkList(one.path, columns_of(one, lists)).weight() if len(lists) <= _MOST_LISTS else one.weight()
        if folder and sum(link.url.startswith(folder) for link in one.links) * 2 > len(one.links):
            found *= _IN_FOLDER
        if _has_pager(one, links_below):
            found *= _WITH_PAGER
        return found * (_AS_RANKING if is_choice(one, links_below, _RANKING, _PICTURES) else 1)

    return max(lists, key=weight)


def _without_choices(lists: Sequence[LinkList]) -> list[LinkList]:
    """Return the lists of which no other one holds all articles and more, as the list does with those of a slider.

    A ranking or a box of the side column may hold all articles of a short list by chance.
    """
    links_below = count_below(lists)
    urls = {id(one): frozenset(link.url for link in one.links) for one in lists}
    whole = [urls[id(one)] for one in lists if not is_choice(one, links_below, _RANKING, _PICTURES)]
    return [one for one in lists if not any(urls[id(one)] < other for other in whole)]


def split_choices(lists: Iterable[LinkList]) -> list[LinkList]:
    """Return the lists of a page, with the containers of a list as lists of their own that a heading calls choices.

    A box 为您推荐 below the list often has the very elements of the list. What is left of a list keeps its path.
    """
    lists = list(lists)
    links_below = count_below(lists)
    found: list[LinkList] = []
    for one in lists:
        containers = list(one.by_container().values())
        parts = [LinkList(one.path, links) for links in containers] if 1 < len(containers) <= _MOST_LISTS else []
        choices = [part for part in parts if is_choice(part, links_below, _CHOICE, names=None)]
        if not choices or len(choices) == len(parts):
            found.append(one)
            continue
        taken = {id(link) for part in choices for link in part.links}
        found.append(LinkList(one.path, [link for link in one.links if id(link) not in taken]))
        found += [LinkList(f"{one.path} (choice)", part.links, is_choice=True) for part in choices]
    return found


def count_below(lists: Iterable[LinkList]) -> Counter[_Element]:
    """Count the links of these lists below each element."""
    below: Counter[_Element] = Counter()
    for one in lists:
        for link in one.links:
            below.update(link.element.iterancestors())
    return below


def are_choices(lists: Sequence[LinkList]) -> bool:
    """Whether there are lists on a page, and all of them are rankings or choices of other pages."""
    links_below = count_below(lists)
    return bool(lists) and all(is_choice(one, links_below) for one in lists)


def are_boxes(lists: Sequence[LinkList]) -> bool:
    """Whether there are lists on a page, and all of them are rankings, choices or pictures without a pager."""
    links_below = count_below(lists)
    return bool(lists) and all(
        is_choice(one, links_below, _RANKING, _PICTURES) and not _has_pager(one, links_below) for one in lists
    )


def has_pager_of_its_own(lists: Sequence[LinkList]) -> bool:
    """Whether the words of a pager stand below one of the lists of a page, in its own block."""
    links_below = count_below(lists)
    return any(_has_pager(one, links_below) for one in lists)


def _has_pager(one: LinkList, links_below: Counter[_Element]) -> bool:
    """Whether the words of a pager stand below a list, in its own block, which holds no other list."""
    node = next(reversed(one.by_container()), None)
    for _ in range(_LEVELS):
        if node is None or (block := node.getparent()) is None:
            return False
        if block.tag in ("body", "html") or links_below[block] > len(one.links):
            return False
        for after in islice(node.itersiblings(), _MOST_BELOW):
            if isinstance(after.tag, str) and PAGER.search(text_up_to(after, _LONGEST_BELOW)):
                return True
        node = block
    return False


def names_ranking(heading: str) -> bool:
    """Whether a heading says that its list shows what readers like: 热点, 24小时排行."""
    return _OF_READERS.search(heading) is not None


def is_choice(
    one: LinkList,
    links_below: Counter[_Element],
    *headings: re.Pattern[str],
    names: re.Pattern[str] | None = _RANKING_NAME,
) -> bool:
    """Whether a list's classes or its heading say that it is a ranking, or a choice of other pages.

    `links_below` counts the links of the page's lists (`count_below`); `headings` are what headings say, by default
    those of rankings; `names` what classes say, None if they say nothing.
    """
    container = next(iter(one.by_container()), None)
    own = links_below[container] if container is not None else 0
    node = container
    calls = headings or (_RANKING,)
    heading = _heading_within(one.links[0].item)
    if any(pattern.search(heading) for pattern in calls):
        return True
    for _ in range(_LEVELS):
        # The block of the list: it holds no other one.
        if node is None or node.tag in ("body", "html") or links_below[node] > max(own, len(one.links)):
            return False
        if names is not None and names.search(f"{node.get('class') or ''} {node.get('id') or ''}"):
            return True
        if not heading:
            # Behind another heading only the names of classes can still say that it stands in the side column.
            heading = _heading_above(node, links_below)
            if any(pattern.search(heading) for pattern in calls):
                return True
        node = node.getparent()
    return False


def _heading_within(item: _Element) -> str:
    """Return the text of the row above the first item of a list that is its heading; empty if there is none."""
    row = item.getprevious()
    if (
        row is None
        or row.tag not in (item.tag, *_HEADINGS)
        or row.tag not in _ROWS
        or next(row.iter("a"), None) is not None
    ):
        return ""
    text = text_up_to(row, _LONGEST_HEADING + 1).strip()
    return text if len(text) <= _LONGEST_HEADING else ""


def _heading_above(node: _Element, links_below: Counter[_Element]) -> str:
    """Return the short text directly above an element, with no list between them; empty if there is none."""
    for before in islice(node.itersiblings(preceding=True), 3):
        if not isinstance(before.tag, str) or before.tag in ("script", "style"):
            continue
        if links_below[before]:
            break
        text = text_up_to(before, _LONGEST_HEADING + 1).strip()
        if text and len(text) <= _LONGEST_HEADING:
            return text
    return ""
