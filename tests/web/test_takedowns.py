"""A suppressed article is nowhere: on no page, in no file, in no table, by no SQL."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from datasette.utils import InvalidSql
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawler.web.guarded_sql import TABLES, VIEWS, connect_guarded, refuse_borrowed_names
from web.conftest import HIDDEN_WORD, Crawled, Server


@pytest.fixture
def guarded(crawled: Crawled) -> sqlite3.Connection:
    return connect_guarded(crawled.path)


def traces(crawled: Crawled) -> tuple[str, ...]:
    return (crawled.hidden, crawled.hidden_url, crawled.hidden_title, HIDDEN_WORD)


def test_it_is_in_the_archive(crawled: Crawled) -> None:
    assert crawled.rows("SELECT 1 FROM texts WHERE body LIKE ?", f"%{HIDDEN_WORD}%")
    assert crawled.rows("SELECT 1 FROM listing_sightings WHERE title = ?", crawled.hidden_title)


def test_no_page_has_it(site: Server, crawled: Crawled) -> None:
    run = crawled.one("SELECT key FROM runs ORDER BY id LIMIT 1")
    sections = [row["name"] for row in crawled.rows("SELECT name FROM sections")]
    paths = [
        "/",
        "/search",
        "/search.csv",
        "/search.json",
        f"/run/{run}",
        "/coverage",
        "/alarms?all=1",
        "/sql",
        "/archive",
    ]
    paths += [f"/coverage?portal=demo&section={name}&state=stored" for name in sections]
    paths += [f"/city?name={name}" for name in sections[:9]]
    paths += [f"/archive/{name}.json?_size=max" for name in (*VIEWS, *TABLES)]
    for path in paths:
        answer = site.get(quote(path, safe="/?=&_"))
        assert answer.status in (200, 404), path
        for trace in traces(crawled):
            assert trace not in answer.text and json.dumps(trace) not in answer.text, (path, trace)


def test_its_own_addresses_are_not_there(site: Server, crawled: Crawled) -> None:
    for path in ("", ".bib", ".json", "/changes", "/capture/1.html", "/capture/1.warc.gz"):
        assert site.get(f"/article/{crawled.hidden}{path}").status == 404
    found = site.get(f"/search?q={quote(HIDDEN_WORD)}")
    assert found.status == 200 and crawled.hidden not in found.text


READERS = (
    "SELECT body FROM texts",
    "SELECT * FROM main.texts",
    'SELECT "body" FROM "texts"',
    "SELECT title FROM versions",
    "SELECT id FROM articles",
    "SELECT url FROM urls",
    "SELECT alias FROM url_aliases",
    "SELECT title FROM listing_sightings",
    "SELECT url FROM captures",
    "SELECT url FROM images",
    "SELECT name FROM credits",
    "SELECT article FROM suppressions",
    "SELECT url FROM run_events",
    "SELECT message, samples FROM alarms",
    "SELECT rowid FROM search_index WHERE search_index MATCH 'a'",
    "SELECT term FROM search_index_words",
    "SELECT block FROM search_index_data",
    "SELECT sql FROM sqlite_temp_master",
    "WITH x AS (SELECT body FROM texts) SELECT * FROM x",
    "SELECT (SELECT group_concat(body) FROM texts)",
    "SELECT count(body) FROM texts",
    "SELECT 1 FROM articles_flat WHERE EXISTS (SELECT 1 FROM texts WHERE body LIKE '%a%')",
    "SELECT t.body FROM articles_flat f JOIN texts t ON 1",
    "SELECT articles_flat.body FROM (SELECT body FROM texts) AS articles_flat",
    "SELECT body FROM texts AS articles_flat",
    "SELECT x.body FROM texts AS reprints, texts x",
)


@pytest.mark.parametrize("query", READERS)
def test_sql_cannot_read_what_views_hide(guarded: sqlite3.Connection, query: str) -> None:
    with pytest.raises(sqlite3.DatabaseError, match=r"prohibited|not authorized|no such|vtable"):
        guarded.execute(query).fetchall()


BORROWERS = (
    "WITH articles_flat AS (SELECT body FROM texts) SELECT * FROM articles_flat",
    "WITH articles_flat(b) AS (SELECT body FROM texts) SELECT * FROM articles_flat",
    'WITH "articles_flat" AS (SELECT body FROM texts) SELECT * FROM articles_flat',
    "WITH 'articles_flat' AS (SELECT body FROM texts) SELECT * FROM articles_flat",
    "WITH [Articles_Flat] AS MATERIALIZED (SELECT body FROM texts) SELECT * FROM articles_flat",
    "WITH `reprints` AS NOT MATERIALIZED (SELECT body FROM texts) SELECT * FROM reprints",
    "WITH a AS (SELECT 1), members AS (SELECT body FROM texts) SELECT * FROM members",
    "WITH placed/**/AS/* */(SELECT body FROM texts) SELECT * FROM placed",
    "WITH placed -- x\n AS -- y\n(SELECT body FROM texts) SELECT * FROM placed",
    "SELECT * FROM (WITH article_versions AS (SELECT body FROM texts) SELECT * FROM article_versions)",
    "WITH RECURSIVE alarm_history AS (SELECT body FROM texts) SELECT * FROM alarm_history",
    "WITH '/*' AS (SELECT 1), members AS (SELECT body FROM texts) SELECT '*/', * FROM members",
)


@pytest.mark.parametrize("query", BORROWERS)
def test_the_name_of_a_view_cannot_be_borrowed(guarded: sqlite3.Connection, site: Server, query: str) -> None:
    with pytest.raises(InvalidSql, match="is the name of a view"):
        refuse_borrowed_names(query)
    answer = site.get(f"/archive.json?sql={quote(query)}")
    assert answer.status == 400 and HIDDEN_WORD not in answer.text


_NOISE = st.sampled_from(["", " ", "\n", "/* ' */", '-- "\n', "\t/**/"])
_NAMES = st.sampled_from(
    ["articles_flat", "'members'", '"placed"', "[reprints]", "`ARTICLE_VERSIONS`", "article_credits"]
)


@settings(max_examples=200)
@given(
    st.lists(_NOISE, min_size=6, max_size=6),
    _NAMES,
    st.sampled_from(["", "(b)", "(a, b)"]),
    st.sampled_from(["", "MATERIALIZED", "NOT MATERIALIZED"]),
)
def test_no_spelling_borrows_a_name(noise: list[str], name: str, columns: str, kind: str) -> None:
    """Whatever SQLite takes for a named expression is refused."""
    a, b, c, d, e, f = noise
    query = f"WITH{a or ' '}{name}{b or ' '}{columns}{c}AS{d or ' '}{kind}{e}(SELECT 1 AS b, 2){f} SELECT * FROM {name}"
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute(query)
        except sqlite3.OperationalError as error:
            assert "values for" in str(error), query
    with pytest.raises(InvalidSql):
        refuse_borrowed_names(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT count(*) FROM articles_flat",
        "SELECT * FROM articles_flat AS f WHERE f.title LIKE '%村%'",
        "WITH x AS (SELECT city, count(*) n FROM articles_flat GROUP BY 1) SELECT * FROM x ORDER BY n",
        "SELECT f.title, r.days_late FROM reprints r JOIN articles_flat f ON f.id = r.id",
        "SELECT name, counts ->> '$.new' FROM runs JOIN portals ON portals.id = runs.portal",
        "SELECT k.value FROM runs, json_each(runs.counts, '$.filled') k",
        "SELECT a.number, c.name FROM article_versions a JOIN article_credits c ON c.article = a.article",
        "SELECT * FROM alarm_history",
        "SELECT 'articles_flat as (x)' AS text",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT * FROM n",
    ],
)
def test_what_may_be_asked_is_answered(guarded: sqlite3.Connection, query: str) -> None:
    refuse_borrowed_names(query)
    guarded.execute(query).fetchall()


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM runs",
        "UPDATE portals SET name = ''",
        "CREATE TABLE t (x)",
        "CREATE TEMP TABLE t (x)",
        "ATTACH ':memory:' AS x",
        "PRAGMA query_only = OFF",
        "PRAGMA writable_schema = ON",
        "SELECT load_extension('x')",
        "VACUUM",
        "BEGIN",
        "SELECT zeroblob(1000000000)",
        "SELECT replace(printf('%.*c', 3900000, 'a'), 'a', 'aaaa')",
    ],
)
def test_nothing_can_be_changed_or_blown_up(guarded: sqlite3.Connection, query: str) -> None:
    with pytest.raises(sqlite3.Error):
        guarded.execute(query).fetchall()


def test_every_example_runs(site: Server) -> None:
    from newscrawler.web.sql import EXAMPLES

    for name in EXAMPLES:
        answer = site.get(f"/archive/{name}.json?_shape=array")
        assert answer.status == 200 and isinstance(answer.json(), list), name
    assert site.get("/archive/edited.json?_shape=array").json()


def test_a_takedown_holds_at_once(copied: Path, crawled: Crawled) -> None:
    """Also on pages that were made a moment before, and are kept."""
    from web.conftest import newscrawler, serving

    search = f"/search?q={quote(HIDDEN_WORD)}"
    with serving(copied) as server:
        assert server.get(f"/article/{crawled.hidden}").status == 404
        assert crawled.hidden not in server.get(search).text
        newscrawler("suppress", crawled.hidden_url, "--undo", "--archive", copied, cwd=copied.parent)
        assert HIDDEN_WORD in server.get(f"/article/{crawled.hidden}").text
        for _ in range(8):
            assert crawled.hidden in server.get(search).text
        newscrawler("suppress", crawled.hidden_url, "--reason", "again", "--archive", copied, cwd=copied.parent)
        for _ in range(8):
            assert crawled.hidden not in server.get(search).text
        assert server.get(f"/article/{crawled.hidden}").status == 404
        assert crawled.hidden not in server.get("/search.json").text
