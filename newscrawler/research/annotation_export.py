"""Annotations as files for other programs, in the formats of exports."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newscrawler.archive import open_archive_read_only
from newscrawler.archive.columns import FROM, Column
from newscrawler.archive.export.errors import ExportError
from newscrawler.archive.export.request import ExportRequest, check_request, format_of
from newscrawler.archive.export.table_file import write_table
from newscrawler.archive.filters import ArticleFilter

COLUMNS = tuple(
    Column(name, f"n.{name}", kind, meaning, "annotations")
    for name, kind, meaning in (
        ("article", "text", "id of the article"),
        ("number", "integer", "number of its version"),
        ("kind", "text", "what is annotated"),
        ("field", "text", "title or body; empty: the whole article"),
        ("start", "integer", "where it begins in the field, in characters from 0"),
        ("stop", "integer", "the character after its last one"),
        ("value", "text", "the annotation"),
        (
            "reference",
            "text",
            "what it refers to: a code of GB/T 2260, the name of a variable, how often a key word occurs",
        ),
        ("score", "number", "how sure the tool is, or the weight of a key word; empty: it does not say"),
        ("tool", "text", "what or who annotated"),
        ("tool_version", "text", "version of the tool"),
        ("annotation_run", "text", "key of the run"),
    )
)


@dataclass(frozen=True, slots=True)
class AnnotationSelection:
    """Which annotations to export."""

    article_filter: ArticleFilter
    kind: str | None = None
    tool: str | None = None
    all_versions: bool = False


def export_annotations(
    archive: str | Path, out: str, format_name: str, selection: AnnotationSelection
) -> tuple[int, Sequence[str]]:
    """Write annotations to a file, one row each, by article, tool and place.

    Return their number and the notes of the writer.
    Raises ExportError, WriteError, ArchiveError and FilterError; then nothing of the file is left.
    """
    request = ExportRequest(out, format_name)
    name = format_of(request)
    writer = check_request(archive, request, name)
    if writer is None:
        raise ExportError("'newscrawler export' writes an archive with the annotations of its articles; use csv here.")
    with closing(open_archive_read_only(archive)) as connection:
        where, values = selection.article_filter.where(connection)
        conditions = [f"n.article IN (SELECT a.id {FROM} WHERE {where})"]
        arguments: list[Any] = list(values)
        for column, value in (("kind", selection.kind), ("tool", selection.tool)):
            if value is not None:
                conditions.append(f"n.{column} = ?")
                arguments.append(value)
        conditions += [] if selection.all_versions else ["n.is_newest"]
        rows = connection.execute(
            f"""SELECT {", ".join(column.sql for column in COLUMNS)} FROM article_annotations n
                WHERE {" AND ".join(conditions)}
                ORDER BY n.article, n.number, n.kind, n.tool, n.field DESC, n.start, n.reference, n.value""",
            arguments,
        )
        return write_table(out, name, writer, COLUMNS, rows)
