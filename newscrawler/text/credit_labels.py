"""The labels of credits (编辑, 记者, 文/图) in a text: one expression to look for people and to read them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newscrawler.text.names import HAN, Bond, is_name, names_run_together
from newscrawler.text.patterns import late
from newscrawler.text.roles import ALONE, ROLES_OF_WORD

BYLINE_MARKS = "■□◆◇●○◎▲△★☆"
"""What newspapers print before the writer's name in a line of its own."""

# One character for one, so that offsets stay valid: full-width forms, brackets of every style, middle dots.
_FOLD = str.maketrans(
    {
        **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
        **dict.fromkeys("【〔［｛〖", "("),
        **dict.fromkeys("】〕］｝〗", ")"),
        **dict.fromkeys("[{", "("),
        **dict.fromkeys("]}", ")"),
        **dict.fromkeys("•‧・･∙", "·"),
        **dict.fromkeys("丨│┃︱", "|"),
        **dict.fromkeys("∶﹕", ":"),
        "＋": ",", "+": ",", "\\": "/", "；": ";",
    }
)  # fmt: skip


_PLUS_OF_NAME = late(r"(?<=[\u4e00-\u9fffA-Za-z]{2})[+＋](?=[\s|丨｜)）]|$)")
"""That of a client: 南方+. Others divide names: 何田+江小满."""
_SIMPLIFIED = str.maketrans(
    "來編輯責記訊員攝圖發時間審對實論譯採報導總寫單評見習責複終簽",
    "来编辑责记讯员摄图发时间审对实论译采报导总写单评见习责复终签",
)
_TRADITIONAL = late(
    "來源|責任編輯|執行編輯|編輯|責編|總編|編譯|記者|通訊員|攝影|圖片|發[布佈表稿](?:時間|日期)?|時間|審核|初審|複審|終審|校對|實習生"
    "|見習生|評論員|採訪|採寫|報導|撰寫|簽發"
)
_IS_TRADITIONAL = late("[來責編總記訊攝圖發時審對實見論採報寫簽]")


def fold_credit(text: str) -> str:
    """Return a text with brackets, colons, separators and labels written in one way; each character keeps its position.

    Of what is in traditional characters only labels are written in others: names stay as they are.
    """
    folded = text.translate(_FOLD)
    if "+" in text or "＋" in text:
        for plus in _PLUS_OF_NAME.finditer(text):
            folded = f"{folded[: plus.start()]}+{folded[plus.end() :]}"
    return _TRADITIONAL.sub(_simplified, folded) if _IS_TRADITIONAL.search(folded) else folded


def _simplified(match: re.Match[str]) -> str:
    return match.group().translate(_SIMPLIFIED)


def _word_pattern() -> str:
    """Return a pattern of all label words, longest first; one space may stand between the characters (`监 制`)."""
    free: list[str] = []
    alone: list[str] = []
    spaced: list[str] = []
    for word in sorted(ROLES_OF_WORD, key=len, reverse=True):
        if word.isascii():
            free.append(rf"\b{word}\b(?= ?:)")
        else:
            (alone if word in ALONE else free).append(word)
            if 2 <= len(word) <= 4:
                spaced.append(" ?".join(word))
    before = f" ,;、/&(|:{BYLINE_MARKS}"
    no_label = "(?<!原)(?<!合)"
    no_unit = "(?![部室站节证团局院社库辑]|头|家协|来源|文章|简介|手记)"
    starts, ends = f"(?<![^{before}])", r"(?=[ ,;、/&|:)]|\Z)"
    # 文　鸣 and 田　文 are names.
    no_name = rf"(?:(?<![ ,;、:/&(|][{HAN}] )|(?=[文图]/))(?!(?<!/)文 {{1,2}}[{HAN}](?![{HAN}/]))"
    single = [word for word in alone if len(word) == 1]
    long = [word for word in alone if len(word) > 1]
    # 文/图何田: one label, behind which a name may stand without a blank.
    joined = rf"{starts}(?:文/图|图/文)(?=[{HAN}·]{{2,12}}(?:[ ,;、|)]|\Z))"
    # 李四摄: the only word that stands directly after a name.
    glued_behind = rf"(?<=[{HAN}])摄{ends}"
    return (
        rf"(?:{joined}|{no_label}(?:{'|'.join(free)}){no_unit}|{starts}(?:{'|'.join(long)}){ends}"
        rf"|{starts}(?:{'|'.join(spaced)})(?= ?[:/|])"
        rf"|{starts}{no_name}(?:{'|'.join(single)}){ends}|{glued_behind})"
    )


_WORD = _word_pattern()
LABEL = late(rf"(?P<words>{_WORD}(?: ?[/、&|] ?{_WORD})*)(?P<bond>\)? ?[:|/]+|\))?", re.IGNORECASE)
"""A label in folded text: `words` are its words, `bond` is the colon, stroke or slash behind them, if there is one."""
_OF_OTHERS = late(rf"(?:[最十百]佳|最美|优秀|先进|模范|获奖|得奖|金牌|杰出|今日(?!头条)|本频道)[{HAN}]{{0,4}}\Z|好\Z")
"""What stands before a label of people who did not make the article: they won a prize, or are on duty for the site."""
_FIRST = late(f"[{''.join(sorted({word[0] for word in ROLES_OF_WORD}))}]", re.IGNORECASE)


def find_labels(folded: str) -> Iterator[re.Match[str]]:
    """Yield the labels of a folded text in order, as `LABEL` finds them, but in a tenth of the time.

    `LABEL` tries some two hundred words at a place, and few characters begin one.
    """
    end = 0
    for first in _FIRST.finditer(folded):
        at = first.start()
        if at >= end and (match := LABEL.match(folded, at)):
            end = match.end()
            if not is_of_others(folded, at):
                yield match


def is_of_others(folded: str, at: int) -> bool:
    """Tell whether a label that begins at a place is that of people who did not make the article: 最佳记者."""
    return _OF_OTHERS.search(folded, max(0, at - 8), at) is not None


BETWEEN_WORDS = late(r" ?[/、&|] ?")
_MADE = late(rf"([{HAN}]{{2,12}})文([ 、]?[{HAN}]{{2,9}})([图摄])(?![{HAN}])")


def with_makers_apart(text: str) -> str:
    """Return a text with blanks round 文, 图 and 摄 where they are joined to the names before them: 何田文江小满图."""
    return _MADE.sub(_apart, text) if "文" in text else text


def _apart(match: re.Match[str]) -> str:
    wrote, made = match[1], match[2].strip(" 、")
    is_written = any(is_name(wrote[-size:]) for size in (2, 3, 4) if size <= len(wrote))
    is_made = is_name(made) or bool(names_run_together(made, Bond.BLANK))
    return f"{wrote} 文 {made} {match[3]}" if is_written and is_made else match[0]
