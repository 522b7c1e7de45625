"""Scrapy's HTTP handler, imported in a part of the time: take what you need of it from here.

Scrapy makes three deprecated classes there, which nothing of ours uses. To give each the name of its module, it reads
the source of all functions that are running. A frame knows its module without that.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, ModuleType, SimpleNamespace

from scrapy.utils import deprecate

__all__ = [
    "HTTP11DownloadHandler",
    "_LenientHTTP11ClientProtocol",
    "_LenientHTTPClientParser",
    "_get_creator_context",
]


def _stack() -> list[tuple[FrameType]]:
    """Return the two innermost frames of the caller, as the first items of what `inspect.stack` returns."""
    return [(sys._getframe(1),), (sys._getframe(2),)]


def _module_of(frame: FrameType) -> ModuleType | None:
    return sys.modules.get(frame.f_globals["__name__"])


@contextmanager
def _classes_named_by_frames() -> Iterator[None]:
    own = vars(deprecate)
    own["inspect"] = SimpleNamespace(stack=_stack, getmodule=_module_of, isclass=inspect.isclass)
    try:
        yield
    finally:
        own["inspect"] = inspect


with _classes_named_by_frames():
    from scrapy.core.downloader.contextfactory import _get_creator_context
    from scrapy.core.downloader.handlers.http11 import (
        HTTP11DownloadHandler,
        _LenientHTTP11ClientProtocol,
        _LenientHTTPClientParser,
    )
