"""Comparing the full-text index with the texts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from newscrawler.archive.columns import NOT_SUPPRESSED
from newscrawler.archive.indexing.document import Document, document
from newscrawler.archive.indexing.fulltext import searched_text

NAMED = 20
"""How many articles are named; the others are only counted."""


def check_index(connection: sqlite3.Connection) -> list[str]:
    """Compare the index with the newest versions; return one sentence per difference.

    Three things are compared: which version of each article is indexed; how often each word occurs in the whole
    index and in all texts; and, when those numbers differ, each article, to name those that differ. On a connection
    that may write, FTS5's integrity check runs too. `fulltext.rebuild_index` repairs all differences.
    """
    try:
        problems = _structure(connection) + _versions(connection)
        if problems or _sums_agree(connection):
            return problems
        wrong = [name for name, n, expected in _documents(connection) if not _matches(connection, n, expected)]
    except sqlite3.DatabaseError as error:
        return [f"the search index cannot be read: {error}."]
    return _sentences(wrong, "is not indexed with its current text") or [
        "the search index holds words that no newest version has."
    ]


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
    misdated = """SELECT a.id FROM articles a JOIN search_documents d USING (n) JOIN versions v ON v.id = d.version
      WHERE d.published <> coalesce(v.published, '')"""
    strange = f"SELECT n FROM search_documents WHERE n NOT IN (SELECT n {searched})"
    return (
        _sentences([row[0] for row in connection.execute(missing)], "is not in the search index")
        + _sentences([row[0] for row in connection.execute(stale)], "is in the search index with an older version")
        + _sentences([row[0] for row in connection.execute(misdated)], "is in the search index with another date")
        + _sentences(
            [str(row[0]) for row in connection.execute(strange)], "is in the search index, but not in the archive"
        )
    )


def _sentences(articles: list[str], what: str) -> list[str]:
    more = [f"{len(articles) - NAMED:,} more articles."] if len(articles) > NAMED else []
    return [f"article {article} {what}." for article in articles[:NAMED]] + more


def _documents(connection: sqlite3.Connection) -> Iterator[tuple[str, int, Document]]:
    """Yield id and row number of each article, and its expected words in the index."""
    for n, name, version in connection.execute(
        f"SELECT n, id, version FROM articles a WHERE version IS NOT NULL AND {NOT_SUPPRESSED}"
    ):
        yield name, n, document(*searched_text(connection, version))


def _sums_agree(connection: sqlite3.Connection) -> bool:
    """Compare the sums of the hashes of all words; different words have equal sums in one case of 2**60."""
    expected = [0, 0]
    for _, _, words in _documents(connection):
        expected[0] += sum(map(hash, words.body.split())) + sum(map(hash, words.title.split()))
        expected[1] += sum(map(hash, words.characters.split()))
    actual = [
        sum(hash(term) * times for term, times in connection.execute(sql))
        for sql in ("SELECT term, cnt FROM search_index_words", "SELECT term, doc FROM search_characters_words")
    ]
    return expected == actual


def _matches(connection: sqlite3.Connection, n: int, expected: Document) -> bool:
    """Whether the index finds an article by all its words."""
    queries = [
        (
            "search_index",
            [f'{{body}} : "{expected.body}"', f'{{title}} : "{expected.title}"' if expected.title else ""],
        ),
        ("search_characters", [f'"{word}"' for word in expected.characters.split()]),
    ]
    return all(
        connection.execute(f"SELECT 1 FROM {table} WHERE {table} MATCH ? AND rowid = ?", (match, n)).fetchone()
        for table, matches in queries
        for match in matches
        if match
    )
