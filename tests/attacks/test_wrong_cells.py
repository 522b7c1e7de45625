"""Values that no version of this program stores: no command ends in a traceback, and the error names the cell."""

from __future__ import annotations

import gc
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from newscrawler.archive.database import connection as opening
from newscrawler.archive.integrity import wrong_cells
from support import nightly
from support.archives import article
from support.every_table import fill_every_table
from support.integrity import kinds, run, verified

ONE = article(1).url
QUICK = (
    *(["search", "桥"], ["search", "桥", "--format", "json"], ["history", ONE], ["cite", ONE], ["runs"]),
    *(["runs", "show", "{run}"], ["stats"], ["coverage"], ["health", "--all"], ["suppress", "list"]),
    *(["reextract", "--dry-run"], ["export", "{out}.csv"], ["verify"]),
)
COMMANDS = (
    *QUICK,
    *(["cite", ONE, "--style", style] for style in ("bibtex", "csl-json")),
    *(["stats", name] for name in ("months", "cities", "outlets", "editors", "fields")),
    *(["export", "{out}.jsonl"], ["export", "{out}.db"], ["export", "{out}.xlsx"], ["coverage", "--total"]),
    *(["export", "{out}.csv", "--since-last", "x"], ["merge", "{archive}", "--archive", "{out}.db"]),
    *(["backup", "create", "{out}"], ["salvage", "{out}.db"], ["repair"]),
)
COLUMNS = (
    *("versions.title", "versions.source", "versions.published", "versions.published_date", "versions.provenance"),
    *("versions.keywords", "versions.summary", "versions.seen_from", "versions.content_hash", "versions.run"),
    *("texts.body", "texts.body_html", "credits.name", "credits.raw", "articles.url", "articles.id"),
    *("articles.first_seen", "portals.name", "portals.id", "portals.definition", "portals.province"),
    *("sections.name", "sections.city", "sections.complete_back_to", "runs.key", "runs.started", "runs.counts"),
    *("runs.arguments", "runs.reason", "run_events.reason", "run_measures.measures", "robots.body"),
    *("sweeps.outcome", "urls.url", "urls.last_fetched", "captures.url", "captures.fetched", "captures.digest"),
    *("listing_sightings.title", "url_aliases.alias", "suppressions.reason", "suppressions.article"),
    *("alarms.message", "alarms.samples", "alarms.level", "export_cursors.exported", "templates.learnt"),
    *("search_documents.published", "reprint_pairs.similarity"),
)
"""Columns whose values the commands show, compare, parse or compute with."""
EXPORTED = ("versions.title", "versions.source", "texts.body", "articles.url", "portals.province")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("full") / "archive.db"
    fill_every_table(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    return path


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.1)


