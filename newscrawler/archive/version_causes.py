"""What made each version of an article: its first sight, new rules, an edit, or another article at its address."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from newscrawler.archive.used_again import are_two_articles
from newscrawler.archive.versions import version_values

FIRST = "first seen"
RULES = "new rules"
EDIT = "the page changed"
ANOTHER = "another article at this address"


def cause_of(before: Mapping[str, str] | None, values: Mapping[str, str], *, is_rebuilt: bool) -> str:
    """Return what made a version: `values` are its fields, `before` those of the version before it."""
    if before is None:
        return FIRST
    if is_rebuilt:
        return RULES
    one, other = ((fields["title"], fields["body"], fields["published"][:10]) for fields in (before, values))
    return ANOTHER if are_two_articles(one, other) else EDIT


def causes_of(connection: sqlite3.Connection, versions: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """Return the causes of successive versions (as `list_versions` gives them) by their numbers.

    The first one counts as first seen: nothing is known of what was before it.
    """
    causes: dict[int, str] = {}
    before: dict[str, str] | None = None
    for version in versions:
        values = version_values(connection, version["id"])
        causes[version["number"]] = cause_of(before, values, is_rebuilt=bool(version["is_rebuilt"]))
        before = values
    return causes
