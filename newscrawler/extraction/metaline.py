"""The lines round a story that say when, from where and by whom: 来源, 日期, 编辑.

The label and its value may share a text node, stand in neighbouring elements or on neighbouring lines; the colon
may be half or full width or missing; several labels may share a line. Where no label says so, a short name beside
the date is the outlet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from newscrawler.extraction.layout import Line
from newscrawler.extraction.model import Evidence, RawCredit
from newscrawler.text.dates import IN_META_LINE, SHORT_IN_META_LINE, SPLIT

_TODAY = re.compile(r"今天是|今日是|农历|当前时间|现在时间|北京时间：|天气|欢迎您")
_PUBLISHED = re.compile(
    r"(?:发布|发表|发稿|刊发|上传|添加|录入|更新|创建|发文|成文|公开)?\s?(?:日\s{0,4}期|时\s{0,4}间)\s?[:：|]|(?:发布|发表|刊发)于"
)
_OTHER_TIME = re.compile(r"(?:更新|修改|打印|访问|当前|截止|报名|活动|生效|成文)(?:日期|时间)?\s?[:：]|最后更新")
_SOURCE = re.compile(
    r"(?:(?:文章|信息|稿件|新闻|本文|消息|内容|图文|资料|原文|资讯|作品)?来\s{0,4}源(?!于网络)[于自]?|稿\s?源|出\s{0,2}处|转载?自|摘自|发布机构|发布单位|信息提供)"
    r"\s{0,4}[:：丨｜]\s{0,4}"
)
_SOURCE_NO_COLON = re.compile(r"^(?:来源|稿源|来源于)\s+(?=\S)|^(?:来源于|来源|稿源)$")
_CREDIT = re.compile(
    r"编辑|责编|责任|作者|记者|通讯员|撰文|撰稿|执笔|校对|审核|审校|初审|复审|终审|一审|二审|三审|监制|编审|选稿|主编|供稿|来稿|摄影|文/|图/|采写|编译|评论员|实习生|签发|值班"
)
# A bare fragment of a meta line that is neither an outlet nor a name.
_FURNITURE = re.compile(
    r"^(?:[\W\d_]*|.*(?:字号|字体|大中小|打印|关闭|分享|收藏|举报|评论|参与|阅读|浏览|点击|人气|访问|首页|正文|登录|注册|纠错|放大|缩小|原创|关注|下载|扫码"
    r"|微信|微博|朋友圈|QQ|复制|链接|反馈|返回|更多|客户端下载|跟贴|点赞|推荐|星期|时间|日期|来源|标签|关键词|语音|播报|播放|听新闻|朗读|\d+[条次年]|来自|官方账号|发布于|有话说|澎湃号|政务|IP属地|属地).*"
    r"|[A-Za-z]{1,2}[+-]?|(?:大|中|小|T|默认|繁|简|发布于|发表于|编辑|作者|责编|责任编辑|记者|订阅|企鹅号|网易号|搜狐号)[:：]?)$"
)
_OUTLET = re.compile(
    r"(?:报|社|网|台|刊|新闻|在线|客户端|周刊|杂志|传媒|媒体|融媒|频道|电视|广播|发布|之家|财经|科技|视频|资讯|快讯|时报|办公室|委员会|管委会|局|厅|部|中心|政府|办|院|集团|公司|协会|学会)$"
)


# Where the writer or the reader sits, as some sites print it beside the outlet: (广州), 北京.
_PLACE_TAIL = re.compile(r"\s[(（][\u4e00-\u9fff]{2,6}[)）](?:\s.{0,40})?$")
_ASIDE_TAIL = re.compile(r"\s?[\[(（【].{0,12}$")
_PLACE = re.compile(
    r"^[(（][^()（）]{2,8}[)）]$|^(?:中国)?(?:北京|天津|上海|重庆|河北|山西|内蒙古|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|广西"
    r"|海南|四川|贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆|香港|澳门|台湾|广州|深圳|武汉|南京|杭州|成都|西安)[省市]?$"
)


def _value(line: Line, start: int) -> str:
    """Return what follows position `start` of a line's spaced text, up to the end of its element."""
    value = ""
    at = 0
    for piece in line.pieces:
        words = " ".join(piece.split())
        if not words:
            continue
        end = at + len(words)
        if end > start:
            rest = " ".join(piece.split()) if start <= at else words[start - at :]
            if value and not (_JOINED.match(rest) or _JOINED.search(value)):
                break
            value = f"{value}{rest}".strip()
        at = end + 1
    return value


