"""Events: articles of several outlets about the same happening, whether or not they share a text.

Two articles belong to one event when they are reprints of each other, or when their vectors are similar, they appeared
within a few days, and no city speaks against it: both name a city, and none is the same.
"""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta

from newscrawler.archive.columns import CITIES_OF_ARTICLES
from newscrawler.archive.filters import ArticleFilter
from newscrawler.research.meaning import MeaningError, Near, like_article

SIMILAR = 0.7
"""The least similarity of two articles about one event. Of pairs of real articles that have nothing to do with each
other, one in a thousand is above 0.55; but reports of one kind (two villages get a road) are as near as 0.8."""
DAYS = 3
"""The most days between them."""
_COMPARED = 200
_CITIES = f"SELECT city FROM ({CITIES_OF_ARTICLES}) WHERE n = ?"


def same_event(connection: sqlite3.Connection, article: int) -> list[Near] | None:
    """Return the other articles about the event of an article (`articles.n`), the nearest first.

    None where its day is not known, or it has no vector.
    """
    (day,) = connection.execute(
        "SELECT v.published_date FROM articles a JOIN versions v ON v.id = a.version WHERE a.n = ?", (article,)
    ).fetchone()
    try:
        middle = date.fromisoformat(day)
    except (TypeError, ValueError):  # the archive may come from a stranger
        return None
    span = timedelta(days=DAYS)
    window = ArticleFilter(since=(middle - span).isoformat(), until=(middle + span).isoformat())
    try:
        near = like_article(connection, article, window, limit=_COMPARED)
    except MeaningError:
        return None
    own = _cities(connection, article)
    return [
        one
        for one in near
        if (one.similarity or 0) >= SIMILAR and not (own and (its := _cities(connection, one.n)) and not own & its)
    ]


def _cities(connection: sqlite3.Connection, article: int) -> set[str]:
    return {city for (city,) in connection.execute(_CITIES, (article,))}
