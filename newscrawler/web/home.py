"""The home page: what the archive holds, how it grows, and the newest of it."""

from __future__ import annotations

from sqlite_utils import Database
from starlette.responses import Response

from newscrawler.archive.filters import ArticleFilter
from newscrawler.archive.reports import counts
from newscrawler.archive.runs import list_runs
from newscrawler.archive.search import browse
from newscrawler.monitoring.alarms import list_alarms
from newscrawler.web.charts import chart
from newscrawler.web.rendering import page
from newscrawler.web.request import PageRequest

DAYS = 30
NEWEST = 10


def home(request: PageRequest, db: Database) -> Response:
    """Answer `/`."""
    numbers, _ = browse.list_articles(db, ArticleFilter(), limit=NEWEST)
    cities = request.cache.get(db, "cities", lambda later: counts.by_city(later.conn))
    return page(
        "home.html",
        request,
        totals=request.cache.get(db, "totals", lambda later: counts.count_all(later.conn)),
        days=chart(request.cache.get(db, "days", lambda later: counts.by_day(later.conn, DAYS))),
        cities=cities,
        most=max((number for _, number in cities), default=0),
        entries=browse.entries(db.conn, numbers),
        run=next(iter(list_runs(db, limit=1)), None),
        alarms=len(list_alarms(db.conn)),
    )
