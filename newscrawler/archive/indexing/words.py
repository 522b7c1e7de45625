"""Words of the search index that no text contains."""

from __future__ import annotations

END = "。"
"""The word that ends a run of characters in the index. Folding turns it into a space, so no text contains it."""


def month_word(published: str) -> str:
    """Return the index's word for the month of an ISO date; an empty string stands for an article without a date."""
    return END + (published[:7].replace("-", "") or "none")
