"""Work divided among processes: the results come in the order of the items, as if one process did all of it.

Each process is a new interpreter: a forked one would share locks of threads and connections to the archive. It only
reads; what it returns is stored by the process that started it. It ends with that process, however that ends.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import ForkingPickler
from queue import SimpleQueue
from typing import Any, TypeVar

from newscrawler.archive.errors import UnavailableError

Item = TypeVar("Item")
Result = TypeVar("Result")
Start = Callable[..., AbstractContextManager[Callable[[Item], Result]]]
"""Called once per process: gives the function that works on an item. It and its arguments can be pickled."""


class WorkerError(UnavailableError):
    """A process that died; the message says how."""


_WORTH_PROCESSES = 1_000
"""Articles from which on several processes are faster: each takes most of a second to start."""


def _processes_for(articles: int) -> int:
    """Return how many processes read this number of articles fastest: one, or one per core."""
    if articles < _WORTH_PROCESSES:
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def process_count(workers: int | None, articles: int, units: int) -> int:
    """Return how many processes share work that is cut into units: those asked for, or as many as are fastest."""
    return max(1, min(workers or _processes_for(articles), units))


def divided(
    start: Start[Item, Result],
    arguments: tuple[object, ...],
    items: Iterable[Item],
    *,
    workers: int,
    queued: int = 2,
    ahead: int | None = None,
) -> Generator[Result, None, None]:
    """Do one piece of work by processes that are there for it alone, as `Processes.divided` does it."""
    with closing(Processes()) as processes:
        yield from processes.divided(start, arguments, items, workers=workers, queued=queued, ahead=ahead)


class Processes:
    """Processes that do one piece of work after another, and that can start before there is any.

    With several of them, a program of your own needs the usual `if __name__ == "__main__"`: each process imports it.
    """

    def __init__(self, starts: Sequence[Start[Any, Any]] = ()) -> None:
        """Start none yet. `starts` are what they will be asked for: what these need is imported at once."""
        self._starts = tuple(starts)
        self._group: dict[Connection, BaseProcess] = {}
        self._stack = ExitStack()

    def expect(self, workers: int) -> None:
        """Start processes that will be needed, if they are not there. One worker is this process itself."""
        context = multiprocessing.get_context("spawn")
        for number in range(len(self._group) + 1, workers + 1 if workers > 1 else 0):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, self._starts), name=f"worker {number}", daemon=True)
            with _interrupts_held():
                process.start()
            theirs.close()
            self._stack.callback(_end, process, ours)
            self._group[ours] = process

    def divided(
        self,
        start: Start[Item, Result],
        arguments: tuple[object, ...],
        items: Iterable[Item],
        *,
        workers: int,
        queued: int = 2,
        ahead: int | None = None,
    ) -> Generator[Result, None, None]:
        """Yield the result of each item, in their order. One worker is this process itself.

        A process has `queued` items at once, so that it need not wait for the next one; 1 is for a few long items,
        which should go to whoever is free. At most `ahead` items, by default a few per worker, are read before the
        result of the first one is taken. An exception in a worker is raised where its result would come. Raises
        WorkerError when a process dies. Close the iterator to end the processes early.
        """
        if workers == 1:
            with start(*arguments) as work:
                yield from map(work, items)
            return
        is_free = False
        try:
            self.expect(workers)
            group = dict(islice(self._group.items(), workers))
            for connection, process in group.items():
                _send(connection, process, _Work(start, arguments))
            for result, is_last in _results(group, iter(items), queued, ahead or 2 * queued * workers):
                if is_last:
                    # Before the result: the caller may have another piece of work when it has all results.
                    _finish(group)
                    is_free = True
                yield result
            if not is_free:
                _finish(group)
                is_free = True
        finally:
            if not is_free:
                self.close()

    def close(self) -> None:
        """End the processes."""
        self._group = {}
        self._stack.close()


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Start processes in this context: they never get Ctrl-C, which reaches all processes of a terminal.

    The process that started them decides what it means, and gets it at the end of the context.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # It starts with the first process, and would let Ctrl-C through again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _results(
    group: dict[Connection, BaseProcess], items: Iterator[Any], queued: int, ahead: int
) -> Iterator[tuple[Any, bool]]:
    """Yield each result, and whether it is the last one."""
    queues: dict[Connection, deque[int]] = {connection: deque() for connection in group}
    results: dict[int, tuple[bool, Any]] = {}
    taken = given = 0
    is_more = True
    while True:
        while is_more and taken - given < ahead:
            connection = min(queues, key=lambda one: len(queues[one]))
            if len(queues[connection]) >= queued:
                break
            try:
                item = next(items)
            except StopIteration:
                is_more = False
                break
            _send(connection, group[connection], item)
            queues[connection].append(taken)
            taken += 1
        if given in results:
            is_done, value = results.pop(given)
            if not is_done:
                raise value
            given += 1
            yield value, given == taken and not is_more
            continue
        if given == taken:
            return
        for ready in wait([connection for connection, numbers in queues.items() if numbers]):
            assert isinstance(ready, Connection)  # noqa: S101
            results[queues[ready].popleft()] = _received(ready, group[ready])


def _received(connection: Connection, process: BaseProcess) -> Any:
    try:
        return connection.recv()
    except (EOFError, OSError):
        raise _died(process) from None


def _finish(group: Mapping[Connection, BaseProcess]) -> None:
    """Let the processes close what their work holds open, and wait for it."""
    for connection, process in group.items():
        _send(connection, process, None)
    for connection, process in group.items():
        _received(connection, process)


def _send(connection: Connection, process: BaseProcess, item: object) -> None:
    try:
        connection.send(item)
    except OSError:
        raise _died(process) from None


def _died(process: BaseProcess) -> WorkerError:
    process.join(1)
    code = process.exitcode or 0
    how = f"by signal {-code}; there may be too little memory" if code < 0 else f"with status {code}"
    return WorkerError(f"{process.name} ended {how}. Try again with one process (--workers 1).")


def _end(process: BaseProcess, connection: Connection) -> None:
    connection.close()
    process.terminate()
    process.join()


# In the processes


@dataclass(frozen=True, slots=True)
class _Work:
    """What is done with the items that follow, up to None."""

    start: Start[Any, Any]
    arguments: tuple[object, ...]


def _serve(connection: Connection, _starts: Sequence[Start[Any, Any]]) -> None:
    """Work on what comes by a connection until it is closed. Runs in a process of its own."""
    # For where they could not be held back.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, daemon=True).start()
    outgoing: SimpleQueue[Any] = SimpleQueue()
    threading.Thread(target=_send_results, args=(connection, outgoing), daemon=True).start()
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            with ExitStack() as stack:
                function = _begun(connection.recv(), stack)
                while (item := connection.recv()) is not None:
                    # What cannot be sent ends this process here, not the thread.
                    outgoing.put(ForkingPickler.dumps(_outcome(function, item)))
            outgoing.put(ForkingPickler.dumps(None))


def _send_results(connection: Connection, outgoing: SimpleQueue[Any]) -> None:
    """Send what was worked out; whoever takes it may be busy storing, and the work goes on. Runs in a thread."""
    with suppress(OSError):
        while True:
            connection.send_bytes(outgoing.get())


def _begun(work: _Work, stack: ExitStack) -> Callable[[Any], Any]:
    """Begin a piece of work; if that fails, each item has the error as its result."""
    try:
        return stack.enter_context(work.start(*work.arguments))
    except Exception as error:
        failure = error

        def fail(_: object) -> None:
            raise failure

        return fail


def _outcome(work: Callable[[Any], Any], item: object) -> tuple[bool, Any]:
    try:
        return True, work(item)
    except Exception as error:
        error.add_note(f"In a worker:\n{traceback.format_exc()}")
        return False, error


def end_with_parent() -> None:
    """Send this process SIGTERM when the process that started it has ended. Runs in a thread."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
