"""Lines that lead to other articles: links, teasers and comments, told by their repeated shape.

A teaser consists of a headline that is a link, often a date, often a sentence. A comment has a name, a date and a
sentence. Both stand in lists of equal items. Paragraphs of a body stand in lists of equal items, too, but without links
and dates of their own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import accumulate

from newscrawler.extraction.block_names import is_called_comments
from newscrawler.extraction.html import HEADINGS
from newscrawler.extraction.layout import Block, Layout, Line
from newscrawler.text.dates import AGO, IN_LISTING, find_date, find_dates

_HEADINGS = HEADINGS | {"dt"}
_MOST_OF = 0.8
_HEADLINE = 8
"""Characters of the shortest headline that is a link."""
_LONGEST_LINK = 200
_LONGEST_DATE_LINE = 40
_LONGEST_LABEL = 40
_FEWEST = 3
_MOST_BELOW_HEADLINE = 12
_LINES_OF_TEASER = 6
_MOST_BELOW_LINK = 3
"""Lines of a teaser below its headline."""
_BESIDE_LINK = re.compile(r"[\s·•■◆●▶>»\-—()（）\[\]【】:：|｜\d]+")
_DIGIT = re.compile("[0-9０-９半二]")
_COUNTER = re.compile(r"\d{1,3}\s?[/／]\s?\d{1,3}")
"""The number of a picture in a gallery: 1/4."""
_READ_LINK = re.compile(r"(?:查看|详情|详细|阅读|更多|全文|进入|浏览)[\s\])）】>»]{0,4}$")
"""How a row of a list ends that has a link to read its article beside the headline."""
_OWN_LABEL = re.compile(r"\s{0,9}[^\s：:]{1,8}[：:]\s{0,9}$")
_SENTENCE_END = ("。", "！", "？", "；", "…", "”")


def is_link(line: Line) -> bool:
    """Tell whether a line is a link, apart from bullets, numbers and a date beside it."""
    linked = line.linked
    if not linked:
        return False
    text = line.text
    if linked >= len(text) - 2:
        return True
    if linked < 4 or len(text) > _LONGEST_LINK:
        return False
    return linked >= 0.6 * len(_BESIDE_LINK.sub("", _without_dates(text)))


def _without_dates(text: str) -> str:
    pieces = []
    at = 0
    for date in find_dates(text):
        pieces.append(text[at : date.start])
        at = date.end
    return "".join([*pieces, text[at:]])


def teaser_lines(layout: Layout, title_at: int) -> bytearray:
    """Return for each line of the page whether it belongs to a list of teasers or comments.

    `title_at` is the line of the headline. What stands round it is no teaser.
    """
    lines = layout.lines
    steps = [0] * (len(lines) + 1)
    equal: defaultdict[tuple[Block | None, str], list[Block]] = defaultdict(list)
    for block in layout.blocks:
        start, end = block.start, block.end
        if end - start < 2 or start <= title_at < end:
            continue
        equal[block.parent, block.tag].append(block)
        is_comments = (names := block.names) and is_called_comments(names)
        if is_comments or (end - start > 2 and _leads_elsewhere(lines, block)):
            steps[start] += 1
            steps[end] -= 1
    for (_, tag), blocks in equal.items():
        for items in _by_names(blocks):
            # The articles below each other on one page are equal blocks, too: the first one follows the headline.
            others = items[_parts_of_story(lines, items, title_at) :]
            if not _are_teasers(lines, others if len(others) > 1 else items, tag):
                continue
            for block in others:
                steps[block.start] += 1
                steps[block.end] -= 1
    marks = bytearray(depth > 0 for depth in accumulate(steps[:-1]))
    _mark_flat_lists(lines, title_at + 1, marks)
    return marks


def _by_names(blocks: list[Block]) -> Iterable[list[Block]]:
    """Divide blocks by their names; leave out what is alone."""
    if len(blocks) < 2:
        return ()
    named: defaultdict[str, list[Block]] = defaultdict(list)
    for block in blocks:
        named[block.names].append(block)
    return (items for items in named.values() if len(items) > 1)


def _parts_of_story(lines: Sequence[Line], items: Sequence[Block], title_at: int) -> int:
    """Return how many of some equal blocks are the story: the first, and those behind it without link and date."""
    if not _follows_headline(lines, items[0], title_at):
        return 0
    return next((at for at in range(1, len(items)) if any(_link_and_date(lines, items[at]))), len(items))


def _follows_headline(lines: Sequence[Line], block: Block, title_at: int) -> bool:
    """Tell whether a block without a linked headline of its own stands directly below the headline of the page."""
    if not 0 <= title_at < block.start <= title_at + _MOST_BELOW_HEADLINE:
        return False
    between = lines[title_at + 1 : block.start]
    own = lines[block.start : min(block.end, block.start + 3)]
    return not any(line.prose for line in between) and not any(
        line.linked >= _HEADLINE and is_link(line) for line in own
    )


def _leads_elsewhere(lines: Sequence[Line], block: Block) -> bool:
    """Tell whether a block begins with a heading that is a link, at most behind a label, and goes on with prose."""
    if block.tag == "body":
        return False
    for index in (block.start, block.start + 1):
        line = lines[index]
        if line.linked >= _HEADLINE and line.block.tag in _HEADINGS and line.block.parent is block and is_link(line):
            return any(other.prose for other in lines[index + 1 : min(index + 3, block.end)])
    return False


def _are_teasers(lines: Sequence[Line], items: Sequence[Block], tag: str) -> bool:
    """Tell whether most of some equal blocks hold a headline that is a link, or a date beside prose."""
    linked = dated = both = 0
    least = _MOST_OF * len(items)
    for left, item in zip(range(len(items), 0, -1), items, strict=True):
        if max(linked, dated) + left < least:
            return False
        has_link, has_date = _link_and_date(lines, item)
        linked += has_link
        own = lines[item.start : min(item.end, item.start + _LINES_OF_TEASER)]
        dated += has_date and (has_link or (tag != "tr" and any(line.prose for line in own)))
        both += has_link and has_date
    return both >= least if len(items) < _FEWEST else max(linked, dated) >= least


def _link_and_date(lines: Sequence[Line], item: Block) -> tuple[bool, bool]:
    """Tell whether the first lines of a block hold a headline that is a link, and whether one of them states a date."""
    has_link = has_date = False
    for line in lines[item.start : min(item.end, item.start + _LINES_OF_TEASER)]:
        has_link = has_link or (line.linked >= _HEADLINE and is_link(line))
        if line.linked and _READ_LINK.search(line.text) and _has_date(line.text):
            # 水渠修好了 06-10 查看: the link stands behind the headline.
            return True, True
        has_date = has_date or (len(line.text) <= _LONGEST_DATE_LINE and _has_date(line.text))
    return has_link, has_date


def _has_date(text: str) -> bool:
    if not _DIGIT.search(text) or _COUNTER.fullmatch(text):
        return False
    return bool(find_date(text) or IN_LISTING.search(text) or AGO.search(text))


def _mark_flat_lists(lines: Sequence[Line], start: int, marks: bytearray) -> None:
    """Mark teasers that are no blocks of their own: a link, a sentence, a link, a sentence, a link, a sentence."""
    units: list[int] = []
    form: tuple[str, Block | None] | None = None
    index = start
    while index < len(lines):
        line = lines[index]
        if not (line.linked >= _HEADLINE and is_link(line)):
            index += 1
            units = []
            continue
        if form != (form := (line.block.tag, line.block.parent)):
            units = []
        after = index + 1
        prose = False
        while after < len(lines) and after <= index + _MOST_BELOW_LINK and not is_link(lines[after]):
            prose = prose or lines[after].prose > 0
            after += 1
        if not prose or after > index + _MOST_BELOW_LINK:
            units = []
            index += 1
            continue
        units.append(index)
        if len(units) >= _FEWEST:
            marks[units[0] : after] = b"\1" * (after - units[0])
            units = units[-1:] * _FEWEST  # what is marked need not be marked again
        index = after


def is_label_of_links(lines: Sequence[Line], index: int) -> bool:
    """Tell whether a short line is the heading of a list of links, whatever it says: 更多关于“水渠”的新闻."""
    line = lines[index]
    if len(line.text) > _LONGEST_LABEL or line.linked or line.text.endswith(_SENTENCE_END):
        return False
    if line.above_links:
        return not _has_date(line.text)
    following = lines[index + 1 : index + 3]
    return len(following) == 2 and all(_is_entry(other) for other in following) and not _has_date(line.text)


def _is_entry(line: Line) -> bool:
    """Tell whether a line is an entry of a list of links. What has a label of its own is none: 上一篇：…"""
    return line.linked >= 4 and is_link(line) and not _OWN_LABEL.match(line.pieces[0])
