"""The titles and bodies of a selection, read piece by piece, so that memory does not grow with the archive."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from newscrawler.archive.annotations import ArticleState
from newscrawler.archive.export.selection import Selection
from newscrawler.archive.filters import ArticleFilter

_AT_ONCE = 500
Field = Literal["title", "body"]


@dataclass(frozen=True, slots=True)
class Text:
    """Title and body of the newest version of an article, and what results name of it."""

    n: int
    """Row number of the article in this archive."""
    id: str
    content_hash: str
    hash: str
    """Of the text."""
    province: str
    published_date: str | None
    city: str | None
    source: str | None
    title: str
    body: str

    @property
    def state(self) -> ArticleState:
        """The state of the article, for annotations."""
        return ArticleState(self.id, self.content_hash, self.hash)

    def fields(self) -> tuple[tuple[Field, str], ...]:
        """Return title and body with their names."""
        return ("title", self.title), ("body", self.body)


def numbers_by_date(connection: sqlite3.Connection, article_filter: ArticleFilter) -> list[int]:
    """Return the row numbers of the articles, by day of publication and then by id; those without a day come last.

    Raises FilterError for a filter that names something unknown.
    """
    rows = Selection.of(connection, article_filter).execute(
        "a.n", "ORDER BY v.published_date IS NULL, v.published_date, a.id"
    )
    return [number for (number,) in rows]


def read_texts(connection: sqlite3.Connection, numbers: Sequence[int]) -> Iterator[Text]:
    """Yield the texts of these articles, in this order. An article that the archive does not have is left out."""
    for start in range(0, len(numbers), _AT_ONCE):
        piece = numbers[start : start + _AT_ONCE]
        rows = connection.execute(
            """SELECT a.n, a.id, v.content_hash, v.text, p.province,
                 v.published_date, coalesce(s.city, v.city), v.source, v.title, x.body
               FROM json_each(?) j CROSS JOIN articles a ON a.n = j.value CROSS JOIN versions v ON v.id = a.version
               CROSS JOIN texts x ON x.hash = v.text CROSS JOIN portals p ON p.id = a.portal
               LEFT JOIN sections s ON s.id = a.section""",
            [json.dumps(piece)],
        )
        by_number = {row[0]: Text(*row) for row in rows}
        yield from (by_number[number] for number in piece if number in by_number)
