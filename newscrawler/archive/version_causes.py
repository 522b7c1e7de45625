"""What made each version of an article: its first sight, new rules, an edit, or another article at its address."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from newscrawler.archive.used_again import State, are_two_articles, states_of

FIRST = "first seen"
RULES = "new rules"
EDIT = "the page changed"
ANOTHER = "another article at this address"


def causes_of(connection: sqlite3.Connection, article: int, versions: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """Return the causes of the newest versions of an article (of those of `list_versions`), by their numbers.

    The first one counts as first seen: nothing is known of what was before it.
    """
    states = states_of(connection, article, len(versions)) if len(versions) > 1 else {}
    causes: dict[int, str] = {}
    before: State | None = None
    for version in versions:
        number = version["number"]
        after = states.get(number)
        if not causes:
            cause = FIRST
        elif version["is_rebuilt"]:
            cause = RULES
        elif before is not None and after is not None and are_two_articles(before, after):
            cause = ANOTHER
        else:
            cause = EDIT
        causes[number], before = cause, after
    return causes
