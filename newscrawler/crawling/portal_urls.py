"""The URLs of a portal, and the other server that `--via` may name for them: a mirror, a test server, the demo."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from newscrawler.portals import Portal


class PortalUrls:
    """Tells which URLs belong to a portal, and translates between them and those of the server that is used instead."""

    def __init__(self, portal: Portal, via: str | None = None) -> None:
        self._portal = portal
        self._via = Via(via, portal.homepage) if via else None

    @property
    def via(self) -> Via | None:
        """The server that is used instead of the portal; None when the portal itself is crawled."""
        return self._via

    def own_form(self, url: str) -> str:
        """Return the portal's own form of a URL, which may name the server of `--via`."""
        return self._via.own_form_of(url) if self._via else url

    def owns(self, url: str) -> bool:
        """Whether a URL belongs to the portal."""
        return self._portal.owns(self.own_form(url))


class Via:
    """Another server that has a portal's pages."""

    def __init__(self, url: str, homepage: str) -> None:
        parts = urlsplit(url)
        self._scheme, self._netloc, self._prefix = parts.scheme, parts.netloc, parts.path.rstrip("/")
        own = urlsplit(homepage)
        self._own_scheme, self._own_netloc = own.scheme, own.netloc

    def address_of(self, url: str) -> str:
        """Return the URL from which a URL of the portal is fetched."""
        parts = urlsplit(url)
        return urlunsplit((self._scheme, self._netloc, self._prefix + (parts.path or "/"), parts.query, ""))

    def own_form_of(self, url: str) -> str:
        """Return the portal's own URL for one that names the other server. Other URLs are returned unchanged."""
        parts = urlsplit(url)
        if parts.netloc != self._netloc:
            return url
        path = parts.path.removeprefix(self._prefix) if self._prefix else parts.path
        return urlunsplit((self._own_scheme, self._own_netloc, path, parts.query, parts.fragment))
