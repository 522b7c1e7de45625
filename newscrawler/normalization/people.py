"""Who made an article: roles, names and affiliations, from bylines and editor lines.

The rules describe how Chinese pages write credits. A label (`编辑`, `记者`, `文/图`) stands before its names or, for
words such as `摄`, after them; an outlet may stand directly before it (`三峡日报全媒体记者`). What stands between label
and name decides how strict the check of a name is: after a colon a pen name is accepted, after a blank a name of two
to four characters, and directly after the label only what starts with a surname. A sentence gives no credits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from newscrawler.normalization.outlet_before import OUTLET_END, outlet_before
from newscrawler.normalization.text import clean_line
from newscrawler.places import is_place
from newscrawler.text.credit_labels import BETWEEN_WORDS, find_labels, fold_credit
from newscrawler.text.names import (
    HAN,
    JOB_NUMBER,
    NOBODY,
    POSITION,
    Bond,
    is_name,
    is_unit,
    may_be_listed,
    may_be_name,
    names_of_token,
    names_run_together,
    tokens,
)
from newscrawler.text.patterns import late
from newscrawler.text.roles import (
    AUTHOR_ROLES,
    EDITOR_ROLES,
    MAKERS,
    PHOTOGRAPHERS,
    REPORTERS,
    ROLES_OF_WORD,
    Role,
)

__all__ = ["AUTHOR_ROLES", "EDITOR_ROLES", "Credit", "Role", "credits_of"]

_LONGEST = 512
_LONGEST_NAME = 4

_NOTICE = late(r"转载|请|本文|如有|版权|未经|更多|声明|电话|邮箱|微信|投稿|扫|关注|来源|文章|仅|图片")

_EMAIL_OR_URL = late(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,64}|https?://[!-~]+|www\.[!-~]+")
_FOREIGN_LABEL = late(rf"(?:\A|[ ,;、|(])(?:[{HAN}] [{HAN}]|[{HAN}A-Za-z]{{1,8}}) ?:")
_ASIDE = late(r"\(([^()]{0,30})\)")
_HARD_END = late(r"[()《》「」『』“”\"。!?…<>=|:]")
_REPORTED = late("(?<=..)(?:[0-9]{1,2}月)?(?:[0-9]{1,2}日)?(?:摄影)?报[道导]$")
_PLACE_OF_REPORT = late(rf" ([{HAN}]{{2,8}})报[道导]$")
_AUTHOR_IS = late(rf"([{HAN}]{{2,3}}?)(?:系|为|是)(?=[{HAN}]{{2}})")


@dataclass(frozen=True, slots=True)
class Credit:
    """One person or unit in one role.

    `role` is a `Role` value. `outlet` is the newspaper or unit before the person (三峡日报 in 三峡日报记者 张三), empty
    if the page names none or only says 本报. `raw` are the words of the page that it was read from, with the label.
    """

    role: str
    name: str
    outlet: str
    raw: str


@dataclass(slots=True)
class _Label:
    start: int
    """Where the outlet before the label begins, or else the label."""
    end: int
    roles: tuple[Role, ...]
    outlet: str
    bond: Bond


def credits_of(label: str, text: str) -> list[Credit]:
    """Read the credits in `text`, in the order of the page.

    `label` is the word before the names as printed (`责任编辑`, `本报记者`, `文/图`), or empty if the roles are inside
    `text` (`(记者 梁剑 杨雪 通讯员 覃丹)`). Names without a role give no credit; nor do job numbers, e-mail addresses,
    `佚名` or `admin`, and ordinary sentences. Only the first 512 characters are read.
    """
    return list(_credits_of(label[:_LONGEST], text[:_LONGEST]))


@lru_cache(maxsize=4096)
def _credits_of(label: str, text: str) -> tuple[Credit, ...]:
    """Cached, because a portal has few editors and their names repeat."""
    label = clean_line(label).strip(" :：").strip("【】[]()（） ")
    text = clean_line(text)
    printed = f"{label}：{text}" if label else text
    folded = fold_credit(printed)
    if "@" in folded or "http" in folded or "www." in folded:
        folded = _EMAIL_OR_URL.sub(lambda match: " " * len(match[0]), folded)
    return tuple(_credits(printed, folded))


def _credits(printed: str, folded: str) -> Iterator[Credit]:
    current: _Label | None = None
    begin = 0
    labels_before_names = False
    for match in find_labels(folded):
        if match.start() < begin or (current is not None and _is_remark(folded, match)):
            continue
        label = _label(folded, match, begin, current)
        segment = folded[begin : label.start]
        if _stands_behind(folded, match, label, segment, labels_before_names):
            yield from _emit(printed, folded, current, label, begin)
            current = None
        else:
            if current is not None:
                yield from _emit(printed, folded, current, None, begin, label.start)
            current = label
            if MAKERS.issuperset(label.roles) and not match["words"].endswith("记者"):
                labels_before_names = True
        begin = label.end
    if current is not None:
        yield from _emit(printed, folded, current, None, begin, len(folded))


def _is_remark(folded: str, match: re.Match[str]) -> bool:
    """Tell whether a label is a remark about the person before it: 责编：柳明（实习生）、何田."""
    start, end = match.span("words")
    is_in_brackets = folded[start - 1 : start] == "(" and folded[end : end + 1] == ")"
    return is_in_brackets and start > 1 and folded[start - 2].isalnum() and match["words"].startswith(("实习", "见习"))


def _label(folded: str, match: re.Match[str], begin: int, current: _Label | None) -> _Label:
    roles: dict[Role, None] = {}
    for word in BETWEEN_WORDS.split(match["words"]):
        own = ROLES_OF_WORD[word.replace(" ", "").lower()]
        is_position = (PHOTOGRAPHERS.issuperset(roles) and REPORTERS.issuperset(own)) or (
            EDITOR_ROLES.issuperset(roles) and own == (Role.INTERN,)
        )
        if not (roles and is_position):
            # 图 | 记者 何田 took the pictures, 编辑/实习生 何田 edited: what he did counts, not what he is.
            roles |= dict.fromkeys(own)
    start, outlet = match.start(), ""
    if match["words"] != "摄":
        start, outlet = outlet_before(folded, start, begin, is_first=current is None)
    bond = match["bond"]
    if bond and (bond != ")" or folded[start - 1 : start] == "("):
        return _Label(start, match.end(), tuple(roles), outlet, Bond.COLON)
    end = match.end("words")
    bond_kind = Bond.BLANK if folded[end : end + 1] == " " else Bond.GLUED
    return _Label(start, end, tuple(roles), outlet, bond_kind)


def _stands_behind(folded: str, match: re.Match[str], label: _Label, segment: str, labels_before_names: bool) -> bool:
    """Tell whether a word such as 摄 or 文/图 belongs to the names before it."""
    if not MAKERS.issuperset(label.roles) or not segment.strip(" /(,;、"):
        return False
    if match["bond"] and ":" in match["bond"]:
        return False
    if segment.rstrip().endswith("/"):
        return True
    if label.bond is Bond.COLON or labels_before_names:
        return False
    if len(match["words"]) == 1:
        return True
    following = folded[label.end :]
    next_label = next(find_labels(following), None)
    rest = following[: next_label.start()] if next_label else following
    return not _names(rest, Bond.BLANK, label.roles)


def _emit(
    printed: str, folded: str, current: _Label | None, behind: _Label | None, begin: int, end: int | None = None
) -> Iterator[Credit]:
    """Yield the credits of one label, or of one label before and one after the names."""
    if behind is not None:
        end, raw_end = behind.start, behind.end
    else:
        end = raw_end = len(folded) if end is None else end
    segment = _clipped(folded[begin:end])
    if behind is None:
        raw_end = begin + len(segment)
    bond = current.bond if current else Bond.BLANK if segment.endswith("/") else Bond.GLUED
    roles = current.roles if current else ()
    outlet = current.outlet if current else ""
    if behind is not None:
        outlet = outlet or behind.outlet
        # 记者 张三 摄 is a photographer; 记者 张三 文/图 is a reporter who also took the pictures.
        if roles and Role.TEXT in behind.roles:
            roles = (*roles, *(role for role in behind.roles if role is not Role.TEXT))
        else:
            roles = behind.roles
    raw = printed[current.start if current else begin : raw_end].strip(" ,;、，；|/()（）【】[]。")
    for name, unit in _affiliated(_names(segment, bond, roles), roles):
        for role in roles:
            yield Credit(str(role), name, unit or outlet, raw)


def _clipped(segment: str) -> str:
    """Cut a segment at the next label, at the end of a sentence or at the closing bracket around it."""
    if cut := _FOREIGN_LABEL.search(segment):
        segment = segment[: cut.start()]
    depth = 0
    for position, character in enumerate(segment):
        depth += (character == "(") - (character == ")")
        if depth < 0 or character in "。!?":
            return segment[:position]
    return segment


def _affiliated(names: list[tuple[str, int]], roles: tuple[Role, ...]) -> Iterator[tuple[str, str]]:
    """Pair persons with the unit printed before them; a unit without a person is itself the name.

    `县委组织部 张三、李四` are two persons of one unit; `县委组织部、张三` are a unit and a person.
    """
    unit = ""
    for (name, group), (next_name, next_group) in pairwise([*names, ("", -1)]):
        if not is_unit(name):
            yield name, unit
        elif next_group == group and not is_unit(next_name):
            unit = name
        else:
            unit = ""
            if REPORTERS.isdisjoint(roles):
                yield name, ""


def _names(segment: str, bond: Bond, roles: tuple[Role, ...]) -> list[tuple[str, int]]:
    """Return the names of a segment, each with the number of its group between commas; nothing for a sentence."""
    segment = _ASIDE.sub(_aside, segment).strip(" ,;、/&()|\"“”'")
    if bond is Bond.GLUED and Role.AUTHOR in roles:
        match = _AUTHOR_IS.match(segment)
        if match and is_name(match[1]):
            return [(match[1], 0)]
    if end := _HARD_END.search(segment):
        segment = segment[: end.start()]
    if bond is not Bond.COLON:
        segment = _PLACE_OF_REPORT.sub(_without_place, segment)
        segment = _without_report(segment)
    credited: list[tuple[str, int]] = []
    groups = re.split(r"[,;、/&]+|(?<=[a-z]) and (?=[A-Z])", segment)
    for position, group in enumerate(groups):
        words = list(tokens(group))
        for word in words:
            if (
                JOB_NUMBER.fullmatch(word)
                or NOBODY.fullmatch(word)
                or len(word) < 2
                or (credited and POSITION.search(word))
                or (credited and len(word) > 2 and not REPORTERS.isdisjoint(roles) and OUTLET_END.search(word))
            ):
                continue
            names = names_of_token(word, bond)
            if names == [word] and not REPORTERS.isdisjoint(roles):
                # Behind 记者： no pen name stands.
                names = names_run_together(word, Bond.BLANK) or names
            if names is None and len(words) == 1 < len(groups) and any(map(is_name, groups)) and may_be_listed(word):
                names = [word]
            if names is None:
                # After names and a colon this is the rest of the line, a notice or a button; else it is a sentence.
                finished = bool(credited) and (bond is Bond.COLON or not may_be_name(word))
                on_same_line = finished and (word is not words[0] or _NOTICE.search(word) is not None)
                return credited if on_same_line else []
            credited.extend((name, position) for name in names)
    return credited


def _without_report(segment: str) -> str:
    """Remove 报道 behind the names, but not behind a place that is joined to the last name: 何田清河报道."""
    found = _REPORTED.search(segment)
    last = re.split(r"[ ,;、/&]", segment[: found.start()])[-1] if found else ""
    is_placed = not is_name(last) and any(
        is_name(last[:size]) and (is_place(last[size:]) or len(last) > _LONGEST_NAME) for size in (3, 2)
    )
    return segment if found is None or is_placed else segment[: found.start()]


def _without_place(match: re.Match[str]) -> str:
    """Remove the place behind names from which they report: 何田 武汉报道."""
    return match[0] if is_name(match[1]) and not is_place(match[1]) else ""


def _aside(match: re.Match[str]) -> str:
    """Keep a bracket that contains the names; remove one with a remark (`(实习)`)."""
    content = match[1].strip()
    if match.start() == 0 or all(is_name(token) for token in re.split(r"[ ,、]+", content)):
        return f" {content} "
    return " "
