"""The application: routes, what answers them, and what answers errors."""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.convertors import Convertor, StringConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from newscrawler.archive.errors import ArchiveError, LockedError, UserError
from newscrawler.web import (
    article,
    captures,
    concordance,
    entities,
    event,
    feeds,
    fleet,
    home,
    search,
    status,
    time_and_place,
    withdrawals,
)
from newscrawler.web.cache import Cache
from newscrawler.web.errors import BUSY, LOCKED, error_response, retry_response
from newscrawler.web.fleet_watch import FleetWatch
from newscrawler.web.middleware import SecurityMiddleware
from newscrawler.web.reader import PAGE_SECONDS, Reader, TooSlowError
from newscrawler.web.rendering import ICON, ICON_PATH, STYLE, STYLE_PATH
from newscrawler.web.request import PageRequest
from newscrawler.web.sql import pages as sql
from newscrawler.web.sql.runner import BusyError, QueryRunner
from newscrawler.web.sql.sending import ResultSender

Page = Callable[[PageRequest, sqlite3.Connection], Response]
"""What answers a route: a function of the request and of an open archive. It runs in a thread."""
Endpoint = Callable[[Request], Awaitable[Response]]

_log = logging.getLogger(__name__)

LONG_SECONDS = 15.0
"""The time limit of pages that count all documents that were ever listed."""

_PATTERNS = {
    "article_id": "[0-9a-f]{24}",
    "citation": "bib|json",
    "version": "[0-9]{1,6}",
    "capture": r"html|warc\.gz",
    "entities": "cities|outlets|editors",
    "entity": "city|outlet|editor",
    "run_key": "[0-9A-Za-z_-]{1,120}",
    "table": "[a-z_]{1,60}",
    "result": "json|csv",
    "feed": r"atom|feed\.json",
}
"""The parts of our paths, as regular expressions."""


def _register_patterns() -> None:
    for name, pattern in _PATTERNS.items():
        convertor: type[Convertor[str]] = type(name, (StringConvertor,), {"regex": f"(?:{pattern})"})
        register_url_convertor(name, convertor())


def _endpoint(page: Page, *limits: float) -> Endpoint:
    """Return the endpoint of a page, with its time limit; with two limits it is made again when it exceeds the first.

    So a search that counts very many articles waits with the slow pages, and all others do not wait for it.
    """

    async def endpoint(request: Request) -> Response:
        page_request = PageRequest.of(request)

        async def read() -> Response:
            for seconds in limits[:-1]:
                with suppress(TooSlowError):
                    return await page_request.reader.run(answer, seconds=seconds)
            return await page_request.reader.run(answer, seconds=limits[-1])

        def answer(connection: sqlite3.Connection) -> Response:
            return page(page_request, connection)

        return await page_request.unless_gone(read()) or Response(status_code=503)  # nobody receives it

    return endpoint


def _routes() -> list[Route]:
    pages: tuple[tuple[str, Page, float], ...] = (
        ("/", home.home, PAGE_SECONDS),
        ("/search.csv", search.csv_file, LONG_SECONDS),
        ("/search.json", search.json_file, LONG_SECONDS),
        ("/search.{form:feed}", feeds.search_feed, LONG_SECONDS),
        ("/withdrawals.{form:feed}", feeds.changes_feed, LONG_SECONDS),
        ("/concordance.csv", concordance.concordance_csv, LONG_SECONDS),
        ("/article/{id:article_id}", article.article, PAGE_SECONDS),
        ("/article/{id:article_id}.{format:citation}", article.article_citation, PAGE_SECONDS),
        ("/article/{id:article_id}/event", event.event, LONG_SECONDS),
        ("/article/{id:article_id}/event/{other:article_id}", event.compare, PAGE_SECONDS),
        ("/article/{id:article_id}/changes", article.article_changes, PAGE_SECONDS),
        (
            "/article/{id:article_id}/capture/{version:version}.{format:capture}",
            captures.article_capture,
            PAGE_SECONDS,
        ),
        ("/article/{id:article_id}/original/{version:version}", captures.original, PAGE_SECONDS),
        ("/article/{id:article_id}/original/{version:version}/content", captures.original_content, PAGE_SECONDS),
        ("/article/{id:article_id}/image/{number:version}", captures.article_image, PAGE_SECONDS),
        ("/{plural:entities}", entities.entities, LONG_SECONDS),
        ("/{kind:entity}", entities.entity, LONG_SECONDS),
        ("/calendar", time_and_place.calendar, LONG_SECONDS),
        ("/map", time_and_place.map_page, LONG_SECONDS),
        ("/withdrawals", withdrawals.withdrawals, LONG_SECONDS),
        ("/coverage", status.coverage, LONG_SECONDS),
        ("/runs", status.runs, PAGE_SECONDS),
        ("/run/{key:run_key}", status.run, PAGE_SECONDS),
        ("/alarms", status.alarms, PAGE_SECONDS),
        ("/fleet", fleet.fleet, PAGE_SECONDS),
        ("/metrics", status.metrics, LONG_SECONDS),
        ("/sql", sql.sql, PAGE_SECONDS),
    )
    return [
        *(Route(path, _endpoint(page, seconds)) for path, page, seconds in pages),
        Route("/concordance", _endpoint(concordance.concordance_page, PAGE_SECONDS, LONG_SECONDS)),
        Route("/search", _endpoint(search.search, PAGE_SECONDS, LONG_SECONDS)),
        Route("/archive", sql.archive),
        Route("/archive.{format:result}", sql.archive),
        Route("/archive/{name:table}", sql.table),
        Route("/archive/{name:table}.{format:result}", sql.table),
        Route(ICON_PATH, _icon),
        Route("/favicon.ico", _icon),
        Route("/static/{name}", _style),
    ]


