"""The pages as a plugin of Datasette: routes, headers of every answer, errors, example queries."""

from __future__ import annotations

import ipaddress
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from datasette import Response, hookimpl
from datasette.utils.asgi import Request
from datasette.views.base import DatasetteError
from sqlite_utils import Database

from newscrawler.archive.database.connection import is_locked
from newscrawler.archive.errors import ArchiveError, LockedError, UserError
from newscrawler.web import article, home, operations, profiles, search, sql
from newscrawler.web.errors import error_answer, locked_answer
from newscrawler.web.pages import (
    STYLE,
    STYLE_PATH,
    Answer,
    NoSuchPageError,
    Visit,
    WrongRequestError,
)
from newscrawler.web.reading import PAGE_SECONDS, Kept, Reader, TooSlowError

View = Callable[[Database, Visit], Answer]
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_log = logging.getLogger(__name__)

LONG_SECONDS = 15.0
"""For pages that count over all documents that were ever listed."""
ROUTES: tuple[tuple[str, View, float], ...] = (
    (r"^/$", home.home, PAGE_SECONDS),
    (r"^/search$", search.search, PAGE_SECONDS),
    (r"^/search\.csv$", search.saved_csv, LONG_SECONDS),
    (r"^/search\.json$", search.saved_json, LONG_SECONDS),
    (r"^/article/(?P<id>[0-9a-f]{24})$", article.article, PAGE_SECONDS),
    (r"^/article/(?P<id>[0-9a-f]{24})\.(?P<format>bib|json)$", article.article_citation, PAGE_SECONDS),
    (r"^/article/(?P<id>[0-9a-f]{24})/changes$", article.article_changes, PAGE_SECONDS),
    (
        r"^/article/(?P<id>[0-9a-f]{24})/capture/(?P<version>\d{1,6})\.(?P<format>html|warc\.gz)$",
        article.article_capture,
        PAGE_SECONDS,
    ),
    (r"^/(?P<plural>cities|outlets|editors)$", profiles.names, LONG_SECONDS),
    (r"^/(?P<kind>city|outlet|editor)$", profiles.profile, LONG_SECONDS),
    (r"^/coverage$", operations.coverage, LONG_SECONDS),
    (r"^/runs$", operations.runs, PAGE_SECONDS),
    (r"^/run/(?P<key>[0-9A-Za-z_-]{1,120})$", operations.run, PAGE_SECONDS),
    (r"^/alarms$", operations.alarms, PAGE_SECONDS),
    (r"^/metrics$", operations.metrics, LONG_SECONDS),
    (r"^/sql$", sql.queries, PAGE_SECONDS),
)
_DATASETTE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Datasette's own pages carry scripts and styles inside; nothing is loaded from elsewhere."""
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_LONGEST_QUERY = 200_000


