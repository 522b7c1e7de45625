"""Who reads in one import: this process, several that are started once for all that there is to read, or a cluster."""

from __future__ import annotations

from collections.abc import Sequence

from newscrawler.archive.sharing.cluster import Cluster, Workers
from newscrawler.archive.worker_processes import Processes, process_count
from newscrawler.importing.page_reader import AT_ONCE, reading
from newscrawler.importing.sources import Source

RECORDS_PER_BYTE = 1 / 10_000
"""About: by it the number of processes is chosen."""
REMOTE_BYTES = 2**30
"""About what a file has that lies elsewhere."""


class Readers:
    """Who reads the sources, and then the pages that were copied."""

    def __init__(self, workers: Workers) -> None:
        """Start nothing yet."""
        self.workers = workers
        self.processes = Processes([reading])

    def of_sources(self, sources: Sequence[Source]) -> int | Cluster:
        """Return who reads some sources: so many processes, or a cluster."""
        if isinstance(self.workers, Cluster):
            return self.workers if sources else 1
        size = sum(REMOTE_BYTES if source.url else source.size for source in sources)
        return process_count(self.workers, int(size * RECORDS_PER_BYTE), len(sources))

    def expect(self, captures: int) -> None:
        """Let processes start that so many captures are worth: they are ready when the last one was copied."""
        if not isinstance(self.workers, Cluster):
            self.processes.expect(process_count(self.workers, captures, captures // AT_ONCE))

    def close(self) -> None:
        """End the processes."""
        self.processes.close()