async def _style(request: Request) -> Response:
    """Answer the stylesheet, also under the name of an older one: a page may come from a cache."""
    if not re.fullmatch(r"site-[0-9a-f]+\.css", request.path_params["name"]):
        raise HTTPException(404)
    is_newest = request.scope["path"] == STYLE_PATH
    headers = {"Cache-Control": "max-age=31536000, immutable" if is_newest else "no-cache"}
    return Response(STYLE, headers=headers, media_type="text/css")


async def _icon(request: Request) -> Response:
    """Answer the icon; browsers look for it at `/favicon.ico` where a page does not name it, as beside a file."""
    return Response(ICON, headers={"Cache-Control": "max-age=86400"}, media_type="image/svg+xml")


async def _http_error(request: Request, error: Exception) -> Response:
    return error_response(PageRequest.of(request), error.status_code if isinstance(error, HTTPException) else 500)


async def _user_error(request: Request, error: Exception) -> Response:
    return error_response(PageRequest.of(request), 400, error if isinstance(error, UserError) else None)


async def _too_slow(request: Request, error: Exception) -> Response:
    return error_response(PageRequest.of(request), 503)


async def _locked(request: Request, error: Exception) -> Response:
    return retry_response(PageRequest.of(request), LOCKED)


async def _busy(request: Request, error: Exception) -> Response:
    return retry_response(PageRequest.of(request), BUSY)


async def _archive_error(request: Request, error: Exception) -> Response:
    _log.error("a page could not be made", exc_info=error)
    return error_response(PageRequest.of(request), 500)


async def _fault(request: Request, error: Exception) -> Response:
    # Starlette raises the error again, and the server logs it.
    return error_response(PageRequest.of(request), 500)


class Application:
    """The ASGI application of one archive, with its threads and processes."""

    def __init__(
        self, path: Path, *, only_loopback: bool, names: Collection[str] = (), watch: FleetWatch | None = None
    ) -> None:
        """Make the application; with `only_loopback` it answers requests that name this machine, or one of `names`.

        With `watch` it shows a fleet.
        """
        _register_patterns()
        app = Starlette(
            routes=_routes(),
            exception_handlers={
                HTTPException: _http_error,
                UserError: _user_error,
                TooSlowError: _too_slow,
                LockedError: _locked,
                BusyError: _busy,
                ArchiveError: _archive_error,
                sqlite3.DatabaseError: _archive_error,
                Exception: _fault,
            },
        )
        app.router.redirect_slashes = False
        self._reader = app.state.reader = Reader(path)
        self._queries = app.state.queries = QueryRunner(path)
        app.state.sender = ResultSender()
        self._watch = app.state.fleet = watch
        app.state.cache = Cache(self._reader)
        self.app: ASGIApp = SecurityMiddleware(app, only_loopback=only_loopback, names=names)

    def close(self) -> None:
        """End all queries, threads and processes."""
        self._reader.close()
        self._queries.close()
        if self._watch is not None:
            self._watch.close()
