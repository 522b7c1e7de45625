"""One article with all that the archive knows of it, for a page to read it on."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from newscrawler.archive.columns import COLUMN_NAMES, FROM, NOT_SUPPRESSED, select_list
from newscrawler.archive.rows import select_rows

MOST_REPRINTS = 50


@dataclass(frozen=True, slots=True)
class Evidence:
    """How a field was found."""

    rule: str
    raw: str
    """The text on the page that it was read from; may be empty."""
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Reprint:
    """Another article with nearly the same body."""

    id: str
    title: str
    portal: str
    source: str | None
    published: str | None
    is_origin: bool
    """Whether it is taken for the first of them."""


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """An article in its newest version."""

    n: int
    version: int
    fields: dict[str, Any]
    """The columns of `articles_flat`."""
    portal_name: str
    body_html: str
    evidence: dict[str, Evidence]
    credits: list[dict[str, str | None]]
    """role, name, outlet, raw."""
    images: list[tuple[str, str]]
    """URL and caption."""
    attachments: list[tuple[str, str]]
    """URL and text of the link."""
    sections: list[dict[str, str]]
    """portal, name, url, first_listed, last_listed of each section that listed it."""
    urls: list[str]
    """Other addresses under which it was seen."""
    reprints: list[Reprint]
    is_origin: bool
    """Whether this article is taken for the first of its reprints."""


def article_record(connection: sqlite3.Connection, article: str) -> ArticleRecord | None:
    """Return the article with this id; None when there is none, or when a takedown hides it."""
    row = connection.execute(
        f"SELECT a.n, v.id, p.name, x.body_html, v.provenance, {select_list()} {FROM} WHERE a.id = ?",
        [article],
    ).fetchone()
    if row is None:
        return None
    n, version, portal_name, body_html, provenance, *values = row
    reprints, is_origin = _reprints(connection, n, article)
    return ArticleRecord(
        n=n,
        version=version,
        fields=dict(zip(COLUMN_NAMES, values, strict=True)),
        portal_name=portal_name,
        body_html=body_html,
        evidence=_evidence(provenance),
        credits=select_rows(
            connection, "SELECT role, name, outlet, raw FROM credits WHERE version = ? ORDER BY position", [version]
        ),
        images=connection.execute(
            "SELECT url, caption FROM images WHERE version = ? ORDER BY position", [version]
        ).fetchall(),
        attachments=connection.execute(
            "SELECT url, text FROM attachments WHERE version = ? ORDER BY position", [version]
        ).fetchall(),
        sections=select_rows(
            connection,
            """SELECT t.portal, t.name, t.city, t.url, l.first_listed, l.last_listed
               FROM article_sections l JOIN sections t ON t.id = l.section WHERE l.article = ?
               ORDER BY l.first_listed, t.id""",
            [n],
        ),
        urls=[
            row[0]
            for row in connection.execute(
                """SELECT url FROM urls WHERE article = ?1
                   UNION SELECT l.alias FROM urls u JOIN url_aliases l ON l.url = u.id WHERE u.article = ?1
                   ORDER BY 1""",
                [n],
            )
        ],
        reprints=reprints,
        is_origin=is_origin,
    )


def _evidence(provenance: str) -> dict[str, Evidence]:
    """Read the provenance of a version; what has another shape is left out."""
    try:
        fields = json.loads(provenance)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(fields, dict):
        return {}
    return {
        name: Evidence(
            str(value.get("rule", "")),
            str(value.get("raw", "")),
            float(confidence) if isinstance(confidence := value.get("confidence"), int | float) else None,
        )
        for name, value in fields.items()
        if isinstance(value, dict)
    }


def _reprints(connection: sqlite3.Connection, n: int, article: str) -> tuple[list[Reprint], bool]:
    row = connection.execute("SELECT cluster FROM reprint_members WHERE article = ?", [n]).fetchone()
    if row is None:
        return [], False
    # The first row is the one that the view `reprints` takes for the origin, by the same order.
    members = connection.execute(
        f"""SELECT a.id, v.title, p.name, v.source, v.published,
              EXISTS (SELECT 1 FROM reprint_members o JOIN articles b ON b.n = o.article
                JOIN versions w ON w.id = b.version
                WHERE o.cluster = m.cluster AND b.portal <> a.portal AND w.source = p.name) AS named
            FROM reprint_members m JOIN articles a ON a.n = m.article
            JOIN versions v ON v.id = a.version JOIN portals p ON p.id = a.portal
            WHERE m.cluster = ? AND {NOT_SUPPRESSED}
            ORDER BY named DESC, v.published_date IS NULL, v.published_date, v.published, a.first_seen, a.id LIMIT ?""",
        [row[0], MOST_REPRINTS],
    ).fetchall()
    reprints = [
        Reprint(key, title, portal, source, published, is_origin=place == 0)
        for place, (key, title, portal, source, published, _) in enumerate(members)
    ]
    return [reprint for reprint in reprints if reprint.id != article], bool(reprints) and reprints[0].id == article


def capture_number(connection: sqlite3.Connection, article: str, version: int, page: int) -> int | None:
    """Return the capture that a page of a version was read from; None where there is none or the article is hidden."""
    row = connection.execute(
        f"""SELECT CASE WHEN ?3 = 1 THEN v.capture
                   ELSE (SELECT g.capture FROM version_pages g WHERE g.version = v.id AND g.page = ?3) END
            FROM articles a JOIN versions v ON v.article = a.n AND v.number = ?2 WHERE a.id = ?1
              AND {NOT_SUPPRESSED}""",
        [article, version, page],
    ).fetchone()
    return row[0] if row else None
