"""Copying the pages of all sources into a part. Killed at any moment, it goes on from the last commit."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from newscrawler.archive.progress import Progress
from newscrawler.importing.job import Import, ImportResult
from newscrawler.importing.known_sources import MAX_NAMED, Reading, digest_of, known_sources
from newscrawler.importing.part import WITHOUT_ORIGINAL, Part
from newscrawler.importing.plan import Plan
from newscrawler.importing.saved_pages import record_of_page
from newscrawler.importing.selection import Selection
from newscrawler.importing.sources import Source, SourceError, opened
from newscrawler.importing.warc_records import Fault, SourceRecord, WarcRecords

COMMIT_SECONDS = 5.0
"""How often it is noted how far the reading of a source is, at least."""


@dataclass(slots=True)
class Filling:
    """Fills one part."""

    part: Part
    job: Import
    result: ImportResult
    folder: Path
    """Takes what must be unpacked first."""
    progress: Progress
    _selection: Selection = field(init=False)
    _committed: float = field(init=False, default_factory=time.monotonic)
    _done: int = field(init=False, default=0)
    """Bytes of the sources before the present one."""
    _total: int = field(init=False, default=0)
    _known: dict[str, int] = field(init=False, default_factory=dict)
    """Digests of the files that need not be read, each with the number of its pages."""
    _reading: Reading = field(init=False, default_factory=Reading)

    def __post_init__(self) -> None:
        self.result.restore(self.part.noted("result", {}))
        self._selection = Selection(self.job.portal, self.job.since, self.job.until, self.result.refused)

    def take_all(self, sources: Sequence[Source], *, fetch: bool = True) -> None:
        """Copy the pages of the sources, and of the service. Without `fetch` the service only lists its captures."""
        result, part = self.result, self.part
        if not part.noted("taken"):
            self._take_files(sources)
            if self.job.service is not None:
                plan = Plan(self.job, self.job.service, part, self._selection, result)
                plan.list_all(self.progress)
                if fetch:
                    plan.fetch_all(self.progress)
                else:
                    plan.count_known()
            self._commit(taken=True)
        for reason in part.add_revisits():
            result.count(reason)
        if result.refused[WITHOUT_ORIGINAL]:  # another source may bring the original, and then these count
            result.read_in_full = {name: numbers for name, numbers in result.read_in_full.items() if not numbers[1]}
        result.copied = part.captures
        self._commit()

    @property
    def _is_enough(self) -> bool:
        return self.job.limit is not None and self.part.captures >= self.job.limit

    def _take_files(self, sources: Sequence[Source]) -> None:
        self._total = sum(source.size for source in sources)
        first, start, left = self.part.noted("reached", (0, 0, []))
        job = self.job
        known = known_sources(self.part.target, job.portal.id, job.since, job.until) if self.part.target else {}
        for number, source in enumerate(sources):
            if number >= first and not self._is_enough:
                is_begun = number == first and start
                self._reading = Reading(*left) if is_begun else Reading(self._digest(source))
                if not is_begun and self._reading.digest in known:
                    self.result.passed_over += 1
                    self.result.known += known[self._reading.digest]
                else:
                    self.result.sources += not is_begun
                    self._take_file(number, source, start if is_begun else 0)
            self._done += source.size

    def _digest(self, source: Source) -> str:
        """Return the digest of a file; empty for one that cannot be opened, which is told when it is read."""
        try:
            return digest_of(source, self.job.portal.hosts)
        except OSError:
            return ""

    def _take_file(self, number: int, source: Source, start: int) -> None:
        def on_read(offset: int) -> None:
            self.result.records += 1
            self.progress("reading of the sources", self._done + offset, self._total)
            if self.part.is_full or time.monotonic() - self._committed > COMMIT_SECONDS:
                try:
                    self._commit(reached=(number, offset, self._reading.state))
                except OSError as error:
                    raise _NotStoredError(error) from None

        try:
            with _opened(source, self.folder) as stream:
                records: Iterator[SourceRecord | Fault]
                if source.root is not None:
                    self.result.records += 1
                    records = self._saved_page(source)
                else:
                    records = iter(WarcRecords(stream, self._selection, start=start, on_read=on_read))
                for found in _readable(records, source):
                    self._take(found, source)
                    if self._is_enough:
                        self._reading.is_whole = False
                        break
        except SourceError as error:
            self._reading.is_whole = False
            self.result.unread.append(str(error))
        except _NotStoredError as error:
            raise error.cause from None
        self._record_reading()
        if self.part.is_full or source.root is None:
            self._commit(reached=(number + 1, 0, []))

    def _record_reading(self) -> None:
        """Let a file that was read in full count as known for later imports."""
        reading, files = self._reading, self.result.read_in_full
        if reading.digest and reading.is_whole and len(files) < MAX_NAMED:
            files[reading.digest] = [reading.pages, reading.others]

    def _saved_page(self, source: Source) -> Iterator[SourceRecord]:
        page = record_of_page(source, self.job.portal, self.job.captured)
        if isinstance(page, SourceRecord):
            if self._selection.by_fields(page.fields):
                yield page
        elif page:
            self.result.refused[page] += 1

    def _take(self, found: SourceRecord | Fault, source: Source) -> None:
        if isinstance(found, SourceRecord):
            origin = {"importedFrom": source.name, "importedOffset": str(found.offset)}
            reason = self.part.add(found, origin)
            self.result.count(reason)
            self._reading.pages += reason in ("", "known")
            self._reading.others += reason == "known" or found.fields.get("warc-type") == "revisit"
            return
        self._reading.is_whole = False
        if self.result.count_fault():
            self.part.add_failure(None, f"{source.name} at {found.offset:,}: {found.reason}")

    def _commit(self, **notes: object) -> None:
        self.part.commit(result=self.result.state, **notes)
        self._committed = time.monotonic()


class _NotStoredError(Exception):
    """The disk failed to take what was read: no fault of the source."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(str(cause))
        self.cause = cause


@contextmanager
def _opened(source: Source, folder: Path) -> Iterator[BinaryIO]:
    """Open a source. Raises SourceError."""
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(opened(source, folder))
        except OSError as error:
            raise _unreadable(source, error) from None
        yield stream


def _readable(records: Iterable[SourceRecord | Fault], source: Source) -> Iterator[SourceRecord | Fault]:
    """Yield the records of a source. Raises SourceError where the source cannot be read."""
    try:
        yield from records
    except OSError as error:
        raise _unreadable(source, error) from None


def _unreadable(source: Source, error: OSError) -> SourceError:
    return SourceError(f"{source.name}: {error.strerror or error}.")
