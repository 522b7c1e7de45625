"""What a page states in words about its listing: 共 5 页, 第二页/共三页, 共 1,096 条记录, Page 2 of 5.

Templates of content systems often leave the word of counting out, since a reader sees what is meant: 共 7页135条
(dedecms), `<a title="总数"><b>135</b></a>` (帝国), `<a>135条</a>` in front of 上一页 (phpcms).
"""

from __future__ import annotations

import re
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.pagers.elements import pager_elements
from newscrawler.listings.pagers.reading import PagerReading
from newscrawler.listings.pagers.view import PagerView
from newscrawler.text.numerals import COUNT, count_of

_PAGES = re.compile(
    rf"(?:共|总共|共有|总页数|页数)\s*[:：]?\s*({COUNT})\s*页|第\s*{COUNT}\s*页?\s*[/／]\s*(?:共|总)?\s*({COUNT})\s*页"
    rf"|页[次码]?\s*[:：]\s*\d{{1,6}}\s*[/／]\s*(\d{{1,6}})|(?<![\d/.-])\d{{1,5}}\s*[/／]\s*(\d{{1,5}})\s*页"
)
_FURTHER = re.compile(
    r"(?i)(?<![a-z])pages?\s?:?\s?\d{1,5}\s?(?:of|/)\s?(\d{1,5})(?!\d)|(?<!\d)\d{1,5}\s?of\s?(\d{1,5})\spages?(?![a-z])"
)
"""Page 1 of 3. It proves no end: what a script draws begins with 1 of 1."""
_FIELD = re.compile(r"\s{0,3}页?\s{0,3}[/／]\s{0,3}共?\s{0,3}(\d{1,5})(?!\d)")
"""What stands behind a field for the number of the page: `[1] / 3`."""
_ENTRIES = re.compile(rf"(?:共|总共|共有|总计|合计|累计)\s*[:：]?\s*({COUNT})\s*(?:条|篇|个?记录|则)")
_NUMBER = r"(?:\d{1,3}(?:[,，]\d{3})+(?!\d)|\d{1,7})"
_BESIDE_PAGES = (
    re.compile(
        rf"(?:共|总共|共有)\s?{_NUMBER}\s?页\s?[,，、/／|;；]?\s?({_NUMBER})\s?(?:条|篇|则)(?!\s?(?:[/／]|每页|一页|页))"
        rf"|\d{{1,5}}\s?[/／]\s?\d{{1,5}}\s?页\s?[,，、|;；]?\s?({_NUMBER})\s?(?:条|篇|则)(?!\s?(?:[/／]|每页|一页|页))"
    ),
    re.compile(
        rf"(?<![\d.,/／-])({_NUMBER})\s?(?:条|篇|则)(?:记录|信息|新闻|数据|文章|内容)?\s?[,，、|;；]?\s?"
        rf"(?:共\s?{_NUMBER}\s?页|(?:第\s?)?\d{{1,5}}\s?[/／]\s?\d{{1,5}}\s?页|分\s?{_NUMBER}\s?页)"
    ),
    re.compile(
        rf"(?:总(?:记录|条|信息|新闻|文章|篇)?数|(?:记录|信息|新闻|文章|稿件)总?数)\s?[:：]\s?({_NUMBER})(?!\s?(?:页|[/／.\d]))"
    ),
)
"""The number of entries beside that of pages, without a word of counting of its own."""
_TITLE_OF_TOTAL = re.compile(
    r"(?i)\s*(?:总(?:记录|条|信息|新闻|文章|篇)?数|(?:记录|信息|新闻|文章)总数|total\s?(?:records?|items?|results?|count)?)\s*"
)
"""What the element is called, when a reader points at it, whose text is the number of entries only."""
_ALONE = re.compile(rf"\s*({COUNT})\s*(?:条|篇|则)?(?:记录|信息|新闻|数据|文章)?\s*")
_WITH_UNIT = re.compile(rf"\s*({COUNT})\s*(?:条|篇|则)(?:记录|信息|新闻|数据|文章)?\s*")
_LONGEST_TOTAL = 20
"""Characters of an element that has a number of entries only."""
_MOST_ELEMENTS = 5_000
_OF_SECTION = re.compile(r"[本该](?:栏目|频道|列表|分类|专栏)\s?$")
"""What stands before a number that counts the entries of the whole section, without words of a pager."""
_OTHER_BEFORE = re.compile(
    r"(?:评论|留言|跟[帖贴]|回复|访问|浏览|点击|阅读|图片|本站|全站|本网|在线|会员|投票)[^，。；|]{0,8}$|(?:[本每此]|当前)页\s?$"
)
_OTHER_BEHIND = re.compile(r"\s?(?:评论|点评|跟[帖贴]|回复|回帖|留言|图片|视频|弹幕|投票)")
_NEAR = 60
"""Characters around the number of entries in which a pager's words must stand."""
_PAGER_WORDS = re.compile(r"页|记录")
_TURNS = re.compile(r"[上下前后]一?[页頁]|[首尾末][页頁]")
_OF_ONE_PAGE = re.compile(r"[每本此][一个]?页|当前页|[/／]\s?页")
"""Words of a pager by which a number of entries is that of one page."""
_LONGEST_PAGER = 300
"""Characters of the element that holds a pager."""
_MOST_FIELDS = 100


