"""What a stranger may ask: odd searches, unknown names, injections in SQL, HTML and paths, other hosts and methods."""

import asyncio
import re
import sqlite3
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from newscrawler.web.sql.query import parameter_names
from support import nightly
from support.examples import examples
from support.web import Crawled, Server, serving

INJECTIONS = (
    "' OR 1=1 --",
    '"; DROP TABLE articles; --',
    "') UNION SELECT body FROM texts --",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "../../../../etc/passwd",
    "a\r\nSet-Cookie: x=1",
    "\x00",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "javascript:alert(1)",
    "%s%n{0.__class__}",
)


def message(text: str) -> str:
    return " ".join(html.document_fromstring(text).xpath("string(//main)").split())


@nightly.by_day(0, 3)
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("*", "the search names no word"),
        ('"宜昌', "is not closed"),
        ("宜昌" * 5000, "1,000 is the most"),
        ("AND 宜昌", "AND needs a word on both sides"),
        ("NOT 宜昌", "NOT needs a word before it"),
        ("(宜昌", "without its )"),
        ("宜昌)", "without its ("),
        ("(" * 50 + "宜昌", "parentheses stand inside each other"),
    ],
)
def test_odd_searches_are_explained(site: Server, words: str, said: str) -> None:
    answer = site.get(f"/search?q={quote(words)}")
    assert answer.status == 400
    assert said in message(answer.text)
    # What was typed can be mended.
    form = html.document_fromstring(site.get(f"/search?q={quote(words)}").text)
    assert form.xpath("//input[@name='q']/@value") == [words[:1000]]


@pytest.mark.parametrize(
    "words", ["title:宜昌", "宜昌*", "^宜昌", "宜昌 NEAR 武汉", "NEAR(宜昌 武汉, 5)", "{title} : 宜昌", "-宜昌", "+"]
)
def test_operators_of_the_index_mean_nothing(site: Server, words: str) -> None:
    assert site.get(f"/search?q={quote(words)}").status in (200, 400)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("city=宜唱市", "宜昌市"),
        ("county=秭桂县", "秭归县"),
        ("portal=demq", "demo"),
        ("colour=red", "there is no argument 'colour'"),
        ("sorce=三江晚报", "source"),
        ("status=lively", "live, gone, blocked, unknown"),
        ("sort=best", "ranked and newest"),
        ("since=yesterday", "write it as in 2019-07-10"),
        ("until=2019-02-30", "write it as in 2019-07-10"),
        ("page=0&q=a", "from 1 to"),
        ("page=99999999999999999999&q=a", "from 1 to"),
        ("page=１&q=a", "from 1 to"),
        ("after=here", "not a place in the list"),
        ("after=2019_99999999999999999999999", "not a place in the list"),
        ("q=a&q=b", "give it once"),
        ("source=" + "长" * 300, "more than 200 characters"),
        ("&".join("source=a" for _ in range(150)), "more than 100 arguments"),
    ],
)
def test_unknown_names_are_answered_with_the_nearest(site: Server, query: str, said: str) -> None:
    answer = site.get("/search?" + quote(query, safe="=&"))
    assert answer.status == 400
    assert said in message(answer.text)


@nightly.by_day(every=11)
@pytest.mark.parametrize("injected", INJECTIONS)
@pytest.mark.parametrize(
    "path",
    [
        "/search?q={}", "/search?city={}", "/search?source={}", "/search?editor={}", "/search?after={}", "/search?since={}",
        "/search?sort={}", "/search?{}=1", "/city?name={}", "/outlet?name={}", "/editor?name={}", "/coverage?portal={}",
        "/coverage?portal=demo&section={}", "/coverage?portal=demo&section=宜昌市&state={}", "/runs?portal={}", "/run/{}",
        "/alarms?portal={}", "/article/{}", "/?lang={}", "/{}", "/static/{}", "/archive/{}", "/archive?sql={}",
    ],
)  # fmt: skip
def test_injections_change_and_show_nothing(site: Server, path: str, injected: str) -> None:
    answer = site.get(quote(path, safe="/?=&{}").replace("{}", quote(injected, safe="")))
    assert answer.status in (200, 302, 400, 404), answer.text
    assert b"<script>alert" not in answer.body and b"onerror=alert(1)>" not in answer.body
    assert b"root:x:0" not in answer.body and b"49" not in re.findall(rb"<h1>(.*?)</h1>", answer.body)
    assert "set-cookie" not in answer.headers or "x=1" not in answer.headers["set-cookie"]
    assert site.get("/search").status == 200


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60), st.sampled_from(["q", "city", "source", "after", "since", "sort", "page", "lang"]))
def test_no_argument_breaks_a_page(site: Server, value: str, name: str) -> None:
    answer = site.get(f"/search?{name}={quote(value.encode('utf-8', 'surrogatepass'))}")
    assert answer.status in (200, 400)


