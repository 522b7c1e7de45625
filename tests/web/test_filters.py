"""Filters by the names that people know: portals by name, outlets and people by a part, suggestions for what is unknown."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from lxml import html

from support.in_process import Pages, pages_of
from support.web import Crawled

PORTAL = "三江新闻网"


@pytest.fixture
def pages(copied: Path) -> Iterator[Pages]:
    with closing(sqlite3.connect(copied)) as connection:
        connection.execute("UPDATE portals SET name = ?", [PORTAL])
        connection.commit()
    with pages_of(copied) as running:
        yield running


def found(pages: Pages, path: str) -> tuple[int, set[str]]:
    answer = pages.get(path)
    assert answer.status == 200, answer.text
    return len(pages.get(path.replace("/search", "/search.json", 1)).json()), {
        link.rpartition("/")[2]
        for link in html.document_fromstring(answer.text).xpath("//ol[@class='entries']//h3/a/@href")
    }


def test_a_part_of_a_name_finds_all_names_that_have_it(pages: Pages, crawled: Crawled) -> None:
    """A name that an article has means itself alone."""
    for argument, column, part in (("source", "source", "晚报"), ("editor", "editors", "")):
        part = part or crawled.one("SELECT editors FROM articles_flat WHERE editors NOT LIKE '%、%' LIMIT 1")[:1]
        wanted = crawled.one(f"SELECT count(*) FROM articles_flat WHERE {column} LIKE ?", f"%{part}%")
        assert wanted > 0 and found(pages, f"/search?{argument}={part}")[0] == wanted
        exact = crawled.one(
            f"SELECT {column} FROM articles_flat WHERE {column} LIKE ? AND {column} NOT LIKE '%、%' LIMIT 1",
            f"%{part}%",
        )
        alone = crawled.one(
            f"SELECT count(*) FROM articles_flat WHERE '、' || {column} || '、' LIKE ?", f"%、{exact}、%"
        )
        assert found(pages, f"/search?{argument}={exact}")[0] == alone


def test_signs_of_patterns_are_signs(pages: Pages) -> None:
    for part in ("%", "_", "*", "'"):
        assert pages.get(f"/search?source={part.replace('%', '%25')}").status == 400


def test_a_portal_is_found_by_id_name_and_part_of_the_name(pages: Pages, crawled: Crawled) -> None:
    wanted = crawled.one("SELECT count(*) FROM articles_flat")
    for name in ("demo", PORTAL, "三江"):
        assert found(pages, f"/search?portal={name}")[0] == wanted
        for page in ("coverage", "runs", "alarms"):
            assert pages.get(f"/{page}?portal={name}").status == 200


def test_pages_show_the_names_of_portals(pages: Pages, crawled: Crawled) -> None:
    run = crawled.one("SELECT key FROM runs LIMIT 1")
    for path in (
        "/",
        "/coverage",
        "/runs",
        "/runs?portal=demo",
        f"/run/{run}",
        f"/article/{crawled.edited}",
        "/search?portal=demo",
    ):
        tree = html.document_fromstring(pages.get(path).text)
        assert PORTAL in tree.text_content(), path
        assert not [text for text in tree.xpath("//td//text() | //h1//text()") if text.strip() == "demo"], path


def test_an_unknown_name_keeps_the_other_filters_and_leads_to_the_nearest(pages: Pages) -> None:
    for argument, wrong in (("source", "三江晩报"), ("city", "宜晶市"), ("portal", "demmo"), ("editor", "没有这个人")):
        query = f"q=村民&since=2019-01-01&status=live&county=&sort=newest&{argument}={wrong}"
        answer = pages.get(f"/search?{query}")
        assert answer.status == 400, argument
        tree = html.document_fromstring(answer.text)
        given = {one.get("name"): one.get("value") for one in tree.xpath("//form//input") if one.get("value")}
        assert given.items() >= {"q": "村民", "since": "2019-01-01", argument: wrong}.items()
        assert tree.xpath("//select[@name='status']/option[@selected]/@value") == ["live"]
        links = tree.xpath("//main//ul[@class='chips']//a/@href")
        assert links, argument
        for link in links:
            assert parse_qs(urlsplit(link).query)["since"] == ["2019-01-01"]
            assert pages.get(unquote(link.replace("+", " "))).status == 200 or argument == "editor", link


def test_fields_suggest_what_the_archive_has(pages: Pages, crawled: Crawled) -> None:
    tree = html.document_fromstring(pages.get("/search").text)
    outlets = set(tree.xpath("//datalist[@id='known-source']/option/@value"))
    assert outlets == {
        row["source"] for row in crawled.rows("SELECT DISTINCT source FROM articles_flat WHERE source IS NOT NULL")
    }
    assert tree.xpath("//input[@name='source']/@list") == ["known-source"]
    assert tree.xpath("//select[@name='portal']/option/text()")[1:] == [PORTAL]


def test_no_suggestion_names_a_suppressed_article(copied: Path) -> None:
    """An outlet and an editor that only a suppressed article has are unknown, and in no suggestion."""
    with closing(sqlite3.connect(copied)) as connection:
        n, version, article = connection.execute(
            "SELECT n, version, id FROM articles WHERE n IN (SELECT n FROM search_documents) LIMIT 1"
        ).fetchone()
        connection.execute("UPDATE versions SET source = '隐文标晚报' WHERE id = ?", [version])
        connection.execute("UPDATE credits SET name = '隐文标' WHERE version = ?", [version])
        connection.execute("INSERT INTO suppressions (article, reason, by, since) VALUES (?, 'x', 'y', 'z')", [article])
        connection.execute("DELETE FROM search_documents WHERE n = ?", [n])
        connection.commit()
    with pages_of(copied) as pages:
        assert "隐文标" not in pages.get("/search").text
        for query in ("source=隐文标晚报", "source=隐文", "editor=隐文标", "source=隐文标晚報"):
            answer = pages.get(f"/search?{query}")
            names = html.document_fromstring(answer.text).xpath("//ul[@class='chips']//a/text()")
            assert answer.status == 400 and not [name for name in names if "隐文标" in name], query
