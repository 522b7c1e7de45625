"""Joins and table functions reach nothing of a suppressed article: SQLite's authorizer does not see all that they read."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from newscrawler.web.sql.connection import SqlConnection
from support.web import Crawled

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


TABLE_FUNCTIONS = (
    ("name", "pragma_database_list"),
    ("file", "pragma_database_list"),
    ("name", "pragma_table_list"),
    ("name", "pragma_table_info('texts')"),
    ("name", "pragma_table_xinfo('texts', 'main')"),
    ("name", "pragma_index_list('texts')"),
    ("name", "pragma_function_list"),
    ("name", "pragma_module_list"),
    ("sql", "sqlite_schema"),
    ("sql", "main.sqlite_master"),
    ("sql", "temp.sqlite_schema"),
    ("sql", "sqlite_temp_master"),
    ("name", "dbstat"),
    ("data", "sqlite_dbpage"),
    ("sql", "sqlite_stmt"),
    ("opcode", "bytecode('SELECT 1')"),
    ("term", "search_index_words"),
    ("term", "search_characters_words"),
    ("body", "search_index('a')"),
    ("c0", "search_index_content"),
    ("block", "search_index_data"),
    ("sz", "search_index_docsize"),
    ("k", "search_index_config"),
    ("sample", "sqlite_stat4"),
    ("stat", "sqlite_stat1"),
    ("value", "json_each((SELECT group_concat(body) FROM texts))"),
    ("value", "json_tree((SELECT group_concat(article) FROM suppressions))"),
)


@pytest.mark.skipif(sqlite3.sqlite_version_info < (3, 39), reason="FULL JOIN came with SQLite 3.39")
@pytest.mark.parametrize("kind", ["FULL", "RIGHT", "NATURAL FULL", "LEFT", "plain"])
@pytest.mark.parametrize(("column", "source"), TABLE_FUNCTIONS)
def test_joins_reach_no_table_function(crawled: Crawled, column: str, source: str, kind: str) -> None:
    """What SQLite tells of itself has nothing of the archive: a query sees empty tables and views of its connection."""
    query = {
        "FULL": f"SELECT {column} FROM (SELECT NULL AS {column}) g FULL JOIN {source} USING ({column})",
        "RIGHT": f"SELECT {column} FROM (SELECT NULL AS {column}) g RIGHT JOIN {source} USING ({column})",
        "NATURAL FULL": f"SELECT {column} FROM (SELECT NULL AS {column}) g NATURAL FULL JOIN {source}",
        "LEFT": f"SELECT {column} FROM {source} LEFT JOIN (SELECT NULL AS {column}) g USING ({column})",
        "plain": f"SELECT {column} FROM {source}",
    }[kind]
    with closing(SqlConnection(crawled.path, seconds=5)) as opened:
        try:
            rows = str(opened.connection.execute(query).fetchall())
        except sqlite3.DatabaseError as error:
            rows = str(error)
    for trace in (*crawled.traces, str(crawled.path), crawled.path.name):
        assert trace not in rows


GUESSES = (
    "SELECT count(*) FROM texts JOIN (SELECT '{text}' AS body) USING (body)",
    "SELECT count(*) FROM (SELECT '{text}' AS title) NATURAL JOIN versions",
    "SELECT count(*) FROM (SELECT '{text}' AS title) g JOIN listing_sightings USING (title)",
    "SELECT count(*) FROM (SELECT '{id}' AS id) g JOIN articles USING (id)",
    "SELECT count(*) FROM (SELECT '{id}' AS article) g JOIN suppressions USING (article)",
    "SELECT count(*) FROM (SELECT '{url}' AS url) g JOIN urls USING (url)",
    "SELECT count(*) FROM (SELECT '{url}' AS url) g JOIN captures USING (url)",
    "SELECT count(*) FROM articles_flat WHERE id = '{id}' OR url = '{url}' OR title = '{text}'",
    "SELECT count(*) FROM article_versions WHERE article = '{id}' OR title = '{text}'",
    "SELECT count(*) FROM article_credits WHERE article = '{id}'",
    "SELECT count(*) FROM article_annotations WHERE article = '{id}'",
    "SELECT count(*) FROM (SELECT '{id}' AS article) g JOIN annotations USING (article)",
    "SELECT count(*) FROM (SELECT '{id}' AS article) g JOIN vectors USING (article)",
    "SELECT count(*) FROM reprints WHERE '{id}' IN (id, origin_id)",
)


@pytest.mark.parametrize("query", GUESSES)
def test_no_guess_is_confirmed(crawled: Crawled, query: str) -> None:
    guess = query.format(text=crawled.hidden_title, id=crawled.hidden, url=crawled.hidden_url)
    with closing(SqlConnection(crawled.path, seconds=5)) as opened:
        try:
            assert opened.connection.execute(guess).fetchall() == [(0,)]
        except sqlite3.DatabaseError as error:
            assert re.search("prohibited|not authorized|no such", str(error))
