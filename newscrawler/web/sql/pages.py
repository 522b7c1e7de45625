"""The pages of SQL: what can be read, examples, and the result of a query as a page, as JSON or as CSV."""

from __future__ import annotations

import sqlite3
from difflib import get_close_matches

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from newscrawler.web.reader import LOCK_SECONDS
from newscrawler.web.rendering import page
from newscrawler.web.request import BadRequestError, PageRequest
from newscrawler.web.sql.connection import open_columns
from newscrawler.web.sql.examples import EXAMPLES
from newscrawler.web.sql.formats import SHAPES, ShownResult
from newscrawler.web.sql.query import MOST_ROWS, Query, parameter_names
from newscrawler.web.sql.runner import QueryRunner
from newscrawler.web.sql.sending import ResultSender
from newscrawler.web.sql.views import OPEN
from newscrawler.web.sql.worker import SECONDS

_TABLE_ROWS = 100
"""The rows of a table that are shown when the address does not say how many."""
_OPTIONS = ("sql", "lang", "_shape", "_nl", "_size", "_dl")


def sql(request: PageRequest, connection: sqlite3.Connection) -> Response:
    """Answer `/sql`, and `/archive` without a query."""
    path = request.reader.path
    return page(
        "sql.html",
        request,
        examples=EXAMPLES,
        tables=request.cache.get(connection, "columns", lambda _: open_columns(path, seconds=LOCK_SECONDS)),
        seconds=int(SECONDS),
        rows=MOST_ROWS,
    )


async def archive(request: Request) -> Response:
    """Answer `/archive?sql=…`, and the same with `.json` and `.csv`."""
    page_request = PageRequest.of(request)
    if "sql" not in page_request.arguments and not page_request.path_params.get("format"):
        return await page_request.reader.run(lambda connection: sql(page_request, connection))
    return await _answer(page_request, page_request.one("sql"), name=None, rows=MOST_ROWS)


async def table(request: Request) -> Response:
    """Answer `/archive/NAME` for a table, a view or an example, and the same with `.json` and `.csv`."""
    page_request = PageRequest.of(request)
    name = page_request.path_params["name"]
    if name in EXAMPLES:
        return await _answer(page_request, EXAMPLES[name].sql, name=name, rows=MOST_ROWS)
    if name in OPEN:
        return await _answer(page_request, f"SELECT * FROM {name}", name=name, rows=_TABLE_ROWS)
    raise HTTPException(404)


async def _answer(request: PageRequest, statement: str, *, name: str | None, rows: int) -> Response:
    names = parameter_names(statement)
    _check_arguments(request, names)
    shape = request.one("_shape", "arrays")
    if shape not in SHAPES:
        raise BadRequestError(
            "there is no shape {name!r}; there are {known}.", name=shape[:40], known=", ".join(SHAPES)
        )
    query = Query(
        statement,
        {parameter: request.one(parameter) for parameter in names},
        rows=MOST_ROWS if request.one("_size") == "max" else request.number("_size", rows, MOST_ROWS),
        form=_form(request, shape),
        shape=shape,
        name=name,
    )
    runner: QueryRunner = request.app.state.queries
    result = await request.unless_gone(runner.run(query))
    if result is None:
        return Response(status_code=503)  # nobody receives it
    if query.form == "page":
        # A large page takes long to write, and other requests are answered meanwhile.
        return await run_in_threadpool(_result_page, request, query, ShownResult.read(result))
    return _file(request, query, result)


def _form(request: PageRequest, shape: str) -> str:
    form: str = request.path_params.get("format", "page")
    return "lines" if form == "json" and shape == "array" and request.one("_nl") else form


_CONTENT_TYPES = {"json": "application/json", "lines": "text/plain", "csv": "text/plain"}


def _file(request: PageRequest, query: Query, result: bytes) -> Response:
    is_download = bool(request.one("_dl"))
    headers = {"Cache-Control": "no-cache"}
    if is_download:
        headers["Content-Disposition"] = (
            f'attachment; filename="{query.name or "archive"}.{request.path_params["format"]}"'
        )
    content_type = "text/csv" if is_download and query.form == "csv" else _CONTENT_TYPES[query.form]
    sender: ResultSender = request.app.state.sender
    return sender.response(result, headers, f"{content_type}; charset=utf-8")


def _check_arguments(request: PageRequest, names: list[str]) -> None:
    """Raise BadRequestError for an argument that would do nothing: a filter or an order is written in SQL."""
    known = (*_OPTIONS, *names)
    for name in request.arguments:
        if name not in known:
            near = get_close_matches(name, known, n=3, cutoff=0.3) or known
            raise BadRequestError(
                "there is no argument {name!r}; the nearest are {near}.", name=name[:40], near=", ".join(near)
            )


def _result_page(request: PageRequest, query: Query, result: ShownResult) -> Response:
    arguments: dict[str, str | list[str] | None] = {**query.parameters, "sql": query.sql, "_size": "max"}
    files = {form: request.link(f"/archive.{form}", **arguments) for form in ("csv", "json")}
    return page(
        "query.html",
        request,
        name=query.name,
        statement=query.sql,
        parameters=query.parameters,
        result=result,
        files=files,
    )
