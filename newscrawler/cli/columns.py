"""`newscrawler columns`: the data dictionary of an export."""

from __future__ import annotations

import click

from newscrawler.cli.csv_rows import print_csv
from newscrawler.cli.options import clear_errors, columns_option, output_option, split_names


@click.command("columns")
@columns_option
@output_option(
    "table", "json", "csv", text="A table for people; JSON (a Frictionless table schema) or CSV for programs."
)
def command(columns: str, output: str) -> None:
    """Show what each column of an export means: name, type, unit, meaning and source.

    \b
    Examples:
      newscrawler columns
      newscrawler columns --columns title,published --format json
    """
    from newscrawler.archive.export import columns_named
    from newscrawler.archive.export.fields import FIELDS, fields_named, table_schema
    from newscrawler.cli.tables import print_json, print_table

    with clear_errors():
        names = split_names(columns)
        fields = fields_named(columns_named(names)) if names else FIELDS
    if output == "json":
        print_json(table_schema(fields, has_lists=False))
        return
    header = ("name", "type", "unit", "meaning", "source")
    rows = [(field.name, field.type, field.unit, field.meaning, field.source) for field in fields]
    if output == "table":
        print_table("", header, rows)
        return
    print_csv(header, rows)
