"""Checking a whole archive, from the pages of its file to the records of its captures, and mending what can be.

A check only reads. A repair makes anew what follows from the rest (search index, clusters, counters, pointers) and
never removes what a page said; a file that is damaged itself is not written to at all.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from newscrawler.archive.articles import article_id
from newscrawler.archive.captures.check import check_captures, repair_captures
from newscrawler.archive.columns import NOT_SUPPRESSED
from newscrawler.archive.database.connection import check_exists, connect, open_archive, open_archive_read_only
from newscrawler.archive.database.locks import PortalBusyError, lock_portal
from newscrawler.archive.database.migrations import apply_migrations
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.errors import ArchiveError
from newscrawler.archive.indexing.check import check_index
from newscrawler.archive.indexing.fulltext import rebuild_index
from newscrawler.archive.indexing.reprints import rebuild_clusters
from newscrawler.archive.integrity.consistency import RULES, SAMPLES, broken_rules, mend, rows
from newscrawler.archive.integrity.damage import header_problem, readable_tables, structure_problems
from newscrawler.archive.runs import close_dead_runs
from newscrawler.normalization.text import text_hash

REPAIR = "'newscrawler repair' repairs it"
RESTORE = "restore it from a backup, or read the page again from its capture"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, or only worth knowing."""

    kind: str
    where: str
    """Table, file or run."""
    what: str
    fix: str
    """What to do; empty where nothing need be done."""
    is_note: bool = False
    """Nothing is wrong: the next crawl puts it in order, or it may stay."""


class DamagedError(ArchiveError):
    """The file itself is damaged: nothing may be written to it."""


def check_archive(path: str | Path) -> Iterator[Problem]:
    """Yield everything that is wrong with an archive; may run beside a crawl.

    Raises ArchiveError when there is no archive at this path, or when it is of a newer version.
    """
    path = Path(path)
    damage, only_indexes = _damage(path)
    if damage and not only_indexes:
        yield _damage_problem(path, damage)
        return
    for text in damage[:SAMPLES]:
        yield Problem("index", path.name, text, REPAIR)
    with closing(open_archive_read_only(path)) as connection:
        try:
            # One snapshot for all that is compared.
            connection.execute("BEGIN")
            schema = list(_schema_problems(connection))
            yield from schema
            if any(problem.fix == RESTORE for problem in schema):
                # Nothing further can be asked of it.
                return
            yield from _row_problems(connection)
            yield from _hash_problems(connection)
            yield from _index_problems(connection)
            yield from _reprint_problems(connection)
            yield from _open_runs(connection, path)
            connection.execute("COMMIT")
            yield from _capture_problems(connection)
        except sqlite3.DatabaseError as error:
            yield _damage_problem(path, [str(error)])


def repair_archive(path: str | Path) -> list[str]:
    """Mend what can be mended; return what was done, a sentence each.

    Raises DamagedError when the file itself is damaged, which is then left as it is, and ArchiveError as
    `check_archive` does.
    """
    path = Path(path)
    damage, only_indexes = _damage(path)
    if damage and not only_indexes:
        raise DamagedError(f"{path}: is damaged ({damage[0]}); it was not repaired and left as it is.")
    done: list[str] = []
    with closing(open_archive(path)) as connection:
        lost = [problem for problem in _schema_problems(connection) if problem.fix == RESTORE]
        if lost:
            raise DamagedError(f"{path}: {lost[0].where}: {lost[0].what}; it was not repaired and left as it is.")
        with writing(connection):
            if damage:
                connection.execute("REINDEX")
                done.append("the indexes of the tables were made anew")
            done += _mend_schema(connection)
            done += mend(connection)
            if check_index(connection):
                done.append(f"search_index: {_index_anew(connection):,} articles were indexed anew")
            if any(_reprint_problems(connection)):
                done.append(f"reprints: {rebuild_clusters(connection):,} articles were compared anew")
        done += _close_runs(connection, path)
        done += repair_captures(connection)
    return done


def _damage(path: Path) -> tuple[list[str], bool]:
    """Return what is wrong with the file itself, and whether it is only about indexes of tables."""
    check_exists(path)
    if problem := header_problem(path):
        return [problem], False
    try:
        with closing(connect(path, read_only=True)) as connection:
            return structure_problems(connection)
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error):
            raise ArchiveError(f"{path}: is not a SQLite file; name another path with --archive.") from None
        return [str(error)], False


