"""The lines round a body, which may say when, from where and by whom: above the headline, below it, behind the body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from newscrawler.extraction.boilerplate import Kind
from newscrawler.extraction.boilerplate_table import CRUMBS
from newscrawler.extraction.html import HEADINGS
from newscrawler.extraction.layout import Block, Line
from newscrawler.extraction.line_evidence import LineEvidence
from newscrawler.extraction.main_text import MainText
from newscrawler.extraction.meta_lines.ownership import MOST_CELLS
from newscrawler.extraction.meta_lines.statements import LONGEST_SHORT, Item, MetaLine
from newscrawler.extraction.titles import is_heading
from newscrawler.text.credit_labels import BYLINE_MARKS
from newscrawler.text.dates import find_date

_HEAD_LINES = 14
_MOST_HEAD_LINES = 40
FOOT_LINES = 8
"""Lines behind the body that are read as its foot."""
_REST_LINES = 200
_LINES_ABOVE = 6
_TABLES, _CELLS = frozenset({"table", "tbody", "dl"}), frozenset({"td", "th", "dt", "dd"})


def surroundings(
    evidence: LineEvidence, main_text: MainText, title_at: int
) -> tuple[Sequence[int], Sequence[int], Sequence[int]]:
    """Return the indices of the lines before the body, of those behind it, and of what is left of the page.

    Teasers of other articles, which have dates and outlets of their own, are not among those behind the body.
    """
    first, after, last = main_text.body[0], main_text.end, len(evidence.layout.lines)
    begin = title_at + 1 if 0 <= title_at < first else max(0, first - _HEAD_LINES)
    inside = [index for index in main_text.meta if index > first]
    inside += _meta_lines_below(evidence, main_text)
    behind = [index for index in range(after, min(last, after + _REST_LINES)) if not evidence.teasers[index]]
    foot = takewhile(lambda index: not _begins_box(evidence, index), behind[:FOOT_LINES])
    size = len(list(foot))
    head = range(max(begin, first - _MOST_HEAD_LINES), first)
    return head, inside + behind[:size], behind[size:]


def _begins_box(evidence: LineEvidence, index: int) -> bool:
    """Tell whether a line behind the body is the heading of a box: who is named in it is of another article.

    Such as 专栏作者 above a card of a writer, or 猜你喜欢 above articles with their sources and writers.
    """
    line = evidence.layout.lines[index]
    if line.linked and len(line.pieces) > 1:
        # A row of tags.
        return False
    return (line.block.tag in HEADINGS or is_heading(line)) and not evidence.parsed(index).is_labelled


def _meta_lines_below(evidence: LineEvidence, main_text: MainText) -> list[int]:
    """Return the lines between a body and what follows it that are neither text nor surely of the page's foot.

    Such as a date alone and 作者：何田，系县作协会员, which is no paragraph, and names the writer.
    """
    found = []
    for index in range(main_text.body[-1] + 1, main_text.end):
        kind = evidence.kind(index)
        if kind in (Kind.END, Kind.LABEL) or evidence.teasers[index]:
            break
        if kind in (Kind.BODY, Kind.BOILERPLATE) and evidence.may_be_meta(index):
            parsed = evidence.parsed(index)
            if parsed.is_meta and not parsed.buttons:
                found.append(index)
    return found


def lines_above(lines: Sequence[Line], title_at: int) -> range:
    """Return the indices of the lines above the headline. A meta line in cells is among them as a whole."""
    if title_at <= 0:
        return range(0)
    start = max(0, title_at - _LINES_ABOVE)
    row = _row_or_table(lines[start], title_at)
    if row is None:
        return range(start, title_at)
    # A menu has cells, too, but no date.
    is_meta_line = any(find_date(line.text) for line in lines[row.start : row.end])
    return range(row.start if is_meta_line else start, title_at)


def _without_names(line: Line, parsed: MetaLine) -> MetaLine:
    """Return a parsed line; of breadcrumbs only what states no name: they hold headlines such as 他成了记者."""
    if not line.linked or parsed.has(Item.SOURCE) or not CRUMBS.search(line.text):
        return parsed
    return replace(parsed, parts=[part for part in parsed.parts if part.item in (Item.DATE, Item.OTHER_TIME)])


def _with_site(parsed: MetaLine, sites: frozenset[str]) -> MetaLine:
    if not any(part.item is Item.PERSON and part.text in sites for part in parsed.parts):
        return parsed
    own = (
        replace(part, item=Item.OUTLET) if part.item is Item.PERSON and part.text in sites else part
        for part in parsed.parts
    )
    return replace(parsed, parts=list(own))


def _row_or_table(line: Line, title_at: int) -> Block | None:
    """Return the block that holds a cell above the headline and those beside it: a row, or the table round it."""
    found = None
    block = line.block.parent
    while block is not None and block.end <= title_at and block.end - block.start <= MOST_CELLS:
        if found is None or (block.tag in _TABLES and line.block.tag in _CELLS):
            found = block
        block = block.parent
    return found


def parsed_lines(evidence: LineEvidence, indices: Sequence[int], sites: frozenset[str]) -> list[MetaLine]:
    """Return the lines as the grammar reads them: those that may state something, and short ones beside them.

    The others state nothing, wherever they stand, and need not be parsed. A word without a label that is one of the
    site's own names, `sites`, is an outlet, also where it looks like a person.
    """
    lines = evidence.layout.lines
    marked = [False, *map(evidence.may_be_meta, indices), False]
    parsed = []
    for at, index in enumerate(indices, start=1):
        line = lines[index]
        # Items of a list, one below the other: date, outlet, writer.
        is_third = at > 2 and marked[at - 2] and len(lines[index - 1].text) <= LONGEST_SHORT
        is_near = marked[at - 1] or marked[at + 1] or is_third or line.text[0] in BYLINE_MARKS
        if marked[at] or (is_near and len(line.text) <= LONGEST_SHORT):
            parsed.append(_with_site(_without_names(line, evidence.parsed(index)), sites))
        else:
            parsed.append(MetaLine(line, left=[line.text]))
    return parsed
