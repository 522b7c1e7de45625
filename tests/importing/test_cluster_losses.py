"""What a connection that is lost costs work on a cluster, and what is no loss. The losses do not depend on the load."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
from distributed import Client
from distributed.comm import CommClosedError

from newscrawler.archive.sharing import scheduler as schedulers
from newscrawler.archive.sharing.cluster import Cluster, divided_on, threads_of
from newscrawler.archive.sharing.scheduler import Scheduler, SchedulerError
from newscrawler.archive.worker_processes import WorkerError
from support import nightly
from support.dask_cluster import DaskCluster
from tests.importing.test_cluster import squaring

LOST = [
    CommClosedError("in <TCP (closed) ConnectionPool.gather>: Connection reset by peer"),
    ConnectionResetError("reset"),
    TimeoutError("no answer"),
    CancelledError("scheduler-connection-lost"),
]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """Two workers; none of these tests kills them."""
    with DaskCluster(tmp_path_factory.mktemp("dask") / "workers") as started:
        yield started


def fail(error: Exception) -> int:
    raise error


class Unreadable:
    """Its copy cannot be made: whoever unpickles it gets the error."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __reduce__(self) -> tuple[Callable[[Exception], int], tuple[Exception]]:
        return fail, (self._error,)


@contextmanager
def unreadable() -> Iterator[Callable[[str], Unreadable]]:
    yield lambda item: Unreadable(ValueError(item))


@contextmanager
def ignoring(_: object) -> Iterator[Callable[[int], int]]:
    yield lambda item: item


def fails_at(
    monkeypatch: pytest.MonkeyPatch, owner: type, step: str, time: int, what: Callable[[Any], object], times: int = 1
) -> None:
    """Let something happen before a step is taken for the given time, and, if it fails, the next times."""
    real, steps = getattr(owner, step), count(1)

    def failing(self: object, *arguments: object, **named: object) -> object:
        if time <= next(steps) < time + times:
            what(self)
        return real(self, *arguments, **named)

    monkeypatch.setattr(owner, step, failing)


STEPS = [("_ensure_connected", 1), *((step, time) for step in ("_gather", "submit", "nthreads") for time in (1, 4))]
WORK = range(14, 90)
SQUARES = [number * number for number in WORK]


@nightly.by_day(13)
@pytest.mark.parametrize("error", LOST, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize(("step", "time"), STEPS)
def test_a_connection_lost_at_any_step_costs_only_time(
    cluster: DaskCluster, monkeypatch: pytest.MonkeyPatch, error: Exception, step: str, time: int
) -> None:
    """The client still takes itself for connected, as it does when the scheduler was killed a moment ago."""
    if step == "_ensure_connected" and isinstance(error, CancelledError):
        pytest.skip("nothing was given yet that could be cancelled")
    told: list[str] = []
    fails_at(monkeypatch, Client, step, time, lambda _: fail(error))
    assert list(divided_on(Cluster(cluster.address, on_wait=told.append), squaring, (), WORK)) == SQUARES
    assert [line for line in told if "waiting for it" in line]
    assert [line for line in told if "the scheduler is there; the work goes on" in line]


@nightly.by_day(1)
@pytest.mark.parametrize(
    ("owner", "step", "time"), [(Client, "submit", 4), (Scheduler, "threads", 1), (Scheduler, "threads", 4)]
)
def test_a_client_that_has_closed_itself_costs_only_time(
    cluster: DaskCluster, monkeypatch: pytest.MonkeyPatch, owner: type, step: str, time: int
) -> None:
    """As it does when the scheduler has not come back: then its errors are of other types."""
    told: list[str] = []
    fails_at(monkeypatch, owner, step, time, lambda one: getattr(one, "client", one).close())
    assert list(divided_on(Cluster(cluster.address, on_wait=told.append), squaring, (), WORK)) == SQUARES
    assert any("the scheduler was lost; waiting" in line for line in told)


@pytest.mark.parametrize("step", ["_ensure_connected", "nthreads"])
def test_the_size_of_the_cluster_is_asked_again(
    cluster: DaskCluster, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    told: list[str] = []
    fails_at(monkeypatch, Client, step, 1, lambda _: fail(ConnectionResetError("reset")), times=3)
    assert threads_of(Cluster(cluster.address, on_wait=told.append)) == 2
    assert any("waiting for it" in line for line in told)


def test_a_connection_that_is_lost_again_and_again_ends_the_work(
    cluster: DaskCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where something between cuts each result off; losses with results between them do not count together."""
    fails_at(monkeypatch, Client, "_gather", 2, lambda _: fail(LOST[0]), times=10_000)
    results = divided_on(Cluster(cluster.address, on_wait=bool), squaring, (), WORK)
    assert next(results) == 14 * 14
    with pytest.raises(SchedulerError, match="was lost again and again, without a result"):
        list(results)
    monkeypatch.undo()
    flaky = count()
    fails_at(monkeypatch, Client, "_gather", 1, lambda _: next(flaky) % 2 and fail(LOST[0]), times=10_000)
    monkeypatch.setattr(schedulers, "MAX_LOSSES", 1)
    assert list(divided_on(Cluster(cluster.address, on_wait=bool), squaring, (), WORK)) == SQUARES


@pytest.mark.parametrize("error", [*LOST, ValueError("broken")], ids=lambda error: type(error).__name__)
def test_a_task_that_fails_ends_the_work_whatever_its_error(
    cluster: DaskCluster, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(schedulers, "MAX_LOSSES", 0)
    with pytest.raises(WorkerError, match="could not do a task"):
        list(divided_on(Cluster(cluster.address), ignoring, (Unreadable(error),), [1]))


def test_a_result_that_cannot_be_read_ends_the_work(cluster: DaskCluster) -> None:
    with pytest.raises(WorkerError, match="could not do a task: broken"):
        list(divided_on(Cluster(cluster.address), unreadable, (), ["broken"]))


@pytest.mark.parametrize(
    "error", [OSError("unplugged"), ValueError("no number")], ids=lambda error: type(error).__name__
)
def test_an_error_of_what_gives_the_items_is_not_the_cluster_s(cluster: DaskCluster, error: Exception) -> None:
    def items() -> Iterator[int]:
        yield from range(14, 40)
        raise error

    with pytest.raises(type(error), match=str(error)):
        list(divided_on(Cluster(cluster.address), squaring, (), items()))
