"""Sentences beside a list by which a portal says that its list is not whole: what is missing stands elsewhere.

A pager that ends proves the end of what the portal shows. Where the page says itself that this is a part, it proves
nothing more. A sentence counts if it stands beside the list and in none of its items. Advertisements for an app
(更多精彩内容请下载客户端) promise everything, and say nothing about a list.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.extraction.pattern_table import PatternTable, Row
from newscrawler.listings.article_urls import looks_like_article
from newscrawler.listings.beside_list import BesideList
from newscrawler.listings.pagers.view import PagerView
from newscrawler.text.patterns import late

_NEWS = "(?:内容|新闻|稿件|文章|信息|列表|报道|数据|消息|资讯|资料|记录|条目)"
_NUMBER = "[0-9０-９一二三四五六七八九十两半百]{1,4}"
_OLDER = (
    "(?:更早|较早|早期|早前|历史|往期|往年|以往|过往|过期|以前|之前|此前"
    "|(?:(?:19|20)[0-9]{2}年?(?:[0-9]{1,2}月)?(?:[0-9]{1,2}日)?|去年|今年|本年)(?:份|度|底)?(?:及|\\s)?(?:以前|之前|前))"
)
_WORDS = "[^。；！？]"
_ELSEWHERE = (
    "(?:客户端|APP|App|app|小程序|公众号|频道|栏目|专栏|专区|滚动|旧版|老版|旧站|数字报|电子报|资料库|档案|数据库"
    "|检索|搜索|查询)"
)

_ACCOUNT = "(?:公众号|微信|微博|视频号|抖音|快手|关注|扫码|扫描|官网)"
"""What an advertisement asks readers to look for."""

PARTIAL = PatternTable(
    Row(
        "time kept",
        r"(?:仅|只|最多)?(?:能|可)?(?:保留|保存|展示|显示|提供|收录|列出)(?:了|的是)?\s?(?:最近|近)\s?(?:的)?\s?"
        rf"{_NUMBER}\s?(?:天|日|周|个?月|年|季度)(?!来|\s?[内的]{{0,2}}(?:最?热|排行|点击|浏览|搜索|登录|访问|天气))",
        "本栏目保留近三个月内容，更早稿件请使用站内搜索查询",
        "展示近五年来的建设成果",
    ),
    Row(
        "part",
        r"(?:以上|以下|本页|本栏目|本频道|本列表|此处)(?:内容|列表)?(?:仅|只)?(?:为|是|收录|展示|显示|列出|选登)(?:了)?"
        rf"(?:部分|精选|节选){_WORDS}{{0,4}}{_NEWS}",
        "以上为部分稿件",
        "以上是部分网友的观点",
    ),
    Row(
        "quota",
        rf"(?:免费|试读|游客|未登录){_WORDS}{{0,8}}(?:浏览|阅读|查看|访问|显示)(?:前|最近)?\s?{_NUMBER}\s?(?:页|条|篇|天|个?月)",
        "免费浏览前2页，其余内容付费阅读",
        "全文免费阅读，欢迎浏览",
    ),
    Row(
        "members",
        r"(?:登[录陆]|注册|付费|会员|订阅)(?:用户|后|以后|之后|才|方|即|可|能|以|，|\s){1,6}(?:查看|浏览|阅读|看到|访问|显示)"
        rf"(?:更多|更早|全部|所有|完整|其余|剩余|历史|往期)(?:(?:的)?{_WORDS}{{0,4}}{_NEWS}|(?=[\s。！，；）)>»]|$))",
        "登录后可查看全部内容",
        "登录后可查看全部评论",
    ),
    Row(
        "rest elsewhere",
        rf"(?:全部|完整|所有|其余|其他|其它|剩余)(?:的)?{_WORDS}{{0,4}}{_NEWS}(?:列表)?，?"
        rf"(?:请|可|详?见|参见|均?在|须|需|移步|前往|转至|登[录陆]|下载){_WORDS}{{0,14}}(?:{_ELSEWHERE}(?!首发|原创|刊发)|(?:查看|浏览|阅读|查阅)$)",
        "完整列表请在客户端内浏览",
        "所有稿件请在发稿前与编辑部核实",
    ),
    Row(
        "search",
        rf"更多(?!精彩){_WORDS}{{0,4}}{_NEWS}，?(?:请|可|需|须)(?!{_WORDS}{{0,16}}{_ACCOUNT}){_WORDS}{{0,8}}(?:检索|搜索|查询)"
        r"(?!\s?[“\"「《‘【])",
        "更多内容请使用站内搜索",
        "更多资讯请搜索微信公众号：清江发布",
    ),
    Row(
        "another page",
        rf"(?:全部|完整|其余|剩余)(?:的)?{_WORDS}{{0,4}}{_NEWS}(?:请)?(?:见|参见|详见|移步|转至)",
        "其余稿件见各县市区频道",
        "全部新闻均为本网记者采写",
    ),
    Row(
        "put away",
        rf"{_OLDER}(?:的)?{_WORDS}{{0,8}}{_NEWS}{_WORDS}{{0,4}}(?:已|正在?|将|暂时?|不再?|无法|未)\s?{_WORDS}{{0,6}}"
        r"(?:归档|存档|转入|转移|迁移|移至|移入|迁至|下线|移除|删除|清理|列出|显示|展示|提供|访问|查看|浏览|保留|开放)",
        "2025年以前的稿件已归档，不在此列出",
        "历史街区的改造已经完成，对游人开放",
    ),
    Row(
        "kept elsewhere",
        rf"{_OLDER}(?:的)?{_WORDS}{{0,4}}{_NEWS}(?:均|都|现|已|全部)?(?:保存|存放|收录|保留|存|收)(?:于|在|到|至)",
        "注：本栏目2026年10月12日前的稿件保存于旧站",
        "以前的资料被他保存得很好",
    ),
    Row(
        "older elsewhere",
        rf"{_OLDER}(?:的)?{_WORDS}{{0,4}}{_NEWS}，?(?:请|可|须|需|详?见|参见|均?在|移步|前往|转至|登[录陆]){_WORDS}{{0,16}}"
        rf"(?:{_ELSEWHERE}|查看|浏览|阅读|查阅|访问|致电|联系|查找)",
        "更早报道请查阅《清江日报》数字报",
        "以前的报道说这条路要修三年",
    ),
    Row(
        "on request",
        rf"(?:查阅|查看|查询|查找|浏览|阅读|获取|检索){_WORDS}{{0,4}}{_OLDER}(?:的)?{_WORDS}{{0,4}}{_NEWS}，?"
        r"(?:请|可|须|需|致电|联系|点击|使用|通过|登[录陆])",
        "如需查阅往期稿件，请致电编辑部",
        "记者查阅历史资料发现了这座桥",
    ),
)
"""What says that a list is a part of what there is."""
_OLD_SITE_NAME = late(r"(?:旧版|老版|旧|老)(?:网站|站点|门户|频道|栏目)")
_OLD_SITE = PatternTable(
    Row(
        "way",
        rf"\s?(?:访问|进入|返回|查看|切换到)?{_OLD_SITE_NAME.pattern}\s?(?:[（(][^（）()]{{1,16}}[）)])?\s?(?:入口|链接|请点击|>{{1,3}})?\s?",
        "旧版网站（2019—2024）入口",
        "老站点变成了新景点",
    ),
    start="^",
    end="$",
)
"""The whole text of an element that leads to an old site."""
_LONGEST = 80
"""Characters of a sentence with what stands around it in its element."""
_SHOWN = 40
_BLOCKS = ("div", "p", "span", "li", "td", "em", "strong", "b", "i", "h2", "h3", "h4", "font", "dd", "label", "a")
_MOST_ELEMENTS = 20_000
_MOST_STATEMENTS = 40


def words_of_a_part(view: PagerView, entries: Set[str]) -> tuple[str, ...]:
    """Return the words beside the list of a page that say that it is a part. `entries` are the URLs of the list."""
    if not entries or not (PARTIAL.search(view.text) or _OLD_SITE_NAME.search(view.text)):
        return ()
    return tuple(dict.fromkeys(_statements(view, entries)))


def tell_partial(words: str) -> str:
    """Return the sign of more for such words."""
    return f"it says that it shows a part of its list only ({words[:_SHOWN]})"


def _statements(view: PagerView, entries: Set[str]) -> Iterator[str]:
    found = 0
    beside = BesideList(view, entries)
    for element in islice(view.iter(*_BLOCKS), _MOST_ELEMENTS):
        text = " ".join(text_up_to(element, _LONGEST + 1).split())
        words = PARTIAL.search(text) or _OLD_SITE.search(text) if 3 <= len(text) <= _LONGEST else None
        if words is None:
            continue
        found += 1
        if found > _MOST_STATEMENTS:
            return
        if beside.has(element) and not _holds_more(view, element) and not _is_in_item(view, element, entries):
            yield words[0].strip()


def _holds_more(view: PagerView, element: _Element) -> bool:
    """Whether an element is no sentence but a box: it has a heading, or a link to an article."""
    parts = islice(element.iter("a", "h2", "h3", "h4"), 20)
    return any(part.tag != "a" or looks_like_article(view.target(part.get("href") or "") or "") for part in parts)


def _is_in_item(view: PagerView, element: _Element, entries: Set[str]) -> bool:
    """Whether an element belongs to one entry of the list: its title, or a summary below it."""
    for around in (element, *islice(element.iterancestors(), 3)):
        links = around.iter("a")
        found = {url for link in islice(links, 50) if (url := view.target(link.get("href") or "")) in entries}
        if found:
            return len(found) == 1 and (len(entries) > 1 or around.tag in ("a", "li", "dd", "dl", "tr"))
    return False
