"""`newscrawler coding`: sheets for coders, their import, and how far the coders agree."""

from __future__ import annotations

from typing import Any

import click

from newscrawler.cli.groups import CommandGroup
from newscrawler.cli.language import say
from newscrawler.cli.options import (
    Text,
    archive_option,
    article_filter_of,
    changing,
    clear_errors,
    filter_options,
    format_option,
    search_option,
    split_names,
)

_book_option = click.option(
    "--book", required=True, type=click.Path(dir_okay=False), help="The code book: a TOML file."
)


@click.group("coding", cls=CommandGroup)
def command() -> None:
    """Let people code a sample of articles: write sheets, take them back, measure how far the coders agree.

    Codes become annotations of the tool BOOK/CODER ('newscrawler annotate list', 'annotate export --kind codes').

    \b
    Examples:
      newscrawler coding create round1 --book book.toml --coders ann,bo --size 20 --overlap 10
      newscrawler coding import round1/ann.xlsx round1/bo.xlsx --book book.toml
      newscrawler coding agreement floods
    """


@command.command("create")
@click.argument("folder", metavar="FOLDER", type=click.Path())
@_book_option
@click.option("--coders", required=True, type=Text(), metavar="A,B", help="The names of the coders: one sheet each.")
@click.option("--size", required=True, type=click.IntRange(1), metavar="N", help="How many articles to draw.")
@click.option(
    "--overlap", type=click.IntRange(0), default=0, show_default=True, help="How many of them all coders get."
)
@click.option("--stratify", default="", metavar="A,B", help="Draw per stratum, as 'newscrawler sample' does.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another whole number gives another sample.")
@search_option
@filter_options
@archive_option
def create(
    folder: str,
    book: str,
    coders: str,
    size: int,
    overlap: int,
    stratify: str,
    seed: int,
    search: str | None,
    archive: str,
    **filters: Any,
) -> None:
    """Draw a sample and write a workbook per coder into the new FOLDER, with drop-down lists of the codes.

    The sheets are blind: they show title and body, not who published the article, and each coder has an order of
    the articles of their own. All coders get the first --overlap articles of the sample; the others are divided.
    coding.json in the folder records the sample. Needs the extra `coding`.

    \b
    A code book:
      name = "floods"
      [[variable]]
      name = "topic"
      question = "What is the article about?"
      codes = ["flood", "harvest", "other"]

    \b
    Examples:
      newscrawler coding create round1 --book book.toml --coders ann,bo --size 20 --overlap 10
    """
    from contextlib import closing

    from newscrawler.archive import open_archive_read_only
    from newscrawler.archive.export.selection import Selection
    from newscrawler.research.basis import basis_of
    from newscrawler.research.coding.book import read_book
    from newscrawler.research.coding.sheets import assign, write_sheets
    from newscrawler.research.sampling import SampleDesign, choose_sample
    from newscrawler.research.texts import read_texts

    with clear_errors():
        code_book = read_book(book)
        design = SampleDesign(size, seed, tuple(split_names(stratify)))
        chosen = article_filter_of(search, filters)
        with closing(open_archive_read_only(archive)) as connection:
            choice = choose_sample(design, Selection.of(connection, chosen))
            articles = list(read_texts(connection, choice.numbers))
            basis = basis_of(connection, archive, chosen)
        assigned = assign(articles, split_names(coders), overlap, seed)
        facts = choice.facts | {
            "basis": basis.as_dict(),
            "book": code_book.name,
            "digest": code_book.digest,
            "overlap": overlap,
            "coders": {coder: len(each) for coder, each in assigned.items()},
        }
        notes = write_sheets(folder, code_book, assigned, facts)
    counts = ", ".join(f"{coder} {len(each):,}" for coder, each in assigned.items())
    say(f"{len(articles):,} articles in {folder}: {counts}; {overlap:,} for all coders", err=True)
    for note in notes:
        say(note, err=True)


@command.command("import")
@click.argument("sheets", nargs=-1, required=True, type=click.Path(dir_okay=False))
@_book_option
@archive_option
def import_(sheets: tuple[str, ...], book: str, archive: str) -> None:
    """Take filled-in SHEETS back. They replace what the same coder coded of the same articles before.

    Rows may be sorted. A code that the book does not have, or a row that was removed, doubled or invented, is told
    with its cell; then nothing is imported. Empty cells are counted and are no faults: they are not coded.

    \b
    Examples:
      newscrawler coding import round1/ann.xlsx round1/bo.xlsx --book book.toml
    """
    from newscrawler.research.coding.book import read_book
    from newscrawler.research.coding.importing import import_sheets, read_sheets

    with clear_errors():
        code_book = read_book(book)
        filled = read_sheets(sheets, code_book)
        imported = import_sheets(changing(archive), code_book, filled)
    for sheet in imported:
        missing = f"; {sheet.missing:,} cells are empty" if sheet.missing else ""
        say(f"{sheet.coder}: {sheet.articles:,} articles, run {sheet.key}{missing}", err=True)


@command.command("agreement")
@click.argument("book", metavar="BOOK", type=Text())
@format_option
@archive_option
def agreement(book: str, output: str, archive: str) -> None:
    """Show how far the coders agree, per variable of the code book named BOOK.

    `percent` is the part of the pairs of codes that are equal. `alpha` is Krippendorff's for nominal data, with the
    95 % interval of 2,000 samples of the articles. `kappa` is Cohen's, for each two coders. They are empty where they
    are not defined, as when all codes are equal.

    \b
    Examples:
      newscrawler coding agreement floods
      newscrawler coding agreement floods --format json
    """
    from contextlib import closing
    from dataclasses import asdict

    from newscrawler.archive import open_archive_read_only
    from newscrawler.cli.tables import print_json, print_table
    from newscrawler.research.coding.agreement import agreements

    with clear_errors(), closing(open_archive_read_only(archive)) as connection:
        found = agreements(connection, book)
    if output == "json":
        print_json([asdict(each) for each in found])
        return
    rows = [
        (
            each.variable,
            each.articles,
            "" if each.percent is None else f"{each.percent:.1%}",
            _number(each.alpha),
            f"{_number(each.low)} to {_number(each.high)}" if each.low is not None else "",
            "; ".join(f"{pair}: {_number(kappa)}" for pair, kappa in each.kappa.items()),
        )
        for each in found
    ]
    print_table(f"Agreement in {book}", ("variable", "articles", "percent", "alpha", "95 %", "kappa"), rows)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
