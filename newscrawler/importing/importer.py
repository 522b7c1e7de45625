"""One import: from sources to a part, and from the part into the archive."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from newscrawler.archive import runs
from newscrawler.archive.atomic import folder_beside
from newscrawler.archive.captures.warc_files import captures_folder
from newscrawler.archive.database.connection import open_archive, open_archive_read_only
from newscrawler.archive.database.locks import lock_portal
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.merging.merge import MergeError, merge
from newscrawler.archive.progress import Progress, unwatched
from newscrawler.archive.templates import templates_of
from newscrawler.crawling.recording import shapes
from newscrawler.crawling.recording.run_record import portal_values
from newscrawler.importing.articles import ArticleReader
from newscrawler.importing.joining import article_counts, repeat_newer_states
from newscrawler.importing.listings import ListingImport, place_articles
from newscrawler.importing.part import COMMAND, Part
from newscrawler.importing.saved_pages import record_of_page
from newscrawler.importing.selection import Selection
from newscrawler.importing.sources import Source, SourceError, find_sources, opened
from newscrawler.importing.warc_records import Fault, SourceRecord, WarcRecords
from newscrawler.portals import Portal

MAX_EVENTS = 1_000
"""Places that cannot be read which a run names. Its counts are complete."""


@dataclass(slots=True)
class Import:
    """What is to be imported."""

    paths: tuple[Path, ...]
    portal: Portal
    since: str = ""
    """ISO date (UTC) of the first day of capture; empty: all."""
    until: str = ""
    """ISO date (UTC) of the last day of capture; empty: all."""
    limit: int | None = None
    """The most pages that are copied."""
    captured: datetime | None = None
    """When saved pages were captured; None: their files tell it."""

    @property
    def arguments(self) -> dict[str, Any]:
        """What the record of the run says about it."""
        values: dict[str, Any] = {"sources": [str(path) for path in self.paths]}
        values |= {"since": self.since, "until": self.until, "limit": self.limit}
        values["captured"] = self.captured.isoformat() if self.captured else None
        return {name: value for name, value in values.items() if value}


@dataclass(slots=True)
class ImportResult:
    """The numbers of an import."""

    run: str = ""
    """The key of the run; empty if none was recorded."""
    sources: int = 0
    """Files that were read."""
    records: int = 0
    """Records of WARC files and saved pages, of all hosts."""
    copied: int = 0
    """Pages of the portal that were copied."""
    known: int = 0
    """Pages that the archive has from the same capture."""
    listings: int = 0
    """Captured pages of listings that were read."""
    sightings: int = 0
    new: int = 0
    """Articles that the archive did not have."""
    changed: int = 0
    """Articles of the archive of which the import has a text that it did not have."""
    unchanged: int = 0
    """Articles of the archive of which the import has no other text."""
    versions: int = 0
    """Versions in the part."""
    refused: Counter[str] = field(default_factory=Counter)
    """Records of the portal that were not copied, by reason."""
    rejected: Counter[str] = field(default_factory=Counter)
    """Copied pages that are not articles, by reason."""
    faults: int = 0
    """Places of the sources that cannot be read."""
    unread: list[str] = field(default_factory=list)
    """Sources that could not be read at all, in sentences."""

    @property
    def counts(self) -> dict[str, Any]:
        """The numbers as a run records them."""
        values: dict[str, Any] = {one.name: getattr(self, one.name) for one in fields(self)}
        del values["run"], values["unread"]
        return values | {"refused": dict(self.refused), "rejected": dict(self.rejected)}


def import_sources(
    job: Import, archive: str | Path, *, dry_run: bool = False, progress: Progress = unwatched
) -> ImportResult:
    """Import pages into an archive, which is created if there is none. With `dry_run` it stays as it is.

    Raises SourceError for a path that is of no use, ArchiveError and PortalBusyError for an archive that is of no use,
    MergeError and OSError if the pages cannot be stored. The archive is then unchanged. A part that could not be taken
    in is kept in a folder beside the archive, which the message of the MergeError names.
    """
    archive = Path(archive)
    sources = [source for path in job.paths for source in find_sources(path)]
    with ExitStack() as stack:
        archive.parent.mkdir(parents=True, exist_ok=True)
        lock = lock_portal(archive, job.portal.id)
        stack.callback(lock.release)
        folder = stack.enter_context(folder_beside(archive.with_name(f"{archive.name}.import")))
        target = open_archive_read_only(archive) if archive.exists() else None
        if target is not None:
            stack.enter_context(closing(target))
        part = Part(folder, job.portal, job.arguments, target)
        stack.enter_context(closing(part.connection))
        result = _fill(part, job, sources, folder, progress)
        _finish(part, result)
        if target is not None:
            target.close()
        if dry_run:
            return result
        if part.captures:
            result.run = part.key
            try:
                merge([part.path], archive, progress=progress)
            except MergeError as error:
                raise MergeError(f"{error} {_kept(part, archive)}") from None
        elif target is not None:
            result.run = _record_run(archive, job, result)
    return result


def _kept(part: Part, archive: Path) -> str:
    """Move a part that could not be taken in to where its user finds it; return a sentence about it. Raises OSError."""
    folder = archive.with_name(f"{archive.name}-import-{part.key}")
    folder.mkdir()
    for path in (part.path, captures_folder(part.path)):
        path.rename(folder / path.name)
    kept = folder / part.path.name
    return f"What was imported is kept: 'newscrawler merge {kept} --archive {archive}' takes it in."


def _fill(part: Part, job: Import, sources: Sequence[Source], folder: Path, progress: Progress) -> ImportResult:
    """Copy the pages of the sources into the part, and read its articles."""
    result = ImportResult()
    selection = Selection(job.portal, job.since, job.until)
    total = sum(source.size for source in sources)
    done = 0
    for source in sources:
        if job.limit is not None and part.captures >= job.limit:
            break
        result.sources += 1
        shown = partial(_show, progress, done, total)
        try:
            for found in _records_of(source, job, selection, folder, result, shown):
                if isinstance(found, Fault):
                    result.faults += 1
                    _note_fault(part, source, found, result.faults)
                else:
                    _count(part.add(found, source.name), result)
                if job.limit is not None and part.captures >= job.limit:
                    break
        except SourceError as error:
            result.unread.append(str(error))
        done += source.size
    for reason in part.add_revisits():
        _count(reason, result)
    result.refused += selection.refused
    result.copied = part.captures
    part.finish_captures()
    _read(part, result, progress)
    return result


def _show(progress: Progress, done: int, total: int, offset: int) -> None:
    progress("reading of the sources", done + offset, total)


def _records_of(
    source: Source,
    job: Import,
    selection: Selection,
    folder: Path,
    result: ImportResult,
    on_read: Callable[[int], object],
) -> Iterator[SourceRecord | Fault]:
    """Yield what is of use in a source. Raises SourceError if it cannot be read."""
    try:
        if source.root is not None:
            result.records += 1
            page = record_of_page(source, job.portal, job.captured)
            if isinstance(page, SourceRecord):
                found = [page] if selection.by_fields(page.fields) else []
            else:
                found = []
                result.refused += Counter([page] if page else [])
    except OSError as error:
        raise SourceError(f"{source.name}: {error.strerror or error}.") from None
    if source.root is not None:
        yield from found
        return
    with opened(source, folder) as stream:
        records = WarcRecords(stream, selection, on_read=on_read)
        try:
            yield from records
        finally:
            result.records += records.count


def _count(reason: str, result: ImportResult) -> None:
    if reason == "known":
        result.known += 1
    elif reason:
        result.refused[reason] += 1


def _note_fault(part: Part, source: Source, fault: Fault, number: int) -> None:
    if number <= MAX_EVENTS:
        reason = f"{source.name} at {fault.offset:,}: {fault.reason}"
        with writing(part.connection):
            runs.add_event(part.connection, part.run, "failed", url=None, section=None, reason=reason)


def _read(part: Part, result: ImportResult, progress: Progress) -> None:
    """Read the captures of the part: listings first, since they tell where and when an article was listed."""
    portal, target = part.portal.id, part.target
    known = shapes.known_shapes(target, portal) if target is not None else frozenset()
    templates = templates_of(target, portal) if target is not None else ()
    listings = ListingImport(part, known)
    listings.read_all(progress)
    ArticleReader(part, templates, result.rejected).read_all(progress)
    with writing(part.connection):
        place_articles(part.connection)
        repeat_newer_states(part.connection, target, portal)
        _keep_shapes(part.connection, portal, known)
    result.listings = listings.pages
    count = "SELECT (SELECT count(*) FROM listing_sightings), (SELECT count(*) FROM versions)"
    result.sightings, result.versions = part.connection.execute(count).fetchone()
    result.new, result.changed, result.unchanged = article_counts(part.connection, target)


def _keep_shapes(connection: sqlite3.Connection, portal: str, known: frozenset[str]) -> None:
    """Let the portal's row, which the merge takes from the latest run, have what the archive knows of addresses."""
    if known:
        value = json.dumps(dict.fromkeys(sorted(known), shapes.LEAST), ensure_ascii=False)
        connection.execute("UPDATE portals SET article_shapes = ? WHERE id = ?", (value, portal))
    else:
        shapes.learn_shapes(connection, portal)


def _outcome(result: ImportResult) -> tuple[str, str]:
    problems = list(result.unread)
    if result.faults:
        problems.append(f"{result.faults:,} places of the sources cannot be read")
    return ("incomplete" if problems else "done"), "; ".join(problems)


def _finish(part: Part, result: ImportResult) -> None:
    outcome, reason = _outcome(result)
    part.finish(counts=result.counts, outcome=outcome, reason=reason)


def _record_run(archive: Path, job: Import, result: ImportResult) -> str:
    """Record a run that found nothing new: a merge is not needed for it."""
    outcome, reason = _outcome(result)
    with closing(open_archive(archive)) as connection, writing(connection):
        run = runs.start_run(connection, portal_values(job.portal), command=COMMAND, arguments=job.arguments)
        runs.finish_run(connection, run, outcome=outcome, reason=reason, counts=result.counts)
        return str(connection.execute("SELECT key FROM runs WHERE id = ?", (run,)).fetchone()[0])
