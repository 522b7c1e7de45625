"""`newscrawler search WORDS`: full-text search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from newscrawler.cli.csv_rows import print_csv
from newscrawler.cli.language import explained, say
from newscrawler.cli.options import MAX_ROWS, archive_option, clear_errors, filter_options, output_option, reading
from newscrawler.text.printable import printable

if TYPE_CHECKING:
    from newscrawler.archive.search.hits import Hit
    from newscrawler.archive.search.search import Results

_FIELDS = ("id", "url", "portal", "city", "section", "title", "source", "published", "status", "missing_since")


@click.command("search")
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--limit", type=click.IntRange(0, MAX_ROWS), default=20, show_default=True, help="How many articles to show."
)
@click.option("--newest", is_flag=True, help="Newest first. Default: best match first.")
@output_option("table", "json", "csv", "urls", text="A table for people; JSON, CSV or one URL per line for programs.")
@filter_options
@archive_option
def command(words: tuple[str, ...], limit: int, newest: bool, output: str, archive: str, **filters: Any) -> None:
    """Find the articles whose title, summary or body contains WORDS. Their number is shown first.

    Chinese words are found inside longer words, in full or half width, traditional or simplified; other words and
    numbers are found as whole words. All words must occur. "Words in quotes" must be next to each other. AND, OR, NOT
    (in upper case) and parentheses combine words; quote the expression for your shell.

    \b
    Examples:
      newscrawler search 防汛
      newscrawler search '宜昌 (柑橘 OR 茶叶) NOT 广告' --since 2019-01-01 --newest
      newscrawler search '"5G 网络"' --format urls --limit 1000
    """
    from newscrawler.archive.filters import ArticleFilter
    from newscrawler.archive.search.search import SearchError, search

    with clear_errors():
        connection = reading(archive)
        try:
            results = search(connection, " ".join(words), ArticleFilter(**filters), limit=limit, newest=newest)
        except SearchError as error:
            raise click.UsageError(explained(error)) from None
    if output == "json":
        _print_json(results)
        return
    if output == "table":
        _print_table(results)
        return
    say(results.count_text, err=True)
    if output == "csv":
        _print_csv(results)
    else:
        for hit in results.hits:
            click.echo(printable(hit.url))


def _print_json(results: Results) -> None:
    from newscrawler.cli.tables import print_json

    hits = [
        {name: getattr(hit, name) for name in _FIELDS}
        | {
            "title_highlights": hit.title_snippet.highlights,
            "snippet": hit.snippet.text,
            "snippet_highlights": hit.snippet.highlights,
        }
        for hit in results.hits
    ]
    print_json({"count": results.count, "exact": results.exact, "hits": hits})


def _print_csv(results: Results) -> None:
    rows = ([*(getattr(hit, name) for name in _FIELDS), hit.snippet.highlighted()] for hit in results.hits)
    print_csv([*_FIELDS, "snippet"], rows)


def _print_table(results: Results) -> None:
    from newscrawler.cli.tables import print_table

    say(results.count_text)
    if results.hits:
        header = ["id", "published", "city", "source", "title", "text"]
        rows = [_row(hit) for hit in results.hits]
        if any(hit.missing_since for hit in results.hits):
            header.insert(3, "missing since")
            rows = [[*row[:3], hit.missing_since or "", *row[3:]] for row, hit in zip(rows, results.hits, strict=True)]
        print_table("", header, rows, droppable=("source",))


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
