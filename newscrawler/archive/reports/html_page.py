"""A report as one HTML page with chart and table, without scripts or other files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from newscrawler.archive.reports.charts import Chart, inline_svg
from newscrawler.archive.reports.statistics import REPORTS
from newscrawler.archive.reports.tables import Rows, cell, header
from newscrawler.text.printable import printable


def page(chart: Chart, report: str, rows: Rows, headings: Callable[[Sequence[str]], Sequence[str]] = list) -> str:
    """Return the page: the chart as SVG, and every row of the report as a table.

    `headings` gives the headings of the columns in the language of the chart.

    Raises FontError when no installed font has the characters of the chart.
    """
    columns = REPORTS[report].columns
    return _template().substitute(
        title=escape(chart.title),
        caption="<br>\n".join(escape(printable(line)) for line in chart.caption),
        svg=inline_svg(replace(chart, caption=())),
        header="".join(
            f'<th scope="col">{escape(name)}</th>' for name in headings([header(column) for column in columns])
        ),
        rows="\n".join(f"<tr>{''.join(_html_cell(name, row[name]) for name in columns)}</tr>" for row in rows),
    )


@cache
def _template() -> Template:
    return Template((files(__package__) / "templates" / "report.html").read_text(encoding="utf-8"))


def _html_cell(column: str, value: Any) -> str:
    content = cell(column, value)
    text = "" if content is None else f"{content:,}" if isinstance(content, int | float) else printable(str(content))
    return f"<td{' class=n' * isinstance(value, int | float)}>{escape(text)}</td>"
