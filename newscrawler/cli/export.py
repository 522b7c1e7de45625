"""`newscrawler export OUT`: articles to a CSV file."""

from __future__ import annotations

from typing import Any

import click

from newscrawler.cli.options import archive_option, clear_errors, filter_options


@click.command("export")
@click.argument("out", metavar="OUT")
@click.option("--columns", default="", metavar="A,B,C", help="Columns and their order; default: all of articles_flat.")
@click.option("--excel", is_flag=True, help="For spreadsheets: a byte order mark, and no cell that runs as a formula.")
@click.option("--no-body", is_flag=True, help="Leave the body out: only facts about the articles.")
@filter_options
@archive_option
def command(out: str, columns: str, excel: bool, no_body: bool, archive: str, **filters: Any) -> None:
    """Write articles to OUT, one row each, newest version; `-` is standard output.

    The file is UTF-8 without a byte order mark, as RFC 4180 describes CSV, and appears only when it is whole.

    \b
    Examples:
      newscrawler export articles.csv
      newscrawler export --city 宜昌 --since 2019-01-01 yichang.csv
      newscrawler export --columns title,source,published - | head
    """
    from newscrawler.archive import open_archive_read_only
    from newscrawler.archive.export import columns_named, export_csv, without_body
    from newscrawler.archive.filters import ArticleFilter

    with clear_errors():
        names = columns_named([name.strip() for name in columns.split(",") if name.strip()])
        if no_body:
            names = without_body(names)
        db = open_archive_read_only(archive)
        count = export_csv(db, out, ArticleFilter(**filters), columns=names, excel=excel)
    if out != "-":
        click.echo(f"{count} articles written to {out}", err=True)
