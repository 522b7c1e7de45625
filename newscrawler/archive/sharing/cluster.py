"""Work divided among the machines of a Dask cluster, as `worker_processes.divided` divides it among processes.

The results come in the order of the items, and only the process that began the work stores them. Dask gives the units
of a machine that dies to others. Where the scheduler dies, what has no result yet is given to its successor.
"""

from __future__ import annotations

import asyncio
import logging
import pickle
import secrets
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import wait as wait_for
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from newscrawler import __version__
from newscrawler.archive.sharing.scheduler import LostError, Scheduler
from newscrawler.archive.worker_processes import Item, Result, Start, WorkerError

if TYPE_CHECKING:
    from distributed import Client, Future

logger = logging.getLogger(__name__)

UNIT_ITEMS = 10
"""Items of one task, of the short ones: some hundred pages, which take about a second."""
_LOOK_SECONDS = 0.5
"""How often it is looked, while there is no result, whether the scheduler was lost."""
_WORKERS_LOOK_SECONDS = 5.0
"""How often it is looked, while there is none, whether there are workers."""


def _log(reason: str) -> None:
    logger.warning("%s", reason)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where work is done, in place of processes of this machine."""

    scheduler: str
    """The address of its scheduler, as `tcp://10.0.0.1:8786`."""
    share: str = ""
    """The folder that all machines see, or the address in an object storage, through which they exchange files.

    Empty: all machines see the folders of the archive and of the sources, under the same paths.
    """
    on_wait: Callable[[str], object] = field(default=_log, compare=False)
    """Is told, in a sentence, when the work must wait for the cluster, and when it goes on."""


Workers = int | Cluster | None
"""Who reads: so many processes of this machine, a cluster, or, for None, as many processes as are fastest."""


def divided_on(
    cluster: Cluster,
    start: Start[Item, Result],
    arguments: tuple[object, ...],
    items: Iterable[Item],
    *,
    is_long: bool = False,
) -> Generator[Result, None, None]:
    """Yield the result of each item, in their order. `start` and its arguments are as for `divided`.

    `start` is called once per task. Tasks of several items are done in the main thread of a worker, where the time of a
    page can be limited; `is_long` is for items that take minutes, each a task of its own in another thread.

    A scheduler or workers that are not there, at the beginning or later, cost only time, which is told.

    An exception of an item is raised where its result would come. Raises SchedulerError when no scheduler comes, and
    WorkerError when the cluster cannot do a task, as when its machines die again and again.
    """
    size = 1 if is_long else UNIT_ITEMS
    division = _Division(cluster, start, arguments, _units(items, size), is_long=is_long)
    try:
        yield from division.results()
    finally:
        division.close()


def threads_of(cluster: Cluster) -> int:
    """Return how many tasks the cluster does at once now, at least 1. Raises SchedulerError when no scheduler comes."""
    with closing(Scheduler(cluster.scheduler, cluster.on_wait)) as scheduler:
        while True:
            scheduler.connect()
            with suppress(LostError):
                return max(1, scheduler.threads())


def _units(items: Iterable[Any], size: int) -> Iterator[tuple[Any, ...]]:
    iterator = iter(items)
    while unit := tuple(islice(iterator, size)):
        yield unit


class _Division:
    """The tasks of one piece of work."""

    def __init__(
        self,
        cluster: Cluster,
        start: Start[Any, Any],
        arguments: tuple[object, ...],
        units: Iterator[tuple[Any, ...]],
        *,
        is_long: bool,
    ) -> None:
        self._scheduler = Scheduler(cluster.scheduler, cluster.on_wait)
        self._packed = pickle.dumps((start, arguments))
        self._units = units
        self._function = _long_task if is_long else _task
        self._waiting: deque[tuple[Any, ...]] = deque()
        """The units that have no result yet."""
        self._tasks: deque[Future] = deque()
        """The tasks of the first of them; the scheduler has none of the others."""
        self._work: Future | None = None
        """A task of its own: what all units need travels once, and is made again where a machine with it dies."""

    def results(self) -> Iterator[Any]:
        """Yield the results."""
        self._scheduler.connect()
        while True:
            try:
                self._give()
                if not self._waiting:
                    return
                outcomes = self._outcomes(self._tasks[0])
            except LostError:
                self._begin_again()
                continue
            self._scheduler.gave()
            self._waiting.popleft()
            self._tasks.popleft()
            for is_done, value in outcomes:
                if not is_done:
                    raise value
                yield value

    def _give(self) -> None:
        """Let the cluster have as many tasks as keep it busy until the first one is taken."""
        ahead = 2 * max(1, self._scheduler.threads()) + 1
        while len(self._waiting) < ahead and (unit := next(self._units, ())):
            self._waiting.append(unit)
        with self._scheduler.losing():
            while len(self._tasks) < len(self._waiting):
                self._tasks.append(self._submitted(self._waiting[len(self._tasks)]))

    def _submitted(self, unit: tuple[Any, ...]) -> Future:
        client = self._scheduler.client
        if self._work is None:
            self._work = client.submit(_same, self._packed, key=_key("work"), pure=False)
        # Not as an argument of a container: Dask would look for futures in it.
        return client.submit(self._function, self._work, pickle.dumps(unit), __version__, key=_key("unit"), pure=False)

    def _outcomes(self, future: Future) -> Sequence[tuple[bool, Any]]:
        # Not by `result()`: it waits without end for a result that goes with its machine.
        client = self._scheduler.client
        with self._scheduler.losing():
            fetching = asyncio.run_coroutine_threadsafe(_fetched(client, future), client.loop.asyncio_loop)
        looked = time.monotonic()
        try:
            while not wait_for([fetching], _LOOK_SECONDS).done:
                if not self._scheduler.is_connected:
                    raise LostError
                if time.monotonic() - looked > _WORKERS_LOOK_SECONDS:
                    self._scheduler.threads()
                    looked = time.monotonic()
        finally:
            fetching.cancel()
        try:
            with self._scheduler.losing(future):
                outcomes, error = fetching.result()
                if error is not None:
                    raise error
        except LostError:
            raise
        except Exception as error:
            raise WorkerError(f"{self._scheduler.address}: the cluster could not do a task: {error}") from error
        return outcomes

    def _begin_again(self) -> None:
        """Find the scheduler that comes after the lost one: it is given all that waits. Raises SchedulerError."""
        self._forget()
        self._scheduler.connect()

    def _forget(self) -> None:
        if self._tasks:
            with suppress(Exception):
                self._scheduler.client.cancel(list(self._tasks))
        self._tasks.clear()
        self._work = None

    def close(self) -> None:
        """Take back the tasks that were given."""
        self._forget()
        self._scheduler.close()


async def _fetched(client: Client, future: Future) -> tuple[Sequence[tuple[bool, Any]], Exception | None]:
    """Return what a task gave, or why it gave nothing. Runs in the thread of the client's loop."""
    try:
        return await client.gather(future, asynchronous=True), None
    except Exception as error:
        return (), error


