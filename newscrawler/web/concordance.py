"""The page of a concordance: each occurrence of the words of a search in its context, and the same as CSV."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from starlette.responses import Response

from newscrawler.archive.export.csv_file import harmless
from newscrawler.archive.search.query import word_filter
from newscrawler.research.basis import basis_of
from newscrawler.research.concordance import COLUMNS, ORDERS, Line, Order, concordance
from newscrawler.web.rendering import page
from newscrawler.web.request import BadRequestError, PageRequest
from newscrawler.web.request_filters import filter_fields, filter_of, known
from newscrawler.web.search import csv_lines

PAGE = 50
MOST_PAGES = 200
MOST_IN_FILE = 10_000
_WIDTH = 24
"""Characters of context on each side, so that a line fits a page."""
_WIDTH_IN_FILE = 60
_MOST_SORTED = 20_000


def concordance_page(request: PageRequest, connection: sqlite3.Connection) -> Response:
    """Answer `/concordance`."""
    words = request.one("q").strip()
    number = request.number("page", 1, MOST_PAGES)
    order = _order(request)
    start = (number - 1) * PAGE
    lines = list(islice(_lines(request, connection, words, order, _WIDTH), start, start + PAGE + 1))
    chosen = replace(filter_of(request, connection), search=word_filter(words)) if words else None
    return page(
        "concordance.html",
        request,
        words=words,
        **filter_fields(request),
        known=known(request, connection),
        lines=lines[:PAGE],
        order=order,
        number=number,
        is_last=len(lines) <= PAGE or number == MOST_PAGES,
        most_in_file=MOST_IN_FILE,
        basis=basis_of(connection, "", chosen) if chosen else None,
    )


def concordance_csv(request: PageRequest, connection: sqlite3.Connection) -> Response:
    """Answer `/concordance.csv`: for spreadsheets, as `/search.csv`."""
    lines = _lines(request, connection, request.one("q").strip(), _order(request), _WIDTH_IN_FILE)
    rows = [[harmless(getattr(line, name)) for name in COLUMNS] for line in islice(lines, MOST_IN_FILE)]
    headers = {"Content-Disposition": 'attachment; filename="concordance.csv"', "Cache-Control": "no-cache"}
    data = b"\xef\xbb\xbf" + csv_lines([COLUMNS, *rows])
    return Response(data, headers=headers, media_type="text/csv; charset=utf-8")


def _order(request: PageRequest) -> Order:
    name = request.one("sort", ORDERS[0])
    for order in ORDERS:
        if order == name:
            return order
    raise BadRequestError("there is no order {name!r}; there are {known}.", name=name[:40], known=", ".join(ORDERS))


def _lines(
    request: PageRequest, connection: sqlite3.Connection, words: str, order: Order, width: int
) -> Iterator[Line]:
    article_filter = filter_of(request, connection)
    if not words:
        return iter(())
    return concordance(connection, words, article_filter, order=order, width=width, most_sorted=_MOST_SORTED)
