"""Lists, facets, counts and profiles against the view that they speak of, and articles as pages read them."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newscrawler.archive import open_archive_read_only
from newscrawler.archive.article_view import article_record
from newscrawler.archive.columns import FROM
from newscrawler.archive.filters import ArticleFilter
from newscrawler.archive.reports import counts
from newscrawler.archive.rows import select_rows
from newscrawler.archive.search import browse, facets
from support.examples import examples
from support.web import Crawled

FIXTURES = [HealthCheck.function_scoped_fixture]


@pytest.fixture(scope="module")
def db(crawled: Crawled) -> Iterator[sqlite3.Connection]:
    db = open_archive_read_only(crawled.path)
    yield db
    db.close()


def expected(db: sqlite3.Connection, chosen: ArticleFilter) -> list[int]:
    """What the filter means, by a scan: newest first, articles without a date last."""
    where, values = chosen.where(db)
    rows = db.execute(
        f"SELECT a.n FROM (SELECT 1) {FROM.replace('FROM', 'JOIN', 1)} WHERE {where} "
        "ORDER BY coalesce(v.published, '') DESC, a.n DESC",
        values,
    )
    return [row[0] for row in rows]


def outlets_of(db: sqlite3.Connection, numbers: list[int]) -> list[tuple[str, int]]:
    """The ten most frequent outlets of these articles."""
    sources = [db.execute(f"SELECT v.source {FROM} WHERE a.n = ?", (number,)).fetchone()[0] for number in numbers]
    counted = Counter(source for source in sources if source)
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:10]


def walked(db: sqlite3.Connection, chosen: ArticleFilter, size: int) -> list[int]:
    found: list[int] = []
    place = None
    while True:
        numbers, place = browse.list_articles(db, chosen, limit=size, after=place)
        found += numbers
        if place is None:
            return found


def some(values: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


@settings(max_examples=examples(60), deadline=None, suppress_health_check=FIXTURES)
@given(data=st.data())
def test_pages_of_any_filter_are_the_filter(db: sqlite3.Connection, data: st.DataObject) -> None:
    def column(name: str) -> list[str]:
        return [
            row[0] for row in db.execute(f"SELECT DISTINCT {name} FROM articles_flat WHERE {name} <> '' ORDER BY 1")
        ]

    days = ["2019-06-20", "2019-07-01", "2019-07-10"]
    since = data.draw(st.sampled_from([None, *days]))
    until = data.draw(st.sampled_from([None, *(day for day in days if day >= (since or ""))]))
    chosen = ArticleFilter(
        cities=data.draw(some(column("city"))),
        sources=data.draw(some(column("source"))),
        editors=data.draw(some(sorted({name for names in column("editors") for name in names.split("、")}))),
        since=since,
        until=until,
    )
    assert walked(db, chosen, data.draw(st.integers(1, 40))) == expected(db, chosen)
    assert browse.count_articles(db, chosen) == len(expected(db, chosen))


def test_a_rare_name_is_found_behind_many_others(db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """More articles are newer than are looked at first: the name's own index answers."""
    monkeypatch.setattr(browse, "_NEWEST_ROWS", 5)
    for row in db.execute("SELECT DISTINCT source FROM articles_flat WHERE source IS NOT NULL").fetchall():
        chosen = ArticleFilter(sources=(row[0],))
        assert walked(db, chosen, 3) == expected(db, chosen)


def test_facets_count_what_they_are_given(db: sqlite3.Connection) -> None:
    numbers = expected(db, ArticleFilter())
    found = facets.count_facets(db, numbers)
    rows = select_rows(db, "SELECT cities, source, editors, published_date FROM articles_flat")
    sources = Counter(row["source"] for row in rows if row["source"])
    assert dict(found.frequent["source"]) == dict(
        sorted(sources.items(), key=lambda one: (-one[1], one[0]))[: facets.FACET_SIZE]
    )
    months = Counter(row["published_date"][:7] for row in rows if row["published_date"])
    assert dict(found.months) == dict(months) == facets.count_months(db)
    assert [month for month, _ in found.months] == sorted(months)
    assert facets.count_facets(db, []) == facets.Facets({"city": [], "source": [], "editor": []}, [])


def test_a_facet_counts_what_its_filter_finds(db: sqlite3.Connection) -> None:
    """Also a city that only the title names, where the section that listed the article is about none."""
    db, source = sqlite3.connect(":memory:"), db
    source.backup(db)
    db.execute(
        "UPDATE sections SET city = NULL, city_code = NULL WHERE id = (SELECT section FROM articles WHERE n = 1)"
    )
    db.execute("UPDATE versions SET city = '神农架林区', city_code = '429021' WHERE article IN (1, 2)")
    found = facets.count_facets(db, browse.find_all(db, ArticleFilter()))
    assert "神农架林区" in dict(found.frequent["city"]) or len(found.frequent["city"]) == facets.FACET_SIZE
    for argument, name in (("cities", "city"), ("sources", "source"), ("editors", "editor")):
        for value, number in found.frequent[name]:
            chosen = ArticleFilter(**{argument: (value,)})
            assert number == len(expected(db, chosen)) == len(browse.find_all(db, chosen)), value
    db.close()


def test_cities_are_counted_as_they_are_filtered(db: sqlite3.Connection) -> None:
    for city, number in counts.by_city(db):
        assert number == len(expected(db, ArticleFilter(cities=(city,)))), city


@pytest.mark.parametrize(("kind", "field"), [("city", "cities"), ("outlet", "sources"), ("editor", "editors")])
def test_profiles_are_what_the_filter_means(db: sqlite3.Connection, kind: str, field: str) -> None:
    listed = counts.by_city(db) if kind == "city" else counts.by_name(db, kind)
    for name, number in listed:
        profile = counts.profile(db, kind, name)
        if not number:
            assert profile is None
            continue
        assert profile is not None
        assert profile.articles == number == len(expected(db, ArticleFilter(**{field: (name,)})))
        assert sum(one for _, one in profile.months) + profile.undated == number
        assert len(profile.months) >= 12 and profile.months == sorted(profile.months)
        if kind != "outlet":
            assert profile.outlets == outlets_of(db, expected(db, ArticleFilter(**{field: (name,)}))), name
    assert counts.profile(db, kind, "没有的名字") is None


def test_days_end_with_the_newest(db: sqlite3.Connection) -> None:
    days = counts.by_day(db, 30)
    assert len(days) == 30
    assert days[-1][0] == db.execute("SELECT max(published_date) FROM articles_flat").fetchone()[0]
    assert days[-1][1] > 0


def test_the_origin_is_that_of_the_view(db: sqlite3.Connection) -> None:
    pairs = db.execute("SELECT origin_id, id FROM reprints").fetchall()
    assert pairs
    for origin, other in pairs:
        first, second = article_record(db, origin), article_record(db, other)
        assert first is not None and second is not None
        assert first.is_origin and not second.is_origin
        assert [one.id for one in second.reprints if one.is_origin] == [origin]


def test_an_article_that_is_not_there(db: sqlite3.Connection, crawled: Crawled) -> None:
    assert article_record(db, "f" * 24) is None
    assert article_record(db, crawled.hidden) is None
