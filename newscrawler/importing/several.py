"""One import for several portals: the sources are read once, and each record goes to the portals that own its host.

Each portal of which there are pages gets a part and a run of its own, as in an import for it alone.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from newscrawler.archive.atomic import folder_beside, new_file
from newscrawler.archive.database.locks import PortalBusyError, lock_import
from newscrawler.archive.merging.merge import MergeError
from newscrawler.archive.progress import Progress, unwatched
from newscrawler.importing.filling import SiftedFor
from newscrawler.importing.foreign_hosts import ForeignHosts
from newscrawler.importing.importer import import_sources
from newscrawler.importing.job import Import, ImportResult
from newscrawler.importing.known_sources import Known, digests_of, known_sources
from newscrawler.importing.readers import Readers
from newscrawler.importing.sifted import Sifted
from newscrawler.importing.sifting import Wanted
from newscrawler.importing.sources import Source
from newscrawler.importing.target import opened_target
from newscrawler.importing.unfinished import work_folder
from newscrawler.portals import Portal

SEVERAL = "+several"
"""Stands for the portal in the name of the folder; no portal's id has a plus."""
DONE = "done.json"


@dataclass(slots=True)
class SeveralResult:
    """What came of an import for several portals."""

    portals: dict[str, ImportResult] = field(default_factory=dict)
    """Of each portal of which there are pages."""
    sources: int = 0
    """Files that were read."""
    passed_over: int = 0
    """Files that were not read again."""
    records: int = 0
    """Records of all hosts in the files that were read."""
    refused: Counter[str] = field(default_factory=Counter)
    """Records of the portals that were not copied since they are no pages, by reason."""
    hosts: ForeignHosts = field(default_factory=ForeignHosts)
    """Hosts of none of the portals."""
    faults: int = 0
    """Places of the sources that cannot be read."""
    unread: list[str] = field(default_factory=list)
    """Sources that could not be read, and portals that could not be imported, in sentences."""
    unfinished: list[str] = field(default_factory=list)
    """Portals that could not be imported, in sentences. The same import goes on with them."""

    @property
    def is_empty(self) -> bool:
        """Whether no page of any portal was found."""
        return all(result.is_empty for result in self.portals.values())

    @property
    def numbers(self) -> dict[str, Any]:
        """The numbers for programs: of the sources, and of each portal."""
        rows = [{"portal": name, "run": one.run or None, **one.numbers} for name, one in self.portals.items()]
        names = ("sources", "passed_over", "records", "faults")
        values: dict[str, Any] = {name: getattr(self, name) for name in names}
        return {
            **values,
            "refused": dict(self.refused),
            "unread": [*self.unread, *self.unfinished],
            "portals": rows,
            "hosts": self.hosts.most_frequent(),
        }


class _UnfinishedError(Exception):
    """Not all portals could be imported; what was read stays for the same import."""


def import_several(
    job: Import,
    portals: Sequence[Portal],
    archive: str | Path,
    *,
    dry_run: bool = False,
    progress: Progress = unwatched,
) -> SeveralResult:
    """Import pages of these portals; `job` is the import of one of them. Raises what `import_sources` raises.

    A portal that is being crawled, or whose part cannot be taken in, is told in the result; the others are imported.
    """
    archive = Path(archive)
    jobs = [replace(job, portal=portal) for portal in portals]
    sources = job.sources()
    result = SeveralResult()
    with suppress(_UnfinishedError), ExitStack() as stack:
        archive.parent.mkdir(parents=True, exist_ok=True)
        lock = lock_import(archive)
        stack.callback(lock.release)
        if dry_run:
            folder = stack.enter_context(folder_beside(archive.with_name(f"{archive.name}.import")))
        else:
            fingerprint = job.fingerprint(sources, *(portal.model_dump_json() for portal in portals))
            folder = stack.enter_context(work_folder(archive, SEVERAL, fingerprint))
        readers = stack.enter_context(closing(Readers(job.workers)))
        _Several(jobs, sources, archive, folder, result, progress, readers).run(dry_run=dry_run)
        if result.unfinished:
            raise _UnfinishedError
    return result


