"""A meta line as tokens: dates, labels, words and what separates them, however the markup splits the line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from newscrawler.extraction.layout import Line
from newscrawler.extraction.meta_lines.words import BESIDE_LABELS, OTHER_TIME, PUBLISHED, SOURCE, SOURCE_WITHOUT_COLON
from newscrawler.text.credit_labels import find_labels, fold_credit
from newscrawler.text.dates import FoundDate, find_dates, find_short_date
from newscrawler.text.names import Bond, is_name, names_of_token
from newscrawler.text.names import tokens as name_words
from newscrawler.text.patterns import late
from newscrawler.text.roles import ROLES_OF_WORD

LONGEST = 420
"""Characters of a line that is read; a longer one is no meta line."""
_GAP = "\t"
"""A blank that the page's author set: two or more, or one of full width."""
_BOUNDARY = "\n"
"""Where one text node ends and the next begins."""
_BLANKS = late("[ \n\r\t\f\v\xa0\u2002-\u200a\u3000]+")
_URL = late(
    r"(?:https?:|www\.)[!-~]{3,200}|[a-z0-9-]{2,40}(?:\.[a-z0-9-]{2,40}){0,3}\.(?:com|cn|net|org|gov|edu|tv)(?![a-z0-9])",
    re.IGNORECASE,
)
_CLOCK_TIME = late(r"\d{1,2}:\d\d(?::\d\d)?(?![:\d])")
_IN_WORD = r"""[^\s|/(),;、&:<>»«~=*■□◆◇●○▪★☆▶△▲→"“”]"""
_PAGE_OF_PAPER = late(rf"第\s?[A-Za-z]{{0,2}}\s?\d{{1,3}}\s?版(?:\s?:\s?{_IN_WORD}{{2,8}}(?!{_IN_WORD}))?")
"""A page of a newspaper and the name behind its colon, which is no outlet and no person: `第02版：综合`."""
_WORD = late(f"{_IN_WORD}+")
_NAME_LIKE = late(rf"{_IN_WORD}{{1,2}}\s{{1,4}}[\u4e00-\u9fff](?![\u4e00-\u9fff/])|{_IN_WORD}+")
"""A word; a surname with a single character behind a blank: `郭　清`."""
_WORD_BEFORE = late(r"([^\s|/(),;、&:]{2,12})\s{0,4}/?\s{0,2}$")
_ASIDE_OF_LABEL = late(
    r"(?<=[源处者员辑编间期核对])(?:\s?[(（]([^()（）:：]{1,8})[)）]|\s?/?\s?(?i:source|from|origin|authors?|writers?|by|reporters?"
    r"|editors?|date|time|published))\s?[:：]"
)
"""A remark inside of a label, before its colon: 来源（转载）：, 编辑 Editor："""
_LONGEST_NAME = 4
_AND = late("and(?![A-Za-z])")
_BY = late(r"(?:(?:^|[|(])\s?(?=By)|(?<=\s)(?=by\s[\u4e00-\u9fff]))([Bb]y)\s?:?\s(?=[A-Z\u4e00-\u9fff])")
"""The label of the writers in English: By He Ziheng and Lu Qingyao; in blogs also before Chinese names."""
_LATIN = late(r"[A-Za-z][A-Za-z.'’-]*")
PREPOSITIONS = frozenset({"in", "for", "from", "at"})
"""Behind them stands in an English byline where the writers are, and for whom they write."""
_SOFT = frozenset(",;、&")


class Kind(Enum):
    """What a token is."""

    __hash__ = object.__hash__
    """That of `Enum` hashes the name each time, in ten times the time."""

    DATE = "date"
    PUBLISHED = "label of the date of publication"
    OTHER_TIME = "label of another date"
    SOURCE = "label of the source"
    ROLE = "label of people"
    BESIDE = "label of what is neither"
    WORD = "word"
    OPEN = "opening bracket"
    CLOSE = "closing bracket"
    HARD = "separator"
    SOFT = "comma"
    COLON = "colon of a word that is no label"


LABELS = frozenset({Kind.PUBLISHED, Kind.OTHER_TIME, Kind.SOURCE, Kind.ROLE, Kind.BESIDE})


@dataclass(slots=True)
class Token:
    """One token: `text` as printed, where it stands, and what stands before it."""

    kind: Kind
    text: str
    """As printed; blanks inside a name are taken out: `方　敏`."""
    start: int
    end: int
    blank: str
    """What separates it from the token before: nothing, ` `, a wide gap or the boundary of an element."""
    bond: Bond = Bond.COLON
    """Of a label: what stands behind it."""

    @property
    def is_new_element(self) -> bool:
        """Whether it begins in another text node than the token before it."""
        return _BOUNDARY in self.blank


def may_be_marked(text: str) -> bool:
    """Tell whether a text may hold a date or a label: a quick test, which most lines of a page fail."""
    return _TRIGGER.search(text) is not None


