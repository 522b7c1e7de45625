"""The garbage collector while a crawl starts: nothing that imports make is garbage, and looking at it takes time."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collected_late() -> Iterator[None]:
    """Let the collector rest in this context, which may switch it on earlier."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
