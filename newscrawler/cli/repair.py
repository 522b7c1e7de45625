"""`newscrawler repair`: derived tables are rebuilt, torn ends of files are moved aside."""

from __future__ import annotations

import click

from newscrawler.cli.options import archive_option, format_option
from newscrawler.cli.verify import repair_and_report


@click.command("repair")
@format_option
@archive_option
def command(output: str, archive: str) -> None:
    """Rebuild what can be rebuilt from the rest of the archive, then check it. Nothing that was stored is deleted.

    This repairs the search index, the clusters of reprints, counters, pointers, runs that were left open, and WARC
    files with a torn end. What is still wrong afterwards is shown as 'newscrawler verify' shows it. A damaged file is
    not written to: use 'newscrawler salvage' or a backup.

    \b
    Examples:
      newscrawler repair
      newscrawler repair --format json

    Exit status: 0 sound, 1 something is still wrong, 2 wrong usage.
    """
    repair_and_report(archive, output)
