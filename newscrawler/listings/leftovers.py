"""Links of a listing page to other pages that may belong to the listing: years, older news, tabs, far page numbers.

A pager that ends proves the end of a listing only if nothing else on its pages leads further. A link is such a lead
when its address is the page's own with another number, or lies in a folder below the section's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from urllib.parse import parse_qsl, urlsplit

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.article_urls import is_listing_path, looks_like_article, url_shape
from newscrawler.listings.day_words import DATE_IN_URL, LATER
from newscrawler.listings.links import is_of_pager, title_weight
from newscrawler.listings.more_links import MORE, block_of, name_of_block
from newscrawler.listings.options import target_of_option
from newscrawler.listings.own_folder import INDEX
from newscrawler.listings.page_addresses import parameters
from newscrawler.listings.pagers.held import PAGE_PARAMETER
from newscrawler.listings.pagers.view import PagerView
from newscrawler.text.dates import IN_LISTING
from newscrawler.text.patterns import late

BACK = late(r"首页|第一页|上一?页|前一?页|前页|上页|prev|first|home|«|‹|返回", re.IGNORECASE)
_LAST = late(r"尾页|末页|最后|最末|last|end", re.IGNORECASE)
_NUMBER = late(r"[\s\[【(第]{0,3}(\d{1,6})[\s\]】)页]{0,3}")
PERIOD = late(
    r"\s*(?:19|20)\d\d\s?(?:年(?:度)?\s?(?:\d{1,2}\s?月(?:份)?)?|[-/.]\d{1,2}|)\s*(?:[(（]\s?\d{1,6}\s?[)）])?\s*"
)
"""A year or a month, perhaps with the number of its articles."""
WAY_ON = late(
    r"[\s\[【(（·>＞»]{0,4}(?:"
    r"(?:查看|浏览|点击|阅读|点击查看)?(?:更多|更早)[^，。；！？]{0,16}"
    r"|(?:往期|往日|以往|过往|历史)(?:的)?(?:新闻|文章|消息|信息|稿件|资讯|内容|报道|记录|列表|回顾|查询|存档|归档|浏览|目录|数据)?"
    r"|(?:查看|浏览)?(?:全部|所有)(?:新闻|文章|消息|信息|稿件|资讯|内容|报道)?|旧闻(?:回顾)?|(?:新闻|文章)?(?:归档|存档)"
    r"|(?:返回|进入|访问|切换到?)?(?:旧版|老版)(?:网站|首页|页面)?|进入(?:栏目|频道|列表|专栏)[^，。；！？]{0,6}|(?:read\s|view\s|see\s)?(?:more|all|archives?|history)"
    r")[\s\]】)）>＞»›→….+]{0,8}",
    re.IGNORECASE,
)
"""What a link is called that leads from the newest entries of a list to more of it."""
_STORIES = "新闻|文章|消息|信息|稿件|资讯|内容|报道"
OLDER = late(
    r"[\s\[【(（·>＞»]{0,4}(?:"
    r"(?:查看|浏览|点击|点击查看|进入|访问|查询|检索)?(?:往期|往日|以往|过往|历史|历年|更早|旧版|旧闻|老版)(?:的)?"
    rf"(?:{_STORIES}|列表|回顾|查询|存档|归档|浏览|目录|数据|入口|页面|网站|栏目|首页|频道|专区|专栏|系统|平台|档案|资料|文档|文库|库)[^，。；！？]{{0,6}}"
    rf"|(?:查看|浏览|点击查看|进入|访问|查询|检索)?(?:旧|老|早期)(?:的)?(?:{_STORIES}|资料|稿|网站|站|频道|栏目|档案)(?:资料|档案)?(?:库|存档|归档|列表|浏览|查询|入口)?"
    rf"|(?:进入|访问|查询|检索)?(?:{_STORIES}|文稿|图文)?(?:资料|档案|文档|存稿|存档|归档|稿件|新闻|文章)库"
    r"|(?:news\s)?archives?|older\s(?:news|stories|articles)"
    r"|[^，。；！？]{0,6}(?:(?:19|20)\d\d\s?年?(?:\d{1,2}\s?月)?|去年|[今本]年)(?:份)?(?:以前|之前|及以前|及之前)(?:的)?[^，。；！？]{0,20}"
    r")[\s\]】)）>＞»›→….]{0,8}",
    re.IGNORECASE,
)
"""What a link is called that leads to what is older than the list, even where its pager ends."""
_SIGNS = " \u00a0<>«»‹›←→[]【】|"
_KIND = late(r"type|class|kind|cat|tab|col|chan|style|media|tag|topic|^(?:lm|lb|fl|t|k|c)$", re.IGNORECASE)
"""Keys of a query that choose a part of a list."""
_SUFFIX = late(r"\.\w{1,5}$")
_NUMBER_AT_END = late(r"[-_]\d{1,6}\.\w{1,5}$")
LEAST_OF_A_CALENDAR = 2
"""Days that make a calendar."""
SERVICE = late(
    r"首页|关于|联系|版权|广告|招聘|声明|地图|投稿|登录|注册|帮助|客户端|举报|合作|订阅|搜索|简介|English|RSS|APP",
    re.IGNORECASE,
)
"""Names of pages that are not about news."""
LEAST_OF_A_MENU = 3
"""Leads in one element that make a menu."""
_LEAST_NAME = 2
LONGEST_LABEL = 12
_LONGEST_ROW = 60
_MOST_OPTIONS = 500
_MOST_FRAMES = 10
MOST = 100
"""The most leads of one page; a page of more folders is a portal of its own."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """A lead to more."""

    url: str
    label: str
    is_further: bool
    """Whether it may be followed as the next page: it leads on in the same pager, and not to its last page."""
    is_below: bool = False
    """Whether it lies in the folder of the section's own."""
    is_last: bool = False
    """Whether it is the last page of the pager: 尾页."""
    is_in_menu: bool = False
    """Whether it stands in a menu: with others in one element."""
    is_period: bool = False
    """Whether it is a year or a month of the listing, which has pages of its own."""
    is_older: bool = False
    """Whether it leads to what is older than the list, whatever the list's pager says."""
    is_list: bool = False
    """Whether it has the name of another list of the section, such as a tab: what that shows may be newer."""
    is_newer: bool = False
    """Whether the page says that the list goes on there from now on: it moved, or is no longer updated."""

    @property
    def is_tab(self) -> bool:
        """Whether it is another list that is read as a column, if no other section has it, too."""
        return self.is_list and self.is_below

    @property
    def is_of_another_list(self) -> bool:
        """Whether it leads to no page of the list, but to one that stands beside, before or behind it."""
        return self.is_list or self.is_older or self.is_newer

    @property
    def continues(self) -> bool:
        """Whether the list goes on there, forward or back, if no other section's page leads there, too."""
        return self.is_below and (self.is_newer or (self.is_older and not self.is_period))


