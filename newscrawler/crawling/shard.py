"""The part of a portal's crawl that one of several workers does: some sections, and a part of the quota."""

from __future__ import annotations

from dataclasses import dataclass

from newscrawler.portals import Portal


@dataclass(frozen=True, slots=True)
class Shard:
    """One worker's part of a crawl. The default is the whole crawl."""

    index: int = 0
    """From 0."""
    count: int = 1
    """Number of shards of the crawl."""
    run: int | None = None
    """Row id of the run that all workers write to. The process that started the workers holds its record and the
    portal's lock. None: this process opens a run of its own."""

    def has_section(self, position: int) -> bool:
        """Whether the section at this position, from 0, belongs to this shard."""
        return position % self.count == self.index

    def limit(self, limit: int | None) -> int | None:
        """Return this shard's part of a limit. The parts add up to it. None is no limit."""
        return None if limit is None else limit // self.count + (self.index < limit % self.count)

    def restrict(self, portal: Portal) -> Portal:
        """Return the portal with delay, concurrency and quota divided among the shards.

        All workers together then send no more requests than one process would.
        """
        crawl = portal.crawl
        changes = {
            "delay": crawl.delay * self.count,
            "concurrency": max(1, crawl.concurrency // self.count),
            "max_requests": self.limit(crawl.max_requests),
            "max_bytes": self.limit(crawl.max_bytes),
        }
        return portal.model_copy(update={"crawl": crawl.model_copy(update=changes)})


WHOLE = Shard()
"""The whole crawl, in one process."""
