"""Vectors of articles: annotations that say by numbers what an article is about, so that articles can be compared."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from newscrawler.archive.annotations import ArticleState, forget_earlier

KIND = "vectors"
"""The kind of their runs."""


@dataclass(frozen=True, slots=True)
class Vector:
    """A vector as the archive keeps it."""

    components: bytes
    """One signed byte per dimension."""
    signs: bytes
    """One bit per dimension: 1 where the component is above 0."""


@dataclass(frozen=True, slots=True)
class Vectors:
    """The vectors of an archive that can be compared with each other: those of one tool in one version."""

    tool: str
    tool_version: str
    runs: tuple[int, ...]
    """Row numbers of the runs, the latest first."""

    @property
    def condition(self) -> str:
        """SQL condition on `vectors x`."""
        return f"x.annotation_run IN ({', '.join(map(str, self.runs))})"


def store_vector(connection: sqlite3.Connection, run: int, state: ArticleState, vector: Vector) -> None:
    """Store the vector of a state of an article, inside a transaction, in place of the tool's earlier one."""
    forget_earlier(connection, "vectors", run, state)
    connection.execute(
        "INSERT INTO vectors (annotation_run, article, content_hash, text, vector, signs) VALUES (?, ?, ?, ?, ?, ?)",
        (run, state.article, state.content_hash, state.text, vector.components, vector.signs),
    )


def latest_vectors(connection: sqlite3.Connection) -> Vectors | None:
    """Return the vectors of the tool, and its version, of the latest run that has any; None where there are none."""
    rows = connection.execute(
        """SELECT tool, tool_version, id FROM annotation_runs r
           WHERE kind = ? AND EXISTS (SELECT 1 FROM vectors x WHERE x.annotation_run = r.id)
           ORDER BY started DESC, key DESC""",
        (KIND,),
    ).fetchall()
    if not rows:
        return None
    tool, version, _ = rows[0]
    return Vectors(tool, version, tuple(number for name, its, number in rows if (name, its) == (tool, version)))


def vector_of(connection: sqlite3.Connection, vectors: Vectors, article: int) -> bytes | None:
    """Return the components of the newest version of an article (`articles.n`); None where it has no vector."""
    row = connection.execute(
        f"""SELECT x.vector FROM articles a JOIN versions v ON v.id = a.version
            JOIN vectors x ON x.article = a.id AND x.content_hash = v.content_hash AND x.text = v.text
            WHERE a.n = ? AND {vectors.condition} LIMIT 1""",
        (article,),
    ).fetchone()
    return bytes(row[0]) if row else None
