"""`newscrawler export OUT`: articles to a file for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawler.cli.language import say
from newscrawler.cli.options import (
    Text,
    archive_option,
    article_filter_of,
    clear_errors,
    columns_option,
    filter_options,
    search_option,
    split_names,
)

if TYPE_CHECKING:
    from newscrawler.archive.export.exporter import ExportResult
    from newscrawler.archive.filters import ArticleFilter
    from newscrawler.archive.progress import Progress


@click.command("export")
@click.argument("out", metavar="OUT")
@click.option(
    "--format",
    "format_name",
    metavar="FORMAT",
    help="csv, jsonl, parquet, xlsx, sqlite, wacz, or a format of a plug-in. Default: by the suffix of OUT.",
)
@columns_option
@click.option("--excel", is_flag=True, help="CSV for spreadsheets: a byte order mark, no cell that runs as a formula.")
@click.option("--no-body", is_flag=True, help="Leave the body out: only facts about the articles.")
@click.option(
    "--partition",
    default="",
    metavar="A,B",
    help="Parquet: OUT is a folder with one file per value of province, city, month, or a combination of them.",
)
@click.option(
    "--since-last",
    type=Text(),
    metavar="NAME",
    help="Only what is new, changed or gone since the last export with this name and these filters.",
)
@click.option(
    "--append",
    is_flag=True,
    help="OUT is a lake, a folder or s3://…: add what changed since the last time, as Parquet parts.",
)
@click.option("--compact", is_flag=True, help="With --append: write everything anew, and remove the earlier parts.")
@click.option("--as-of", metavar="DATE", help="The archive as it was at the end of this day, or at this time (UTC).")
@click.option(
    "--sign",
    "key",
    type=click.Path(path_type=Path),
    metavar="KEY",
    help="Sign a wacz with this private key: a PEM file, curve P-384. 'newscrawler verify OUT' checks it.",
)
@click.option("--manifest", is_flag=True, help="Describe the export in datapackage.json beside it (Frictionless).")
@search_option
@filter_options
@archive_option
def command(
    out: str,
    format_name: str | None,
    columns: str,
    no_body: bool,
    partition: str,
    archive: str,
    excel: bool,
    since_last: str | None,
    append: bool,
    compact: bool,
    as_of: str | None,
    key: Path | None,
    manifest: bool,
    search: str | None,
    **filters: Any,
) -> None:
    """Write articles to OUT, one row per article, newest version; `-` is standard output.

    The file appears under its name only when it is complete, and replaces an existing one. CSV is UTF-8 without a
    byte order mark, as in RFC 4180. Parquet and xlsx need the extra `export`. An sqlite file is an archive of its
    own: the articles with all their versions, without captures. A wacz file has their captures, for replay tools.
    'newscrawler columns' explains the columns.

    \b
    Examples:
      newscrawler export articles.csv
      newscrawler export --city 宜昌 --since 2019-01-01 yichang.xlsx
      newscrawler export --search 防汛 floods.csv
      newscrawler export --columns title,source,published - | head
      newscrawler export --since-last nightly changes.jsonl
      newscrawler export --partition province,city,month --manifest articles
      newscrawler export --append lake
      newscrawler export --as-of 2025-07-10 then.csv
      newscrawler export --search 防汛 floods.wacz
      newscrawler export --search 防汛 --sign key.pem signed.wacz
    """
    from newscrawler.cli.work_progress import shown_progress

    with clear_errors():
        from newscrawler.archive.export import columns_named, without_body

        names = columns_named(split_names(columns))
    with clear_errors(), shown_progress("export") as progress:
        from newscrawler.archive.export.exporter import export
        from newscrawler.archive.export.request import ExportRequest

        if append or compact:
            others = {
                "--format": format_name, "--columns": columns, "--excel": excel, "--partition": partition,
                "--since-last": since_last, "--as-of": as_of, "--manifest": manifest, "--sign": key,
            }  # fmt: skip
            if not append:
                raise click.UsageError("--compact needs --append.")
            for name, value in others.items():
                if value:
                    raise click.UsageError(f"{name} and --append do not go together.")
            _append(
                archive,
                out,
                article_filter_of(search, filters),
                without_body(names) if no_body else names,
                compact,
                progress,
            )
            return
        request = ExportRequest(
            out,
            format_name=format_name or "",
            article_filter=article_filter_of(search, filters),
            columns=without_body(names) if no_body else names,
            excel=excel,
            partition=tuple(split_names(partition)),
            since_last=since_last,
            as_of=as_of,
            manifest=manifest,
            key=key,
        )
        exported = export(archive, request, progress=progress)
    _report(out, exported, since_last)


def _append(
    archive: str,
    out: str,
    article_filter: ArticleFilter,
    columns: tuple[str, ...],
    compact: bool,
    progress: Progress,
) -> None:
    from newscrawler.archive.export import lake

    done = lake.append(archive, out, article_filter=article_filter, columns=columns, compact=compact, progress=progress)
    counts = ", ".join(f"{number} {name}" for name, number in done.changes.items()) or "nothing has changed"
    say(f"{out}: {counts}; {done.files} parts written, {done.removed_files} removed", err=True)
    for note in done.notes:
        say(note, err=True)


def _report(out: str, exported: ExportResult, since_last: str | None) -> None:
    if out != "-":
        say(f"{exported.rows} articles written to {out}", err=True)
    if since_last is not None:
        counts = ", ".join(f"{exported.changes[name]} {name}" for name in ("new", "changed", "gone"))
        first = "; this is the first export with this name and these filters" if exported.is_first else ""
        say(f"since the last export {since_last!r}: {counts}{first}", err=True)
    for note in exported.notes:
        say(note, err=True)
