"""Wrong wishes, places that cannot be written, archives that cannot be read: one clear line, nothing changed."""

import gc
import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawler.archive.database import connection as connecting
from newscrawler.archive.export.files import whole_folder, whole_path
from support import nightly, program
from support.archives import Room, article
from support.export import done, names, run
from support.once import made_once

HAN = [chr(code) for code in range(0x4E00, 0x9000)]
FORMS = ["csv", "jsonl", "parquet", "xlsx", "sqlite"]


@pytest.fixture(scope="session")
def forty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of forty long articles. For reading only."""

    def make(folder: Path) -> None:
        room = Room(folder / "archive.db")
        chance = random.Random(1)  # what can be compressed would fit
        for number in range(40):
            room.store(article(number, body="".join(chance.choices(HAN, k=3_000))))
        room.close()

    return made_once(tmp_path_factory, "forty", make) / "archive.db"


@pytest.fixture
def filled(forty: Path, tmp_path: Path) -> Iterator[Room]:
    """A copy of it, open."""
    (tmp_path / "data").mkdir()
    shutil.copy(forty, tmp_path / "data" / "archive.db")
    room = Room(tmp_path / "data" / "archive.db")
    yield room
    room.close()


@nightly.by_day(every=3)
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--columns", "titel"], "there is no column 'titel'; the nearest are title"),
        (["--columns", "title,title"], "the column 'title' is named twice"),
        (["--columns", "title; DROP TABLE articles"], "there is no column 'title; DROP TABLE articles'"),
        (["--city", "宜晶"], "the nearest it knows: 宜昌市"),
        (["--city", "' OR 1=1 --"], "has no city"),
        (["--portal", "ceshj"], "the nearest it knows: ceshi"),
        (["--county", "x"], "has no county"),
        (["--since", "2024-02-30"], "is not a valid date; use YYYY-MM-DD"),
        (["--since", "2024-03-02", "--until", "2024-03-01"], "2024-03-02, is later than the last, 2024-03-01"),
        (["--since", "2024-03-02", "--until", "2024-03-01", "--since-last", "x"], "exchange since and until"),
        (["--format", "ods"], "there is no format 'ods'; there are csv, jsonl, parquet, xlsx, sqlite, wacz."),
        (["--partition", "year"], "cannot partition by 'year'; there are province, city, month"),
        (["--partition", "city,city"], "names 'city' twice"),
        (["--partition", "city", "--format", "xlsx"], "is not for xlsx"),
        (["--partition", "city"], "writes a folder of Parquet files, and is not for csv"),
        (["--source", "\udcff"], "is not UTF-8"),
        (["--since-last", "\udcff"], "is not UTF-8"),
        (["--excel", "--format", "jsonl"], "--excel is for csv"),
        (["--no-body", "--columns", "body"], "no column is left"),
        (["--since-last", " "], "needs a name"),
    ],
)
def test_wrong_wishes_are_wrong_usage(room: Room, tmp_path: Path, arguments: list[str], says: str) -> None:
    room.store(article(1), cities=["宜昌市"])
    result = run(room.path, *arguments, tmp_path / "out.csv")
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert names(tmp_path) == ["data"]


def test_a_manifest_cannot_hold_a_name_of_other_bytes(room: Room, tmp_path: Path) -> None:
    result = run(room.path, "--manifest", tmp_path / "\udcff.csv")
    assert (result.exit_code, "not UTF-8" in result.stderr) == (2, True)
    assert names(tmp_path) == ["data"]


@pytest.mark.parametrize("out", ["articles", "articles.txt", "articles.csv.gz", ""])
def test_a_name_that_tells_no_format_is_refused(room: Room, tmp_path: Path, out: str) -> None:
    result = run(room.path, tmp_path / out if out else "")
    assert (result.exit_code, names(tmp_path)) == (2, ["data"])


@pytest.mark.parametrize("more", [[], ["--format", "csv"], ["--format", "parquet", "--partition", "city"]])
def test_an_empty_name_is_refused(room: Room, tmp_path: Path, more: list[str]) -> None:
    result = run(room.path, "", *more)
    assert (result.exit_code, "OUT is empty; name a file" in result.stderr) == (2, True)


@pytest.mark.parametrize("form", ["parquet", "xlsx", "sqlite"])
def test_what_is_no_stream_is_not_written_to_one(room: Room, form: str) -> None:
    for out in ("-", "/dev/null"):
        result = run(room.path, "--format", form, out)
        assert (result.exit_code, "name a file" in result.stderr) == (2, True)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("end", ["", "-wal", "-shm"])
def test_the_archive_is_never_the_target(filled: Room, form: str, end: str) -> None:
    other = filled.path.with_name("link.db")
    other.symlink_to(filled.path.with_name(filled.path.name + end))
    for out in (filled.path.with_name(filled.path.name + end), other):
        result = run(filled.path, "--format", form, out)
        assert (result.exit_code, "is the archive itself" in result.stderr) == (2, True), result.output
    assert filled.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@nightly.by_day(0, 6, 12, 18)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("place", ["none/out", "file/out", "data", "长" * 90])
def test_a_place_that_cannot_be_written_is_wrong_usage(room: Room, tmp_path: Path, form: str, place: str) -> None:
    (tmp_path / "file").write_text("x")
    result = run(room.path, "--format", form, tmp_path / place)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1), result.output
    assert names(tmp_path) == ["data", "file"]


@nightly.by_day(0, 1)
@pytest.mark.parametrize("form", [*FORMS, "parts"])
def test_a_disk_that_is_full_leaves_nothing(filled: Room, tmp_path: Path, form: str) -> None:
    """The limit of a file's size stands for the disk's: writing fails in the middle."""
    filled.close()
    out = tmp_path / ("out" if form == "parts" else f"out.{form}")
    if form != "parts":
        out.write_text("old")
    arguments = ["--partition", "city"] if form == "parts" else ["--format", form]
    process = subprocess.run(
        [sys.executable, "-m", "newscrawler", "export", "--archive", filled.path, *arguments, out],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000)),
        # The measurement of coverage could not write its file either, and says so.
        env={name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert process.returncode == 1, process.stderr
    assert "could not be written" in process.stderr
    assert "Traceback" not in process.stderr
    assert "Exception ignored" not in process.stderr
    if form == "parts":
        assert names(tmp_path) == ["data"]
    else:
        assert out.read_text() == "old"
        assert names(tmp_path) == ["data", out.name]


@nightly.by_day(0)
@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("mount") is None, reason="mounting a small disk takes root")
@pytest.mark.parametrize("form", FORMS)
def test_a_small_disk_that_is_full_leaves_nothing(filled: Room, tmp_path: Path, form: str) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=40k", "tmpfs", disk], check=False, capture_output=True
    ).returncode:
        pytest.skip("no tmpfs can be mounted here")
    try:
        result = run(filled.path, "--format", form, disk / "out")
        assert (result.exit_code, "could not be written" in result.stderr) == (1, True), result.output
        assert names(disk) == []
    finally:
        # The traceback holds a file that is open.
        del result
        gc.collect()
        subprocess.run(["umount", disk], check=True)


def test_a_manifest_that_cannot_be_written_leaves_the_cursor(filled: Room, tmp_path: Path) -> None:
    """The file is whole by then; the next export repeats its rows."""
    filled.connection.execute("UPDATE runs SET key = ? WHERE id = 1", ("k" * 70_000,))
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (65_000, 65_000))\n"
        "from newscrawler.archive.export.exporter import export\n"
        "from newscrawler.archive.export.request import ExportRequest\n"
        f"export({str(filled.path)!r}, ExportRequest({str(tmp_path / 'a.csv')!r}, columns=('id',), since_last='x', manifest=True))"
    )
    process = program.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert "datapackage.json: could not be written" in process.stderr
    assert names(tmp_path) == ["a.csv", "data"]
    assert filled.connection.execute("SELECT count(*) FROM export_cursors").fetchone() == (0,)


def test_a_missing_archive_is_wrong_usage(tmp_path: Path) -> None:
    for form in FORMS:
        result = run(tmp_path / "none.db", "--format", form, tmp_path / "out")
        assert (result.exit_code, "there is no archive yet" in result.stderr) == (2, True)
        result = run(tmp_path / "none.db", "--format", "csv", "--since-last", "x", tmp_path / "out")
        assert result.exit_code == 2
    assert names(tmp_path) == []


def test_what_is_no_archive_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_text("no database at all, but long enough to be looked at")
    for more in ([], ["--since-last", "x"]):
        result = run(tmp_path / "a.db", *more, tmp_path / "out.csv")
        assert (result.exit_code, "is not a SQLite file" in result.stderr) == (2, True)
    assert names(tmp_path) == ["a.db"]


@pytest.mark.parametrize("more", [[], ["--since-last", "x"]])
def test_an_archive_that_is_locked_is_told(
    filled: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: list[str]
) -> None:
    monkeypatch.setattr(connecting, "READ_SECONDS", 0.1)
    filled.close()
    with sqlite3.connect(filled.path, isolation_level=None) as holder:
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        result = run(filled.path, *more, tmp_path / "out.csv")
        assert result.exit_code == 1
        assert "is locked by another program" in result.stderr
        assert names(tmp_path) == ["data"]
    holder.close()


def test_a_crawl_that_writes_does_not_hinder(filled: Room, tmp_path: Path) -> None:
    filled.connection.execute("BEGIN IMMEDIATE")
    for form in FORMS:
        done(filled.path, "--format", form, tmp_path / f"out.{form}")
    filled.connection.execute("ROLLBACK")


def test_a_damaged_archive_leaves_nothing(filled: Room, tmp_path: Path) -> None:
    filled.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    filled.close()
    size = filled.path.stat().st_size
    with filled.path.open("r+b") as stream:
        stream.seek(size // 2)
        stream.write(b"\xff" * (size // 4))
    for form in FORMS:
        result = run(filled.path, "--format", form, tmp_path / "out")
        assert result.exit_code in (1, 2), form
        assert "Traceback" not in result.output
    assert names(tmp_path) == ["data"]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_reader_that_goes_away_is_no_failure(filled: Room, form: str) -> None:
    filled.close()
    process = program.Popen(
        [sys.executable, "-m", "newscrawler", "export", "--archive", filled.path, "--format", form, "-"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr is not None
    assert (process.stderr.read(), process.wait(timeout=120)) == (b"", 0)


# What a kill leaves behind

WAIT = """
import sys, time
from pathlib import Path
from newscrawler.archive.export.files import whole_path
with whole_path(sys.argv[1]) as path:
    path.write_text("half")
    print("writing", flush=True)
    time.sleep(60)
