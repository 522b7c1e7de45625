"""Work divided among processes: order, bounds, errors, and the end of the processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from multiprocessing import popen_spawn_posix
from pathlib import Path

import pytest

from newscrawler.archive.worker_processes import Processes, WorkerError, divided
from support import nightly, program


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes of an interpreter of their own, as they are in the program."""
    monkeypatch.setattr(popen_spawn_posix, "Popen", program.StartedWorker)


@contextmanager
def squaring(folder: str) -> Iterator[Callable[[int], int]]:
    """Give a function that needs longer for every third item, fails for 13 and kills its process for 99."""
    (Path(folder) / str(os.getpid())).touch()

    def work(item: int) -> int:
        if item == 13:
            raise ValueError("thirteen")
        if item == 99:
            os.kill(os.getpid(), signal.SIGKILL)
        if item == 17:
            sqlite3.connect(":memory:").execute("SELECT * FROM nothing")
        if item % 3 == 0:
            time.sleep(0.02)
        return item * item

    yield work


@contextmanager
def waiting(folder: str) -> Iterator[Callable[[int], int]]:
    """Give a function that for 1 waits until all other items are done."""
    place = Path(folder)

    def work(item: int) -> int:
        until = time.monotonic() + 60
        while item == 1 and not all((place / str(other)).exists() for other in (2, 3, 4, 5)):
            assert time.monotonic() < until
            time.sleep(0.005)
        (place / str(item)).touch()
        return item

    yield work


@contextmanager
def holding(folder: str) -> Iterator[Callable[[int], bytes]]:
    """Give a function with large results; tell what was done, and when this ends."""
    place = Path(folder)

    def work(item: int) -> bytes:
        (place / f"done {item}").touch()
        return bytes(2**20)

    yield work
    (place / f"closed {os.getpid()}").touch()


@contextmanager
def refusing() -> Iterator[Callable[[int], int]]:
    raise OSError("the archive is locked")
    yield abs


def is_alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


def group_of(process: Path) -> int:
    try:
        return os.getpgid(int(process.name))
    except OSError:
        return 0


@pytest.mark.slow
def test_results_come_in_order_and_few_items_are_taken_ahead(tmp_path: Path) -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(12):
            taken.append(number)
            yield number

    with closing(divided(squaring, (str(tmp_path),), items(), workers=2)) as results:
        ahead = []
        for number, result in enumerate(results):
            assert result == number * number
            ahead.append(len(taken) - number)
    assert number == 11
    assert max(ahead) <= 9
    pids = [int(path.name) for path in tmp_path.iterdir()]
    assert len(pids) == 2 and os.getpid() not in pids
    assert not any(map(is_alive, pids))


@pytest.mark.slow
def test_an_error_comes_where_its_result_would(tmp_path: Path) -> None:
    for workers in (1, 2):
        results = divided(squaring, (str(tmp_path),), range(10, 20), workers=workers)
        assert [next(results) for _ in range(3)] == [100, 121, 144]
        with pytest.raises(ValueError, match="thirteen"):
            next(results)
        with pytest.raises(sqlite3.OperationalError) as raised:
            next(divided(squaring, (str(tmp_path),), [17], workers=workers))
        assert raised.value.sqlite_errorcode == sqlite3.SQLITE_ERROR
        with pytest.raises(OSError, match="locked"):
            next(divided(refusing, (), [1], workers=workers))


@pytest.mark.slow
def test_a_long_item_holds_up_no_other(tmp_path: Path) -> None:
    """Of few long items each goes to whoever is free; the results still come in order."""
    results = divided(waiting, (str(tmp_path),), [1, 2, 3, 4, 5], workers=2, queued=1, ahead=5)
    assert list(results) == [1, 2, 3, 4, 5]


@pytest.mark.slow
def test_a_process_works_on_while_nobody_takes_its_results(tmp_path: Path) -> None:
    """Whoever stores is busy for a while with what came before."""
    with closing(divided(holding, (str(tmp_path),), range(100), workers=2, queued=6)) as results:
        next(results)
        until = time.monotonic() + 60
        while len(list(tmp_path.iterdir())) < 12 and time.monotonic() < until:
            time.sleep(0.005)
        assert len(list(tmp_path.iterdir())) >= 12


@pytest.mark.slow
def test_processes_do_one_piece_of_work_after_another(tmp_path: Path) -> None:
    first, second, third = (tmp_path / name for name in ("first", "second", "third"))
    for folder in (first, second, third):
        folder.mkdir()
    with closing(Processes([squaring])) as processes:
        processes.expect(1)
        assert not multiprocessing.active_children()
        processes.expect(2)
        processes.expect(2)
        pids = {str(child.pid) for child in multiprocessing.active_children()}
        assert len(pids) == 2
        assert list(processes.divided(squaring, (str(first),), range(8), workers=2)) == [n * n for n in range(8)]
        assert {path.name for path in first.iterdir()} == pids
        with closing(processes.divided(holding, (str(second),), range(4), workers=2)) as results:
            for _ in range(4):
                next(results)
            # The last result is there: so is the end of the work, although the iterator was not asked for more.
            assert {path.name for path in second.glob("closed *")} == {f"closed {pid}" for pid in pids}
        assert list(processes.divided(squaring, (str(third),), [], workers=2)) == []
        assert list(processes.divided(squaring, (str(third),), [3], workers=3)) == [9]
        assert len(list(third.iterdir())) == 3
        abandoned = processes.divided(squaring, (str(third),), range(100), workers=2)
        assert next(abandoned) == 0
        abandoned.close()
        assert not any(is_alive(int(pid)) for pid in pids), "nobody knows what they are doing"
        assert list(processes.divided(squaring, (str(third),), [4], workers=2)) == [16]
    assert not multiprocessing.active_children()


def test_a_process_that_dies_is_an_error_and_the_others_end(tmp_path: Path) -> None:
    with pytest.raises(WorkerError, match="by signal 9"):
        list(divided(squaring, (str(tmp_path),), [3, 99, *range(1000)], workers=2))
    assert not any(is_alive(int(path.name)) for path in tmp_path.iterdir())


@nightly.by_day(0)
@pytest.mark.parametrize("how", ["killed", "interrupted at the start", "interrupted"])
def test_processes_end_with_the_one_that_started_them(tmp_path: Path, how: str) -> None:
    """Ctrl-C reaches all of them; only the one that started the others says so."""
    code = f"""
import sys
sys.path[:0] = {sys.path!r}
from archive.test_worker_processes import squaring
from newscrawler.archive.worker_processes import divided
if __name__ == "__main__":
    for _ in divided(squaring, ({str(tmp_path)!r},), iter(lambda: 3, 0), workers=2):
        pass
"""
    script = tmp_path.with_suffix(".py")
    script.write_text(code)
    process = subprocess.Popen([sys.executable, str(script)], stderr=subprocess.PIPE, text=True, start_new_session=True)

    def others() -> list[int]:
        group = [path for path in Path("/proc").glob("[0-9]*") if is_alive(int(path.name))]
        return [int(path.name) for path in group if path.name != str(process.pid) and process.pid == group_of(path)]

    try:
        # The others are processes long before they have imported anything.
        until = time.monotonic() + 60
        while time.monotonic() < until and (
            len(others()) < 2 if how == "interrupted at the start" else len(list(tmp_path.iterdir())) < 2
        ):
            time.sleep(0.005)
    finally:
        process.kill() if how == "killed" else os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    until = time.monotonic() + 30
    while others() and time.monotonic() < until:
        time.sleep(0.02)
    assert others() == []
    assert errors.count("Traceback") == (how != "killed")
