"""The entity pages: lists of cities, outlets and editors, and a page for each with its articles over time."""

from __future__ import annotations

import sqlite3

from starlette.exceptions import HTTPException
from starlette.responses import Response

from newscrawler.archive.captures.images import list_thumbnails
from newscrawler.archive.filters import ArticleFilter
from newscrawler.archive.reports import counts
from newscrawler.archive.search import browse
from newscrawler.archive.search.hits import read_entries
from newscrawler.text.languages import N_
from newscrawler.web.charts import chart
from newscrawler.web.rendering import page
from newscrawler.web.request import BadRequestError, PageRequest

KINDS = {"city": "cities", "outlet": "outlets", "editor": "editors"}
_HEADINGS = {"city": N_("Cities"), "outlet": N_("Outlets"), "editor": N_("Editors")}
_ARGUMENT = {"city": "city", "outlet": "source", "editor": "editor"}
"""The filter of the search page for each kind."""
NEWEST = 10
SHOWN = 200
"""Names of a list that are shown at first."""
_LONGEST_NAME = 200


def entities(request: PageRequest, connection: sqlite3.Connection) -> Response:
    """Answer `/cities`, `/outlets` and `/editors`."""
    kind = next(kind for kind, plural in KINDS.items() if plural == request.path_params["plural"])
    part = request.one("q").strip()
    if len(part) > _LONGEST_NAME:
        raise BadRequestError("{name!r} has more than {most} characters.", name="q", most=_LONGEST_NAME)
    if kind == "city":
        counted = [row for row in request.cache.get(connection, "cities", counts.by_city) if part in row[0]]
    else:
        counted = request.cache.get(connection, ("names", kind, part), lambda later: counts.by_name(later, kind, part))
    shown = counted if request.one("all") == "1" else counted[:SHOWN]
    most = max((number for _, number in shown), default=0)
    return page(
        "entities.html",
        request,
        heading=request.language.translations.gettext(_HEADINGS[kind]),
        kind=kind,
        part=part,
        counted=shown,
        hidden=len(counted) - len(shown),
        most=most,
        limit=counts.MOST_NAMES,
    )


def entity(request: PageRequest, connection: sqlite3.Connection) -> Response:
    """Answer `/city`, `/outlet` and `/editor`, each with `?name=`."""
    kind = request.path_params["kind"]
    name = request.one("name")
    if not name or len(name) > _LONGEST_NAME:
        raise BadRequestError("give a name, as in /{page}?name=…; /{plural} lists them.", page=kind, plural=KINDS[kind])
    article_filter = ArticleFilter(
        cities=(name,) if kind == "city" else (),
        sources=(name,) if kind == "outlet" else (),
        editors=(name,) if kind == "editor" else (),
    )
    # A city may be named in any form, 宜昌 as well as 宜昌市; an unknown one is answered with the nearest.
    if kind == "city":
        name = article_filter.where(connection)[1][0]
    profile = request.cache.get(connection, ("profile", kind, name), lambda later: counts.profile(later, kind, name))
    if profile is None:
        raise HTTPException(404)
    numbers, _ = browse.list_articles(connection, article_filter, limit=NEWEST)
    entries = read_entries(connection, numbers)
    return page(
        "entity.html",
        request,
        list_heading=request.language.translations.gettext(_HEADINGS[kind]),
        kind=kind,
        plural=KINDS[kind],
        argument=_ARGUMENT[kind],
        name=name,
        profile=profile,
        months=chart(profile.months),
        tops=[
            (other, values)
            for other, values in (("city", profile.cities), ("outlet", profile.outlets), ("editor", profile.editors))
            if values
        ],
        entries=entries,
        thumbnails=list_thumbnails(connection, (entry.id for entry in entries)),
    )