def with_value(full: Path, folder: Path, column: str, value: str) -> Path:
    """Return a copy of the archive that has a value (an SQL expression) in a column, past its type and constraints."""
    folder.mkdir(exist_ok=True)
    archive = Path(shutil.copy(full, folder))
    table, name = column.split(".")
    with closing(sqlite3.connect(archive, isolation_level=None)) as connection:
        (sql,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        loose = re.sub(r"\) STRICT(, )?", ") ", sql).rstrip().replace(" TEXT", " BLOB")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", (loose, table))
    with closing(sqlite3.connect(archive, isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(f'UPDATE OR IGNORE {table} SET "{name}" = {value}')  # of a key: only the first row
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", (sql, table))
    return archive


def results(archive: Path, commands: tuple[list[str], ...]) -> Iterator[tuple[list[str], int, str]]:
    with closing(sqlite3.connect(archive)) as connection:
        connection.text_factory = bytes
        (key,) = connection.execute("SELECT key FROM runs").fetchone()
    for number, words in enumerate(commands):
        run_key = key.decode(errors="replace") if isinstance(key, bytes) else str(key)
        names = {"out": archive.parent / f"out-{number}", "archive": archive, "run": run_key}
        command = [word.format(**names) for word in words]
        own = [] if "--archive" in command else ["--archive", archive]
        if words not in QUICK:
            gc.collect()  # the traceback of a command that failed keeps its connection open
        yield command, *_outcome(run(*command, *own))


def _outcome(done: Result) -> tuple[int, str]:
    return done.exit_code, done.output


def failures(archive: Path, column: str, commands: tuple[list[str], ...]) -> list[str]:
    """Run the commands; return what is wrong with their results. A traceback ends the test by itself."""
    table, name = column.split(".")
    wrong = []
    for words, status, output in results(archive, commands):
        is_named = (table in output and name in output) or "damage" in output
        # An alarm is open (3), and a wrong key belongs to nothing (2).
        if status == 1 and not is_named and words[0] not in ("verify", "repair", "salvage"):
            wrong.append(f"{column}: {words}: {output}")
        if words[0] == "export" and column in EXPORTED and (status != 1 or Path(words[1]).exists()):
            wrong.append(f"{column}: {words}: was exported")
    status, found = verified(archive)
    if not (status == 1 and kinds(found)):
        wrong.append(f"{column}: verify does not notice it")
    return wrong


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("versions.title", "x'ff00fe'"),
        ("portals.definition", "x'ff00fe'"),
        ("runs.counts", "17"),
        ("texts.body", "CAST(x'ff00fe' AS TEXT)"),
    ],
)
def test_a_wrong_value_is_named(full: Path, tmp_path: Path, column: str, value: str) -> None:
    archive = with_value(full, tmp_path / "a", column, value)
    assert failures(archive, column, QUICK) == []


def test_the_error_names_table_row_and_column(full: Path, tmp_path: Path) -> None:
    archive = with_value(full, tmp_path / "a", "versions.title", "CASE id WHEN 2 THEN x'ff' ELSE title END")
    done = run("export", tmp_path / "out.csv", "--archive", archive)
    assert done.exit_code == 1
    assert "table versions, row 2, column title: the cell holds no TEXT" in done.output
    assert "newscrawler salvage" in done.output


@pytest.mark.slow
@pytest.mark.parametrize("value", ["x'ff00fe'", "CAST(x'ff00fe' AS TEXT)", "-1.5", "'{[\"'"])
@pytest.mark.parametrize("column", COLUMNS)
def test_any_wrong_value_is_named_by_every_command(full: Path, tmp_path: Path, column: str, value: str) -> None:
    archive = with_value(full, tmp_path / "a", column, value)
    wrong = failures(archive, column, COMMANDS)
    if value.startswith("x"):
        assert wrong == []
    else:  # some of these columns may hold such a value
        assert [text for text in wrong if "exported" not in text and "notice" not in text] == []


def test_salvage_keeps_the_rows_with_wrong_values(full: Path, tmp_path: Path) -> None:
    """Without its portal an archive has no articles."""
    archive = with_value(full, tmp_path / "a", "portals.name", "CAST('测试新闻网' AS BLOB)")
    new = tmp_path / "new.db"
    run("salvage", new, "--archive", archive)
    with closing(sqlite3.connect(new)) as connection:
        assert connection.execute("SELECT name, typeof(name) FROM portals").fetchall() == [("测试新闻网", "text")]
        assert connection.execute("SELECT count(*) FROM articles_flat").fetchone() == (3,)


@nightly.by_day(0)
@pytest.mark.parametrize("column", ["versions.title", "portals.definition"])
def test_a_huge_value_is_named_and_not_read(
    full: Path, tmp_path: Path, column: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (opening, wrong_cells):
        monkeypatch.setattr(module, "MAX_CELL_BYTES", 200_000)
    archive = with_value(full, tmp_path / "a", column, "CAST(zeroblob(200001) AS TEXT)")
    table, name = column.split(".")
    for words, status, output in results(archive, (*QUICK, *COMMANDS[-4:])):
        if status == 1 and words[0] not in ("salvage", "backup"):
            assert f"table {table}, row 1, column {name}: the cell is larger than 200,000 bytes" in output, words
    assert verified(archive)[0] == 1


# A process counts what it had before it became the program, so it is started by a small one.
MEASURED = """import resource, subprocess, sys
status = subprocess.run(sys.argv[1:]).returncode
print("peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(status)"""


@pytest.mark.slow
def test_a_value_of_gigabytes_takes_no_memory(full: Path, tmp_path: Path) -> None:
    import resource
    import subprocess
    import sys

    archive = with_value(full, tmp_path / "a", "versions.title", "CAST(zeroblob(300000000) AS TEXT)")

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000, 2_000_000_000))

    for command in (["verify"], ["search", "桥"], ["export", str(tmp_path / "out.csv")], ["history", ONE], ["repair"]):
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, sys.executable, "-m", "newscrawler", *command, "--archive", str(archive)],
            capture_output=True,
            text=True,
            preexec_fn=bound,
            check=False,
        )
        assert "Traceback" not in done.stderr
        assert (done.returncode, "table versions, row 1, column title" in done.stdout + done.stderr) == (1, True)
        assert int(done.stderr.rpartition("peak ")[2]) < 350_000, command
