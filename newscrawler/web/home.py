"""The home page: what the archive holds, how it grows, and the newest of it."""

from __future__ import annotations

import sqlite3

from starlette.responses import Response

from newscrawler.archive.captures.images import list_thumbnails
from newscrawler.archive.filters import ArticleFilter
from newscrawler.archive.reports import counts
from newscrawler.archive.runs import list_runs
from newscrawler.archive.search import browse
from newscrawler.archive.search.hits import read_entries
from newscrawler.monitoring.alarms import list_alarms
from newscrawler.web.charts import chart
from newscrawler.web.rendering import page
from newscrawler.web.request import PageRequest
from newscrawler.web.request_filters import portals_of

DAYS = 30
NEWEST = 10


def home(request: PageRequest, connection: sqlite3.Connection) -> Response:
    """Answer `/`."""
    numbers, _ = browse.list_articles(connection, ArticleFilter(), limit=NEWEST)
    entries = read_entries(connection, numbers)
    cities = request.cache.get(connection, "cities", counts.by_city)
    return page(
        "home.html",
        request,
        totals=request.cache.get(connection, "totals", counts.count_all),
        days=chart(request.cache.get(connection, "days", lambda later: counts.by_day(later, DAYS))),
        cities=cities,
        most=max((number for _, number in cities), default=0),
        entries=entries,
        thumbnails=list_thumbnails(connection, (entry.id for entry in entries)),
        portal_names=portals_of(request, connection),
        run=next(iter(list_runs(connection, limit=1)), None),
        alarms=len(list_alarms(connection)),
    )
