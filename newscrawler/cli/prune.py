"""`newscrawler prune [PORTAL…]`: captures that only repeat others are removed, and small WARC files are joined."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from newscrawler.cli.language import say
from newscrawler.cli.options import Duration, archive_option, clear_errors, format_option
from newscrawler.cli.work_progress import shown_progress
from newscrawler.text.printable import printable


@click.command("prune")
@click.argument("portals", nargs=-1, metavar="[PORTAL…]")
@click.option(
    "--older-than",
    type=Duration(),
    default="90d",
    show_default=True,
    metavar="DURATION",
    help="Only captures of crawls that ended so long ago.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be done, and change nothing.")
@format_option
@archive_option
def command(portals: tuple[str, ...], older_than: timedelta, dry_run: bool, output: str, archive: str) -> None:
    """Remove captures that only repeat others, and join small WARC files. Without PORTAL: those of all portals.

    Removed are answers between two equal ones of the same address, and the listings of crawls that found nothing new.
    The first and the last capture of every address stay, also every capture from which a version was read, and every
    image. Records that stay are copied byte for byte into one file per month; 'cite' and 'history' then show the new
    place. 'newscrawler disk' shows what captures need.

    No crawl of the portal, no backup and no 'verify' may run at the same time. It can be interrupted: nothing is lost.

    \b
    Examples:
      newscrawler prune --dry-run
      newscrawler prune demo --older-than 30d
      newscrawler prune --format json

    Exit status: 0 done, 1 some files were left as they are (the messages say why), 2 wrong usage.
    """
    from contextlib import closing

    from newscrawler.archive import open_archive, open_archive_read_only
    from newscrawler.archive.captures.pruning import planned, prune
    from newscrawler.archive.filters import known_portal
    from newscrawler.cli.tables import print_json, print_table
    from newscrawler.text.clock import stamp

    before = stamp(datetime.now(UTC) - older_than)
    with clear_errors():
        with closing(open_archive_read_only(archive)) as connection:
            names = [known_portal(connection, name) for name in dict.fromkeys(portals)] or [
                name for (name,) in connection.execute("SELECT id FROM portals ORDER BY id")
            ]
            rows = [row for name in names for row in planned(connection, name, before=before)] if dry_run else []
        if not dry_run:
            with closing(open_archive(archive)) as connection, shown_progress("prune") as progress:
                for name in names:
                    rows += prune(connection, Path(archive), name, before=before, progress=progress)
    problems = [row for row in rows if row.problem]
    if output == "json":
        print_json([asdict(row) for row in rows])
    else:
        done = [row for row in rows if not row.problem]
        if done:
            header = ("portal", "month", "files", "captures", "removed", "bytes", "freed bytes")
            cells = [(row.portal, row.month, row.files, row.captures, row.removed, row.size, row.freed) for row in done]
            print_table("", header, cells, droppable=("captures",))
        for row in problems:
            say(printable(f"{row.portal}: {row.problem}"), err=True)
        verb = "would be removed" if dry_run else "were removed"
        say(f"{sum(row.removed for row in done):,} captures {verb}, {sum(row.freed for row in done):,} bytes freed.")
    if problems:
        raise click.exceptions.Exit(1)
