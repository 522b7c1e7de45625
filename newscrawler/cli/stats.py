"""`newscrawler stats`: numbers of the archive."""

from __future__ import annotations

from typing import Any

import click

from newscrawler.cli.options import archive_option, clear_errors, filter_options, format_option


@click.command("stats")
@filter_options
@format_option
@archive_option
def command(output: str, archive: str, **filters: Any) -> None:
    """Count articles a city and show how often each field is filled.

    \b
    Examples:
      newscrawler stats
      newscrawler stats --portal hbdysh --since 2019-01-01
      newscrawler stats --format json
    """
    from newscrawler.archive import open_archive_read_only
    from newscrawler.archive.filters import ArticleFilter
    from newscrawler.archive.statistics import by_city, totals
    from newscrawler.cli.tables import print_json, print_table

    with clear_errors():
        db = open_archive_read_only(archive)
        chosen = ArticleFilter(**filters)
        overall, cities = totals(db, chosen), by_city(db, chosen)
    if output == "json":
        print_json({"totals": overall, "cities": cities})
        return
    header = ("portal", "city", "articles", "first", "last", "outlets")
    print_table("Articles a city", header, [tuple(row.values()) for row in cities])
    filled = [(name, f"{share:.1%}" if share is not None else "") for name, share in overall["filled"].items()]
    print_table("Filled fields", ("field", "share"), filled)
    click.echo(
        f"{overall['articles']:,} articles, {overall['versions']:,} versions, {overall['characters']:,} characters"
    )