_JOINED = re.compile(r"^[-－—·、&]|[-－—·、&]$")


_EDITOR = re.compile(r"编\s{0,2}辑|责编|编审|编发")
_EDITOR_LINE = re.compile(
    r"^[\s\[【(（]*(?:策划[:：]\S{2,4}\s)?(?:责任编辑|责编|编辑|网络编辑|值班编辑|本网编辑|编审)\s{0,2}[:：]"
)
_LABELLED = re.compile(r"(?:编\s{0,2}辑|责编|作者|记者|通讯员|撰文|审核|校对)\s{0,2}[:：]")
_PERSON = re.compile(r"^(?:[\u4e00-\u9fff]{2,3}|[A-Za-z][\w .-]{1,20})$")


class MetaLines:
    """What the lines round a story say; `head` stand before it, `foot` behind it, both in reading order."""

    def __init__(self, head: Sequence[Line], foot: Sequence[Line], rest: Sequence[Line] = ()) -> None:
        self._head = head
        self._foot = foot
        self._rest = rest
        self._spaced: dict[Line, str] = {}

    def _text(self, line: Line) -> str:
        text = self._spaced.get(line)
        if text is None:
            text = self._spaced[line] = spaced(line)
        return text

    def published(self) -> Evidence | None:
        """Return the printed date of publication: a labelled one first, then the first that stands alone."""
        best: tuple[int, str] | None = None
        for rank, lines in ((0, self._head), (20, self._foot)):
            previous = ""
            for line in lines:
                text = self._text(line)
                if len(text) > 220:
                    continue
                match = IN_META_LINE.search(text) or (SHORT_IN_META_LINE.search(text) if len(text) < 60 else None)
                if match is not None:
                    before = text[: match.start()]
                    score = rank
                    if _OTHER_TIME.search(before[-8:]):
                        score += 12
                    elif _PUBLISHED.search(before[-12:]) or _PUBLISHED.search(previous[-12:]):
                        score += 0
                    elif match.end() - match.start() >= 14:
                        score += 2
                    else:
                        score += 4
                    if len(text) > 80:
                        score += 3
                    if _TODAY.search(text):
                        score += 15
                    if line.linked > match.start() and line.linked * 2 > len(text):
                        score += 15
                    if best is None or score < best[0]:
                        best = (score, match.group().strip())
                previous = text
        if best is None or best[0] >= 15 or not IN_META_LINE.match(best[1]):
            joined = " ".join(self._text(line) for line in self._head if len(line.text) <= 24)
            if match := SPLIT.search(joined):
                return Evidence(f"{match[1]}-{match[2]}-{match[3]} {match[4]}", "generic:meta-line", 0.8)
        if best is None:
            return None
        return Evidence(best[1], "generic:meta-line", max(0.3, 0.95 - best[0] / 40))

    def source(self) -> Evidence | None:
        """Return the outlet: what follows 来源 or a word like it, else a short name beside the date."""
        for lines, confidence in ((self._head, 0.95), (self._foot, 0.9)):
            for position, line in enumerate(lines):
                if len(line.text) > 260:
                    continue
                text = self._text(line)
                match = _SOURCE.search(text) or _SOURCE_NO_COLON.search(text)
                if match is None:
                    continue
                value = _value(line, match.end())
                if not value and (alt := _image_alt(line)):
                    value = alt
                if not value and position + 1 < len(lines) and len(lines[position + 1].text) <= 30:
                    following = self._text(lines[position + 1])
                    if not _PUBLISHED.match(following) and not IN_META_LINE.match(following):
                        value = following
                if value and not _PUBLISHED.match(value):
                    value = _PLACE_TAIL.sub("", value)
                    return Evidence(value[:120], "generic:meta-line", confidence)
                return None
        return None

    def beside_date(self) -> list[str]:
        """Return the short fragments without a label that share the date's line or adjoin it, in order.

        Where the line labels its outlet, only what may be a person's name is returned.
        """
        for position, line in enumerate(self._head):
            text = self._text(line)
            if len(text) > 160 or _TODAY.search(text):
                continue
            match = IN_META_LINE.search(text) or SHORT_IN_META_LINE.search(text)
            if match is None:
                continue
            found = self._fragments(line, match.group())
            # A line that labels its outlet is complete: what adjoins it is the page's own (a logo, a slogan).
            labelled = _SOURCE.search(text) is not None
            for neighbour in (position - 1, position + 1):
                if not found and not labelled and 0 <= neighbour < len(self._head):
                    other = self._head[neighbour]
                    near = other.block is line.block or other.block.parent in (line.block.parent, line.block)
                    if near and len(other.text) <= 16 and not IN_META_LINE.search(other.text):
                        found = self._fragments(other, "")
            if labelled:
                found = [name for name in found if is_person(name)]
            if found:
                return found
        return []

    @staticmethod
    def _fragments(line: Line, date: str) -> list[str]:
        found = []
        for piece in line.pieces:
            text = " ".join(piece.replace("\u3000", "  ").split("\n"))
            if date:
                text = text.replace(date, "  ")
            for fragment in re.split(r"\s{2,}|[|｜·•]|(?<=\d)\s", text):
                if _PLACE.match(fragment.strip()):
                    continue
                for part in fragment.split("/"):
                    word = _ASIDE_TAIL.sub("", part.strip(" \t\r[]【】()（）,，"))
                    if 2 <= len(word) <= 24 and not _FURNITURE.match(word) and not IN_META_LINE.search(word):
                        found.append(word)
        return found

    def credits(self, *, without_editors: bool = False, without_authors: bool = False) -> list[RawCredit]:
        """Return the lines that name people, whole: splitting them is the normaliser's task.

        Further down the page, only a line that starts with 编辑 or its like and is short is believed.
        """
        found: list[RawCredit] = []
        edited = without_editors
        for lines, limit in ((self._head, 160), (self._foot, 90)):
            for position, line in enumerate(lines):
                text = self._text(line)
                match = _CREDIT.search(text)
                if match is None or len(text) > limit:
                    continue
                if lines is self._foot and match.start() > 12 and not _LABELLED.search(text):
                    continue
                if text.endswith((":", "：")) and position + 1 < len(lines) and len(lines[position + 1].text) <= 20:
                    text += lines[position + 1].text
                editing = _EDITOR.search(text) is not None
                if (without_editors and editing) or (without_authors and not editing):
                    continue
                edited = edited or editing
                found.append(RawCredit("", text, "generic:meta-line", 0.9))
        for line in self._rest:
            if edited:
                break
            text = self._text(line)
            if len(text) <= 40 and _EDITOR_LINE.match(text):
                found.append(RawCredit("", text, "generic:foot", 0.7))
                edited = True
        return found


def spaced(line: Line) -> str:
    """Return a line's text with its text nodes set apart, so that a label ends where its element ends."""
    return " ".join(" ".join(line.pieces).split())


def _image_alt(line: Line) -> str:
    images: Iterable[str | None] = (image.get("alt") or image.get("title") for image in line.block.element.iter("img"))
    return next((alt.strip() for alt in images if alt and alt.strip()), "")


def is_outlet(name: str) -> bool:
    """Tell whether a bare name ends as outlets do (报, 网, 社, ...)."""
    return bool(_OUTLET.search(name))


def is_person(name: str) -> bool:
    """Tell whether a bare name beside a date may be a writer's: two or three characters, or a Latin handle."""
    return bool(_PERSON.match(name)) and not is_outlet(name)
