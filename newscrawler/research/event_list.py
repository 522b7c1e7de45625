"""The events of a selection: clusters of articles about one happening, with the words that tell them apart.

Articles are taken by the day of their publication. Each joins the event to whose articles it is most similar in the
mean, if that is enough (`events.SIMILAR`), if the event's last article is at most `events.DAYS` old, and if no city
speaks against it; else it begins an event of its own. A reprint joins the event of its cluster, whatever its city.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from newscrawler.archive.columns import CITIES_OF_ARTICLES, FROM_VERSIONS
from newscrawler.archive.filters import ArticleFilter
from newscrawler.archive.progress import Progress, unwatched
from newscrawler.research.events import DAYS, SIMILAR
from newscrawler.research.keywords import WordCounts, compare_words
from newscrawler.research.meaning import stored_vectors
from newscrawler.research.segmentation import Segmenter

COLUMNS = ("first", "published", "source", "title", "articles", "outlets", "cities", "last", "words")
MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class _Article:
    n: int
    id: str
    title: str
    outlet: str
    day: date
    cluster: int | None
    direction: np.ndarray


@dataclass(slots=True)
class _Event:
    articles: list[_Article]
    cities: set[str]
    total: np.ndarray
    """Of the directions of its articles."""

    @property
    def last(self) -> date:
        return self.articles[-1].day


@dataclass(slots=True)
class _Events:
    """The events so far: all of them, and those that an article can still join."""

    every: list[_Event] = field(default_factory=list)
    by_cluster: dict[int, _Event] = field(default_factory=dict)
    open: list[_Event] = field(default_factory=list)

    def add(self, article: _Article, cities: set[str]) -> None:
        event = self.by_cluster.get(article.cluster or 0) or self._nearest(article, cities)
        if event is None:
            event = _Event([], set(), np.zeros_like(article.direction))
            self.every.append(event)
        if event not in self.open:
            self.open.append(event)
        event.articles.append(article)
        event.cities |= cities
        event.total = event.total + article.direction
        if article.cluster:
            self.by_cluster[article.cluster] = event

    def close(self, day: date) -> None:
        """Close the events that are too old for a day."""
        self.open = [event for event in self.open if (day - event.last).days <= DAYS]

    def _nearest(self, article: _Article, cities: set[str]) -> _Event | None:
        if not self.open:
            return None
        middles = np.array([event.total for event in self.open])
        # The mean similarity to the articles of each. The middle of many articles would be near to everything.
        similar = middles @ article.direction / [len(event.articles) for event in self.open]
        for place in np.argsort(-similar):
            if similar[place] < SIMILAR:
                return None
            event: _Event = self.open[place]
            if not (cities and event.cities and not cities & event.cities):
                return event
        return None


def list_events(
    connection: sqlite3.Connection,
    article_filter: ArticleFilter,
    segmenter: Segmenter,
    *,
    least: int,
    limit: int,
    progress: Progress = unwatched,
) -> list[dict[str, Any]]:
    """Return the largest events of at least `least` articles, with the keys COLUMNS.

    `first` is the id of the first article, `words` the words of the titles that the event has more often than the other
    articles. Articles without a day or a vector are left out. Raises MeaningError when there are no vectors, and
    FilterError.
    """
    cities: dict[int, set[str]] = {}
    for number, city in connection.execute(f"SELECT n, city FROM ({CITIES_OF_ARTICLES})"):
        cities.setdefault(number, set()).add(city)
    events = _Events()
    titles: Counter[str] = Counter()
    for count, article in enumerate(_articles(connection, article_filter)):
        progress("articles", count)
        events.close(article.day)
        events.add(article, cities.get(article.n, set()))
        titles.update(word for word, _ in segmenter.tokens(article.title))
    large = [event for event in events.every if len(event.articles) >= least]
    large.sort(key=lambda event: (-len(event.articles), event.articles[0].day, event.articles[0].id))
    return [_row(event, titles, segmenter) for event in large[:limit]]


def _articles(connection: sqlite3.Connection, article_filter: ArticleFilter) -> Iterator[_Article]:
    """Yield the articles by the time of their publication."""
    vectors = stored_vectors(connection)
    where, values = article_filter.where(connection)
    rows = connection.execute(
        f"""SELECT a.n, a.id, v.title, coalesce(v.source, p.name), v.published_date, m.cluster, y.vector
            {FROM_VERSIONS} JOIN vectors y ON y.id = (SELECT max(x.id) FROM vectors x WHERE x.article = a.id
              AND x.content_hash = v.content_hash AND x.text = v.text AND {vectors.condition})
            LEFT JOIN reprint_members m ON m.article = a.n
            WHERE {where} AND v.published_date IS NOT NULL
            ORDER BY v.published_date, v.published, a.first_seen, a.id""",
        values,
    )
    dimensions = 0
    for number, key, title, outlet, day, cluster, blob in rows:
        direction = np.frombuffer(blob, np.int8).astype(np.float32)
        dimensions = dimensions or len(direction)
        length = float(np.linalg.norm(direction))
        try:
            published = date.fromisoformat(day)
        except ValueError:  # an archive of a stranger
            continue
        if length and len(direction) == dimensions:
            yield _Article(number, key, title, outlet, published, cluster, direction / length)


def _row(event: _Event, titles: Counter[str], segmenter: Segmenter) -> dict[str, Any]:
    first = event.articles[0]
    outlets = list(dict.fromkeys(article.outlet for article in event.articles))
    return {
        "first": first.id,
        "published": first.day.isoformat(),
        "source": first.outlet,
        "title": first.title,
        "articles": len(event.articles),
        "outlets": len(outlets),
        "cities": "、".join(sorted(event.cities)),
        "last": event.last.isoformat(),
        "words": "、".join(_words(event, titles, segmenter)),
    }


def _words(event: _Event, titles: Counter[str], segmenter: Segmenter) -> list[str]:
    """Return the words that the titles of an event have more often than the other titles, the surest first."""
    own = WordCounts()
    for article in event.articles:
        words = [word for word, _ in segmenter.tokens(article.title)]
        own.occurrences.update(words)
        own.articles.update(set(words))
    own.tokens = own.occurrences.total()
    others = WordCounts(titles - own.occurrences)
    others.tokens = others.occurrences.total()
    found = compare_words(own, others, limit=MOST_WORDS, shortest=2, least=min(2, len(event.articles)))
    return [row["word"] for row in found]
