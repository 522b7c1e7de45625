"""Storing an article: identity, versions, and everything that belongs to a version."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import dataclass, replace
from enum import StrEnum

from newscrawler.archive.indexing.sync import note_change
from newscrawler.normalization.article import Article, Provenance
from newscrawler.normalization.listed import UNLISTED, Listed
from newscrawler.normalization.people import AUTHOR_ROLES, EDITOR_ROLES
from newscrawler.text.urls import identity

_PART = 6
"""Characters of a stretch of text that two documents rarely share by chance."""


class Stored(StrEnum):
    """What storing an article came to."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    """The page now holds less than what is stored; the stored version stays the newest."""
    ELSEWHERE = "elsewhere"
    """The address of a stored article leads to another document; nothing was stored."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """The circumstances under which an article was fetched."""

    run: int
    seen: str
    """Our clock, as `clock.stamp` writes it."""
    extractor: str
    """Version of the rules that read the page."""
    listed: Listed = UNLISTED
    capture: int | None = None


_MOST_EARLIER_FORMS = 20
"""Addresses of one document with different queries that are compared by today's rules of identity."""


def article_id(portal: str, key: str) -> str:
    """Return the stable id of a document: the same in every archive that ever stores it."""
    return hashlib.sha256(f"{portal}\n{key}".encode()).hexdigest()[:24]


def stored_text_hash(body: str, body_html: str) -> str:
    """Return the key of a row of `texts`: SHA-256 of both forms of a body, hexadecimal."""
    return hashlib.sha256(f"{body}\0{body_html}".encode()).hexdigest()


def store_article(
    connection: sqlite3.Connection, portal: str, article: Article, fetched: Fetched, *, document: str = ""
) -> tuple[int, Stored]:
    """Store an article or a new version of it; return its row number and what happened.

    `document` is the address that a listing shows, if it is another than that of the page: it was redirected. The
    article that was first read there stays its own: if the page is another document, nothing is stored.
    Must run inside a transaction.
    """
    number = _find(connection, portal, article)
    owner = _article_at(connection, portal, identity(document)) if document else None
    if owner is not None and owner != number:
        if not _is_continued(connection, owner, article):
            return owner, Stored.ELSEWHERE
        number = owner
    if number is None:
        number = _insert(connection, portal, article, fetched)
        outcome = Stored.NEW
    else:
        outcome = _compare(connection, number, article)
        fetched = replace(fetched, seen=_not_before_the_newest(connection, number, fetched.seen))
    if outcome in (Stored.NEW, Stored.CHANGED):
        add_version(connection, number, article, fetched)
    if outcome is not Stored.NEW:
        connection.execute(
            "UPDATE articles SET last_seen = max(last_seen, ?), status = 'live' WHERE n = ?", (fetched.seen, number)
        )
    if outcome is Stored.UNCHANGED:
        connection.execute(
            "UPDATE versions SET seen_to = ? WHERE id = (SELECT version FROM articles WHERE n = ?)",
            (fetched.seen, number),
        )
    return number, outcome


def add_version(connection: sqlite3.Connection, number: int, article: Article, fetched: Fetched) -> int:
    """Store a version as the newest of the article with this row number; return the version's row id."""
    version = _add_version(connection, number, article, fetched)
    connection.execute(
        "UPDATE articles SET version = ?, version_count = version_count + 1 WHERE n = ?", (version, number)
    )
    note_change(connection, number)
    return version


def _not_before_the_newest(connection: sqlite3.Connection, number: int, seen: str) -> str:
    """Return when a page was seen, where the machine's clock was set back not before its newest version was."""
    row = connection.execute(
        "SELECT max(?, v.seen_to) FROM articles a JOIN versions v ON v.id = a.version WHERE a.n = ?", (seen, number)
    ).fetchone()
    return str(row[0]) if row else seen


def _find(connection: sqlite3.Connection, portal: str, article: Article) -> int | None:
    """Find the article that this page is a copy of, by its key and then by the identity of its URL."""
    own = identity(article.url)
    if (number := _article_at(connection, portal, own)) is not None:
        return number
    row = connection.execute(
        """SELECT a.n, a.url, v.title, v.content_hash, t.body FROM articles a
           LEFT JOIN versions v ON v.id = a.version LEFT JOIN texts t ON t.hash = v.text
           WHERE a.portal = ? AND a.key = ?""",
        (portal, article.key),
    ).fetchone()
    if row is None:
        return None
    number, url, title, content_hash, body = row
    is_copy = title is None or identity(url) == own or content_hash == article.content_hash
    if not is_copy and (title != article.title or not is_edit_of(body, article.body)):
        # Two documents under one document id: each site of a portal may count its own. The URL tells them apart.
        article.key = own
        row = connection.execute("SELECT n FROM articles WHERE portal = ? AND key = ?", (portal, own)).fetchone()
        return int(row[0]) if row else None
    return int(number)


def _article_at(connection: sqlite3.Connection, portal: str, name: str) -> int | None:
    """Return the article that was first read at the address with this identity."""
    row = connection.execute(
        "SELECT article FROM urls WHERE portal = ? AND identity = ? AND article IS NOT NULL", (portal, name)
    ).fetchone()
    if row is not None or "?" in name:
        return int(row[0]) if row is not None else None
    # Archives of earlier rules may know the document as `….shtml?from=list`.
    earlier = connection.execute(
        """SELECT identity, article FROM urls WHERE portal = ? AND identity > ? AND identity < ? AND article IS NOT NULL
           ORDER BY identity LIMIT ?""",
        (portal, f"{name}?", f"{name}@", _MOST_EARLIER_FORMS),
    )
    return next((int(number) for form, number in earlier if identity(form) == name), None)


