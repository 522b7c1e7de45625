"""Timestamps of runs: by an authority that is openssl, kept through merges, and what `verify` says of wrong ones."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from newscrawler.archive import open_archive
from newscrawler.archive.database.transaction import writing
from support.integrity import run, verified
from support.pages import DEFINITION, article
from support.time_authority import OPENSSL, REPLY, Authority, needs_openssl
from support.warcs import Captured, write_warc

pytestmark = needs_openssl
DAYS = ("2014-04-01T08:00:00Z", "2016-04-01T08:00:00Z")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority") / "files")


@pytest.fixture
def url(authority: Authority) -> Iterator[str]:
    with authority.server() as server:
        yield server.url
    authority.replies = None


def imported(folder: Path, name: str, *numbers: int) -> Path:
    """An archive into which one run has imported some pages."""
    folder.mkdir(exist_ok=True)
    definition = folder / "t.toml"
    definition.write_text(DEFINITION, encoding="utf-8")
    pages = [
        Captured(f"/2014/0305/{number}.shtml", DAYS[0], article(f"第{number}道沟渠修好了", "2014-03-05"))
        for number in numbers
    ]
    source = write_warc(folder / f"{name}.warc.gz", pages)
    assert run("import", source, "--portal", definition, "--archive", folder / "a.db").exit_code == 0
    return folder / "a.db"


def stamped(archive: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(archive)) as connection:
        return connection.execute(
            "SELECT r.key, t.authority, t.stamped, t.captures, t.token FROM run_timestamps t JOIN runs r ON r.id = t.run"
        ).fetchall()


def problems(archive: Path, *arguments: str) -> list[dict[str, Any]]:
    _, found = verified(archive, "verify", *arguments)
    return [row for row in found["problems"] if row["kind"] == "timestamp"]


def change(archive: Path, statement: str, *values: object) -> None:
    with closing(open_archive(archive)) as connection, writing(connection):
        connection.execute(statement, values)


@pytest.mark.slow
def test_runs_are_stamped_once_and_checked(tmp_path: Path, authority: Authority, url: str) -> None:
    archive = imported(tmp_path / "one", "first", 1, 2)
    words = ("runs", "timestamp", "--tsa", url, "--roots", authority.roots, "--archive", archive)
    done = run(*words)
    assert done.exit_code == 0 and "2 captures" not in done.output, done.output
    ((key, asked, moment, captures, token),) = stamped(archive)
    assert asked == url and len(captures) == 2 * 32 and moment.endswith("Z")
    roots = ("--roots", str(authority.roots))
    assert problems(archive, *roots) == []
    # Another program checks it, too.
    for name, data in (("captures", captures), ("token", token)):
        (tmp_path / name).write_bytes(data)
    check = [OPENSSL, "ts", "-verify", "-data", "captures", "-in", "token", "-CAfile", authority.roots]
    assert b"OK" in subprocess.run(check, cwd=tmp_path, capture_output=True, check=False).stdout
    # Runs that have one are not asked for again; a new run is, and a named one.
    count = authority.asked
    assert "nothing" in run(*words).output and authority.asked == count
    imported(tmp_path / "one", "second", 3)
    assert run(*words).exit_code == 0 and authority.asked == count + 1
    assert run(*words, key).exit_code == 0 and authority.asked == count + 2
    assert run(*words, "1999").exit_code == 2
    # It goes with the run into another archive.
    other = tmp_path / "merged.db"
    assert run("merge", archive, "--archive", other).exit_code == 0
    assert sorted(stamped(other)) == sorted(stamped(archive)) and problems(other, *roots) == []
    shown = json.loads(run("runs", "show", key, "--format", "json", "--archive", archive).stdout)
    assert {"authority": url, "stamped": moment} in shown["timestamps"]


def test_what_verify_says_of_wrong_ones(tmp_path: Path, authority: Authority, url: str) -> None:
    archive = imported(tmp_path / "one", "first", 1, 2, 3)
    assert run("runs", "timestamp", "--tsa", url, "--roots", authority.roots, "--archive", archive).exit_code == 0
    roots = ("--roots", str(authority.roots))
    # Without the authority's root nobody can tell; with another one, it is wrong.
    (note,) = problems(archive)
    assert note["is_note"] and "not known here" in note["what"]
    other = Authority(tmp_path / "other")
    (wrong,) = problems(archive, "--roots", str(other.roots))
    assert not wrong["is_note"]
    # A capture that is gone, one that was changed, another time, another token, other captures.
    change(archive, "UPDATE captures SET run = run WHERE id = 1")
    with closing(sqlite3.connect(archive)) as connection:
        captures, token = connection.execute("SELECT captures, token FROM run_timestamps").fetchone()
    change(archive, "UPDATE captures SET digest = ? WHERE id = 2", "0" * 64)
    added, missing = problems(archive, *roots)
    assert "1 of its captures are not among" in added["what"] and not added["is_note"]
    assert "1 of the 3 captures" in missing["what"] and missing["is_note"]
    change(archive, "UPDATE run_timestamps SET stamped = '2001-01-01T00:00:00Z'")
    assert any("not at 2001" in row["what"] for row in problems(archive, *roots))
    change(archive, "UPDATE run_timestamps SET captures = ?", captures[:32])
    assert any("is not valid" in row["what"] for row in problems(archive, *roots))
    for bad in (b"", b"x" * 100, token[:-1], token[:-20] + bytes(20)):
        change(archive, "UPDATE run_timestamps SET captures = ?, token = ?", captures, bad)
        assert any("is not valid" in row["what"] for row in problems(archive, *roots)), bad
        assert problems(archive)


def test_an_authority_that_gives_none(tmp_path: Path, authority: Authority, url: str) -> None:
    archive = imported(tmp_path / "one", "first", 1)
    words = ("runs", "timestamp", "--tsa", url, "--archive", archive)
    # Nobody vouches for it.
    done = run(*words)
    assert done.exit_code == 1 and "no timestamp that can be trusted" in done.output
    words = (*words, "--roots", authority.roots)
    stale = authority.reply(b"")  # openssl says that it could not read the query
    for reply, said in (
        ((503, {}, b""), "answered 503"),
        ((200, {"Content-Type": "text/html"}, b"<html>"), "answered with text/html"),
        ((200, {"Content-Type": REPLY}, b"nonsense"), "no timestamp that can be trusted"),
        ((200, {"Content-Type": REPLY}, stale), "no timestamp that can be trusted"),
        ((200, {"Content-Type": REPLY}, b"x" * (2**20 + 1)), "which is no timestamp"),
    ):
        authority.replies = reply
        done = run(*words)
        assert done.exit_code == 1 and said in done.output, done.output
    assert stamped(archive) == []
    assert run("runs", "timestamp", "--tsa", "http://127.0.0.1:9/", "--archive", archive).exit_code == 1
    for wrong in ("file:///etc/passwd", "nowhere"):
        assert run("runs", "timestamp", "--tsa", wrong, "--archive", archive).exit_code == 2
    assert run(*words[:-1], tmp_path / "none.pem").exit_code == 2


@pytest.mark.slow
def test_without_the_extra(tmp_path: Path, authority: Authority, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = imported(tmp_path / "one", "first", 1)
    words = ("runs", "timestamp", "--tsa", url, "--roots", authority.roots, "--archive", archive)
    assert run(*words).exit_code == 0
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    (note,) = problems(archive)
    assert note["is_note"] and "timestamps" in note["what"] and "install" in note["what"]
    imported(tmp_path / "one", "second", 2)
    assert run(*words).exit_code == 1
