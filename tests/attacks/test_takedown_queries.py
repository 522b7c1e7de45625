"""No query reads, counts or guesses anything of a suppressed article, or of a table that is not open."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newscrawler.archive.filters import ArticleFilter
from newscrawler.research import annotators
from newscrawler.research.annotating import annotate
from newscrawler.web.sql.connection import SqlConnection
from newscrawler.web.sql.query import Query, QueryError, run_query
from newscrawler.web.sql.views import ARCHIVE_VIEWS, OPEN, TABLES
from support import nightly
from support.integrity import run
from support.meaning import PairsEmbedder
from support.web import HIDDEN_WORD, Crawled, Server


def test_it_is_in_the_archive(crawled: Crawled) -> None:
    assert crawled.rows("SELECT 1 FROM texts WHERE body LIKE ?", f"%{HIDDEN_WORD}%")
    assert crawled.rows("SELECT 1 FROM listing_sightings WHERE title = ?", crawled.hidden_title)


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


def test_no_table_of_the_archive_can_be_read_but_the_open_ones(crawled: Crawled, guarded: sqlite3.Connection) -> None:
    """Also tables that a later version adds: nobody has to close them."""
    names = [row["name"] for row in crawled.rows("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")]
    closed = [name for name in names if name not in OPEN]
    assert {"articles", "texts", "suppressions", "captures", "search_index_data"} <= set(closed)
    for name in closed:
        for query in (f"SELECT * FROM {name}", f"SELECT count(*) FROM main.{name}", f"SELECT 1 FROM {name.upper()}"):
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


BLANKS = ("\ufeff", "\u00a0", "\u3000", "\u2028", "\u200b", "\x0b", "\x0c", "\x1f", "\x85")


@nightly.by_day(0, 2, 8)
@pytest.mark.parametrize("blank", BLANKS, ids=[f"U+{ord(blank):04X}" for blank in BLANKS])
def test_no_blank_borrows_a_name(crawled: Crawled, blank: str) -> None:
    """SQLite takes U+FEFF for white space."""
    for query in (
        f"WITH articles_flat {blank}AS (SELECT * FROM texts) SELECT * FROM articles_flat",
        f"WITH articles_flat{blank}AS (SELECT * FROM texts) SELECT * FROM articles_flat",
        f"{blank}WITH{blank}articles_flat{blank}AS{blank}(SELECT{blank}*{blank}FROM{blank}texts){blank}SELECT * FROM articles_flat",
        f"SELECT * FROM{blank}texts",
        f"SELECT * FROM main{blank}.{blank}texts",
        f"SELECT * FROM texts{blank}articles_flat",
    ):
        with closing(SqlConnection(crawled.path, seconds=5)) as opened, pytest.raises(sqlite3.DatabaseError):
            opened.connection.execute(query).fetchall()


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
        for trace in crawled.traces:
            assert trace not in text, name


def test_annotations_are_open_but_those_of_a_suppressed_article(
    copied: Path, crawled: Crawled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(annotators.ANNOTATORS, "vectors", PairsEmbedder)
    assert run("suppress", "lift", crawled.hidden, "--archive", copied).exit_code == 0
    for name in ("places", "vectors"):
        annotate(copied, name, ArticleFilter(), workers=1)
    every = "SELECT article, kind, value FROM article_annotations"
    assert crawled.hidden in str(run_query(copied, Query(every, {})).rows)
    assert run("suppress", "add", crawled.hidden, "--reason", "x", "--archive", copied).exit_code == 0
    rows = run_query(copied, Query(every, {})).rows
    assert len(rows) > 100 and crawled.hidden not in str(rows)
    with closing(sqlite3.connect(copied)) as connection:
        for table in ("annotations", "vectors"):
            assert connection.execute(f"SELECT 1 FROM {table} WHERE article = ?", [crawled.hidden]).fetchone()
            for query in (f"SELECT * FROM {table}", f"SELECT count(*) FROM {table}"):
                with pytest.raises(QueryError, match="not open to queries"):
                    run_query(copied, Query(query, {}))


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
