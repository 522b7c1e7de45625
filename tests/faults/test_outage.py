"""A portal that is down for a month loses nothing."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newscrawler.archive import frontier, settling
from newscrawler.text.clock import stamp
from newscrawler.text.urls import identity
from support.archives import HOST, PORTAL, Room

URL = f"{HOST}/2026/0305/1.shtml"
BEGAN = datetime(2026, 3, 5, tzinfo=UTC)


def test_an_article_outlasts_an_outage_of_a_month(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Crawled twice a day from the first failure on; in the end the crawler gives up all the same."""
    room = Room(tmp_path / "a.db")
    given_up = None
    for half_days in range(2 * 365):
        now = BEGAN + timedelta(hours=12 * half_days)
        _set_clock(monkeypatch, now)
        if _is_due(room.connection):
            settling.settle_failed(room.connection, PORTAL, URL, reason="answered 502", status=502)
        elif room.connection.execute("SELECT 1 FROM urls WHERE next_try IS NULL").fetchone():
            given_up = now - BEGAN
            break
    room.close()
    assert given_up is not None, "nobody asks for a page for ever"
    assert given_up > timedelta(days=40)


def _set_clock(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return moment

    monkeypatch.setattr(settling, "datetime", Clock)
    monkeypatch.setattr(settling, "stamp", lambda when=None: stamp(when or moment))
    monkeypatch.setattr(frontier, "stamp", lambda when=None: stamp(when or moment))


def _is_due(connection: sqlite3.Connection) -> bool:
    known = frontier.known_urls(connection, PORTAL, 1, [identity(URL)])
    return not known or known[identity(URL)].due
