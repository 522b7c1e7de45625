"""Pagers that name the next page: 下一页 as text, arrows, an image, an icon; 加载更多 with an address; 前一天 of an
archive by days; `rel=next`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.day_words import DATE_IN_URL, EARLIER
from newscrawler.listings.names_and_addresses import is_address
from newscrawler.listings.pagers.actions import address_in_code
from newscrawler.listings.pagers.calls import stated_page_counts
from newscrawler.listings.pagers.counts import read_counts
from newscrawler.listings.pagers.elements import is_named_like_pager
from newscrawler.listings.pagers.handlers import is_acted_on
from newscrawler.listings.pagers.held import held_addresses
from newscrawler.listings.pagers.loaded import LOADED
from newscrawler.listings.pagers.reading import PagerReading
from newscrawler.listings.pagers.submissions import submitted_by
from newscrawler.listings.pagers.unhiding import shows_main_list, unhiding_code
from newscrawler.listings.pagers.view import Label, PagerView
from newscrawler.listings.ways import DAY
from newscrawler.text.patterns import late

ARROW = "an arrow"
"""The form of pager whose next page a sign alone leads to: », >>."""
LOADING = "加载更多"
"""The form of pager that lets the list grow."""
_DECORATION = late(r"[\s\u00a0\[\]【】<>《》«»‹›←→⇐⇒◀▶►＞〉（）()|·:：]+")
_DAY_BEFORE = late("往?[前上]一[天日]")
_COUNT = late(r"[(（]?\s*\d+\s*/\s*\d+\s*[)）]?\s*$")
_ARROWS = late(r"[\s\u00a0>»›→⇒▶►＞〉]{1,6}")
_NEXT_WORDS = frozenset(
    ["下一页", "下页", "下一頁", "下頁", "后一页", "后页", "後頁", "翻下页", "nextpage", "next", "往后翻"]
)
_OLDER = late(
    r"(?:查看|浏览)?(?:(?:更早|较早|更旧|较旧|早前|以前)的?(?:文章|新闻|内容|信息|消息|报道|稿件|日志)?"
    r"|(?:早期|早先)的?(?:文章|新闻|内容|信息|消息|报道|稿件|日志))|旧文章|older(?:posts|entries|articles|news)?"
)
"""Blogs and their themes name the next page after what it shows; their arrow points back in time."""
_DAY_WORDS = frozenset(
    [
        *("前一天", "前一日", "上一天", "上一日", "昨日新闻", "往前一天"),
        *("上一周", "前一周", "上周", "上一月", "上个月", "前一月", "前一个月", "上月"),
    ]
)
_LOADING = (
    "加载更多 点击加载更多 点击加载 加载更多新闻 下拉加载更多 上拉加载更多 下拉加载 上拉加载 "
    "查看更多 点击查看更多 显示更多 展开更多"
)
_LOADING_WORDS = frozenset([*_LOADING.split(), "loadmore", "showmore"])
"""What the buttons of scripts are called that load more entries into a page."""
_MORE_WORDS = _LOADING_WORDS | {"更多", "更多新闻", "查看更多新闻", "more"}
_NEXT_CLASS = late(r"(?:^|[\s_-])(?:next|nextpage|pagenext|pgnext|nextbtn)(?:$|[\s_-])|pgNext", re.IGNORECASE)
_DISABLED = late(
    r"(?:^|[\s_-])(?:(?:aspnet)?disabled?|unable|off|nolink|nonext|no|gray|grey|none|end|last|over)(?:$|[\s_-])",
    re.I,
)
_ACTORS = ("span", "button", "li", "div", "td", "em", "i", "b", "strong", "font", "p")
_MAX_ACTORS = 20_000
_LEVELS_OF_A_PAGER = 4
_SLIDER = late(
    r"(?i)(?:^|[\s_-])(?:carousel|swiper|slick|slider?|slideshow|flexslider|owl|banner|focus|pics?|photos?|album|gallery|gundong|marquee)(?:$|[\s_-])"
)
_LEVELS_OF_A_SLIDER = 4
_MOST_NEXT = 20
"""Elements of one page that are called the next one."""
_MOST_UNHIDING = 5
"""Buttons of one page of which it is looked at whether they only show what is hidden."""


def read_labels(view: PagerView) -> PagerReading | None:
    """Read what is called the next page."""
    for element in islice(view.iter("link"), 50):
        if "next" in (element.get("rel") or "").lower().split() and (url := view.target(element.get("href") or "")):
            return PagerReading("rel=next", url)
    next_labels = [
        label
        for label in view.labels
        if (_is_next(label) or _is_icon_switched_off(label)) and not is_in_slider(label.element)
    ]
    # 早期文章 may lead to an archive beside the list, too.
    older = [label for label in next_labels if _OLDER.fullmatch(_words(label.text))]
    of_pager = [label for label in older if not label.url or _belongs_to_pager(view, label)]
    next_labels = [label for label in next_labels if label not in older] + of_pager
    for label in next_labels:
        if label.url:
            return PagerReading("下一页", label.url)
    for label in view.labels:
        if label.url and view.is_like_this_page(label.url) and _is_hint(label):
            is_arrow = label.is_text and not _words(label.text)
            return PagerReading(ARROW if is_arrow else label.text[:20] or "icon", label.url)
        if label.url and _leads_to_day_before(view, label):
            return PagerReading(DAY, label.url)
    return _without_address(view, next_labels) or _day_of_a_script(view)


def _day_of_a_script(view: PagerView) -> PagerReading | None:
    """Read the day before where only a script leads to it. 昨日 beside 今日 turns a ranking, or the weather."""
    elements = [(label.element, label.text) for label in view.labels if not label.url]
    days = (one for one, text in (*elements, *_actors(view)) if _DAY_BEFORE.fullmatch(_words(text)))
    for element in islice(days, _MOST_NEXT):
        if _may_act(view, element):
            return PagerReading(DAY, sign=f"the address of 前一天 is in a script{_shown(code_of(element))}")
    return None


def _may_act(view: PagerView, element: _Element) -> bool:
    is_script = (element.get("href") or "").lower().startswith("javascript:")
    around = element.getparent()
    # A box with a heading is a programme, or another paper.
    is_box = around is not None and next(around.iter("h2", "h3", "h4", "h5"), None) is not None
    return not (is_box or is_disabled(element)) and (is_script or is_acted_on(view, element))


def read_loaders(view: PagerView) -> PagerReading | None:
    """Read what loads more entries into the page."""
    loaders = [(label.element, label.text) for label in view.labels if not label.url]
    loaders += [(element, text) for element, text in _actors(view)]
    unhiding_left = _MOST_UNHIDING
    for element, text in loaders:
        if _words(text) in _LOADING_WORDS and not _is_hidden(element):
            code = code_of(element)
            unhiding_left -= 1
            if unhiding_left >= 0 and (unhiding := unhiding_code(view, element, code)):
                if shows_main_list(view, element, unhiding):
                    return PagerReading(LOADING, is_last=True)
                continue
            address = address_in_code(code, view.page_scripts, view.variables) if code else None
            url = view.target(address) if address else _address_beside(view, element)
            if url := url or (submitted_by(view, element, code, view.variables) if code else None):
                return PagerReading(LOADING, url)
            sign = f"'{text[:20]}' is a button of a script{_shown(code)}"
            if held := held_addresses(view, element, code):
                return PagerReading(LOADED, guess_urls=held, sign=sign)
            return PagerReading(LOADING, sign=sign)
    return None


def _address_beside(view: PagerView, element: _Element) -> str | None:
    """Return the address of a page like this one in a data attribute of an element: `data-url="list_2.html"`."""
    for name, value in element.attrib.items():
        url = view.target(str(value)) if str(name).startswith("data-") and is_address(str(value).strip()) else None
        if url and view.is_like_this_page(url):
            return url
    return None


def _words(text: str) -> str:
    return _DECORATION.sub("", _COUNT.sub("", text)).lower()


def _is_next(label: Label) -> bool:
    words = _words(label.text)
    if words in _NEXT_WORDS or _OLDER.fullmatch(words):
        return True
    return "next" in (label.element.get("rel") or "").lower().split()


def _leads_to_day_before(view: PagerView, label: Label) -> bool:
    """Whether a link leads to the day before; words that may name something else need an address that turns pages."""
    words = _words(label.text)
    if words in _DAY_WORDS or not EARLIER.fullmatch(words):
        return words in _DAY_WORDS
    return view.is_like_this_page(label.url or "") or DATE_IN_URL.search(label.url or "") is not None


def _belongs_to_pager(view: PagerView, label: Label) -> bool:
    """Whether the place or the address of a link says that it turns pages, and does not lead to another list."""
    if any(map(is_named_like_pager, islice(label.element.iterancestors(), _LEVELS_OF_A_PAGER))):
        return True
    own, other = urlsplit(view.page_url), urlsplit(label.url or "")
    folder = own.path.rpartition("/")[0] + "/"
    is_below = own.hostname == other.hostname and other.path.startswith(folder) and folder != "/"
    return is_below or view.is_like_this_page(label.url or "")


def _is_icon_switched_off(label: Label) -> bool:
    """Whether a link without text and address, named like that to the next page of a pager, is switched off."""
    if label.text or label.href or not is_disabled(label.element):
        return False
    around = islice(label.element.iterancestors(), _LEVELS_OF_A_PAGER)
    return _NEXT_CLASS.search(label.element.get("class") or "") is not None and any(map(is_named_like_pager, around))


def _is_hint(label: Label) -> bool:
    """Whether a link is called so that it may lead to the next page; its address must be like this page's."""
    if label.text and label.is_text:
        words = _words(label.text)
        return words in _MORE_WORDS or (not words and _ARROWS.fullmatch(label.text) is not None)
    if _words(label.text) in _MORE_WORDS:
        return True
    names = [label.element.get("class") or "", label.element.get("id") or ""]
    names += [child.get("class") or "" for child in islice(label.element.iter("i", "span", "em", "svg"), 3)]
    return any(_NEXT_CLASS.search(name) for name in names)