def _is_continued(connection: sqlite3.Connection, number: int, article: Article) -> bool:
    """Tell whether a page at another address is the same article: its text is the same, or an edit of it."""
    row = connection.execute(
        """SELECT v.title, v.content_hash, t.body FROM articles a JOIN versions v ON v.id = a.version
           JOIN texts t ON t.hash = v.text WHERE a.n = ?""",
        (number,),
    ).fetchone()
    if row is None:
        return False
    title, content_hash, body = row
    return content_hash == article.content_hash or (title == article.title and is_edit_of(body, article.body))


def is_edit_of(text: str, other: str) -> bool:
    """Tell whether one text may be an edit of another: half of the shorter one stands in the other, or one is empty."""
    if not text or not other:
        return True
    parts, others = _parts(text), _parts(other)
    return len(parts & others) * 2 >= min(len(parts), len(others))


def _parts(text: str) -> set[str]:
    """Return the stretches of a text of so many characters, without white space."""
    text = "".join(text.split())
    return {text[start : start + _PART] for start in range(max(1, len(text) - _PART + 1))}


def _insert(connection: sqlite3.Connection, portal: str, article: Article, fetched: Fetched) -> int:
    return int(
        connection.execute(
            """INSERT INTO articles (id, portal, key, url, listed_date, listed_source, first_seen, last_seen)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING n""",
            (
                article_id(portal, article.key),
                portal,
                article.key,
                article.url,
                fetched.listed.date or None,
                fetched.listed.source or None,
                fetched.seen,
                fetched.seen,
            ),
        ).fetchone()[0]
    )


def _compare(connection: sqlite3.Connection, number: int, article: Article) -> Stored:
    """Hold a page against the newest version of its article."""
    row = connection.execute(
        """SELECT v.id, v.content_hash, v.char_count, v.subtitle, v.source, v.published_date, v.summary
           FROM articles a JOIN versions v ON v.id = a.version WHERE a.n = ?""",
        (number,),
    ).fetchone()
    if row is None:
        # Its versions were lost with a damaged archive.
        return Stored.CHANGED
    version, content_hash, char_count, *stored_fields = row
    if not article.title or (char_count and not article.char_count):
        return Stored.KEPT
    if content_hash != article.content_hash:
        return Stored.CHANGED
    names = {"editor": article.editors, "author": article.authors}
    stored_names: dict[str, list[str]] = {"editor": [], "author": []}
    for part, name in connection.execute(
        "SELECT part, name FROM credits WHERE version = ? ORDER BY position", (version,)
    ):
        if part in stored_names and name not in stored_names[part]:
            stored_names[part].append(name)
    pairs: list[tuple[object, object]] = list(
        zip(
            [field or "" for field in stored_fields],
            [article.subtitle, article.source, article.published_date, article.summary],
            strict=True,
        )
    )
    pairs += [(stored_names[part], names[part]) for part in names]
    if any(old and not new for old, new in pairs):
        return Stored.KEPT
    return Stored.CHANGED if any(old != new for old, new in pairs) else Stored.UNCHANGED


def _add_version(connection: sqlite3.Connection, number: int, article: Article, fetched: Fetched) -> int:
    place = article.place
    division, county = (place.division, place.county) if place else (None, None)
    version = int(
        connection.execute(
            """INSERT INTO versions (article, number, content_hash, text, title, subtitle, source, published,
                 published_date, published_evidence, summary, keywords, article_type, language, char_count,
                 image_count, city, city_code, county, county_code, cms, encoding, extractor, provenance, run,
                 capture, seen_from, seen_to)
               VALUES (?, (SELECT version_count + 1 FROM articles WHERE n = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                 ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id""",
            (
                number,
                number,
                article.content_hash,
                _store_text(connection, article),
                article.title,
                article.subtitle or None,
                article.source or None,
                article.published or None,
                article.published_date or None,
                article.published_evidence or None,
                article.summary or None,
                "、".join(article.keywords) or None,
                article.article_type,
                article.language,
                article.char_count,
                len(article.images),
                division.name if division else None,
                division.code if division else None,
                county.name if county else None,
                county.code if county else None,
                article.cms or None,
                article.encoding,
                fetched.extractor,
                json.dumps(article.provenance, ensure_ascii=False, default=_fields),
                fetched.run,
                fetched.capture,
                fetched.seen,
                fetched.seen,
            ),
        ).fetchone()[0]
    )
    connection.executemany(
        "INSERT INTO credits (version, position, part, role, name, outlet, raw) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                version,
                position,
                _part(credit.role),
                credit.role,
                credit.name,
                credit.outlet or None,
                credit.raw,
            )
            for position, credit in enumerate(article.credits, 1)
        ],
    )
    connection.executemany(
        "INSERT INTO images (version, position, url, caption) VALUES (?, ?, ?, ?)",
        [(version, position, image.url, image.caption) for position, image in enumerate(article.images, 1)],
    )
    connection.executemany(
        "INSERT INTO attachments (version, position, url, text) VALUES (?, ?, ?, ?)",
        [(version, position, file.url, file.text) for position, file in enumerate(article.attachments, 1)],
    )
    return version


def _store_text(connection: sqlite3.Connection, article: Article) -> str:
    digest = stored_text_hash(article.body, article.body_html)
    connection.execute(
        "INSERT OR IGNORE INTO texts (hash, body, body_html) VALUES (?, ?, ?)",
        (digest, article.body, article.body_html),
    )
    return digest


def _fields(provenance: Provenance) -> dict[str, object]:
    # By name: dataclasses.asdict copies deeply, which takes ten times as long.
    return {"rule": provenance.rule, "raw": provenance.raw, "confidence": provenance.confidence}


def _part(role: str) -> str:
    if role in EDITOR_ROLES:
        return "editor"
    return "author" if role in AUTHOR_ROLES else "other"
