"""The full-text index: what it holds, how it follows the newest versions, how it is checked and rebuilt.

Two FTS5 tables without content, which stock SQLite reads and writes:

- `search_index` (columns body and title) holds the folded text as overlapping pairs. A run of Han characters
  `湖北省` becomes `湖北 北省 省。`, another word `gdp` becomes `gdp。`; 。 says that a run ends there. A search for
  two or more characters is a phrase of pairs, so every substring of a run is found, whatever its length.
- `search_characters` holds each Han character of an article once, and once more with 。 when the title has it.
  It answers the search for one character, which would otherwise read all pairs that begin with it.

Both hold one more word an article, the month of publication (`。201907`), by which the newest of very many
matches are found. `search_documents` says which version of an article is indexed: its text, read again from
the version, is what must be taken out when another version becomes the newest.
"""

from __future__ import annotations

import re
import sqlite3
from array import array
from dataclasses import dataclass

from newscrawler.archive.flat import SHOWN
from newscrawler.archive.folding import HAN_CLASS, fold

END = "。"
"""Marks the end of a run. Folding makes it a space, so no text holds it."""

TABLES = """
CREATE VIRTUAL TABLE search_index USING fts5(body, title, content='', tokenize='ascii');
CREATE VIRTUAL TABLE search_characters USING fts5(body, content='', detail=none, columnsize=0, tokenize='ascii');
CREATE VIRTUAL TABLE search_index_words USING fts5vocab(search_index, 'row');
CREATE VIRTUAL TABLE search_characters_words USING fts5vocab(search_characters, 'row');
CREATE TABLE search_documents (
  n INTEGER PRIMARY KEY REFERENCES articles(n),
  version INTEGER NOT NULL REFERENCES versions(id),  -- the one that the index holds
  published TEXT NOT NULL                            -- '' where it is not known
) STRICT;
CREATE INDEX search_documents_published ON search_documents(published);
INSERT INTO search_index(search_index, rank) VALUES ('automerge', 16);
INSERT INTO search_characters(search_characters, rank) VALUES ('automerge', 16);
"""

_NEWEST = f"SELECT n, version FROM articles a WHERE version IS NOT NULL AND {SHOWN} ORDER BY n"

_WORD = re.compile(f"[^ {HAN_CLASS}]+")
_STAND_IN = "\ue000"
"""Stands for a word while pairs are made; a private character, which folding makes a space."""
_STARTS = re.compile(f"(?<![^ ]){END}[^ ]* +")
_HAN_STARTS_ABOVE = "\u2fff"


@dataclass(frozen=True, slots=True)
class Document:
    """What the index holds of a version: the three values that FTS5 wants back to forget it."""

    body: str
    title: str
    characters: str


def tokens(folded: str) -> str:
    """Return the words of folded text as the index holds them, with spaces between them."""
    words = _WORD.findall(folded)
    runs = (_WORD.sub(f" {_STAND_IN} ", folded) if words else folded).split()
    if not runs:
        return ""
    # Each character with its successor, by whole-array copies: a loop over characters takes three times as long.
    codes = array("I", f"{END.join(runs)}{END}".encode("utf-32-le"))
    triples = array("I", [0x20]) * (3 * len(codes))
    triples[0::3] = codes
    triples[1:-3:3] = codes[1:]
    pairs = _STARTS.sub("", triples.tobytes().decode("utf-32-le"))
    if not words:
        return pairs.rstrip()
    parts = pairs.split(_STAND_IN)
    return "".join(piece for pair in zip(parts, [*words, ""], strict=True) for piece in pair).rstrip()


def month_word(published: str) -> str:
    """Return the word that stands for the month of an ISO date, or for no date."""
    return END + (published[:7].replace("-", "") or "none")


def document(title: str, summary: str, body: str, published: str) -> Document:
    """Return what the index holds of a title (with subtitle), a summary, a body and a date."""
    folded_title, folded_body = fold(title), fold(body)
    if summary:
        folded_body = f"{fold(summary)} {folded_body}"
    in_title = set(filter(_HAN_STARTS_ABOVE.__lt__, folded_title))
    everywhere = set(filter(_HAN_STARTS_ABOVE.__lt__, set(folded_body))) | in_title
    month = month_word(published)
    return Document(
        f"{tokens(folded_body)} {month}",
        tokens(folded_title),
        f"{' '.join(everywhere)} {' '.join(character + END for character in in_title)} {month}",
    )


def index_article(connection: sqlite3.Connection, n: int) -> None:
    """Bring the index in step with the newest version of an article. Must run inside its transaction."""
    row = connection.execute(
        f"""SELECT d.version, CASE WHEN {SHOWN} THEN a.version END
            FROM articles a LEFT JOIN search_documents d ON d.n = a.n WHERE a.n = ?""",
        (n,),
    ).fetchone()
    held, newest = row or (None, None)
    if held == newest:
        return
    if held is not None:
        _take_out(connection, n, held)
    if newest is not None:
        _put_in(connection, n, newest)


def remove_article(connection: sqlite3.Connection, n: int) -> None:
    """Take an article out of the index; does nothing when it is not in it. Must run inside a transaction."""
    row = connection.execute("SELECT version FROM search_documents WHERE n = ?", (n,)).fetchone()
    if row:
        _take_out(connection, n, row[0])


def rebuild_index(connection: sqlite3.Connection) -> int:
    """Empty the index and fill it from the newest versions; return their number. Must run inside a transaction."""
    connection.execute("INSERT INTO search_index(search_index) VALUES ('delete-all')")
    connection.execute("INSERT INTO search_characters(search_characters) VALUES ('delete-all')")
    connection.execute("DELETE FROM search_documents")
    newest = connection.execute(_NEWEST).fetchall()
    for n, version in newest:
        _put_in(connection, n, version)
    return len(newest)


def searched_text(connection: sqlite3.Connection, version: int) -> tuple[str, str, str, str]:
    """Return what search reads of a version: title and subtitle, summary, body, the date of publication."""
    title, subtitle, summary, body, published = connection.execute(
        """SELECT v.title, v.subtitle, v.summary, x.body, v.published FROM versions v JOIN texts x ON x.hash = v.text
           WHERE v.id = ?""",
        (version,),
    ).fetchone()
    return (
        f"{title}\n{subtitle}" if subtitle else title,
        summary or "",
        body,
        published or "",
    )


def _put_in(connection: sqlite3.Connection, n: int, version: int) -> None:
    text = searched_text(connection, version)
    held = document(*text)
    connection.execute("INSERT INTO search_index (rowid, body, title) VALUES (?, ?, ?)", (n, held.body, held.title))
    connection.execute("INSERT INTO search_characters (rowid, body) VALUES (?, ?)", (n, held.characters))
    connection.execute("INSERT INTO search_documents (n, version, published) VALUES (?, ?, ?)", (n, version, text[-1]))


def _take_out(connection: sqlite3.Connection, n: int, version: int) -> None:
    held = document(*searched_text(connection, version))
    connection.execute(
        "INSERT INTO search_index (search_index, rowid, body, title) VALUES ('delete', ?, ?, ?)",
        (n, held.body, held.title),
    )
    connection.execute(
        "INSERT INTO search_characters (search_characters, rowid, body) VALUES ('delete', ?, ?)", (n, held.characters)
    )
    connection.execute("DELETE FROM search_documents WHERE n = ?", (n,))
