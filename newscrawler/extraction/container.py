"""Which block of a page holds the main text.

The choice rests on two facts about Chinese pages. Prose differs from boilerplate by its punctuation (，。；), which
menus, headlines and share bars lack. And the container of the main text is named with one of a few dozen words that
content systems and editors have used for twenty years (`TRS_Editor`, `zoom`, `endText`, `article_content`).
"""

from __future__ import annotations

from newscrawler.extraction.block_names import ASIDE, COMMENTS, MAIN_TEXT
from newscrawler.extraction.layout import Block, Layout

_PARAGRAPH = frozenset({"p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "dd", "dt", "blockquote", "pre", "figcaption"})
_LEAF = _PARAGRAPH | {"div", "section", "td", "tr", "tbody", "table", "ul", "ol", "figure"}


def find_container(layout: Layout) -> tuple[Block, float]:
    """Return the block that holds the main text, and how sure that is (0 to 1)."""
    lines, blocks = layout.lines, layout.blocks
    weights = [line.prose for line in lines]
    sums = [0]
    for weight in weights:
        sums.append(sums[-1] + weight)
    scored: dict[Block, float] = {}
    for line, weight in zip(lines, weights, strict=True):
        if not weight:
            continue
        block: Block | None = line.block
        if block is not None and (block.tag in _PARAGRAPH or block.end - block.start == 1):
            block = block.parent
        share = float(weight)
        for _ in range(3):
            if block is None:
                break
            scored[block] = scored.get(block, 0.0) + share
            block, share = block.parent, share * 0.4
    if not scored:
        return blocks[0], 0.0
    best, best_score = blocks[0], -1.0
    least = 0.05 * max(scored.values())
    for block, score in scored.items():
        if score < least:
            continue
        names = block.names
        if names:
            if MAIN_TEXT.search(names):
                score *= 1.6
            if ASIDE.search(names):
                score *= 0.15 if COMMENTS.search(names) else 0.4
        if block.tag == "article":
            score *= 1.4
        elif block.tag in ("body", "html", "ul", "ol", "footer", "nav"):
            score *= 0.5
        if score > best_score:
            best, best_score = block, score
    best = _widened(best, sums)
    share = (sums[best.end] - sums[best.start]) / max(1, sums[-1])
    return best, min(0.95, 0.4 + share / 2 + (0.1 if MAIN_TEXT.search(best.names) else 0))


def _widened(block: Block, sums: list[int]) -> Block:
    """Climb while the parent adds much prose: the paragraphs may lie in several sibling containers."""
    while (parent := block.parent) is not None and parent.tag not in ("body", "html"):
        own = sums[block.end] - sums[block.start]
        added = sums[parent.end] - sums[parent.start] - own
        if added < 0.3 * own or MAIN_TEXT.search(block.names):
            break
        block = parent
    return block
