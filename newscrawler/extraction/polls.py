"""Boxes that ask readers to answer: a question, and answers with letters or with buttons to choose.

Such a box stands beside a story and can hold more text than it. Questions inside of the text are paragraphs like all
others: only a block of its own is a box.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from newscrawler.extraction.layout import Block, Layout, Line

_LETTER = re.compile(r"[\s(（]{0,3}([A-Ha-h])\s?[)）、.．:：]")
_BEGINNINGS = frozenset("(（ABCDEFGHabcdefgh")
"""First characters of answers: few lines of a page begin so."""
_QUESTION_END = ("？", "?")
_MOST_ABOVE = 3
"""Lines between a question and its first answer."""
_MOST_BELOW = 4
"""Lines of a box behind its last answer: buttons."""
_LONGEST_HEADING = 16
_FEWEST = 2


def mark_polls(layout: Layout, title_at: int, marks: bytearray) -> None:
    """Mark the lines of boxes with a question and answers that stand behind the headline."""
    lines = layout.lines
    for first, last in (*_lettered(lines), *_with_buttons(layout)):
        top = _question(lines, first)
        if top < 0 or top <= title_at:
            continue
        box = _box(lines[first].block, top)
        if box.start <= top and last < box.end <= last + 1 + _MOST_BELOW and box.start > title_at:
            marks[box.start : box.end] = b"\1" * (box.end - box.start)


def _lettered(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Yield the first and last line of answers with letters, from A on."""
    first, expected = -1, "A"
    for index, line in enumerate(lines):
        match = _LETTER.match(line.text) if line.text[0] in _BEGINNINGS else None
        letter = match[1].upper() if match else ""
        if letter != expected and first >= 0:
            if ord(expected) - ord("A") >= _FEWEST:
                yield first, index - 1
            first, expected = -1, "A"
        if letter == expected:
            first = index if first < 0 else first
            expected = chr(ord(expected) + 1)
    if first >= 0 and ord(expected) - ord("A") >= _FEWEST:
        yield first, len(lines) - 1


def _with_buttons(layout: Layout) -> Iterator[tuple[int, int]]:
    """Yield the first and last line of answers with buttons to choose."""
    at = [block.start for block in layout.choices if block.end > block.start]
    runs: list[list[int]] = []
    for index in sorted(set(at)):
        if runs and index <= runs[-1][-1] + 2:
            runs[-1].append(index)
        else:
            runs.append([index])
    yield from ((run[0], run[-1]) for run in runs if len(run) >= _FEWEST)


def _question(lines: Sequence[Line], first: int) -> int:
    """Return the line where the question before some answers begins, or its short heading; -1 without a question."""
    for index in range(first - 1, max(-1, first - 1 - _MOST_ABOVE), -1):
        if lines[index].text.endswith(_QUESTION_END):
            heading = lines[index - 1] if index else None
            is_own = heading is not None and len(heading.text) <= _LONGEST_HEADING and not heading.prose
            return index - 1 if is_own and heading and heading.block.parent is lines[index].block.parent else index
    return -1


def _box(block: Block, top: int) -> Block:
    """Return the outermost block round an answer that does not begin above `top`."""
    while block.parent is not None and block.parent.start >= top:
        block = block.parent
    return block
