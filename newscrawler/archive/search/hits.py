"""Articles as search results show them: their main columns, with snippets of title and text."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from newscrawler.archive.columns import MISSING_SINCE
from newscrawler.archive.indexing.fulltext import searched_text
from newscrawler.archive.search.query import parse_query
from newscrawler.archive.search.snippets import WIDTH, Snippet, snippet


@dataclass(frozen=True, slots=True)
class Hit:
    """An article in a list: columns of `articles_flat`, and where the words of a search occur."""

    id: str
    url: str
    portal: str
    city: str | None
    section: str | None
    title: str
    source: str | None
    published: str | None
    status: str
    missing_since: str | None
    """Since when the portal answers that it is not there (UTC); None while it is there."""
    title_snippet: Snippet
    """The whole title with its highlights."""
    snippet: Snippet
    """A piece of summary and body around the first highlight."""
    similarity: float | None = None
    """To the article or text of a search by meaning, from -1 to 1; None in other searches, and where only the words
    were found."""


def read_hits(connection: sqlite3.Connection, words: str, numbers: Iterable[int]) -> list[Hit]:
    """Return the articles with these row numbers (`articles.n`), in this order, with the words highlighted.

    Numbers without an article are left out. Raises SearchError, and sqlite3.DatabaseError in an archive that has lost
    a text.
    """
    highlights = parse_query(words).highlights
    hits = []
    for columns, version in _article_rows(connection, numbers, "v.id"):
        title, summary, body, _ = searched_text(connection, version)
        text = f"{summary}\n{body}" if summary else body
        hits.append(Hit(*columns, snippet(title, highlights, width=len(title)), snippet(text, highlights)))
    return hits


def read_entries(connection: sqlite3.Connection, numbers: Iterable[int]) -> list[Hit]:
    """Return the articles with these row numbers, in this order, without highlights.

    The snippet is the beginning of the summary, or of the body where there is none.
    """
    entries = []
    for columns, text in _article_rows(connection, numbers, f"substr(coalesce(v.summary, x.body), 1, {WIDTH + 1})"):
        if text is None:  # the archive has lost it
            continue
        start = text[:WIDTH].replace("\n", " ") + ("…" if len(text) > WIDTH else "")
        entries.append(Hit(*columns, Snippet(columns[5], ()), Snippet(start, ())))
    return entries


_Columns = tuple[str, str, str, str | None, str | None, str, str | None, str | None, str, str | None]
"""The fields of a hit before its snippets."""


def _article_rows(connection: sqlite3.Connection, numbers: Iterable[int], value: str) -> Iterator[tuple[_Columns, Any]]:
    """Yield the columns of each article, and the value of one more SQL expression."""
    ordered = list(numbers)
    rows = connection.execute(
        f"""SELECT a.n, a.id, a.url, a.portal, coalesce(s.city, v.city), s.name, v.title, v.source, v.published,
              a.status, {MISSING_SINCE}, {value}
            FROM json_each(?) j CROSS JOIN articles a ON a.n = j.value CROSS JOIN versions v ON v.id = a.version
            LEFT JOIN texts x ON x.hash = v.text LEFT JOIN sections s ON s.id = a.section""",
        [json.dumps(ordered)],
    )
    by_number = {n: (tuple(columns), last) for n, *columns, last in rows}
    for number in ordered:
        if number in by_number:
            yield by_number[number]
