"""The head of an article: the run of meta lines, buttons and names between headline and text, one per cell or line."""

from __future__ import annotations

from newscrawler.extraction.boilerplate import Kind
from newscrawler.extraction.line_evidence import LineEvidence
from newscrawler.extraction.meta_lines.line_tests import is_dateline
from newscrawler.extraction.meta_lines.statements import Item, MetaLine
from newscrawler.extraction.meta_lines.words import is_outlet

_LONGEST_HEAD, _LONGEST_BUTTON = 12, 16
"""Lines of a head in cells of their own, and characters of a button in it."""
_BUTTONS = frozenset({Kind.BOILERPLATE, Kind.END, Kind.LINK})
_LONGEST_ACCOUNT = 8
"""Characters of an account whose name does not end as those of outlets do."""


def end_of_head(evidence: LineEvidence, start: int, end: int) -> int:
    """Return the index behind the last meta line of the run of meta lines, buttons and names that begins there.

    `start` itself if no text follows: what looks like names are those of a list.
    """
    head = start
    for index in range(start, min(end, start + _LONGEST_HEAD)):
        kind, parsed = evidence.kind(index), evidence.parsed(index)
        if evidence.teasers[index] or is_dateline(evidence.layout.lines[index].text):
            break
        if kind is Kind.META or (parsed.is_dated_only and parsed.parts):
            head = index + 1
        elif not (kind in _BUTTONS and len(evidence.layout.lines[index].text) <= _LONGEST_BUTTON) and not (
            parsed.parts and not parsed.left and (parsed.is_byline or (parsed.is_short and are_names(parsed)))
        ):
            break
    return head if evidence.mass(head, end) > evidence.mass(start, head) else start


def are_names(line: MetaLine) -> bool:
    """Tell whether each word of a short line surely is an outlet or a person, or is shorter than a caption."""
    return all(
        part.item is Item.PERSON or is_outlet(part.text) or len(part.text) <= _LONGEST_ACCOUNT for part in line.parts
    )
