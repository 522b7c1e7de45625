"""What a browser saw of a page: the document that its scripts made, and the data that they asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from newscrawler.portals.json_rules import is_secret

PAGE_LOADED = object()
"""Scrapy signal: a page was loaded. Receivers get `request`, that of the spider, and `page`, a `LoadedPage`."""
_USUAL_HEADERS = frozenset(("accept", "content-type", "origin", "referer"))
"""Headers that a crawl sends by itself, or that browsers add to each request."""


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

    @property
    def own_headers(self) -> tuple[tuple[str, str], ...]:
        """Those that a script of the page set."""
        return tuple(one for one in self.headers if one[0] not in _USUAL_HEADERS)

    @property
    def secret(self) -> str:
        """The name of a header or parameter that no definition can name: a token, a signature. Empty without one."""
        names = [name for name, _ in (*self.own_headers, *parse_qsl(urlsplit(self.url).query))]
        return next((name for name in names if is_secret(name)), "")


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