def _damage_problem(path: Path, found: list[str]) -> Problem:
    tables = [
        f"{table.table} {table.rows:,} rows{' and no further' if table.error else ''}"
        for table in readable_tables(path)
    ]
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return Problem(
        "damage",
        str(path),
        f"{found[0]}{more}. What can be read from the first row on: {', '.join(tables)}.",
        "restore a backup ('newscrawler backup restore BACKUP FOLDER'), or copy what can be read into a new archive "
        f"('newscrawler salvage NEW --archive {path}'); '.recover' of the program sqlite3 may find more. "
        "The file was left as it is",
    )


# The schema


def _schema(connection: sqlite3.Connection) -> dict[tuple[str, str], str]:
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {(kind, name): sql for kind, name, sql in rows}


@contextmanager
def _new_schema() -> Iterator[sqlite3.Connection]:
    """Give a database in memory that has the tables of a new archive, and no rows."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        apply_migrations(connection)
        yield connection


def _wanted_schema() -> dict[tuple[str, str], str]:
    with _new_schema() as connection:
        return _schema(connection)


def _schema_differences(connection: sqlite3.Connection) -> Iterator[tuple[str, str, str | None, str]]:
    """Yield type, name, the statement that is there (None: missing) and the one that should be."""
    found = _schema(connection)
    for (kind, name), sql in _wanted_schema().items():
        if found.get((kind, name)) != sql:
            yield kind, name, found.get((kind, name)), sql


def _schema_problems(connection: sqlite3.Connection) -> Iterator[Problem]:
    for kind, name, found, _ in _schema_differences(connection):
        what = f"the {kind} is missing" if found is None else f"the {kind} is not as this version makes it"
        yield Problem("schema", name, what, REPAIR if kind in ("index", "view") else RESTORE)


def _mend_schema(connection: sqlite3.Connection) -> list[str]:
    done = []
    for kind, name, found, sql in list(_schema_differences(connection)):
        if kind in ("index", "view"):
            if found is not None:
                connection.execute(f'DROP {kind} "{name}"')
            connection.execute(sql)
            done.append(f"{name}: the {kind} was made anew")
    return done


def _index_anew(connection: sqlite3.Connection) -> int:
    connection.execute("SAVEPOINT search")
    try:
        number = rebuild_index(connection)
    except sqlite3.DatabaseError:
        # Damaged so far that it cannot even be emptied.
        connection.execute("ROLLBACK TO search")
        for table in ("search_index", "search_characters"):
            # The structure record of an empty index: without one the table can be neither opened nor dropped.
            connection.execute(f"REPLACE INTO {table}_data (id, block) VALUES (1, x''), (10, x'00000000000000')")
        tables = ("search_index_words", "search_characters_words", "search_index", "search_characters")
        for table in (*tables, "search_documents"):
            connection.execute(f"DROP TABLE IF EXISTS {table}")
        _create_search_tables(connection)
        number = rebuild_index(connection)
    connection.execute("RELEASE search")
    return number


def _create_search_tables(connection: sqlite3.Connection) -> None:
    """Create the tables of the search index as a new archive has them, with their options."""
    with _new_schema() as fresh:
        names = ("search_index", "search_characters", "search_index_words", "search_characters_words")
        for name in (*names, "search_documents", "search_documents_published"):
            (sql,) = fresh.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
            connection.execute(sql)
        for name in names[:2]:
            for option, value in fresh.execute(f"SELECT k, v FROM {name}_config WHERE k <> 'version'"):
                connection.execute(f"INSERT INTO {name}({name}, rank) VALUES (?, ?)", (option, value))


# Rows


def _row_problems(connection: sqlite3.Connection) -> Iterator[Problem]:
    for broken in broken_rules(connection):
        rule = broken.rule
        what = f"{rule.message}: {rows(broken.count)}, as in {', '.join(broken.samples)}"
        yield Problem(rule.kind, rule.table, what, rule.fix or (REPAIR if rule.repair else RESTORE))
    # Some pointers have rules of their own.
    ruled = {(rule.table, parent) for rule in RULES for parent in rule.parents}
    lost = Counter((row[0], row[2]) for row in connection.execute("PRAGMA foreign_key_check"))
    for (table, parent), count in lost.items():
        if (table, parent) in ruled:
            continue
        yield Problem("orphan", table, f"{rows(count)} without a row of {parent}", RESTORE)


def _hash_problems(connection: sqlite3.Connection) -> Iterator[Problem]:
    checks = (
        ("texts", "the text is not the one that was stored", wrong_texts(connection)),
        (
            "versions",
            "title and body do not agree with content_hash",
            (where for _, where in wrong_versions(connection)),
        ),
        ("articles", "the id does not follow from portal and key", _wrong_ids(connection)),
    )
    for table, what, wrong in checks:
        samples = list(wrong)
        if samples:
            named = ", ".join(samples[:SAMPLES])
            yield Problem("hash", table, f"{what}: {rows(len(samples))}, as in {named}", RESTORE)


def wrong_texts(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield the stored hash of each text that it does not agree with."""
    for digest, body, html in connection.execute("SELECT hash, body, body_html FROM texts"):
        if hashlib.sha256(f"{body}\0{html}".encode()).hexdigest() != digest:
            yield str(digest)


