"""A result of a query as JSON and CSV, in the shapes that users of Datasette know."""

from __future__ import annotations

import base64
import csv
import io
import json
import math
from typing import Any

from newscrawler.web.sql.query import QueryResult

SHAPES = ("arrays", "objects", "array", "arrayfirst")
"""Values of `_shape`: an object with rows as arrays or as objects; rows as objects alone; the first column alone."""


def json_text(result: QueryResult, *, sql: str, parameters: dict[str, str], name: str | None, shape: str) -> str:
    """Return the result as JSON. `name` is that of the table or example that was asked for."""
    rows = [tuple(_json_value(value) for value in row) for row in result.rows]
    objects = shape in ("objects", "array")
    listed: list[Any] = [dict(zip(result.columns, row, strict=True)) for row in rows] if objects else list(rows)
    if shape == "array":
        return _dumped(listed)
    if shape == "arrayfirst":
        return _dumped([row[0] for row in rows])
    return _dumped(
        {
            "ok": True,
            "database": "archive",
            "query_name": name,
            "columns": result.columns,
            "rows": listed,
            "truncated": result.truncated,
            "query": {"sql": sql, "params": parameters},
            "query_ms": result.milliseconds,
        }
    )


def json_lines(result: QueryResult) -> str:
    """Return the result as one JSON object per line."""
    return "".join(_dumped(dict(zip(result.columns, map(_json_value, row), strict=True))) + "\n" for row in result.rows)


def csv_text(result: QueryResult) -> str:
    """Return the result as CSV; a blob is base64."""
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
