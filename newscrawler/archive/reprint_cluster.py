"""A cluster of reprints as a story: who wrote first, who followed after how long, and what each changed."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from functools import lru_cache

from newscrawler.archive.columns import NOT_SUPPRESSED
from newscrawler.archive.text_diff import Piece, difference

MOST_MEMBERS = 200
LONGEST_COMPARED = 60_000
"""The most characters of a text that are compared, since the time grows with their square."""


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a cluster."""

    n: int
    """Its row number (`articles.n`)."""
    id: str
    title: str
    portal: str
    """The name of the portal."""
    source: str | None
    published: str | None
    status: str
    text: str
    """Hash of its text."""
    days_late: int | None
    """After the origin; None where a page has no date."""
    hours_late: float | None
    """None where a page has no time."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Articles with nearly the same body, by the time of their publication."""

    members: list[Member]
    origin: Member
    """The article that is taken for the first: the one that a reprint names as its source, or the earliest."""
    is_named: bool
    """Whether a reprint names the origin as its source."""
    count: int
    """All articles of the cluster; `members` has MOST_MEMBERS of them at most."""


def read_cluster(connection: sqlite3.Connection, article: int) -> Cluster | None:
    """Return the cluster of an article (`articles.n`) without suppressed articles; None where it is alone."""
    rows = connection.execute(
        f"""SELECT a.n, a.id, v.title, p.name, v.source, v.published, a.status, v.text, v.published_date,
              EXISTS (SELECT 1 FROM reprint_members o JOIN articles b ON b.n = o.article
                JOIN versions w ON w.id = b.version
                WHERE o.cluster = m.cluster AND b.portal <> a.portal AND w.source = p.name) AS named
            FROM reprint_members m JOIN articles a ON a.n = m.article
            JOIN versions v ON v.id = a.version JOIN portals p ON p.id = a.portal
            WHERE m.cluster = (SELECT cluster FROM reprint_members WHERE article = ?) AND {NOT_SUPPRESSED}
            ORDER BY named DESC, v.published_date IS NULL, v.published_date, v.published, a.first_seen, a.id""",
        (article,),
    ).fetchall()
    if len(rows) < 2:
        return None
    # The first row is the one that the view `reprints` takes for the origin, by the same order.
    first_day, first_time, is_named = rows[0][8], rows[0][5], bool(rows[0][9])
    members = []
    for number, key, title, portal, source, published, status, text, day, _ in rows:
        days, hours = connection.execute(
            """SELECT CAST(julianday(?1) - julianday(?2) AS INTEGER), CASE WHEN length(?3) > 10 AND length(?4) > 10
                 THEN round((julianday(?3) - julianday(?4)) * 24, 2) END""",
            (day, first_day, published, first_time),
        ).fetchone()
        members.append(Member(number, key, title, portal, source, published, status, text, days, hours))
    origin = members[0]
    shown = members[:MOST_MEMBERS]
    shown.sort(key=lambda one: (one.days_late is None, one.days_late or 0, one.hours_late or 0, one is not origin))
    return Cluster(shown, origin, is_named, len(members))


@dataclass(frozen=True, slots=True)
class Change:
    """How much a text differs from the origin."""

    added: int
    """In characters."""
    removed: int


def change_of(connection: sqlite3.Connection, origin: Member, other: Member) -> Change | None:
    """Return how much a reprint changed of title and body; None where the bodies are too long to be compared."""
    added, removed = _sizes(origin.title, other.title)
    if origin.text != other.text:
        old, new = body_of(connection, origin.n), body_of(connection, other.n)
        if max(len(old), len(new)) > LONGEST_COMPARED:
            return None
        more, less = _sizes(old, new)
        added, removed = added + more, removed + less
    return Change(added, removed)


def body_of(connection: sqlite3.Connection, article: int) -> str:
    """Return the body of the newest version of an article (`articles.n`)."""
    row = connection.execute(
        """SELECT x.body FROM articles a JOIN versions v ON v.id = a.version JOIN texts x ON x.hash = v.text
           WHERE a.n = ?""",
        (article,),
    ).fetchone()
    return str(row[0])


def _sizes(old: str, new: str) -> tuple[int, int]:
    pieces = compared(old, new)
    return (
        sum(len(piece.text) for piece in pieces if piece.kind == "added"),
        sum(len(piece.text) for piece in pieces if piece.kind == "removed"),
    )


@lru_cache(maxsize=64)
def compared(old: str, new: str) -> list[Piece]:
    """Return the difference of two texts; of very long ones, that the whole text was replaced."""
    if max(len(old), len(new)) > LONGEST_COMPARED:
        return [Piece("removed", old), Piece("added", new)]
    return difference(old, new)
