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
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from newscrawler import __version__
from newscrawler.archive.errors import UnavailableError
from newscrawler.archive.worker_processes import Item, Result, Start, WorkerError
from newscrawler.text.installation import install_line

if TYPE_CHECKING:
    from distributed import Client, Future

logger = logging.getLogger(__name__)

UNIT_ITEMS = 10
"""Items of one task, of the short ones: some hundred pages, which take about a second."""
CONNECT_SECONDS = 10
WAIT_SECONDS = 300.0
"""How long a scheduler that was lost may take to come back."""
_LOOK_SECONDS = 0.01
"""How often it is looked whether a result is there."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where work is done, in place of processes of this machine."""

    scheduler: str
    """The address of its scheduler, as `tcp://10.0.0.1:8786`."""
    share: str = ""
    """The folder that all machines see, or the address in an object storage, through which they exchange files.

    Empty: all machines see the folders of the archive and of the sources, under the same paths.
    """


Workers = int | Cluster | None
"""Who reads: so many processes of this machine, a cluster, or, for None, as many processes as are fastest."""


class SchedulerError(UnavailableError):
    """A cluster that cannot be used; the message says why. What was done stays."""


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

    An exception of an item is raised where its result would come. Raises SchedulerError when there is no scheduler, and
    WorkerError when the cluster cannot do a task, as when its machines die again and again.
    """
    size = 1 if is_long else UNIT_ITEMS
    division = _Division(cluster.scheduler, start, arguments, _units(items, size), is_long=is_long)
    try:
        yield from division.results()
    finally:
        division.close()


def threads_of(cluster: Cluster) -> int:
    """Return how many tasks the cluster does at once now, at least 1. Raises SchedulerError."""
    client = _connected(cluster.scheduler)
    try:
        return max(1, int(sum(client.nthreads().values())))
    finally:
        client.close()


def _units(items: Iterable[Any], size: int) -> Iterator[tuple[Any, ...]]:
    iterator = iter(items)
    while unit := tuple(islice(iterator, size)):
        yield unit


def _connected(scheduler: str) -> Client:
    try:
        from distributed import Client
    except ImportError as error:
        raise SchedulerError(f"--scheduler needs Dask ({error}); install it with: {install_line('cluster')}") from None
    # Its reports of lost connections; what they mean is said here.
    for name in ("distributed.client", "distributed.core", "distributed.utils"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        return Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise SchedulerError(f"{scheduler}: no Dask scheduler can be reached there: {error}") from None


class _LostError(Exception):
    """The scheduler has forgotten the task, or does not answer."""


class _Division:
    """The tasks of one piece of work."""

    def __init__(
        self,
        scheduler: str,
        start: Start[Any, Any],
        arguments: tuple[object, ...],
        units: Iterator[tuple[Any, ...]],
        *,
        is_long: bool,
    ) -> None:
        self._scheduler = scheduler
        self._packed = pickle.dumps((start, arguments))
        self._units = units
        self._function = _long_task if is_long else _task
        self._client = _connected(scheduler)
        self._waiting: deque[tuple[Any, ...]] = deque()
        """The units that have no result yet."""
        self._tasks: deque[Future] = deque()
        """The tasks of the first of them; the scheduler has none of the others."""
        self._work = self._sent_work()

    def _sent_work(self) -> Future:
        # A task of its own: what all units need travels once, and is made again where a machine with it dies.
        key = f"newscrawler-work-{secrets.token_hex(8)}"
        return self._client.submit(_same, self._packed, key=key, pure=False)

    def results(self) -> Iterator[Any]:
        """Yield the results."""
        while True:
            try:
                self._give()
                if not self._waiting:
                    return
                outcomes = self._outcomes(self._tasks[0])
            except _LostError:
                self._begin_again()
                continue
            self._waiting.popleft()
            self._tasks.popleft()
            for is_done, value in outcomes:
                if not is_done:
                    raise value
                yield value

    def _give(self) -> None:
        """Let the cluster have as many tasks as keep it busy until the first one is taken."""
        with self._losing():
            ahead = 2 * max(1, sum(self._client.nthreads().values())) + 1
        while len(self._waiting) < ahead and (unit := next(self._units, ())):
            self._waiting.append(unit)
        with self._losing():
            while len(self._tasks) < len(self._waiting):
                self._tasks.append(self._submitted(self._waiting[len(self._tasks)]))

    def _submitted(self, unit: tuple[Any, ...]) -> Future:
        key = f"newscrawler-{secrets.token_hex(8)}"
        # Not as an argument of a container: Dask would look for futures in it.
        return self._client.submit(self._function, self._work, pickle.dumps(unit), __version__, key=key, pure=False)

    def _outcomes(self, future: Future) -> Sequence[tuple[bool, Any]]:
        # Not by `result(timeout)`: in distributed 2026.8 it fails where the result comes at the end of the time.
        while future.status in ("pending", "lost") and self._client.status == "running":
            time.sleep(_LOOK_SECONDS)
        if self._client.status != "running":
            raise _LostError
        try:
            with self._losing(future):
                outcomes: Sequence[tuple[bool, Any]] = future.result()
        except _LostError:
            raise
        except Exception as error:
            raise WorkerError(f"{self._scheduler}: the cluster could not do a task: {error}") from error
        return outcomes

    @contextmanager
    def _losing(self, future: Future | None = None) -> Iterator[None]:
        """Raise _LostError where what the client does fails because the scheduler is lost.

        An error of a task may be of any type, also one of a connection. Only its future's status tells it from an error
        of fetching what the task gave, which comes between the end of the task and its result.
        """
        try:
            yield
        except Exception as error:
            if future is not None and future.status == "error":
                raise
            # A client that is not connected fails in several ways, as by RuntimeError.
            if isinstance(error, OSError | CancelledError) or self._client.status != "running":
                raise _LostError from error
            raise

    def _begin_again(self) -> None:
        """Find the scheduler that comes after the lost one: it is given all that waits. Raises SchedulerError."""
        logger.warning("%s: the scheduler was lost; waiting for it", self._scheduler)
        until = time.monotonic() + WAIT_SECONDS
        self.close()
        self._tasks.clear()
        while True:
            try:
                self._client = _connected(self._scheduler)
                with self._losing():
                    self._work = self._sent_work()
                return
            except (SchedulerError, _LostError):
                if time.monotonic() > until:
                    raise SchedulerError(
                        f"{self._scheduler}: the scheduler was lost, and did not come back within "
                        f"{WAIT_SECONDS / 60:g} minutes. When it is there, the same command goes on."
                    ) from None

    def close(self) -> None:
        """Take back the tasks that were given."""
        with suppress(Exception):
            self._client.cancel(list(self._tasks))
        with suppress(Exception):
            self._client.close(timeout=2)


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
