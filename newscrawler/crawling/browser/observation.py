"""What a browser saw of a page: the document that its scripts made, and the data that they asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

PAGE_LOADED = object()
"""Scrapy signal: a page was loaded. Receivers get `request`, that of the spider, and `page`, a `LoadedPage`."""


@dataclass(frozen=True, slots=True)
class DataRequest:
    """A request by which a page's scripts asked for data, and its answer."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    """Those with which it was sent, their names in lower case."""
    body: bytes
    content_type: str
    answer: bytes


@dataclass(frozen=True, slots=True)
class LoadedPage:
    """A page that a browser loaded."""

    url: str
    sent: bytes
    """The page as the server sent it."""
    content_type: str
    document: bytes
    """The page after its scripts have run: HTML in UTF-8."""
    requests: Sequence[DataRequest]
    """The requests for data that were answered with status 200, in their order."""
