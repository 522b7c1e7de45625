"""Names by a part of them: the outlets whose name contains 日报, the editors whose name contains 王.

Only names of articles that are not suppressed count: `search_documents` holds exactly these, in their newest version.
"""

from __future__ import annotations

import sqlite3
from difflib import get_close_matches

from newscrawler.archive.filters import FilterError

MOST_NAMES = 5_000
"""The most names that a part may stand for."""
_LISTED = 3
_PEOPLE = """FROM credits k CROSS JOIN versions v ON v.id = k.version
  CROSS JOIN search_documents d ON d.n = v.article AND d.version = v.id WHERE k.part = '{}' AND {}"""
_OUTLETS = """FROM versions v CROSS JOIN search_documents d ON d.n = v.article AND d.version = v.id
  WHERE v.source IS NOT NULL AND {}"""
_SOURCES = {
    "source": ("v.source", _OUTLETS),
    "editor": ("k.name", _PEOPLE.replace("{}", "editor", 1)),
    "author": ("k.name", _PEOPLE.replace("{}", "author", 1)),
}


def names_with(connection: sqlite3.Connection, kind: str, part: str) -> list[str]:
    """Return this name alone if an article has it, else all names that contain it.

    `kind` is source, editor or author. Raises FilterError with the most similar names when none contains it, and when
    too many do.
    """
    column, source = _SOURCES[kind]
    exact = connection.execute(f"SELECT 1 {source.format(f'{column} = ?')} LIMIT 1", [part]).fetchone()
    if exact:
        return [part]
    names = _names(connection, column, source.format(f"instr({column}, ?)"), [part])
    if len(names) > MOST_NAMES:
        raise FilterError(
            "{name!r} is a part of more than {most:,} names; write more of it.", name=part, most=MOST_NAMES
        )
    if names:
        return names
    known = _names(connection, column, source.format("1"), [])
    near = get_close_matches(part, known, n=_LISTED, cutoff=0.3) or known[:_LISTED]
    if not near:
        raise FilterError("the archive has no {kind} {name!r}; it is empty.", kind=kind, name=part)
    raise FilterError(
        "the archive has no {kind} {name!r}; the nearest it knows: {near}.", kind=kind, name=part, near="、".join(near)
    )


def _names(connection: sqlite3.Connection, column: str, source: str, values: list[str]) -> list[str]:
    sql = f"SELECT DISTINCT {column} {source} LIMIT {MOST_NAMES + 1}"
    return [row[0] for row in connection.execute(sql, values)]


_NEWEST = 20_000
"""The newest articles, whose names are counted for suggestions: a form must not wait for a count of all."""
_SUGGESTIONS = {
    "city": "SELECT city FROM sections WHERE city IS NOT NULL GROUP BY city ORDER BY min(city_code) LIMIT ?",
    "source": f"""SELECT v.source FROM (SELECT version FROM search_documents ORDER BY published DESC LIMIT {_NEWEST}) d
                  CROSS JOIN versions v ON v.id = d.version WHERE v.source IS NOT NULL
                  GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT ?""",
    "editor": f"""SELECT k.name FROM (SELECT version FROM search_documents ORDER BY published DESC LIMIT {_NEWEST}) d
                  CROSS JOIN credits k ON k.version = d.version WHERE k.part = 'editor'
                  GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT ?""",
}


def suggestions(connection: sqlite3.Connection, most: int) -> dict[str, list[str]]:
    """Return the cities of the archive, and the most frequent outlets and editors of its newest articles."""
    return {kind: [row[0] for row in connection.execute(sql, [most])] for kind, sql in _SUGGESTIONS.items()}
