"""What becomes of the documents of a run, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

OUTCOMES = (
    "listed", "new", "changed", "unchanged", "kept", "failed", "blocked", "gone", "skipped", "not articles",
    "blocked listings",
)  # fmt: skip
"""What becomes of a document in a run; `blocked listings` counts pages of listings."""
WITH_PLACE, WITHOUT_PLACE = "with_template", "without_template"
"""Keys of a run's record: pages with the place of a template, and those of another design."""


def count_of(tally: Mapping[tuple[str, str], int], outcome: str) -> int:
    """Return the number of documents, in all sections, with an outcome. Keys of `tally` are (section, outcome)."""
    return sum(number for (_, name), number in tally.items() if name == outcome)


def correct_tally(tally: Counter[tuple[str, str]], found: Mapping[str, int]) -> None:
    """Count rejected pages as new articles that turned out to be articles. `found` is section to their number.

    A page that an earlier run rejected is not among the failures of this one.
    """
    for section, number in found.items():
        tally[section, "new"] += number
        for key in [(section, "failed"), *(key for key in tally if key[1] == "failed")]:
            taken = min(number, tally[key])
            tally[key] -= taken
            number -= taken
