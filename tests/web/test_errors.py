"""What is wrong, said in the language of the page and in the form that the address promises."""

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from lxml import html

from newscrawler.archive.search.query import SearchError
from newscrawler.text.languages import languages
from newscrawler.web.languages import explain
from newscrawler.web.request import BadRequestError
from support.web import Answer, Crawled, Server, serving


def explained(text: str) -> tuple[str, str]:
    """The reason on an error page, and the language that it is marked with."""
    (paragraph,) = html.document_fromstring(text).xpath("//main//p[@lang]")
    return paragraph.text_content(), paragraph.get("lang")


def test_values_with_braces_are_only_shown() -> None:
    error = BadRequestError("there is no order {name!r}; there are ranked and newest.", name="{0.__class__}")
    assert "'{0.__class__}'" in str(error)
    assert "“{0.__class__}”" in explain(languages()["zh"], error)[0]


def test_what_has_no_chinese_stays_english() -> None:
    assert explain(languages()["zh"], SearchError("a sentence of another program.")) == (
        "a sentence of another program.",
        "en",
    )


PAGES = [
    ("/search?q=*", "检索式里没有词", "the search names no word"),
    ("/search?q=宜昌 AND", "末尾缺一个词", "a word is missing at the end"),
    ('/search?q="宜昌', "“宜昌”前的引号", "the quote before '宜昌'"),
    ("/search?since=yesterday", "“yesterday”不是日期", "'yesterday', which is not a valid date"),
    (
        "/search?city=宜唱市",
        "档案库里没有城市“宜唱市”；相近的有：宜昌市",
        "has no city '宜唱市'; the nearest it knows: 宜昌市",
    ),
    ("/search?since=2019-02-01&until=2019-01-31", "晚于截止日期 2019-01-31", "is later than the last, 2019-01-31"),
    ("/search?portal=demq", "档案库里没有门户网站“demq”", "has no portal 'demq'"),
    ("/search?colour=red", "没有参数“colour”", "no argument 'colour'"),
    ("/search?page=0&q=a", "1 到 15 的整数", "a number from 1 to 15"),
    ("/outlet", "例如 /outlet?name=…", "as in /outlet?name=…"),
    ("/coverage?state=lost", "没有状态“lost”", "no state 'lost'"),
    ("/archive?sql=DELETE FROM runs", "只接受 SELECT 语句", "only SELECT statements"),
    (
        "/archive?sql=SELECT body FROM texts",
        "查询读取了不开放的内容（texts.body）",
        "reads texts.body, which is not open to queries",
    ),
    (
        "/archive?sql=SELECT missing FROM runs",
        "查询无法执行；SQLite 的说明：no such column",
        "SQLite says: no such column: missing",
    ),
    ("/archive.csv?sql=SELECT 1&_stream=on", "没有参数“_stream”", "no argument '_stream'"),
    ("/archive/runs?_sort=started", "没有参数“_sort”", "no argument '_sort'"),
    ("/archive/runs?_size=2000", "1 到 1,000 的整数", "a number from 1 to 1,000"),
    ("/archive.json?sql=SELECT 1&_shape=round", "没有输出形式“round”", "no shape 'round'"),
    ("/archive?sql=PRAGMA table_info(texts)", "只接受 SELECT 语句", "only SELECT statements"),
    (
        "/archive?sql=SELECT * FROM pragma_database_list",
        # Newer versions of SQLite say what is read.
        "可查询的内容见 /sql",
        "/sql lists",
    ),
    ("/archive?sql= ", "请写一条查询", "write a query"),
    ("/nothing", "档案库里没有您要找的内容", "The archive has nothing here"),
    ("/search?q=" + "a" * 210_000, "地址超过 200,000 个字符", "longer than 200,000 characters"),
]


@pytest.mark.parametrize(("path", "chinese", "english"), PAGES, ids=[path[:40] for path, _, _ in PAGES])
def test_reasons_are_in_the_language_of_the_page(site: Server, path: str, chinese: str, english: str) -> None:
    for language, expected in (("zh", chinese), ("en", english)):
        answer = site.get(quote(path, safe="/?=&"), Accept_Language=language)
        assert answer.status in (400, 403, 404)
        assert expected in answer.text.replace("&#39;", "'").replace("&quot;", '"')
        if answer.headers["content-type"].startswith("text/html") and answer.status != 404:
            assert explained(answer.text)[1] == {"zh": "zh-CN", "en": "en"}[language]


