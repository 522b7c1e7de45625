"""Routes of a page that a script fills: `/news/#/detail/17`.

What stands behind `#` never reaches the server. Two such addresses before whose `#` the same stands are one page to the
server, so neither is an article of its own.
"""

from __future__ import annotations

from collections.abc import Iterable

from newscrawler.text.urls import identity


class Routes:
    """The routes that the listings of a portal have shown."""

    def __init__(self) -> None:
        self._by_page: dict[str, set[str]] = {}

    def note(self, urls: Iterable[str], listing_url: str) -> list[str]:
        """Note the entries of a listing page; return those that are routes of a page with others, or of the listing."""
        routes = self.add(urls)
        own = identity(listing_url)
        return [url for url in routes if _page_of(url) == own or self.is_one_of_several(url)]

    def add(self, urls: Iterable[str]) -> list[str]:
        """Note addresses; return those of them that are routes."""
        routes = [url for url in urls if _page_of(url) is not None]
        for url in routes:
            self._by_page.setdefault(_page_of(url) or "", set()).add(identity(url))
        return routes

    def is_one_of_several(self, url: str) -> bool:
        """Tell whether an address is a route of a page that has others."""
        page = _page_of(url)
        return page is not None and len(self._by_page.get(page, ())) > 1


def _page_of(url: str) -> str | None:
    """Return the identity of the page of a route; None for an address without a route."""
    page, _, fragment = url.partition("#")
    return identity(page) if len(fragment) > 1 and fragment[0] in "/!" else None
