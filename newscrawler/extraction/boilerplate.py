"""Lines that stand inside the container of the main text without being part of the body."""

from __future__ import annotations

import re
from enum import Enum
from itertools import islice

from newscrawler.extraction.boilerplate_table import BUTTON, CRUMBS, END, META, NEIGHBOUR, NOTICE, PAGER, SUMMARY
from newscrawler.extraction.layout import Block, Line

_LONGEST_CRUMBS = 100


class Kind(Enum):
    """What a line of the container is."""

    __hash__ = object.__hash__
    """That of `Enum` hashes the name each time, in ten times the time."""

    BODY = "body"
    META = "meta"
    """Date, source, editor: evidence for these fields, not part of the body."""
    SUMMARY = "summary"
    BOILERPLATE = "boilerplate"
    """Buttons, share bars, notices, pagers."""
    END = "end"
    """The heading of what follows the main text: related links, comments, the pager."""
    LINK = "link"
    """A link to something else."""
    LABEL = "label"
    """The heading of a list of links."""


# What a long line that is not part of the body begins with; all others are paragraphs.
_SUSPECT = re.compile(
    r"[\s\[【(（*■|｜>·•\-—=▍▌※]{0,20}[本版免特郑转未如欢凡以文部图素内信视配声请更长点关快扫下安专识订作来稿出摘核导编提责重原首阅相延摄首新发监审校策统]"
)

_RUNS_ON = re.compile("[。；！？]|，$")
"""Where a line is, or ends as, a part of running text: no button ends in a comma."""
_MOST_LEVELS = 5
_MOST_ROWS = 100
_NUMBER = re.compile(r"[\d.,+\-%]+")


def kind_of(line: Line) -> Kind:
    """Tell what a line inside the container of the main text is."""
    text = line.text
    if len(text) > 420 or (len(text) > 100 and not _SUSPECT.match(text)):
        return Kind.BODY
    if len(text) <= 60 and (END.match(text) or _is_neighbour(line)):
        return Kind.END
    if len(text) <= 200 and META.match(text):
        return Kind.META
    if SUMMARY.match(text):
        return Kind.SUMMARY
    if _NUMBER.fullmatch(text) and _is_cell(line):
        return Kind.BODY
    if BUTTON.match(text) and not _RUNS_ON.search(text):
        return Kind.BOILERPLATE
    if line.linked and len(text) <= _LONGEST_CRUMBS and CRUMBS.search(text):
        return Kind.BOILERPLATE
    if NOTICE.match(text) or (len(text) < 60 and PAGER.match(text)):
        return Kind.BOILERPLATE
    return Kind.BODY


def _is_neighbour(line: Line) -> bool:
    match = NEIGHBOUR.match(line.text)
    return match is not None and (match["marked"] is not None or bool(line.linked))


def _is_cell(line: Line) -> bool:
    """Tell whether a line is all of a cell that is not all of its row, whatever the cell wraps its text in."""
    block: Block | None = line.block
    for _ in range(_MOST_LEVELS):
        if block is None or block.end - block.start > 1:
            return False
        if block.tag in ("td", "th"):
            row = block.parent
            return row is not None and (row.end - row.start > 1 or _is_column(row.parent))
        block = block.parent
    return False


def _is_column(block: Block | None) -> bool:
    """Tell whether a block is a table of one column, with several rows of a line each, or its body."""
    if block is None or not 1 < block.end - block.start <= _MOST_ROWS:
        return False
    return sum(1 for _ in islice(block.element.iter("tr"), _MOST_ROWS + 1)) == block.end - block.start


def label_cut(text: str) -> str:
    """Return a labelled text without its label: `摘要：…`."""
    return re.sub(r"^[^:：]{0,12}[:：]\s{0,4}", "", text).strip("]】 ")
