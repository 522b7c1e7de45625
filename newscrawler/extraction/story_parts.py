"""A story in several blocks of one class: a picture, an advertisement or nothing stands between them.

Other articles, teasers and comments stand in blocks of one class, too. They have what a further part of a story does
not have: a headline, a date, a link or a name of their own at their beginning, or a heading above them.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from newscrawler.extraction.boilerplate import Kind
from newscrawler.extraction.layout import Block
from newscrawler.extraction.line_evidence import LineEvidence
from newscrawler.extraction.notices import is_invitation, is_notice
from newscrawler.extraction.teasers import is_link
from newscrawler.extraction.titles import is_heading

_ALONE = frozenset({"td", "th", "li", "dd", "dt", "figure", "p"})
"""Elements that are columns, items or paragraphs beside each other, no parts of a story."""
_MOST_WRAPPERS = 8
_LINES_OF_HEAD = 3
_SHORTEST_HEADLINE = 8
_CUES_OF_NOTICE = 3
_OWN_SHARE = 0.5
"""The share of a part's running text that no teaser holds."""
_NUMBERED = re.compile(r"\s{0,4}[（(【]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）】、.．]")


@dataclass(frozen=True, slots=True)
class Container:
    """The block that holds the main text, and the lines of it among which the main text is looked for."""

    block: Block
    start: int
    end: int


def with_further_parts(block: Block, evidence: LineEvidence, allowed: Collection[Block] = ()) -> Container:
    """Return the container of all parts of the story of which `block` is one; `allowed` limits the choice of parts."""
    alone = Container(block, block.start, block.end)
    first = _outermost(block)
    if first.parent is None or first.tag in _ALONE or not evidence.start or block.start < evidence.start:
        return alone
    equal: dict[Block, None] = {}
    for other in evidence.layout.blocks:
        if evidence.start <= other.start < min(other.end, evidence.stop) and _are_alike(other, block):
            outer = _outermost(other)
            if outer.parent is first.parent and _are_alike(outer, first) and (not allowed or other in allowed):
                equal[outer] = None
    if len(equal) < 2 or first not in equal:
        return alone
    items = list(equal)
    at = items.index(first)
    start, end = first, first
    for item in items[at + 1 :]:
        if not _holds_text(item, evidence):
            continue
        if not _goes_on(end, item, evidence):
            break
        end = item
    for item in items[:at][::-1]:
        if not _holds_text(item, evidence):
            continue
        if not _goes_on(item, start, evidence):
            break
        start = item
    return Container(first.parent, start.start, end.end) if start is not end else alone


def _outermost(block: Block) -> Block:
    """Return the outermost block that holds nothing but `block`."""
    for _ in range(_MOST_WRAPPERS):
        parent = block.parent
        if parent is None or parent.parent is None or (parent.start, parent.end) != (block.start, block.end):
            break
        block = parent
    return block


def _are_alike(one: Block, other: Block) -> bool:
    return one.tag == other.tag and one.names == other.names


def _holds_text(item: Block, evidence: LineEvidence) -> bool:
    """Tell whether a block is more than a caption or a box of links, behind which a story may go on."""
    return any(line.prose for line in evidence.layout.lines[item.start : item.end])


def _goes_on(part: Block, item: Block, evidence: LineEvidence) -> bool:
    """Tell whether a story goes on from one block of it in the next block of the same class."""
    lines = evidence.layout.lines
    if evidence.kind(part.end - 1) is Kind.META or any(_ends_story(i, evidence) for i in range(part.end, item.start)):
        return False
    head = range(item.start, min(item.end, item.start + _LINES_OF_HEAD))
    if evidence.stop in head or any(_is_head_of_article(index, evidence) for index in head):
        return False
    prose = sum(line.prose for line in lines[item.start : item.end])
    if not prose or evidence.mass(item.start, item.end) < _OWN_SHARE * prose:
        return False
    own = lines[part.start : part.end]
    first = lines[item.start]
    if not first.prose and item.end - item.start > 1 and not first.is_below_picture:
        # A headline or a name stands in another kind of element than the text, or is as long as a headline.
        tags = {line.block.tag for line in own}
        is_subhead = len(first.text) < _SHORTEST_HEADLINE or _NUMBERED.match(first.text)
        if first.block.tag not in tags or not is_subhead:
            return False
    text = next(line.text for line in lines[item.start : item.end] if line.prose)
    is_repeated = any(line.text == text for line in own)
    return not is_repeated and not is_notice(text, _CUES_OF_NOTICE) and not is_invitation(text)


def _ends_story(index: int, evidence: LineEvidence) -> bool:
    """Tell whether a line between two blocks is a meta line, a heading of what follows, or of another article."""
    line = evidence.layout.lines[index]
    kind = evidence.kind(index)
    if kind is Kind.META or (evidence.teasers[index] and line.prose):
        return True
    if kind in (Kind.END, Kind.LABEL) or is_heading(line):
        following = evidence.layout.lines[index + 1 : index + 2]
        return not line.above_links and not any(is_link(other) for other in following)
    return False


def _is_head_of_article(index: int, evidence: LineEvidence) -> bool:
    """Tell whether one of the first lines of a block is that of another article: a teaser, a date, a headline."""
    line = evidence.layout.lines[index]
    if evidence.teasers[index] or evidence.kind(index) in (Kind.META, Kind.END, Kind.LABEL):
        return True
    if evidence.shows_date(index) or (line.linked >= _SHORTEST_HEADLINE and is_link(line)):
        return True
    return is_heading(line) and len(line.text) >= _SHORTEST_HEADLINE and not line.prose
