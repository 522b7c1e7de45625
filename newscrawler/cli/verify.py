"""`newscrawler verify`: is the archive whole, and what to do where it is not."""

from __future__ import annotations

from dataclasses import asdict

import click

from newscrawler.cli.logs import printable
from newscrawler.cli.options import archive_option, clear_errors, format_option


@click.command("verify")
@click.option("--repair", is_flag=True, help="Mend what can be made anew from the rest; nothing stored is deleted.")
@click.option(
    "--rescue", metavar="NEW", type=click.Path(), help="Copy what a damaged archive still holds into this new one."
)
@format_option
@archive_option
def command(repair: bool, rescue: str | None, output: str, archive: str) -> None:
    """Check the whole archive: its file, its rows, its texts, the search index, and every capture.

    May run beside a crawl. With --repair the search index, the clusters of reprints, counters, pointers and runs that
    were left open are put in order first; what then remains is shown. A damaged file is never written to; with
    --rescue its rows are copied into a new archive, which is then repaired and checked.

    \b
    Examples:
      newscrawler verify
      newscrawler verify --repair
      newscrawler verify --format json
      newscrawler verify --rescue data/rescued.db

    Exit status: 0 sound, 1 something is wrong, 2 wrong usage. Notes alone do not count.
    """
    from newscrawler.archive.integrity.salvage import SalvageError, salvage_archive
    from newscrawler.archive.integrity.verify import DamagedError, check_archive, repair_archive
    from newscrawler.cli.tables import print_json, print_table

    done: list[str] = []
    with clear_errors():
        if rescue:
            try:
                copied = salvage_archive(archive, rescue)
            except SalvageError as error:
                raise click.ClickException(printable(str(error))) from None
            counts = ", ".join(f"{count:,} {table}" for table, count in copied.items() if count)
            click.echo(f"rescued: {counts}", err=True)
            archive = rescue
        if repair or rescue:
            try:
                done = repair_archive(archive)
            except DamagedError as error:
                click.echo(printable(str(error)), err=True)
        found = list(check_archive(archive))
    problems = [problem for problem in found if not problem.is_note]
    if output == "json":
        print_json(
            {
                "archive": archive,
                "sound": not problems,
                "repaired": done,
                "problems": [asdict(problem) for problem in found],
            }
        )
    else:
        for sentence in done:
            click.echo(f"repaired: {printable(sentence)}", err=True)
        if found:
            header = ("", "kind", "where", "what", "what to do")
            rows = [
                ("note" if problem.is_note else "problem", problem.kind, problem.where, problem.what, problem.fix)
                for problem in found
            ]
            print_table("", header, rows)
        verdict = f"{len(problems)} problem{'s' * (len(problems) != 1)}" if problems else "sound"
        click.echo(f"{printable(archive)}: {verdict}")
    if problems:
        raise SystemExit(1)