@pytest.mark.parametrize(
    "path",
    [
        "/nothing", "/article", "/article/123", "/article/ffffffffffffffffffffffff", "/run/none", "/city/宜昌", "/static/x.css",
        "/static/../app.py", "/static/%2e%2e/app.py", "//etc/passwd", "/archive/texts", "/archive/nothing",
        "/outlet?name=没有的报", "/.git/config", "/article/ffffffffffffffffffffffff/capture/1.html", "/-/nothing",
    ],
)  # fmt: skip
def test_what_is_not_there_is_a_page_of_ours(site: Server, path: str) -> None:
    answer = site.get(quote(path, safe="/?=%"), Accept_Language="zh")
    assert answer.status == 404
    assert "没有这个页面" in message(answer.text)
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_file_itself_is_not_handed_out(site: Server) -> None:
    assert site.get("/archive.db").status == 404


def test_head_has_no_body(site: Server) -> None:
    answer = site.get("/", method="HEAD")
    assert answer.status == 200 and answer.body == b""


def test_a_long_address(site: Server) -> None:
    assert site.get("/search?q=" + "a" * 210_000).status == 400


def test_a_damaged_archive_is_an_error_page(copied: Path) -> None:
    with serving(copied) as server:
        assert server.get("/").status == 200
        connection = sqlite3.connect(copied)
        # The last version is the newest of its article; the first one may have been replaced.
        newest = "id = (SELECT max(id) FROM versions)"
        connection.execute(f"UPDATE versions SET provenance = '[1, {{', title = '完好的标题' WHERE {newest}")
        connection.execute("UPDATE runs SET counts = 'no json'")
        connection.commit()
        (article,) = connection.execute(
            f"SELECT id FROM articles WHERE n = (SELECT article FROM versions WHERE {newest})"
        ).fetchone()
        connection.close()
        assert "完好的标题" in server.get(f"/article/{article}").text
        broken = server.get("/runs", Accept_Language="en")
        assert broken.status == 500 and "server's log" in message(broken.text)
        assert "Traceback" not in broken.text and "no json" not in broken.text


@pytest.mark.slow
def test_a_query_that_takes_long_is_ended(site: Server) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    begun = time.monotonic()
    answer = site.get(f"/archive?sql={quote(endless)}")
    assert answer.status == 400 and "took longer than 2 seconds" in answer.text
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize("unit", ["[", "''[", "[\"'", "`[", "/*", "' "])
def test_a_query_is_looked_through_in_no_time(unit: str) -> None:
    begun = time.process_time()
    parameter_names(unit * (200_000 // len(unit)))
    assert time.process_time() - begun < 3


@pytest.mark.parametrize(
    "columns", ["zeroblob(3900000)", f"hex(zeroblob(1900000)){', 1' * 90}", ", ".join(["1"] * 101)]
)
def test_an_answer_fits_into_memory(site: Server, columns: str) -> None:
    answer = site.get(f"/archive.json?sql={quote(f'SELECT {columns} FROM articles_flat a, articles_flat b')}")
    assert answer.status == 400 and len(answer.body) < 10_000
    assert "more than 32,000,000 characters" in answer.text or "too many columns" in answer.text


def test_a_page_that_takes_long_is_ended(crawled: Crawled) -> None:
    from newscrawler.web.reader import Reader, TooSlowError

    reader = Reader(crawled.path)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with asyncio.Runner() as runner:
        with pytest.raises(TooSlowError):
            runner.run(reader.run(lambda db: db.execute(endless).fetchone(), seconds=0.2))
        # The thread goes on to serve others.
        for _ in range(8):
            assert runner.run(reader.run(lambda db: db.execute("SELECT 1").fetchone())) == (1,)
    reader.close()


def test_pages_of_clients_that_are_gone_are_not_made(crawled: Crawled) -> None:
    """What runs is interrupted, and what waits does not begin: others would wait for it."""
    from newscrawler.web.reader import Reader

    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    begun: list[int] = []

    def page(connection: sqlite3.Connection) -> None:
        begun.append(1)
        connection.execute(endless).fetchone()

    async def run() -> None:
        pages = [asyncio.ensure_future(reader.run(page, seconds=300)) for _ in range(20)]
        while len(begun) < 2:
            await asyncio.sleep(0.01)
        for task in pages:
            task.cancel()
        # If those two went on, this would wait for them until it fails; if others had begun, they would have been noted.
        await reader.run(lambda connection: connection.execute("SELECT 1").fetchone(), seconds=60)

    reader = Reader(crawled.path)
    asyncio.run(run())
    # Each of the two threads that became free may have begun one more before that one was cancelled, too.
    assert len(begun) <= 4
    reader.close()
