"""The filters of a request: those of the command line, by the same names."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches

from newscrawler.archive.filters import ArticleFilter
from newscrawler.web.pages import Visit, WrongRequestError

NAMES = ("city", "county", "source", "editor", "author", "portal", "status")
"""Arguments that may be given several times."""
DAYS = ("since", "until")
STATUSES = ("live", "gone", "blocked", "unknown")
_OTHERS = ("q", "sort", "page", "after", "lang")
_LONGEST = 200


def asked_filter(visit: Visit) -> ArticleFilter:
    """Return the filter that the arguments mean. Raises WrongRequestError for one that we do not know."""
    known = (*NAMES, *DAYS, *_OTHERS)
    for name, values in visit.arguments.items():
        if name not in known:
            near = get_close_matches(name, known, n=3, cutoff=0.3) or known
            raise WrongRequestError(
                "there is no argument {name!r}; the nearest are {near}.", name=name[:40], near=", ".join(near)
            )
        if any(len(value) > _LONGEST for value in values) and name != "q":
            raise WrongRequestError("{name!r} has more than {most} characters.", name=name[:40], most=_LONGEST)
    chosen = {name: tuple(dict.fromkeys(value for value in visit.arguments.get(name, ()))) for name in NAMES}
    for status in chosen["status"]:
        if status not in STATUSES:
            raise WrongRequestError(
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
        since=_day(visit, "since"),
        until=_day(visit, "until"),
    )


def _day(visit: Visit, name: str) -> str | None:
    given = visit.one(name)
    if not given:
        return None
    try:
        return date.fromisoformat(given).isoformat()
    except ValueError:
        raise WrongRequestError(
            "{name!r} is {given!r}, which is no day; write it as in 2019-07-10.", name=name, given=given[:40]
        ) from None


def given_filters(visit: Visit) -> dict[str, list[str]]:
    """Return the filters as they were given, for links that keep them."""
    return {name: visit.arguments[name] for name in (*NAMES, *DAYS) if name in visit.arguments}
