"""The outlet that stands directly before a label of credits: 三峡日报全媒体记者, 湖北日报讯（记者 …）."""

from __future__ import annotations

from newscrawler.text.names import HAN, JOINED, SENTENCE, Bond, is_name, names_run_together
from newscrawler.text.patterns import late

_GLUED = late(rf"[{HAN}A-Za-z0-9·—《》“”-]{{1,24}}\Z")
# Kinds of reporters, and places where they work, between the outlet and the label.
_KIND = late(
    "(?:"
    "全媒体?|融媒体?|新媒体|首席|资深|高级|主任|见习|实习|特约|特派|专栏|签约|本期|客户端|文字|图片"
    "|摄影|视频|学生|小|本报|本网|本台|本刊|本站|本社|我报|我台"
    rf"|驻[{HAN}]{{2,6}}?)+\Z"
)
_LEAD = late("(?:均为|均由|图为|来自|由|据)(?=..)")
OUTLET_END = late(r"(?:报|社|网|台|刊|新闻|在线|客户端|周刊|杂志|传媒|媒体|频道|视频|号|电视|广播)\Z")
# 武陵融媒记者: the county's own media centre, while 湖北日报全媒体记者 only says what kind of reporter it is.
_CONVERGED = late(rf"[{HAN}]{{2,8}}?(?:融媒|全媒)(?:体(?:中心)?)?")
# 湖北日报讯(记者 …), 新华社武汉5月9日电(记者 …): the outlet stands before the bracket.
_DATELINE = late(
    rf"(?:\A|[ ,;、。(])([{HAN}A-Za-z0-9·-]{{1,14}}?(?:报|社|网|台|刊|新闻|客户端|在线)|[{HAN}]{{2,8}}?)"
    rf"(?:[{HAN}]{{0,8}}[0-9]{{1,2}}月[0-9]{{1,2}}日)?(?:快讯|消息|专电|讯|电)[ (]*\Z"
)
_OWN_OUTLETS = ("本报", "本网", "本台", "本刊")
"""The page's own outlet, which a dateline combines with a place: 本报长阳讯."""


def outlet_before(folded: str, position: int, begin: int, *, is_first: bool) -> tuple[int, str]:
    """Find the outlet directly before a label at a position; return where it begins and its name, which may be empty.

    Nothing before `begin` is read. `is_first` tells that no other label stands before this one.
    """
    glued = _GLUED.search(folded, begin, position)
    if glued is None:
        before = folded[begin:position]
        if is_first and (dateline := _DATELINE.search(before)):
            return position, "" if dateline[1].startswith(_OWN_OUTLETS) else dateline[1]
        word = before.strip(' 《》“”"')
        if is_first and before.endswith(" ") and " " not in word and OUTLET_END.search(word):
            return position, "" if word.startswith(_OWN_OUTLETS) else word
        return position, ""
    word = _LEAD.sub("", _KIND.sub("", glued[0])).strip("《》“”")
    if word and not OUTLET_END.search(word) and (media := _CONVERGED.match(glued[0], glued[0].find(word))):
        word = media[0]
    is_of_names = is_name(word) or JOINED.fullmatch(word) or names_run_together(word, Bond.BLANK)
    if not is_first and not OUTLET_END.search(word) and is_of_names:
        return position - (len(glued[0]) - len(word)), ""
    # 楚地先锋网 contains a word of sentences, but ends like an outlet.
    if len(word) < 2 or (SENTENCE.search(word) and not (len(word) <= 8 and OUTLET_END.search(word))):
        word = ""
    return glued.start(), word
