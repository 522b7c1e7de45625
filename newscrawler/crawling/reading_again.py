"""The first pages of a portal, read again once its template is known: from their captures, at the end of a run.

An article on which the template decides gets a new version. A page that was rejected, and is an article where the
template looks, is stored.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newscrawler import places
from newscrawler.archive import settling
from newscrawler.archive.articles import Fetched, Stored, store_article
from newscrawler.archive.captures.rows import CaptureError, get_capture, link_pages
from newscrawler.archive.frontier import LISTED_SOURCE
from newscrawler.archive.rows import select_rows
from newscrawler.crawling.reextraction import Rebuilt, read_captured_pages, rebuild_one
from newscrawler.crawling.time_limit import TimeLimitError, time_limit
from newscrawler.extraction import RULES_VERSION
from newscrawler.extraction.article import EDGE
from newscrawler.extraction.model import TEMPLATE, NotAnArticle
from newscrawler.extraction.templates.model import Template
from newscrawler.extraction.templates.reading import NEVER_SURE
from newscrawler.normalization.article import Article
from newscrawler.normalization.listed import Listed
from newscrawler.normalization.text import clean_body
from newscrawler.portals import Portal
from newscrawler.reading import finish_article
from newscrawler.text.clock import CHINA

_REJECTED = " OR ".join(f"u.reason LIKE 'no article ({reason.value})%'" for reason in sorted(NEVER_SURE))


@dataclass(frozen=True, slots=True)
class Span:
    """The articles that a template has still to read again: those of the runs after one and up to another."""

    after: int
    """Row id of a run; 0: from the first run on."""
    until: int
    """Row id of the run at whose end the template was learnt."""
    behind: str
    """The id of the article up to which this was done."""


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article that is to be read again."""

    number: int
    id: str
    run: int
    """The run that stored its newest version."""
    section: str
    url: str
    body_rule: str
    body_path: str
    """Where its text stands on the page; empty where no path leads to it alone."""
    body: str
    """Its text, where it may begin or end with furniture."""
    is_simple: bool
    """Whether the present rules read it, from a page of its own."""

    def is_read_by(self, templates: Sequence[Template]) -> bool:
        """Tell whether the article stands as the templates would read it, from what the archive knows of it.

        Its text stands where the first template, the one that counts on such a page, says, and no line at its edges
        belongs to other pages, too.
        """
        if not templates or not self.is_simple or self.body_path != templates[0].body or TEMPLATE in self.body_rule:
            return False
        furniture = {part for line in templates[0].furniture for part in clean_body(line).split("\n")}
        lines = self.body.split("\n")
        # Twice as many lines as are furniture at most: a line of the page may have become none, or two.
        return furniture.isdisjoint((*lines[: 2 * EDGE], *lines[-2 * EDGE :]))


def articles_in(connection: sqlite3.Connection, portal: str, span: Span) -> list[str]:
    """Return the ids of the articles that have still to be read, in order.

    All at once: to find the next few, SQLite would sort all again.
    """
    rows = connection.execute(
        """SELECT a.id FROM articles a JOIN versions v ON v.id = a.version
           WHERE a.portal = ? AND a.id > ? AND v.run > ? AND v.run <= ? AND v.capture IS NOT NULL ORDER BY a.id""",
        (portal, span.behind, span.after, span.until),
    )
    return [str(row[0]) for row in rows]


def stored_articles(connection: sqlite3.Connection, ids: Sequence[str]) -> list[StoredArticle]:
    """Return these articles, in the order of their ids."""
    rows = connection.execute(
        f"""SELECT a.n, a.id, v.run, coalesce(s.name, ''), a.url,
             coalesce(json_extract(v.provenance, '$.body.rule'), ''),
             coalesce(json_extract(v.provenance, '$.body.raw'), ''), x.body,
             v.extractor = ? AND NOT EXISTS (SELECT 1 FROM version_pages WHERE version = v.id)
           FROM articles a JOIN versions v ON v.id = a.version JOIN texts x ON x.hash = v.text
           LEFT JOIN sections s ON s.id = a.section
           WHERE a.id IN ({", ".join("?" * len(ids))}) ORDER BY a.id""",
        (RULES_VERSION, *ids),
    )
    return [StoredArticle(*row) for row in rows]


