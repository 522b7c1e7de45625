"""The reports of `newscrawler stats` as people see them: tables, charts, and a page with both."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import Any

from newscrawler.archive.reports.statistics import FILLED, REPORTS
from newscrawler.cli.charts import LARGEST, Bars, Chart, Grid, inline_svg
from newscrawler.cli.logs import printable

Rows = Sequence[dict[str, Any]]

_HEADERS = {"first_published": "first", "last_published": "last", "sources": "outlets"}
_WIDE = 12
"""Cities that have a column of their own in the table of months, the largest."""
_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])\Z")
_NO_CITY, _NO_MONTH, _NO_OUTLET, _NO_SECTION = "(no city)", "(no date)", "(none named)", "(no section)"


def table(report: str, rows: Rows) -> tuple[Sequence[str], list[Sequence[object]]]:
    """Return header and rows of a report's table; months get a column a city."""
    if report == "months":
        return _months_by_cities(rows)
    columns = REPORTS[report].columns
    shown = [[_cell(name, row[name]) for name in columns] for row in rows]
    return [_HEADERS.get(name, name.replace("_", " ")) for name in columns], list(shown)


def _cell(column: str, value: Any) -> object:
    return f"{value:.1%}" if column in FILLED and isinstance(value, float) else value


def _months_by_cities(rows: Rows) -> tuple[Sequence[str], list[Sequence[object]]]:
    cities = _largest(rows, _WIDE)
    others = len({row["city"] for row in rows}) > len(cities)
    counts: dict[str | None, Counter[str | None]] = {}
    for row in rows:
        counts.setdefault(row["month"], Counter())[row["city"]] += row["articles"]
    shown: list[Sequence[object]] = []
    for month, articles in counts.items():
        own = [articles[city] for city in cities]
        rest = [articles.total() - sum(own)] if others else []
        shown.append([month or _NO_MONTH, *own, *rest, articles.total()])
    return ["month", *(city or _NO_CITY for city in cities), *(["others"] if others else []), "all"], shown


def _largest(rows: Rows, limit: int) -> list[str | None]:
    """Return the cities that have the most articles, in the order of their codes."""
    sums: Counter[str | None] = Counter()
    for row in rows:
        sums[row["city"]] += row["articles"]
    codes = {row["city"]: row["city_code"] or "9" for row in rows}
    return sorted((city for city, _ in sums.most_common(limit)), key=lambda city: (codes[city], city or ""))


# Charts


def chart(report: str, title: str, rows: Rows) -> Chart:
    """Return what to draw of a report."""
    if report == "months":
        return _month_grid(title, rows)
    if report == "fields":
        return _field_grid(title, rows)
    if report == "cities":
        return _bars(title, "articles", [(row["city"] or _NO_CITY, row["articles"], "") for row in rows])
    if report == "reprints":
        flows = [(f"{row['origin']} → {row['portal']}", row["reprints"], _delay(row)) for row in rows]
        return _bars(f"{title}: articles, and the median delay", "reprints", flows)
    name = "outlet" if report == "outlets" else "editor"
    return _bars(title, "articles", [(row[name] or _NO_OUTLET, row["articles"], "") for row in rows])


def _delay(row: dict[str, Any]) -> str:
    if row["median_hours"] is not None and abs(row["median_hours"]) < 72:
        return f"{row['median_hours']:g} h"
    return f"{row['median_days']:g} d" if row["median_days"] is not None else ""


def _bars(title: str, unit: str, found: Sequence[tuple[str, int, str]]) -> Bars:
    sums: Counter[str] = Counter()
    for name, number, _ in found:
        sums[name] += number
    notes = {name: note for name, _, note in reversed(found)}
    largest = sums.most_common(LARGEST)
    names = [name for name, _ in largest]
    shown_notes = [notes[name] for name in names]
    return Bars(
        _counted(title, len(names), len(sums)),
        unit,
        names,
        [number for _, number in largest],
        shown_notes if any(shown_notes) else (),
    )


def _month_grid(title: str, rows: Rows) -> Grid:
    dated = [row for row in rows if _MONTH.match(row["month"] or "")]
    months = _months_between(dated[0]["month"], dated[-1]["month"]) if dated else []
    cities = _largest(dated, LARGEST)
    counts: Counter[tuple[str | None, str]] = Counter()
    for row in dated:
        counts[row["city"], row["month"]] += row["articles"]
    values = [[counts[city, month] or None for month in months] for city in cities]
    names = [city or _NO_CITY for city in cities]
    return Grid(_counted(title, len(cities), len({row["city"] for row in dated})), "articles", names, months, values)


def _months_between(first: str, last: str) -> list[str]:
    """Return the months from first to last, those without an article too; a century at most."""
    begin, end = (int(month[:4]) * 12 + int(month[5:7]) - 1 for month in (first, last))
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(max(begin, end - 1200), end + 1)]


def _field_grid(title: str, rows: Rows) -> Grid:
    largest = sorted(rows, key=lambda row: -row["articles"])[:LARGEST]
    kept = [row for row in rows if row in largest]
    several = len({row["portal"] for row in rows}) > 1
    names = [f"{row['portal']} " * several + (row["section"] or _NO_SECTION) for row in kept]
    values = [[row[name] for name in FILLED] for row in kept]
    return Grid(_counted(title, len(kept), len(rows)), "share", names, list(FILLED), values, are_shares=True)


def _counted(title: str, shown: int, known: int) -> str:
    return f"{title} (the {shown} largest of {known:,})" if shown < known else title


# The page

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>{title}</title>
<style>
body {{ font-family: system-ui, "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif; margin: 1.5rem auto;
  max-width: 70rem; padding: 0 1rem; color: #1a1a1a; }}
figure {{ margin: 0 0 1.5rem; overflow-x: auto; }} svg {{ max-width: 100%; height: auto; }}
table {{ border-collapse: collapse; font-variant-numeric: tabular-nums; }}
th, td {{ padding: .25rem .75rem; border-bottom: 1px solid #ddd; text-align: left; }} td.n {{ text-align: right; }}
thead th {{ position: sticky; top: 0; background: #fff; }}
</style>
</head>
<body>
<h1>{title}</h1>
<figure role="img" aria-label="{title}; the table below has the numbers">
{svg}</figure>
<table>
<thead><tr>{header}</tr></thead>
<tbody lang="zh-CN">
{rows}
</tbody>
</table>
</body>
</html>
"""


def page(title: str, drawn: Chart, report: str, rows: Rows) -> str:
    """Return a page of HTML that needs nothing else: the picture as SVG and every row of the report as a table."""
    columns = REPORTS[report].columns
    return _PAGE.format(
        title=escape(drawn.title),
        svg=inline_svg(drawn),
        header="".join(
            f'<th scope="col">{escape(_HEADERS.get(name, name.replace("_", " ")))}</th>' for name in columns
        ),
        rows="\n".join(f"<tr>{''.join(_html_cell(name, row[name]) for name in columns)}</tr>" for row in rows),
    )


def _html_cell(column: str, value: Any) -> str:
    shown = _cell(column, value)
    text = "" if shown is None else f"{shown:,}" if isinstance(shown, int | float) else printable(str(shown))
    return f"<td{' class=n' * isinstance(value, int | float)}>{escape(text)}</td>"
