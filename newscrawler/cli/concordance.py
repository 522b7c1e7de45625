"""`newscrawler concordance WORDS`: each occurrence of a word in its context, one per line."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from newscrawler.cli.language import say
from newscrawler.cli.options import MAX_ROWS, Text, archive_option, clear_errors, filter_options, output_option
from newscrawler.cli.tables import SHORT_ID

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newscrawler.research.basis import Basis
    from newscrawler.research.concordance import Line

_SHOWN = 100
_FIELDS = ("id", "published_date", "city", "source", "field", "offset", "left", "key", "right")


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
    from newscrawler.archive.filters import ArticleFilter
    from newscrawler.archive.search.query import word_filter
    from newscrawler.research.basis import basis_of
    from newscrawler.research.concordance import concordance

    with clear_errors():
        searched = word_filter(" ".join(words))
        with closing(open_archive_read_only(archive)) as connection:
            lines = concordance(connection, searched.text, ArticleFilter(**filters), order=order, width=width)
            basis = basis_of(connection, archive, ArticleFilter(**filters, search=searched))
            if output == "csv":
                _print_csv(islice(lines, limit))
                say(basis.sentence(), err=True)
            elif output == "json":
                _print_json(islice(lines, limit), basis)
            else:
                _print_lines(lines, limit or _SHOWN, basis)


def _cells(line: Line) -> list[Any]:
    return [getattr(line, name) for name in _FIELDS]


def _print_csv(lines: Iterable[Line]) -> None:
    import csv
    import sys

    writer = csv.writer(sys.stdout, lineterminator="\r\n")
    writer.writerow(_FIELDS)
    writer.writerows(_cells(line) for line in lines)


def _print_json(lines: Iterable[Line], basis: Basis) -> None:
    from newscrawler.cli.tables import print_json

    rows = [dict(zip(_FIELDS, _cells(line), strict=True)) for line in lines]
    print_json({"basis": basis.as_dict(), "lines": rows})


def _print_lines(lines: Iterable[Line], limit: int, basis: Basis) -> None:
    from newscrawler.cli.aligned import print_aligned
    from newscrawler.cli.tables import print_sentence

    lines = iter(lines)
    rows = [
        (f"{line.id[:SHORT_ID]} {line.published_date or '':10}", line.left, line.key, line.right)
        for line in islice(lines, limit)
    ]
    print_aligned(rows)
    more = sum(1 for _ in lines)
    say(f"{len(rows) + more:,} lines" + (f", of which {len(rows):,} are shown" if more else ""), err=True)
    print_sentence(basis.sentence(), to_stderr=True)
