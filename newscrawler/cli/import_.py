"""`newscrawler import SOURCE…`: captured pages of others into the archive."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler.cli.import_report import report, report_several
from newscrawler.cli.options import Day, archive_option, clear_errors, output_option, readers_options
from newscrawler.cli.work_progress import shown_progress
from newscrawler.text.printable import printable, printable_lines

if TYPE_CHECKING:
    from newscrawler.archive.sharing.cluster import Workers
    from newscrawler.importing.job import ImportResult
    from newscrawler.importing.remote.services import Service
    from newscrawler.importing.several import SeveralResult
    from newscrawler.portals import Portal

SERVICES = ("wayback", "commoncrawl")
ALL = "all"
DELAY = 2.5
"""The Wayback Machine refuses more than 24 requests per minute."""


@click.command("import")
@click.argument("sources", nargs=-1, metavar="[SOURCE…]", type=click.Path(path_type=Path))
@click.option(
    "--portal",
    "names",
    required=True,
    multiple=True,
    metavar="ID",
    help="The portal whose pages are imported (repeatable); all: every portal of which there is a definition.",
)
@click.option(
    "--from", "service", type=click.Choice(SERVICES), help="Fetch what an archive on the web has and this one lacks."
)
@click.option(
    "--url",
    "base",
    metavar="BASE",
    help="Of --from: another archive, such as a pywb. Of lists: the folder or address of the files that they name.",
)
@click.option(
    "--delay",
    type=click.FloatRange(min=0, max=3600),
    default=DELAY,
    show_default=True,
    metavar="SECONDS",
    help="Between two requests to an archive on the web; less only for a server of your own.",
)
@click.option("--since", type=Day(), metavar="DATE", help="Captured on this day or later (UTC).")
@click.option("--until", type=Day(), metavar="DATE", help="Captured on this day or earlier (UTC).")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Copy at most N pages.")
@click.option("--captured", type=Day(), metavar="DATE", help="When saved pages were captured; else: their file's time.")
@readers_options
@click.option("--wanted", is_flag=True, help="Import nothing: print what listings showed and nobody captured.")
@click.option("--dry-run", is_flag=True, help="Only count; the archive stays as it is.")
@output_option("table", "json", text="Messages for people, JSON for programs.")
@archive_option
def command(
    sources: tuple[Path, ...],
    names: tuple[str, ...],
    service: str | None,
    base: str | None,
    delay: float,
    since: str | None,
    until: str | None,
    limit: int | None,
    captured: str | None,
    workers: Workers,
    wanted: bool,
    dry_run: bool,
    output: str,
    archive: str,
) -> None:
    """Import captured pages of portals into the archive: from files, or from archives on the web.

    A SOURCE is a WARC or a packed ARC file, a WACZ collection, a folder of these and of saved pages, a list of captures
    (CDXJ, CDX), or a list of WARC files (.paths): a path or an address per line.
    With --from, the index of the Wayback Machine or of Common Crawl is asked for the portal's pages. --wanted prints
    addresses, one per line, that a listing first showed between --since and --until and of which no page is stored.
    Pages of other hosts are passed over. A page counts as seen at the time of its capture. So its versions stand
    between those that the archive has. An import withdraws no article and proves no section complete. Importing the
    same source again adds nothing. Ctrl-C leaves the archive as it was; the same command then
    goes on where it ended. 'newscrawler runs undo KEY' undoes an import. For several portals the files are read once,
    and each portal of which there are pages gets a run of its own.

    \b
    Examples:
      newscrawler import 2014.warc.gz --portal hbdysh
      newscrawler import collection.wacz warcs/ --portal hbdysh --since 2012-01-01 --until 2015-12-31
      newscrawler import www.hbdysh.cn/ --portal hbdysh --captured 2016-05-01
      newscrawler import warcs/ --portal hbdysh --dry-run --format json
      newscrawler import warcs/ --portal all
      newscrawler import warc.paths.gz --url https://data.commoncrawl.org --portal all --workers 2
      newscrawler import warc.paths.gz --url /data/cc-news --portal all --scheduler tcp://10.0.0.1:8786
      newscrawler import --from wayback --portal hbdysh --since 2012-01-01 --until 2015-12-31
      newscrawler import --from wayback --url http://localhost:8080/our-collection --portal hbdysh --delay 0
      newscrawler import captures.cdxj --url warcs/ --portal hbdysh
      newscrawler import --wanted --portal hbdysh --until 2015-12-31

    Exit status: 0 done, 1 failed, or a source could not be read in full (the messages say what), 2 wrong usage.
    """
    from newscrawler.archive.merging.merge import MergeError
    from newscrawler.extraction.cms import content_systems
    from newscrawler.importing import file_lists
    from newscrawler.importing.importer import import_sources
    from newscrawler.importing.job import Import
    from newscrawler.importing.several import SeveralResult, import_several
    from newscrawler.importing.sources import SourceError

    if wanted:
        if sources or service or base or limit or captured or dry_run:
            raise click.UsageError(
                "--wanted reads the archive and imports nothing; use it with --since and --until only."
            )
        _print_wanted(names, archive, since or "", until or "", output)
        return
    with clear_errors(), shown_progress("import") as progress:
        portals = _portals(names)
        content_systems()  # mistakes in them end the command before it reads
        moment = datetime.fromisoformat(captured).replace(tzinfo=UTC) if captured else None
        found, files = _service(service, base, delay, sources)
        job = Import(files, portals[0], since or "", until or "", limit, moment, workers, found)
        if any(path.name.lower().endswith(file_lists.SUFFIXES) for path in files):
            job = replace(job, base=base or "", delay=delay)
        try:
            result: ImportResult | SeveralResult
            if len(portals) > 1:
                result = import_several(job, portals, archive, dry_run=dry_run, progress=progress)
            else:
                result = import_sources(job, archive, dry_run=dry_run, progress=progress)
        except SourceError as error:
            raise click.UsageError(printable(str(error))) from None
        except MergeError as error:
            raise click.ClickException(printable(str(error))) from None
    if isinstance(result, SeveralResult):
        report_several(result, output, portals=portals, dry_run=dry_run)
        is_incomplete = result.unread or result.unfinished or result.faults or result.is_empty
        if is_incomplete or any(one.unread or one.faults for one in result.portals.values()):
            raise click.exceptions.Exit(1)
        return
    report(result, output, portal=portals[0], dry_run=dry_run)
    if result.unread or result.faults or (result.is_empty and not (dry_run and result.indexed)):
        raise click.exceptions.Exit(1)


def _portals(names: Sequence[str]) -> list[Portal]:
    """Return the portals of these names, each once. Definitions that are wrong are told where all are meant."""
    from newscrawler.portals import load_portal, load_portals

    found: dict[str, Portal] = {}
    for name in names:
        if name == ALL:
            known, errors = load_portals()
            for error in errors:
                click.echo(printable_lines(str(error)), err=True)
        else:
            known = [load_portal(name)]
        for portal in known:
            found.setdefault(portal.id, portal)
    return list(found.values())


def _print_wanted(names: Sequence[str], archive: str, since: str, until: str, output: str) -> None:
    from newscrawler.archive import open_archive_read_only
    from newscrawler.archive.filters import known_portal
    from newscrawler.archive.reports.coverage import wanted_urls
    from newscrawler.cli.tables import print_json
    from newscrawler.portals import is_path, load_portal

    with clear_errors(), closing(open_archive_read_only(archive)) as connection:
        portals: dict[str, None] = {}
        for name in names:
            if name == ALL:
                portals |= dict.fromkeys(row[0] for row in connection.execute("SELECT id FROM portals ORDER BY id"))
            else:
                portals[load_portal(name).id if is_path(name) else known_portal(connection, name)] = None
        rows = [
            {"portal": portal, **row}
            for portal in portals
            for row in wanted_urls(connection, portal=portal, since=since, until=until)
        ]
    if output == "json":
        print_json(rows)
        return
    for row in rows:
        click.echo(printable(row["url"]))


def _service(
    name: str | None, base: str | None, delay: float, sources: tuple[Path, ...]
) -> tuple[Service | None, tuple[Path, ...]]:
    """Return who lists captures, if anybody does, and the sources that are no lists of captures."""
    from newscrawler.importing import file_lists
    from newscrawler.importing.remote.client import Client
    from newscrawler.importing.remote.commoncrawl import CommonCrawl
    from newscrawler.importing.remote.files import is_address
    from newscrawler.importing.remote.lists import SUFFIXES, IndexLists
    from newscrawler.importing.remote.services import checked_base
    from newscrawler.importing.remote.wayback import BASE, Wayback

    is_list_of_files = any(path.name.lower().endswith(file_lists.SUFFIXES) for path in sources)
    lists = tuple(path for path in sources if path.name.lower().endswith(SUFFIXES))
    if not (name or sources):
        raise click.UsageError("Name a SOURCE, or an archive on the web with --from.")
    if name and lists:
        raise click.UsageError(f"{lists[0]}: a list of captures and --from cannot be imported together.")
    if lists and not base:
        raise click.UsageError(f"{lists[0]}: needs --url BASE: the folder or address of the WARC files that it names.")
    if base and not (name or lists or is_list_of_files):
        raise click.UsageError("--url needs --from, or a list: of captures (CDXJ, CDX), or of WARC files (.paths).")
    if is_list_of_files and base and not (name or lists):
        if not (is_address(base) or Path(base).is_dir()):
            raise click.BadParameter(f"{base} is neither a folder nor an address.", param_hint="--url")
        return None, sources
    client = Client(delay, on_wait=lambda reason: click.echo(f"import: {printable(reason)}", err=True))
    if lists and base and "://" not in base:
        if not Path(base).is_dir():
            raise click.BadParameter(f"{base} is not a folder.", param_hint="--url")
        missing = [path for path in lists if not path.is_file()]
        if missing:
            raise click.UsageError(f"{missing[0]}: there is no such file.")
        return IndexLists(client, lists, Path(base)), tuple(path for path in sources if path not in lists)
    try:
        address = checked_base(base) if base else ""
    except ValueError as error:
        raise click.BadParameter(f"{base} {error}.", param_hint="--url") from None
    if lists:
        return IndexLists(client, lists, address), tuple(path for path in sources if path not in lists)
    if name == "wayback":
        return Wayback(client, address or BASE), sources
    return (CommonCrawl(client, address), sources) if name else (None, sources)
