"""Holding the full-text index against the texts that it is made from."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from newscrawler.archive.columns import NOT_SUPPRESSED
from newscrawler.archive.indexing.document import Document, document
from newscrawler.archive.indexing.fulltext import searched_text

NAMED = 20
"""How many articles are named before the rest is summed up."""


def check_index(connection: sqlite3.Connection) -> list[str]:
    """Compare the index with the newest versions; return what is off, one sentence each, nothing when all agrees.

    Three things are compared: which version of each article is indexed; how often each word occurs in the whole
    index and in all texts; and, when those numbers differ, each article by itself, to name it. On a connection that
    may write, FTS5's own check of its structure is run too. `search_index.rebuild_index` repairs all of it.
    """
    try:
        problems = _structure(connection) + _versions(connection)
        if problems or _sums_agree(connection):
            return problems
        named = [name for name, n, held in _documents(connection) if not _is_found(connection, n, held)]
    except sqlite3.DatabaseError as error:
        return [f"the search index cannot be read: {error}."]
    return _named(named, "is not indexed as it reads") or ["the search index holds words that no newest version has."]


def _structure(connection: sqlite3.Connection) -> list[str]:
    problems = []
    for table in ("search_index", "search_characters"):
        try:
            connection.execute(f"INSERT INTO {table}({table}) VALUES ('integrity-check')")
        except sqlite3.OperationalError as error:
            if "readonly" not in str(error):
                raise
        except sqlite3.DatabaseError as error:
            problems.append(f"the search index is damaged: {table}: {error}.")
    return problems


def _versions(connection: sqlite3.Connection) -> list[str]:
    searched = f"FROM articles a WHERE version IS NOT NULL AND {NOT_SUPPRESSED}"
    missing = f"SELECT id {searched} AND n NOT IN (SELECT n FROM search_documents)"
    stale = "SELECT a.id FROM articles a JOIN search_documents d USING (n) WHERE d.version <> a.version"
    strange = f"SELECT n FROM search_documents WHERE n NOT IN (SELECT n {searched})"
    return (
        _named([row[0] for row in connection.execute(missing)], "is not in the search index")
        + _named([row[0] for row in connection.execute(stale)], "is in the search index with an older version")
        + _named([str(row[0]) for row in connection.execute(strange)], "is in the search index, but nowhere else")
    )


def _named(articles: list[str], what: str) -> list[str]:
    more = [f"{len(articles) - NAMED:,} more: the same."] if len(articles) > NAMED else []
    return [f"article {article} {what}." for article in articles[:NAMED]] + more


def _documents(connection: sqlite3.Connection) -> Iterator[tuple[str, int, Document]]:
    """Yield id and row number of each article, and what the index must hold of it."""
    for n, name, version in connection.execute(
        f"SELECT n, id, version FROM articles a WHERE version IS NOT NULL AND {NOT_SUPPRESSED}"
    ):
        yield name, n, document(*searched_text(connection, version))


def _sums_agree(connection: sqlite3.Connection) -> bool:
    """Compare the sums of the hashes of all words: equal, but for one case in 2**60, only when the words are."""
    expected = [0, 0]
    for _, _, held in _documents(connection):
        expected[0] += sum(map(hash, held.body.split())) + sum(map(hash, held.title.split()))
        expected[1] += sum(map(hash, held.characters.split()))
    found = [
        sum(hash(term) * times for term, times in connection.execute(sql))
        for sql in ("SELECT term, cnt FROM search_index_words", "SELECT term, doc FROM search_characters_words")
    ]
    return expected == found


def _is_found(connection: sqlite3.Connection, n: int, held: Document) -> bool:
    """Tell whether the index finds an article by all its words."""
    wanted = [
        ("search_index", [f'{{body}} : "{held.body}"', f'{{title}} : "{held.title}"' if held.title else ""]),
        ("search_characters", [f'"{word}"' for word in held.characters.split()]),
    ]
    return all(
        connection.execute(f"SELECT 1 FROM {table} WHERE {table} MATCH ? AND rowid = ?", (match, n)).fetchone()
        for table, matches in wanted
        for match in matches
        if match
    )
