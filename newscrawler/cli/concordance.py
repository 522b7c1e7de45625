"""`newscrawler concordance WORDS`: each occurrence of a word in its context, one per line."""

from __future__ import annotations

from dataclasses import asdict
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import click

from newscrawler.cli.csv_rows import print_csv
from newscrawler.cli.language import say
from newscrawler.cli.options import (
    MAX_ROWS,
    Text,
    archive_option,
    article_filter_of,
    clear_errors,
    filter_options,
    output_option,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newscrawler.research.basis import Basis
    from newscrawler.research.concordance import Line

_COUNTED = 1_000
"""Lines that are counted and not shown: to find all of a frequent word, each text must be read."""
_SHOWN = 100


@click.command("concordance")
@click.argument("words", nargs=-1, required=True, type=Text())
@click.option(
    "--sort",
    "order",
    type=click.Choice(["date", "left", "right"]),
    default="date",
    show_default=True,
    help="By day of publication, or by the context on the left or on the right of the word.",
)
@click.option(
    "--width",
    type=click.IntRange(1, 200),
    default=30,
    show_default=True,
    help="Characters of context on each side. A table shows as many as fit the terminal.",
)
@click.option(
    "--limit",
    type=click.IntRange(1, MAX_ROWS),
    help=f"How many lines to write. Default: {_SHOWN} in a table, all in CSV and JSON.",
)
@output_option("table", "csv", "json", text="Aligned lines for people; CSV or JSON for programs.")
@filter_options
@archive_option
def command(
    words: tuple[str, ...], order: Any, width: int, limit: int | None, output: str, archive: str, **filters: Any
) -> None:
    """Show each occurrence of WORDS in its context, one per line, with the word in the middle (KWIC).

    WORDS are written as for 'newscrawler search'; of several words each occurrence of each is shown, in the articles
    that the search finds. Titles and bodies are read. `offset` is where the word begins in the title or body, in
    characters from 0.

    \b
    Examples:
      newscrawler concordance 茶农
      newscrawler concordance 脱贫 --sort right --since 2019-07-01
      newscrawler concordance '脱贫 OR 扶贫' --format csv > lines.csv
    """
    from contextlib import closing

    from newscrawler.archive import open_archive_read_only
    from newscrawler.cli.tables import print_json
    from newscrawler.research.basis import basis_of
    from newscrawler.research.concordance import COLUMNS, concordance

    with clear_errors():
        searched = " ".join(words)
        chosen = article_filter_of(searched, filters)
        with closing(open_archive_read_only(archive)) as connection:
            lines = concordance(connection, searched, chosen, order=order, width=width)
            basis = basis_of(connection, archive, chosen)
            if output == "csv":
                print_csv(COLUMNS, map(attrgetter(*COLUMNS), islice(lines, limit)))
                say(basis.sentence(), err=True)
            elif output == "json":
                print_json({"basis": basis.as_dict(), "lines": list(map(asdict, islice(lines, limit)))})
            else:
                _print_lines(lines, limit or _SHOWN, basis)


def _print_lines(lines: Iterable[Line], limit: int, basis: Basis) -> None:
    from newscrawler.cli.aligned import print_aligned
    from newscrawler.cli.tables import SHORT_ID, print_sentence

    lines = iter(lines)
    rows = [
        (f"{line.id[:SHORT_ID]} {line.published_date or '':10}", line.left, line.key, line.right)
        for line in islice(lines, limit)
    ]
    print_aligned(rows)
    more = sum(1 for _ in islice(lines, _COUNTED + 1))
    if more > _COUNTED:
        say(f"more than {len(rows) + _COUNTED:,} lines, of which {len(rows):,} are shown", err=True)
    else:
        say(f"{len(rows) + more:,} lines" + (f", of which {len(rows):,} are shown" if more else ""), err=True)
    print_sentence(basis.sentence(), to_stderr=True)
