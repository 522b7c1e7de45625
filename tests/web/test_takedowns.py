"""A suppressed article is nowhere: on no page, in no file, in no table, by no SQL."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newscrawler.web.sql.connection import SqlConnection
from newscrawler.web.sql.query import Query, QueryError, run_query
from newscrawler.web.sql.views import ARCHIVE_VIEWS, OPEN, TABLES
from support.web import HIDDEN_WORD, Crawled, Server


@pytest.fixture
def guarded(crawled: Crawled) -> Iterator[sqlite3.Connection]:
    with closing(SqlConnection(crawled.path, seconds=5)) as opened:
        yield opened.connection


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
    paths += [f"/archive/{name}.json?_size=max" for name in OPEN]
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
    with pytest.raises(sqlite3.DatabaseError, match="prohibited"):
        guarded.execute(query).fetchall()
    answer = site.get(f"/archive.json?sql={quote(query)}")
    assert answer.status == 400 and HIDDEN_WORD not in answer.text


_NOISE = st.sampled_from(["", " ", "\n", "/* ' */", '-- "\n', "\t/**/"])
_NAMES = st.sampled_from(
    ["articles_flat", "'members'", '"placed"', "[reprints]", "`ARTICLE_VERSIONS`", "article_credits"]
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(_NOISE, min_size=6, max_size=6),
    _NAMES,
    st.sampled_from(["", "(b)"]),
    st.sampled_from(["", "MATERIALIZED", "NOT MATERIALIZED"]),
)
def test_no_spelling_borrows_a_name(
    guarded: sqlite3.Connection, noise: list[str], name: str, columns: str, kind: str
) -> None:
    """However an expression is named, it reads no table."""
    a, b, c, d, e, f = noise
    query = f"WITH{a or ' '}{name}{b or ' '}{columns}{c}AS{d or ' '}{kind}{e}(SELECT body FROM texts){f} SELECT * FROM {name}"
    with pytest.raises(sqlite3.DatabaseError, match="prohibited"):
        guarded.execute(query).fetchall()


COUNTERS = (
    "SELECT count(*) FROM texts",
    "SELECT count(*) FROM TEXTS",
    "SELECT count(*) FROM suppressions",
    "SELECT 1 FROM articles",
    "SELECT EXISTS (SELECT 1 FROM suppressions)",
    "SELECT count(*) FROM main.suppressions",
    "SELECT count(*) FROM sqlite_schema",
    "SELECT count(*) FROM search_index",
    "SELECT count(*) FROM search_documents",
)


@pytest.mark.parametrize("query", COUNTERS)
def test_rows_that_views_hide_cannot_be_counted(guarded: sqlite3.Connection, query: str) -> None:
    with pytest.raises(sqlite3.DatabaseError, match=r"prohibited|not authorized|no such|vtable"):
        guarded.execute(query).fetchall()


SCHEMAS = (
    "SELECT * FROM sqlite_schema",
    "SELECT * FROM sqlite_master",
    "SELECT * FROM main.sqlite_master",
    "SELECT * FROM temp.sqlite_schema",
    "SELECT sql FROM sqlite_temp_schema",
    "PRAGMA database_list",
    "PRAGMA table_list",
    "PRAGMA table_info(texts)",
    "PRAGMA writable_schema",
    "SELECT * FROM pragma_database_list",
    "SELECT name FROM pragma_table_list",
    "SELECT * FROM pragma_table_xinfo('texts')",
    "SELECT * FROM pragma_function_list",
    "SELECT * FROM dbstat",
    "SELECT * FROM sqlite_dbpage",
    "SELECT * FROM bytecode('SELECT 1')",
    "SELECT * FROM sqlite_stmt",
    "CREATE VIRTUAL TABLE temp.words USING fts5vocab('main', 'search_index', 'row')",
    "CREATE VIRTUAL TABLE temp.words USING fts5vocab(search_index, 'instance')",
    "CREATE TEMP VIEW mine AS SELECT body FROM texts",
    "CREATE TEMP TABLE mine AS SELECT body FROM texts",
    "CREATE TEMP TRIGGER mine INSTEAD OF INSERT ON runs BEGIN SELECT body FROM texts; END",
    "INSERT INTO runs SELECT * FROM runs",
    "DETACH temp",
    "ATTACH 'file:archive.db?mode=ro' AS other",
    "VACUUM INTO '/tmp/copy.db'",
    "REINDEX",
    "ANALYZE",
    "SAVEPOINT a",
    "SELECT highlight(search_index, 0, '', '') FROM search_index",
    "SELECT * FROM search_index('a')",
    "SELECT * FROM articles_flat, search_index WHERE search_index MATCH 'a'",
    "SELECT id FROM articles_flat UNION ALL SELECT id FROM articles",
    "SELECT id FROM articles_flat EXCEPT SELECT id FROM articles",
    "SELECT id FROM articles_flat ORDER BY (SELECT body FROM texts)",
    "SELECT id FROM articles_flat LIMIT (SELECT length(body) FROM texts)",
    "SELECT sum(1) OVER (ORDER BY (SELECT body FROM texts)) FROM articles_flat",
    "SELECT CASE WHEN 'a' IN (SELECT body FROM texts) THEN 1 END",
    "SELECT CASE WHEN 'a' IN texts THEN 1 END",
    "VALUES ((SELECT body FROM texts))",
    "SELECT j.value FROM texts, json_each(texts.body) j",
    "WITH RECURSIVE x(b) AS (SELECT body FROM texts UNION SELECT b FROM x) SELECT b FROM x",
    "WITH json_each AS (SELECT body FROM texts) SELECT * FROM json_each",
    "WITH runs AS (SELECT body FROM texts), articles_flat AS (SELECT * FROM runs) SELECT * FROM articles_flat",
    "EXPLAIN SELECT body FROM texts",
    "EXPLAIN QUERY PLAN SELECT body FROM texts",
)


@pytest.mark.parametrize("query", SCHEMAS)
def test_no_other_way_leads_to_tables(guarded: sqlite3.Connection, query: str) -> None:
    with pytest.raises(sqlite3.Error):
        guarded.execute(query).fetchall()


JOINS = (
    "SELECT body FROM (SELECT NULL AS body) g FULL JOIN texts USING (body)",
    "SELECT g.* FROM (SELECT NULL AS body) g FULL JOIN texts USING (body)",
    "SELECT body FROM (SELECT NULL AS body, NULL AS hash) g NATURAL FULL JOIN texts",
    "SELECT title FROM (SELECT NULL AS title) g FULL JOIN versions USING (title)",
    "SELECT title FROM (SELECT NULL AS title) g FULL JOIN listing_sightings USING (title)",
    "SELECT url FROM (SELECT NULL AS url) g FULL JOIN articles USING (url)",
    "SELECT url FROM (SELECT NULL AS url) g FULL JOIN captures USING (url)",
    "SELECT article FROM (SELECT NULL AS article) g FULL JOIN suppressions USING (article)",
    "SELECT term FROM (SELECT NULL AS term) g FULL JOIN search_index_words USING (term)",
    "SELECT block FROM (SELECT NULL AS block) g FULL JOIN search_index_data USING (block)",
    "SELECT tbl FROM (SELECT NULL AS tbl) g FULL JOIN sqlite_stat1 USING (tbl)",
    "SELECT seq FROM (SELECT NULL AS seq) g FULL JOIN sqlite_sequence USING (seq)",
    "SELECT body FROM (SELECT NULL AS body) g FULL JOIN main.texts USING (body)",
    'SELECT body FROM (SELECT NULL AS body) g FULL JOIN "TEXTS" USING (body)',
    "SELECT count(*) FROM articles_flat RIGHT JOIN articles USING (id)",
    "SELECT id FROM articles_flat JOIN articles USING (id)",
    "SELECT f.id FROM articles a NATURAL JOIN articles_flat f",
    "SELECT f.id FROM articles_flat f JOIN suppressions s ON 1 JOIN articles USING (id)",
)


@pytest.mark.skipif(sqlite3.sqlite_version_info < (3, 39), reason="FULL JOIN came with SQLite 3.39")
@pytest.mark.parametrize("query", JOINS)
def test_joins_reach_no_table(copied: Path, query: str) -> None:
    """SQLite asks its authorizer about no column that USING or NATURAL joins."""
    with closing(sqlite3.connect(copied)) as connection:
        connection.execute("ANALYZE")
        connection.execute("CREATE TABLE numbered (n INTEGER PRIMARY KEY AUTOINCREMENT)")
        connection.execute("INSERT INTO numbered DEFAULT VALUES")
        connection.commit()
    with closing(SqlConnection(copied, seconds=5)) as opened:
        try:
            rows = opened.connection.execute(query).fetchall()
        except sqlite3.DatabaseError as error:
            assert re.search("prohibited|not authorized|no such|vtable", str(error))
        else:
            assert {value for row in rows for value in row} <= {None, 0}


def test_names_of_one_connection_open_nothing_in_another(crawled: Crawled) -> None:
    """A query plan may name the views inside; the next connection has others."""
    with closing(SqlConnection(crawled.path, seconds=5)) as first:
        shown = " ".join(str(row) for row in first.connection.execute("EXPLAIN SELECT * FROM articles_flat, reprints"))
        names = {first._schema, *first._inside, *re.findall(r"\b[avx][0-9a-f]{32}\b", shown)}
    with closing(SqlConnection(crawled.path, seconds=5)) as second:
        for name in names:
            for query in (
                f"SELECT * FROM {name}",
                f"SELECT body FROM {name}.texts",
                f"WITH {name} AS (SELECT body FROM texts) SELECT * FROM {name}",
            ):
                with pytest.raises(sqlite3.DatabaseError, match=r"prohibited|no such"):
                    second.connection.execute(query).fetchall()


def test_messages_name_no_view_inside(crawled: Crawled) -> None:
    for query in (
        *READERS,
        *BORROWERS,
        *COUNTERS,
        *SCHEMAS,
        "SELECT x FROM articles_flat",
        "SELECT abs(-1 << 63) FROM runs",
    ):
        with pytest.raises(QueryError) as caught:
            run_query(crawled.path, Query(query, {}))
        assert not re.search(r"[0-9a-f]{32}", str(caught.value)), query


def test_every_open_view_is_what_the_archive_shows(crawled: Crawled, guarded: sqlite3.Connection) -> None:
    """No view hides more than suppressed articles, or shows more than all others."""
    for name in (*ARCHIVE_VIEWS, *TABLES):
        assert guarded.execute(f"SELECT * FROM {name}").fetchall() == [
            tuple(row.values()) for row in crawled.rows(f"SELECT * FROM {name}")
        ]
    everyone = {row["id"] for row in crawled.rows("SELECT id FROM articles")}
    for column, name in (("article", "article_versions"), ("id", "articles_flat")):
        shown = {row[0] for row in guarded.execute(f"SELECT {column} FROM {name}")}
        assert shown == everyone - {crawled.hidden}, name
    assert crawled.hidden not in {row[0] for row in guarded.execute("SELECT article FROM article_credits")}


def test_nothing_open_has_a_trace(crawled: Crawled, guarded: sqlite3.Connection) -> None:
    for name in OPEN:
        text = str(guarded.execute(f"SELECT * FROM {name}").fetchall())
        for trace in traces(crawled):
            assert trace not in text, name


def test_a_reprint_of_a_suppressed_article_is_not_named(copied: Path) -> None:
    """Also when the clusters still have it, as in an archive that was damaged between the two."""
    with closing(sqlite3.connect(copied)) as connection:
        origin, other = connection.execute("SELECT origin_id, id FROM reprints LIMIT 1").fetchone()
        connection.execute("INSERT INTO suppressions (article, reason, by, since) VALUES (?, 'x', 'y', 'z')", [origin])
        connection.commit()
        assert connection.execute("SELECT 1 FROM reprints WHERE id = ?", [other]).fetchall()
    rows = run_query(copied, Query("SELECT * FROM reprints", {})).rows
    assert origin not in str(rows)


def test_an_archive_with_a_table_of_a_stranger(copied: Path) -> None:
    """What an archive has beside our tables is not open either."""
    with closing(sqlite3.connect(copied)) as connection:
        connection.execute("CREATE TABLE notes AS SELECT body FROM texts")
        connection.execute("CREATE VIEW json_things AS SELECT body FROM texts")
        connection.commit()
    for query in ("SELECT body FROM notes", "SELECT count(*) FROM notes", "SELECT * FROM json_things"):
        with pytest.raises(QueryError, match="not open to queries"):
            run_query(copied, Query(query, {}))


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
        "SELECT 1 FROM articles_flat",
        "SELECT count(*) FROM reprints",
        "SELECT count(*) FROM runs WHERE EXISTS (SELECT 1 FROM article_versions)",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT count(*) FROM n",
        "WITH articles_flat AS (SELECT 1 AS a) SELECT a, (SELECT count(*) FROM articles_flat) FROM articles_flat",
        "SELECT * FROM temp.runs",
        "SELECT 'articles_flat as (x)' AS text",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT * FROM n",
    ],
)
def test_what_may_be_asked_is_answered(guarded: sqlite3.Connection, query: str) -> None:
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
    from newscrawler.web.sql.examples import EXAMPLES

    for name in EXAMPLES:
        answer = site.get(f"/archive/{name}.json?_shape=array")
        assert answer.status == 200 and isinstance(answer.json(), list), name
    assert site.get("/archive/edited.json?_shape=array").json()


def test_a_takedown_holds_at_once(copied: Path, crawled: Crawled) -> None:
    """Also on pages that were made a moment before, and are kept."""
    from support.web import newscrawler, serving

    search = f"/search?q={quote(HIDDEN_WORD)}"
    with serving(copied) as server:
        assert server.get(f"/article/{crawled.hidden}").status == 404
        assert crawled.hidden not in server.get(search).text
        newscrawler("suppress", "lift", crawled.hidden_url, "--archive", copied, cwd=copied.parent)
        assert HIDDEN_WORD in server.get(f"/article/{crawled.hidden}").text
        for _ in range(8):
            assert crawled.hidden in server.get(search).text
        newscrawler("suppress", "add", crawled.hidden_url, "--reason", "again", "--archive", copied, cwd=copied.parent)
        for _ in range(8):
            assert crawled.hidden not in server.get(search).text
        assert server.get(f"/article/{crawled.hidden}").status == 404
        assert crawled.hidden not in server.get("/search.json").text
