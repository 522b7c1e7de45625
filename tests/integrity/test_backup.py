"""`newscrawler backup`: of a live archive, checked, and brought back. The drill is: back up, restore, verify, compare."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from newscrawler.archive.integrity.backup import BackupError, back_up, restore
from support import program
from support.integrity import execute, flip, rows, run, update, verified

# Stores two articles a transaction, so a copy that is torn shows an odd number.
WRITER = """
import sys
from support.archives import Room, article, store, transaction
room = Room(sys.argv[1])
number = 1000
while True:
    with transaction(room.connection):
        for _ in range(2):
            number += 1
            piece = article(number, body=f"{number}号桥。" + "河" * 3000)
            store(room.connection, room.portal, room.run, room.sections, piece, ["宜昌市"])
    if number == 1002:
        print("ready", flush=True)
"""


@contextmanager
def writer(archive: Path) -> Iterator[subprocess.Popen[str]]:
    process = program.Popen(
        [sys.executable, "-c", WRITER, str(archive)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.wait()


def drilled(archive: Path, folder: Path) -> Path:
    """Back up, restore, verify; return the restored archive."""
    done = run("backup", "create", folder / "backup", "--archive", archive)
    assert done.exit_code == 0, done.output
    done = run("backup", "restore", folder / "backup", folder / "restored")
    assert done.exit_code == 0, done.output
    restored = folder / "restored" / archive.name
    assert verified(restored)[0] == 0
    return restored


def test_a_backup_comes_back_as_it_was(demo: Path, tmp_path: Path) -> None:
    restored = drilled(demo, tmp_path)
    for table in ("articles_flat", "captures", "urls", "listing_sightings", "runs"):
        assert rows(restored, f"SELECT * FROM {table}") == rows(demo, f"SELECT * FROM {table}")
    before, after = (
        {path.relative_to(archive.parent): path.read_bytes() for path in (archive.parent / "warc").glob("*/*.gz")}
        for archive in (demo, restored)
    )
    assert before == after
    assert (restored.parent / "warc" / "demo" / "index.cdxj").read_text() == (
        demo.parent / "warc" / "demo" / "index.cdxj"
    ).read_text()


def test_a_backup_of_an_archive_that_is_being_written_is_one_moment_of_it(small: Path, tmp_path: Path) -> None:
    with writer(small) as process:
        started = rows(small, "SELECT count(*) FROM articles")[0][0]
        restored = drilled(small, tmp_path)
        (held,) = rows(restored, "SELECT count(*) FROM articles")[0]
        deadline = time.monotonic() + 60
        while (ended := rows(small, "SELECT count(*) FROM articles")[0][0]) <= held and time.monotonic() < deadline:
            time.sleep(0.05)
        assert process.poll() is None, "the writer was stopped by the backup"
    assert started <= held < ended
    assert held % 2 == 0
    kept = "SELECT id, title, content_hash FROM articles_flat ORDER BY id LIMIT 500"
    assert set(rows(restored, kept)) <= set(rows(small, "SELECT id, title, content_hash FROM articles_flat"))


def test_the_standard_tool_accepts_the_manifest(demo: Path, tmp_path: Path) -> None:
    run("backup", "create", tmp_path / "bag", "--archive", demo)
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(["sha256sum", "--check", "--strict", "--quiet", name], cwd=tmp_path / "bag", check=True)
    assert (tmp_path / "bag" / "bagit.txt").read_text().startswith("BagIt-Version: 1.0\n")


@pytest.mark.parametrize(("options", "is_shared"), [([], True), (["--copy"], False)])
def test_captures_are_linked_or_copied(demo: Path, tmp_path: Path, options: list[str], is_shared: bool) -> None:
    run("backup", "create", tmp_path / "bag", "--archive", demo, *options)
    run("backup", "restore", tmp_path / "bag", tmp_path / "restored")
    (ours,) = (demo.parent / "warc" / "demo").glob("*.warc.gz")
    assert ours.samefile(tmp_path / "bag" / "data" / "warc" / "demo" / ours.name) is is_shared
    assert not ours.samefile(tmp_path / "restored" / "warc" / "demo" / ours.name)


def test_what_is_there_is_not_overwritten(small: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "note").write_text("mine")
    run("backup", "create", tmp_path / "bag", "--archive", small)
    for arguments in (["there", "--archive", small], ["bag", "--archive", small]):
        done = run("backup", "create", tmp_path / str(arguments[0]), *arguments[1:])
        assert done.exit_code == 1
        assert "exists" in done.stderr
    done = run("backup", "restore", tmp_path / "bag", tmp_path / "there")
    assert done.exit_code == 1
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["note"]


def flipped(bag: Path) -> None:
    flip(bag / "data" / "archive.db", 5000)


def removed(bag: Path) -> None:
    (bag / "data" / "archive.db").unlink()


def added(bag: Path) -> None:
    (bag / "data" / "warc").mkdir()
    (bag / "data" / "warc" / "extra").write_text("x")


def linked(bag: Path) -> None:
    (bag / "data" / "archive.db").rename(bag / "away.db")
    (bag / "data" / "archive.db").symlink_to(bag / "away.db")


def leading_out(bag: Path) -> None:
    manifest = bag / "manifest-sha256.txt"
    manifest.write_text(manifest.read_text().replace("data/archive.db", "data/../../small/archive.db"))
    (bag / "tagmanifest-sha256.txt").write_text("")


def manifest_changed(bag: Path) -> None:
    with (bag / "manifest-sha256.txt").open("a") as manifest:
        manifest.write("\n")


def manifest_garbled(bag: Path) -> None:
    (bag / "manifest-sha256.txt").write_bytes(b"\xff\xfe\x00")
    (bag / "tagmanifest-sha256.txt").write_text("")


def manifest_removed(bag: Path) -> None:
    (bag / "manifest-sha256.txt").unlink()


@pytest.mark.parametrize(
    "damage",
    [flipped, removed, added, linked, leading_out, manifest_changed, manifest_garbled, manifest_removed],
    ids=lambda damage: damage.__name__,
)
def test_a_backup_that_is_not_whole_is_not_brought_back(small: Path, tmp_path: Path, damage) -> None:
    run("backup", "create", tmp_path / "bag", "--archive", small)
    damage(tmp_path / "bag")
    before = {path.name for path in tmp_path.iterdir()}
    done = run("backup", "restore", tmp_path / "bag", tmp_path / "restored")
    assert done.exit_code == 1
    assert "backup" in done.stderr
    assert {path.name for path in tmp_path.iterdir()} == before


def test_a_damaged_archive_is_not_backed_up(small: Path, tmp_path: Path) -> None:
    (page,) = rows(small, "SELECT rootpage FROM sqlite_master WHERE name = 'texts'")[0]
    data = bytearray(small.read_bytes())
    data[(page - 1) * 4096 : page * 4096] = b"\xee" * 4096
    small.write_bytes(data)
    done = run("backup", "create", tmp_path / "bag", "--archive", small)
    assert done.exit_code == 1
    assert "verify" in done.stderr
    assert not (tmp_path / "bag").exists()


def test_missing_captures_are_named_and_the_rest_is_kept(demo: Path, tmp_path: Path) -> None:
    (warc,) = (demo.parent / "warc" / "demo").glob("*.warc.gz")
    warc.unlink()
    done = run("backup", "create", tmp_path / "bag", "--archive", demo)
    assert done.exit_code == 1
    assert f"missing: demo/{warc.name}" in done.stderr
    assert rows(tmp_path / "bag" / "data" / "demo.db", "SELECT count(*) FROM articles")[0][0] > 100


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_a_backup_that_is_killed_does_not_appear(small: Path, tmp_path: Path, end: signal.Signals) -> None:
    code = (
        "import sys, time\nfrom newscrawler.archive.integrity import backup\n"
        "backup._write_manifest = lambda *_: (print('here', flush=True), time.sleep(60))\n"
        "from newscrawler.cli.main import main\nmain()\n"
    )
    process = program.Popen(
        [sys.executable, "-c", code, "backup", "create", str(tmp_path / "bag"), "--archive", str(small)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "here\n"
    process.send_signal(end)
    process.wait()
    assert not (tmp_path / "bag").exists()
    left = [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")]
    assert len(left) == (end == signal.SIGKILL), "only a kill leaves something, under another name"
    assert run("backup", "create", tmp_path / "bag", "--archive", small).exit_code == 0


# A crawl with captures


def test_a_backup_while_a_crawl_writes_has_every_capture_that_it_points_to(demo: Path, tmp_path: Path) -> None:
    """As a crawl leaves it for a moment: the file is open, and its end is not yet in the archive."""
    (warc,) = (demo.parent / "warc" / "demo").glob("*.warc.gz")
    update(
        demo,
        """DELETE FROM captures WHERE id > 100
           AND id NOT IN (SELECT capture FROM versions WHERE capture > 0 UNION SELECT capture FROM version_pages)""",
    )
    (end,) = rows(demo, "SELECT max(offset + length) FROM captures")[0]
    opened = warc.with_name(f"{warc.name}.open")
    warc.rename(opened)
    with opened.open("ab") as stream:
        stream.write(b"\x1f\x8b\x08torn")
    size = opened.stat().st_size
    made = back_up(demo, tmp_path / "bag")
    assert made.missing == []
    copied = tmp_path / "bag" / "data" / "warc" / "demo" / warc.name
    assert end <= copied.stat().st_size == size - 7
    assert not copied.samefile(opened)
    brought = restore(tmp_path / "bag", tmp_path / "restored")
    status, found = verified(brought.archive)
    assert (status, {problem["kind"] for problem in found["problems"]}) == (0, {"capture unknown-record"})
    assert opened.stat().st_size == size


# A full disk


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte, made where the machine allows it."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    if os.getuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a small disk")
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip(f"no small disk can be mounted: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_leaves_nothing_of_a_backup(demo: Path, tiny_disk: Path) -> None:
    done = run("backup", "create", tiny_disk / "bag", "--archive", demo)
    assert done.exit_code == 1
    assert "nothing" in done.stderr
    assert "full" in done.stderr or "No space left" in done.stderr
    assert list(tiny_disk.iterdir()) == []


def test_a_full_disk_leaves_nothing_of_a_restore(demo: Path, tiny_disk: Path, tmp_path: Path) -> None:
    back_up(demo, tmp_path / "bag")
    with pytest.raises(BackupError, match="nothing of it is left"):
        restore(tmp_path / "bag", tiny_disk / "restored")
    assert list(tiny_disk.iterdir()) == []


def test_a_full_disk_leaves_nothing_of_a_merge(demo: Path, tiny_disk: Path) -> None:
    done = run("merge", demo, "--archive", tiny_disk / "all.db")
    assert done.exit_code == 1
    assert "full" in done.stderr or "No space left" in done.stderr
    assert [path.name for path in tiny_disk.iterdir() if path.is_file()] == []


def test_a_crawl_into_a_full_disk_ends_and_what_it_kept_is_sound(tiny_disk: Path, tmp_path: Path) -> None:
    archive = tiny_disk / "archive.db"
    (tiny_disk / "ballast").write_bytes(b"x" * 300_000)
    command = [sys.executable, "-m", "newscrawler", "crawl", "demo", "--archive", str(archive)]
    done = program.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=90)
    assert done.returncode == 1
    assert "full" in done.stderr or "No space left" in done.stderr
    (tiny_disk / "ballast").unlink()
    with closing(sqlite3.connect(archive)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    status, found = verified(archive)
    assert status == 0, found


def test_older_backups_of_the_same_archive_are_removed(small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    other = tmp_path / "other" / "archive.db"
    other.parent.mkdir()
    shutil.copy(small, other)

    def backed_up(name: str, *options: str, archive: Path = small) -> list[str]:
        done = run("backup", "create", folder / name, *options, "--archive", archive)
        assert done.exit_code == 0, done.output
        return [Path(line.removeprefix("removed: ")).name for line in done.stderr.splitlines() if "removed: " in line]

    for number in range(1, 5):
        assert backed_up(f"b{number}") == []
        # As if one were made each day.
        info = folder / f"b{number}" / "bag-info.txt"
        info.write_text(re.sub("(Created: ).*", rf"\g<1>2026-01-0{number}T00:00:00Z", info.read_text()))
    backed_up("x1", archive=other)
    (folder / "b2" / "data" / small.name).unlink()
    (folder / "notes").mkdir()
    (folder / "linked").symlink_to(folder / "b1")
    (folder / ".0badcafe.removed").mkdir()
    assert backed_up("b5", "--keep", "9") == []
    assert backed_up("b6", "--keep", "3") == ["b1", "b3"], "b2 lacks a file: it neither counts nor goes"
    assert {path.name for path in folder.iterdir()} == {"b2", "b4", "b5", "b6", "x1", "notes", "linked"}
    assert backed_up("b7", "--keep", "1") == ["b4", "b5", "b6"]
    restore(folder / "b7", tmp_path / "restored")
    # What was not backed up whole removes nothing.
    execute(small, "UPDATE articles SET n = n", "PRAGMA journal_mode = DELETE")
    small.write_bytes(small.read_bytes()[:-4096])
    assert run("backup", "create", folder / "b8", "--keep", "1", "--archive", small).exit_code != 0
    assert (folder / "b7").is_dir()
