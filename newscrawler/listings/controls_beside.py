"""What stands beside a list without an address, and shows that there is more: words, rows of years and of places.

Each is a control that only a script answers, or a sentence that keeps older entries back. It counts only beside the
list, and only where nothing proves an end: it is a weak witness against a pager that ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, replace
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.beside_list import BesideList
from newscrawler.listings.links import title_weight
from newscrawler.listings.pagers.growing import loading_click
from newscrawler.listings.pagers.labels import is_disabled
from newscrawler.listings.pagers.unhiding import unhiding_code
from newscrawler.listings.pagers.view import PagerView
from newscrawler.text.patterns import late

_KINDS = "新闻|文章|稿件|信息|消息|资讯|内容|报道|记录|回顾|查询|存档|归档|列表|目录"
_BUTTON = late(
    r"[\s\[【(（·>＞»]{0,4}(?:"
    rf"(?:点击|点此)?(?:查看|浏览|显示|展开|加载|阅读)(?:更多|更早|全部|所有|剩余|其余)(?:的)?(?:{_KINDS})?"
    rf"|(?:全部|剩余|其余|更多)(?:展示|展开|显示|加载|查看)|(?:更多|更早)(?:的)?(?:{_KINDS})?|(?:往期|往日|以往|历史)(?:的)?(?:{_KINDS})"
    r"|(?:load|read|view|show|see)?\s?more|(?:view|show|see|load)\s?all"
    r")[\s\]】)）…+＋>＞»›▼∨↓]{0,6}",
    re.IGNORECASE,
)
"""What a control is called that shows more of a list."""
_WITHHELD = late(
    r"(?:更早|较早|更多历史|以往|往期|历史|全部|所有|完整)[^。；，]{0,12}(?:请|可|需|须)[^。；]{0,12}"
    r"(?:检索|搜索|查询|查找|查阅|客户端|APP|档案)"
    r"|(?:打开|下载|登录|前往|使用|进入)[^。；，]{0,10}(?:APP|客户端|小程序|会员)[^。；]{0,6}(?:查看|浏览|阅读|看)[^。；]{0,3}"
    r"(?:全部|所有|完整|更早|往期|历史)"
    r"|[仅只][^。；，]{0,3}(?:显示|展示|列出|保留|提供|呈现)[^。；，]{0,4}(?:最近|最新|近期)",
    re.IGNORECASE,
)
"""Sentences that keep older entries back: 更早内容请通过站内检索查询."""
_YEAR = late(r"\s*((?:19|20)\d\d)\s?年?\s*")
_MONTH = late(r"\s*((?:19|20)\d\d)\s?(?:年\s?(\d{1,2})\s?月(?:份)?|[-/.](\d{1,2}))\s*")
_SPAN_OF_YEARS = late(r"\d{4}\s?年?\s*[-–—－~～至]\s*\d{4}")
"""Two years that are one span: that of a copyright."""
_HEADING = late(r"(?i)(?:^|[\s_-])(?:tit|title|tt|head|hd|caption)\d{0,2}(?:$|[\s_-])")
_MARKED = late(r"(?i)(?:^|[\s_-])(?:active|current|cur|curr|on|now|selected|select|this|hover)(?:$|[\s_-])")
_KEY = late(
    r"(?i)data-(?:\w{1,12}-)?(?:id|code|key|cid|value|val|type|kind|tab|area|city|county|channel|column|cat|node)"
)
_ICON = late(r"[\ue000-\uf8ff<>‹›«»←→◀▶⟨⟩＜＞\s]*")
_BACK, _ON = late(r"(?i)(?:left|prev|back)"), late(r"(?i)(?:right|next|forward)")
_SLIDER = late(r"(?i)carousel|swiper|slick|slide|flexslider|owl|banner|album|gallery|focus")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "dt", "th", "caption", "legend"})
_ACTORS = ("span", "button", "div", "p", "a", "i", "em", "b", "strong", "td", "font", "img", "input")
_ROWS = ("ul", "ol", "div", "p", "dl", "tr", "nav", "td")
_MOST_ELEMENTS = 20_000
_MOST_ITEMS = 60
_MOST_FOUND = 30
"""Candidates of a page of which it is looked at where they stand."""
_LONGEST_SENTENCE = 80
_LONGEST_WORDS = 20
_LEAST_TABS = 3
_LEAST_PERIODS = 2
_LENGTH_OF_YEAR = 4
_LONGEST_PERIOD = 16
_LONGEST_TAB = 6
_LONGEST_ROW = 300
_COUNTED = late(r"[(（]\s?[1-9]\d{0,6}\s?[)）]")
"""The number of the entries of a tab: 视频(12)."""
_ALL = late(r"全部|所有|全市|全省|综合|不限|最新|滚动|all", re.IGNORECASE)
"""Names of tabs whose list has the entries of all others."""
_OF_THE_PAGE = late(
    r"微信|微博|空间|朋友圈|抖音|字号|[大中小]号|[大中小]|简体?|繁体?|[简繁]|简体中文|繁體|EN|English|[日周月年总]榜|(?:今|本)[日周月]"
    r"|(?:二十四|24)小时",
    re.IGNORECASE,
)
"""Names in rows that share or change the page, or belong to a ranking."""


@dataclass(frozen=True, slots=True)
class Control:
    """Something beside a list that leads to more and has no address."""

    sign: str
    """What it is, as part of a sentence."""
    hides_lists: bool = False
    """Whether it leads to other lists of the section, which may show newer entries than this one."""


@dataclass(frozen=True, slots=True)
class HiddenLists:
    """What a page shows beside its list, without addresses, of other lists of the section: years, kinds."""

    periods: tuple[str, ...] = ()
    """Years of a row. What is of one before the oldest entry stands in no list read."""
    tabs: str = ""
    """A row of names of which one is marked, as part of a sentence, or empty."""
    are_counted: bool = False
    """Whether the names say how many entries their lists have."""
    words_of_periods: str = ""
    """The text of the row of years or months."""
    words_of_tabs: str = ""
    """The text of the row of names."""

    def without(self, is_of_portal: Callable[[str], bool]) -> HiddenLists:
        """Return these rows without those whose words the whole portal has: a menu, the years of a copyright."""
        periods = () if is_of_portal(self.words_of_periods) else self.periods
        if is_of_portal(self.words_of_tabs):
            return replace(self, periods=periods, tabs="", are_counted=False)
        return replace(self, periods=periods)

    def signs(self, oldest: str) -> tuple[str, ...]:
        """Return what is missing in a list whose oldest entry has this date, empty if that is not known."""
        first = min(self.periods, default="")
        is_cut = oldest[:4].isdecimal() and first < oldest[: len(first)]
        return (
            *((_of_periods(first),) if is_cut else ()),
            *((self.tabs,) if self.are_counted else ()),
        )


def _acts(item: _Element) -> bool:
    """Whether a script may react to a click on an item of a row."""
    nodes = (item, *islice(item.iter("a", "span"), 2))
    return any(str(name) == "onclick" or str(name).startswith("data-") for node in nodes for name in node.attrib)


def _are_years(periods: tuple[str, ...]) -> bool:
    return len(periods[0]) == _LENGTH_OF_YEAR


def _of_periods(period: str) -> str:
    """Return the sign of a row of which this is a year or a month."""
    if len(period) == _LENGTH_OF_YEAR:
        return f"a row of years is followed by a script ({period})"
    return f"a row of months is followed by a script ({period})"


NO_HIDDEN_LISTS = HiddenLists()


def hidden_lists_beside(view: PagerView, entries: Set[str]) -> HiddenLists:
    """Return the rows beside the list of a page whose lists only a script knows, whatever the pager says."""
    beside = BesideList(view, entries)
    rows = ((row, row_items) for row, row_items in _rows(view) if not _is_hidden(row))
    periods: tuple[str, ...] = ()
    tabs, are_counted = "", False
    words_of_periods = words_of_tabs = ""
    for row, items in rows:
        if (control := _row_of_tabs(view, items)) and control.hides_lists and not tabs and beside.has(row):
            tabs, words_of_tabs = control.sign, text_up_to(row, _LONGEST_ROW)
            are_counted = all(_COUNTED.search(text_up_to(item, 20)) for item in items)
        elif not periods and (found := _row_of_periods(view, items)) and _are_years(found) and beside.has(row):
            periods = found
            words_of_periods = text_up_to(row, _LONGEST_ROW)
    return HiddenLists(periods, tabs, are_counted, words_of_periods, words_of_tabs)


def control_beside(view: PagerView, entries: Set[str]) -> Control | None:
    """Return what a first page shows beside its list that leads to more and has no address; None if nothing does.

    `entries` are the URLs of its entries.
    """
    beside = BesideList(view, entries)
    for element, control in islice(_candidates(view), _MOST_FOUND):
        if beside.has(element) and not _is_hidden(element):
            return control
    return None


def _candidates(view: PagerView) -> Iterator[tuple[_Element, Control]]:
    for element in islice(view.iter(*_ACTORS), _MOST_ELEMENTS):
        text = text_up_to(element, _LONGEST_SENTENCE + 1).strip()
        if len(text) <= _LONGEST_WORDS and (code := loading_click(element)) and _is_control(view, element):
            yield element, Control(f"a click beside the list loads more ({code})")
        if not text or len(text) > _LONGEST_SENTENCE:
            continue
        if match := _WITHHELD.search(text):
            yield element, Control(f"it says that it keeps older entries back ({match[0][:40]})")
        elif len(text) <= _LONGEST_WORDS and _BUTTON.fullmatch(text) and _is_control(view, element):
            yield element, Control(f"'{text[:20]}' beside the list leads nowhere")
        elif len(text) <= 2 and _is_arrow(element):
            yield element, Control("arrows beside the list are followed by a script")
    for row, items in _rows(view):
        periods = _row_of_periods(view, items)
        # Months without a click are the words of a box.
        if periods and (_are_years(periods) or all(map(_acts, items[1:]))):
            yield row, Control(_of_periods(periods[-1]))
        elif control := _row_of_tabs(view, items):
            yield row, control


def _rows(view: PagerView) -> Iterator[tuple[_Element, list[_Element]]]:
    for row in islice(view.iter(*_ROWS), _MOST_ELEMENTS):
        if 1 < len(row) <= _MOST_ITEMS:
            yield row, [item for item in row if isinstance(item.tag, str)]


def _is_control(view: PagerView, element: _Element) -> bool:
    """Whether an element without an address says more of this list: not the heading of another one."""
    if element.tag in _HEADINGS or _HEADING.search(element.get("class") or "") or is_disabled(element):
        return False
    if any(node.tag in _HEADINGS for node in islice(element.iterancestors(), 2)):
        return False
    links = (*element.iter("a"), *(node for node in islice(element.iterancestors(), 2) if node.tag == "a"))
    if any(_leads_somewhere(link.get("href") or "") for link in islice(links, 5)):
        return False  # also where it leads to this page itself
    following = element.getnext()
    if following is not None and next(following.iter("a"), None) is not None:
        return False
    # One that only shows what is hidden on the page says nothing about the list.
    return not unhiding_code(view, element, element.get("onclick") or "")


def _leads_somewhere(href: str) -> bool:
    return bool(href) and not href.strip().lower().startswith(("#", "javascript:"))


def _row_of_periods(view: PagerView, items: list[_Element]) -> tuple[str, ...]:
    """Return the years or the months of a row that has nothing else, and none twice, as 2026 or 2026-06; else empty."""
    texts = [text_up_to(item, _LONGEST_PERIOD) for item in items]
    for pattern in (_YEAR, _MONTH):
        periods = [
            "-".join(part.zfill(2) for part in match.groups() if part)
            for match in map(pattern.fullmatch, texts)
            if match
        ]
        if len(periods) == len(items) >= _LEAST_PERIODS and len(set(periods)) == len(periods):
            break
    else:
        return ()
    row = items[0].getparent()
    is_span = row is None or (len(periods) == _LEAST_PERIODS and _SPAN_OF_YEARS.search(text_up_to(row, 100)))
    return () if is_span or any(_address(view, item) for item in items) else tuple(periods)


def _row_of_tabs(view: PagerView, items: list[_Element]) -> Control | None:
    """Return the sign of a row of names of which one is marked, and the others have a key for a script."""
    if len(items) < _LEAST_TABS or any(_address(view, item) for item in items):
        return None
    names = [text_up_to(item, 20).strip() for item in items]
    marked = [item for item in items if _MARKED.search(item.get("class") or "")]
    others = [item for item in items if item not in marked]
    is_named = all(0 < title_weight(name) <= _LONGEST_TAB and not name.isdecimal() for name in names)
    if any(_OF_THE_PAGE.fullmatch(name) for name in names):
        return None
    if not is_named or len(marked) != 1 or not all(_has_key(view, item) for item in others):
        return None
    sign = f"a row of names is followed by a script ({text_up_to(others[0], 20).strip()})"
    return Control(sign, hides_lists=_ALL.search(text_up_to(marked[0], 20)) is None)


def _has_key(view: PagerView, item: _Element) -> bool:
    """Whether an element has a key that names nothing on its own page, where it would only show another part."""
    for node in (item, *islice(item.iter("a", "span"), 2)):
        for name, value in node.attrib.items():
            key = str(value).strip()
            if _KEY.fullmatch(str(name)) and key and view.element(key.lstrip("#")) is None:
                return True
    return False


def _address(view: PagerView, item: _Element) -> bool:
    return any(view.target(link.get("href") or "") for link in islice(item.iter("a"), 3))


def _is_arrow(element: _Element) -> bool:
    """Whether an element is an icon that leads on, beside one that leads back."""
    before = element.getprevious()
    if before is None or len(element) or not _ON.search(_names(element)) or not _BACK.search(_names(before)):
        return False
    around = islice(element.iterancestors(), 4)
    is_icon = _ICON.fullmatch(text_up_to(element, 3)) and _ICON.fullmatch(text_up_to(before, 3))
    return bool(is_icon) and not any(_SLIDER.search(_names(node)) for node in (element, *around))


def _names(element: _Element) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def _is_hidden(element: _Element) -> bool:
    around = (element, *islice(element.iterancestors(), 3))
    return any("display:none" in (node.get("style") or "").replace(" ", "").lower() for node in around)