def _without_address(view: PagerView, labels: list[Label]) -> PagerReading | None:
    """Tell a next page that is switched off from one that only a script reaches."""
    elements = [(label.element, label.href) for label in labels]
    elements += [
        (element, "")
        for element, text in (*_actors(view), *_buttons_without_text(view))
        if _words(text) in _NEXT_WORDS and not is_in_slider(element)
    ]
    if not elements:
        return None
    pages = max((number for number, _ in stated_page_counts(view)), default=None)
    is_last = pages is not None and view.number >= pages
    unread = ""
    held: tuple[str, ...] = ()
    is_off = False
    for element, href in elements[:_MOST_NEXT]:
        code = code_of(element)
        if is_disabled(element):
            is_off = True
        elif code and (address := address_in_code(code, view.page_scripts, view.variables)) is not None:
            # A function that tests the number of pages has an address on the last page, too.
            url = view.target(address)
            if url and not is_last:
                return PagerReading("下一页", url)
            is_off = True  # or it leads to this page itself
        elif code and (url := submitted_by(view, element, code, view.variables)):
            counts = read_counts(view)
            if not is_last and not (counts is not None and counts.is_last):
                return PagerReading("下一页", url)
            is_off = True
        elif code or href.startswith(("#", "javascript:")):
            held = held or held_addresses(view, element, code)
            unread = unread or f"the address of 下一页 is in a script{_shown(code or href)}"
        elif _is_live(element) or (view.number == 1 and is_acted_on(view, element)):
            unread = unread or f"'下一页' is a button of a script{_shown(code)}"
        elif view.number == 1 and element.get("id") and view.script_urls:
            continue  # a script file may react to it
        elif element.tag not in ("button", "input"):  # else it sends its form, which `read_controls` reads
            is_off = True
    if unread:
        return PagerReading("下一页", guess_urls=held, sign=unread)
    return PagerReading("下一页", is_last=True) if is_off else None


