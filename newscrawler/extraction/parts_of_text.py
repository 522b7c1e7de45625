"""Short lines that mean something by what stands round them: figures and contents of parts, the length of a film."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newscrawler.extraction.layout import Form, Line, form_of

_LONGEST_FIGURE = 2
_LONGEST_ENTRY, _FARTHEST_PART = 30, 120
"""Characters of an entry of contents, and lines behind it among which the part stands that it names."""
_CLOCK_TIME = re.compile(r"\d{1,2}[:：]\d\d(?:[:：]\d\d)?")
_LONGEST_TIME = 8


def figures_above_text(lines: Sequence[Line], start: int, end: int) -> frozenset[int]:
    """Return the lines that are subheads of a figure alone: 01, 02, … in order, each above text of its form."""
    run: list[int] = []
    form: Form | None = None
    for index in range(start, end - 1):
        line, following = lines[index], lines[index + 1]
        if len(line.text) > _LONGEST_FIGURE or line.linked or not line.text.isdecimal():
            continue
        own = form_of(line.block)
        if not following.prose or (form is not None and own != form) or form_of(following.block)[2] is not own[2]:
            continue
        if int(line.text) == len(run) + 1:
            run.append(index)
            form = own
    return frozenset(run) if len(run) > 1 else frozenset()


def length_of_film(lines: Sequence[Line], start: int, end: int) -> int:
    """Return the only line that is a clock time alone, -1 if there is none, or several.

    One is the length of a film. Several are the hours of a live report, those in cells are of a timetable.
    """
    times = [
        index
        for index in range(start, end)
        if len(text := lines[index].text) <= _LONGEST_TIME and _CLOCK_TIME.fullmatch(text)
    ]
    return times[0] if len(times) == 1 and lines[times[0]].block.tag not in ("td", "th") else -1


def is_entry_of_contents(lines: Sequence[Line], index: int, start: int, end: int) -> bool:
    """Tell whether a line above the text, and one beside it, name parts of the text: contents, tabs."""
    if not _heads_part(lines, index, end):
        return False
    form = form_of(lines[index].block)
    return any(
        form_of(lines[at].block) == form and _heads_part(lines, at, end)
        for at in (index - 1, index + 1)
        if start <= at < end
    )


def _heads_part(lines: Sequence[Line], index: int, end: int) -> bool:
    """Tell whether the words of a line stand again below, as a line that running text follows."""
    text = lines[index].text
    last = min(end - 1, index + _FARTHEST_PART)
    return len(text) <= _LONGEST_ENTRY and any(
        lines[at].text == text and lines[at + 1].prose > 0 for at in range(index + 1, last)
    )
