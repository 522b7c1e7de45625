"""`newscrawler annotate`: what tools and people add to articles, apart from what the pages said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

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
    readers_options,
    search_option,
)
from newscrawler.cli.word_options import segmentation_of, segmentation_options

if TYPE_CHECKING:
    from newscrawler.archive.sharing.cluster import Workers


@click.group("annotate", cls=CommandGroup)
def command() -> None:
    """Annotate articles: places by the gazetteer, key words, names of persons, or what an installed annotator finds.

    Annotations are kept apart from what the pages said, each with its tool, the tool's version and its run. Running a
    tool again replaces what it said of the same versions. The codes of 'newscrawler coding' are annotations, too.

    \b
    Examples:
      newscrawler annotate articles places
      newscrawler annotate list
      newscrawler annotate export places.csv --kind places
    """


@command.command("articles")
@click.argument("name", type=Text())
@segmentation_options
@readers_options
@search_option
@filter_options
@archive_option
@click.pass_context
def articles(
    context: click.Context,
    /,
    name: str,
    segmenter_name: str,
    dictionaries: tuple[str, ...],
    workers: Workers,
    search: str | None,
    archive: str,
    **filters: Any,
) -> None:
    """Annotate the newest versions of articles with the annotator NAME.

    `places` finds the names of divisions and counties of the portal's province in title and body, with their codes of
    GB/T 2260; `people` finds full names of persons. `words` stores the ten words of each article that other texts have
    seldom, with how often and where first they occur; --segmenter and --dictionary are for it alone. `vectors` serves
    'newscrawler search --meaning'. Installed packages may bring others. If the work is interrupted, what was stored
    stays.

    \b
    Examples:
      newscrawler annotate articles places
      newscrawler annotate articles places --city 宜昌 --since 2019-01-01
      newscrawler annotate articles words --segmenter pairs
    """
    from newscrawler.cli.work_progress import shown_progress
    from newscrawler.research.annotating import annotate

    with clear_errors(), shown_progress("annotate") as progress:
        chosen = article_filter_of(search, filters)
        is_chosen = dictionaries or context.get_parameter_source("segmenter_name") != ParameterSource.DEFAULT
        segmentation = segmentation_of(segmenter_name, dictionaries) if is_chosen else None
        result = annotate(archive, name, chosen, segmentation=segmentation, workers=workers, progress=progress)
    say(
        f"run {result.key}: {result.annotations:,} annotations of {result.articles:,} articles, by {result.tool}",
        err=True,
    )


@command.command("list")
@format_option
@archive_option
def list_(output: str, archive: str) -> None:
    """List the runs of annotators and the imported sheets of codes, newest first.

    \b
    Examples:
      newscrawler annotate list
      newscrawler annotate list --format json
    """
    from contextlib import closing

    from newscrawler.archive import open_archive_read_only
    from newscrawler.archive.annotations import list_annotation_runs
    from newscrawler.cli.tables import print_json, print_table

    with clear_errors(), closing(open_archive_read_only(archive)) as connection:
        rows = list_annotation_runs(connection)
    if output == "json":
        print_json(rows)
        return
    names = ("key", "kind", "tool", "tool_version", "started", "finished", "articles", "annotations")
    cells = [[row[name] for name in names] for row in rows]
    print_table("Runs of annotators", names, cells, droppable=("tool_version", "started"))


@command.command("undo")
@click.argument("key", type=Text())
@archive_option
def undo(key: str, archive: str) -> None:
    """Remove a run and all its annotations. KEY is its key or the beginning of it.

    \b
    Examples:
      newscrawler annotate undo KEY
    """
    from newscrawler.archive.annotations import undo_annotation_run
    from newscrawler.archive.database.transaction import writing

    with clear_errors():
        connection = changing(archive)
        with writing(connection):
            whole, count = undo_annotation_run(connection, key)
    say(f"run {whole}: removed, with {count:,} annotations", err=True)


@command.command("export")
@click.argument("out", metavar="OUT")
@click.option(
    "--format",
    "format_name",
    metavar="FORMAT",
    help="csv, jsonl, parquet, xlsx, or a format of a plug-in. Default: by the suffix of OUT.",
)
@click.option("--kind", type=Text(), metavar="NAME", help="Only annotations of this kind, for example places.")
@click.option("--tool", type=Text(), metavar="NAME", help="Only annotations by this tool or coder.")
@click.option("--all-versions", is_flag=True, help="Annotations of earlier versions, too. Default: of the newest one.")
@search_option
@filter_options
@archive_option
def export(
    out: str,
    format_name: str | None,
    kind: str | None,
    tool: str | None,
    all_versions: bool,
    search: str | None,
    archive: str,
    **filters: Any,
) -> None:
    """Write annotations to OUT, one row each; `-` is standard output. SQL finds them as `article_annotations`.

    `start` and `stop` are places in the field, in characters from 0. `article` is the id that 'newscrawler export' has.

    \b
    Examples:
      newscrawler annotate export places.csv --kind places
      newscrawler annotate export - --kind codes --format jsonl
    """
    from newscrawler.research.annotation_export import AnnotationSelection, export_annotations

    with clear_errors():
        selection = AnnotationSelection(article_filter_of(search, filters), kind, tool, all_versions)
        count, notes = export_annotations(archive, out, format_name or "", selection)
    if out != "-":
        say(f"{count:,} annotations written to {out}", err=True)
    for note in notes:
        say(note, err=True)