def _actors(view: PagerView) -> Iterator[tuple[_Element, str]]:
    """Yield elements other than links that have a short text of their own, and buttons."""
    for element in islice(view.iter(*_ACTORS), _MAX_ACTORS):
        text = (element.text or "").strip()
        if 1 < len(text) <= 20 and not any(child.tag == "a" for child in element):
            yield element, text
    for element in islice(view.iter("input"), 100):
        if (element.get("type") or "").lower() in ("button", "image") and (
            text := (element.get("value") or "").strip()
        ):
            yield element, text[:30]


def _buttons_without_text(view: PagerView) -> Iterator[tuple[_Element, str]]:
    """Yield elements that show an icon or nothing, with what they are called; in a pager their class may say it."""
    for element in islice(view.iter(*_ACTORS), _MAX_ACTORS):
        name = (element.get("aria-label") or element.get("title") or "").strip()
        if not name and _NEXT_CLASS.search(element.get("class") or ""):
            around = islice(element.iterancestors(), _LEVELS_OF_A_PAGER)
            name = "下一页" if any(map(is_named_like_pager, around)) else ""
        if name and not text_up_to(element, 1).strip() and next(element.iter("a"), None) is None:
            yield element, name[:30]


def _is_live(element: _Element) -> bool:
    """Whether an element without code and address looks as if a script reacted to it: a button, or an icon alone."""
    if element.tag in ("button", "input"):
        return not any(node.tag == "form" for node in element.iterancestors())
    return not text_up_to(element, 1).strip()


def is_in_slider(element: _Element) -> bool:
    """Whether an element belongs to a row of pictures, whose buttons are called like those of a pager."""
    around = (element, *islice(element.iterancestors(), _LEVELS_OF_A_SLIDER))
    return any(_SLIDER.search(f"{node.get('class') or ''} {node.get('id') or ''}") for node in around)


def code_of(element: _Element) -> str:
    """Return the code that a click on an element runs; empty without any."""
    code = (element.get("onclick") or "").strip()
    href = (element.get("href") or "").strip()
    if not code and href.lower().startswith("javascript:"):
        code = href[11:].strip().rstrip(";")
        code = "" if code in ("", "void(0)", "void 0", "return false") else code
    return code[:500]


def is_disabled(element: _Element) -> bool:
    """Tell whether an element of a pager is switched off: by an attribute, or by a class of it or of its item."""
    if element.get("disabled") is not None or element.get("aria-disabled") == "true":
        return True
    parent = element.getparent()
    names = [element.get("class") or ""]
    if parent is not None and parent.tag in ("li", "span", "td"):
        names.append(parent.get("class") or "")
    return any(_DISABLED.search(name) for name in names)


def _is_hidden(element: _Element) -> bool:
    node: _Element | None = element
    for _ in range(4):
        if node is None:
            break
        if "display:none" in (node.get("style") or "").replace(" ", "").lower():
            return True
        node = node.getparent()
    return False


def _shown(code: str) -> str:
    return f" ({code[:60]})" if code else ""
