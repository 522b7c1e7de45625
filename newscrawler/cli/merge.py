"""`newscrawler merge ARCHIVE…`: archives from several machines as one."""

from __future__ import annotations

import click

from newscrawler.cli.language import say
from newscrawler.cli.options import archive_option, clear_errors
from newscrawler.cli.work_progress import shown_progress
from newscrawler.text.printable import printable


@click.command("merge")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT…", type=click.Path())
@archive_option
def command(inputs: tuple[str, ...], archive: str) -> None:
    """Merge the archives INPUT into the archive that --archive names. If it does not exist, it is created.

    Every version, sighting, run, capture and suppression is kept once; merging again changes nothing. Captures are
    transferred, too, as hard links on the same disk. Notes say what changes in articles that the target had. An input
    lifts no suppression of the target. The inputs are not changed. No crawl may write to the target at
    the same time.

    \b
    Examples:
      newscrawler merge data/demo.db --archive data/all.db
      newscrawler merge laptop.db office.db --archive data/all.db
      newscrawler merge /media/disk/laptop/archive.db

    Exit status: 0 done, 1 failed, or captures of an input are missing (the messages name them), 2 wrong usage.
    """
    from newscrawler.archive.merging.merge import MergeError, merge

    with clear_errors(), shown_progress("merge") as progress:
        try:
            merged = merge(inputs, archive, progress=progress)
        except MergeError as error:
            raise click.ClickException(printable(str(error))) from None
    for name in merged.missing:
        say(f"missing: {printable(name)}; 'newscrawler verify' on its archive says more", err=True)
    for sentence in merged.effects:
        say(f"note: {printable(sentence)}", err=True)
    counts = ", ".join(
        f"{count:,} {table} (+{count - merged.before[table]:,})" for table, count in merged.after.items()
    )
    say(f"{printable(archive)}: {counts}", err=True)
    if merged.missing:
        raise click.exceptions.Exit(1)
