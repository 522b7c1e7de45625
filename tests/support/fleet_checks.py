"""Whether what portals noted is what a fleet promises: one crawl at a time, and never a request before its delay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from support.fleet_portal import ROBOTS, Arrival, ChaosPortal

NOTED_LATE = 0.1
"""Seconds by which a busy machine may note a request too late, so that the next one seems to come early."""
VARIED = 0.5
"""Scrapy varies a delay between half and one and a half of it."""


@dataclass(slots=True)
class Verdict:
    """What was found."""

    breaches: list[str] = field(default_factory=list)
    requests: int = 0
    crawls: int = 0
    between_crawls: float = float("inf")
    """The smallest of: seconds between two crawls of a portal or a group, divided by the delay."""
    within_crawls: float = float("inf")
    """The same between two requests of one crawl."""


def judge(portals: Iterable[ChaosPortal]) -> Verdict:
    """Look at all requests: those of portals of one group together."""
    verdict = Verdict()
    for name, members in groupby(sorted(portals, key=_bound), key=_bound):
        some = list(members)
        delay = max(portal.delay for portal in some)
        arrivals = sorted((one for portal in some for one in list(portal.arrivals)), key=lambda one: one.moment)
        _judge(name, arrivals, {portal.name: portal.delay for portal in some}, delay, verdict)
    return verdict


def _bound(portal: ChaosPortal) -> str:
    return portal.group or portal.name


def _judge(name: str, arrivals: Sequence[Arrival], delays: dict[str, float], longest: float, verdict: Verdict) -> None:
    verdict.requests += len(arrivals)
    verdict.crawls += sum(one.path == ROBOTS for one in arrivals)
    for earlier, later in pairwise(arrivals):
        gap = later.moment - earlier.moment
        is_same = (earlier.crawler, earlier.portal) == (later.crawler, later.portal)
        told = f"{name}: {_told(later)}, {gap:.3f} s after {_told(earlier)}"
        if later.path == ROBOTS and not (is_same and earlier.path == ROBOTS):
            verdict.between_crawls = min(verdict.between_crawls, gap / longest)
            if gap < longest - NOTED_LATE:
                verdict.breaches.append(f"too early: {told}")
        elif not is_same:
            verdict.breaches.append(f"two at once: {told}")
        else:
            verdict.within_crawls = min(verdict.within_crawls, gap / delays[later.portal])
            if gap < VARIED * delays[later.portal] - NOTED_LATE:
                verdict.breaches.append(f"too early: {told}")


def _told(one: Arrival) -> str:
    return f"{one.portal}{one.path} of {one.crawler}"
