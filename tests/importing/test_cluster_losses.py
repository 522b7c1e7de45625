"""What a connection that is lost costs work on a cluster, and what is no loss. The losses do not depend on the load."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from itertools import count

import pytest
from distributed import Client
from distributed.comm import CommClosedError

from newscrawler.archive.sharing import cluster as clusters
from newscrawler.archive.sharing.cluster import Cluster, divided_on
from newscrawler.archive.worker_processes import WorkerError
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


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    """What is logged, by a logger of its own: tests before may have left the program's with another level."""
    logger = logging.Logger("told")
    logger.addHandler(caplog.handler)
    monkeypatch.setattr(clusters, "logger", logger)
    return caplog


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


def fails_at(monkeypatch: pytest.MonkeyPatch, step: str, time: int, what: Callable[[Client], object]) -> None:
    """Let something happen once, before the client takes a step for the given time."""
    real, times = getattr(Client, step), count(1)

    def failing(client: Client, *arguments: object, **named: object) -> object:
        if next(times) == time:
            what(client)
        return real(client, *arguments, **named)

    monkeypatch.setattr(Client, step, failing)


@pytest.mark.parametrize("error", LOST, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("step", ["_gather", "submit", "nthreads"])
def test_a_connection_lost_at_any_step_costs_only_time(
    cluster: DaskCluster, monkeypatch: pytest.MonkeyPatch, told: pytest.LogCaptureFixture, error: Exception, step: str
) -> None:
    """The client still takes itself for connected, as it does when the scheduler was killed a moment ago."""
    fails_at(monkeypatch, step, 4, lambda _: fail(error))
    assert list(divided_on(Cluster(cluster.address), squaring, (), range(14, 90))) == [n * n for n in range(14, 90)]
    assert "the scheduler was lost; waiting" in told.text


@pytest.mark.parametrize("step", ["submit", "nthreads"])
def test_a_client_that_has_closed_itself_costs_only_time(
    cluster: DaskCluster, monkeypatch: pytest.MonkeyPatch, told: pytest.LogCaptureFixture, step: str
) -> None:
    """As it does when the scheduler has not come back: then its errors are of other types."""
    fails_at(monkeypatch, step, 4, lambda client: client.close())
    assert list(divided_on(Cluster(cluster.address), squaring, (), range(14, 90))) == [n * n for n in range(14, 90)]
    assert "the scheduler was lost; waiting" in told.text


@pytest.mark.parametrize("error", [*LOST, ValueError("broken")], ids=lambda error: type(error).__name__)
def test_a_task_that_fails_ends_the_work_whatever_its_error(
    cluster: DaskCluster, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(clusters, "WAIT_SECONDS", 0)
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
