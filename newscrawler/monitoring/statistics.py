"""Statistical tests for drift, with bounds that hold in quiet weeks and small sections.

A share is tested by the probability of it, or of a smaller one, if nothing had changed. The probability accounts for
the history being a sample, too (beta-binomial, Jeffreys' prior). The history weighs at most `MOST_WEIGHT` articles:
even a share that held for ten thousand articles changes a little over time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, sqrt
from statistics import median

CHANCE = 1e-6
"""The probability below which a share counts as changed. There are about 100,000 comparisons per year."""
LEAST_HISTORY = 20
"""The least number of articles in a history."""
MOST_WEIGHT = 400
LEAST_DROP = 0.25
"""A share that fell by less opens no alarm, unless it fell to less than half."""
LEAST_LENGTHS = 10
LEAST_DEVIATIONS = 6.0


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `total`."""

    hits: int
    total: int

    @property
    def rate(self) -> float:
        """From 0 to 1."""
        return self.hits / self.total if self.total else 0.0

    def __str__(self) -> str:
        return f"{self.rate:.0%} of {self.total}"


def chance_of(now: Share, before: Share) -> float:
    """Return the probability of so few hits if the share had not changed."""
    weight = min(1.0, MOST_WEIGHT / before.total) if before.total else 0.0
    a = before.hits * weight + 0.5
    b = (before.total - before.hits) * weight + 0.5
    n = now.total
    constant = lgamma(n + 1) - _log_beta(a, b)
    terms = (
        exp(constant - lgamma(k + 1) - lgamma(n - k + 1) + _log_beta(a + k, b + n - k)) for k in range(now.hits + 1)
    )
    return min(1.0, sum(terms))


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def is_large(now: Share, before: Share) -> bool:
    """Whether a share is so much lower that it matters."""
    return now.rate <= before.rate - LEAST_DROP or now.rate < before.rate / 2


def has_fallen(now: Share, history: Sequence[Share]) -> bool:
    """Whether a share fell further than chance allows, and below that of any earlier run of similar size."""
    before = Share(sum(share.hits for share in history), sum(share.total for share in history))
    if before.total < LEAST_HISTORY or not now.total or not is_large(now, before):
        return False
    alike = [share.rate for share in history if 2 * share.total >= now.total]
    return (not alike or now.rate < min(alike)) and chance_of(now, before) < CHANCE


def has_shifted(now: Sequence[int], history: Sequence[Sequence[int]]) -> bool:
    """Whether the median length at least halved or doubled, beyond chance and beyond any earlier run."""
    before = [log(length + 1) for run in history for length in run]
    if len(now) < LEAST_LENGTHS or len(before) < 2 * LEAST_HISTORY:
        return False
    middle, current = median(before), median(log(length + 1) for length in now)
    spread = max(0.1, 1.4826 * median(abs(value - middle) for value in before))
    error = 1.2533 * spread * sqrt(1 / len(now) + 1 / len(before))
    if abs(current - middle) < max(log(2), LEAST_DEVIATIONS * error):
        return False
    medians = [median(log(length + 1) for length in run) for run in history if len(run) >= LEAST_LENGTHS // 2]
    return all(current < value for value in medians) or all(current > value for value in medians)