def find_leftovers(view: PagerView, entries: set[str], is_own: Callable[[str], bool]) -> tuple[Leftover, ...]:
    """Return the leads of a page to other pages of its listing. `entries` are the URLs of its articles."""
    path = urlsplit(view.page_url).path
    folder, is_folder = _folder(path), path.endswith("/")
    leads: dict[str, Leftover] = {}
    menus: dict[_Element, list[str]] = {}
    days: dict[str, Leftover] = {}
    is_article = form_of_articles(entries, view.page_url)
    for text, url, element in _labels(view):
        if url in leads or url in entries or not is_own(url):
            continue
        if len(leads) >= MOST:
            break
        is_like, is_below = view.is_like_this_page(url), _is_in_folder(url, view.page_url, folder)
        is_own_folder = is_below and folder != "/"
        number = _NUMBER.fullmatch(text)
        if is_own_folder and number and (day := _day_of_calendar(url, int(number[1]))):
            days.setdefault(url, Leftover(url, day, is_further=False, is_below=True, is_period=True))
        elif PERIOD.fullmatch(text) and (is_like or is_own_folder):
            leads[url] = Leftover(url, text, is_further=False, is_below=True, is_period=True)
        elif (is_like and (_goes_on_from(view.page_url, url) or not looks_like_article(url))) or (
            # /list/1187/2/ is a page of /list/1187/, no column.
            is_own_folder and is_folder and is_of_pager(text) and is_listing_path(urlsplit(url).path)
        ):
            is_number_before = number is not None and int(number[1]) <= view.number
            if BACK.search(text) or LATER.fullmatch(text.strip(_SIGNS)) or is_number_before:
                continue
            if not (number or _LAST.search(text)) and _is_first_page(view.page_url, url):
                continue
            # A name is that of another list, whose address may differ by a number, too: 要闻 (?class=3).
            is_near = int(number[1]) == view.number + 1 if number else title_weight(text) < _LEAST_NAME
            is_last = _LAST.search(text) is not None
            is_list = not (is_near or is_last or number or "页" in text or WAY_ON.fullmatch(text))
            is_tab = is_list and _narrows(view.page_url, url)
            leads[url] = Leftover(url, text, is_near and not is_last, is_tab, is_last=is_last, is_list=is_list)
        elif (
            is_below
            and title_weight(text) <= LONGEST_LABEL
            and is_listing_path(urlsplit(url).path)
            and not is_article(url)  # a short title in a side box
        ):
            if element is not None and not SERVICE.search(text):
                menus.setdefault(_menu_of(element), []).append(url)
            leads[url] = Leftover(url, _called(text, element), is_further=False, is_below=True)
        elif is_below and (WAY_ON.fullmatch(text) or OLDER.fullmatch(text)) and not looks_like_article(url):
            leads[url] = Leftover(url, _called(text, element), is_further=False, is_below=True)
    if len(days) >= LEAST_OF_A_CALENDAR:
        leads.update(islice(days.items(), MOST))
    in_menus = {url for menu, urls in menus.items() if _is_menu(menu, urls) for url in urls}
    leads = {url: replace(lead, is_in_menu=url in in_menus) for url, lead in leads.items()}
    if folder == "/":
        # The folder of a host's first page is the whole host: only its menu counts.
        leads = {url: lead for url, lead in leads.items() if lead.is_in_menu or not lead.is_below or lead.is_period}
    # What stands in a frame of the section's own folder is a part of its page.
    for frame in islice(view.iter("iframe", "frame"), _MOST_FRAMES if folder != "/" else 0):
        source = view.target(frame.get("src") or "")
        if source and source not in leads and is_own(source) and _is_in_folder(source, view.page_url, folder):
            label = (frame.get("title") or "frame")[:LONGEST_LABEL]
            leads[source] = Leftover(source, label, is_further=False, is_below=True)
    return tuple(leads.values())


