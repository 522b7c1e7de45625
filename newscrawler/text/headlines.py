"""Headlines: whether two of them may be of one article."""

from __future__ import annotations

from newscrawler.text.han import fold

SHORTEST = 8
"""Letters of a headline that names an article. A shorter one may be 查看详情."""


def are_unlike(one: str, other: str) -> bool:
    """Tell whether two headlines are surely of two articles: hardly a pair of letters of the shorter is in the other.

    A headline that was cut, edited or labelled is like itself. Nothing is said of one that is too short.
    """
    letters, others = ("".join(fold(text).split()) for text in (one, other))
    if min(len(letters), len(others)) < SHORTEST:
        return False
    pairs, other_pairs = _pairs(letters), _pairs(others)
    return len(pairs & other_pairs) * 4 < min(len(pairs), len(other_pairs))


def _pairs(letters: str) -> set[str]:
    return {letters[start : start + 2] for start in range(len(letters) - 1)}
