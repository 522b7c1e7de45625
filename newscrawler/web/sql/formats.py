"""A result of a query as JSON and CSV, in the shapes that users of Datasette know, and as what our page shows of it."""

from __future__ import annotations

import base64
import csv
import io
import json
import math
from dataclasses import dataclass
from typing import Any, Self

from newscrawler.web.sql.query import Query, QueryResult

SHAPES = ("arrays", "objects", "array", "arrayfirst")
"""Values of `_shape`: an object with rows as arrays or as objects; rows as objects alone; the first column alone."""

_LONGEST_CELL = 2_000
"""The most characters of a value that the page shows."""
_PAGE_CHARACTERS = 2_000_000
"""The most characters of all values that the page shows; of many values it shows less of each."""
_SHORTEST_CELL = 40


def text_of(result: QueryResult, query: Query) -> str:
    """Return the result in the form of the query."""
    if query.form == "csv":
        return _csv_text(result)
    if query.form == "lines":
        return _json_lines(result)
    return _json_text(result, query) if query.form == "json" else ShownResult.of(result).text()


@dataclass(frozen=True, slots=True)
class ShownResult:
    """What the page shows of a result."""

    columns: list[str]
    rows: list[list[Any]]
    """A text is cut, a blob is a list with its number of bytes; other values are as they are."""
    truncated: bool
    """Whether there are more rows than were asked for."""

    @classmethod
    def of(cls, result: QueryResult) -> Self:
        """Return what the page shows; of many values it shows less of each."""
        cells = max(1, len(result.rows) * len(result.columns))
        longest = max(_SHORTEST_CELL, min(_LONGEST_CELL, _PAGE_CHARACTERS // cells))
        return cls(result.columns, [[_shown(value, longest) for value in row] for row in result.rows], result.truncated)

    def text(self) -> str:
        """Return it as JSON, for `read`."""
        return _dumped([self.columns, self.rows, self.truncated])

    @classmethod
    def read(cls, text: bytes) -> Self:
        """Return what `text` was made of."""
        return cls(*json.loads(text))


def _shown(value: Any, longest: int) -> Any:
    if isinstance(value, bytes):
        return [len(value)]
    return f"{value[: longest - 1]}…" if isinstance(value, str) and len(value) > longest else value


def _json_text(result: QueryResult, query: Query) -> str:
    rows = [tuple(_json_value(value) for value in row) for row in result.rows]
    objects = query.shape in ("objects", "array")
    listed: list[Any] = [dict(zip(result.columns, row, strict=True)) for row in rows] if objects else list(rows)
    if query.shape == "array":
        return _dumped(listed)
    if query.shape == "arrayfirst":
        return _dumped([row[0] for row in rows])
    return _dumped(
        {
            "ok": True,
            "database": "archive",
            "query_name": query.name,
            "columns": result.columns,
            "rows": listed,
            "truncated": result.truncated,
            "query": {"sql": query.sql, "params": query.parameters},
            "query_ms": result.milliseconds,
        }
    )


def _json_lines(result: QueryResult) -> str:
    return "".join(_dumped(dict(zip(result.columns, map(_json_value, row), strict=True))) + "\n" for row in result.rows)


def _csv_text(result: QueryResult) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(result.columns)
    for row in result.rows:
        writer.writerow([_base64(value) if isinstance(value, bytes) else value for value in row])
    return stream.getvalue()


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _json_value(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"$base64": True, "encoded": _base64(value)}
    # JSON has no infinity.
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