def wrong_versions(connection: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    """Yield row id and description of each version whose title and body do not agree with its content_hash."""
    rows = connection.execute(
        """SELECT v.id, a.url, v.number, v.content_hash, v.title, x.body FROM versions v
           JOIN articles a ON a.n = v.article JOIN texts x ON x.hash = v.text"""
    )
    for version, url, number, digest, title, body in rows:
        if text_hash(title, body) != digest:
            yield version, f"{url} (version {number})"


def _wrong_ids(connection: sqlite3.Connection) -> Iterator[str]:
    for key, portal, document, url in connection.execute("SELECT id, portal, key, url FROM articles"):
        if article_id(portal, document) != key:
            yield str(url)


# What is derived, and what is left open


def _index_problems(connection: sqlite3.Connection) -> Iterator[Problem]:
    lost = connection.execute(
        """SELECT count(*) FROM articles a LEFT JOIN versions v ON v.id = a.version LEFT JOIN texts x ON x.hash = v.text
           WHERE a.version IS NOT NULL AND x.hash IS NULL"""
    ).fetchone()[0]
    if lost:
        yield Problem("search", "search_index", f"cannot be compared: {lost:,} texts are lost", REPAIR)
        return
    for text in check_index(connection):
        yield Problem("search", "search_index", text, REPAIR)


def _reprint_problems(connection: sqlite3.Connection) -> Iterator[Problem]:
    stale = connection.execute(
        f"""SELECT (SELECT count(*) FROM articles a LEFT JOIN reprint_signatures g ON g.article = a.n
                    WHERE g.version IS NOT CASE WHEN {NOT_SUPPRESSED} THEN a.version END)
                + (SELECT count(*) FROM reprint_signatures WHERE article NOT IN (SELECT n FROM articles))"""
    ).fetchone()[0]
    if stale:
        yield Problem("reprints", "reprint_signatures", f"{stale:,} articles are not compared as they read", REPAIR)


def _open_runs(connection: sqlite3.Connection, path: Path) -> Iterator[Problem]:
    runs = connection.execute("SELECT key, portal FROM runs WHERE outcome = 'running' ORDER BY id").fetchall()
    for key, portal in runs:
        if not _is_crawling(path, portal):
            what = "was left open: its process ended without closing it"
            yield Problem("run", key, what, "the portal's next crawl closes it", is_note=True)


def _is_crawling(path: Path, portal: str) -> bool:
    try:
        lock_portal(path, portal).release()
    except PortalBusyError:
        return True
    except ArchiveError:
        # A folder that cannot be written: nobody here can tell.
        return True
    return False


def _close_runs(connection: sqlite3.Connection, path: Path) -> list[str]:
    done = []
    for (portal,) in connection.execute("SELECT DISTINCT portal FROM runs WHERE outcome = 'running'").fetchall():
        try:
            lock = lock_portal(path, portal)
        except PortalBusyError:
            continue
        try:
            with writing(connection):
                closed = close_dead_runs(connection, portal)
        finally:
            lock.release()
        done.append(f"runs of {portal}: {closed} left open were closed as interrupted")
    return done


def _capture_problems(connection: sqlite3.Connection) -> Iterator[Problem]:
    for found in check_captures(connection):
        fix = "bring the file back from a backup" if found.is_serious else ""
        yield Problem(f"capture {found.kind}", found.file, found.detail, fix, is_note=not found.is_serious)
