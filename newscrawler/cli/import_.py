"""`newscrawler import SOURCE…`: captured pages of others into the archive."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler.cli.options import Day, archive_option, clear_errors, output_option
from newscrawler.cli.work_progress import shown_progress
from newscrawler.text.printable import printable

if TYPE_CHECKING:
    from newscrawler.importing.importer import ImportResult


@click.command("import")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE…", type=click.Path(path_type=Path))
@click.option("--portal", "portal_name", required=True, metavar="ID", help="The portal whose pages are imported.")
@click.option("--since", type=Day(), metavar="DATE", help="Captured on this day or later (UTC).")
@click.option("--until", type=Day(), metavar="DATE", help="Captured on this day or earlier (UTC).")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Copy at most N pages.")
@click.option("--captured", type=Day(), metavar="DATE", help="When saved pages were captured; else: their file's time.")
@click.option("--dry-run", is_flag=True, help="Only count; the archive stays as it is.")
@output_option("table", "json", text="Messages for people, JSON for programs.")
@archive_option
def command(
    sources: tuple[Path, ...],
    portal_name: str,
    since: str | None,
    until: str | None,
    limit: int | None,
    captured: str | None,
    dry_run: bool,
    output: str,
    archive: str,
) -> None:
    """Import captured pages of a portal into the archive: WARC files, WACZ collections, folders of saved pages.

    Pages of other hosts are passed over. A page counts as seen at the time of its capture. So its versions stand
    between those that the archive has. An import withdraws no article and proves no section complete. Importing the
    same source again adds nothing. Ctrl-C leaves the archive as it was. 'newscrawler runs undo KEY' undoes an import.

    \b
    Examples:
      newscrawler import 2014.warc.gz --portal hbdysh
      newscrawler import collection.wacz warcs/ --portal hbdysh --since 2012-01-01 --until 2015-12-31
      newscrawler import www.hbdysh.cn/ --portal hbdysh --captured 2016-05-01
      newscrawler import warcs/ --portal hbdysh --dry-run --format json

    Exit status: 0 done, 1 failed, or a source could not be read in full (the messages say what), 2 wrong usage.
    """
    from newscrawler.archive.merging.merge import MergeError
    from newscrawler.extraction.cms import content_systems
    from newscrawler.importing.importer import Import, import_sources
    from newscrawler.importing.sources import SourceError
    from newscrawler.portals import load_portal

    with clear_errors(), shown_progress("import") as progress:
        portal = load_portal(portal_name)
        content_systems()  # mistakes in them end the command before it reads
        moment = datetime.fromisoformat(captured).replace(tzinfo=UTC) if captured else None
        job = Import(sources, portal, since or "", until or "", limit, moment)
        try:
            result = import_sources(job, archive, dry_run=dry_run, progress=progress)
        except SourceError as error:
            raise click.UsageError(printable(str(error))) from None
        except MergeError as error:
            raise click.ClickException(printable(str(error))) from None
    _report(result, output, dry_run=dry_run)
    if result.unread or result.faults or not (result.copied or result.known):
        raise click.exceptions.Exit(1)


def _report(result: ImportResult, output: str, *, dry_run: bool) -> None:
    from newscrawler.cli.tables import print_json

    if output == "json":
        print_json({"run": result.run or None, "dry_run": dry_run, **result.counts, "unread": result.unread})
        return
    for sentence in result.unread:
        click.echo(f"Error: {printable(sentence)}", err=True)
    if result.faults:
        what = "'newscrawler runs show' lists them" if result.run else "the rest was read"
        click.echo(f"Error: {result.faults:,} places of the sources cannot be read; {what}.", err=True)
    click.echo(
        f"{result.records:,} records in {result.sources:,} files: {result.copied:,} pages copied, "
        f"{result.known:,} known from the same capture",
        err=True,
    )
    _list("not copied", result.refused)
    _list("not articles", result.rejected)
    would = "would be " if dry_run else ""
    click.echo(
        f"{would}{result.new:,} articles new, {result.changed:,} with another text, {result.unchanged:,} unchanged; "
        f"{result.versions:,} versions, {result.sightings:,} entries of {result.listings:,} listing pages",
        err=True,
    )
    if not (result.copied or result.known):
        click.echo("Error: no page of the portal was found; its hosts are those of the definition.", err=True)
    elif result.run and result.copied:
        click.echo(f"'newscrawler runs undo {result.run}' undoes this import.", err=True)


def _list(what: str, reasons: Counter[str]) -> None:
    if reasons:
        listed = ", ".join(f"{count:,} ({printable(reason)})" for reason, count in reasons.most_common())
        click.echo(f"{what}: {listed}", err=True)