class Pages:
    """The plugin, for one archive."""

    __name__ = "newscrawler"
    """Datasette looks for templates beside the module of this name; ours are not to stand in for its own."""

    def __init__(self, path: Path, *, only_loopback: bool) -> None:
        self._reader = Reader(path)
        self._kept = Kept(self._reader)
        self._only_loopback = only_loopback

    def close(self) -> None:
        """Let the threads end."""
        self._reader.close()

    @hookimpl  # type: ignore[untyped-decorator]
    def register_routes(self) -> list[tuple[str, Callable[..., Awaitable[Response | None]]]]:
        """Return our routes; they come before Datasette's own."""
        return [
            *((pattern, self._view(work, seconds)) for pattern, work, seconds in ROUTES),
            (r"^/static/site-[0-9a-f]+\.css$", self._style),
        ]

    def _view(self, work: View, seconds: float) -> Callable[..., Awaitable[Response | None]]:
        async def view(request: Request, send: Send) -> Response | None:
            visit = self._visit(request)
            answer = await self._answer(work, visit, seconds)
            if answer.pieces is None:
                return _response(answer)
            await self._stream(answer, send)
            return None

        return view

    def _visit(self, request: Request) -> Visit:
        accepted = request.headers.get("accept-language", "")
        return Visit(request.scope["path"], request.query_string, accepted, self._kept, request.url_vars)

    async def _answer(self, work: View, visit: Visit, seconds: float) -> Answer:
        try:
            return await self._reader.run(lambda db: work(db, visit), seconds=seconds)
        except UserError as error:
            return error_answer(visit, 400, error)
        except NoSuchPageError:
            return error_answer(visit, 404)
        except TooSlowError:
            return error_answer(visit, 503)
        except LockedError:
            return locked_answer(visit)
        except (ArchiveError, sqlite3.DatabaseError):
            _log.exception("a page could not be made")
            return error_answer(visit, 500)

    async def _stream(self, answer: Answer, send: Send) -> None:
        """Send an answer piece by piece; when one cannot be made the connection breaks, so that nobody trusts it."""
        assert answer.pieces is not None  # noqa: S101
        headers = [(name.lower().encode(), value.encode()) for name, value in answer.headers.items()]
        headers.append((b"content-type", answer.content_type.encode()))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        for piece in answer.pieces:
            await send({"type": "http.response.body", "body": await self._reader.run(piece), "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _style(self, request: Request) -> Response:
        is_newest = request.path == STYLE_PATH
        headers = {"Cache-Control": "max-age=31536000, immutable" if is_newest else "no-cache"}
        return Response(STYLE, headers=headers, content_type="text/css; charset=utf-8")

    @hookimpl(tryfirst=True)  # type: ignore[untyped-decorator]
    def handle_exception(self, request: Request, exception: Exception) -> Response:
        """Answer what Datasette found no page for, or could not answer, with a page of ours."""
        if _is_locked(exception):
            return _response(locked_answer(self._visit(request)))
        status = int(getattr(exception, "status", 500))
        if isinstance(exception, DatasetteError) and status == 500:
            # It names no status for what a visitor asked for wrongly, as a column to sort by.
            status = 400
        if status == 500:
            _log.error("a page could not be made", exc_info=exception)
        status = status if status in (400, 403, 404, 405) else 500
        return _response(error_answer(self._visit(request), status, _reason(exception) if status < 500 else ""))

    @hookimpl  # type: ignore[untyped-decorator]
    def forbidden(self, request: Request, message: str) -> Response:
        """Answer what Datasette does not allow."""
        return _response(error_answer(self._visit(request), 403, message))

    @hookimpl  # type: ignore[untyped-decorator]
    def canned_queries(self, database: str) -> dict[str, dict[str, str]]:
        """Return the example queries."""
        if database != sql.DATABASE:
            return {}
        return {name: {"sql": query, "title": name.replace("_", " ")} for name, query in sql.EXAMPLES.items()}

    @hookimpl  # type: ignore[untyped-decorator]
    def asgi_wrapper(self) -> Callable[[Application], Application]:
        """Return what stands before everything: who may ask, what may be asked, headers of every answer."""
        return self._guarded

    def _guarded(self, application: Application) -> Application:
        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await application(scope, receive, send)
                return

            async def send_with_headers(message: dict[str, Any]) -> None:
                if message["type"] == "http.response.start":
                    message = {**message, "headers": _with_ours(message.get("headers", []))}
                await send(message)

            refused = self._refused(scope)
            if refused:
                visit = self._visit(Request(scope, receive))
                answer = error_answer(visit, *refused)
                await _response(answer).asgi_send(send_with_headers)
                return
            await application(scope, receive, send_with_headers)

        return guarded

    def _refused(self, scope: Scope) -> tuple[int, UserError | str] | None:
        """Return status and reason for a request that is not to be answered at all."""
        if scope["method"] not in ("GET", "HEAD"):
            return 405, ""
        if not scope.get("raw_path", b"").isascii():
            return 400, WrongRequestError("the address has bytes that must be percent-encoded.")
        if b"%" in scope.get("raw_path", b"") and not scope["path"].startswith(f"/{sql.DATABASE}/"):
            # No address of ours is spelt so; Datasette would send the visitor to one that is not there either.
            return 404, ""
        if len(scope.get("query_string", b"")) > _LONGEST_QUERY:
            return 400, WrongRequestError("the address is longer than {most:,} characters.", most=_LONGEST_QUERY)
        hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if self._only_loopback and not all(is_loopback(_host_name(host)) for host in hosts):
            # A page elsewhere may give its own name our address (DNS rebinding) and read along.
            return 421, WrongRequestError(
                "this server answers to localhost and 127.0.0.1; start it with --host to give it another name."
            )
        return None


def _is_locked(exception: Exception) -> bool:
    """Whether another program holds the archive; Datasette hands on some of SQLite's errors in one of its own."""
    return any(
        isinstance(one, LockedError) or (isinstance(one, sqlite3.Error) and is_locked(one))
        for one in (exception, exception.__context__)
    )


def _reason(exception: Exception) -> UserError | str:
    """Return what an exception of Datasette's says; where it stands in for an error of ours, that one."""
    if isinstance(exception.__context__, UserError):
        return exception.__context__
    if getattr(exception, "status", 500) == 404:
        return ""
    return str(getattr(exception, "title" if getattr(exception, "message_is_html", False) else "message", exception))


def _with_ours(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    given = {name.lower() for name, _ in headers}
    added = {**_HEADERS, "Content-Security-Policy": _DATASETTE_POLICY}
    return [*headers, *((n.lower().encode(), v.encode()) for n, v in added.items() if n.lower().encode() not in given)]


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, dict(answer.headers), answer.content_type)


def _host_name(host: str) -> str:
    """Return the name in a Host header, without port and brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if ":" in host else host


def is_loopback(name: str) -> bool:
    """Whether a host's name or address can mean this machine only."""
    if name.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
