"""What becomes of the documents of a run, counted."""

from __future__ import annotations

from collections.abc import Mapping

OUTCOMES = (
    "listed", "new", "changed", "unchanged", "kept", "failed", "blocked", "gone", "skipped", "blocked listings",
)  # fmt: skip
"""What becomes of a document in a run; `blocked listings` counts pages of listings."""


def count_of(tally: Mapping[tuple[str, str], int], outcome: str) -> int:
    """Return the number of documents, in all sections, with an outcome. Keys of `tally` are (section, outcome)."""
    return sum(number for (_, name), number in tally.items() if name == outcome)
