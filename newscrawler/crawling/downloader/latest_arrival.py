"""When a request came to the portal, at the latest: whatever held it up, the next one comes its delay later.

A delay is counted from the moment at which a request is sent. A network that was cut, or a process that stood still,
may hold a request up: then it comes late, its response soon after, and the next request at once. So of a response that
takes long only so much is taken for the portal's own work as its fastest response took.
"""

from __future__ import annotations

from math import inf

from newscrawler.crawling.context import CrawlContext


class LatestArrival:
    """Knows how fast the portal answers, and moves the moment from which the delay is counted."""

    def __init__(self) -> None:
        self._fastest = inf

    def seconds_ago(self, latency: float | None, took: float) -> float:
        """Return how long ago a request came, at the latest.

        `latency` is how long its response took to begin, None for one that never did, and `took` how long it took as a
        whole, both in seconds.
        """
        if latency is None or latency > took:
            return 0.0
        known = 0.0 if self._fastest is inf else min(self._fastest, latency)
        self._fastest = min(self._fastest, latency)
        return took - latency + known


def count_from(context: CrawlContext, ago: float, now: float) -> bool:
    """Count the delay of the next request from so many seconds ago; tell whether that is later than it was.

    `now` is Scrapy's clock. Scrapy varies a delay down to half of it, so less is left alone.
    """
    slot = context.download_slot
    if slot is None or now - ago - slot.lastseen <= slot.delay / 2:
        return False
    slot.lastseen = now - ago
    return True
