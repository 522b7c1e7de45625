"""The filters of a request: those of the command line, under the same names."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from newscrawler.archive.filters import ArticleFilter, portal_names
from newscrawler.archive.search.parts import names_with, suggestions
from newscrawler.web.request import BadRequestError, PageRequest

NAMES = ("city", "county", "source", "editor", "author", "portal", "status")
"""Arguments that may be given several times."""
DAYS = ("since", "until")
STATUSES = ("live", "gone", "blocked", "unknown")
_OTHERS = ("q", "sort", "page", "after", "lang", "year", "province")
_LONGEST = 200
_MOST_SUGGESTED = 200


def filter_of(request: PageRequest, connection: sqlite3.Connection) -> ArticleFilter:
    """Return the filter that the arguments mean; an outlet or a person may be given by a part of the name.

    Raises BadRequestError for an argument that we do not know, and FilterError for a name.
    """
    known = (*NAMES, *DAYS, *_OTHERS)
    for name, values in request.arguments.items():
        if name not in known:
            near = get_close_matches(name, known, n=3, cutoff=0.3) or known
            raise BadRequestError(
                "there is no argument {name!r}; the nearest are {near}.", name=name[:40], near=", ".join(near)
            )
        if any(len(value) > _LONGEST for value in values) and name != "q":
            raise BadRequestError("{name!r} has more than {most} characters.", name=name[:40], most=_LONGEST)
    chosen = {name: tuple(dict.fromkeys(value for value in request.arguments.get(name, ()))) for name in NAMES}
    for status in chosen["status"]:
        if status not in STATUSES:
            raise BadRequestError(
                "there is no status {name!r}; there are {known}.", name=status[:40], known=", ".join(STATUSES)
            )
    names = {
        name: tuple(dict.fromkeys(full for part in chosen[name] for full in names_with(connection, name, part)))
        for name in ("source", "editor", "author")
    }
    return ArticleFilter(
        portals=chosen["portal"],
        cities=chosen["city"],
        counties=chosen["county"],
        sources=names["source"],
        editors=names["editor"],
        authors=names["author"],
        statuses=chosen["status"],
        since=_day(request, "since"),
        until=_day(request, "until"),
    )


def _day(request: PageRequest, name: str) -> str | None:
    value = request.one(name)
    if not value:
        return None
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise BadRequestError(
            "{name!r} is {value!r}, which is not a valid date; write it as in 2019-07-10.", name=name, value=value[:40]
        ) from None


def filter_arguments(request: PageRequest) -> dict[str, list[str]]:
    """Return the arguments that are filters, for links that keep them."""
    return {name: request.arguments[name] for name in (*NAMES, *DAYS) if name in request.arguments}


def filter_fields(request: PageRequest) -> dict[str, Any]:
    """Return what the fields of the filters are made of, for templates."""
    return {"filters": filter_arguments(request), "names": NAMES, "days": DAYS, "statuses": STATUSES}


@dataclass(frozen=True, slots=True)
class Known:
    """What the archive knows, for the fields of the filters."""

    portals: dict[str, str]
    """Names by id."""
    suggested: dict[str, list[str]]
    """By argument: names that a browser suggests while one is typed, the most frequent first."""


def known(request: PageRequest, connection: sqlite3.Connection) -> Known:
    """Return what the fields of the filters suggest."""
    suggested = request.cache.get(connection, "suggested", lambda later: suggestions(later, _MOST_SUGGESTED))
    return Known(portals_of(request, connection), suggested)


def portals_of(request: PageRequest, connection: sqlite3.Connection) -> dict[str, str]:
    """Return the names of the portals by id."""
    return request.cache.get(connection, "portal names", portal_names)
