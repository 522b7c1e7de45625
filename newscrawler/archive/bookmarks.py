"""Bookmarks: how far a walk through a section's listing had come, for the crawl that goes on from an interruption.

A bookmark says: what the listing showed from its top down to this page is recorded, without a gap, as of its run.
It says nothing about the articles; these have their states.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A page of a listing down to which all was read."""

    run: int
    url: str
    page: int
    """Its number, from 1."""
    tail: frozenset[str]
    """Identities of the last entries on it; whoever meets one of them has come to where the bookmark was placed."""
    started: str
    """When the oldest part of what lies above was read (UTC)."""


def find_bookmark(connection: sqlite3.Connection, section: int) -> Bookmark | None:
    """Return a section's bookmark. One that cannot be read counts as none: the listing is then read from its top."""
    row = connection.execute(
        "SELECT run, url, page, tail, started FROM bookmarks WHERE section = ?", (section,)
    ).fetchone()
    if row is None:
        return None
    try:
        tail = json.loads(row[3])
    except (ValueError, RecursionError):
        return None
    if not isinstance(tail, list) or not all(isinstance(name, str) for name in tail):
        return None
    return Bookmark(row[0], row[1], row[2], frozenset(tail), row[4])


def place_bookmark(
    connection: sqlite3.Connection, section: int, run: int, *, url: str, page: int, tail: Sequence[str], started: str
) -> None:
    """Place a section's bookmark; it has no other. What the page showed must be recorded before or with it."""
    connection.execute(
        "INSERT OR REPLACE INTO bookmarks (section, run, url, page, tail, started) VALUES (?, ?, ?, ?, ?, ?)",
        (section, run, url, page, json.dumps(list(tail)), started),
    )


def drop_bookmark(connection: sqlite3.Connection, section: int) -> None:
    """Let the next crawl read a section's listing from its top."""
    connection.execute("DELETE FROM bookmarks WHERE section = ?", (section,))