def read_counts(view: PagerView) -> PagerReading | None:
    """Read the number of pages and of entries that the page states."""
    pages = entries = None
    for match in _PAGES.finditer(view.text):
        pages = count_of(next(group for group in match.groups() if group))
    for match in _ENTRIES.finditer(view.text):
        if of_something_else(match):
            continue
        before = view.text[max(0, match.start() - _NEAR) : match.start()]
        behind = view.text[match.end() : match.end() + _NEAR]
        if "记录" in match.group() or _PAGER_WORDS.search(before + behind) or _OF_SECTION.search(before):
            entries = count_of(match[1])
    for pattern in _BESIDE_PAGES if entries is None else ():
        for match in pattern.finditer(view.text):
            number = next(group for group in match.groups() if group)
            behind = view.text[match.end() : match.end() + _NEAR]
            before = view.text[max(0, match.start() - _NEAR) : match.start()]
            if not of_something_else(match) and _PAGER_WORDS.search(before + match.group() + behind):
                entries = count_of(number)
    entries = _total_alone(view) if entries is None else entries
    # What a pager says when a reader points at it.
    titles = (one.get("title") or "" for one in islice(pager_elements(view), _MOST_FIELDS))
    matches = filter(None, map(_ENTRIES.search, titles))
    hidden = next((match for match in matches if not of_something_else(match)), None)
    entries = count_of(hidden[1]) if entries is None and hidden is not None else entries
    if pages is None:
        pages = _further_pages(view)
    if pages is None and entries is None:
        return None
    is_last = pages is not None and view.number >= pages
    sign = f"it states {pages} pages" if pages is not None and not is_last else ""
    return PagerReading("stated count", is_last=is_last, pages=pages, entries=entries, sign=sign)


def _total_alone(view: PagerView) -> int | None:
    """Return the number of entries that an element of a pager has as its only text; None if there is none, or several.

    Several are a choice of how many a page shall have: 10条 20条 50条.
    """
    found: dict[_Element, int] = {}
    for element in islice(view.iter("a", "span", "em", "b", "strong", "i", "li", "div", "p", "td"), _MOST_ELEMENTS):
        text = text_up_to(element, _LONGEST_TOTAL + 1)
        is_titled = _TITLE_OF_TOTAL.fullmatch(element.get("title") or "") is not None
        match = (_ALONE if is_titled else _WITH_UNIT).fullmatch(text) if len(text) <= _LONGEST_TOTAL else None
        if match and not view.target(element.get("href") or "#") and (is_titled or _stands_in_pager(element)):
            for around in element.iterancestors():
                found.pop(around, None)
            found[element] = count_of(match[1])
    return next(iter(found.values())) if len(found) == 1 else None


def _stands_in_pager(element: _Element) -> bool:
    """Whether a link or a word beside an element turns the pages: 上一页, 尾页."""
    for around in islice(element.iterancestors("div", "p", "ul", "ol", "nav", "td", "form"), 2):
        text = text_up_to(around, _LONGEST_PAGER + 1)
        if len(text) <= _LONGEST_PAGER and _TURNS.search(text):
            return _OF_ONE_PAGE.search(text) is None
    return False


def of_something_else(match: re.Match[str]) -> bool:
    """Whether the words around a stated number say that it does not count the entries of the list."""
    before = match.string[max(0, match.start() - 14) : match.start()]
    behind = match.string[match.end() : match.end() + 6]
    return _OTHER_BEFORE.search(before) is not None or _OTHER_BEHIND.match(behind) is not None


def _further_pages(view: PagerView) -> int | None:
    """Return the number of pages in forms that only say that there are more; None if none does."""
    stated = [int(match[1] or match[2]) for match in islice(_FURTHER.finditer(view.text), _MOST_FIELDS)]
    fields = islice(view.iter("input"), _MOST_FIELDS)
    behind = [one.tail or "" for one in fields if (one.get("value") or "").strip() == str(view.number)]
    stated += [int(match[1]) for tail in behind if (match := _FIELD.match(tail))]
    return next((pages for pages in stated if pages > view.number), None)
