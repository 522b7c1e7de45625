"""The search page, and its result as CSV and JSON: with words a search, without them all articles of a filter."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import parse_qs, quote_plus, urlencode

from sqlite_utils import Database

from newscrawler.archive.columns import COLUMN_NAMES, FROM, select_list
from newscrawler.archive.export.csv_file import harmless
from newscrawler.archive.filters import ArticleFilter
from newscrawler.archive.search import browse
from newscrawler.archive.search.search import COUNTED, found_numbers, hits
from newscrawler.web.asked import DAYS, NAMES, STATUSES, asked_filter, given_filters
from newscrawler.web.pages import Answer, Visit, WrongRequestError, month_end, page

PAGE = 20
MOST_SHOWN = browse.FACETED
"""Of a search by words; without words, pages go on to the end. Facets are counted over the same articles."""
MOST_SAVED = 10_000
_SAVED_AT_ONCE = 200
FACET_NAMES = ("city", "source", "editor", "month")


def search(db: Database, visit: Visit) -> Answer:
    """Answer `/search`."""
    words = visit.one("q").strip()
    chosen = asked_filter(visit)
    newest = _is_newest(visit)
    number = visit.number("page", 1, MOST_SHOWN // PAGE)
    after = None
    if words:
        count, sample = visit.kept.get(
            db,
            ("found", words, chosen, newest),
            lambda later: found_numbers(later, words, chosen, limit=MOST_SHOWN, newest=newest),
            exact=True,
        )
        entries = hits(db, words, sample[(number - 1) * PAGE : number * PAGE])
        is_last = number * PAGE >= len(sample)
    else:
        numbers, place = browse.list_articles(db, chosen, limit=PAGE, after=_place(visit))
        entries = browse.entries(db.conn, numbers)
        count, sample = visit.kept.get(db, ("listed", chosen), lambda later: _listed(later, chosen), exact=True)
        after = f"{place.published}_{place.n}" if place else None
        is_last = place is None
    facets = visit.kept.get(
        db, ("facets", words, chosen, newest), lambda later: browse.facets(later.conn, sample), exact=True
    )
    return page(
        "search.html",
        visit,
        words=words,
        given=given_filters(visit),
        names=NAMES,
        days=DAYS,
        statuses=STATUSES,
        count=min(count, COUNTED) if words or (count > COUNTED and given_filters(visit)) else count,
        exact=count <= COUNTED or not (words or given_filters(visit)),
        entries=entries,
        newest=newest,
        facets=[(name, _linked(visit, name, facets[name])) for name in FACET_NAMES if facets[name]],
        sampled=len(sample) if count > len(sample) else 0,
        number=number,
        is_first=number == 1 and not visit.one("after"),
        is_last=is_last,
        is_cut=bool(words) and count > MOST_SHOWN and number == MOST_SHOWN // PAGE,
        after=after,
        most_shown=MOST_SHOWN,
        most_saved=MOST_SAVED,
    )


def _linked(visit: Visit, name: str, values: list[tuple[str, int]]) -> list[tuple[str, int, str]]:
    """Return the values of a facet, each with the address of the result that it narrows this one to."""
    dropped = ("page", "after", *(DAYS if name == "month" else ()))
    others = {key: given for key, given in parse_qs(visit.query).items() if key not in dropped}
    start = f"{visit.path}?{urlencode(others, doseq=True)}{'&' if others else ''}"
    linked = []
    for value, number in values:
        if name == "month":
            more = f"since={value}-01&until={month_end(value)}"
        else:
            more = "" if value in others.get(name, ()) else f"{name}={quote_plus(value)}"
        linked.append((value, number, start + more))
    return linked


def _is_newest(visit: Visit) -> bool:
    order = visit.one("sort", "ranked")
    if order not in ("ranked", "newest"):
        raise WrongRequestError("there is no order {name!r}; there are ranked and newest.", name=order[:40])
    return order == "newest"


def _place(visit: Visit) -> browse.Place | None:
    given = visit.one("after")
    if not given:
        return None
    published, _, n = given.rpartition("_")
    if not (n.isascii() and n.isdigit() and len(n) < 19):
        raise WrongRequestError("'after' is {given!r}, which is no place in the list.", given=given[:40])
    return browse.Place(published, int(n))


def _listed(db: Database, chosen: ArticleFilter) -> tuple[int, list[int]]:
    return browse.count_articles(db, chosen), browse.list_articles(db, chosen, limit=browse.FACETED)[0]


# The result as a file


def saved_csv(db: Database, visit: Visit) -> Answer:
    """Answer `/search.csv`: the columns of `articles_flat`, in the order of the page.

    For spreadsheets: it begins with a byte order mark, and a cell that would run as a formula with an apostrophe.
    """
    numbers = _all(db, visit)
    return _file("csv", "text/csv; charset=utf-8", _csv_pieces(numbers))


def saved_json(db: Database, visit: Visit) -> Answer:
    """Answer `/search.json`: an array of objects with the columns of `articles_flat`, in the order of the page."""
    return _file("json", "application/json", _json_pieces(_all(db, visit)))


def _all(db: Database, visit: Visit) -> list[int]:
    words = visit.one("q").strip()
    chosen = asked_filter(visit)
    if words:
        return found_numbers(db, words, chosen, limit=MOST_SAVED, newest=_is_newest(visit))[1]
    return browse.list_articles(db, chosen, limit=MOST_SAVED)[0]


def _file(suffix: str, content_type: str, pieces: Iterator[Callable[[Database], bytes]]) -> Answer:
    headers = {"Content-Disposition": f'attachment; filename="articles.{suffix}"', "Cache-Control": "no-cache"}
    return Answer(content_type=content_type, headers=headers, pieces=pieces)


def _csv_pieces(numbers: list[int]) -> Iterator[Callable[[Database], bytes]]:
    yield lambda db: b"\xef\xbb\xbf" + _csv_lines([COLUMN_NAMES])
    for start in range(0, len(numbers), _SAVED_AT_ONCE):
        yield partial(_csv_piece, numbers[start : start + _SAVED_AT_ONCE])


def _csv_piece(numbers: list[int], db: Database) -> bytes:
    return _csv_lines([[harmless(cell) for cell in row] for row in _rows(db, numbers)])


def _csv_lines(rows: list[tuple[str, ...]] | list[list[object]]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerows(rows)
    return stream.getvalue().encode()


def _json_pieces(numbers: list[int]) -> Iterator[Callable[[Database], bytes]]:
    begun = False

    def piece(start: int, db: Database) -> bytes:
        nonlocal begun
        lines = []
        for row in _rows(db, numbers[start : start + _SAVED_AT_ONCE]):
            item = json.dumps(dict(zip(COLUMN_NAMES, row, strict=True)), ensure_ascii=False)
            lines.append(f"{',' if begun else '['}\n{item}")
            begun = True
        return "".join(lines).encode()

    for start in range(0, len(numbers), _SAVED_AT_ONCE):
        yield partial(piece, start)
    yield lambda db: b"\n]\n" if begun else b"[]\n"


def _rows(db: Database, numbers: list[int]) -> list[tuple[object, ...]]:
    marks = ", ".join("?" * len(numbers))
    rows = db.conn.execute(f"SELECT a.n, {select_list()} {FROM} WHERE a.n IN ({marks})", numbers)
    found = {row[0]: row[1:] for row in rows}
    return [found[number] for number in numbers if number in found]
