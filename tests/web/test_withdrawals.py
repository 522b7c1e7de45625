"""What portals withdrew and edited: missing from the first answer on, on the article's page and on a page of its own."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import html

from newscrawler.cli.main import cli
from support.in_process import Pages, pages_of
from support.web import Crawled


@pytest.fixture
def changed(copied: Path, crawled: Crawled) -> Iterator[tuple[Pages, dict[str, str]]]:
    """Articles by what became of them."""
    with closing(sqlite3.connect(copied)) as connection:
        ids = [
            row[0]
            for row in connection.execute(
                # A reprint stands below the article that it repeats; which are the first depends on the crawl.
                """SELECT id FROM articles WHERE id NOT IN (?, ?) AND status = 'live'
                     AND n NOT IN (SELECT article FROM reprint_members) ORDER BY n LIMIT 5""",
                [crawled.edited, crawled.hidden],
            )
        ]
        named = dict(zip(("missing", "gone", "back", "reread", "led"), ids, strict=True))
        missing = "UPDATE urls SET missing_since = ?, reason = ? WHERE article = (SELECT n FROM articles WHERE id = ?)"
        # The last minute of a month in UTC is the next month in China.
        connection.execute(missing, ["2026-03-31T23:59:00Z", "answered 404", named["missing"]])
        connection.execute(missing, ["2026-05-02T01:00:00Z", "answered 410", named["gone"]])
        connection.execute(
            missing, ["2026-05-03T01:00:00Z", f"its address leads to {crawled.hidden_url}", named["led"]]
        )
        connection.execute(missing, ["2026-05-01T01:00:00Z", "answered 404", named["back"]])
        connection.execute(missing, ["2026-05-01T01:00:00Z", "answered 404", crawled.hidden])
        connection.execute("UPDATE articles SET status = 'gone' WHERE id = ?", [named["gone"]])
        connection.execute(
            """INSERT INTO urls (portal, identity, url, state, first_seen, last_fetched, article)
               SELECT 'demo', 'x', 'http://x.example/', 'done', '2026-01-01', '2026-06-01T00:00:00Z', n FROM articles WHERE id = ?""",
            [named["back"]],
        )
        names = [row[1] for row in connection.execute("PRAGMA table_info(versions)") if row[1] != "id"]
        new = ", ".join({"number": "2", "content_hash": "'other'"}.get(name, name) for name in names)
        connection.execute(
            f"INSERT INTO versions ({', '.join(names)}) SELECT {new} FROM versions WHERE article = (SELECT n FROM articles WHERE id = ?)",
            [named["reread"]],
        )
        connection.execute("UPDATE articles SET version_count = 2 WHERE id = ?", [named["reread"]])
        connection.commit()
    with pages_of(copied) as pages:
        yield pages, named


def listed(pages: Pages, query: str = "") -> list[str]:
    answer = pages.get(f"/withdrawals{query}")
    assert answer.status == 200
    links = html.document_fromstring(answer.text).xpath("//ol[@class='entries']//h3/a/@href")
    return [link.rpartition("/")[2].partition("?")[0] for link in links]


def test_an_article_is_missing_from_the_first_answer_on(
    changed: tuple[Pages, dict[str, str]], crawled: Crawled
) -> None:
    pages, named = changed
    assert listed(pages) == [named[one] for one in ("led", "gone", "missing")]
    assert listed(pages, "?month=2026-04") == [named["missing"]]
    assert listed(pages, "?month=2026-03") == [] and listed(pages, "?portal=demo&month=2026-05") == [
        named["led"],
        named["gone"],
    ]
    text = pages.get(f"/article/{named['missing']}?lang=zh").text
    assert "自 <time" in text and "2026-04-01 07:59 北京时间" in text
    assert "not there" not in pages.get(f"/article/{named['back']}?lang=en").text
    page = pages.get("/withdrawals?lang=en").text
    assert "answered 404" in page
    assert not [trace for trace in crawled.traces if trace in page]


def test_lists_and_commands_say_since_when_an_article_is_missing(
    changed: tuple[Pages, dict[str, str]], copied: Path, crawled: Crawled
) -> None:
    """From the first answer on, and not when another of its addresses was read since."""
    pages, named = changed
    badges: dict[str, list[str]] = {}
    address: str | None = "/search?lang=zh"
    while address:
        tree = html.document_fromstring(pages.get(address).text)
        for item in tree.xpath("//ol[@class='entries']/li"):
            article = item.xpath("string(h3/a/@href)").rpartition("/")[2].partition("?")[0]
            badges[article] = [badge.text_content() for badge in item.find_class("badge")]
        address = next(iter(tree.xpath("//a[@rel='next']/@href")), None)
    assert {article: found for article, found in badges.items() if found} == {
        named["missing"]: ["自 2026-04-01 07:59 北京时间 起缺失"],
        named["gone"]: ["已撤下", "自 2026-05-02 09:00 北京时间 起缺失"],
        named["led"]: ["自 2026-05-03 09:00 北京时间 起缺失"],
    }
    word = "宜昌"
    for code, wanted in (("en", "missing since 2026-04-01 07:59 UTC+8"), ("zh", "自 2026-04-01 07:59 北京时间 起缺失")):
        run = CliRunner().invoke(cli, ["--lang", code, "history", named["missing"], "--archive", str(copied)])
        assert wanted in run.output, run.output
    found = CliRunner().invoke(
        cli, ["--lang", "en", "search", word, "--format", "json", "--limit", "1000", "--archive", str(copied)]
    )
    hits = {hit["id"]: hit["missing_since"] for hit in json.loads(found.stdout)["hits"]}
    assert all(moment is None for article, moment in hits.items() if article not in named.values()) and hits


def test_edits_are_those_of_portals(changed: tuple[Pages, dict[str, str]], crawled: Crawled) -> None:
    """Not a version that other rules read from the same capture."""
    pages, _ = changed
    assert listed(pages, "?kind=edited") == [crawled.edited]
    rows = [
        [cell.text_content().strip() for cell in row]
        for row in html.document_fromstring(pages.get("/withdrawals?lang=en").text).xpath(
            "//section[@aria-labelledby='counted']//tbody/tr"
        )
    ]
    assert [row[2:] for row in rows if row[0] == "2026-05"] == [["2", "0"]]
    assert [row[2:] for row in rows if row[0] == "2026-04"] == [["1", "0"]]
    assert sum(int(row[3]) for row in rows) == 1


def test_the_report_has_the_numbers_of_the_page(changed: tuple[Pages, dict[str, str]], copied: Path) -> None:
    """By month and portal; a filter chooses among the articles."""

    def report(*arguments: str) -> list[dict[str, object]]:
        command = ["stats", "withdrawals", "--format", "json", "--archive", str(copied), *arguments]
        done = CliRunner().invoke(cli, command)
        assert done.exit_code == 0, done.output
        return list(json.loads(done.stdout)["withdrawals"])

    rows = report()
    assert [row for row in rows if row["withdrawn"]] == [
        {"month": "2026-05", "portal": "demo", "withdrawn": 2, "edited": 0},
        {"month": "2026-04", "portal": "demo", "withdrawn": 1, "edited": 0},
    ]
    assert sum(int(str(row["edited"])) for row in rows) == 1
    assert report("--status", "gone") == [{"month": "2026-05", "portal": "demo", "withdrawn": 1, "edited": 0}]
    assert report("--since", "2030-01-01") == []
    said = CliRunner().invoke(cli, ["--lang", "zh", "stats", "withdrawals", "--archive", str(copied)]).output
    assert "缺失或已撤下" in said and "改动" in said


def test_what_makes_no_sense_is_told(changed: tuple[Pages, dict[str, str]]) -> None:
    for query in ("kind=x", "month=2026", "month=2026-05-01", "page=0", "portal=nobody"):
        assert changed[0].get(f"/withdrawals?{query}").status == 400, query
