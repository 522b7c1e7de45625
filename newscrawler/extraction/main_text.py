"""Which lines of the container are the body."""

from __future__ import annotations

from dataclasses import dataclass, field

from newscrawler.extraction.block_names import ASIDE, COMMENTS
from newscrawler.extraction.boilerplate import Kind, kind_of, label_cut
from newscrawler.extraction.layout import Block, Layout
from newscrawler.extraction.meta_lines.grammar import read_meta_lines
from newscrawler.extraction.meta_lines.statements import MetaLine
from newscrawler.extraction.titles import fold
from newscrawler.text.dates import find_date

_TAIL_SHARE = 0.35
_LONGEST_TITLE = 1_000
"""Longer lines repeat no title; to fold one may take long, too."""


@dataclass(slots=True)
class MainText:
    """Indices of the lines of the body and of its meta lines, the blocks beside the body, the summary box."""

    body: list[int] = field(default_factory=list)
    meta: list[int] = field(default_factory=list)
    prose: int = 0
    """Characters of running text in the body."""
    aside: set[Block] = field(default_factory=set)
    summary: str = ""


def find_main_text(layout: Layout, container: Block, title_at: int, title: str) -> MainText:
    """Separate the body from the boilerplate inside its container."""
    lines = layout.lines
    start = title_at + 1 if container.start <= title_at < container.end else container.start
    end = container.end
    main_text = MainText()
    sums = [0]
    for line in lines[start:end]:
        sums.append(sums[-1] + line.prose)
    total = sums[-1]
    beside = bytearray(end - start)
    for block in _aside_blocks(layout, container, start, sums):
        main_text.aside.add(block)
        for index in range(max(block.start, start), block.end):
            beside[index - start] = 1
    seen = 0
    begun = False
    folded_title = fold(title)
    parsed = read_meta_lines(lines[start:end])
    for index in range(start, end):
        line = lines[index]
        weight = sums[index - start + 1] - sums[index - start]
        seen += weight
        kind = kind_of(line)
        if kind is Kind.META or _is_meta(parsed, index - start, begun=begun):
            main_text.meta.append(index)
            continue
        if kind is Kind.END:
            if begun and seen >= total * (1 - _TAIL_SHARE):
                main_text.meta += [i for i in range(index, end) if kind_of(lines[i]) is Kind.META]
                break
            continue
        if kind is Kind.BOILERPLATE or beside[index - start]:
            continue
        if kind is Kind.SUMMARY and not begun:
            main_text.summary = main_text.summary or label_cut(line.text)
            continue
        if not begun:
            if weight == 0 and (
                (len(line.text) < 80 and find_date(line.text))
                or (5 < len(line.text) < _LONGEST_TITLE and fold(line.text) in folded_title)
            ):
                continue
            if line.linked * 2 > len(line.text) and len(line.text) < 60:
                continue
        if line.linked >= len(line.text) - 2 and line.linked and weight == 0 and len(line.text) > 3:
            continue
        begun = True
        main_text.body.append(index)
        main_text.prose += weight
    return main_text


def _is_meta(parsed: list[MetaLine], at: int, *, begun: bool) -> bool:
    """Tell whether a line of the container is a meta line; before the text begins, so are short ones beside it."""
    line = parsed[at]
    if line.is_meta:
        return not line.is_byline and not (begun and line.is_dated_only)
    if begun or not line.is_short:
        return False
    return any(
        parsed[near].is_meta and not parsed[near].is_byline for near in (at - 1, at + 1) if 0 <= near < len(parsed)
    )


def _aside_blocks(layout: Layout, container: Block, start: int, sums: list[int]) -> list[Block]:
    """Return the outermost blocks inside the container that by name and by size are not part of the body."""
    found: list[Block] = []
    covered = start
    for block in layout.blocks:
        if block.end <= covered or block.start < container.start or block.end > container.end or block is container:
            continue
        if block.end == block.start or not block.names or not ASIDE.search(block.names):
            continue
        held = sums[block.end - start] - sums[max(block.start, start) - start]
        if held <= sums[-1] * (0.8 if COMMENTS.search(block.names) else 0.25):
            found.append(block)
            covered = block.end
    return found
