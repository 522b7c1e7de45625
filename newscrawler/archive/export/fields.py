"""The fields of an export and their meaning: the data dictionary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from newscrawler.archive.columns import COLUMNS, Column

CHANGE = Column(
    "change",
    "",
    "text",
    "what became of the article since the last export of that name; only with --since-last",
    "compared with what was exported",
    "new, changed or gone",
)
MONTH = Column(
    "month", "", "text", "month of publication; only with --partition month", "published_date", "month, ISO 8601"
)
FIELDS = (CHANGE, *COLUMNS)
_BY_NAME = {field.name: field for field in FIELDS}

_TYPES = {"text": "string", "integer": "integer", "number": "number", "date": "date", "datetime": "datetime"}
_ENUMS = {
    "change": ["new", "changed", "gone"],
    "status": ["live", "gone", "blocked", "unknown"],
    "article_type": ["原创", "转载", "unknown"],
}


def fields_named(names: Sequence[str]) -> list[Column]:
    """Return the fields of these names. Raises KeyError for an unknown name."""
    return [_BY_NAME[name] for name in names]


def split_list(value: object) -> list[str]:
    """Return the items of a list that is joined with 、; none for NULL."""
    return value.split("、") if isinstance(value, str) and value else []


def table_schema(fields: Sequence[Column], *, has_lists: bool, has_repeats: bool = False) -> dict[str, Any]:
    """Return a Frictionless Table Schema; `unit` and `source` are ours.

    `has_lists`: lists are lists, not joined. `has_repeats`: an article may have several rows.
    """
    entries = []
    for field in fields:
        is_list = field.is_list and has_lists
        entry: dict[str, Any] = {
            "name": field.name,
            "type": "array" if is_list else _TYPES[field.type],
            "description": field.meaning.replace(", joined with 、", "") if is_list else field.meaning,
            "unit": field.unit,
            "source": field.source,
        }
        constraints: dict[str, Any] = {}
        if field.name == "id":
            constraints = {"required": True} if has_repeats else {"required": True, "unique": True}
        if field.name in _ENUMS:
            constraints = {"enum": _ENUMS[field.name]}
        if constraints:
            entry["constraints"] = constraints
        entries.append(entry)
    schema: dict[str, Any] = {"fields": entries, "missingValues": [""]}
    if not has_repeats and any(field.name == "id" for field in fields):
        schema["primaryKey"] = ["id"]
    return schema