def _trigger() -> re.Pattern[str]:
    """Return a pattern of dates and of how labels begin, by their first characters.

    It has the form `[ab](?:(?<=a)…|(?<=b)…)`: `re` skips what no match begins with only where the pattern begins with a
    class of characters, and most characters of a page begin none.
    """
    rest: dict[str, list[str]] = {
        ":：∶﹕|丨│｜/／": [""],
        "0123456789０１２３４５６７８９": [r"[\d０-９]{3}"],
        "0123456789": [r"\s?(?:小时|分钟|天)前", r"\s?年\s?\d{1,2}\s?月"],
        "一二": ["[〇○零九][〇○零一二三四五六七八九]"],
        "今昨前": ["天"],
        "摄文图译编审校": [r"(?:(?<=^.)|(?<=[\s、(（].))(?:$|[\s、)）])"],
        "刚": ["刚"],
        "摄": ["$", "[)）]"],
        "来": [r"\s{0,4}源", "自"],
        "转摘": ["自"],
        "稿": [r"\s?源"],
        "出": [r"\s?处"],
        "分": ["享到"],
        "字": [r"\s?[号体]"],
        "发": ["布于"],
        "更": ["新于"],
        "最": ["后更新"],
        "Bb": [r"y\s"],
    }
    for word in ROLES_OF_WORD:
        if len(word) > 1 and not word.isascii():
            rest.setdefault(word[0], []).append(rf"\s{{0,4}}{word[1]}")
    firsts = "".join(dict.fromkeys("".join(rest)))
    branches = (f"(?<=[{first}])(?:{'|'.join(dict.fromkeys(after))})" for first, after in rest.items())
    return late(f"[{firsts}](?:{'|'.join(branches)})")


_TRIGGER = _trigger()


def spaced(line: Line) -> str:
    """Return a line's text with boundaries of text nodes as line feeds and wide gaps as tabs."""
    pieces = [_BLANKS.sub(_blank, piece).strip(" ") for piece in line.pieces]
    return _BOUNDARY.join(piece for piece in pieces if piece)


def _blank(match: re.Match[str]) -> str:
    # HTML shows any run of plain blanks as one; others were set on purpose.
    set_on_purpose = match.group().count("\xa0") + 2 * match.group().count("\u3000")
    return _GAP if set_on_purpose > 1 else " "


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[Token, ...]:
    """Cut a line, as `spaced` returns it, into tokens.

    Cached, because a page's lines are read several times and the buttons and labels of a portal repeat on its pages.
    """
    text = _ASIDE_OF_LABEL.sub(_without_aside, text)
    folded = fold_credit(text)
    marks = _marks(text, folded) if may_be_marked(text) else []
    found: list[Token] = []
    at, blank_from = 0, 0
    while at < len(folded):
        if folded[at].isspace():
            at += 1
            continue
        mark = marks.pop(0) if marks and marks[0].start <= at else None
        if mark is None:
            following = marks[0].start if marks else len(folded)
            mark = _plain(folded, text, at, following)
        mark.blank = text[blank_from : mark.start]
        found.append(mark)
        at = blank_from = mark.end
    return tuple(_joined(found))


def _without_aside(match: re.Match[str]) -> str:
    """Move the colon of a label before the remark inside of it. All other places in the text stay the same."""
    return match.group() if match[1] and is_name(match[1]) else "：" + " " * (len(match.group()) - 1)


def _joined(found: list[Token]) -> Iterator[Token]:
    """Yield the tokens with spaced names (`方　敏`, `王 小红`) and names in Latin letters as one token each."""
    at, last = 0, len(found) - 1
    while at <= last:
        token = found[at]
        run = 1
        if token.kind is Kind.WORD and (len(token.text) == 1 or token.text[0] < "\x7f"):
            while run < 4 and at + run <= last and _are_parts(found[at + run - 1], found[at + run]):
                run += 1
        for size in range(run, 1, -1):
            words = list(name_words(" ".join(part.text for part in found[at : at + size])))
            if len(words) == 1:
                token = Token(Kind.WORD, words[0], token.start, found[at + size - 1].end, token.blank)
                run = size
                break
        else:
            run = 1
        yield token
        at += run


def _are_parts(one: Token, other: Token) -> bool:
    """Tell whether two words may be parts of one name."""
    if one.kind is not Kind.WORD or other.kind is not Kind.WORD or other.is_new_element:
        return False
    if other.text in PREPOSITIONS or one.text in PREPOSITIONS:
        return False
    return (len(one.text) == 1 and len(other.text) <= 2) or (_LATIN.fullmatch(one.text + other.text) is not None)


def _plain(folded: str, text: str, at: int, following: int) -> Token:
    """Return the token at a place where neither a date nor a label stands."""
    character = folded[at]
    if character < "\x7f" and (url := _URL.match(folded, at, following)):
        return Token(Kind.HARD, text[at : url.end()], at, url.end(), "")
    if (clock := _CLOCK_TIME.match(folded, at, following)) and not folded[at - 1 : at].isalnum():
        # The time of day of a date that stands elsewhere: 09:30清河日报
        return Token(Kind.HARD, text[at : clock.end()], at, clock.end(), "")
    if character == "第" and (page := _PAGE_OF_PAPER.match(folded, at, following)):
        return Token(Kind.HARD, text[at : page.end()], at, page.end(), "")
    if character == "a" and _AND.match(folded, at, following):
        return Token(Kind.SOFT, text[at : at + 3], at, at + 3, "")
    if word := _WORD.match(folded, at, following):
        return Token(Kind.WORD, text[at : word.end()], at, word.end(), "")
    kind = Kind.HARD
    if character in _SOFT:
        kind = Kind.SOFT
    elif character in "()":
        kind = Kind.OPEN if character == "(" else Kind.CLOSE
    elif character == ":":
        kind = Kind.COLON
    return Token(kind, text[at], at, at + 1, "")


