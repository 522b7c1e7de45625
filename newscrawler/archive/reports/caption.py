"""What stands under a picture of a report: the filters, the archive that it was drawn from, and how it counts."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

from newscrawler import __version__
from newscrawler.archive.filters import ArticleFilter
from newscrawler.archive.reports.statistics import CITY_RULE, REPORTS, totals
from newscrawler.text.clock import CHINA

_MAX_PORTALS = 3
_KINDS = {
    "portals": "portal",
    "cities": "city",
    "counties": "county",
    "sources": "outlet",
    "editors": "editor",
    "authors": "author",
    "statuses": "status",
}
"""Field of a filter to the word for it."""


def caption_of(connection: sqlite3.Connection, archive: str | Path, report: str, filters: ArticleFilter) -> list[str]:
    """Return the lines of a caption. Equal archives give equal captions."""
    lines = [_filter_text(filters), _source(connection, Path(archive), filters)]
    return [*lines, CITY_RULE] if "city" in REPORTS[report].columns else lines


def filter_parts(filters: ArticleFilter) -> list[str]:
    """Return what the filters say, for people: `city: 宜昌`, `from 2019-01-01`."""
    parts = [f"words: {filters.search.text}"] if filters.search else []
    for field, word in _KINDS.items():
        if names := getattr(filters, field):
            parts.append(f"{word}: {'、'.join(names)}")
    parts += [f"from {filters.since}"] if filters.since else []
    parts += [f"until {filters.until}"] if filters.until else []
    return parts


def _filter_text(filters: ArticleFilter) -> str:
    parts = filter_parts(filters)
    return f"Articles with {'; '.join(parts)}." if parts else "All articles of the archive."


def _source(connection: sqlite3.Connection, archive: Path, filters: ArticleFilter) -> str:
    rows = connection.execute("SELECT id, name FROM portals ORDER BY id").fetchall()
    portals = "、".join(f"{name} ({identifier})" for identifier, name in rows[:_MAX_PORTALS])
    if len(rows) > _MAX_PORTALS:
        portals = f"{len(rows)} portals"
    parts = [f"newscrawler {__version__}", f"archive {archive.name}", *([portals] if portals else [])]
    parts.append(f"{totals(connection, filters)['articles']:,} articles")
    (newest,) = connection.execute("SELECT max(finished) FROM runs").fetchone()
    if newest:
        moment = datetime.fromisoformat(newest).astimezone(CHINA)
        parts.append(f"last crawl {moment:%Y-%m-%d %H:%M} in China")
    return f"Source: {', '.join(parts)}."
