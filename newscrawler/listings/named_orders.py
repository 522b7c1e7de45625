"""Words beside a list that name its order, where that is not the order of time: 按点击量排序."""

from __future__ import annotations

from collections.abc import Set
from itertools import islice

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.beside_list import BesideList
from newscrawler.listings.pagers.view import PagerView
from newscrawler.text.patterns import late

_ORDER = late(
    r"[\s:：（(\[【*※]{0,3}(?:本(?:栏目|频道|列表|页)|以[上下]|列表|当前)?(?:内容|文章|新闻|稿件|列表)?(?:排序(?:方式)?\s?[:：]\s?)?均?已?(?:按照?|以|根据|依)\s?"
    r"(?:点击|阅读|浏览|访问|热度|人气|关注|评论|点赞|推荐|分享|转发)(?:度|量|数|次数|数量|率|指数|人数)?的?"
    r"(?:高低|多少|大小|顺序|从高到低|由高到低|从多到少|由多到少|降序|倒序)?(?:进行)?(?:排序|排列|排名|从高到低|由高到低|降序)[\s)）\]】。]{0,3}"
)
_OF_TIME = late(r"时间|日期|最新|发布")
"""What stands beside it where readers choose the order."""
_BLOCKS = ("div", "p", "span", "em", "i", "b", "strong", "small", "label", "h4", "h5", "li", "td", "font")
_LONGEST = 40
_LONGEST_AROUND = 80
_MOST_ELEMENTS = 20_000


def is_in_another_order(view: PagerView, entries: Set[str]) -> bool:
    """Whether a page says beside its list that this is in an order of clicks or the like. `entries` are its URLs.

    A link, a button or an order of time beside the words makes them a choice.
    """
    if not entries or not _ORDER.search(view.text):
        return False
    beside = BesideList(view, entries)
    for element in islice(view.iter(*_BLOCKS), _MOST_ELEMENTS):
        text = text_up_to(element, _LONGEST + 1)
        if len(text) > _LONGEST or not _ORDER.fullmatch(text):
            continue
        around = (element, *islice(element.iterancestors(), 2))
        is_link = any(one.tag in ("a", "button", "option") or one.get("onclick") for one in around)
        is_link = is_link or next(element.iter("a", "button", "input"), None) is not None
        parent = element.getparent()
        said = "" if parent is None else text_up_to(parent, _LONGEST_AROUND + 1)
        is_choice = is_link or (len(said) <= _LONGEST_AROUND and _OF_TIME.search(said) is not None)
        if not is_choice and beside.has(element):
            return True
    return False
