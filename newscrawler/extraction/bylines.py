"""Bylines: people whom the body itself names as its makers, at its beginning and its end.

A byline is a line of its own (`本报记者 梁剑`), a dateline (`清河讯（记者 梁剑 通讯员 覃丹）`, `本报讯 记者 梁剑报道`)
or a bracket at the end of a paragraph. The grammar of meta lines decides whether a line is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from newscrawler.extraction.bare_names import (
    is_surely_name,
    name_behind_outlet,
    writers_in,
    writers_with_positions,
)
from newscrawler.extraction.layout import Line
from newscrawler.extraction.meta_lines.grammar import read_meta_lines
from newscrawler.extraction.meta_lines.line_tests import is_item, is_sentence
from newscrawler.extraction.meta_lines.statements import BARE, Item, roles_of
from newscrawler.extraction.meta_lines.tokens import may_be_marked, tokens
from newscrawler.extraction.model import RawCredit
from newscrawler.extraction.pattern_table import PatternTable, Row
from newscrawler.text.credit_labels import BYLINE_MARKS
from newscrawler.text.names import Bond, names_run_together
from newscrawler.text.roles import AUTHOR_ROLES

_BRACKET = re.compile(r"[(（【\[]([^()（）【】\[\]]{2,120})[)）】\]]")
_ROLE = PatternTable(
    Row("writers", r"记者|通讯员|评论员|作者|撰稿|实习生|采写|供稿|报道员|编译", "通讯员 覃丹", "通讯录"),
    Row("behind the names", r"(?:报道|报导|整理|摄影|摄|撰文)\s*$", "何田 报道", "报道说水渠通了"),
    Row("text and pictures", r"文\s?[/:：]|图\s?[/:：]|/\s?[文图摄]", "文/何田 图/江小满", "文件全文见附件"),
    Row("editors", r"编辑|责编", "责编：柳明", "编号12"),
)
"""Words that say that a bracket names people."""
_DATELINE = PatternTable(
    Row(
        "news from an outlet",
        r"[^，。！？；：:]{0,20}[讯电]",
        "本报讯 记者 梁剑报道 昨天",
        "县里来电 记者报道了水渠",
    ),
    Row("reporter of an outlet", r"[^，。！？；：:]{0,16}", "清河日报记者梁剑报道 昨天", "据了解，记者报道 说"),
    start="^",
    end=r"[\s：:]{0,3}[^。！？；：:（(]{0,8}(?:记者|通讯员)[^。！？；：:（(]{2,60}?(?:报道|报导)(?=[\s：:])",
)
"""Datelines that name people without a bracket."""
_LAST_BRACKET = re.compile(r"[(（]([^()（）]{2,60})[)）]\s*$")
_THE_END = r"[(（【]\s?(?:全文)?完\s?[)）】]\s{0,2}"
_SENTENCE_END = re.compile(rf"[。！？；…!?][”』」’）)]?\s{{0,4}}(?:{_THE_END})?|^\s{{0,4}}{_THE_END}")
"""Where a sentence ends, behind which names may stand: …在渠边等候。（完）记者 何田"""
_DATELINE_HEAD = re.compile(r"[^，。！？；：:（(]{0,20}?(?:讯|电|消息)\s?[:：]?\s")
_IS_DATELINE = re.compile(r"[^，。！？；：:]{0,20}(?:[讯电]|消息)\s{0,3}$")
_HAS_LABEL = re.compile("[^，。]{2,10}[:：]")
_EDGE = 3
_LONGEST_BEFORE_BRACKET = 40
_LONGEST_LINE = 80
_LONGEST_CLOSING = 60
_LONGEST_WORD = 24
_MOST_WORDS, _MOST_LINES_OF_NAMES = 8, 4
_ROUND_NAMES = f" \u3000。（）()【】{BYLINE_MARKS}"
_ENDS = tuple("。！？；…”』」’!?")
_CLOSING_BRACKETS = tuple(")）】]")
_SIGNS_OF_OPENING = ("记者", "通讯员", "作者", "文/", "文／")
_WINDOW = 160
_PARAGRAPH = 40
"""Characters of running text from which a line is a paragraph and no caption."""


def credits_in_body(lines: Sequence[Line]) -> list[RawCredit]:
    """Return the bylines of a body: those round its first and last paragraph, and brackets that end a paragraph."""
    paragraphs = [index for index, line in enumerate(lines) if line.prose >= _PARAGRAPH]
    paragraphs = paragraphs or [index for index, line in enumerate(lines) if line.prose and "。" in line.text]
    first, last = (paragraphs[0], paragraphs[-1]) if paragraphs else (0, len(lines) - 1)
    head = range(max(_EDGE, first + 2))
    foot = range(min(len(lines) - _EDGE, last - 1), len(lines))
    found: list[RawCredit] = []
    above = 0
    """Lines at the beginning that are bylines."""
    for index, line in enumerate(lines):
        at_head, at_foot = index in head, index in foot
        if (
            len(line.text) <= _LONGEST_LINE
            and _HAS_LABEL.match(line.text)
            and any(is_item(near.text) for near in lines[max(0, index - 1) : index + 2])
        ):
            # An item of a list in the text, such as of a book's imprint.
            continue
        if (at_head or at_foot) and len(line.text) <= _LONGEST_LINE:
            own = _line_of_its_own(line)
            if not own and (index == above < len(lines) - 1 or _is_below_text(lines, index, last)):
                own = _bare(line.text, "generic:byline")
            if own:
                found += own
                above += index == above
                continue
        elif index > 0 and (own := _part_of_story(lines[index - 1], line)):
            found += own
            continue
        in_text = list(_in_text(line, at_head=at_head))
        if not in_text and index <= first:
            in_text = _opening(line)
        found += in_text
        if in_text and (index != first or line.text.rstrip(" 。").endswith(_CLOSING_BRACKETS)):
            continue
        closing = _closing(line, is_last=index >= last)
        found += closing if closing or index < last or in_text else _signature(line.text)
    return found


def writers_below(lines: Iterable[Line]) -> list[RawCredit]:
    """Return the writers whom a line behind a body introduces: （作者系县水利局工程师 柳明）."""
    for line in lines:
        if len(line.text) <= _WINDOW and (names := writers_with_positions(line.text)):
            return [RawCredit("作者", "、".join(names), "generic:byline", 0.7)]
    return []


def _part_of_story(above: Line, line: Line) -> list[RawCredit]:
    """Return the writers of one part of a story, who stand below its last sentence: 清河日报记者 何田."""
    if len(line.text) > _LONGEST_CLOSING or not above.prose or not _ends_sentence(above.text):
        return []
    found = _line_of_its_own(line)
    is_sure = any(roles_of(raw.label) & AUTHOR_ROLES for raw in found) and all(
        _begins_with_name(raw.text) for raw in found
    )
    return found if is_sure else []


def _begins_with_name(text: str) -> bool:
    first = next(iter(tokens(text))).text
    return is_surely_name(first) or bool(names_run_together(first, Bond.BLANK))


def _ends_sentence(text: str) -> bool:
    return _SENTENCE_END.search(text, max(0, len(text) - 2)) is not None


def _is_below_text(lines: Sequence[Line], index: int, last: int) -> bool:
    """Tell whether a line stands directly below the last paragraph, or below other writers there."""
    if index <= last:
        return False
    for above in reversed(lines[max(last, index - _MOST_LINES_OF_NAMES) : index]):
        if above.prose:
            return _ends_sentence(above.text)
        if not writers_in(above.text):
            return False
    return False


def _bare(text: str, rule: str) -> list[RawCredit]:
    names = writers_in(text)
    if not names:
        return []
    is_all = "".join(names) == "".join(character for character in text if character.isalpha() or character == "·")
    return [RawCredit("作者", text.strip(_ROUND_NAMES) if is_all else "、".join(names), rule, 0.6)]


def _signature(text: str) -> list[RawCredit]:
    """Return the writers in a bracket that ends a text: （何田）, （县水利局 何田、柳明）, （何田 清河报道）."""
    bracket = _LAST_BRACKET.search(text)
    return _bare(bracket[1], "generic:signature") if bracket else []


def _part(line: Line, text: str) -> Line:
    return Line(text, [text], line.block, 0)


def _opening(line: Line) -> list[RawCredit]:
    """Return the writers before the first words of a text, behind a mark, a label or a dateline: □本报记者 何田 …"""
    text = line.text[:_WINDOW]
    is_marked = text[:1] in BYLINE_MARKS
    if not is_marked and not any(sign in text for sign in _SIGNS_OF_OPENING):
        return []
    dateline = _DATELINE_HEAD.match(text)
    before = dateline.group() if dateline else ""
    words = text[len(before) :].split(" ", _MOST_WORDS + 1)
    short = list(takewhile(lambda word: len(word) <= _LONGEST_WORD, words if before else words[:-1]))
    for size in range(min(_MOST_WORDS, len(short)), 0, -1):
        opening = " ".join(words[:size])
        if len(opening) > _LONGEST_CLOSING or is_sentence(opening):
            continue
        credits = _line_of_its_own(_part(line, opening))
        if credits and all(_begins_with_name(raw.text) for raw in credits):
            return [replace(raw, label=f"{before}（{raw.label}" if before else raw.label) for raw in credits]
        if is_marked and (credits := _bare(opening, "generic:byline")):
            return credits
    return []


def _closing(line: Line, *, is_last: bool) -> list[RawCredit]:
    """Return the writers behind the last sentence of a paragraph; names without a label only at the end of the text."""
    text = line.text[-2 * _LONGEST_CLOSING :].rstrip()
    if text.endswith(_ENDS) and not text.endswith(("报道。", "报导。")):
        return []
    text = text.removesuffix("。")
    end = max((match.end() for match in _SENTENCE_END.finditer(text)), default=0)
    closing = text[end:]
    if not end or not 2 <= len(closing) <= _LONGEST_CLOSING:
        return []
    found = _line_of_its_own(_part(line, closing))
    if not is_last and not any(roles_of(raw.label) & AUTHOR_ROLES for raw in found):
        return []  # the photographer of a caption in the text
    return found or (_bare(closing, "generic:signature") if is_last else [])


def _line_of_its_own(line: Line) -> list[RawCredit]:
    """Return what a line names that is a byline and nothing else."""
    if is_sentence(line.text) or not may_be_marked(line.text):
        return []
    (parsed,) = read_meta_lines([line])
    people = [part for part in parsed.parts if part.item is Item.PEOPLE]
    if not parsed.is_meta or not people:
        return []
    if any(roles_of(part.label) & AUTHOR_ROLES for part in people) or len(people) == len(parsed.parts):
        return [RawCredit(part.label, part.text, "generic:byline", 0.85) for part in people]
    return []


def _in_text(line: Line, *, at_head: bool) -> Iterator[RawCredit]:
    """Yield the bylines at the beginning of a paragraph, if it is among the first, and at its end."""
    text = line.text
    # The test for the word is much faster than the pattern, which tries each length of what stands before it.
    has_reporter = "记者" in text or "通讯员" in text
    if has_reporter and (dateline := _DATELINE.match(text[:_WINDOW])):
        yield RawCredit("", dateline.group(), "generic:dateline", 0.9)
    begin = 0
    for match in _BRACKET.finditer(text[:_WINDOW]):
        before = text[: match.start()]
        if _IS_DATELINE.match(before):
            yield from _credits_in_bracket(line, match[1], before=before)
        elif at_head and _ROLE.search(match[1]) and len(before) <= _LONGEST_BEFORE_BRACKET:
            yield from _credits_in_bracket(line, match[1])
        else:
            continue
        begin = match.end()
    window = max(begin, len(text) - _WINDOW)
    for match in _BRACKET.finditer(text, window):
        if not text[match.end() :].strip(" 。") and _ROLE.search(match[1]):
            yield from _credits_in_bracket(line, match[1])


def _credits_in_bracket(line: Line, inner: str, *, before: str = "") -> Iterator[RawCredit]:
    """Yield the people whom a bracket names; `before` is a dateline, behind which names need no label."""
    (parsed,) = read_meta_lines([Line(inner, [inner], line.block, 0)])
    if not parsed.has(Item.PEOPLE) and (names := writers_with_positions(inner)):
        yield RawCredit("作者", "、".join(names), "generic:byline", 0.8)
    if before and not parsed.has(Item.PEOPLE) and (names := writers_in(inner, in_byline=True)):
        yield RawCredit("记者", "、".join(names), "generic:dateline", 0.8)
    if parsed.has(Item.PEOPLE):
        # 清河网何田 江城网记者 江小满; beside such a name also others: 江城晚报江小满 柳明
        bare = [*(part.text for part in parsed.parts if part.item in BARE), *parsed.left]
        is_row = any(map(name_behind_outlet, bare))
        for word in bare:
            if name := name_behind_outlet(word) or (word if is_row and is_surely_name(word) else ""):
                yield RawCredit("记者", name, "generic:dateline", 0.8)
    for part in parsed.parts:
        if part.item is Item.PEOPLE:
            # The outlet stands before the bracket: 清河讯（记者 梁剑）.
            label = f"{before}（{part.label}" if before and inner.startswith(part.label) else part.label
            yield RawCredit(label, part.text, "generic:dateline", 0.9)
            before = ""
