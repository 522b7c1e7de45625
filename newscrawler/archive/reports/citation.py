"""Citations: an article in one of its versions, with its evidence; written by `citation_styles`.

The evidence is the capture that the version was read from: its time, the SHA-256 of the payload as received, and the
WARC record that holds it.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from newscrawler.archive.lookup import ArticleLookupError, find_public_article
from newscrawler.archive.reports.citation_styles import (
    Citation,
    CitedCapture,
    bibtex,
    csl_json,
    evidence,
    gb7714,
    ris,
)
from newscrawler.text.printable import single_line

__all__ = [
    "Citation",
    "CitationError",
    "CitedCapture",
    "bibtex",
    "citation",
    "csl_json",
    "evidence",
    "gb7714",
    "ris",
]


class CitationError(ValueError):
    """An article that cannot be cited: unknown, ambiguous, suppressed, or without this version."""


def citation(connection: sqlite3.Connection, url_or_id: str, version: int | None = None) -> Citation:
    """Return the citation of an article: of its newest version, or of the version with this number.

    `url_or_id` is a URL under which the article was seen, in any form, or its id (the beginning is enough).
    Raises CitationError when no article or several match, when the article is suppressed, and for an unknown
    version; the message says what to do.
    """
    try:
        article = find_public_article(connection, url_or_id)
    except ArticleLookupError as error:
        raise CitationError(str(error)) from None
    return _read(connection, article, version)


def _read(connection: sqlite3.Connection, article: dict[str, Any], number: int | None) -> Citation:
    last = connection.execute("SELECT max(number) FROM versions WHERE article = ?", (article["n"],)).fetchone()[0]
    if last is None:
        raise CitationError(f"the archive has lost the versions of {article['id']}; 'newscrawler crawl' fetches it.")
    row = connection.execute(
        """SELECT v.id, v.number, v.title, v.subtitle, v.source, v.published, v.language, v.content_hash, v.seen_from,
             v.capture, p.name, a.version_count
           FROM versions v JOIN articles a ON a.n = v.article JOIN portals p ON p.id = a.portal
           WHERE v.article = ?1 AND (v.number = ?2 OR ?2 IS NULL AND v.id = a.version)""",
        (article["n"], number),
    ).fetchone()
    if row is None:
        many = f"versions 1 to {last}" if last > 1 else "version 1 only"
        raise CitationError(
            f"the article {article['id']} has {many}; 'newscrawler history {article['id']}' lists them."
        )
    version, number, title, subtitle, source, published, language, content_hash, seen, capture, portal_name, count = row
    names = connection.execute(
        "SELECT name FROM credits WHERE version = ? AND part = 'author' GROUP BY name ORDER BY min(position)",
        (version,),
    )
    captures = _captures(connection, version, capture)
    return Citation(
        id=_line(article["id"]),
        version=number,
        version_count=count,
        url=article["url"],
        title=_line(title),
        subtitle=_line(subtitle),
        authors=tuple(name for (given,) in names if (name := _line(given))),
        outlet=_line(source) or _line(portal_name),
        portal=article["portal"],
        portal_name=_line(portal_name),
        published=published or "",
        seen=captures[0].fetched if captures else _line(seen),
        language=_line(language),
        content_hash=content_hash,
        captures=captures,
    )


def _captures(connection: sqlite3.Connection, version: int, capture: int | None) -> tuple[CitedCapture, ...]:
    """Return the captures of a version's pages. A revisit gets the location of the record that holds its payload."""
    if capture is None:
        return ()
    rows = connection.execute(
        """SELECT c.url, c.fetched, c.digest, o.file, o.offset
           FROM (SELECT 1 AS page, ?1 AS capture UNION ALL SELECT page, capture FROM version_pages WHERE version = ?2) g
           JOIN captures c ON c.id = g.capture JOIN captures o ON o.id = coalesce(c.refers_to, c.id) ORDER BY g.page""",
        (capture, version),
    )
    return tuple(
        CitedCapture(url, _line(fetched), _line(digest), None if file is None else _line(file), offset)
        for url, fetched, digest, file, offset in rows
    )


def _line(text: str | None) -> str:
    return single_line(text or "")
