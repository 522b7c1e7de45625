"""Work on a Dask cluster: a real scheduler and real workers, which are killed."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from newscrawler.archive.errors import UnavailableError
from newscrawler.archive.sharing import cluster as clusters
from newscrawler.archive.sharing import scheduler as schedulers
from newscrawler.archive.sharing.cluster import Cluster, divided_on
from newscrawler.archive.sharing.scheduler import Scheduler, SchedulerError
from newscrawler.archive.sharing.share import Share, check_seen
from newscrawler.archive.worker_processes import WorkerError
from newscrawler.crawling import time_limit as time_limits
from newscrawler.crawling.time_limit import TimeLimitError, time_limit
from support import nightly, program
from support.dask_cluster import DaskCluster
from support.pages import DEFINITION
from support.warcs import Captured, write_warc
from tests.importing.test_import import YEARS, content, design, report, rows, run
from tests.importing.test_kills import check_equal, write_files


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """Two workers; none of these tests kills them."""
    with DaskCluster(tmp_path_factory.mktemp("dask") / "workers") as started:
        yield started


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with sources, a definition, and an archive into which one process imported them."""
    folder = tmp_path_factory.mktemp("imported")
    write_files(folder / "files", records=600, pages=60, files=3)
    named = [Captured("/2014/0305/9001.shtml", YEARS[0], design(0, "又一道沟渠修好了", "宜昌市也有一道。"))]
    write_warc(folder / "files" / "9.warc.gz", named)
    (folder / "t.toml").write_text(DEFINITION, encoding="utf-8")
    (folder / "whole").mkdir()
    assert run(*command(folder, folder / "whole" / "archive.db"), "--workers", 1).exit_code == 0
    return folder


def command(folder: Path, archive: Path) -> list[object]:
    return ["import", folder / "files", "--portal", folder / "t.toml", "--archive", archive]


def left_in(share: Path) -> list[Path]:
    return [path for path in share.rglob("*") if path.is_file()]


# What the workers do; they import it by its name.


@contextmanager
def squaring() -> Iterator[Callable[[int], int]]:
    def work(item: int) -> int:
        if item == 13:
            raise ValueError("thirteen")
        if item == 99:
            os.kill(os.getpid(), 9)
        return item * item

    yield work


@contextmanager
def marking(folder: str) -> Iterator[Callable[[int], int]]:
    """Give a function that says in a file that it has begun, and waits for leave to end."""

    def work(item: int) -> int:
        (Path(folder) / f"begun-{item}-{os.getpid()}").touch()
        while not (Path(folder) / "leave").exists():
            time.sleep(0.02)
        return item

    yield work


@contextmanager
def limited() -> Iterator[Callable[[int], str]]:
    before, time_limits.PAGE_SECONDS = time_limits.PAGE_SECONDS, 0.2

    def work(item: int) -> str:
        try:
            with time_limit():
                while True:
                    pass
        except TimeLimitError as error:
            return str(error)
        finally:
            time_limits.PAGE_SECONDS = before

    yield work


def begun(folder: Path, count: int) -> None:
    until = time.monotonic() + 60
    while len(list(folder.glob("begun-*"))) < count:
        assert time.monotonic() < until, "the work does not begin"
        time.sleep(0.02)


@nightly.by_day(0)
@pytest.mark.parametrize("is_long", [True, False])
def test_results_come_in_order_and_an_error_where_its_result_would(cluster: DaskCluster, is_long: bool) -> None:
    assert list(divided_on(Cluster(cluster.address), squaring, (), range(14, 90), is_long=is_long)) == [
        number * number for number in range(14, 90)
    ]
    results = divided_on(Cluster(cluster.address), squaring, (), range(10, 20), is_long=is_long)
    assert [next(results) for _ in range(3)] == [100, 121, 144]
    with pytest.raises(ValueError, match="thirteen"):
        next(results)


def test_the_time_of_a_page_is_limited_on_a_cluster(cluster: DaskCluster) -> None:
    (said,) = divided_on(Cluster(cluster.address), limited, (), [1])
    assert "takes longer than" in said


@pytest.mark.slow
def test_a_worker_and_the_scheduler_are_killed(tmp_path: Path) -> None:
    with DaskCluster(tmp_path / "dask") as cluster:
        found: list[int] = []

        def work() -> None:
            found.extend(divided_on(Cluster(cluster.address), marking, (str(tmp_path),), range(6), is_long=True))

        thread = Thread(target=work)
        thread.start()
        begun(tmp_path, 2)
        cluster.kill_worker()
        cluster.start_worker()
        begun(tmp_path, 3)
        cluster.kill_scheduler()
        cluster.start_scheduler()
        cluster.start_worker()
        (tmp_path / "leave").touch()
        thread.join(120)
        assert found == list(range(6))


def test_what_cannot_be_done_is_told(cluster: DaskCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SchedulerError, match="no Dask scheduler can be reached"):
        next(divided_on(Cluster("nowhere"), squaring, (), [1]))
    monkeypatch.setattr(clusters, "__version__", "0.0.9")
    with pytest.raises(WorkerError, match=r"the command is of 0\.0\.9"):
        next(divided_on(Cluster(cluster.address), squaring, (), [1]))
    with pytest.raises(UnavailableError, match=r"does not see .*--share"):
        check_seen(tmp_path / "elsewhere" / "folder")
    with pytest.raises(UnavailableError, match="no-such-storage"):
        Share("no-such-storage://bucket").has("a")
    for words in (("--scheduler", "tcp://127.0.0.1:9", "--workers", 2), ("--share", tmp_path)):
        assert run("reextract", "--archive", tmp_path / "archive.db", *words).exit_code == 2