def test_another_name_for_this_machine_is_refused_in_chinese(site: Server) -> None:
    answer = site.get("/", Host="evil.example", Accept_Language="zh")
    assert (answer.status, "只回应 localhost" in answer.text) == (421, True)


def test_a_query_that_fails_can_be_mended(site: Server) -> None:
    answer = site.get("/archive?sql=" + quote("SELECT </textarea> FROM runs") + "&lang=zh")
    form = html.document_fromstring(answer.text)
    assert form.xpath("string(//textarea[@name='sql'])") == "SELECT </textarea> FROM runs"
    # The language that was chosen goes along.
    assert form.xpath("//form[@class='sql']//input[@name='lang']/@value") == ["zh"]


BAD = [
    ("/search.{}?q=*", 400, "the search names no word"),
    ("/search.{}?since=2019-02-30", 400, "write it as in 2019-07-10"),
    ("/archive.{}?sql=SELECT body FROM texts", 400, "not open to queries"),
    ("/archive.{}?sql=SELECT FROM", 400, "syntax error"),
    ("/archive.{}?sql=DROP TABLE runs", 400, "only SELECT statements"),
    ("/archive/texts.{}", 404, "The archive has nothing here"),
    ("/nothing.{}", 404, "The archive has nothing here"),
]


@pytest.mark.parametrize(("path", "status", "why"), BAD)
def test_json_and_csv_get_errors_of_their_kind(site: Server, path: str, status: int, why: str) -> None:
    answer = site.get(quote(path.format("json"), safe="/?=&"))
    found = answer.json()
    assert answer.status == status and answer.headers["content-type"].startswith("application/json")
    assert (found["ok"], found["status"], why in found["error"]) == (False, status, True)
    assert set(found) == {"ok", "error", "status", "title"}
    answer = site.get(quote(path.format("csv"), safe="/?=&"))
    assert answer.status == status and answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert why in answer.text and "<" not in answer.text


def test_errors_of_files_are_in_the_language_asked_for(site: Server) -> None:
    answer = site.get("/search.json?q=*&lang=zh")
    assert answer.json()["error"].startswith("检索式里没有词")
    assert "accept-language" in answer.headers["vary"].lower()
    assert site.get("/search.csv?q=*", Accept_Language="zh").text.startswith("检索式里没有词")


@pytest.fixture
def locked(copied: Path) -> Iterator[Server]:
    """A server whose archive is locked by another program from then on."""
    with serving(copied) as server, closing(sqlite3.connect(copied, isolation_level=None)) as holder:
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        yield server


def test_a_locked_archive_is_told_soon(locked: Server) -> None:
    """To all who ask at the same time, whatever they ask for."""
    paths = ["/", "/search.json", "/search.csv", "/archive?sql=SELECT 1", "/archive.json?sql=SELECT 1", "/archive/runs"]

    def ask(path: str) -> Answer:
        return locked.get(quote(path, safe="/?=&"), Accept_Language="zh")

    begun = time.monotonic()
    with ThreadPoolExecutor(len(paths)) as clients:
        answers = dict(zip(paths, clients.map(ask, paths), strict=True))
    assert time.monotonic() - begun < 20
    for path, answer in answers.items():
        assert (answer.status, answer.headers["retry-after"]) == (503, "10"), path
        error = answer.json()["error"] if ".json" in path else answer.text
        assert "档案库已被其他程序锁定" in error, path


def test_files_that_are_not_there(site: Server, crawled: Crawled) -> None:
    none = "f" * 24
    assert site.get(f"/article/{none}.json").json()["status"] == 404
    assert site.get(f"/article/{none}.bib").headers["content-type"].startswith("text/plain")
    assert site.get(f"/article/{none}/capture/1.warc.gz").headers["content-type"].startswith("text/plain")
    assert site.get("/search.json", method="POST").json()["status"] == 405
    assert site.get("/search.json", Host="evil.example").json()["status"] == 421
