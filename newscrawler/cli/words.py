"""`newscrawler words`: how often words occur, and which words set articles apart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from newscrawler.cli.csv_rows import print_csv
from newscrawler.cli.groups import CommandGroup
from newscrawler.cli.options import (
    Text,
    archive_option,
    article_filter_of,
    clear_errors,
    filter_options,
    output_option,
    search_option,
    split_names,
)
from newscrawler.cli.word_options import least_option, reference_of, segmentation_of, segmenter_options

if TYPE_CHECKING:
    import sqlite3

    from newscrawler.archive.filters import ArticleFilter
    from newscrawler.research.basis import Basis
    from newscrawler.research.segmentation import Segmenter

_format_option = output_option("table", "csv", "json", text="A table for people; CSV or JSON for programs.")


@click.group("words", cls=CommandGroup)
def command() -> None:
    """Count words: given ones by city or month, the most frequent, those that set articles apart, and neighbours.

    Titles and bodies are counted. Each result says how texts were divided into words, and from which articles it was
    made.

    \b
    Examples:
      newscrawler words count 脱贫 茶农 --by month
      newscrawler words list --city 宜昌 --limit 20
      newscrawler words compare --city 宜昌 --against city=武汉
      newscrawler words near 脱贫 --window 10
    """


@command.command("count")
@click.argument("words", nargs=-1, required=True, type=Text())
@click.option(
    "--by", default="", metavar="A,B", help="Group by portal, province, city, source, year, month, or a combination."
)
@_format_option
@search_option
@filter_options
@archive_option
def count(words: tuple[str, ...], by: str, output: str, search: str | None, archive: str, **filters: Any) -> None:
    """Count the articles that contain each of WORDS, and its occurrences.

    Each of WORDS is written as for 'newscrawler search'; quote one with spaces. `share` is the part of all articles of
    the group, `per_million` are occurrences per million characters of all their bodies. An article counts once for each
    of its cities.

    \b
    Examples:
      newscrawler words count 脱贫
      newscrawler words count 脱贫 茶农 --by city,month --format csv > counts.csv
    """
    from newscrawler.research.frequencies import count_words

    with clear_errors(), _reading(archive, search, filters) as (connection, chosen, basis):
        groups = split_names(by)
        rows = count_words(connection, words, chosen, groups)
        names = ("word", *groups, "articles", "of_articles", "share", "occurrences", "characters", "per_million")
        if output == "table":
            rows = [row | {"share": f"{row['share']:.2%}" if row["share"] is not None else ""} for row in rows]
        _print(output, "Words", names, rows, basis)
        if output == "table" and "city" in groups:
            from newscrawler.archive.reports.statistics import CITY_RULE
            from newscrawler.cli.tables import print_sentence

            print_sentence(CITY_RULE)


@command.command("list")
@segmenter_options
@_format_option
@search_option
@filter_options
@archive_option
def list_(
    segmenter_name: Any,
    dictionaries: tuple[str, ...],
    shortest: int,
    limit: int,
    output: str,
    search: str | None,
    archive: str,
    **filters: Any,
) -> None:
    """Show the most frequent words. `per_million` is per million words.

    \b
    Examples:
      newscrawler words list
      newscrawler words list --search 脱贫 --segmenter pairs --format csv
    """
    from newscrawler.cli.work_progress import shown_progress
    from newscrawler.research.keywords import count_all_words, list_words
    from newscrawler.research.segmentation import make_segmenter
    from newscrawler.research.texts import numbers_by_date

    with clear_errors(), _reading(archive, search, filters) as (connection, chosen, basis):
        segmenter = make_segmenter(segmentation_of(segmenter_name, dictionaries))
        with shown_progress("words") as progress:
            numbers = numbers_by_date(connection, chosen)
            counts = count_all_words(connection, numbers, segmenter, progress=progress)
        rows = list_words(counts, limit=limit, shortest=shortest)
        _print(output, "Words", ("word", "occurrences", "articles", "per_million"), rows, basis, segmenter)


@command.command("compare")
@click.option(
    "--against",
    multiple=True,
    metavar="NAME=VALUE",
    help="The reference: articles of this city, source, portal, county, editor, author, status, search, since or until "
    "(repeatable). Default: all other articles of the archive.",
)
@segmenter_options
@least_option
@_format_option
@search_option
@filter_options
@archive_option
def compare(
    against: tuple[str, ...],
    segmenter_name: Any,
    dictionaries: tuple[str, ...],
    shortest: int,
    limit: int,
    least: int,
    output: str,
    search: str | None,
    archive: str,
    **filters: Any,
) -> None:
    """Show the words that the selected articles have more often than a reference (keyness).

    `log_likelihood` says how sure the difference is (above 15.13: by chance in one of 10,000 words), `log_ratio` how
    large: 1 is twice as often, 2 four times. Articles in both selections count in the first alone.

    \b
    Examples:
      newscrawler words compare --search 脱贫
      newscrawler words compare --city 宜昌 --against city=武汉 --least 2
    """
    from newscrawler.archive.filters import ArticleFilter
    from newscrawler.cli.work_progress import shown_progress
    from newscrawler.research.basis import basis_of
    from newscrawler.research.keywords import compare_words, count_all_words
    from newscrawler.research.segmentation import make_segmenter
    from newscrawler.research.texts import numbers_by_date

    with clear_errors(), _reading(archive, search, filters) as (connection, chosen, basis):
        reference = reference_of(against) if against else ArticleFilter()
        segmenter = make_segmenter(segmentation_of(segmenter_name, dictionaries))
        with shown_progress("words") as progress:
            numbers = numbers_by_date(connection, chosen)
            ours = set(numbers)
            others = [number for number in numbers_by_date(connection, reference) if number not in ours]
            if not numbers or not others:
                raise click.UsageError(
                    "there is nothing to compare: "
                    + ("no article fits the filters." if not numbers else "the reference has no other article.")
                )
            counts = count_all_words(connection, numbers, segmenter, progress=progress)
            compared = count_all_words(connection, others, segmenter, progress=progress)
        rows = compare_words(counts, compared, limit=limit, shortest=shortest, least=least)
        names = ("word", "occurrences", "in_reference", "articles", "log_likelihood", "log_ratio")
        # Articles in both selections are not in the reference.
        compared_with = replace(basis_of(connection, archive, reference), articles=len(others))
        _print(output, "Words", names, rows, basis, segmenter, compared_with)


@command.command("near")
@click.argument("word", type=Text())
@click.option(
    "--window",
    type=click.IntRange(1, 1000),
    default=10,
    show_default=True,
    help="Characters before and after the word within which a neighbour must lie.",
)
@segmenter_options
@least_option
@_format_option
@filter_options
@archive_option
def near(
    word: str,
    window: int,
    segmenter_name: Any,
    dictionaries: tuple[str, ...],
    shortest: int,
    limit: int,
    least: int,
    output: str,
    archive: str,
    **filters: Any,
) -> None:
    """Show the words that stand near WORD more often than elsewhere in the same articles (collocations).

    `near` counts a word within the window, `outside` in the rest of the articles that contain WORD. The measures are
    those of 'newscrawler words compare'.

    \b
    Examples:
      newscrawler words near 脱贫
      newscrawler words near 茶农 --window 20 --least 2
    """
    from newscrawler.cli.work_progress import shown_progress
    from newscrawler.research.keywords import collocates
    from newscrawler.research.segmentation import make_segmenter

    with clear_errors(), _reading(archive, word, filters) as (connection, chosen, basis):
        segmenter = make_segmenter(segmentation_of(segmenter_name, dictionaries))
        with shown_progress("words") as progress:
            rows = collocates(
                connection,
                word,
                chosen,
                segmenter,
                window=window,
                limit=limit,
                shortest=shortest,
                least=least,
                progress=progress,
            )
        names = ("word", "near", "outside", "articles", "log_likelihood", "log_ratio")
        _print(output, f"Words within {window} characters of {word}", names, rows, basis, segmenter)


@contextmanager
def _reading(
    archive: str, search: str | None, filters: dict[str, Any]
) -> Iterator[tuple[sqlite3.Connection, ArticleFilter, Basis]]:
    """Open the archive; give it with the filter that the options mean, and what a result rests on."""
    from newscrawler.archive import open_archive_read_only
    from newscrawler.research.basis import basis_of

    chosen = article_filter_of(search, filters)
    with closing(open_archive_read_only(archive)) as connection:
        yield connection, chosen, basis_of(connection, archive, chosen)


def _print(
    output: str,
    title: str,
    names: tuple[str, ...],
    rows: list[dict[str, Any]],
    basis: Basis,
    segmenter: Segmenter | None = None,
    reference: Basis | None = None,
) -> None:
    """Write the rows, and what they rest on: within JSON, else to standard error."""
    from newscrawler.cli.tables import print_json, print_sentence, print_table

    if output == "json":
        facts: dict[str, Any] = {"basis": basis.as_dict()}
        facts |= {"reference": reference.as_dict()} if reference else {}
        facts |= {"segmenter": segmenter.description} if segmenter else {}
        print_json(facts | {"words": rows})
        return
    cells = [[row[name] for name in names] for row in rows]
    if output == "csv":
        print_csv(names, cells)
    else:
        print_table(title, names, cells)
    print_sentence(basis.sentence(), to_stderr=True)
    if reference:
        print_sentence(f"Compared with {reference.sentence()}", to_stderr=True)
    if segmenter:
        print_sentence(f"Divided by {segmenter.description}.", to_stderr=True)
