"""Versions of an article: their values, and what differs between two of them."""

from __future__ import annotations

import sqlite3
from typing import Any

from newscrawler.archive.rows import select_rows
from newscrawler.normalization.article import Article
from newscrawler.normalization.people import Credit

_SCALARS = (
    "title",
    "subtitle",
    "source",
    "published",
    "published_evidence",
    "summary",
    "keywords",
    "article_type",
    "language",
    "city",
    "county",
    "cms",
    "encoding",
)
FIELDS = (*_SCALARS[:6], "credits", *_SCALARS[6:], "images", "attachments", "body", "body_html")
"""The fields in which two versions may differ, in the order in which they are shown."""


def version_values(connection: sqlite3.Connection, version: int) -> dict[str, str]:
    """Return the fields of a stored version as text; lists have one item a line, what is absent is empty.

    Raises sqlite3.DatabaseError in an archive that has lost its text.
    """
    row = connection.execute(
        f"SELECT {', '.join(f'v.{name}' for name in _SCALARS)}, x.body, x.body_html FROM versions v "
        "JOIN texts x ON x.hash = v.text WHERE v.id = ?",
        (version,),
    ).fetchone()
    if row is None:
        raise sqlite3.DatabaseError(f"version {version} has lost its text")
    values = dict(zip((*_SCALARS, "body", "body_html"), (value or "" for value in row), strict=True))
    values["credits"] = _listed(connection, "role || ' ' || name || coalesce(' ' || outlet, '')", "credits", version)
    values["images"] = _listed(connection, "trim(url || ' ' || caption)", "images", version)
    values["attachments"] = _listed(connection, "trim(url || ' ' || text)", "attachments", version)
    return {name: values[name] for name in FIELDS}


def _listed(connection: sqlite3.Connection, expression: str, table: str, version: int) -> str:
    rows = connection.execute(f"SELECT {expression} FROM {table} WHERE version = ? ORDER BY position", (version,))
    return "\n".join(row[0] for row in rows)


def article_values(article: Article) -> dict[str, str]:
    """Return the fields of an article that is not stored yet, in the form of `version_values`."""
    place = article.place
    values = {
        **{name: getattr(article, name) for name in _SCALARS if name not in ("keywords", "city", "county")},
        "keywords": "、".join(article.keywords),
        "city": place.division.name if place else "",
        "county": place.county.name if place and place.county else "",
        "credits": "\n".join(map(_credit_text, article.credits)),
        "images": "\n".join(f"{image.url} {image.caption}".strip(" ") for image in article.images),
        "attachments": "\n".join(f"{file.url} {file.text}".strip(" ") for file in article.attachments),
        "body": article.body,
        "body_html": article.body_html,
    }
    return {name: values[name] for name in FIELDS}


def _credit_text(credit: Credit) -> str:
    return f"{credit.role} {credit.name}" + (f" {credit.outlet}" if credit.outlet else "")


def changes(old: dict[str, str], new: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Return the fields that differ: field to old and new value."""
    return {name: (old[name], new[name]) for name in FIELDS if old[name] != new[name]}


def list_versions(connection: sqlite3.Connection, article: int) -> list[dict[str, Any]]:
    """Return the versions of an article, the oldest first, with the capture that each was read from.

    `is_rebuilt` is 1 for a version that other rules, or a template, read from a page that was stored before.
    """
    return select_rows(
        connection,
        """SELECT v.id, v.number, v.seen_from, v.seen_to, v.title, v.content_hash, v.char_count, v.extractor,
             r.key AS run, c.id AS capture, c.url AS capture_url, c.fetched AS capture_fetched,
             c.file AS capture_file, c.offset AS capture_offset, c.digest AS capture_digest,
             r.command = 'reextract' OR EXISTS (SELECT 1 FROM versions b
               WHERE b.article = v.article AND b.number = v.number - 1 AND b.capture = v.capture) AS is_rebuilt
           FROM versions v JOIN runs r ON r.id = v.run LEFT JOIN captures c ON c.id = v.capture
           WHERE v.article = ? ORDER BY v.number""",
        (article,),
    )
