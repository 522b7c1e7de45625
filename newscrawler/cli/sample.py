"""`newscrawler sample N OUT`: a random sample of articles that can be drawn again."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from newscrawler.cli.language import say
from newscrawler.cli.options import (
    archive_option,
    article_filter_of,
    clear_errors,
    columns_option,
    filter_options,
    search_option,
    split_names,
)


@click.command("sample")
@click.argument("size", metavar="N", type=click.IntRange(min=1))
@click.argument("out", metavar="OUT")
@click.option(
    "--stratify",
    default="",
    metavar="A,B",
    help="Draw per stratum: portal, province, city, county, section, source, year, month, article_type, status, or a "
    "combination.",
)
@click.option(
    "--allocation",
    type=click.Choice(["proportional", "equal"]),
    default="proportional",
    show_default=True,
    help="Strata get as large a part of the sample as they have of the frame, or all the same.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Another whole number gives another sample.")
@click.option("--replacement", is_flag=True, help="An article may be drawn several times, and then has several rows.")
@click.option(
    "--format",
    "format_name",
    metavar="FORMAT",
    help="csv, jsonl, parquet, xlsx, sqlite, or a format of a plug-in. Default: by the suffix of OUT.",
)
@columns_option
@click.option("--excel", is_flag=True, help="CSV for spreadsheets: a byte order mark, no cell that runs as a formula.")
@click.option("--as-of", metavar="DATE", help="The archive as it was at the end of this day, or at this time (UTC).")
@search_option
@filter_options
@archive_option
def command(
    size: int,
    out: str,
    stratify: str,
    allocation: Any,
    seed: int,
    replacement: bool,
    format_name: str | None,
    columns: str,
    excel: bool,
    as_of: str | None,
    search: str | None,
    archive: str,
    **filters: Any,
) -> None:
    """Draw N articles at random from those that fit the filters, and write them to OUT; `-` is standard output.

    The same archive, filters, N and seed give the same sample on every machine. The rows come in the order of the
    draw, so the first rows are themselves a random sample. Beside OUT, datapackage.json records the seed, the frame
    from which was drawn, and the share and weight of each stratum. For strata, an article belongs to the city of the
    section that listed it first.

    \b
    Examples:
      newscrawler sample 20 sample.csv
      newscrawler sample 16 --stratify city --allocation equal --seed 7 cities.xlsx
      newscrawler sample 30 --stratify city,month --since 2019-01-01 months.jsonl
    """
    from newscrawler.cli.work_progress import shown_progress

    with clear_errors(), shown_progress("sample") as progress:
        from newscrawler.archive.export import ExportError, columns_named
        from newscrawler.archive.export.exporter import export
        from newscrawler.archive.export.files import is_stream
        from newscrawler.archive.export.formats import MEDIA_TYPES
        from newscrawler.archive.export.request import ExportRequest, format_of
        from newscrawler.research.sampling import SampleDesign, choose_sample

        design = SampleDesign(size, seed, tuple(split_names(stratify)), allocation, replacement)
        request = ExportRequest(
            out,
            format_name=format_name or "",
            article_filter=article_filter_of(search, filters),
            columns=columns_named(split_names(columns)),
            excel=excel,
            as_of=as_of,
            manifest=not is_stream(out),
            choose=partial(choose_sample, design),
        )
        if replacement and format_of(request) in MEDIA_TYPES:
            raise ExportError(
                "an archive or a collection has each article once; draw without --replacement, or use another format."
            )
        exported = export(archive, request, progress=progress)
    frame = exported.choice.facts["sample"]["frame"]
    target = "" if out == "-" else f" to {out}"
    drawn_from = f"seed {seed}, frame {frame['sha256'][:12]}"
    say(f"{exported.rows:,} of {frame['articles']:,} articles written{target}; {drawn_from}", err=True)
    for note in exported.notes:
        say(note, err=True)
