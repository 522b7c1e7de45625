"""What a part takes from the archive for which it is: newer states of its addresses, and what is new to the archive."""

from __future__ import annotations

import sqlite3

_STATE = ("state", "reason", "status", "tries", "next_try", "etag", "last_modified", "last_fetched", "missing_since")
_STATUS = {"gone": "gone", "failed": "unknown", "blocked": "unknown"}
"""Status of an article that only an import has, by what the portal answered later."""


def repeat_newer_states(connection: sqlite3.Connection, target: sqlite3.Connection | None, portal: str) -> None:
    """Give the addresses of the part the states that the archive has of later responses. Inside a transaction.

    A merge prefers an address with an article. Else the article of an old capture would count as live although the
    portal answered 404 since.
    """
    if target is None:
        return
    columns = ", ".join(_STATE)
    rows = connection.execute("SELECT id, identity, article, last_fetched FROM urls WHERE state = 'done'").fetchall()
    for number, name, article, fetched in rows:
        row = target.execute(
            f"""SELECT {columns} FROM urls WHERE portal = ? AND identity = ? AND article IS NULL
                AND state IN ('gone', 'failed', 'blocked') AND last_fetched > ?""",
            (portal, name, fetched),
        ).fetchone()
        if row is not None:
            connection.execute(
                f"UPDATE urls SET {', '.join(f'{column} = ?' for column in _STATE)} WHERE id = ?", (*row, number)
            )
            connection.execute("UPDATE articles SET status = ? WHERE n = ?", (_STATUS[row[0]], article))


def article_counts(connection: sqlite3.Connection, target: sqlite3.Connection | None) -> tuple[int, int, int]:
    """Return how many articles of the part are new to the archive, have another text, and have no other text."""
    new = changed = unchanged = 0
    for number, name in connection.execute("SELECT n, id FROM articles").fetchall():
        known = set()
        if target is not None:
            query = "SELECT v.content_hash FROM articles a JOIN versions v ON v.article = a.n WHERE a.id = ?"
            known = {row[0] for row in target.execute(query, (name,))}
        own = {row[0] for row in connection.execute("SELECT content_hash FROM versions WHERE article = ?", (number,))}
        if not known:
            new += 1
        elif own - known:
            changed += 1
        else:
            unchanged += 1
    return new, changed, unchanged
