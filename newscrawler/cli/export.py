"""`newscrawler export OUT`: articles to a file for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from newscrawler.cli.options import Text, archive_option, clear_errors, filter_options

if TYPE_CHECKING:
    from newscrawler.archive.export.exporter import Exported

_FORMATS = ["csv", "jsonl", "parquet", "xlsx", "sqlite"]
_DESCRIBED = ["table", "json", "csv"]


@click.command("export")
@click.argument("out", metavar="OUT", required=False)
@click.option(
    "--format",
    "form",
    metavar="FORMAT",
    help="csv, jsonl, parquet, xlsx, sqlite, or that of a plug-in; default: by the ending of OUT. "
    "With --describe: table, json or csv.",
)
@click.option("--columns", default="", metavar="A,B,C", help="Columns and their order; default: all of articles_flat.")
@click.option("--excel", is_flag=True, help="CSV for spreadsheets: a byte order mark, no cell that runs as a formula.")
@click.option("--no-body", is_flag=True, help="Leave the body out: only facts about the articles.")
@click.option(
    "--partition",
    default="",
    metavar="A,B",
    help="Parquet: OUT is a folder with a file for each value of province, city, month, or several of them.",
)
@click.option(
    "--since-last",
    type=Text(),
    metavar="NAME",
    help="Only what is new, changed or gone since the last export of this name and these filters.",
)
@click.option("--as-of", metavar="DATE", help="The archive as it was seen on that day or at that time (UTC).")
@click.option("--manifest", is_flag=True, help="Describe the export in datapackage.json beside it (Frictionless).")
@click.option("--describe", is_flag=True, help="Show what each column means; nothing is exported.")
@filter_options
@archive_option
def command(
    out: str | None,
    form: str | None,
    columns: str,
    no_body: bool,
    partition: str,
    describe: bool,
    archive: str,
    excel: bool,
    since_last: str | None,
    as_of: str | None,
    manifest: bool,
    **filters: Any,
) -> None:
    """Write articles to OUT, one row each, newest version; `-` is standard output.

    A file appears under its name only when it is whole, and replaces the one that was there. CSV is UTF-8 without a
    byte order mark, as RFC 4180 describes it. Parquet and xlsx need the extra `export`. An sqlite file is an archive
    of its own: the articles with all their versions, without captures.

    \b
    Examples:
      newscrawler export articles.csv
      newscrawler export --city 宜昌 --since 2019-01-01 yichang.xlsx
      newscrawler export --columns title,source,published - | head
      newscrawler export --since-last nightly changes.jsonl
      newscrawler export --partition province,city,month --manifest articles
      newscrawler export --as-of 2025-07-10 then.csv
      newscrawler export --describe
    """
    names = [name.strip() for name in columns.split(",") if name.strip()]
    if describe:
        if out is not None:
            raise click.UsageError("--describe writes no file; leave out OUT.")
        if form not in (None, *_DESCRIBED):
            raise click.UsageError(f"--describe can be {', '.join(_DESCRIBED)}, not {form}.")
        with clear_errors():
            _describe(names, form or "table")
        return
    if out is None:
        raise click.UsageError("Missing argument 'OUT'; name a file, as in articles.csv.")
    if form in ("table", "json"):
        raise click.UsageError(f"{form} is for --describe; exports are {', '.join(_FORMATS)}.")
    with clear_errors():
        from newscrawler.archive.export import columns_named, without_body
        from newscrawler.archive.export.exporter import export
        from newscrawler.archive.export.request import Request
        from newscrawler.archive.filters import ArticleFilter

        wanted = columns_named(names)
        request = Request(
            out,
            form=form or "",
            chosen=ArticleFilter(**filters),
            columns=without_body(wanted) if no_body else wanted,
            excel=excel,
            partition=tuple(name.strip() for name in partition.split(",") if name.strip()),
            since_last=since_last,
            as_of=as_of,
            manifest=manifest,
        )
        done = export(archive, request)
    _report(out, done, since_last)


def _report(out: str, done: Exported, since_last: str | None) -> None:
    if out != "-":
        click.echo(f"{done.rows} articles written to {out}", err=True)
    if since_last is not None:
        counts = ", ".join(f"{done.changes[name]} {name}" for name in ("new", "changed", "gone"))
        first = "; the first export of this name and these filters" if done.is_first else ""
        click.echo(f"since the last export {since_last!r}: {counts}{first}", err=True)
    for note in done.notes:
        click.echo(note, err=True)


def _describe(names: list[str], form: str) -> None:
    import csv
    import sys

    from newscrawler.archive.export import columns_named
    from newscrawler.archive.export.fields import FIELDS, fields_named, table_schema
    from newscrawler.cli.tables import print_json, print_table

    fields = fields_named(columns_named(names)) if names else FIELDS
    if form == "json":
        print_json(table_schema(fields, has_lists=False))
        return
    header = ("name", "type", "unit", "meaning", "source")
    rows = [(field.name, field.type, field.unit, field.meaning, field.source) for field in fields]
    if form == "table":
        print_table("", header, rows)
        return
    writer = csv.writer(sys.stdout, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
