"""Bylines: people whom the body itself names as its makers, at its beginning and its end.

A byline is a line of its own (`本报记者 梁剑`), a dateline (`清河讯（记者 梁剑 通讯员 覃丹）`, `本报讯 记者 梁剑报道`)
or a bracket at the end of a paragraph. The grammar of meta lines decides whether a line is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from newscrawler.extraction.layout import Line
from newscrawler.extraction.meta_lines.grammar import read_meta_lines
from newscrawler.extraction.meta_lines.line_tests import is_item, is_sentence
from newscrawler.extraction.meta_lines.statements import Item, roles_of
from newscrawler.extraction.meta_lines.tokens import may_be_marked
from newscrawler.extraction.meta_lines.words import is_outlet
from newscrawler.extraction.model import RawCredit
from newscrawler.extraction.pattern_table import PatternTable, Row
from newscrawler.text.names import POSITION, WORK, is_name, is_unit
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
_SPACED_NAME = r"(?:[\u4e00-\u9fff·]\s{0,2}){2,12}"
_NAME_ALONE = re.compile(rf"[(（]\s?({_SPACED_NAME}(?:[\s、，,]{_SPACED_NAME}){{0,4}})\s?[)）]\s*$")
"""A bracket that ends a text: one name or some, at most behind an office and before what they did."""
_LAST_BRACKET = re.compile(r"[(（]([^()（）]{4,60})[)）]\s*$")
_IS_DATELINE = re.compile(r"[^，。！？；：:]{0,20}[讯电]\s{0,3}$")
_HAS_LABEL = re.compile("[^，。]{2,10}[:：]")
_EDGE = 3
_LONGEST_BEFORE_BRACKET = 40
_LONGEST_LINE = 80
_LONGEST_NAME, _LONGEST_WITH_UNIT = 12, 24
_WINDOW = 160
_PARAGRAPH = 40
"""Characters of running text from which a line is a paragraph and no caption."""


def credits_in_body(lines: Sequence[Line]) -> list[RawCredit]:
    """Return the bylines of a body: those round its first and last paragraph, and brackets that end a paragraph."""
    paragraphs = [index for index, line in enumerate(lines) if line.prose >= _PARAGRAPH]
    first, last = (paragraphs[0], paragraphs[-1]) if paragraphs else (0, len(lines) - 1)
    head = range(max(_EDGE, first + 2))
    foot = range(min(len(lines) - _EDGE, last - 1), len(lines))
    found: list[RawCredit] = []
    if len(lines) > 1 and (name := _writer_alone(lines[0].text)):
        found.append(RawCredit("作者", name, "generic:byline", 0.6))
    for index, line in enumerate(lines):
        at_head, at_foot = index in head, index in foot
        if _HAS_LABEL.match(line.text) and any(is_item(near.text) for near in lines[max(0, index - 1) : index + 2]):
            # An item of a list in the text, such as of a book's imprint.
            continue
        if (at_head or at_foot) and len(line.text) <= _LONGEST_LINE and (own := _line_of_its_own(line)):
            found += own
            continue
        in_text = list(_in_text(line, at_head=at_head))
        found += in_text
        if not in_text and index >= last and (names := _signature(line.text)):
            found.append(RawCredit("作者", names, "generic:signature", 0.6))
        elif not in_text and index >= last and (name := _writer_with_position(line.text)):
            found.append(RawCredit("作者", name, "generic:signature", 0.6))
    return found


def _writer_alone(text: str) -> str:
    """Return the name that is all of a line, at most behind an office: 水利站通讯组 何田. Else an empty string."""
    unit, _, name = text.partition(" ")
    if len(text) <= _LONGEST_WITH_UNIT and is_unit(unit) and _is_spaced_name(name):
        return name
    return text if len(text) <= _LONGEST_NAME and _is_spaced_name(text) else ""


def _is_spaced_name(text: str) -> bool:
    return is_name("".join(text.split()))


def _signature(text: str) -> str:
    """Return the names in a bracket that ends a text, else an empty string.

    An office may stand before them, and what they did behind: （县水利局 何田、柳明）, （何田 清河报道）.
    """
    bracket = _NAME_ALONE.search(text)
    if bracket is None:
        return ""
    if _are_names(bracket[1]):
        return bracket[1]
    first, _, rest = bracket[1].strip().partition(" ")
    names = rest if rest and (is_unit(first) or is_outlet(first)) and not is_name(first) else bracket[1].strip()
    *others, last = names.split(" ")
    if others and WORK.fullmatch(last):
        names = " ".join(others)
    return names if names != bracket[1] and _are_names(names) else ""


def _are_names(text: str) -> bool:
    return all(is_name("".join(name.split())) for name in re.split("[、，,]", text)) or all(map(is_name, text.split()))


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
    if before and not parsed.left and parsed.parts and all(part.item is Item.PERSON for part in parsed.parts):
        yield RawCredit("记者", "、".join(part.text for part in parsed.parts), "generic:dateline", 0.8)
    for part in parsed.parts:
        if part.item is Item.PEOPLE:
            # The outlet stands before the bracket: 清河讯（记者 梁剑）.
            label = f"{before}（{part.label}" if before and inner.startswith(part.label) else part.label
            yield RawCredit(label, part.text, "generic:dateline", 0.9)
            before = ""


def _writer_with_position(text: str) -> str:
    """Return the name in a bracket that ends a text with what the writer is: （何田 清河大学教授）."""
    bracket = _LAST_BRACKET.search(text)
    name, *positions = re.split(r"[\s，,：:、]+", bracket[1].strip()) if bracket else ("",)
    return name if positions and is_name(name) and all(POSITION.search(word) for word in positions) else ""
