"""Whose a line is: the article's, or that of the page's head, of another article, of a row of labels."""

from __future__ import annotations

import re

from newscrawler.extraction.layout import Block, Line
from newscrawler.extraction.meta_lines.line_tests import COLONS, is_label_cell
from newscrawler.extraction.meta_lines.statements import Item, MetaLine, Part
from newscrawler.extraction.meta_lines.words import is_of_today
from newscrawler.text.dates import find_date, fold_date

_OF_DOCUMENT = re.compile("发文|成文|印发|签发|创建|录入|添加|上传")
"""How labels of dates begin that are not that of publication where a page has both."""
_FIGURES = re.compile("[0-9]{1,4}")
_WEEKDAY = re.compile("星期|礼拜|周[一二三四五六日天]")
_LONGEST_LINKED = 8
"""Characters of an outlet that is a link beside the date; a longer link is a headline."""
MOST_CELLS = 16
"""Lines of a row above the headline: a date there belongs to the article if another cell has a label."""


def days_of(line: MetaLine) -> set[tuple[int, ...]]:
    """Return the days that a line states in figures."""
    dates = (_FIGURES.findall(fold_date(part.text))[:3] for part in line.parts if part.item is Item.DATE)
    return {tuple(map(int, figures)) for figures in dates if len(figures) == 3}


def is_of_article(line: MetaLine, part: Part) -> bool:
    """Tell whether a date is neither that of today in a portal's head nor that of another article's link."""
    if is_of_today(line.line.text, above=False):
        return False
    if part.label or not is_link(line.line):
        return True
    return line.is_meta and all(len(bare.text) <= _LONGEST_LINKED for bare in line.parts if bare.item is Item.OUTLET)


def doubt_of(line: MetaLine, part: Part) -> float:
    """Return how doubtful it is that a date is that of publication."""
    if part.item is Item.OTHER_TIME:
        doubt = 12.0
    elif part.label:
        # A document is written and signed before it is published.
        doubt = 1.0 if _OF_DOCUMENT.match(part.label) else 0.0
    else:
        found = find_date(part.text)
        doubt = 2.0 if found is not None and found.has_time else 4.0
        doubt += 3.0 if found is None else 0.0
        doubt += 4.0 if line.left else 0.0
    return doubt


def belongs_to_article(line: MetaLine, *, is_paper: bool) -> bool:
    """Tell whether a meta line above the headline is one of the article: not today's date, not a teaser's.

    Above the headlines of a newspaper's page stands the date of the issue.
    """
    if is_of_today(line.line.text, above=True):
        return False
    return any(map(is_sure, line.parts)) or _shows_time(line) or (is_paper and _begins_with_own_date(line))


def opens_box_of(line: Line, headline: Line | None) -> bool:
    """Tell whether a line is the first of the box that holds it, the headline directly below it and more: the article.

    The head of a page, with today's date, stands outside of that box, begins with other lines, or names the weekday.
    """
    if headline is None or headline.block.start != line.block.start + 1 or _WEEKDAY.search(line.text):
        return False
    box: Block | None = line.block
    while box is not None and box.start == line.block.start and box.parent is not None:
        if box.start < headline.block.end < box.end and box.end < _end_of_page(box):
            return True
        box = box.parent
    return False


def is_sure(part: Part) -> bool:
    """Tell whether a part states by a label what it is."""
    return part.label != "" or part.item in (Item.PEOPLE, Item.SOURCE)


def is_label_of(line: MetaLine, other: MetaLine) -> bool:
    """Tell whether a line is the label of something else whose value is the next cell: 发文字号："""
    ends_in_label = line.line.text[-1] in COLONS or is_label_cell(line.line)
    return line.is_button and ends_in_label and row(line) is not None and row(line) is row(other)


def row(line: MetaLine) -> Block | None:
    """Return the block that holds a line and others as its cells, None for a line that is no cell of a row."""
    row = line.line.block.parent
    return row if row is not None and 1 < row.end - row.start <= MOST_CELLS else None


def _end_of_page(block: Block) -> int:
    while block.parent is not None:
        block = block.parent
    return block.end


def _begins_with_own_date(line: MetaLine) -> bool:
    """Tell whether a line begins with a date that is not part of a link: links to other issues may follow it."""
    first = line.parts[0]
    return first.item is Item.DATE and line.line.linked + len(first.text) <= len(line.line.text)


def _shows_time(line: MetaLine) -> bool:
    """Tell whether a line above the headline shows a time of day, as the head of a page with today's date does not."""
    dates = (find_date(part.text) for part in line.parts if part.item is Item.DATE)
    return not is_link(line.line) and any(found is not None and found.has_time for found in dates)


def is_link(line: Line) -> bool:
    """Tell whether most of a line stands in links."""
    return line.linked * 2 > len(line.text)


def is_near(one: Line, other: Line) -> bool:
    """Tell whether two lines stand in one block or in neighbouring ones."""
    return (
        one.block is other.block
        or one.block.parent in (other.block.parent, other.block)
        or other.block.parent is one.block
    )
