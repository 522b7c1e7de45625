"""Which words of a Chinese credit line are names of persons or units, and which are not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum
from itertools import groupby

from newscrawler.text.han import IDEOGRAPHS
from newscrawler.text.name_parts import (
    COMPOUND_SURNAMES,
    JAPANESE_SURNAMES,
    NAME_WITHOUT_SURNAME,
    RAREST,
    RARITY,
    SURNAMES,
)
from newscrawler.text.patterns import late

HAN = f"{IDEOGRAPHS}〇"
"""The characters of Chinese names and words, for character classes."""

# Words that start like a name or stand where names stand, and are not names.
_NO_NAME = late(
    "简介|文章|观点|本人|个人|授权|所有|最近|最新|其他|更多|获悉|了解|采访|发现|注意|调查|走访|梳理"
    "|看到|近日|日前|今日|昨日|当日|连日|报道|报导|整理|综合|供图|提供|摄影|编译|转载|原创|来源|时间"
    "|日期|发布|打印|关闭|分享|收藏|点击|浏览|阅读|人气|纠错|返回|推荐|评论|关键|电话|邮箱|投稿|微信"
    "|微博|版权|声明|字号|标签|责任|本文|以上|下载|客户端|关注|扫码|扫描|如有|未经|转发|举报|欢迎|文明"
    "|团队成员|向记者|告诉|表示|介绍|认为|指出|说明|手记|任何|有关|有人|有的|都有|都是|应该|应当|能够"
    "|从中|从此|曾任职|曾经|曾是|曾在|相关|相信|我来说|我要|经济"
    r"|[0-9一二三四五六七八九十两若几]{1,3}[名人位个]"
)
# Words that start with a surname.
_WORDS_LIKE_NAMES = late(
    "党办|党委|党校|党群|宣传|文联|文旅|文广|安监|安办|农办|水利|水务|公安|公路|路政|经信|经委|司法|房管|商会|车间|车站|班子"
    "|文字|单位|成员|方面|经过|经济|方便|方向|高兴|安全|明天|明年|明确|时候|平时|平均|全部|全国|国家"
    "|东西|关于|通过|通知|公开|公布|公司|和平|连续|管理|文化|水平|成为|成立|于是|便是|等人|于近日"
    "|于日前|高兴地|海外|清楚|银行|法院|法官|原因|商务|海关|铁路|福利|金融|安徽|安徽省|江西|江西省|江苏"
    "|江苏省|河北省|山东|云南|云南省|海南|海南省|青海|青海省|宁夏|广东|广东省|广西"
    "|通讯员|通信员|谢谢|明白|温馨|任免|任命|全文完|完毕|年[初底中内前][前后]?|应征|经典|高质量|全过程|平安夜|常态化|白皮书|经验谈"
)
LAST_OF_UNIT = frozenset("站局办部室队组厅所司院馆")
"""How short names of offices end that begin like a person's: 水利站, 应急办. No given name ends so."""
_SENT_IN = ("提供", "供图", "摄影", "拍摄")
"""Behind the names of those who sent in a picture."""
_TAIL = late(r"(?:(?:采访|采写|综合)整理|摄影报道|报道|报导|整理|编写|采写|供稿|等)\Z")
POSITION = late(
    "..(?:教授|讲师|博士|硕士|研究员|学者|主任|院长|所长|局长|处长|会长|主席|秘书长|作家|律师|医师|医生|专家|撰稿人|负责人|研究生|大学生"
    "|书记|市长|县长|区长|镇长|乡长|校长|部长|厅长|司长|台长|社长|董事长|总经理|总裁|会员|理事|顾问|职工|员工|工程师|大学|学院|研究院|研究所|研究中心|工作者)$|^(?:系|为|现任|曾任|现为|单位)"
)
"""What a writer is or where he works, as it stands behind his name."""
WORK = late(
    r"(?:综合|摄影|图文|联合|编译|采访|采写)?(?:整理|整合|编写|采写|撰写|供稿|报道|报导|编译|综合|摄影报道|采写报道|文字?|等|综述)"
    rf"|[{HAN}]{{2,8}}(?:报道|报导)|发自[{HAN}]{{2,8}}|[{HAN}]{{2,4}}[社网报]发"
)
"""Words behind the names that say what they did, from where and for whom: 山东冠县报道, 发自白石镇, 新华社发."""
NOBODY = late(
    "null|none|undefined|unknown|admin|administrator|root|test|user|system|管理员|系统管理员|网站管理员"
    "|超级管理员|未知|佚名|匿名|不详|暂无|无|网络|网络整理|网络转载|互联网|本站|本站编辑|本站原创|本网"
    "|本报|本刊|原创|转载|综合|综合整理|整理|编辑部|小编|编者|作者|记者|未署名",
    re.IGNORECASE,
)
# Function words that no name holds, and those that start a phrase.
_PARTICLE = late("[的了吗呢吧很这那们地着]")
SENTENCE = late(rf"\A[从在据向对于被把到由与和及为是按因当就将这那我你他她它]|{_PARTICLE.pattern}")
_WITH_PLACE = late(rf"([{HAN}]{{4,8}})报[道导]")
"""A reporter's name with the place that he reports from: 柳小明清河报道."""
_UNIT_END = late(
    "(?:[部委局办厅院校所站社网报台处镇乡村队团馆会组]|"
    "中心|公司|集团|大学|学院|中学|小学|政府|法院|支部|党委|党组|客户端|媒体|频道|发布|妇联|银行|街道"
    "|社区|园区|基地|工作室|编辑部|办公室|电视|新闻|日报|号|课题组|专班|学校|分局|中国"
    r")\Z"
)
_UNIT_INSIDE = late(
    "大学|学院|研究院|研究所|研究中心|医院|集团|协会|学会|委员会|政府|教授|讲师|研究员|主任|院长|所长|部长|局长|会长|处长|秘书长|博士"
)
_SHORTEST_WITH_UNIT = 7
_LATIN = late(r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f.'’-]*")
JOB_NUMBER = late(r"[A-Za-z]{0,6}[-_]?[0-9]{2,}[A-Za-z]?")
DOTS = "·•‧・･∙"
"""What stands between the parts of foreign and minority names; pages write it in all these ways."""
_DOTTED = late(rf"(?:[{HAN}]{{1,8}}|[A-Z]\.?)(?:[{DOTS}](?:[{HAN}]{{1,8}}|[A-Z]\.?)){{1,4}}")
_NO_LAST_PART = late("(?:见闻|纪行|手记|观察|专题|系列|篇|行动|发布|新闻|网|报|台|号|频道|客户端)$")
"""How the names of columns and accounts end that have a dot inside: 走基层·清河见闻, 清河新闻·快报."""
_HAN_ONLY = late(rf"[{HAN}]+")
# Not a date, which may follow a name: 作者：柳明 2025-03-04.
_PEN_NAME = late(rf"(?![0-9年月日时分._-]+\Z)[{HAN}A-Za-z0-9·._-]+")
JOINED = late(rf"([{HAN}]{{2,4}})[和与及]([{HAN}]{{2,4}})")


_LOGIN = late(r"[A-Za-z][A-Za-z0-9.-]{1,20}")
_SHORTEST_TWO, _LONGEST_RUN = 4, 12
_REPORTED = ("报道", "报导")
_RAREST_BEHIND_COLON = 8.0
_RARITY_OF_CHARACTER = 10.0
"""How rare a character of a given name is, and below it what one character instead of two adds, as in `RARITY`."""
_RARITY_OF_SHORT = 2.0
_MOST_UNLIKELY, _LEAST_LEAD = 9.0, 1.5
"""Of a division into names: two of surnames that are all rare are unlikelier than 8.0."""
_MADE = "图摄"
_BEGINS_PHRASE = frozenset("须应时能会从向和为及常经成连步终续敢简")
"""Rare surnames that rather begin a phrase: 记者须提高警惕."""


class Bond(IntEnum):
    """What stands between a label and its names: nothing, a blank, or a colon, stroke or slash."""

    GLUED = 0
    BLANK = 1
    COLON = 2


def tokens(text: str) -> Iterator[str]:
    """Split at blanks, but join the characters of a spaced name (`张 三`) and the words of a Latin name."""
    surname = ""
    for kind, run in groupby(text.split(), _kind_of_word):
        words = list(run)
        if kind == "latin":
            # Names of accounts have no capitals, and each is one word.
            yield from words if all(map(str.islower, words)) else (" ".join(words),)
        elif kind == "single":
            joined = list(_joined_singles("".join(words)))
            surname = joined.pop() if len(joined[-1]) == 1 else ""
            yield from joined
            continue
        else:
            # 王 小红: a surname, a blank, and what cannot be a whole name.
            if surname in SURNAMES and len(words[0]) == 2 and words[0][0] not in SURNAMES:
                words[0] = surname + words[0]
            yield from words
        surname = ""


def _kind_of_word(word: str) -> str:
    if _LATIN.fullmatch(word) and not NOBODY.fullmatch(word):
        return "latin"
    return "single" if len(word) == 1 and _HAN_ONLY.fullmatch(word) and word not in "和与及等" else "other"


def _joined_singles(characters: str) -> Iterator[str]:
    """Yield names from spaced characters: two by two, or the three characters of one name."""
    width = 3 if len(characters) == 3 else 2
    for start in range(0, len(characters), width):
        yield characters[start : start + width]


def names_of_token(word: str, bond: Bond) -> list[str] | None:
    """Return the name or the names of one word, or None if it is not a name.

    `杨某_NF4425` and `柳明_liuming` lose job number and login; `张三和李四` and `张三李四` are two names.
    """
    if word.endswith(_SENT_IN):
        return None
    name, _, login = word.partition("_")
    if JOB_NUMBER.fullmatch(login) or (_LOGIN.fullmatch(login) and is_name(name)):
        word = name
    if word.endswith(_REPORTED) and len(names := names_run_together(word[:-2], bond)) > 1 and len(names[-1]) > 2:
        return names
    if (placed := _WITH_PLACE.fullmatch(word)) and (name := _without_place(placed[1], bond)):
        return [name]
    if bond is Bond.COLON and (name := _behind_unit(word)):
        return [name]
    # After a colon, a column called 江城报道 keeps its name.
    bare = _TAIL.sub("", word)
    if bare and (is_name(bare) or bond is not Bond.COLON):
        word = bare
    joined = JOINED.fullmatch(word)
    if len(word) < 2:
        return None
    if joined and is_name(joined[1]) and is_name(joined[2]):
        return [joined[1], joined[2]]
    return names_run_together(word, bond) or ([word] if _passes(word, bond) else None)


def names_run_together(word: str, bond: Bond) -> list[str]:
    """Return the names of a word that is several without a blank between them: 张三李四.

    Of all divisions the likeliest counts, by how common the surnames are; if two are about as likely, or
    any other word would be likelier, there is none.
    Behind a colon, where a pen name may stand, no surname may be rare, and four characters are one name.
    """
    is_after_colon = bond is Bond.COLON
    if not _SHORTEST_TWO + is_after_colon <= len(word) <= _LONGEST_RUN or not _HAN_ONLY.fullmatch(word):
        return []
    # 何田文江小满图: what the people did stands between their names.
    if is_name(word) or word[-1] in _MADE or word[0] in _BEGINS_PHRASE:
        return []
    divisions = sorted(_divisions(word, _RAREST_BEHIND_COLON if is_after_colon else RAREST), key=lambda one: one[0])
    if (
        not divisions
        or divisions[0][0] > _MOST_UNLIKELY
        or (len(divisions) > 1 and divisions[1][0] - divisions[0][0] < _LEAST_LEAD)
    ):
        return []
    return divisions[0][1]


def _divisions(word: str, rarest: float) -> Iterator[tuple[float, list[str]]]:
    """Yield how a word can be divided into names, each with how unlikely it is."""
    if not word:
        yield 0.0, []
    for size in (2, 3, 4):
        name = word[:size]
        if len(name) < size or len(word) - size == 1 or not is_name(name):
            continue
        is_compound = size > 2 and name[:2] in COMPOUND_SURNAMES
        rarity = RARITY["常"] if is_compound else RARITY.get(name[0], RAREST)
        if (rarity > rarest and not is_compound) or NAME_WITHOUT_SURNAME.fullmatch(name):
            continue
        # A surname in place of one more character of the given name before it.
        unlikely = rarity - _RARITY_OF_CHARACTER * (1 + is_compound) + (_RARITY_OF_SHORT if size == 2 else 0.0)
        for others, names in _divisions(word[size:], rarest):
            yield unlikely + others, [name, *names]


def _behind_unit(word: str) -> str:
    """Return the name behind a unit or a position without a blank, else an empty string: 清河大学文学院何田."""
    if len(word) < _SHORTEST_WITH_UNIT:
        return ""
    ends = [match.end() for match in _UNIT_INSIDE.finditer(word)]
    name = word[ends[-1] :] if ends else ""
    return name if is_name(name) else ""


def _without_place(text: str, bond: Bond) -> str:
    """Return the name before a place of two characters or more, else an empty string. A column may follow a colon."""
    sizes = (3,) if bond is Bond.COLON else (3, 2)
    return next((text[:size] for size in sizes if len(text) - size >= 2 and is_name(text[:size])), "")


def _passes(word: str, bond: Bond) -> bool:
    if is_name(word):
        return True
    if bond is Bond.GLUED or not may_be_name(word):
        return False
    if _LATIN.fullmatch(word.replace(" ", "")):
        return len(word) <= 40 and (bond is Bond.COLON or word[0].isupper())
    if is_unit(word):
        return True
    if bond is Bond.BLANK:
        return bool(_HAN_ONLY.fullmatch(word)) and len(word) <= 4 and not SENTENCE.search(word)
    return bool(_PEN_NAME.fullmatch(word)) and len(word) <= (8 if _HAN_ONLY.fullmatch(word) else 20)


def is_name(word: str) -> bool:
    """Tell whether `word` has a surname and a name's length, or is a name with middle dots."""
    if _DOTTED.fullmatch(word):
        return not _NO_LAST_PART.search(word)
    if NAME_WITHOUT_SURNAME.fullmatch(word):
        return True
    if not 2 <= len(word) <= 4 or not _HAN_ONLY.fullmatch(word) or not may_be_name(word):
        return False
    if len(word) > 2 and word[:2] in COMPOUND_SURNAMES:
        return True
    if len(word) == 4 and word[:2] in JAPANESE_SURNAMES:
        return True
    if len(word) == 4 or word[0] not in SURNAMES or word[-1] in LAST_OF_UNIT:
        return False
    return not _PARTICLE.search(word)


def is_likely_name(word: str) -> bool:
    """Tell whether `word` is a name, and not of two characters with a rare surname, as many words are: 广告, 静音."""
    return is_name(word) and (len(word) != 2 or word[0] in RARITY)


def may_be_listed(word: str) -> bool:
    """Tell whether `word`, alone between two commas of a list of names, is a name, too: 山田太郎."""
    return 2 <= len(word) <= 5 and bool(_HAN_ONLY.fullmatch(word)) and may_be_name(word) and not SENTENCE.search(word)


def may_be_name(word: str) -> bool:
    """Tell whether `word` is not one of the words that stand where names stand, such as 报道 or 单位."""
    return not _WORDS_LIKE_NAMES.fullmatch(word) and not _NO_NAME.match(word)


def is_unit(word: str) -> bool:
    """Tell whether `word` ends like the name of an office, a company, a school or an outlet."""
    return 4 <= len(word) <= 30 and bool(_UNIT_END.search(word)) and not SENTENCE.search(word)