def _key(what: str) -> str:
    return f"newscrawler-{what}-{secrets.token_hex(8)}"


# In the workers


def _same(value: bytes) -> bytes:
    return value


async def _task(work: bytes, unit: bytes, version: str) -> list[tuple[bool, Any]]:
    """Work on some short items. Dask runs a coroutine in the thread of its loop, which is the main one."""
    outcomes: list[tuple[bool, Any]] = []
    for outcome in _worked(work, unit, version):
        outcomes.append(outcome)
        await asyncio.sleep(0)  # Dask's messages get through between two items
    return outcomes


def _long_task(work: bytes, unit: bytes, version: str) -> list[tuple[bool, Any]]:
    return list(_worked(work, unit, version))


def _worked(work: bytes, unit: bytes, version: str) -> Iterator[tuple[bool, Any]]:
    """Yield of each item whether it was done, and its result or the error; after an error, no more."""
    if version != __version__:
        raise RuntimeError(f"a machine of the cluster has newscrawler {__version__}, the command is of {version}")
    start, arguments = pickle.loads(work)  # noqa: S301  # from our own client: whoever can reach a scheduler can run code
    items: tuple[Any, ...] = pickle.loads(unit)  # noqa: S301
    try:
        with start(*arguments) as function:
            yield from _each(function, items)
    except Exception as error:
        yield False, error


def _each(function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[tuple[bool, Any]]:
    for item in items:
        yield True, function(item)