"""


def writer(target: Path) -> "subprocess.Popen[str]":
    process = program.Popen([sys.executable, "-c", WAIT, str(target)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    return process


def hidden(folder: Path) -> list[str]:
    return [name for name in names(folder) if name.startswith(".")]


def test_what_a_killed_export_left_is_removed_by_the_next(tmp_path: Path) -> None:
    process = writer(tmp_path / "a.csv")
    other = writer(tmp_path / "b.csv")
    for one in (process, other):
        one.send_signal(signal.SIGKILL)
        one.wait(timeout=120)
    assert len(hidden(tmp_path)) == 2
    with whole_path(str(tmp_path / "a.csv")) as path:
        path.write_text("whole")
    assert (tmp_path / "a.csv").read_text() == "whole"
    assert len(hidden(tmp_path)) == 1, "that of another target stays"


def test_an_export_that_lives_is_left_alone(tmp_path: Path) -> None:
    process = writer(tmp_path / "a.csv")
    with whole_path(str(tmp_path / "a.csv")) as path:
        path.write_text("whole")
        assert len(hidden(tmp_path)) == 2
    assert len(hidden(tmp_path)) == 1
    process.terminate()
    process.wait(timeout=120)


def test_a_link_of_that_name_is_not_followed(tmp_path: Path) -> None:
    process = writer(tmp_path / "a.csv")
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=120)
    (left,) = hidden(tmp_path)
    shutil.rmtree(tmp_path / left)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("x")
    (tmp_path / left).symlink_to(tmp_path / "mine")
    with whole_path(str(tmp_path / "a.csv")) as path:
        path.write_text("whole")
    assert names(tmp_path / "mine") == ["file"]


def test_a_folder_that_breaks_off_is_absent(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), whole_folder(str(tmp_path / "out")) as folder:
        (folder / "a").mkdir()
        raise ZeroDivisionError
    assert names(tmp_path) == []


def test_two_exports_to_one_target_end_whole(filled: Room, tmp_path: Path) -> None:
    filled.close()
    command = [
        sys.executable,
        "-m",
        "newscrawler",
        "export",
        "--archive",
        filled.path,
        "--manifest",
        tmp_path / "a.jsonl",
    ]
    processes = [program.Popen(command, stderr=subprocess.DEVNULL) for _ in range(3)]
    assert [process.wait(timeout=120) for process in processes] == [0, 0, 0]
    assert len((tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()) == 40
    assert len(json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))["resources"]) == 1
    assert names(tmp_path) == ["a.jsonl", "data", "datapackage.json"]
