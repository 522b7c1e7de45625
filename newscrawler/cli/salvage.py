"""`newscrawler salvage NEW`: what is readable of a damaged archive, in a new one."""

from __future__ import annotations

import click

from newscrawler.cli.language import say
from newscrawler.cli.options import archive_option, clear_errors, format_option
from newscrawler.cli.verify import repair_and_report
from newscrawler.text.printable import printable


@click.command("salvage")
@click.argument("new", metavar="NEW", type=click.Path())
@format_option
@archive_option
def command(new: str, output: str, archive: str) -> None:
    """Copy what is readable of a damaged archive into the new archive NEW, then repair and check NEW.

    The damaged archive is not changed.

    \b
    Examples:
      newscrawler salvage data/salvaged.db
      newscrawler salvage data/salvaged.db --archive data/demo.db

    Exit status: 0 NEW is sound, 1 failed or something is missing, 2 wrong usage.
    """
    from newscrawler.archive.integrity.salvage import SalvageError, salvage_archive

    with clear_errors():
        try:
            rows = salvage_archive(archive, new)
        except SalvageError as error:
            raise click.ClickException(printable(str(error))) from None
    counts = ", ".join(f"{count:,} {table}" for table, count in rows.items() if count)
    say(f"salvaged: {counts}", err=True)
    repair_and_report(new, output)
