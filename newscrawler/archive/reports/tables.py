"""The tables of the reports in `statistics`: header and cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from newscrawler.archive.reports.statistics import FILLED, REPORTS

Rows = Sequence[dict[str, Any]]

NO_CITY, NO_MONTH, NO_OUTLET, NO_SECTION = "(no city)", "(no date)", "(none named)", "(no section)"
MAX_CITY_COLUMNS = 12
"""Cities with a column of their own in the table of months: those with the most articles."""
_HEADERS = {"first_published": "first", "last_published": "last", "sources": "outlets"}


def table(report: str, rows: Rows, *, cities: int = MAX_CITY_COLUMNS) -> tuple[Sequence[str], list[Sequence[object]]]:
    """Return header and rows of a report's table.

    The report on months has one column for each of as many `cities`, one for the others, one with the articles of all
    cities, each counted once, and, for words, one with their share of all articles.
    """
    if report == "months":
        return _months_by_cities(rows, cities)
    columns = REPORTS[report].columns
    cells: list[Sequence[object]] = [[cell(name, row[name]) for name in columns] for row in rows]
    return [header(name) for name in columns], cells


def header(column: str) -> str:
    """Return the heading of a column: `first_published` becomes `first`."""
    return _HEADERS.get(column, column.replace("_", " "))


def cell(column: str, value: Any) -> object:
    """Return the value of a cell; a share becomes a percentage."""
    is_share = column in FILLED or column in ("share", "month_share")
    return f"{value:.1%}" if is_share and isinstance(value, float) else value


def largest_cities(rows: Rows, limit: int) -> list[str | None]:
    """Return the cities that have the most articles, in the order of their codes."""
    sums: Counter[str | None] = Counter()
    for row in rows:
        sums[row["city"]] += row["articles"]
    codes = {row["city"]: row["city_code"] or "9" for row in rows}
    return sorted((city for city, _ in sums.most_common(limit)), key=lambda city: (codes[city], city or ""))


def _months_by_cities(rows: Rows, limit: int) -> tuple[Sequence[str], list[Sequence[object]]]:
    cities = largest_cities(rows, limit)
    has_others = len({row["city"] for row in rows}) > len(cities)
    has_shares = any(row["month_share"] is not None for row in rows)
    counts: dict[str | None, Counter[str | None]] = {}
    for row in rows:
        counts.setdefault(row["month"], Counter())[row["city"]] += row["articles"]
    months = {row["month"]: (row["month_articles"], row["month_share"]) for row in rows}
    cells: list[Sequence[object]] = []
    for month, articles in counts.items():
        per_city = [articles[city] for city in cities]
        others = [articles.total() - sum(per_city)] if has_others else []
        number, share = months[month]
        shares = [f"{share:.1%}"] if has_shares else []
        cells.append([month or NO_MONTH, *per_city, *others, number, *shares])
    more = [*(["others"] if has_others else []), "all", *(["share"] if has_shares else [])]
    return ["month", *(city or NO_CITY for city in cities), *more], cells
