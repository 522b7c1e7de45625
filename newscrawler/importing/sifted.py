"""The sifted files of an import: who makes them, and what they hold."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from newscrawler.archive.progress import Progress
from newscrawler.archive.sharing.cluster import Cluster
from newscrawler.importing.cluster_sifting import sifted_elsewhere
from newscrawler.importing.readers import Readers
from newscrawler.importing.sifting import SiftState, Wanted, file_of, open_sifted, remove, sift, state_of
from newscrawler.importing.sources import Source
from newscrawler.importing.warc_records import Fault, SourceRecord


@contextmanager
def _sifting(folder: str, wanted: Wanted) -> Iterator[Callable[[tuple[int, Source]], int]]:
    """Give the function that sifts one source in a process of its own."""

    def work(item: tuple[int, Source]) -> int:
        number, source = item
        sift(source, file_of(Path(folder), number), wanted)
        return number

    yield work


class Sifted:
    """Sifted files of some sources, made when they are needed."""

    def __init__(self, folder: Path, wanted: Wanted, sources: Mapping[int, Source], readers: Readers) -> None:
        """Read nothing yet. `sources` are those that are to be read, by their number."""
        self._folder = folder
        self._wanted = wanted
        self._sources = dict(sources)
        self._processes = readers.processes
        self._workers = readers.of_sources(list(sources.values()))
        self._ready: set[int] = set()
        self._work: Generator[int, None, None] | None = None

    def __contains__(self, number: int) -> bool:
        return number in self._sources

    def wait(self, number: int, progress: Progress, done: int = 0, total: int = 0) -> SiftState:
        """Return the state of a source's sifted file once its source was read. Raises OSError."""
        path = file_of(self._folder, number)
        if self._workers == 1:
            sift(
                self._sources[number],
                path,
                self._wanted,
                lambda offset: progress("reading of the sources", done + offset, total),
            )
        else:
            if self._work is None:
                self._work = self._begun(number)
            while number not in self._ready:
                progress("reading of the sources", done, total)
                self._ready.add(next(self._work))
        with closing(open_sifted(path)) as connection:
            return state_of(connection)

    def _begun(self, first: int) -> Generator[int, None, None]:
        """Let the processes begin; yield the number of each source that they have read, in this order."""
        items = [(number, source) for number, source in sorted(self._sources.items()) if number >= first]
        if isinstance(self._workers, Cluster):
            left = [item for item in items if not self._is_done(item[0])]
            self._ready |= {number for number, _ in items} - {number for number, _ in left}
            return sifted_elsewhere(self._workers, self._folder, self._wanted, left)
        # Together they send no more requests than one.
        slower = [(number, replace(source, delay=source.delay * self._workers)) for number, source in items]
        arguments = (str(self._folder), self._wanted)
        return self._processes.divided(_sifting, arguments, slower, workers=self._workers, queued=1)

    def _is_done(self, number: int) -> bool:
        path = file_of(self._folder, number)
        if not path.exists():
            return False
        with closing(open_sifted(path)) as connection:
            return state_of(connection).is_done

    def close(self) -> None:
        """End the reading."""
        if self._work is not None:
            self._work.close()

    def pages(self, number: int) -> Counter[int]:
        """Return how many records of each portal a source has that was read."""
        with closing(open_sifted(file_of(self._folder, number))) as connection:
            return Counter(dict(connection.execute("SELECT portal, count(*) FROM owners GROUP BY portal")))

    def faults(self, number: int) -> int:
        """Return how many places of a source that was read cannot be read."""
        with closing(open_sifted(file_of(self._folder, number))) as connection:
            return int(connection.execute("SELECT count(*) FROM found WHERE fault IS NOT NULL").fetchone()[0])

    def records(
        self, number: int, portal: int, start: int, on_read: Callable[[int], object]
    ) -> Iterator[SourceRecord | Fault]:
        """Yield what a source has of a portal, and its faults, behind the place `start` that `on_read` was told."""
        query = """SELECT id, offset, fields, member, fault FROM found f WHERE id > ?1 AND (fault IS NOT NULL
                     OR EXISTS (SELECT 1 FROM owners WHERE portal = ?2 AND found = f.id)) ORDER BY id"""
        with closing(open_sifted(file_of(self._folder, number))) as connection:
            for row, offset, fields, member, fault in connection.execute(query, (start, portal)):
                yield Fault(offset, fault) if fault is not None else SourceRecord(offset, json.loads(fields), member)
                on_read(row)

    def forget(self, number: int) -> None:
        """Remove what a source had: it was taken."""
        remove(file_of(self._folder, number))
