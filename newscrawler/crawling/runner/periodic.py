"""Periodic work beside a crawl. It needs a thread of its own, since the reactor occupies that of the crawl."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def repeating(seconds: float, work: Callable[[], object]) -> Iterator[None]:
    """Call `work` every so many seconds, in a thread of its own, until the context is left."""
    over = threading.Event()

    def repeat() -> None:
        while not over.wait(seconds):
            work()

    thread = threading.Thread(target=repeat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