def _called(text: str, element: _Element | None) -> str:
    """Return what a lead is called: the name of its block, if its text is 更多 alone."""
    name = name_of_block(block_of(element), element) if element is not None and MORE.match(text) else ""
    return name if 0 < title_weight(name) <= LONGEST_LABEL else text


def form_of_articles(entries: set[str], page_url: str) -> Callable[[str], bool]:
    """Return what tells the address of an article by the form of a list's `entries`.

    Lists have numbers, too: what does not look like an article's is one only if its query has other names than that of
    the list.
    """
    shapes = {url_shape(url, keeps_folders=True) for url in entries}
    of_queries = {shape for shape in shapes if "?" in shape} - {url_shape(page_url, keeps_folders=True)}

    def is_article(url: str) -> bool:
        return url_shape(url, keeps_folders=True) in (shapes if looks_like_article(url) else of_queries)

    return is_article


def _day_of_calendar(url: str, number: int) -> str:
    """Return the day to which a link of a calendar leads, if its number is the day in its address; else empty."""
    match = DATE_IN_URL.search(urlsplit(url).path)
    if match is None or int(match[3]) != number:
        return ""
    try:
        return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    except ValueError:
        return ""


def _folder(path: str) -> str:
    """Return the folder of a page; for a page in the root that is not its index, /yichang.html, the one of its name."""
    folder, _, file = path.rpartition("/")
    return f"/{_SUFFIX.sub('', file)}/" if not folder and not INDEX.fullmatch(file) else f"{folder}/"


def _is_in_folder(url: str, page_url: str, folder: str) -> bool:
    parts = urlsplit(url)
    is_host = parts.hostname == urlsplit(page_url).hostname
    return is_host and parts.path.startswith(folder) and parts.path != folder


def _goes_on_from(page_url: str, url: str) -> bool:
    """Whether an address is the page's own with something behind it: /list/4175.html?page=3, /list/4175_3.html."""
    own, other = urlsplit(page_url).path, urlsplit(url).path
    return own == other or (own != "/" and _SUFFIX.sub("", own) == _NUMBER_AT_END.sub("", other))


def _is_first_page(page_url: str, url: str) -> bool:
    """Whether an address is that of the list's first page, with its number: /list?id=3&page=1 beside /list?id=3."""
    if urlsplit(url).path != urlsplit(page_url).path:
        return False
    own, other = parameters(page_url), parameters(url)
    pages = [name for name in other if PAGE_PARAMETER.match(name) and other[name] in ("0", "1")]
    return len(pages) == 1 and own | {pages[0]: ""} == other | {pages[0]: ""}


def _narrows(page_url: str, url: str) -> bool:
    """Whether an address is the page's own with the key of a kind behind it: /list.php?area=460&type=2."""
    own, other = urlsplit(page_url), urlsplit(url)
    if own.path != other.path:
        return False
    ours, others = parse_qsl(own.query), parse_qsl(other.query)
    further = [key for key, _ in others if key not in dict(ours)]
    return set(ours) <= set(others) and bool(further) and all(map(_KIND.search, further))


def _menu_of(link: _Element) -> _Element:
    """Return the element that holds a link's menu: its parent, or above an item of the link alone."""
    node = link
    for _ in range(3):
        parent = node.getparent()
        if parent is None:
            break
        node = parent
        if next(islice(node.iter("a"), 1, None), None) is not None:
            break
    return node


def _is_menu(element: _Element, urls: Sequence[str]) -> bool:
    """Whether leads in one element are a menu. Those with dates beside them are news with short titles."""
    if len(urls) < LEAST_OF_A_MENU:
        return False
    dates = IN_LISTING.findall(text_up_to(element, _LONGEST_ROW * len(urls)))
    return len(dates) < len(urls) - 1


def _labels(view: PagerView) -> Iterator[tuple[str, str, _Element | None]]:
    """Yield the names, URLs and elements of links, and of the options of lists, which have no menu around them."""
    for label in view.labels:
        if label.url and label.text:
            yield label.text, label.url, label.element if label.is_text else None
    for option in islice(view.iter("option"), _MOST_OPTIONS):
        url = target_of_option(view, option)
        if url and (text := text_up_to(option, 30).strip()):
            yield text, url, None
