"""`newscrawler verify`: is the archive whole, and what to do where it is not."""

from __future__ import annotations

from dataclasses import asdict

import click

from newscrawler.cli.options import archive_option, clear_errors, format_option, workers_option
from newscrawler.text.printable import printable


@click.command("verify")
@workers_option
@format_option
@archive_option
def command(workers: int | None, output: str, archive: str) -> None:
    """Check the whole archive: its file, its rows, its texts, the search index, and every capture.

    Crawls may run at the same time. Nothing is changed: 'newscrawler repair' repairs, and 'newscrawler salvage' saves
    what is readable of a damaged file.

    \b
    Examples:
      newscrawler verify
      newscrawler verify --format json

    Exit status: 0 sound, 1 something is wrong, 2 wrong usage. Notes alone do not count.
    """
    check_and_report(archive, output, workers=workers)


def check_and_report(
    archive: str, output: str, *, repairs: list[str] | None = None, workers: int | None = None
) -> None:
    """Check an archive and print what is wrong; end with status 1 if there are problems.

    `repairs` are sentences on what a repair just did.
    """
    from newscrawler.archive.integrity.verify import check_archive
    from newscrawler.cli.tables import print_json, print_table
    from newscrawler.cli.work_progress import shown_progress

    repairs = repairs or []
    with clear_errors(), shown_progress("verify") as progress:
        rows = list(check_archive(archive, workers=workers, progress=progress))
    problems = [row for row in rows if not row.is_note]
    if output == "json":
        print_json(
            {
                "archive": archive,
                "sound": not problems,
                "repaired": repairs,
                "problems": [asdict(row) for row in rows],
            }
        )
    else:
        for sentence in repairs:
            click.echo(f"repaired: {printable(sentence)}", err=True)
        if rows:
            header = ("", "kind", "where", "what", "what to do")
            cells = [("note" if row.is_note else "problem", row.kind, row.where, row.what, row.fix) for row in rows]
            print_table("", header, cells)
        result = f"{len(problems)} problem{'s' * (len(problems) != 1)}" if problems else "sound"
        click.echo(f"{printable(archive)}: {result}")
    if problems:
        raise click.exceptions.Exit(1)


def repair_and_report(archive: str, output: str) -> None:
    """Repair an archive, check it, and print what was repaired and what is still wrong."""
    from newscrawler.archive.integrity.repair import DamagedError, repair_archive

    repairs: list[str] = []
    with clear_errors():
        try:
            repairs = repair_archive(archive)
        except DamagedError as error:
            click.echo(printable(str(error)), err=True)
    check_and_report(archive, output, repairs=repairs)
