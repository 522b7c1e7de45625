"""Links beside a list that lead to its successor: the channel has moved, was replaced, or is no longer updated.

What stands there is newer than all that the list shows, whatever the list's pager says.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.beside_list import BesideList
from newscrawler.listings.leftovers import SERVICE, Leftover, form_of_articles
from newscrawler.listings.pagers.view import Label, PagerView
from newscrawler.listings.section_names import names_section
from newscrawler.text.patterns import late

_OF_LIST = "频道|栏目|版块|板块|专栏|列表|分站|子站|版面"
_GO = "访问|点击|点此|查看|浏览|移步|转到|转至|跳转|前往|进入|关注|登录|请[到见]"
_NAME = late(
    r"[\s\[【(（·>＞»]{0,4}"
    rf"(?:请|点击)?(?:{_GO}|切换[到至]?|去)?(?:新版?(?:{_OF_LIST})|(?:新(?:网址|地址|址)))(?:首页|页面|入口|网址|地址)?"
    r"[\s\]】)）>＞»›→….]{0,8}"
)
"""What a link is called that leads to the successor of a list."""
_NOTICE = late(
    rf"(?:{_OF_LIST}|专题|页面|网页|本[网站页版]|[原旧老]版|[旧老]站)[^。！？；]{{0,24}}"
    r"(?:停止(?:更新|使用|服务|维护)|不再(?:更新|维护|使用)|停更|停用|迁移|搬迁|迁[至往到]|[转移搬][到至]|转移|并入|合并[到至]|改版|启用新|升级为|更换为|变更为)"
    rf"|(?:最新|今后|此后|以后|后续)(?:的)?(?:稿件|新闻|文章|信息|内容|消息|报道|资讯|动态)[^。！？；]{{0,10}}(?:{_GO}|见)"
    rf"|新版?(?:{_OF_LIST}|网址|网站|地址)?(?:已|现|正式|全新){{0,2}}(?:上线|启用|开通|试运行)"
)
"""What is said where a list was replaced: 本频道已停止更新, 已迁移至, 最新稿件请访问."""
_ASKS = late(_GO)
_NAMED = late(r"新(?:版|网站|站)")
_SOMETHING_ELSE = late(
    "客户端|APP|微信|微博|公众号|小程序|二维码|邮箱|信箱|论坛|播放器|浏览器|数字报|电子报|投稿|举报|广告|直播|电话"
    "|意见|建议|反馈|手机版|移动版|触屏版|无障碍",
    re.IGNORECASE,
)
"""What may have a new version beside the list, and what readers are asked for when a portal has one."""
_BACK_TO_OLD = late("[旧老](?:版|站|网站)")
_LONGEST_NOTICE = 120
_LEVELS_OF_A_NOTICE = 3
_MOST_LINKS = 10
"""Links in such a sentence."""
_MOST_FOUND = 5


def find_ways_forward(view: PagerView, entries: set[str], is_own: Callable[[str], bool]) -> tuple[Leftover, ...]:
    """Return the links of a first page to the successor of its list. `entries` are the URLs of the list.

    One that has the key of the section in its address (`/v2/mianyang/` beside `/gd/mianyang/`) is that of the section.
    """
    beside = BesideList(view, entries)
    is_article = form_of_articles(entries, view.page_url)
    found: dict[str, Leftover] = {}
    notices = _Notices(view, entries)
    for label in view.labels:
        url = label.url
        if not url or url in found or url in entries or not is_own(url) or is_article(url):
            continue
        if not _leads_forward(label, notices) or not beside.has(label.element):
            continue
        text = label.text.strip() or "a picture"
        found[url] = Leftover(url, text, False, names_section(url, view.page_url), is_list=True, is_newer=True)
        if len(found) >= _MOST_FOUND:
            break
    return tuple(found.values())


def _leads_forward(label: Label, notices: _Notices) -> bool:
    """Whether a link has the name of a successor, or stands in a sentence about one."""
    if _NAME.fullmatch(label.text):
        return True
    notice = notices.around(label.element)
    if not notice or _SOMETHING_ELSE.search(notice):
        return False
    if not _NOTICE.search(label.text):
        rest = notice.replace(label.text, "", 1)
        # 最新消息 | 查看更多 is the heading of a list, with a link beside it.
        is_heading = "请" not in rest and not _NOTICE.search(rest)
        if is_heading or SERVICE.search(label.text) or _BACK_TO_OLD.search(label.text):
            return False
    # A headline is the whole of its sentence, and asks for nothing.
    is_asked = _ASKS.search(notice) is not None or _NAMED.search(label.text) is not None
    return is_asked or not label.is_text or len(label.text) * 2 < len(notice)


class _Notices:
    """Sentences of a page that say that its list was replaced. Each element is read once: it may hold many links."""

    def __init__(self, view: PagerView, entries: set[str]) -> None:
        self._view = view
        self._entries = entries
        self._known: dict[_Element, str | None] = {}

    def around(self, link: _Element) -> str:
        """Return such a sentence around a link; empty if there is none."""
        for element in (link, *islice(link.iterancestors(), _LEVELS_OF_A_NOTICE)):
            if element not in self._known:
                self._known[element] = self._in(element)
            if notice := self._known[element]:
                return notice
            if notice is None:
                break
        return ""

    def _in(self, element: _Element) -> str | None:
        """Return the text of an element that is such a sentence; empty for another sentence, None for a longer text."""
        text = text_up_to(element, _LONGEST_NOTICE + 1)
        links = list(islice(element.iter("a"), _MOST_LINKS + 1))
        if len(text) > _LONGEST_NOTICE or len(links) > _MOST_LINKS:
            return None
        if any(self._view.target(one.get("href") or "") in self._entries for one in links):
            return None
        return text if _NOTICE.search(text) else ""
