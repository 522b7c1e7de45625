"""The outlet (来源) that a page names, without labels, dates and the rest of the meta line."""

from __future__ import annotations

import re

from newscrawler.normalization.text import clean_line
from newscrawler.text.dates import BEHIND_OUTLET
from newscrawler.text.patterns import late

_LONGEST = 256
_LONGEST_OUTLET = 60

_KINDS = "本文|文章|信息|稿件|新闻|消息|内容|图文|资料|原文|数据|视频|稿"
_LABEL = late(
    rf"(?:(?:(?:{_KINDS})?(?:来源|出处)[于自]?|稿源|转载自|转自|摘自|选自|来自|发布机构|发布单位|信息提供(?:单位)?|source)"
    r"\s*(?:[:：|丨｜/]\s*)+|"
    rf"(?:(?:{_KINDS})?来源|稿源)\s+(?=\S)|来源[于自]|转载自|转自|摘自)",
    re.IGNORECASE,
)
# What may follow the outlet in the same text: a label with its colon, a button, a date, a URL.
_LABELS_BEHIND = (
    "作者|记者|通讯员|编辑|责编|责任编辑|值班编辑|网络编辑|校对|审核|监制|撰稿|摄影|来源|时间|日期|发布时间|发布日期"
    "|发表时间|更新时间|发稿时间|字号|字体|点击|点击数|点击量|点击次数|浏览|浏览量|浏览次数|阅读|阅读量|阅读次数"
    "|访问量|人气|打印|分享|分享到|收藏|评论|关键词|标签|栏目|编号|类别"
)
_NEXT_LABEL = late(rf"(?:[|丨｜/,，;；(（\[【] ?)?(?:{_LABELS_BEHIND.replace('|', ' ?|')} ?)[:：]")
_BUTTONS = late(
    r"[ |丨｜\])）】](?:大字号|小字号|字号|字体|放大字体|缩小字体|[大中小T]|打印本页|打印|关闭窗口|关闭"
    r"|分享到?|收藏|举报|纠错|[0-9,]+ ?评论|[0-9,]+ ?参与|评论|我要评论|点击|浏览|阅读|订阅|关注|手机看新闻)(?: .*)?\Z"
)
_URL = late(r"(?:https?:/{1,2}|www\.)[^\s\u4e00-\u9fff，。；、）)】]*", re.IGNORECASE)
_FROM_DATE = late(rf"[(（\[【]?(?:{BEHIND_OUTLET.pattern}).*\Z")
_OPENING = "(（[【〔《<〈「『“‘\"'＂"
_CLOSING = ")）]】〕》>〉」』”’\"'＂"
_PAIRS = dict(zip(_OPENING, _CLOSING, strict=True))
_LOOSE_ENDS = " \t|丨｜:：,，、;；.。·/\\-—_=→"
_LETTER = late(r"[^\W\d_]")
_NOTHING = late(
    "null|undefined|none|nan|n/?a|unknown|未知|不详|不明|暂无|没有|无|空|其他|其它|佚名|匿名|admin|默认|请选择",
    re.IGNORECASE,
)
_SELF = late("[本我](?:网站?|站|报|台|刊|社)(?:原创|编辑|综合|整理|讯)?(?:稿件?)?|(?:独家)?原创(?:稿件?|内容)?|自采")


def outlet_of(text: str) -> str:
    """Return the name of the outlet in `text`, or an empty string if `text` names none.

    Labels (`来源:`, `稿源`, `转自`), brackets and quotes round the whole, and what follows the name on a meta
    line (`作者:`, `字号`, dates, URLs) are removed; white space is collapsed. Several outlets, channels and
    accounts stay as printed: `人民网－人民日报`, `综合甲报、乙报`.

    Empty for a bare date or URL, for `null`, `未知` and the like, for a sentence, and for `本站`, `本网`, `本报`,
    `本站原创`, `原创`: they point at the portal instead of naming it, and the caller knows its name. `网络` is kept:
    it is what the page gives as its source.
    """
    name = _bare(text)
    if not _LETTER.search(name) or len(name) > _LONGEST_OUTLET or any(mark in name for mark in "。！？!?"):
        return ""
    return "" if _NOTHING.fullmatch(name) or _SELF.fullmatch(name) else name


def _bare(text: str) -> str:
    name = clean_line(text[:_LONGEST])
    while True:
        before = name
        name = _cut(_unwrapped(name)).strip(_LOOSE_ENDS)
        if name == before:
            break
    pieces = name.split(" ")
    # 新 华 社: characters with blanks between them, to fill a line.
    if len(pieces) > 1 and all(len(piece) == 1 and not piece.isascii() for piece in pieces):
        return "".join(pieces)
    return name


def _cut(name: str) -> str:
    while label := _LABEL.match(name):
        name = name[label.end() :]
    if following := _NEXT_LABEL.search(name):
        name = name[: following.start()]
    return _BUTTONS.sub("", _FROM_DATE.sub("", _URL.sub(" ", name))).strip()


def _unwrapped(name: str) -> str:
    """Remove one pair of brackets or quotes around the whole, or one bracket without its partner."""
    if not name:
        return name
    closing = _PAIRS.get(name[0])
    if closing is not None:
        end = name.find(closing, 1)
        if end == len(name) - 1 or end == -1:
            return name[1:].removesuffix(closing)
        if end > 0 and not name[1:end].strip():
            return name[end + 1 :]
        # 《日报》2019: other rules remove what follows the closing quote.
        return name
    opening = next((left for left, right in _PAIRS.items() if right == name[-1] and left != right), None)
    if opening is not None and opening not in name:
        return name[:-1]
    return name
