"""Names of writers that no label explains: a text that holds names, and at most their outlets and what they did.

Such as `何田 江小满`, `清河日报 何田`, `清河卫视 何田报道`, `县水利局 何田、柳明`, `何田 清河大学教授`.
"""

from __future__ import annotations

from newscrawler.extraction.meta_lines.tokens import Kind, tokens
from newscrawler.extraction.meta_lines.words import is_outlet
from newscrawler.places import is_place
from newscrawler.text.credit_labels import BYLINE_MARKS
from newscrawler.text.names import LAST_OF_UNIT, POSITION, WORK, is_name, is_unit
from newscrawler.text.patterns import late

_LONGEST = 48
_MOST_NAMES = 6
_SHORTEST_OUTLET = 3
_SHORTEST_PLACED = 4
"""Characters of a place and 报道; behind a name, a longer word may be another name."""
_REPORTED = ("报道", "报导")
_DASHES = ("—", "-", "－", "―")
"""Behind them stands the one whom a text quotes."""
_COUNTRY = late(r"^[\[【(（〔](?!完)[\u4e00-\u9fff]{1,3}[\]】)）〕]\s?(?=\S)")
"""The country or the dynasty of a writer: [美]约翰·史密斯."""
_AUTHOR = late(r"作者(?:\s?[:：]|分别[系为是]|均[系为是]|[系为是])?\s?")
_PARTS = late("[；;]")
_BETWEEN_WORDS = late(r"[，,\s]+")
_NAME_IS = late(r"([\u4e00-\u9fff·]{2,8}?)(?:系|为|是)[\u4e00-\u9fff]{2}")
_BRACKETS = " \u3000。（）()【】"
_BETWEEN = frozenset({Kind.SOFT, Kind.HARD})
_BEHIND_NAME = _BETWEEN | {Kind.COLON, Kind.OPEN, Kind.CLOSE}


def writers_in(text: str, *, in_byline: bool = False) -> list[str]:
    """Return the names of persons if a text holds nothing else but their outlets and what they did, else nothing.

    `in_byline` says that the place is one of bylines: there an outlet may stand directly before a name, as in a report.
    """
    text = text.strip(f" \u3000。{BYLINE_MARKS}")
    if text[:1] in tuple("（(【[") and text[-1:] in tuple("）)】]"):
        text = text[1:-1]
    text = " ".join(_COUNTRY.sub("", text[: 2 * _LONGEST]).split())
    if not 2 <= len(text) <= _LONGEST or text.startswith(_DASHES):
        return []
    is_report = in_byline or text.endswith(_REPORTED)
    found: list[str] = []
    is_open = False
    """Whether an outlet, an office or a position stands last, to which a name must follow."""
    for token in tokens(text):
        if token.kind in (_BEHIND_NAME if found else _BETWEEN):
            continue
        if token.kind is not Kind.WORD:
            return []
        word = token.text.strip("-－—·.。 ")
        is_placed = found and word.endswith(_REPORTED) and len(word) <= _SHORTEST_PLACED
        if not is_placed and (name := _name_in(word, is_report=is_report)):
            found.append(name)
            is_open = False
        elif found and (WORK.fullmatch(word) or POSITION.search(word)):
            continue
        elif _is_workplace(word):
            # 何田 县水利局: who follows is another writer.
            is_open = not found
        elif word:
            return []
    return found if len(found) <= _MOST_NAMES and not is_open else []


def _name_in(word: str, *, is_report: bool) -> str:
    """Return the name that a word is; in a report also one that stands in it behind an outlet: 清河卫视何田报道."""
    if is_surely_name(word):
        return word
    if not is_report:
        return ""
    if word.endswith(_REPORTED):
        word = word[:-2]
    return word if is_surely_name(word) else name_behind_outlet(word)


def writers_with_positions(text: str) -> list[str]:
    """Return the writers of whom a text says what they are, in any order: 作者系清河大学教授 柳明.

    Nothing if one of its parts names nobody.
    """
    text = text.strip(_BRACKETS)
    label = _AUTHOR.match(text)
    names = [_name_with_position(part) for part in _PARTS.split(text[label.end() :])] if label else []
    return names if all(names) else []


def _name_with_position(part: str) -> str:
    words = [word for word in _BETWEEN_WORDS.split(part.strip(_BRACKETS)) if word]
    if (stated := _NAME_IS.match(words[0] if words else "")) and is_surely_name(stated[1]):
        return stated[1]
    if found := next((word for word in words if is_surely_name(word)), ""):
        return found if any(POSITION.search(word) for word in words) else ""
    glued = (part[-size:] for size in (3, 2) if POSITION.search(part[:-size]) and is_surely_name(part[-size:]))
    return next(glued, "")


def name_behind_outlet(word: str) -> str:
    """Return the name that stands directly behind an outlet, else an empty string: 清河卫视何田."""
    for size in (3, 2, 4):
        if len(word) - size >= _SHORTEST_OUTLET and is_outlet(word[:-size]) and is_surely_name(word[-size:]):
            return word[-size:]
    return ""


def _is_workplace(word: str) -> bool:
    """Tell whether a word is an outlet, an office or a position: 清河日报, 水利站, 共享联盟·富阳, 清河大学教授."""
    if len(word) < _SHORTEST_OUTLET:
        return False
    is_branch = "·" in word and is_place(word.rpartition("·")[2])
    is_office = word[-1] in LAST_OF_UNIT or is_outlet(word) or is_unit(word)
    return is_office or is_branch or POSITION.search(word) is not None


def is_surely_name(word: str) -> bool:
    """Tell whether a word that nothing explains is the name of a person: neither an outlet nor a place."""
    if not is_name(word) or is_place(word) or (word[0] == "于" and is_place(word[1:])):
        return False
    if "·" in word:
        return not any(is_place(part) or is_outlet(part) for part in word.split("·"))
    return len(word) < _SHORTEST_OUTLET or not is_outlet(word)
