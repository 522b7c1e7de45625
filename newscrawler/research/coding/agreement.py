"""How far coders agree: percent agreement, Cohen's kappa for each two of them, and Krippendorff's alpha.

Alpha is that for nominal data (Krippendorff 2004, section 11.3). Its interval comes from drawing the articles again
with replacement 2,000 times. The packages with kept releases that compute alpha are under the GPL, so this is our own;
a test holds it against published examples.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from newscrawler.research.coding.book import CodingError
from newscrawler.research.coding.importing import KIND

_DRAWS = 2_000
_SEED = 1
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Agreement:
    """The agreement of the coders in one variable."""

    variable: str
    coders: tuple[str, ...]
    articles: int
    """Articles that at least two coders coded."""
    percent: float | None
    """Part of the pairs of codes of one article that are equal, 0 to 1."""
    alpha: float | None
    """None where it is not defined: all codes are equal, or no article has two."""
    low: float | None
    high: float | None
    """The 95 % interval of alpha."""
    kappa: dict[str, float | None]
    """Cohen's kappa by pair of coders: `A, B`."""


def agreements(connection: sqlite3.Connection, book: str) -> list[Agreement]:
    """Return the agreement per variable of a code book, from the imported sheets.

    Raises CodingError without two coders.
    """
    rows = connection.execute(
        """SELECT article, number, tool, reference, value FROM article_annotations
           WHERE kind = ? AND substr(tool, 1, ?) = ?""",
        (KIND, len(book) + 1, f"{book}/"),
    ).fetchall()
    codes: dict[str, dict[tuple[Any, ...], dict[str, str]]] = {}
    for article, number, tool, variable, code in rows:
        codes.setdefault(variable, {}).setdefault((article, number), {})[tool.partition("/")[2]] = code
    coders = {row[2] for row in rows}
    if len(coders) < 2:
        raise CodingError(
            "the archive has sheets of {count} coders with the code book {book!r}; agreement needs two.",
            count=len(coders),
            book=book,
        )
    return [agreement(variable, list(units.values())) for variable, units in sorted(codes.items())]


def agreement(variable: str, units: Sequence[Mapping[str, str]]) -> Agreement:
    """Return the agreement of coders; each unit is an article, with the code of each coder who coded it."""
    coders = tuple(sorted({coder for unit in units for coder in unit}))
    shared = [unit for unit in units if len(unit) > 1]
    pairs = [pair for unit in shared for pair in combinations(unit.values(), 2)]
    counts = _counts(shared)
    alpha, low, high = _alpha_with_interval(counts)
    return Agreement(
        variable,
        coders,
        len(shared),
        sum(a == b for a, b in pairs) / len(pairs) if pairs else None,
        alpha,
        low,
        high,
        {
            f"{a}, {b}": _kappa([(unit[a], unit[b]) for unit in shared if a in unit and b in unit])
            for a, b in combinations(coders, 2)
        },
    )


def _counts(units: Sequence[Mapping[str, str]]) -> Any:
    """Return how many coders gave each code to each unit."""
    codes = sorted({code for unit in units for code in unit.values()})
    counts = np.zeros((len(units), len(codes)))
    for row, unit in enumerate(units):
        for code in unit.values():
            counts[row, codes.index(code)] += 1
    return counts


def _alpha(weights: Any, counts: Any) -> Any:
    """Return alpha for each row of weights: how often each unit counts. NaN where it is not defined."""
    of_unit = counts.sum(axis=1)
    unlike = (of_unit**2 - (counts**2).sum(axis=1)) / (of_unit - 1)
    totals = weights @ counts
    size = totals.sum(axis=1)
    observed = weights @ unlike
    expected = (size**2 - (totals**2).sum(axis=1)) / (size - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > 0, 1 - observed / expected, np.nan)


def _alpha_with_interval(counts: Any) -> tuple[float | None, float | None, float | None]:
    units = len(counts)
    if not units:
        return None, None, None
    whole = float(_alpha(np.ones((1, units)), counts)[0])
    if np.isnan(whole):
        return None, None, None
    generator = np.random.default_rng(_SEED)
    draws = [
        _alpha(generator.multinomial(units, np.full(units, 1 / units), size=_AT_ONCE).astype(float), counts)
        for _ in range(_DRAWS // _AT_ONCE)
    ]
    # Where all drawn codes are equal there is nothing to disagree about.
    values = np.nan_to_num(np.concatenate(draws), nan=1.0)
    low, high = np.quantile(values, (0.025, 0.975))
    return whole, float(low), float(high)


def _kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Return Cohen's kappa of two coders; None where it is not defined."""
    if not pairs:
        return None
    size = len(pairs)
    codes = {code for pair in pairs for code in pair}
    observed = sum(a == b for a, b in pairs) / size
    expected = sum(sum(a == code for a, _ in pairs) * sum(b == code for _, b in pairs) for code in codes) / size**2
    return (observed - expected) / (1 - expected) if expected < 1 else None
