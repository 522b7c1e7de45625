"""Results of queries: as a page, as JSON in each shape, as CSV; tables, examples, parameters, limits."""

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from lxml import html

from newscrawler.web.sql.connection import open_columns
from newscrawler.web.sql.query import Query, parameter_names, run_query
from newscrawler.web.sql.views import OPEN, TABLES
from support.web import Crawled, Server

VALUES = "SELECT 1 AS a, 'x' AS b, NULL AS c, x'00ff' AS d UNION ALL SELECT 2, '长', 1.5, NULL"


def ask(site: Server, path: str) -> str:
    answer = site.get(quote(path, safe="/?=&"))
    assert answer.status == 200, answer.text
    return answer.text


def test_a_result_as_json(site: Server) -> None:
    value = json.loads(ask(site, f"/archive.json?sql={VALUES}"))
    blob = {"$base64": True, "encoded": "AP8="}
    assert value.pop("query_ms") >= 0
    assert value == {
        "ok": True,
        "database": "archive",
        "query_name": None,
        "columns": ["a", "b", "c", "d"],
        "rows": [[1, "x", None, blob], [2, "长", 1.5, None]],
        "truncated": False,
        "query": {"sql": VALUES, "params": {}},
    }
    objects = [{"a": 1, "b": "x", "c": None, "d": blob}, {"a": 2, "b": "长", "c": 1.5, "d": None}]
    assert json.loads(ask(site, f"/archive.json?sql={VALUES}&_shape=objects"))["rows"] == objects
    assert json.loads(ask(site, f"/archive.json?sql={VALUES}&_shape=array")) == objects
    assert json.loads(ask(site, f"/archive.json?sql={VALUES}&_shape=arrayfirst")) == [1, 2]
    lines = ask(site, f"/archive.json?sql={VALUES}&_shape=array&_nl=on").splitlines()
    assert [json.loads(line) for line in lines] == objects


def test_json_has_no_infinity(site: Server) -> None:
    assert json.loads(ask(site, "/archive.json?sql=SELECT 9e999 AS a, -9e999 AS b&_shape=array"))[0] == {
        "a": None,
        "b": None,
    }


def test_a_result_as_csv(site: Server) -> None:
    text = ask(site, f"/archive.csv?sql={VALUES}")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows == [["a", "b", "c", "d"], ["1", "x", "", "AP8="], ["2", "长", "1.5", ""]]
    saved = site.get(quote(f"/archive.csv?sql={VALUES}&_dl=on", safe="/?=&"))
    assert saved.headers["content-disposition"] == 'attachment; filename="archive.csv"'
    assert saved.headers["content-type"] == "text/csv; charset=utf-8"


def test_a_result_as_a_page(site: Server) -> None:
    tree = html.document_fromstring(ask(site, f"/archive?sql={VALUES}&lang=en"))
    rows = [[cell.text_content() for cell in row.xpath("td")] for row in tree.xpath("//tbody/tr")]
    assert rows == [["1", "x", "", "2 bytes"], ["2", "长", "1.5", ""]]
    assert tree.xpath("string(//textarea)") == VALUES
    for link in tree.xpath("//p[@class='download']//a/@href"):
        assert site.get(link).headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("name", OPEN)
def test_tables_and_views_have_pages_and_files(site: Server, crawled: Crawled, name: str) -> None:
    rows = json.loads(ask(site, f"/archive/{name}.json?_shape=array&_size=max"))
    page = html.document_fromstring(ask(site, f"/archive/{name}"))
    assert len(page.xpath("//tbody/tr")) == min(100, len(rows))
    assert len(list(csv.reader(io.StringIO(ask(site, f"/archive/{name}.csv?_size=max"), newline="")))) == len(rows) + 1
    if name in TABLES:
        assert rows == crawled.rows(f"SELECT * FROM {name}")
    short = json.loads(ask(site, f"/archive/{name}.json?_size=1"))
    assert short["query_name"] == name and short["truncated"] == (len(rows) > 1)