_TABLES = (
    (Kind.BESIDE, BESIDE_LABELS, ("享到", "字", "大小")),
    (Kind.OTHER_TIME, OTHER_TIME, ("更新",)),
    (Kind.PUBLISHED, PUBLISHED, ("期", "间", "于")),
    (Kind.SOURCE, SOURCE, ()),
    (Kind.SOURCE, SOURCE_WITHOUT_COLON, ("源", "出处", "自")),
)
"""The tables of labels, each with what a label of it holds that has neither a colon nor a stroke."""

_COLON_OF_LABEL = late("(?<![0-9])[:|]")
"""Behind a figure it is that of a time of day."""


def _marks(text: str, folded: str) -> list[Token]:
    """Return dates and labels in order; where two overlap, the earlier, then the one that is listed first here."""
    found: list[tuple[int, int, Token]] = []
    dates = list(find_dates(text))
    if not dates and len(text) < 80 and (short := find_short_date(text)):
        dates = [short]
    found += [(date.start, 0, _token_of(Kind.DATE, text, date)) for date in dates]
    flat = folded.replace(_GAP, " ").replace(_BOUNDARY, " ")
    has_colon = _COLON_OF_LABEL.search(flat) is not None
    for rank, (kind, table, signs) in enumerate(_TABLES, start=1):
        if not has_colon and not any(sign in flat for sign in signs):
            continue
        found += [
            (match.start(), rank, Token(kind, text[match.start() : match.end()], match.start(), match.end(), ""))
            for match in table.regex.finditer(flat)
        ]
    found += [(token.start, 9, token) for token in _roles(flat, text)]
    found.sort(key=lambda mark: mark[:2])
    marks: list[Token] = []
    for _, _, mark in found:
        if not marks or mark.start >= marks[-1].end:
            marks.append(mark)
    return marks


def _token_of(kind: Kind, text: str, date: FoundDate) -> Token:
    start = date.start + len(text[date.start : date.end]) - len(text[date.start : date.end].lstrip())
    return Token(kind, text[start : date.end].strip(), start, date.end, "")


def _stands_behind_name(flat: str, at: int) -> bool:
    """Tell whether a name stands before a place in the text, as in 何远山 摄 and 何远山/文."""
    before = _WORD_BEFORE.search(flat, max(0, at - 20), at)
    return before is not None and any(is_name(before[1][-size:]) for size in (2, 3, 4) if size <= len(before[1]))


_KIND_OF_WRITER = late(
    "(?:全媒体?|融媒体?|新媒体|首席|资深|高级|见习|实习|特约|特派|特邀|本报|本网|本台|本刊|本社|本站|值班|网络|文字|摄影|图片|视频)+$"
)


def _roles(flat: str, text: str) -> Iterator[Token]:
    """Yield the labels of people: those with a colon, and those beside a name."""
    if by := _BY.search(flat):
        yield Token(Kind.ROLE, f"{by[1]}:", by.start(1), by.end(), "", Bond.COLON)
    for match in find_labels(flat):
        start, end = match.span()
        if kind := _KIND_OF_WRITER.search(flat, max(0, start - 12), start):
            start = kind.start()
        if match["bond"] and set(match["bond"]) & set(":|/"):
            yield Token(Kind.ROLE, text[start:end], start, end, "", Bond.COLON)
            continue
        if match["bond"] and flat[start - 1 : start] == "(" and not flat[start - 2 : start - 1].isalnum():
            # 【作者】何田, not 何田（文）
            yield Token(Kind.ROLE, text[start : end - 1], start, end, "", Bond.COLON)
            continue
        end = match.end("words")
        is_glued = flat[end : end + 1] not in ("", " ", ")")
        bond = Bond.GLUED if is_glued else Bond.BLANK
        begins = start == 0 or not flat[start - 1].isalnum()
        following = _NAME_LIKE.match(flat, end + (not is_glued))
        name = "".join(following.group().split()) if following else ""
        if len(name) > _LONGEST_NAME and (label := next(find_labels(name), None)):
            # 记者何远山陆青瑶通讯员江小满
            name = name[: label.start()]
        if (len(name) > 1 and names_of_token(name, bond)) or (not is_glued and (len(match["words"]) > 1 or not begins)):
            yield Token(Kind.ROLE, text[start:end], start, end, "", bond if begins else Bond.GLUED)
        elif not is_glued and _stands_behind_name(flat, start):
            yield Token(Kind.ROLE, text[start:end], start, end, "", Bond.GLUED)
