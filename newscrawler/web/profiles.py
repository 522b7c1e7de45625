"""Cities, outlets and editors: the lists of them, and a page for each, over time."""

from __future__ import annotations

from sqlite_utils import Database

from newscrawler.archive.filters import ArticleFilter
from newscrawler.archive.reports import counts
from newscrawler.archive.search import browse
from newscrawler.web.charts import chart
from newscrawler.web.pages import Answer, NoSuchPageError, Visit, WrongRequestError, page

KINDS = {"city": "cities", "outlet": "outlets", "editor": "editors"}
_ARGUMENT = {"city": "city", "outlet": "source", "editor": "editor"}
"""The filter of the search page that means one of a kind."""
NEWEST = 10
_LONGEST_NAME = 200


def names(db: Database, visit: Visit) -> Answer:
    """Answer `/cities`, `/outlets` and `/editors`."""
    kind = next(kind for kind, plural in KINDS.items() if plural == visit.names["plural"])
    if kind == "city":
        counted = visit.kept.get(db, "cities", lambda later: counts.by_city(later.conn))
    else:
        counted = visit.kept.get(db, ("names", kind), lambda later: counts.by_name(later.conn, kind))
    most = max((number for _, number in counted), default=0)
    return page("names.html", visit, kind=kind, plural=KINDS[kind], counted=counted, most=most, limit=counts.MOST_NAMES)


def profile(db: Database, visit: Visit) -> Answer:
    """Answer `/city`, `/outlet` and `/editor`, each with `?name=`."""
    kind = visit.names["kind"]
    name = visit.one("name")
    if not name or len(name) > _LONGEST_NAME:
        raise WrongRequestError(
            "give a name, as in /{page}?name=…; /{plural} lists them.", page=kind, plural=KINDS[kind]
        )
    chosen = ArticleFilter(
        cities=(name,) if kind == "city" else (),
        sources=(name,) if kind == "outlet" else (),
        editors=(name,) if kind == "editor" else (),
    )
    # A city may be named in any form, 宜昌 as well as 宜昌市; an unknown one is answered with the nearest.
    if kind == "city":
        name = chosen.where(db)[1][0]
    found = visit.kept.get(db, ("profile", kind, name), lambda later: counts.profile(later.conn, kind, name))
    if found is None:
        raise NoSuchPageError
    numbers, _ = browse.list_articles(db, chosen, limit=NEWEST)
    return page(
        "profile.html",
        visit,
        kind=kind,
        plural=KINDS[kind],
        argument=_ARGUMENT[kind],
        name=name,
        profile=found,
        months=chart(found.months),
        tops=[
            (other, values)
            for other, values in (("city", found.cities), ("outlet", found.outlets), ("editor", found.editors))
            if values
        ],
        entries=browse.entries(db.conn, numbers),
    )
