"""The full-text index: its content, its synchronization with the newest versions, and its rebuild.

It consists of two FTS5 tables without content, which stock SQLite reads and writes:

- `search_index` (columns body and title) holds the folded text as overlapping pairs. A run of Han characters
  `湖北省` becomes `湖北 北省 省。`, another word `gdp` becomes `gdp。`; 。 marks the end of a run. A search for
  two or more characters is a phrase of pairs, so every substring of a run is found, whatever its length.
- `search_characters` holds each Han character of an article once, and once more with 。 when the title has it.
  It answers the search for one character, which would otherwise read all pairs that begin with it.

Both hold one more word per article, the month of publication (`。201907`), by which the newest of very many
matches are found. `search_documents` says which version of an article is indexed. The text of that version is read
again to remove its words when another version becomes the newest.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from newscrawler.archive.columns import NOT_SUPPRESSED

AT_ONCE = 500
"""How many articles are written at a time, unless they are long."""
MOST_CHARACTERS = 2_000_000
"""Of the texts that are written at a time; their pairs take about ten bytes for each."""
_Text = tuple[str, str, str, str]

_NEWEST = f"SELECT n, version FROM articles a WHERE version IS NOT NULL AND {NOT_SUPPRESSED} ORDER BY n"


def index_article(connection: sqlite3.Connection, n: int) -> None:
    """Synchronize the index with the newest version of an article. Must run inside its transaction."""
    index_articles(connection, [n])


def index_articles(connection: sqlite3.Connection, numbers: Iterable[int]) -> None:
    """Synchronize the index with the newest versions of these articles. Must run inside their transaction.

    FTS5 flushes its buffer to the file whenever another statement opens a statement journal. So many articles are
    written at a time, with no other statement between them.
    """
    stale: list[tuple[int, int]] = []
    fresh: list[tuple[int, int]] = []
    for number in numbers:
        row = connection.execute(
            f"""SELECT d.version, CASE WHEN {NOT_SUPPRESSED} THEN a.version END
                FROM articles a LEFT JOIN search_documents d ON d.n = a.n WHERE a.n = ?""",
            (number,),
        ).fetchone()
        indexed, newest = row or (None, None)
        if indexed == newest:
            continue
        if indexed is not None:
            stale.append((number, indexed))
        if newest is not None:
            fresh.append((number, newest))
    _remove(connection, stale)
    _insert(connection, fresh)


def rebuild_index(connection: sqlite3.Connection) -> int:
    """Empty the index and fill it from the newest versions; return their number. Must run inside a transaction."""
    connection.execute("INSERT INTO search_index(search_index) VALUES ('delete-all')")
    connection.execute("INSERT INTO search_characters(search_characters) VALUES ('delete-all')")
    connection.execute("DELETE FROM search_documents")
    newest = connection.execute(_NEWEST).fetchall()
    for start in range(0, len(newest), AT_ONCE):
        _insert(connection, newest[start : start + AT_ONCE])
    return len(newest)


def searched_text(connection: sqlite3.Connection, version: int) -> tuple[str, str, str, str]:
    """Return the indexed text of a version: title and subtitle, summary, body, and the date of publication.

    Raises sqlite3.DatabaseError when the archive has lost the text.
    """
    row = connection.execute(
        """SELECT v.title, v.subtitle, v.summary, x.body, v.published FROM versions v JOIN texts x ON x.hash = v.text
           WHERE v.id = ?""",
        (version,),
    ).fetchone()
    if row is None:
        raise sqlite3.DatabaseError(f"version {version} has lost its text")
    title, subtitle, summary, body, published = row
    return (
        f"{title}\n{subtitle}" if subtitle else title,
        summary or "",
        body,
        published or "",
    )


def _insert(connection: sqlite3.Connection, versions: Sequence[tuple[int, int]]) -> None:
    for piece, texts in _with_texts(connection, versions):
        documents = _documents(piece, texts)
        connection.executemany("INSERT INTO search_index (rowid, body, title) VALUES (?, ?, ?)", documents[0])
        connection.executemany("INSERT INTO search_characters (rowid, body) VALUES (?, ?)", documents[1])
        connection.executemany(
            "INSERT INTO search_documents (n, version, published) VALUES (?, ?, ?)",
            [(n, version, text[-1]) for (n, version), text in zip(piece, texts, strict=True)],
        )


def _remove(connection: sqlite3.Connection, versions: Sequence[tuple[int, int]]) -> None:
    for piece, texts in _with_texts(connection, versions):
        documents = _documents(piece, texts)
        connection.executemany(
            "INSERT INTO search_index (search_index, rowid, body, title) VALUES ('delete', ?, ?, ?)", documents[0]
        )
        connection.executemany(
            "INSERT INTO search_characters (search_characters, rowid, body) VALUES ('delete', ?, ?)", documents[1]
        )
        connection.executemany("DELETE FROM search_documents WHERE n = ?", [(n,) for n, _ in piece])


def _with_texts(
    connection: sqlite3.Connection, versions: Sequence[tuple[int, int]]
) -> Iterator[tuple[list[tuple[int, int]], list[_Text]]]:
    """Yield the versions with their texts, in pieces that fit into memory."""
    piece: list[tuple[int, int]] = []
    texts: list[_Text] = []
    characters = 0
    for n, version in versions:
        piece.append((n, version))
        texts.append(searched_text(connection, version))
        characters += sum(map(len, texts[-1]))
        if characters > MOST_CHARACTERS:
            yield piece, texts
            piece, texts, characters = [], [], 0
    if piece:
        yield piece, texts


def _documents(
    versions: Sequence[tuple[int, int]], texts: Iterable[_Text]
) -> tuple[list[tuple[int, str, str]], list[tuple[int, str]]]:
    """Return the rows of the two tables for these articles."""
    # Imported here, since it imports numpy, which commands that only read do not need.
    from newscrawler.archive.indexing.document import document

    documents = [(n, document(*text)) for (n, _), text in zip(versions, texts, strict=True)]
    return [(n, words.body, words.title) for n, words in documents], [(n, words.characters) for n, words in documents]
