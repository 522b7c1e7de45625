"""Pages of an archive from a stranger: whatever its columns hold is shown as text, or is an error page of ours."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from lxml import html

from newscrawler.web.sql.views import OPEN
from support import nightly
from support.web import Crawled, Server, serving

MARKUP = "\"'><script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:alert(1)'>x</a>{{ 7 * 7 }}{% raw %}</td></textarea>"
KEPT = frozenset(
    {
        ("articles", "id"), ("articles", "portal"), ("portals", "id"), ("runs", "key"), ("runs", "portal"), ("sections", "portal"),
        ("urls", "portal"), ("url_aliases", "portal"), ("alarms", "portal"), ("versions", "text"), ("texts", "hash"),
        ("suppressions", "article"), ("search_documents", "published"), ("export_states", "article"), ("captures", "file"),
        ("alarms", "state"), ("notifications", "change"), ("runs", "started"), ("runs", "finished"),
    }
)  # fmt: skip
"""Columns by which rows are found; all others are replaced."""
JSON_COLUMNS = {
    "provenance": json.dumps({name: {"rule": MARKUP, "raw": MARKUP, "confidence": 0.5} for name in ("title", "body", "source")}),
    "counts": json.dumps({"new": 1, "settings": {MARKUP: MARKUP}, "sections": {MARKUP: {"reason": MARKUP, "outcome": MARKUP}}}),
    "arguments": json.dumps({MARKUP: MARKUP}), "samples": json.dumps([MARKUP, f"http://x/{MARKUP}", "javascript:alert(1)"]),
    "measures": json.dumps({MARKUP: MARKUP}), "tail": "[]", "filter": "{}", "definition": "{}",
}  # fmt: skip


def text_columns(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    tables = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%STRICT%'"
    ).fetchall()
    for (table,) in tables:
        for _, column, kind, *_ in connection.execute(f"PRAGMA table_info({table})").fetchall():
            if kind == "TEXT" and (table, column) not in KEPT:
                yield table, column


def addresses(archive: Path) -> list[str]:
    with closing(sqlite3.connect(archive)) as connection:
        articles = [row[0] for row in connection.execute("SELECT id FROM articles_flat LIMIT 2")]
        runs = [row[0] for row in connection.execute("SELECT key FROM runs")]
    return [
        *("/", "/search", "/search?q=桥", "/search.csv", "/search.json", "/concordance?q=桥", "/search.atom", "/search.feed.json?q=桥", "/withdrawals.atom", "/withdrawals.feed.json?kind=edited", "/concordance.csv?q=桥", "/cities", "/outlets", "/editors", "/coverage", "/runs"),
        *("/withdrawals", "/withdrawals?kind=edited", "/coverage?portal=demo", "/alarms?all=1", "/metrics", "/sql", "/search?city=x", "/search?county=x"),
        *(f"/{kind}?name={quote(MARKUP, safe='')}" for kind in ("city", "outlet", "editor")),
        *(f"/coverage?portal=demo&section={quote(MARKUP, safe='')}&state={state}" for state in ("stored", "failed")),
        *(f"/run/{key}" for key in runs),
        *(f"/article/{article}{rest}" for article in articles for rest in ("", "/changes", "/event", ".bib", ".json", "/capture/1.html")),
        *(f"/archive/{name}{suffix}" for name in OPEN for suffix in ("", ".json", ".csv")),
    ]  # fmt: skip


TYPES = ("application/json", "application/atom+xml", "application/feed+json", "text/plain", "text/csv")
"""The types of answers that are no pages."""


def check_page(server: Server, path: str, statuses: tuple[int, ...]) -> int:
    answer = server.get(quote(path, safe="/?=&%"), Accept_Language="en")
    assert answer.status in statuses, (path, answer.text[:500])
    assert b"Traceback" not in answer.body and "nosniff" in answer.headers["x-content-type-options"], path
    if answer.headers["content-type"].startswith("text/html"):
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        tree = html.document_fromstring(answer.text)
        assert not tree.xpath("//script | //img | //iframe | //*[@*[starts-with(name(), 'on')]]"), path
        for link in tree.xpath("//@href | //@src | //@action"):
            assert re.match(r"(/|#|\?|https?://|/static/)", link), (path, link)
    elif "attachment" not in answer.headers.get("content-disposition", ""):
        assert answer.headers["content-type"].split(";")[0] in TYPES, path
    return answer.status


def test_markup_in_every_column_is_text(copied: Path) -> None:
    with closing(sqlite3.connect(copied)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for table, column in text_columns(connection):
            # A unique column keeps one row with the markup; IGNORE leaves out the others.
            value = JSON_COLUMNS.get(column, MARKUP)
            connection.execute(f"UPDATE OR IGNORE {table} SET {column} = ?", [value])
        connection.commit()
    with serving(copied) as server:
        statuses = [check_page(server, path, (200, 400, 404)) for path in addresses(copied)]
        assert statuses.count(200) > 50
        assert "alert(1)" in server.get("/search").text


CONFUSED = {
    "a blob": b"\xff\x00\x81", "a number": 7, "a large number": 2**62, "a fraction": 1e308, "nothing": None,
}  # fmt: skip


@nightly.by_day(0, 1)
@pytest.mark.parametrize("value", CONFUSED.values(), ids=CONFUSED)
def test_values_of_another_type_end_in_a_page(crawled: Crawled, copied: Path, value: object) -> None:
    """An archive whose tables are not STRICT may hold anything; the server says so and goes on."""
    tables = ("articles", "versions", "texts", "sections", "runs", "urls", "images")
    with closing(sqlite3.connect(copied)) as connection:
        columns = [(table, column) for table, column in text_columns(connection) if table in tables]
        connection.execute("PRAGMA writable_schema = ON")
        loose = "replace(replace(replace(sql, ') STRICT', ')'), ' TEXT', ' BLOB'), ' NOT NULL', '')"
        connection.execute(f"UPDATE sqlite_schema SET sql = {loose} WHERE type = 'table' AND sql LIKE '%STRICT%'")
        connection.commit()
    with closing(sqlite3.connect(copied)) as connection:
        for table, column in columns:
            connection.execute(f"UPDATE OR IGNORE {table} SET {column} = ?", [value])
        connection.commit()
    try:
        with serving(copied) as server:
            # Each error is logged with its traceback: more than a pipe holds.
            threading.Thread(target=server.process.stderr.read, daemon=True).start()  # type: ignore[union-attr]
            statuses = [check_page(server, path, (200, 400, 404, 500)) for path in addresses(crawled.path)[::2]]
            assert len(set(statuses)) > 1
            assert server.get("/static/icon.svg").status == 200
    except AssertionError as error:
        # The archive may be refused before it is served.
        if "did not start: Error: " not in str(error) or "Traceback" in str(error):
            raise
