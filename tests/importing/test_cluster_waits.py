"""A scheduler and workers that come late, go away for a time, or never come: it costs time, is told, and is bounded."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from threading import Thread

import pytest
from distributed import Client, Future

from newscrawler.archive.sharing import cluster as clusters
from newscrawler.archive.sharing import scheduler as schedulers
from newscrawler.archive.sharing.cluster import Cluster, divided_on, threads_of
from newscrawler.archive.sharing.scheduler import SchedulerError
from support.dask_cluster import DaskCluster
from tests.importing.test_cluster import squaring
from tests.importing.test_import import run

NOBODY = "tcp://127.0.0.1:9"


def until_told(told: list[str], what: str, times: int = 1) -> None:
    until = time.monotonic() + 60
    while sum(what in line for line in told) < times:
        assert time.monotonic() < until, told
        time.sleep(0.02)


def in_a_thread(work: Callable[[], object]) -> Thread:
    thread = Thread(target=work, daemon=True)
    thread.start()
    return thread


def squares_of(cluster: Cluster, found: list[int]) -> None:
    found.extend(divided_on(cluster, squaring, (), range(14, 60)))


def size_of(cluster: Cluster, found: list[int]) -> None:
    found.append(threads_of(cluster))


MANY = range(100, 600)
SQUARES = [number * number for number in range(14, 60)]


@pytest.mark.slow
@pytest.mark.parametrize("ask", [squares_of, size_of])
def test_a_scheduler_that_comes_late_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ask: Callable[[Cluster, list[int]], None]
) -> None:
    monkeypatch.setattr(schedulers, "CONNECT_SECONDS", 0.2)
    late = DaskCluster(tmp_path / "dask", workers=1)
    told: list[str] = []
    found: list[int] = []
    thread = in_a_thread(lambda: ask(Cluster(late.address, on_wait=told.append), found))
    until_told(told, "no Dask scheduler can be reached there yet")
    with late:
        thread.join(60)
        assert found == (SQUARES if ask is squares_of else [1])
    assert f"{late.address}: the scheduler is there; the work goes on" in told


@pytest.mark.parametrize("ask", [squares_of, size_of])
def test_a_scheduler_that_never_comes(
    monkeypatch: pytest.MonkeyPatch, ask: Callable[[Cluster, list[int]], None]
) -> None:
    monkeypatch.setattr(schedulers, "CONNECT_SECONDS", 0.2)
    monkeypatch.setattr(schedulers, "WAIT_SECONDS", 0.5)
    with pytest.raises(SchedulerError, match=r"within 0.5 s: .* the same command goes on"):
        ask(Cluster(NOBODY, on_wait=bool), [])


@pytest.mark.slow
def test_a_scheduler_that_does_not_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    with DaskCluster(tmp_path / "dask", workers=1) as cluster:
        results = divided_on(Cluster(cluster.address, on_wait=told.append), squaring, (), range(100, 200))
        assert next(results) == 10_000
        cluster.kill_scheduler()
        monkeypatch.setattr(schedulers, "WAIT_SECONDS", 0.5)
        monkeypatch.setattr(schedulers, "CONNECT_SECONDS", 0.2)
        with pytest.raises(SchedulerError, match="the same command goes on"):
            list(results)
    assert told[-1] == f"{cluster.address}: the scheduler was lost; waiting for it"


@pytest.mark.slow
def test_a_scheduler_that_stands_still_for_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine that is paused: its connections stay open, and nothing answers."""
    monkeypatch.setattr(schedulers, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(schedulers, "CONNECT_SECONDS", 0.5)
    monkeypatch.setattr(clusters, "_WORKERS_LOOK_SECONDS", 0.1)
    told: list[str] = []
    found: list[int] = []
    with DaskCluster(tmp_path / "dask", workers=1) as cluster:
        results = divided_on(Cluster(cluster.address, on_wait=told.append), squaring, (), MANY)
        found.append(next(results))
        assert cluster.scheduler is not None
        cluster.scheduler.send_signal(signal.SIGSTOP)
        thread = in_a_thread(lambda: found.extend(results))
        until_told(told, "the scheduler was lost")
        cluster.scheduler.send_signal(signal.SIGCONT)
        thread.join(60)
    assert found == [number * number for number in MANY]


@pytest.mark.slow
def test_a_cluster_without_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At first there are none, then one comes; then none comes any more."""
    monkeypatch.setattr(clusters, "_WORKERS_LOOK_SECONDS", 0.1)
    told: list[str] = []
    with DaskCluster(tmp_path / "dask", workers=0) as cluster:
        results = divided_on(Cluster(cluster.address, on_wait=told.append), squaring, (), MANY)
        found: list[int] = []
        thread = in_a_thread(lambda: found.append(next(results)))
        until_told(told, "the cluster has no workers; waiting for some")
        cluster.start_worker()
        thread.join(60)
        assert found == [10_000]
        cluster.kill_worker()
        monkeypatch.setattr(schedulers, "WORKERS_SECONDS", 0.5)
        with pytest.raises(
            SchedulerError, match=r"no workers for .* hours\. When it has some, the same command goes on"
        ):
            list(results)
    assert f"{cluster.address}: the cluster has workers; the work goes on" in told


@pytest.mark.slow
def test_a_worker_that_dies_with_what_it_gave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the last worker had goes with it, also while it is fetched: it is done again by the next one."""
    monkeypatch.setattr(clusters, "_WORKERS_LOOK_SECONDS", 0.1)
    told: list[str] = []
    with DaskCluster(tmp_path / "dask", workers=1) as cluster:
        real, steps = Client._gather, count()

        async def gathered(client: Client, future: Future, **named: object) -> object:
            if next(steps) == 1:
                while future.status == "pending":
                    await asyncio.sleep(0.01)
                cluster.kill_worker()
            return await real(client, future, **named)

        monkeypatch.setattr(Client, "_gather", gathered)
        found: list[int] = []
        on = Cluster(cluster.address, on_wait=told.append)
        thread = in_a_thread(lambda: found.extend(divided_on(on, squaring, (), MANY)))
        until_told(told, "the cluster has no workers", times=2)
        cluster.start_worker()
        thread.join(60)
    assert found == [number * number for number in MANY]


def test_a_command_tells_that_it_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedulers, "CONNECT_SECONDS", 0.2)
    monkeypatch.setattr(schedulers, "WAIT_SECONDS", 0.3)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.warc.gz").write_bytes(b"")
    done = run(
        "--lang",
        "zh",
        "import",
        tmp_path / "files",
        "--portal",
        "demo",
        "--archive",
        tmp_path / "a.db",
        "--scheduler",
        NOBODY,
    )
    assert done.exit_code == 1
    assert f"{NOBODY}：目前无法连接 Dask 调度器，正在等待" in done.output
    assert "同一命令" in done.output
