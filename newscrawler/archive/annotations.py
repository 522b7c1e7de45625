"""Annotations: what tools and people add to articles, apart from what the pages said, each with its tool and run.

A tool has at most one set of annotations per kind and state of an article: storing another one replaces it.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from newscrawler import __version__
from newscrawler.archive.errors import UserError
from newscrawler.archive.rows import select_rows
from newscrawler.text.clock import stamp

_TABLES: tuple[Literal["annotations"], Literal["vectors"]] = ("annotations", "vectors")
"""Tables whose rows belong to a run and to a state of an article."""


class AnnotationError(UserError):
    """Annotations that cannot be made, stored or found; the message says why."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotation of an article."""

    value: str
    field: str = ""
    """title or body; empty: the whole article."""
    start: int | None = None
    """In characters of the field, from 0; None: all of it."""
    stop: int | None = None
    """The character after the last one."""
    reference: str | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class ArticleState:
    """The state of an article that is annotated."""

    article: str
    """Id of the article."""
    content_hash: str
    text: str
    """Hash of the text."""


def start_annotation_run(
    connection: sqlite3.Connection, *, kind: str, tool: str, tool_version: str, arguments: Mapping[str, Any]
) -> int:
    """Record the beginning of a run, inside a transaction; return its row number."""
    now = datetime.now(UTC)
    key = f"{now:%Y%m%dT%H%M%SZ}-{kind}-{secrets.token_hex(4)}"
    row = connection.execute(
        """INSERT INTO annotation_runs (key, kind, tool, tool_version, arguments, program, started)
           VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id""",
        (key, kind, tool, tool_version, json.dumps(arguments, ensure_ascii=False), __version__, stamp(now)),
    ).fetchone()
    return int(row[0])


def store_annotations(
    connection: sqlite3.Connection, run: int, state: ArticleState, annotations: Iterable[Annotation]
) -> int:
    """Store all annotations of a run for a state of an article, inside a transaction; return their number.

    They replace what the same tool said of this kind and state before.
    """
    forget_earlier(connection, "annotations", run, state)
    key = (state.article, state.content_hash, state.text)
    rows = [
        (run, *key, position, one.field, one.start, one.stop, one.value, one.reference, one.score)
        for position, one in enumerate(annotations, start=1)
    ]
    connection.executemany("INSERT INTO annotations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    return len(rows)


def forget_earlier(
    connection: sqlite3.Connection, table: Literal["annotations", "vectors"], run: int, state: ArticleState
) -> None:
    """Remove, inside a transaction, what the tool of a run said of this kind and state of an article before."""
    connection.execute(
        f"""DELETE FROM {table} WHERE article = ? AND content_hash = ? AND text = ? AND annotation_run IN (
             SELECT o.id FROM annotation_runs o JOIN annotation_runs r ON (o.kind, o.tool) = (r.kind, r.tool)
             WHERE r.id = ?)""",
        (state.article, state.content_hash, state.text, run),
    )


def finish_annotation_run(connection: sqlite3.Connection, run: int) -> str:
    """Record that a run has ended, inside a transaction; return its key."""
    row = connection.execute(
        "UPDATE annotation_runs SET finished = max(started, ?) WHERE id = ? RETURNING key", (stamp(), run)
    ).fetchone()
    return str(row[0])


def undo_annotation_run(connection: sqlite3.Connection, key: str) -> tuple[str, int]:
    """Remove a run and its annotations, inside a transaction; return its whole key and how many they were.

    `key` may be the beginning of one. Raises AnnotationError when no run, or several, have it.
    """
    rows = connection.execute(
        "SELECT id, key FROM annotation_runs WHERE substr(key, 1, ?) = ? ORDER BY key", (len(key), key)
    ).fetchall()
    if not key or not rows:
        raise AnnotationError(
            "there is no run of annotations {key!r}; 'newscrawler annotate list' shows them.", key=key
        )
    if len(rows) > 1:
        raise AnnotationError(
            "{key!r} is the beginning of several runs: {keys}.", key=key, keys=", ".join(row[1] for row in rows[:5])
        )
    ((number, whole),) = rows
    count = sum(
        connection.execute(f"DELETE FROM {table} WHERE annotation_run = ?", (number,)).rowcount for table in _TABLES
    )
    connection.execute("DELETE FROM annotation_runs WHERE id = ?", (number,))
    return whole, count


def list_annotation_runs(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Return the runs, newest first: key, kind, tool, tool_version, started, finished, annotations, articles.

    What they said of suppressed articles does not count.
    """
    return select_rows(
        connection,
        """SELECT r.key, r.kind, r.tool, r.tool_version, r.arguments, r.program, r.started, r.finished,
             count(n.article) AS annotations, count(DISTINCT n.article) AS articles
           FROM annotation_runs r LEFT JOIN (
             SELECT annotation_run, article FROM annotations
             UNION ALL SELECT annotation_run, article FROM vectors) n
             ON n.annotation_run = r.id AND NOT EXISTS (
               SELECT 1 FROM suppressions h WHERE h.article = n.article AND h.lifted IS NULL)
           GROUP BY r.id ORDER BY r.started DESC, r.key""",
    )


def forget_annotations(connection: sqlite3.Connection, article: int) -> None:
    """Remove the annotations of an article (`articles.n`) whose state no version has any more."""
    for table in _TABLES:
        connection.execute(
            f"""DELETE FROM {table} AS n WHERE article = (SELECT id FROM articles WHERE n = ?1) AND NOT EXISTS (
             SELECT 1 FROM versions v WHERE v.article = ?1 AND v.content_hash = n.content_hash AND v.text = n.text)""",
            (article,),
        )
