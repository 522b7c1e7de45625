"""The search page, and its result as CSV and JSON: with words a search, without them all articles of a filter."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from urllib.parse import parse_qs, quote_plus, urlencode

from starlette.responses import Response, StreamingResponse

from newscrawler.archive.captures.images import list_thumbnails
from newscrawler.archive.columns import COLUMN_NAMES, FROM, select_list
from newscrawler.archive.export.csv_file import harmless
from newscrawler.archive.filters import ArticleFilter
from newscrawler.archive.reports.counts import all_months
from newscrawler.archive.search import browse
from newscrawler.archive.search.facets import Facets, count_facets, count_months
from newscrawler.archive.search.hits import read_entries, read_hits
from newscrawler.archive.search.reprints import with_reprints_apart
from newscrawler.archive.search.search import COUNT_LIMIT, find_all, search_numbers
from newscrawler.web.charts import chart
from newscrawler.web.rendering import page
from newscrawler.web.request import BadRequestError, PageRequest
from newscrawler.web.request_filters import DAYS, filter_arguments, filter_fields, filter_of, known

PAGE = 20
MOST_HITS = 300
"""The articles of a search by words that can be paged through; without words pages go on to the end."""
MOST_IN_FILE = 10_000
_PIECE = 200
MOST_MONTHS = 12
"""Of the facet by month, whose chart has all."""


def search(request: PageRequest, connection: sqlite3.Connection) -> Response:
    """Answer `/search`."""
    words = request.one("q").strip()
    article_filter, filters = filter_of(request, connection), filter_arguments(request)
    newest = _is_newest(request)
    number = request.number("page", 1, MOST_HITS // PAGE)
    after = None
    if words:
        count, best = request.cache.get(
            connection,
            ("found", words, article_filter, newest),
            lambda later: search_numbers(later, words, article_filter, limit=MOST_HITS, newest=newest),
            exact=True,
        )
        entries = read_hits(connection, words, best[(number - 1) * PAGE : number * PAGE])
        is_last = number * PAGE >= len(best)
    else:
        numbers, place = browse.list_articles(connection, article_filter, limit=PAGE, after=_place(request))
        entries = read_entries(connection, numbers)
        count = request.cache.get(
            connection,
            ("listed", article_filter),
            lambda later: browse.count_articles(later, article_filter),
            exact=True,
        )
        after = f"{place.published}_{place.n}" if place else None
        is_last = place is None
    # Of very many articles the counts may lag a few seconds behind a crawl, as the totals of the home page do.
    facets = request.cache.get(
        connection,
        ("facets", words, article_filter),
        lambda later: _facets(later, words, article_filter),
        exact=count <= COUNT_LIMIT,
    )
    entries, reprints = with_reprints_apart(connection, entries)
    months = chart(all_months(dict(facets.months)))
    of_all = request.cache.get(connection, "months", count_months)
    return page(
        "search.html",
        request,
        words=words,
        **filter_fields(request),
        known=known(request, connection),
        count=min(count, COUNT_LIMIT) if words or (count > COUNT_LIMIT and filters) else count,
        exact=count <= COUNT_LIMIT or not (words or filters),
        entries=entries,
        reprints=reprints,
        thumbnails=list_thumbnails(connection, (entry.id for entry in entries)),
        newest=newest,
        facets=[(name, _with_links(request, name, values)) for name, values in _shown(facets) if values],
        months=months,
        shares=chart(_shares(facets.months, of_all)) if months and (words or filters) else None,
        of_all=of_all,
        number=number,
        is_first=number == 1 and not request.one("after"),
        is_last=is_last,
        is_cut=bool(words) and count > MOST_HITS and number == MOST_HITS // PAGE,
        after=after,
        most_hits=MOST_HITS,
        most_in_file=MOST_IN_FILE,
    )


def _with_links(request: PageRequest, name: str, values: list[tuple[str, int]]) -> list[tuple[str, int, str]]:
    """Return the values of a facet, each with the address of the result that it narrows this one to."""
    dropped = ("page", "after", *(DAYS if name == "month" else ()))
    others = {key: given for key, given in parse_qs(request.query).items() if key not in dropped}
    start = f"{request.path}?{urlencode(others, doseq=True)}{'&' if others else ''}"
    linked = []
    for value, number in values:
        if name == "month":
            more = f"since={value}-01&until={_month_end(value)}"
        else:
            more = "" if value in others.get(name, ()) else f"{name}={quote_plus(value)}"
        linked.append((value, number, start + more))
    return linked


def _month_end(month: str) -> str:
    """Return the last day of a month; for what is not a month, its 28th day."""
    try:
        year, number = int(month[:4]), int(month[5:7])
        return f"{month[:7]}-{monthrange(year, number)[1]:02}"
    except ValueError:
        return f"{month[:7]}-28"


def _is_newest(request: PageRequest) -> bool:
    order = request.one("sort", "ranked")
    if order not in ("ranked", "newest"):
        raise BadRequestError("there is no order {name!r}; there are ranked and newest.", name=order[:40])
    return order == "newest"


def _place(request: PageRequest) -> browse.Cursor | None:
    value = request.one("after")
    if not value:
        return None
    published, _, n = value.rpartition("_")
    if not (n.isascii() and n.isdigit() and len(n) < 19):
        raise BadRequestError("'after' is {value!r}, which is not a place in the list.", value=value[:40])
    return browse.Cursor(published, int(n))


def _facets(connection: sqlite3.Connection, words: str, article_filter: ArticleFilter) -> Facets:
    numbers = find_all(connection, words, article_filter) if words else browse.find_all(connection, article_filter)
    return count_facets(connection, numbers)


def _shown(facets: Facets) -> list[tuple[str, list[tuple[str, int]]]]:
    """Return the facets in the order of the page, the newest months first."""
    return [*facets.frequent.items(), ("month", facets.months[: -MOST_MONTHS - 1 : -1])]


def _shares(months: list[tuple[str, int]], of_all: dict[str, int]) -> list[tuple[str, float]]:
    """Return the share of all articles of each month, in percent; 0 for a month in which none matches."""
    found = dict(months)
    return [
        (month, round(100 * found.get(month, 0) / max(of_all.get(month, 0), found.get(month, 0), 1), 2))
        for month, _ in all_months(found)
    ]


# The result as a file


def csv_file(request: PageRequest, connection: sqlite3.Connection) -> Response:
    """Answer `/search.csv`: the columns of `articles_flat`, in the order of the page.

    For spreadsheets it begins with a byte order mark, and a cell that would run as a formula begins with an apostrophe.
    """
    numbers = _all(request, connection)
    return _file(request, "csv", "text/csv; charset=utf-8", _csv_pieces(numbers))


def json_file(request: PageRequest, connection: sqlite3.Connection) -> Response:
    """Answer `/search.json`: an array of objects with the columns of `articles_flat`, in the order of the page."""
    return _file(request, "json", "application/json", _json_pieces(_all(request, connection)))


def _all(request: PageRequest, connection: sqlite3.Connection) -> list[int]:
    words = request.one("q").strip()
    article_filter = filter_of(request, connection)
    if words:
        return search_numbers(connection, words, article_filter, limit=MOST_IN_FILE, newest=_is_newest(request))[1]
    return browse.list_articles(connection, article_filter, limit=MOST_IN_FILE)[0]


def _file(
    request: PageRequest, suffix: str, content_type: str, pieces: Iterator[Callable[[sqlite3.Connection], bytes]]
) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="articles.{suffix}"', "Cache-Control": "no-cache"}
    return StreamingResponse(request.reader.stream(pieces), headers=headers, media_type=content_type)


def _csv_pieces(numbers: list[int]) -> Iterator[Callable[[sqlite3.Connection], bytes]]:
    yield lambda connection: b"\xef\xbb\xbf" + csv_lines([COLUMN_NAMES])
    for start in range(0, len(numbers), _PIECE):
        yield partial(_csv_piece, numbers[start : start + _PIECE])


def _csv_piece(numbers: list[int], connection: sqlite3.Connection) -> bytes:
    return csv_lines([[harmless(cell) for cell in row] for row in _rows(connection, numbers)])


def csv_lines(rows: Iterable[Sequence[object]]) -> bytes:
    """Return rows as lines of a CSV file."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerows(rows)
    return stream.getvalue().encode()


def _json_pieces(numbers: list[int]) -> Iterator[Callable[[sqlite3.Connection], bytes]]:
    begun = False

    def piece(start: int, connection: sqlite3.Connection) -> bytes:
        nonlocal begun
        lines = []
        for row in _rows(connection, numbers[start : start + _PIECE]):
            item = json.dumps(dict(zip(COLUMN_NAMES, row, strict=True)), ensure_ascii=False)
            lines.append(f"{',' if begun else '['}\n{item}")
            begun = True
        return "".join(lines).encode()

    for start in range(0, len(numbers), _PIECE):
        yield partial(piece, start)
    yield lambda connection: b"\n]\n" if begun else b"[]\n"


def _rows(connection: sqlite3.Connection, numbers: list[int]) -> list[tuple[object, ...]]:
    placeholders = ", ".join("?" * len(numbers))
    rows = connection.execute(f"SELECT a.n, {select_list()} {FROM} WHERE a.n IN ({placeholders})", numbers)
    by_number = {row[0]: row[1:] for row in rows}
    return [by_number[number] for number in numbers if number in by_number]