@pytest.mark.parametrize("address", ["nowhere", "tcp://127.0.0.1:9"])
def test_a_connection_that_failed_leaves_no_client_to_be_collected(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client that is collected while the next one starts would wait for its own thread for ever."""
    from distributed import Client

    monkeypatch.setattr(schedulers, "CONNECT_SECONDS", 0.2)
    monkeypatch.setattr(schedulers, "WAIT_SECONDS", 0.5)
    gc.collect()
    gc.disable()
    try:
        with pytest.raises(SchedulerError):
            Scheduler(address, lambda told: None).connect()
        left = [one for one in gc.get_objects() if isinstance(one, Client) and one.status != "closed"]
    finally:
        gc.enable()
    assert not left


@pytest.mark.slow
def test_a_task_that_kills_each_worker_ends_the_work(tmp_path: Path) -> None:
    with DaskCluster(tmp_path / "dask", workers=1, allowed_failures=0) as cluster:
        results = divided_on(Cluster(cluster.address), squaring, (), [99], is_long=True)
        with pytest.raises(WorkerError, match="could not do a task"):
            list(results)


def test_parts_are_read_and_written_in_any_storage_of_fsspec(tmp_path: Path) -> None:
    source, share = tmp_path / "a", Share("memory://bucket/folder").below("parts")
    source.write_bytes(b"abc")
    assert not share.has("x/a")
    share.remove("x/a")
    share.put("x/a", source)
    share.put("x/a", source)
    share.get("x/a", tmp_path / "b")
    with share.opened("x/a") as stream:
        stream.seek(1)
        assert share.has("x/a") and (tmp_path / "b").read_bytes() == b"abc" and stream.read() == b"bc"
    with pytest.raises(UnavailableError, match="memory://bucket"):
        share.get("x/none", tmp_path / "c")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]
    share.clear()
    share.clear()
    assert not share.has("x/a")


@pytest.mark.slow
@pytest.mark.parametrize("by", ["a share", "folders that all see"])
def test_an_archive_is_the_same(cluster: DaskCluster, imported: Path, tmp_path: Path, by: str) -> None:
    """Import, reextract and annotate give on a cluster what they give on one machine; nothing stays in the share."""
    share, archive, whole = tmp_path / "share", tmp_path / "a" / "archive.db", imported / "whole" / "archive.db"
    share.mkdir()
    on = ["--scheduler", cluster.address, *(["--share", share.as_uri()] if by == "a share" else [])]
    done = run(*command(imported, archive), *on)
    assert done.exit_code == 0, done.output
    check_equal(archive, whole)
    assert not left_in(share) and not list(archive.parent.glob(".*.part"))
    again = ("reextract", "--dry-run", "--format", "json", "--archive", archive)
    assert report(run(*again, *on)) == report(run(*again, "--workers", 1))
    query = "SELECT article, value, field, start, stop, reference, score FROM annotations ORDER BY 1, 2, 3, 4"
    terms = tmp_path / "terms.txt"
    terms.write_text("鹊岭工程\n", encoding="utf-8")
    # What reads a file of the user's, with and without a share; the others by one of the ways.
    for annotator in (("words", "--dictionary", terms), ("people",) if by == "a share" else ("places",)):
        found = []
        for way in (on, ("--workers", "1")):
            assert run("annotate", "articles", *annotator, "--archive", archive, *way).exit_code == 0
            found.append(rows(archive, query))
        assert found[0] == found[1] != []
    assert not left_in(share)
    second = run(*command(imported, archive), *on)
    assert second.exit_code == 0 and content(archive) == content(whole)


@pytest.mark.slow
def test_several_portals_on_a_cluster(cluster: DaskCluster, imported: Path, tmp_path: Path) -> None:
    twin = tmp_path / "twin.toml"
    twin.write_text(DEFINITION.replace('"t"', '"twin"', 1), encoding="utf-8")
    found = []
    for name, way in (("one", ("--workers", 1)), ("cluster", ("--scheduler", cluster.address))):
        archive = tmp_path / name / "archive.db"
        archive.parent.mkdir()
        assert run(*command(imported, archive), "--portal", twin, *way).exit_code == 0
        found.append(content(archive))
    assert found[0] == found[1] and {row[1] for row in found[0]["articles"]} == {"t", "twin"}


@pytest.mark.slow
def test_an_import_goes_on_after_kills(imported: Path, tmp_path: Path) -> None:
    """Killed: a worker; scheduler and workers; the command itself. What is finished in the share is taken from there."""
    share, archive = tmp_path / "share", tmp_path / "a" / "archive.db"
    share.mkdir()
    archive.parent.mkdir()
    with DaskCluster(tmp_path / "dask") as cluster:
        words = [*command(imported, archive), "--scheduler", cluster.address, "--share", share.as_uri()]
        line = [sys.executable, "-m", "newscrawler", *map(str, words)]
        killed = program.Popen(line)
        until = time.monotonic() + 60
        while not left_in(share) and killed.poll() is None and time.monotonic() < until:
            time.sleep(0.002)
        killed.kill()
        killed.wait()
        process = program.Popen(line)
        time.sleep(0.2)
        cluster.kill_worker()
        time.sleep(0.2)
        cluster.kill_scheduler()
        cluster.start_scheduler()
        cluster.start_worker()
        cluster.start_worker()
        assert process.wait(180) == 0
    check_equal(archive, imported / "whole" / "archive.db")
    assert not left_in(share)
