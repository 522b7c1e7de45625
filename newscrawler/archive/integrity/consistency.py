"""What must be true between the rows of a sound archive, as data: a query that finds what is not, and its repair.

No repair removes what a page said. It computes counters anew, clears pointers to what is gone, removes rows that
are nothing but such pointers, and asks for documents again that were said to be stored and are not.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from newscrawler.archive import undo

SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that must hold. `broken` selects one text a row that breaks it: what to look at."""

    kind: str
    table: str
    message: str
    broken: str
    repair: tuple[str, ...] = ()
    """Statements that mend it; none: it can only be told."""
    parents: tuple[str, ...] = ()
    """Tables that the pointers lead to which the rule is about."""
    fix: str = ""
    """What to do, where it is not just a repair."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule with the number of rows that break it and a few of them."""

    rule: Rule
    count: int
    samples: list[str]


def _pointer(table: str, column: str, parent: str, key: str, *, name: str) -> Rule:
    """A pointer that may be empty: cleared when what it points to is gone."""
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
    """A row that is nothing but a link: removed when one of its ends is gone."""
    lost = " OR ".join(f"{column} NOT IN (SELECT {key} FROM {parent})" for column, parent, key in columns)
    shown = " || ' ' || ".join(column for column, _, _ in columns)
    return Rule(
        "orphan",
        table,
        "links to what is gone",
        f"SELECT {shown} FROM {table} WHERE {lost}",
        (f"DELETE FROM {table} WHERE {lost}",),
        tuple(parent for _, parent, _ in columns),
    )


# A version whose text is lost cannot be shown; the one before it can.
_NEWEST = """(SELECT id FROM versions v WHERE v.article = a.n AND EXISTS (SELECT 1 FROM texts x WHERE x.hash = v.text)
  ORDER BY number DESC LIMIT 1)"""
_EMPTY = "NOT EXISTS (SELECT 1 FROM versions v WHERE v.article = a.n)"
# What failed below a mark is tried again in its own time; what was never fetched should not be there.
_BELOW_MARK = """SELECT 1 FROM listing_sightings l JOIN urls u ON u.id = l.url
  WHERE l.section = s.id AND l.first_run <= s.complete_run AND u.state = 'pending'
    AND (s.complete_back_to = 'beginning' OR l.listed_date = '' OR l.listed_date >= s.complete_back_to)"""
# An undone run leaves documents pending that an earlier one stored.
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
    _link("bookmarks", ("section", "sections", "id"), ("run", "runs", "id")),
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
        fix="'newscrawler repair', then crawl again: the page is fetched anew",
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
        "was seen first before the version that it follows",
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
"""In the order in which they are mended: pointers first, then what is computed from them."""


def broken_rules(connection: sqlite3.Connection) -> Iterator[Broken]:
    """Yield each rule that does not hold, with how often and where."""
    for rule in RULES:
        count, samples = 0, []
        for (text,) in connection.execute(rule.broken):
            count += 1
            if count <= SAMPLES:
                samples.append(str(text))
        if count:
            yield Broken(rule, count, samples)


def rows(count: int) -> str:
    """Return a number of rows in words."""
    return f"{count:,} row{'s' * (count != 1)}"


def mend(connection: sqlite3.Connection) -> list[str]:
    """Run the repairs of all rules that do not hold; return what was done. Must run inside a transaction."""
    done = []
    for rule in RULES:
        if rule.repair:
            changed = sum(connection.execute(statement).rowcount for statement in rule.repair)
            if changed:
                done.append(f"{rule.table}: {rows(changed)} mended ({rule.message})")
    return done