def count_without_captures(connection: sqlite3.Connection, run: int) -> int:
    """Return how many articles a run stored without a capture: they cannot be read again."""
    query = "SELECT count(DISTINCT article) FROM versions WHERE run = ? AND capture IS NULL"
    return int(connection.execute(query, (run,)).fetchone()[0])


def read_article_again(
    connection: sqlite3.Connection, portal: Portal, number: int, templates: Sequence[Template]
) -> Rebuilt:
    """Return an article as the templates read it. Only what a template decides on counts as changed."""
    return rebuild_one(connection, portal, number, templates, only_by_template=True)


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """A page that was rejected and is an article."""

    url: str
    article: Article
    listed: Listed
    section: str
    """The name of the section that listed it first."""
    captures: tuple[int, ...]
    """Row ids of the captures of its pages."""
    fetched: str
    """Our clock."""


def rejected_pages(connection: sqlite3.Connection, portal: str, span: Span, limit: int) -> list[dict[str, Any]]:
    """Return the pages that the general rules rejected for what they lack, with their captures."""
    return select_rows(
        connection,
        f"""SELECT u.url, (SELECT max(c.id) FROM captures c
                WHERE c.url = u.url AND c.status = 200 AND c.run > ? AND c.run <= ?) AS capture,
              coalesce((SELECT nullif(min(nullif(l.listed_date, '')), '') FROM listing_sightings l
                        WHERE l.url = u.id), '') AS listed_date,
              {LISTED_SOURCE} AS listed_source,
              s.name AS section, s.city_code
            FROM urls u JOIN listing_sightings f ON f.id = (SELECT min(id) FROM listing_sightings WHERE url = u.id)
            JOIN sections s ON s.id = f.section
            WHERE u.portal = ? AND u.state = 'failed' AND u.article IS NULL AND ({_REJECTED})
              AND capture IS NOT NULL ORDER BY u.id LIMIT ?""",
        (span.after, span.until, portal, limit),
    )


def find_article(
    connection: sqlite3.Connection, portal: Portal, row: dict[str, Any], templates: Sequence[Template]
) -> FoundArticle | None:
    """Return the article of a rejected page, a row of `rejected_pages`, if the templates find one."""
    try:
        first = get_capture(connection, row["capture"])
        with time_limit():
            read = read_captured_pages(connection, portal, None, first, templates, row["url"])
    except (CaptureError, TimeLimitError):
        return None
    raw = read.article
    if isinstance(raw, NotAnArticle) or not raw.is_by_template:
        return None
    moment = datetime.fromisoformat(first["fetched"]).astimezone(CHINA)
    within = places.division(row["city_code"]) if row["city_code"] else None
    listed = Listed(row["listed_date"], row["listed_source"])
    article = finish_article(raw, portal, fetched=moment, within=within, listed=listed)
    return FoundArticle(
        url=row["url"],
        article=article,
        listed=listed,
        section=row["section"],
        captures=read.captures,
        fetched=first["fetched"],
    )


def store_found(connection: sqlite3.Connection, portal: str, run: int, found: FoundArticle) -> None:
    """Store an article that was found on a rejected page, and settle its URL. Inside a transaction."""
    fetched = Fetched(
        run=run,
        seen=found.fetched,
        extractor=RULES_VERSION,
        listed=found.listed,
        capture=found.captures[0],
    )
    number, outcome = store_article(connection, portal, found.article, fetched)
    if outcome in (Stored.NEW, Stored.CHANGED):
        link_pages(connection, number, found.captures[1:])
    # Without the page's own validators: the next refresh fetches it whole.
    settling.settle_done(connection, portal, found.url, article=number, status=200, etag=None, last_modified=None)
