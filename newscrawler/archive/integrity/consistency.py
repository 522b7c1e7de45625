"""The invariants between the rows of a sound archive, as data: a query for violations, and the statements of a repair.

No repair removes what a page said. It computes counters again, clears pointers to missing rows, removes rows that
consist of such pointers only, and requests documents again that are marked as stored and are not.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from newscrawler.archive import undo

SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Rule:
    """An invariant. `broken` is a query that returns one label per violating row."""

    kind: str
    table: str
    message: str
    broken: str
    repair: tuple[str, ...] = ()
    """Statements that repair it; none: it can only be reported."""
    parents: tuple[str, ...] = ()
    """The tables that the pointers of this rule lead to."""
    fix: str = ""
    """What to do, where a repair alone is not enough."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule with the number of rows that violate it and the labels of a few."""

    rule: Rule
    count: int
    samples: list[str]


def _pointer(table: str, column: str, parent: str, key: str, *, name: str) -> Rule:
    """Return the rule of a pointer that may be empty: it is cleared when its row is missing."""
    lost = f"{column} IS NOT NULL AND {column} NOT IN (SELECT {key} FROM {parent})"
    return Rule(
        "orphan",
        table,
        f"{column} points to no row of {parent}",
        f"SELECT {name} FROM {table} WHERE {lost}",
        (f"UPDATE {table} SET {column} = NULL WHERE {lost}",),
        (parent,),
    )


def _link(table: str, *columns: tuple[str, str, str]) -> Rule:
    """Return the rule of rows that only link two rows: a link is removed when one of its ends is missing."""
    lost = " OR ".join(f"{column} NOT IN (SELECT {key} FROM {parent})" for column, parent, key in columns)
    label = " || ' ' || ".join(column for column, _, _ in columns)
    return Rule(
        "orphan",
        table,
        "links to a row that is missing",
        f"SELECT {label} FROM {table} WHERE {lost}",
        (f"DELETE FROM {table} WHERE {lost}",),
        tuple(parent for _, parent, _ in columns),
    )


# A version whose text is lost cannot be the newest; the one before it takes its place.
_NEWEST = """(SELECT id FROM versions v WHERE v.article = a.n AND EXISTS (SELECT 1 FROM texts x WHERE x.hash = v.text)
  ORDER BY number DESC LIMIT 1)"""
_EMPTY = "NOT EXISTS (SELECT 1 FROM versions v WHERE v.article = a.n)"
# Documents that failed below a mark are retried later; documents that were never fetched must not be below it.
_BELOW_MARK = """SELECT 1 FROM listing_sightings l JOIN urls u ON u.id = l.url
  WHERE l.section = s.id AND l.first_run <= s.complete_run AND u.state = 'pending'
    AND (s.complete_back_to = 'beginning' OR l.listed_date = '' OR l.listed_date >= s.complete_back_to)"""
# An undone run leaves documents pending that an earlier run stored.
_STORED_YET_PENDING = f"""article IS NOT NULL
  AND (state = 'foreign' OR (state = 'pending' AND reason IS NOT '{undo.REASON}'))"""

