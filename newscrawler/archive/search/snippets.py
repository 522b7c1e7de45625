"""Snippets: the piece of a text around the words of a search, with the spans to highlight."""

from __future__ import annotations

import re
from dataclasses import dataclass

from newscrawler.text.han import fold

WIDTH = 80
"""Characters of a snippet."""
_BEFORE = 24
"""Characters before the first highlight."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of text on one line, and the spans (start, end) of its highlights."""

    text: str
    highlights: tuple[tuple[int, int], ...]

    def highlighted(self, before: str = "«", after: str = "»") -> str:
        """Return the text with a sign before and after each highlight."""
        pieces, at = [], 0
        for start, end in self.highlights:
            pieces += [self.text[at:start], before, self.text[start:end], after]
            at = end
        return "".join([*pieces, self.text[at:]])


def snippet(text: str, highlights: re.Pattern[str], *, width: int = WIDTH) -> Snippet:
    """Return the piece of `text` around the first highlight; its beginning if there is none.

    `highlights` matches in folded text what is highlighted. Line breaks become spaces; an ellipsis stands for text that
    is cut.
    """
    folded = fold(text)
    first = highlights.search(folded)
    start = max(0, first.start() - _BEFORE) if first else 0
    end = min(len(text), max(start + width, first.end() if first else 0))
    start = max(0, min(start, end - width))
    spans = [
        (hit.start(), min(hit.end(), end))
        for hit in highlights.finditer(folded, first.start() if first else len(text))
        if hit.start() < end
    ]
    head = "…" if start else ""
    shift = len(head) - start
    line = text[start:end].replace("\n", " ")
    return Snippet(
        f"{head}{line}{'…' if end < len(text) else ''}",
        tuple((begin + shift, finish + shift) for begin, finish in spans),
    )
