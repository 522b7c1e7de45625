"""The filters of a request: those of the command line, under the same names."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches

from newscrawler.archive.filters import ArticleFilter
from newscrawler.web.request import BadRequestError, PageRequest

NAMES = ("city", "county", "source", "editor", "author", "portal", "status")
"""Arguments that may be given several times."""
DAYS = ("since", "until")
STATUSES = ("live", "gone", "blocked", "unknown")
_OTHERS = ("q", "sort", "page", "after", "lang")
_LONGEST = 200


def filter_of(request: PageRequest) -> ArticleFilter:
    """Return the filter that the arguments mean. Raises BadRequestError for one that we do not know."""
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
    return ArticleFilter(
        portals=chosen["portal"],
        cities=chosen["city"],
        counties=chosen["county"],
        sources=chosen["source"],
        editors=chosen["editor"],
        authors=chosen["author"],
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
