"""Files that appear when they are whole, and locks that end with their process."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from newscrawler.archive.atomic import new_file, new_folder, sha256
from newscrawler.archive.lock_files import exclusive, release, try_lock
from support import program


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_replaces_the_old_one_at_the_end_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with new_file(target) as new:
        new.write_text("new")
        new.with_name("beside").write_text("temporary")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert names(tmp_path) == ["a.txt"]
    assert sha256(target) == "11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437"


def test_an_error_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(ZeroDivisionError), new_file(target) as new:
        new.write_text("new")
        raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError), new_folder(tmp_path / "folder") as folder:
        (folder / "sub").mkdir()
        (folder / "sub" / "b.txt").write_text("new")
        raise ZeroDivisionError
    assert (target.read_text(), names(tmp_path)) == ("old", ["a.txt"])


def test_a_link_is_replaced_and_never_written_through(tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("other")
    target = tmp_path / "a.txt"
    target.symlink_to(other)
    with new_file(target) as new:
        new.write_text("new")
    assert (other.read_text(), target.read_text(), target.is_symlink()) == ("other", "new", False)


def test_a_file_that_must_be_new_leaves_the_one_that_appeared(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    with pytest.raises(FileExistsError), new_file(target, replace=False) as new:
        new.write_text("new")
        target.write_text("appeared")
    assert (target.read_text(), names(tmp_path)) == ("appeared", ["a.txt"])
    with new_file(tmp_path / "b.txt", replace=False) as new:
        new.write_text("new")
    assert names(tmp_path) == ["a.txt", "b.txt"]


def test_a_folder_appears_whole(tmp_path: Path) -> None:
    with new_folder(tmp_path / "folder") as folder:
        (folder / "sub").mkdir()
        (folder / "sub" / "b.txt").write_text("new")
        assert not (tmp_path / "folder").exists()
    assert (tmp_path / "folder" / "sub" / "b.txt").read_text() == "new"
    assert names(tmp_path) == ["folder"]


WRITER = """
import sys, time
from pathlib import Path
from newscrawler.archive.atomic import new_file
with new_file(Path(sys.argv[1])) as new:
    new.write_text("half")
    print("writing", flush=True)
    time.sleep(60)
"""
HOLDER = """
import sys, time
from pathlib import Path
from newscrawler.archive.lock_files import exclusive
with exclusive(Path(sys.argv[1])):
    print("holding", flush=True)
    time.sleep(60)
"""


def started(code: str, path: Path, says: str) -> subprocess.Popen[str]:
    process = program.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == f"{says}\n"
    return process


def test_what_a_killed_writer_left_is_removed_by_the_next_but_not_what_a_living_one_writes(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    process = started(WRITER, target, "writing")
    with new_file(target) as new:
        new.write_text("ours")
    (part,) = set(names(tmp_path)) - {"a.txt"}
    assert part.startswith(".")
    assert part.endswith(".part")
    assert (tmp_path / part / "content").read_text() == "half"
    process.kill()
    process.wait()
    with new_file(tmp_path / "b.txt") as new:
        new.write_text("another target")
    assert part in names(tmp_path)
    with new_file(target) as new:
        new.write_text("ours again")
    assert (names(tmp_path), target.read_text()) == (["a.txt", "b.txt"], "ours again")


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    process = started(HOLDER, path, "holding")
    assert try_lock(path) is None
    process.kill()
    process.wait()
    lock = try_lock(path)
    assert lock is not None
    release(lock)
    assert names(tmp_path) == []


def test_a_lock_file_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError), exclusive(tmp_path / "lock"):
        pass
    assert names(tmp_path) == ["lock"]


COUNTER = """
import sys
from pathlib import Path
from newscrawler.archive.lock_files import exclusive
path = Path(sys.argv[1])
for _ in range(60):
    with exclusive(path.with_name("lock")):
        path.write_text(str(int(path.read_text()) + 1))
"""


def test_writers_exclude_each_other_although_each_removes_the_lock_file(tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_text("0")
    processes = [program.Popen([sys.executable, "-c", COUNTER, str(counter)]) for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert (counter.read_text(), names(tmp_path)) == ("180", ["counter"])


def test_many_writers_of_one_file_leave_a_whole_one(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    errors: list[BaseException] = []
    end = time.monotonic() + 1

    def write(number: int) -> None:
        try:
            while time.monotonic() < end:
                with new_file(target) as new:
                    new.write_text(str(number) * 10_000)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(set(target.read_text())) == 1
    assert target.stat().st_size == 10_000
    assert names(tmp_path) == ["a.txt"]


def test_every_module_of_the_archive_can_be_imported_where_there_is_no_fcntl() -> None:
    program = (
        "import importlib, pkgutil, sys\n"
        "sys.modules['fcntl'] = None\n"
        "import newscrawler.archive as archive\n"
        "names = [module.name for module in pkgutil.walk_packages(archive.__path__, 'newscrawler.archive.')]\n"
        "for name in names: importlib.import_module(name)\n"
        "print(len(names))\n"
    )
    result = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert int(result.stdout) > 50
