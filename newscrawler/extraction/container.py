"""Which block of a page holds the main text.

The main text is what follows headline and meta line. Blocks are candidates by their running text: prose differs from
boilerplate by its punctuation, which menus, headlines and share bars lack. Then several kinds of evidence vote: the
usual names of blocks, the place behind the headline, the words of the headline in the text. Text of teasers, comments
and other articles counts little, so a story of one sentence wins over a long list of teasers beside it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from newscrawler.extraction.block_names import is_called_aside, is_called_comments, is_called_main_text
from newscrawler.extraction.layout import Block, form_of
from newscrawler.extraction.line_evidence import LineEvidence
from newscrawler.extraction.story_parts import Container, with_further_parts

_PARAGRAPH = frozenset({"p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "dd", "dt", "blockquote", "pre", "figcaption"})
_ITEMS = frozenset({"li", "dd", "figure"})
_FOLLOWS, _NEAR = 2.0, 1.5
_LITTLE, _SOME = 30, 120
"""Characters of running text between the headline and a block that follows it, or that is near."""
_SMALL = 0.15
"""The share of a block's own text that counts as little, too: a lead stands between headline and container."""
_LINES_OF_WORDS = 40
_WIDENED = 0.3
_MOST_LEVELS = 8


def find_container(evidence: LineEvidence, candidates: Iterable[Block] = ()) -> tuple[Container, float]:
    """Return the container of the main text, and how sure that is (0 to 1). `candidates` limit the choice."""
    blocks, weights = evidence.layout.blocks, evidence.weights
    scored: dict[Block, float] = {block: 1 + evidence.mass(block.start, block.end) for block in candidates}
    limited = bool(scored)
    if not limited:
        for line, weight in zip(evidence.layout.lines, weights, strict=True):
            if weight:
                _pass_on(scored, line.block, weight)
    if not scored:
        return Container(blocks[0], blocks[0].start, blocks[0].end), 0.0
    weighty = [index for index, weight in enumerate(weights) if weight]
    least = 0.05 * max(scored.values())
    best, best_score = blocks[0], -1.0
    for block, score in scored.items():
        if score < least and not limited:
            continue
        votes = _votes(evidence, block, weighty)
        if score * votes > best_score:
            best, best_score = block, score * votes
    if not limited:
        best = _widened(best, evidence)
    found = with_further_parts(best, evidence, scored if limited else ())
    share = evidence.mass(found.start, found.end) / max(1.0, evidence.mass(0, len(weights)))
    return found, min(0.95, 0.4 + share / 2 + (0.1 if is_called_main_text(best.names) else 0))


def _pass_on(scored: dict[Block, float], block: Block | None, share: float) -> None:
    """Count running text for the block round its paragraph, and less for the blocks round that."""
    if block is not None and (block.tag in _PARAGRAPH or block.end - block.start == 1):
        block = block.parent
    for _ in range(3):
        if block is None:
            break
        scored[block] = scored.get(block, 0.0) + share
        block, share = block.parent, share * 0.4


def _votes(evidence: LineEvidence, block: Block, weighty: list[int]) -> float:
    """Return the factor by which evidence other than its text speaks for a block."""
    votes = 1.0
    if block.names:
        if is_called_main_text(block.names):
            votes *= 1.6
        if is_called_aside(block.names):
            votes *= 0.15 if is_called_comments(block.names) else 0.4
    if block.tag == "article":
        votes *= 1.4
    elif block.tag in ("body", "html", "ul", "ol", "footer", "nav"):
        votes *= 0.5
    start = evidence.start
    if start and block.end > start:
        at = bisect_left(weighty, max(start, block.start))
        first = weighty[at] if at < len(weighty) else block.end
        between = evidence.mass(start, min(first, block.end))
        little = max(_LITTLE, _SMALL * evidence.mass(block.start, block.end))
        votes *= _FOLLOWS if between <= little else _NEAR if between <= _SOME else 1.0
    begin = max(start, block.start) if block.end > start else block.start
    return votes * (1 + evidence.shared_words(begin, min(block.end, begin + _LINES_OF_WORDS)))


def _widened(block: Block, evidence: LineEvidence) -> Block:
    """Climb while a parent adds much text: the paragraphs may lie in several sibling containers."""
    block = _round_equal_lines(block, evidence)
    parent = block.parent
    own = evidence.mass(block.start, block.end)
    for _ in range(_MOST_LEVELS):
        if parent is None or is_called_main_text(block.names):
            break
        held = evidence.mass(parent.start, parent.end)
        # An item is no container beside items like it: the captions of a gallery.
        if held - own >= _WIDENED * own or (block.tag in _ITEMS and held > own):
            block, own = parent, held
        parent = parent.parent
    return block


def _round_equal_lines(block: Block, evidence: LineEvidence) -> Block:
    """Return the block round a single line and the next one or the one before, if they have the same form."""
    if block.end - block.start != 1:
        return block
    lines = evidence.layout.lines
    form = form_of(lines[block.start].block)
    near = [index for index in (block.start - 1, block.end) if evidence.start <= index < evidence.stop]
    return next((form[2] for index in near if form[2] and form_of(lines[index].block) == form), block)
