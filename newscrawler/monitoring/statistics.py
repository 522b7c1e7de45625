"""Whether what a run met is still what it always met: bounds that hold in quiet weeks and small sections.

A share is judged by the chance to meet it, or a smaller one, if nothing had changed. The chance takes into account
that the history, too, is only a sample (beta-binomial, Jeffreys' prior), and that it weighs no more than
`MOST_WEIGHT` articles: a share that held for ten thousand articles still drifts a little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, sqrt
from statistics import median

CHANCE = 1e-6
"""The chance below which a share is held to have changed. There are some hundred thousand comparisons a year."""
LEAST_HISTORY = 20
"""Articles without which there is no history."""
MOST_WEIGHT = 400
LEAST_DROP = 0.25
"""A share that fell by less is no alarm, unless it fell below half of itself."""
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
    """Return the chance of so few hits, if the share were what it was before."""
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
    """Whether a share fell: too far for chance, and below what any run of a like size ever showed."""
    before = Share(sum(share.hits for share in history), sum(share.total for share in history))
    if before.total < LEAST_HISTORY or not now.total or not is_large(now, before):
        return False
    alike = [share.rate for share in history if 2 * share.total >= now.total]
    return (not alike or now.rate < min(alike)) and chance_of(now, before) < CHANCE


def has_shifted(now: Sequence[int], history: Sequence[Sequence[int]]) -> bool:
    """Whether the median length at least halved or doubled: too far for chance, and beyond what any run showed."""
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
