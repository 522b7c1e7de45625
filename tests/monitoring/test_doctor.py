"""`newscrawler doctor` names what is in the way, and what to do."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from newscrawler.cli.main import cli
from support.archives import fill


def doctor(archive: Path) -> tuple[int, dict[str, dict[str, str]]]:
    done = CliRunner().invoke(cli, ["doctor", "--format", "json", "--archive", str(archive)], catch_exceptions=False)
    findings = json.loads(done.stdout)
    return done.exit_code, {finding["subject"]: finding for finding in findings}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    fill(tmp_path / "archive.db", 3)
    return tmp_path / "archive.db"


def test_a_sound_machine_has_no_problem(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEWSCRAWLER_ALLOW_PRIVATE", raising=False)
    monkeypatch.setenv("NEWSCRAWLER_CONTACT", "li@example.org")
    with closing(sqlite3.connect(archive)) as connection, connection:
        connection.execute("UPDATE runs SET finished = started")
    status, findings = doctor(archive)
    assert status == 0, findings
    assert "3 articles" in findings["archive"]["found"] and findings["archive"]["state"] == "ok"
    assert findings["network guard"]["state"] == "ok" and "user agent" not in findings


def test_what_is_missing_yet_is_a_note(tmp_path: Path) -> None:
    _, findings = doctor(tmp_path / "none" / "archive.db")
    assert findings["archive"]["state"] == "note" and "first crawl" in findings["archive"]["fix"]


def test_a_file_that_is_no_archive_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    path.write_bytes(b"not a database" * 100)
    status, findings = doctor(path)
    assert (
        status == 1
        and findings["archive"]["state"] == "problem"
        and "not a SQLite file" in findings["archive"]["found"]
    )


def test_an_older_archive_is_brought_up_to_date_by_repair(archive: Path) -> None:
    """And by no command that only reads, such as verify."""
    with closing(sqlite3.connect(archive)) as connection, connection:
        connection.execute("DELETE FROM _sqlite_migrations WHERE name = (SELECT max(name) FROM _sqlite_migrations)")
    status, findings = doctor(archive)
    assert status == 1 and "newscrawler repair" in findings["archive"]["found"]
    assert "verify" not in f"{findings['archive']}"


def test_a_clock_that_is_behind_the_archive_is_a_problem(archive: Path) -> None:
    with closing(sqlite3.connect(archive)) as connection, connection:
        connection.execute("UPDATE runs SET started = '2126-01-01T00:00:00Z'")
    status, findings = doctor(archive)
    assert status == 1 and "2126-01-01" in findings["clock"]["found"] and "time server" in findings["clock"]["fix"]


def test_a_broken_configuration_is_a_problem(archive: Path) -> None:
    archive.with_name("newscrawler.toml").write_text("[[mail]]\nserver = 3", encoding="utf-8")
    status, findings = doctor(archive)
    assert status == 1 and "newscrawler.toml" in findings["configuration"]["found"]


def test_a_guard_that_is_off_and_a_broken_definition_are_problems(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "portals"
    folder.mkdir()
    folder.joinpath("qinghe.toml").write_text('id = "qinghe"', encoding="utf-8")
    monkeypatch.setenv("NEWSCRAWLER_PORTALS", str(folder))
    monkeypatch.setenv("NEWSCRAWLER_ALLOW_PRIVATE", "1")
    status, findings = doctor(archive)
    assert status == 1
    assert findings["network guard"]["state"] == "problem" and "unset it" in findings["network guard"]["fix"]
    assert findings["definitions"]["state"] == "problem" and "qinghe.toml" in findings["definitions"]["found"]