class _Several:
    """One import for several portals in its folder."""

    def __init__(
        self,
        jobs: Sequence[Import],
        sources: Sequence[Source],
        archive: Path,
        folder: Path,
        result: SeveralResult,
        progress: Progress,
        readers: Readers,
    ) -> None:
        self._jobs = jobs
        self._sources = sources
        self._archive = archive
        self._folder = folder
        self._result = result
        self._progress = progress
        self._readers = readers
        self._ids = [job.portal.id for job in jobs]

    def run(self, *, dry_run: bool) -> None:
        """Read the sources, then import portal by portal."""
        job = self._jobs[0]
        shared = digests_of(self._sources, {host for one in self._jobs for host in one.portal.hosts})
        known = self._known(dry_run=dry_run)
        passed = [self._is_passed_over(digest, known) for digest in shared]
        files = {number: source for number, source in enumerate(self._sources) if not passed[number]}
        wanted = Wanted(tuple(one.portal for one in self._jobs), job.since, job.until, job.captured)
        sifted = Sifted(self._folder, wanted, files, self._readers)
        with closing(sifted):
            pages = self._sift(sifted, files)
        self._result.passed_over = len(self._sources) - len(files)
        have = {number for counts in pages.values() for number in counts}
        for digest, is_passed_over in zip(shared, passed, strict=True):
            if is_passed_over:
                owners = {name for table in known.values() if digest in table for name in table[digest].portals}
                have |= {number for number, name in enumerate(self._ids) if name in owners}
        done = {} if dry_run else self._done()
        for number, one in enumerate(self._jobs):
            name = self._ids[number]
            if name in done:
                self._result.portals[name] = ImportResult()
                self._result.portals[name].restore(done[name])
                self._result.portals[name].run = done[name]["run"]
            elif number in have or one.service is not None:
                digests = digests_of(self._sources, one.portal.hosts)
                sifting = SiftedFor(sifted, digests, number, self._ids, shared, pages)
                self._import(one, sifting, done, dry_run=dry_run)

    def _known(self, *, dry_run: bool) -> dict[str, dict[str, Known]]:
        target = opened_target(self._archive, dry_run=dry_run)
        if target is None:
            return {}
        with closing(target) as connection:
            return {job.portal.id: known_sources(connection, job.portal.id, job.since, job.until) for job in self._jobs}

    def _is_passed_over(self, digest: str, known: Mapping[str, Mapping[str, Known]]) -> bool:
        """Whether a file was read for these portals, and the archive has the pages of all that have some in it."""
        tables = [table for table in known.values() if digest in table]
        return bool(digest and tables) and all(digest in known[name] for name in tables[0][digest].portals)

    def _sift(self, sifted: Sifted, files: Mapping[int, Source]) -> dict[int, Counter[int]]:
        """Read the sources; return how many records of each portal they have."""
        result, pages, done = self._result, {}, 0
        total = sum(source.size for source in files.values())
        for number, source in files.items():
            state = sifted.wait(number, self._progress, done, total)
            done += source.size
            pages[number] = sifted.pages(number)
            result.sources += 1
            result.records += state.records
            for refused in (*state.refused, state.nobodys):
                result.refused.update(refused)
            result.hosts.update(state.hosts)
            result.faults += sifted.faults(number)
            result.unread += [state.unread] if state.unread else []
        return pages

    def _done(self) -> dict[str, Any]:
        try:
            found = json.loads((self._folder / DONE).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return dict(found)

    def _import(self, job: Import, sifting: SiftedFor, done: dict[str, Any], *, dry_run: bool) -> None:
        name = job.portal.id

        def on_stored(result: ImportResult) -> None:
            done[name] = {**result.state, "run": result.run}
            with new_file(self._folder / DONE) as path:
                path.write_text(json.dumps(done, ensure_ascii=False), encoding="utf-8")

        try:
            self._result.portals[name] = import_sources(
                job,
                self._archive,
                dry_run=dry_run,
                progress=self._progress,
                sifting=sifting,
                readers=self._readers,
                on_stored=on_stored,
            )
        except (PortalBusyError, MergeError) as error:
            self._result.unfinished.append(str(error))
