"""Which lines of the story's container are the story."""

from __future__ import annotations

from dataclasses import dataclass, field

from newscrawler.extraction.boilerplate import Kind, kind_of, label_cut
from newscrawler.extraction.container import ASIDE, COMMENTS
from newscrawler.extraction.layout import Block, Layout
from newscrawler.extraction.titles import fold
from newscrawler.text.dates import IN_META_LINE

_TAIL_SHARE = 0.35
_LONGEST_TITLE = 1_000
"""Longer lines repeat no title; to fold one may take long, too."""


@dataclass(slots=True)
class Story:
    """Indices of the lines that are the story, of meta lines taken out of it, and its summary box."""

    kept: list[int] = field(default_factory=list)
    dropped_meta: list[int] = field(default_factory=list)
    running: int = 0
    """Characters of running text among the kept lines."""
    aside: set[Block] = field(default_factory=set)
    summary: str = ""


def find_main_text(layout: Layout, container: Block, title_at: int, title: str) -> Story:
    """Separate the story from the furniture inside its container."""
    lines = layout.lines
    start = title_at + 1 if container.start <= title_at < container.end else container.start
    end = container.end
    story = Story()
    sums = [0]
    for line in lines[start:end]:
        sums.append(sums[-1] + line.prose)
    total = sums[-1]
    beside = bytearray(end - start)
    for block in _aside_blocks(layout, container, start, sums):
        story.aside.add(block)
        for index in range(max(block.start, start), block.end):
            beside[index - start] = 1
    seen = 0
    begun = False
    folded_title = fold(title)
    for index in range(start, end):
        line = lines[index]
        weight = sums[index - start + 1] - sums[index - start]
        seen += weight
        kind = kind_of(line)
        if kind is Kind.META:
            story.dropped_meta.append(index)
            continue
        if kind is Kind.END:
            if begun and seen >= total * (1 - _TAIL_SHARE):
                story.dropped_meta += [i for i in range(index, end) if kind_of(lines[i]) is Kind.META]
                break
            continue
        if kind is Kind.BOILERPLATE or beside[index - start]:
            continue
        if kind is Kind.SUMMARY and not begun:
            story.summary = story.summary or label_cut(line.text)
            continue
        if not begun:
            if weight == 0 and (
                (len(line.text) < 80 and IN_META_LINE.search(line.text))
                or (5 < len(line.text) < _LONGEST_TITLE and fold(line.text) in folded_title)
            ):
                continue
            if line.linked * 2 > len(line.text) and len(line.text) < 60:
                continue
        if line.linked >= len(line.text) - 2 and line.linked and weight == 0 and len(line.text) > 3:
            continue
        begun = True
        story.kept.append(index)
        story.running += weight
    return story


def _aside_blocks(layout: Layout, container: Block, start: int, sums: list[int]) -> list[Block]:
    """Return the outermost blocks inside the container that by name and by size are no part of the story."""
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
