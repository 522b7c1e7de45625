"""A limit for the CPU time of one page, whatever the page or the patterns of a definition do."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import FrameType
from typing import ParamSpec, TypeVar

from newscrawler.extraction.selectors import SelectorTimeError

PAGE_SECONDS = 15.0
"""The largest page that is read takes a few seconds."""
_AGAIN_SECONDS = 1.0

Item = TypeVar("Item")
Arguments = ParamSpec("Arguments")
_is_running = False
_is_installed = False


class TimeLimitError(Exception):
    """Reading a page took too long."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason or f"reading the page takes longer than {PAGE_SECONDS:g} s")


@contextmanager
def time_limit() -> Iterator[None]:
    """End a block with TimeLimitError when it has used `PAGE_SECONDS` of CPU time, or a selector too much time.

    A signal ends also a search for a regular expression, because Python looks for signals meanwhile; but not a call
    into lxml, which ends first. Outside of the main thread, where no signal arrives, and inside of another limit it
    does nothing.
    """
    try:
        with _timer():
            yield
    except SelectorTimeError as error:
        raise TimeLimitError(str(error)) from None


@contextmanager
def _timer() -> Iterator[None]:
    global _is_running, _is_installed
    if _is_running or threading.current_thread() is not threading.main_thread():
        yield
        return
    if not _is_installed:  # once: the handler does nothing outside of a block, and this is done for each page
        signal.signal(signal.SIGVTALRM, _stop)
        _is_installed = True
    _is_running = True
    # Again every second, in case that something catches the first one.
    signal.setitimer(signal.ITIMER_VIRTUAL, PAGE_SECONDS, _AGAIN_SECONDS)
    try:
        yield
    finally:
        _is_running = False
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _stop(number: int, frame: FrameType | None) -> None:
    if _is_running:
        raise TimeLimitError


def limited(callback: Callable[Arguments, Iterator[Item]]) -> Callable[Arguments, Iterator[Item]]:
    """Limit each step of a generator method that reads a response."""

    @wraps(callback)
    def read(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Iterator[Item]:
        steps = callback(*args, **kwargs)
        while True:
            with time_limit():
                try:
                    item = next(steps)
                except StopIteration:
                    return
            yield item

    return read