def test_parameters(site: Server) -> None:
    asked = "/archive.json?sql=SELECT :word AS a, ':none' AS b, :other AS c -- :comment&word=宜昌&_shape=array"
    assert json.loads(ask(site, asked)) == [{"a": "宜昌", "b": ":none", "c": ""}]
    tree = html.document_fromstring(ask(site, "/archive?sql=SELECT :word AS a&word=宜昌"))
    assert tree.xpath("//form[@class='sql']//input[@name='word']/@value") == ["宜昌"]
    assert parameter_names("SELECT :a, \":b\", [:c], `:d`, ':e' /* :f */, :g, :a") == ["a", "g"]


def test_a_parameter_may_have_the_name_of_an_option(site: Server) -> None:
    query = "SELECT :sql AS a, :path AS b, :self AS c"
    tree = html.document_fromstring(ask(site, f"/archive?sql={query}&path=x"))
    assert [cell.text_content() for cell in tree.xpath("//tbody/tr/td")] == [query, "x", ""]


@pytest.mark.slow
def test_the_page_of_a_large_result_is_small(site: Server) -> None:
    wide = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT "
    wide += ", ".join(["hex(zeroblob(500))"] * 30) + " FROM n"
    text = ask(site, f"/archive?sql={wide}")
    assert text.count("<tr>") == 1001 and len(text) < 6_000_000
    assert len(ask(site, f"/archive.csv?sql={wide}")) > 30_000_000


@pytest.mark.parametrize("rows", [1, 999, 1000, 1001])
def test_a_result_has_a_thousand_rows_at_most(site: Server, rows: int) -> None:
    query = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) SELECT i FROM n"
    value = json.loads(ask(site, f"/archive.json?sql={query}"))
    assert (len(value["rows"]), value["truncated"]) == (min(rows, 1000), rows > 1000)


@pytest.mark.parametrize(
    "query", ["SELECT 1;", "/* a */ SELECT 1", "-- a\nSELECT 1", "VALUES (1)", "EXPLAIN SELECT 1", "select 1"]
)
def test_what_counts_as_a_select(crawled: Crawled, query: str) -> None:
    assert run_query(crawled.path, Query(query, {})).columns


def test_sql_describes_what_is_open(site: Server, crawled: Crawled) -> None:
    text = html.document_fromstring(ask(site, "/sql")).text_content()
    columns = open_columns(crawled.path, seconds=5)
    assert [name for name, _ in columns] == list(OPEN)
    for name, names in columns:
        assert name in text and ", ".join(names) in text
    assert "SELECT" in ask(site, "/archive")


def test_a_query_reads_what_was_committed_last(copied: Path) -> None:
    def titles() -> list[str]:
        return [row[0] for row in run_query(copied, Query("SELECT title FROM articles_flat", {})).rows]

    assert "刚刚存下的标题" not in titles()
    with closing(sqlite3.connect(copied)) as connection:
        connection.execute("UPDATE versions SET title = '刚刚存下的标题' WHERE id = (SELECT max(id) FROM versions)")
        connection.commit()
        assert "刚刚存下的标题" in titles()


def test_every_example_has_rows(site: Server) -> None:
    from newscrawler.web.sql.examples import EXAMPLES

    for name in EXAMPLES:
        answer = site.get(f"/archive/{name}.json?_shape=array")
        assert answer.status == 200 and answer.json(), name


def test_what_queries_read_can_be_read_in_the_file(crawled: Crawled) -> None:
    """Each open name is a table or view of the file, with the same columns and rows, for every program."""
    with closing(sqlite3.connect(f"file:{crawled.path}?mode=ro", uri=True)) as connection:
        for name, columns in open_columns(crawled.path, seconds=5):
            cursor = connection.execute(f"SELECT * FROM {name}")
            assert [column[0] for column in cursor.description] == columns, name
            inside = run_query(crawled.path, Query(f"SELECT count(*) FROM {name}", {})).rows
            assert inside == [(len(cursor.fetchall()),)], name
