"""Copying the pages of all sources into a part. Killed at any moment, it goes on from the last commit."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from newscrawler.archive.progress import Progress
from newscrawler.importing.foreign_hosts import ForeignHosts
from newscrawler.importing.job import Import, ImportResult
from newscrawler.importing.known_sources import MAX_NAMED, Known, Reading, digests_of, known_sources
from newscrawler.importing.part import WITHOUT_ORIGINAL, Part
from newscrawler.importing.plan import Plan
from newscrawler.importing.readers import Readers
from newscrawler.importing.saved_pages import record_of_page
from newscrawler.importing.selection import Selection
from newscrawler.importing.sifted import Sifted
from newscrawler.importing.sifting import SiftState
from newscrawler.importing.sources import Source, SourceError, opened, readable, unreadable
from newscrawler.importing.warc_records import Fault, SourceRecord, WarcRecords

COMMIT_SECONDS = 5.0
"""How often it is noted how far the reading of a source is, at least."""


@dataclass(slots=True)
class SiftedFor:
    """Sifted files, for one of the portals for which they were made."""

    sifted: Sifted
    digests: Sequence[str]
    """Of each source: the digest by which this portal knows it."""
    portal: int = 0
    """The number of the portal."""
    portals: Sequence[str] = ()
    """The ids of all the portals, if there are several. The files stay for the others."""
    shared_digests: Sequence[str] = ()
    """Of each source: the digest by which it is known for all of them."""
    pages: Mapping[int, Mapping[int, int]] = field(default_factory=dict)
    """Of sources that were read, by number: how many records each portal has."""

    def records(self, number: int, start: int, on_read: Callable[[int], object]) -> Iterator[SourceRecord | Fault]:
        """Yield what a source that was read has of the portal, and its faults."""
        return self.sifted.records(number, self.portal, start, on_read)

    def owners(self, number: int) -> list[str]:
        """Return the ids of the portals that have records in a source."""
        return [self.portals[one] for one in sorted(self.pages[number])]

    def taken(self, number: int) -> None:
        """Remove the sifted file if nobody needs it any more."""
        if not self.portals:
            self.sifted.forget(number)


@dataclass(slots=True)
class Filling:
    """Fills one part."""

    part: Part
    job: Import
    result: ImportResult
    folder: Path
    """Takes what must be unpacked first."""
    progress: Progress
    readers: Readers
    """Who will read the pages."""
    sifting: SiftedFor | None = None
    """Files that were, or are, read by other processes; None: this one reads the sources."""
    _selection: Selection = field(init=False)
    _committed: float = field(init=False, default_factory=time.monotonic)
    _done: int = field(init=False, default=0)
    """Bytes of the sources before the present one."""
    _total: int = field(init=False, default=0)
    _known: dict[str, Known] = field(init=False, default_factory=dict)
    """Digests of the files that need not be read."""
    _reading: Reading = field(init=False, default_factory=Reading)

    def __post_init__(self) -> None:
        self.result.restore(self.part.noted("result", {}))
        foreign = ForeignHosts(self.result.hosts)
        self._selection = Selection([self.job.portal], self.job.since, self.job.until, [self.result.refused], foreign)

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
        self._known = known
        for number, source in enumerate(sources):
            if number >= first and not self._is_enough:
                is_begun = number == first and start
                self._reading = Reading(*left) if is_begun else Reading(self._digest(number, source))
                if not is_begun and self._is_known(number):
                    self.result.passed_over += 1
                    self.result.known += known[self._reading.digest].pages if self._reading.digest in known else 0
                else:
                    self.result.sources += not is_begun
                    self._take_file(number, source, start if is_begun else 0)
            self._done += source.size

    def _is_known(self, number: int) -> bool:
        """Whether a file need not be read: an earlier import read it for this portal, or for all that are asked for."""
        is_passed_over = bool(self.sifting and self.sifting.portals) and not self._is_sifted(number)
        return self._reading.digest in self._known or is_passed_over

    def _is_sifted(self, number: int) -> bool:
        return self.sifting is not None and number in self.sifting.sifted

    def _digest(self, number: int, source: Source) -> str:
        """Return the digest of a file; empty for one that cannot be opened, which is told when it is read."""
        if self.sifting is not None:
            return self.sifting.digests[number]
        return digests_of([source], self.job.portal.hosts)[0]

    def _take_file(self, number: int, source: Source, start: int) -> None:
        is_sifted = self._is_sifted(number)

        def on_read(offset: int) -> None:
            if not is_sifted:
                self.result.records += 1
                self.progress("reading of the sources", self._done + offset, self._total)
            if self.part.is_full or time.monotonic() - self._committed > COMMIT_SECONDS:
                try:
                    self._commit(reached=(number, offset, self._reading.state))
                except OSError as error:
                    raise _NotStoredError(error) from None

        try:
            with self._records(number, source, start, on_read) as records:
                for found in records:
                    self._take(found, source)
                    if self._is_enough:
                        self._reading.is_whole = False
                        break
        except SourceError as error:
            self._reading.is_whole = False
            self.result.unread.append(str(error))
        except _NotStoredError as error:
            raise error.cause from None
        self._record_reading(number)
        if self.part.is_full or source.root is None or is_sifted:
            self._commit(reached=(number + 1, 0, []))
        if self.sifting is not None and is_sifted:
            self.sifting.taken(number)

    @contextmanager
    def _records(
        self, number: int, source: Source, start: int, on_read: Callable[[int], object]
    ) -> Iterator[Iterable[SourceRecord | Fault]]:
        """Give what a source has of the portal. Raises SourceError where it cannot be read."""
        if self.sifting is not None and number in self.sifting.sifted:
            state = self.sifting.sifted.wait(number, self.progress, self._done, self._total)
            yield self.sifting.records(number, start, on_read)
            self._count(state, self.sifting.portal)
            return
        with _opened(source, self.folder) as stream:
            if source.root is not None:
                self.result.records += 1
                yield readable(self._saved_page(source), source)
            else:
                yield readable(WarcRecords(stream, self._selection, start=start, on_read=on_read), source)

    def _count(self, state: SiftState, portal: int) -> None:
        """Take over what was counted while a source was sifted."""
        self._selection.foreign.update(state.hosts)
        self.result.records += state.records
        self.result.refused.update(state.refused[portal] if state.refused else {})
        if not (self.sifting and self.sifting.portals):
            self.result.refused.update(state.nobodys)
        if state.unread:
            raise SourceError(state.unread)

    def _record_reading(self, number: int) -> None:
        """Let a file that was read in full count as known for later imports."""
        reading, files = self._reading, self.result.read_in_full
        if reading.digest and reading.is_whole and len(files) < MAX_NAMED:
            files[reading.digest] = [reading.pages, reading.others]
            if self.sifting is not None and self.sifting.portals:
                owners = self.sifting.owners(number)
                files[self.sifting.shared_digests[number]] = [reading.pages, reading.others, *owners]

    def _saved_page(self, source: Source) -> Iterator[SourceRecord]:
        page = record_of_page(source, self._selection.owns, self.job.captured)
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
        what = f"{source.name} at {found.offset:,}: {found.reason}"
        if self.result.count_fault(what):
            self.part.add_failure(None, what)

    def _commit(self, **notes: object) -> None:
        self.result.hosts = self._selection.foreign.most_frequent()
        self.part.commit(result=self.result.state, **notes)
        self._committed = time.monotonic()
        self.readers.expect(self.part.captures)


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
            raise unreadable(source, error) from None
        yield stream
