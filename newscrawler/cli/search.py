"""`newscrawler search WORDS`: full-text search."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from newscrawler.cli.csv_rows import print_csv
from newscrawler.cli.language import explained, say
from newscrawler.cli.options import (
    MAX_ROWS,
    Text,
    archive_option,
    article_filter_of,
    clear_errors,
    filter_options,
    output_option,
    reading,
)
from newscrawler.text.printable import printable

if TYPE_CHECKING:
    import sqlite3

    from newscrawler.archive.search.hits import Hit
    from newscrawler.archive.search.search import Results

_FIELDS = ("id", "url", "portal", "city", "section", "title", "source", "published", "status", "missing_since")


@click.command("search")
@click.argument("words", nargs=-1, type=Text())
@click.option("--like", metavar="ARTICLE", help="The articles nearest in meaning to this one: an id or a URL.")
@click.option("--meaning", type=Text(), metavar="TEXT", help="The articles nearest to TEXT, by meaning and by words.")
@click.option(
    "--limit", type=click.IntRange(0, MAX_ROWS), default=20, show_default=True, help="How many articles to show."
)
@click.option("--newest", is_flag=True, help="Newest first. Default: best match first.")
@output_option("table", "json", "csv", "urls", text="A table for people; JSON, CSV or one URL per line for programs.")
@filter_options
@archive_option
def command(
    words: tuple[str, ...],
    like: str | None,
    meaning: str | None,
    limit: int,
    newest: bool,
    output: str,
    archive: str,
    **filters: Any,
) -> None:
    """Find the articles whose title, summary or body contains WORDS. Their number is shown first.

    Chinese words are found inside longer words, in full or half width, traditional or simplified; other words and
    numbers are found as whole words. All words must occur. "Words in quotes" must be next to each other. AND, OR, NOT
    (in upper case) and parentheses combine words; quote the expression for your shell.

    --like and --meaning compare vectors, which 'newscrawler annotate articles vectors' makes. With them WORDS may be
    left out, or choose among which articles to look.

    \b
    Examples:
      newscrawler search 防汛
      newscrawler search '宜昌 (柑橘 OR 茶叶) NOT 广告' --since 2019-01-01 --newest
      newscrawler search '"5G 网络"' --format urls --limit 1000
      newscrawler search --meaning 暴雨中转移居民 --city 宜昌
      newscrawler search --like ARTICLE --since 2019-01-01
    """
    from newscrawler.archive.filters import ArticleFilter
    from newscrawler.archive.search.search import SearchError, search

    _check(words, like, meaning, newest)
    with clear_errors():
        connection = reading(archive)
        try:
            if like is None and meaning is None:
                results = search(connection, " ".join(words), ArticleFilter(**filters), limit=limit, newest=newest)
            else:
                results = _by_meaning(connection, " ".join(words), like, meaning, filters, limit)
        except SearchError as error:
            raise click.UsageError(explained(error)) from None
    fields = _FIELDS if like is None and meaning is None else (*_FIELDS, "similarity")
    if output == "json":
        _print_json(results, fields)
        return
    if output == "table":
        _print_table(results, fields)
        return
    say(results.count_text, err=True)
    if output == "csv":
        _print_csv(results, fields)
    else:
        for hit in results.hits:
            click.echo(printable(hit.url))


def _check(words: tuple[str, ...], like: str | None, meaning: str | None, newest: bool) -> None:
    """Raise click.UsageError for what cannot be asked together."""
    if like is not None and meaning is not None:
        raise click.UsageError("--like and --meaning cannot be given together.")
    if newest and (like is not None or meaning is not None):
        raise click.UsageError("--newest is for WORDS alone: --like and --meaning have an order of their own.")
    if not words and like is None and meaning is None:
        raise click.UsageError("write WORDS, or --like ARTICLE, or --meaning TEXT.")


def _by_meaning(
    connection: sqlite3.Connection,
    words: str,
    like: str | None,
    meaning: str | None,
    filters: dict[str, Any],
    limit: int,
) -> Results:
    from newscrawler.archive.lookup import find_public_article
    from newscrawler.archive.search.hits import read_entries, read_hits
    from newscrawler.archive.search.search import Results
    from newscrawler.research.meaning import coverage, like_article, like_text

    chosen = article_filter_of(words or None, filters)
    if like is not None:
        near = like_article(connection, find_public_article(connection, like)["n"], chosen, limit=limit)
    else:
        near = like_text(connection, meaning or "", chosen, limit=limit)
    numbers = [one.n for one in near]
    hits = read_hits(connection, words, numbers) if words else read_entries(connection, numbers)
    similarity = {one.id: one.similarity for one in near}
    with_vector, stored = coverage(connection)
    if with_vector < stored:
        say(f"{with_vector:,} of {stored:,} articles have a vector", err=True)
    return Results(len(hits), True, [replace(hit, similarity=similarity[hit.id]) for hit in hits])


def _print_json(results: Results, fields: tuple[str, ...]) -> None:
    from newscrawler.cli.tables import print_json

    hits = [
        {name: getattr(hit, name) for name in fields}
        | {
            "title_highlights": hit.title_snippet.highlights,
            "snippet": hit.snippet.text,
            "snippet_highlights": hit.snippet.highlights,
        }
        for hit in results.hits
    ]
    print_json({"count": results.count, "exact": results.exact, "hits": hits})


def _print_csv(results: Results, fields: tuple[str, ...]) -> None:
    rows = ([*(getattr(hit, name) for name in fields), hit.snippet.highlighted()] for hit in results.hits)
    print_csv([*fields, "snippet"], rows)


def _print_table(results: Results, fields: tuple[str, ...]) -> None:
    from newscrawler.cli.tables import print_table

    say(results.count_text)
    if results.hits:
        header = ["id", "published", "city", "source", "title", "text"]
        rows = [_row(hit) for hit in results.hits]
        if any(hit.missing_since for hit in results.hits):
            header.insert(3, "missing since")
            rows = [[*row[:3], hit.missing_since or "", *row[3:]] for row, hit in zip(rows, results.hits, strict=True)]
        if "similarity" in fields:
            header.insert(1, "similarity")
            shown = ["" if hit.similarity is None else f"{hit.similarity:.2f}" for hit in results.hits]
            rows = [[row[0], value, *row[1:]] for row, value in zip(rows, shown, strict=True)]
        print_table("", header, rows, droppable=("source",), below=("title", "text"))


def _row(hit: Hit) -> list[str]:
    from newscrawler.cli.tables import SHORT_ID

    # The title has its hits highlighted. If the words are in the title only, the snippet has no highlight.
    day = (hit.published or "")[:10]
    return [
        hit.id[:SHORT_ID],
        day,
        hit.city or "",
        hit.source or "",
        hit.title_snippet.highlighted(),
        hit.snippet.highlighted(),
    ]
