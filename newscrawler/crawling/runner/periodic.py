"""Something done again and again beside a crawl, whose reactor holds the thread that it runs in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def repeating(seconds: float, work: Callable[[], object]) -> Iterator[None]:
    """Do something every so many seconds, in a thread of its own, until the context is left."""
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
