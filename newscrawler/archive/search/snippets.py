"""Snippets: the piece of a text round the words that were found, with the places to mark."""

from __future__ import annotations

import re
from dataclasses import dataclass

from newscrawler.text.han import fold

WIDTH = 80
"""Characters of a snippet."""
_BEFORE = 24
"""Characters shown before the first hit."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of text on one line, and the spans (start, end) of the hits in it."""

    text: str
    marks: tuple[tuple[int, int], ...]

    def marked(self, before: str = "«", after: str = "»") -> str:
        """Return the text with each hit between two marks."""
        pieces, at = [], 0
        for start, end in self.marks:
            pieces += [self.text[at:start], before, self.text[start:end], after]
            at = end
        return "".join([*pieces, self.text[at:]])


def snippet(text: str, wanted: re.Pattern[str], *, width: int = WIDTH) -> Snippet:
    """Return the piece of `text` round the first hit; its beginning when there is none.

    `wanted` finds the hits in folded text. Line breaks become spaces; an ellipsis stands where text was cut.
    """
    folded = fold(text)
    first = wanted.search(folded)
    start = max(0, first.start() - _BEFORE) if first else 0
    end = min(len(text), max(start + width, first.end() if first else 0))
    start = max(0, min(start, end - width))
    spans = [
        (hit.start(), min(hit.end(), end))
        for hit in wanted.finditer(folded, first.start() if first else len(text))
        if hit.start() < end
    ]
    head = "…" if start else ""
    shift = len(head) - start
    line = text[start:end].replace("\n", " ")
    return Snippet(
        f"{head}{line}{'…' if end < len(text) else ''}",
        tuple((begin + shift, finish + shift) for begin, finish in spans),
    )
