"""The lines round a body, which may say when, from where and by whom: above the headline, below it, behind the body."""

from __future__ import annotations

from collections.abc import Sequence

from newscrawler.extraction.layout import Line
from newscrawler.extraction.line_evidence import LineEvidence
from newscrawler.extraction.main_text import MainText
from newscrawler.extraction.meta_lines.reading import MOST_CELLS
from newscrawler.extraction.meta_lines.statements import LONGEST_SHORT, MetaLine
from newscrawler.text.dates import find_date

_HEAD_LINES = 14
_MOST_HEAD_LINES = 40
FOOT_LINES = 8
"""Lines behind the body that are read as its foot."""
_REST_LINES = 200
_LINES_ABOVE = 6


def surroundings(
    evidence: LineEvidence, main_text: MainText, title_at: int
) -> tuple[Sequence[int], Sequence[int], Sequence[int]]:
    """Return the indices of the lines before the body, of those behind it, and of what is left of the page.

    Teasers of other articles, which have dates and outlets of their own, are not among those behind the body.
    """
    first, after, last = main_text.body[0], main_text.end, len(evidence.layout.lines)
    begin = title_at + 1 if 0 <= title_at < first else max(0, first - _HEAD_LINES)
    inside = [index for index in main_text.meta if index > first]
    behind = [index for index in range(after, min(last, after + _REST_LINES)) if not evidence.teasers[index]]
    head = range(max(begin, first - _MOST_HEAD_LINES), first)
    return head, inside + behind[:FOOT_LINES], behind[FOOT_LINES:]


def lines_above(lines: Sequence[Line], title_at: int) -> range:
    """Return the indices of the lines above the headline. A meta line in cells is among them as a whole."""
    if title_at <= 0:
        return range(0)
    start = max(0, title_at - _LINES_ABOVE)
    row = lines[start].block.parent
    if row is None or row.end > title_at or row.end - row.start > MOST_CELLS:
        return range(start, title_at)
    # A menu has cells, too, but no date.
    is_meta_line = any(find_date(line.text) for line in lines[row.start : row.end])
    return range(row.start if is_meta_line else start, title_at)


def parsed_lines(evidence: LineEvidence, indices: Sequence[int]) -> list[MetaLine]:
    """Return the lines as the grammar reads them: those that may state something, and short ones beside them.

    The others state nothing, wherever they stand, and need not be parsed.
    """
    lines = evidence.layout.lines
    marked = [False, *map(evidence.may_be_meta, indices), False]
    parsed = []
    for at, index in enumerate(indices, start=1):
        line = lines[index]
        if marked[at] or ((marked[at - 1] or marked[at + 1]) and len(line.text) <= LONGEST_SHORT):
            parsed.append(evidence.parsed(index))
        else:
            parsed.append(MetaLine(line, left=[line.text]))
    return parsed
