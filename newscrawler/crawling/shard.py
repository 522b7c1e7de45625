"""What one of several workers has of a portal's crawl: some of its sections, and its part of the portal's patience."""

from __future__ import annotations

from dataclasses import dataclass

from newscrawler.portals import Portal


@dataclass(frozen=True, slots=True)
class Share:
    """One worker's share of a crawl; by default the whole of it."""

    index: int = 0
    """From 0."""
    count: int = 1
    run: int | None = None
    """Row id of the run that all workers write to; its record and the portal's lock belong to whoever started them."""

    def takes(self, position: int) -> bool:
        """Whether the section at this position, from 0, is this worker's."""
        return position % self.count == self.index

    def of_limit(self, limit: int | None) -> int | None:
        """Return this worker's part of a limit; the parts add up to it. None is no limit."""
        return None if limit is None else limit // self.count + (self.index < limit % self.count)

    def manners(self, portal: Portal) -> Portal:
        """Return the portal with this part of what it bears: all workers together ask as often as one would."""
        crawl = portal.crawl
        changes = {
            "delay": crawl.delay * self.count,
            "concurrency": max(1, crawl.concurrency // self.count),
            "max_requests": self.of_limit(crawl.max_requests),
            "max_bytes": self.of_limit(crawl.max_bytes),
        }
        return portal.model_copy(update={"crawl": crawl.model_copy(update=changes)})
