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
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
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


def processes_for(articles: int) -> int:
    """Return how many processes read this number of articles fastest: one, or one per core."""
    if articles < _WORTH_PROCESSES:
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def divided(
    start: Start[Item, Result],
    arguments: tuple[object, ...],
    items: Iterable[Item],
    *,
    workers: int,
    queued: int = 2,
    ahead: int | None = None,
) -> Generator[Result, None, None]:
    """Yield the result of each item, in their order. One worker is this process itself.

    A process has `queued` items at once, so that it need not wait for the next one; 1 is for a few long items, which
    should go to whoever is free. At most `ahead` items, by default a few per worker, are read before the result of the
    first one is taken. An exception in a worker is raised where its result would come. Raises WorkerError when a
    process dies. Close the iterator to end the processes early. With several workers, a program of your own needs the
    usual `if __name__ == "__main__"`: each process imports it.
    """
    if workers == 1:
        with start(*arguments) as work:
            yield from map(work, items)
        return
    context = multiprocessing.get_context("spawn")
    with ExitStack() as stack:
        group: dict[Connection, BaseProcess] = {}
        for number in range(1, workers + 1):
            ours, theirs = context.Pipe()
            process = context.Process(
                target=_serve, args=(start, arguments, theirs), name=f"worker {number}", daemon=True
            )
            with _interrupts_held():
                process.start()
            theirs.close()
            stack.callback(_end, process, ours)
            group[ours] = process
        yield from _results(group, iter(items), queued, ahead or 2 * queued * workers)


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


def _results(group: dict[Connection, BaseProcess], items: Iterator[Any], queued: int, ahead: int) -> Iterator[Any]:
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
            yield value
            given += 1
            continue
        if given == taken:
            return
        for ready in wait([connection for connection, numbers in queues.items() if numbers]):
            assert isinstance(ready, Connection)  # noqa: S101
            try:
                result = ready.recv()
            except (EOFError, OSError):
                raise _died(group[ready]) from None
            results[queues[ready].popleft()] = result


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


def _serve(start: Start[Any, Any], arguments: tuple[object, ...], connection: Connection) -> None:
    """Work on the items of a connection until it is closed. Runs in a process of its own."""
    # For where they could not be held back.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, daemon=True).start()
    with suppress(EOFError, BrokenPipeError, ConnectionResetError), ExitStack() as stack:
        item = connection.recv()
        try:
            work = stack.enter_context(start(*arguments))
        except Exception as error:
            connection.send((False, error))
            return
        while True:
            connection.send(_outcome(work, item))
            item = connection.recv()


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
