"""One import: from sources to a part, and from the part into the archive."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from newscrawler.archive import runs
from newscrawler.archive.atomic import folder_beside
from newscrawler.archive.database.locks import lock_portal
from newscrawler.archive.database.opening import open_archive
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.errors import UnavailableError
from newscrawler.archive.merging.merge import MergeError
from newscrawler.archive.merging.take_in import take_in
from newscrawler.archive.progress import Progress, unwatched
from newscrawler.archive.sharing.cluster import Cluster
from newscrawler.archive.templates import templates_of
from newscrawler.crawling.recording import shapes
from newscrawler.crawling.recording.run_record import portal_values
from newscrawler.importing.articles import ArticleReader
from newscrawler.importing.filling import Filling, SiftedFor
from newscrawler.importing.job import Import, ImportResult
from newscrawler.importing.joining import article_counts, repeat_newer_states
from newscrawler.importing.known_sources import digests_of, known_sources
from newscrawler.importing.listings import ListingImport, place_articles
from newscrawler.importing.part import COMMAND, DamagedPartError, Part
from newscrawler.importing.readers import Readers
from newscrawler.importing.sifted import Sifted
from newscrawler.importing.sifting import Wanted
from newscrawler.importing.sources import Source
from newscrawler.importing.target import opened_target
from newscrawler.importing.unfinished import emptied, work_folder


def import_sources(
    job: Import,
    archive: str | Path,
    *,
    dry_run: bool = False,
    progress: Progress = unwatched,
    sifting: SiftedFor | None = None,
    readers: Readers | None = None,
    on_stored: Callable[[ImportResult], object] = bool,
) -> ImportResult:
    """Import pages into an archive, which is created if there is none. With `dry_run` it stays as it is.

    Raises SourceError for a path that is of no use, ArchiveError and PortalBusyError for an archive that is of no use,
    MergeError and OSError if the pages cannot be stored. The archive is then unchanged, and the same import goes on
    with what was read.

    `sifting` has what the sources hold, if they are read for several portals, and `readers` are those for all of them.
    `on_stored` is told the result before the folder is removed in which the import works: if that is told twice, it is
    the same import.
    """
    archive = Path(archive)
    sources = job.sources()
    with ExitStack() as stack:
        archive.parent.mkdir(parents=True, exist_ok=True)
        lock = lock_portal(archive, job.portal.id)
        stack.callback(lock.release)
        readers = readers or stack.enter_context(closing(Readers(job.workers)))
        if dry_run:
            folder = stack.enter_context(folder_beside(archive.with_name(f"{archive.name}.import")))
        else:
            mode = "several" if sifting else "read" if _sifting(job, sources, readers) == 1 else "sifted"
            folder = stack.enter_context(work_folder(archive, job.portal.id, job.fingerprint(sources, mode)))
        target = opened_target(archive, dry_run=dry_run)
        if target is not None:
            stack.enter_context(closing(target))
        part = _opened(folder, job, target)
        stack.enter_context(closing(part.connection))
        result = ImportResult()
        if part.is_finished:
            _restore(part, result)
        else:
            if sifting is None:
                sifting = stack.enter_context(filled_from(job, sources, folder, target, readers))
            filling = Filling(part, job, result, folder, progress, readers, sifting)
            filling.take_all(sources, fetch=not dry_run)
            part.finish_captures()
            _read(part, result, progress, readers)
            _finish(part, result)
        if target is not None:
            target.close()
        if dry_run:
            return result
        if part.captures:
            result.run = part.key
            try:
                progress("taking in")
                take_in(part.path, archive)
            except (MergeError, UnavailableError) as error:
                raise MergeError(f"{error} What was imported is kept: the same command takes it in.") from None
        elif target is not None:
            result.run = _record_run(archive, job, result)
        on_stored(result)
    return result


def _sifting(job: Import, sources: Sequence[Source], readers: Readers) -> int | Cluster:
    """Return who reads the sources. A limit is kept by one process: it knows when there is enough."""
    files = [source for source in sources if source.root is None]
    return 1 if job.limit else readers.of_sources(files)


@contextmanager
def filled_from(
    job: Import, sources: Sequence[Source], folder: Path, target: sqlite3.Connection | None, readers: Readers
) -> Iterator[SiftedFor | None]:
    """Give the sifted files of the sources that must be read, for one portal; None if one process reads them.

    Saved pages are read as they are.
    """
    if _sifting(job, sources, readers) == 1:
        yield None
        return
    known = known_sources(target, job.portal.id, job.since, job.until) if target is not None else {}
    digests = digests_of(sources, job.portal.hosts)
    wanted = Wanted((job.portal,), job.since, job.until, job.captured)
    files = {
        number: source for number, source in enumerate(sources) if source.root is None and digests[number] not in known
    }
    work = folder / "sifted"
    work.mkdir(exist_ok=True)
    with closing(Sifted(work, wanted, files, readers)) as sifted:
        yield SiftedFor(sifted, digests)


def _opened(folder: Path, job: Import, target: sqlite3.Connection | None) -> Part:
    """Open the part in a folder; begin again where it cannot be used."""
    try:
        return Part(folder, job.portal, job.arguments, target)
    except DamagedPartError:
        emptied(folder)
        return Part(folder, job.portal, job.arguments, target)


def _restore(part: Part, result: ImportResult) -> None:
    """Take over the numbers of a part that was finished and not yet taken in."""
    counts, reason = part.connection.execute("SELECT counts, reason FROM runs").fetchone()
    result.restore(json.loads(counts))
    result.unread = [reason] if reason and not result.faults else []
    part.connection.close()


def _read(part: Part, result: ImportResult, progress: Progress, readers: Readers) -> None:
    """Read the captures of the part: listings first, since they tell where and when an article was listed."""
    portal, target = part.portal.id, part.target
    known = shapes.known_shapes(target, portal) if target is not None else frozenset()
    templates = templates_of(target, portal) if target is not None else ()
    listings = ListingImport(part, known)
    listings.read_all(progress)
    ArticleReader(part, templates, result.rejected, readers).read_all(progress)
    with writing(part.connection):
        place_articles(part.connection)
        repeat_newer_states(part.connection, target, portal)
        _keep_shapes(part.connection, portal, known)
    result.listings = listings.pages
    count = "SELECT (SELECT count(*) FROM listing_sightings), (SELECT count(*) FROM versions)"
    result.sightings, result.versions = part.connection.execute(count).fetchone()
    result.new, result.changed, result.unchanged = article_counts(part.connection, target)


def _keep_shapes(connection: sqlite3.Connection, portal: str, known: frozenset[str]) -> None:
    """Let the portal's row, which the archive takes from the latest run, have what the archive knows of addresses."""
    if known:
        value = json.dumps(dict.fromkeys(sorted(known), shapes.LEAST), ensure_ascii=False)
        connection.execute("UPDATE portals SET article_shapes = ? WHERE id = ?", (value, portal))
    else:
        shapes.learn_shapes(connection, portal)


def _outcome(result: ImportResult) -> tuple[str, str]:
    problems = list(result.unread)
    if result.faults:
        problems.append(f"{result.faults:,} places of the sources cannot be read, or captures not be had")
    return ("incomplete" if problems else "done"), "; ".join(problems)


def _finish(part: Part, result: ImportResult) -> None:
    outcome, reason = _outcome(result)
    part.finish(counts=result.counts, outcome=outcome, reason=reason)


def _record_run(archive: Path, job: Import, result: ImportResult) -> str:
    """Record a run that found nothing new: there is nothing to take in."""
    outcome, reason = _outcome(result)
    with closing(open_archive(archive)) as connection, writing(connection):
        run = runs.start_run(connection, portal_values(job.portal), command=COMMAND, arguments=job.arguments)
        runs.finish_run(connection, run, outcome=outcome, reason=reason, counts=result.counts)
        return str(connection.execute("SELECT key FROM runs WHERE id = ?", (run,)).fetchone()[0])