RULES = (
    _pointer("versions", "capture", "captures", "id", name="title"),
    _pointer("captures", "refers_to", "captures", "id", name="url"),
    _pointer("urls", "article", "articles", "n", name="url"),
    _pointer("articles", "section", "sections", "id", name="url"),
    _pointer("articles", "version", "versions", "id", name="url"),
    _pointer("sections", "complete_run", "runs", "id", name="portal || ' ' || name"),
    _link("article_sections", ("article", "articles", "n"), ("section", "sections", "id")),
    _link("version_pages", ("version", "versions", "id"), ("capture", "captures", "id")),
    _link("url_aliases", ("url", "urls", "id")),
    _link("watch_notifications", ("watch", "watches", "id")),
    _link("annotations", ("annotation_run", "annotation_runs", "id"), ("article", "articles", "id")),
    _link("vectors", ("annotation_run", "annotation_runs", "id"), ("article", "articles", "id")),
    _link("bookmarks", ("section", "sections", "id"), ("run", "runs", "id")),
    _link("run_timestamps", ("run", "runs", "id")),
    _link("templates", ("portal", "portals", "id"), ("run", "runs", "id")),
    Rule(
        "counter",
        "articles",
        "version_count is not the number of versions",
        """SELECT url FROM articles a
           WHERE version_count <> (SELECT coalesce(max(number), 0) FROM versions v WHERE v.article = a.n)""",
        (
            """UPDATE articles AS a SET
                 version_count = (SELECT coalesce(max(number), 0) FROM versions v WHERE v.article = a.n)
               WHERE version_count <> (SELECT coalesce(max(number), 0) FROM versions v WHERE v.article = a.n)""",
        ),
    ),
    Rule(
        "counter",
        "articles",
        "version is not the newest version that has a text",
        f"SELECT url FROM articles a WHERE version IS NOT {_NEWEST}",
        (f"UPDATE articles AS a SET version = {_NEWEST} WHERE version IS NOT {_NEWEST}",),
    ),
    Rule(
        "counter",
        "versions",
        "image_count is not the number of images",
        "SELECT title FROM versions v WHERE image_count <> (SELECT count(*) FROM images i WHERE i.version = v.id)",
        (
            """UPDATE versions AS v SET image_count = (SELECT count(*) FROM images i WHERE i.version = v.id)
               WHERE image_count <> (SELECT count(*) FROM images i WHERE i.version = v.id)""",
        ),
    ),
    Rule(
        "version",
        "versions",
        "numbers of versions are missing",
        """SELECT a.url FROM articles a JOIN versions v ON v.article = a.n
           GROUP BY a.n HAVING count(*) <> max(v.number) OR min(v.number) <> 1""",
    ),
    Rule(
        "version",
        "articles",
        "no version is stored",
        f"SELECT url FROM articles a WHERE {_EMPTY}",
        (
            f"""UPDATE urls SET state = 'pending', next_try = NULL, article = NULL, etag = NULL, last_modified = NULL
                WHERE article IN (SELECT n FROM articles a WHERE {_EMPTY})""",
        ),
        fix="'newscrawler repair', then crawl again: the page is fetched again",
    ),
    Rule(
        "clock",
        "versions",
        "seen_to lies before seen_from",
        "SELECT title || ' ' || seen_from FROM versions WHERE seen_to < seen_from",
        ("UPDATE versions SET seen_to = seen_from WHERE seen_to < seen_from",),
    ),
    Rule(
        "clock",
        "versions",
        "was first seen before the version that it follows",
        """SELECT v.title || ' ' || v.seen_from FROM versions v
           JOIN versions w ON w.article = v.article AND w.number = v.number - 1 WHERE v.seen_from < w.seen_from""",
        (
            """UPDATE versions AS v SET
                 seen_to = max(seen_to, (SELECT max(w.seen_from) FROM versions w
                                         WHERE w.article = v.article AND w.number < v.number)),
                 seen_from = (SELECT max(w.seen_from) FROM versions w
                              WHERE w.article = v.article AND w.number < v.number)
               WHERE seen_from < (SELECT max(w.seen_from) FROM versions w
                                  WHERE w.article = v.article AND w.number < v.number)""",
        ),
    ),
    Rule(
        "state",
        "urls",
        "is done, but no article is stored",
        "SELECT url FROM urls WHERE state = 'done' AND article IS NULL",
        ("UPDATE urls SET state = 'pending', next_try = NULL WHERE state = 'done' AND article IS NULL",),
    ),
    Rule(
        "state",
        "urls",
        "has an article, but is to be fetched for the first time",
        f"SELECT url FROM urls WHERE {_STORED_YET_PENDING}",
        (f"UPDATE urls SET state = 'done' WHERE {_STORED_YET_PENDING}",),
    ),
    Rule(
        "mark",
        "sections",
        "is marked complete, but documents below the mark were never fetched",
        f"SELECT portal || ' ' || name FROM sections s WHERE complete_run IS NOT NULL AND EXISTS ({_BELOW_MARK})",
        (
            f"""UPDATE sections AS s SET complete_back_to = NULL, complete_run = NULL
                WHERE complete_run IS NOT NULL AND EXISTS ({_BELOW_MARK})""",
        ),
    ),
    Rule(
        "mark",
        "sections",
        "has half a mark of completeness",
        "SELECT portal || ' ' || name FROM sections WHERE (complete_run IS NULL) <> (complete_back_to IS NULL)",
        (
            """UPDATE sections SET complete_back_to = NULL, complete_run = NULL
               WHERE (complete_run IS NULL) <> (complete_back_to IS NULL)""",
        ),
    ),
)
"""In the order of their repairs: pointers first, then what is computed from them."""


def broken_rules(connection: sqlite3.Connection) -> Iterator[Broken]:
    """Yield each rule that is violated, with the number of rows and samples."""
    for rule in RULES:
        count, samples = 0, []
        for (label,) in connection.execute(rule.broken):
            count += 1
            if count <= SAMPLES:
                samples.append(str(label))
        if count:
            yield Broken(rule, count, samples)


def format_rows(count: int) -> str:
    """Return `1 row` or `2,000 rows`."""
    return f"{count:,} row{'s' * (count != 1)}"


def repair_rows(connection: sqlite3.Connection) -> list[str]:
    """Repair the rows that violate rules; return one sentence per repair. Must run inside a transaction."""
    repairs = []
    for rule in RULES:
        if rule.repair:
            changed = sum(connection.execute(statement).rowcount for statement in rule.repair)
            if changed:
                repairs.append(f"{rule.table}: {format_rows(changed)} repaired ({rule.message})")
    return repairs
