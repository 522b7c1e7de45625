"""The calendar and the map, held against plain counts; for all articles, a search, and without suppressed ones."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import html

from newscrawler.archive.database.transaction import writing
from support.archives import Room, article
from support.integrity import run
from support.web import Crawled, Server, path_of, serving


def page(site: Server, path: str) -> html.HtmlElement:
    answer = site.get(path_of(path), Accept_Language="en")
    assert answer.status == 200, answer.text
    return html.document_fromstring(answer.text)


def squares(tree: html.HtmlElement) -> dict[str, int]:
    return {
        name: int(number)
        for name, _, number in (text.partition(": ") for text in tree.xpath("//figure[@class='map']//title/text()"))
    }


@pytest.mark.parametrize("more", ["", "&city=宜昌", "&q=村民", "&q=村民&until=2019-07-05"])
def test_the_calendar_has_the_articles_of_each_day(site: Server, crawled: Crawled, more: str) -> None:
    query = parse_qs(more)
    counted = Counter(
        row["published_date"]
        for row in crawled.rows("SELECT * FROM articles_flat WHERE published_date LIKE '2019-%'")
        if "宜昌市" in (row["cities"] or "") or "city" not in query
        if "q" not in query or "村民" in f"{row['title']}{row['subtitle']}\n{row['summary']}\n{row['body']}"
        if row["published_date"] <= query.get("until", ["9"])[0]
    )
    assert counted
    tree = page(site, f"/calendar?year=2019{more}")
    assert len(tree.xpath("//table[@class='month']")) == 12
    days = tree.xpath("//table[@class='month']//td[text() or a]")
    assert len(days) == 365
    shown = {}
    for link in tree.xpath("//table[@class='month']//a"):
        asked = parse_qs(urlsplit(link.get("href")).query)
        assert asked["since"] == asked["until"] and asked.get("q", []) == query.get("q", [])
        shown[asked["since"][0]] = int(re.findall(r"\d+", link.get("title"))[0])
    assert shown == counted
    shades = {cell.get("class") for cell in days}
    assert "shade-0" in shades and "shade-5" in shades and not tree.xpath("//script | //@style")


def test_a_day_leads_to_its_articles(site: Server) -> None:
    tree = page(site, "/calendar?year=2019&city=宜昌&lang=en")
    link = tree.xpath("//table[@class='month']//a")[-1]
    number = int(re.findall(r"\d+", link.get("title"))[0])
    found = page(site, link.get("href").replace("%E5%AE%9C%E6%98%8C", "宜昌"))
    assert found.xpath("string(//h2[@id='found'])").split()[0] == str(number)


def test_the_map_has_the_articles_of_each_division(site: Server, crawled: Crawled) -> None:
    for query, words in (("", ""), ("?q=村民", "村民")):
        counted: Counter[str] = Counter()
        for row in crawled.rows("SELECT * FROM articles_flat"):
            if words in f"{row['title']}{row['subtitle']}\n{row['summary']}\n{row['body']}":
                counted.update((row["cities"] or "").split("、"))
        tree = page(site, f"/map{query}")
        shown = squares(tree)
        assert len(shown) == 17 and {name: number for name, number in shown.items() if number} == {
            name: number for name, number in counted.items() if name in shown
        }
        assert "GeoNames (CC BY 4.0)" in tree.xpath("string(//figcaption)")
        table = {row[0].text_content(): row[1].text_content() for row in tree.xpath("//details//tbody/tr")}
        assert table == {name: str(number) for name, number in shown.items() if number}
    hrefs = tree.xpath("//figure//a/@href")
    assert all(parse_qs(urlsplit(href).query)["q"] == ["村民"] for href in hrefs) and len(hrefs) == len(table)
    chinese = site.get(path_of("/map?lang=zh")).text
    assert "各行政区的文章数" in chinese and "示意图" in chinese and "Schematic" not in chinese


@pytest.fixture(scope="module")
def two_provinces(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    path = tmp_path_factory.mktemp("map") / "archive.db"
    first, second = Room(path), Room(path, portal="xiang")
    with writing(first.connection):
        first.connection.execute("UPDATE portals SET province = '湖南省', province_code = '430000' WHERE id = 'xiang'")
        first.connection.execute(
            "UPDATE sections SET city = '长沙市', city_code = '430100' WHERE portal = 'xiang' AND city = '武汉市'"
        )
    for number in (1, 2, 3):
        first.store(article(number), cities=["宜昌市"] if number < 3 else [])
    for number in (4, 5, 6, 7):
        second.store(article(number, url=f"http://www.xiang.example/2024/0510/{number}.shtml"), cities=["武汉市"])
    with closing(sqlite3.connect(path)) as connection:
        (hidden,) = connection.execute("SELECT id FROM articles WHERE url LIKE '%/7.shtml'").fetchone()
    assert run("suppress", "add", hidden, "--reason", "x", "--archive", path).exit_code == 0
    with serving(path) as server:
        yield server, path


def test_several_provinces_lead_to_each(two_provinces: tuple[Server, Path]) -> None:
    site, _ = two_provinces
    tree = page(site, "/map?lang=en")
    shown = squares(tree)
    assert len(shown) == 34 and {name: number for name, number in shown.items() if number} == {"湖北省": 3, "湖南省": 3}
    link = next(href for href in tree.xpath("//figure//a/@href") if "430000" in href)
    inside = page(site, link)
    assert {name: number for name, number in squares(inside).items() if number} == {"长沙市": 3}
    assert "All provinces" in inside.text_content()
    hubei = page(site, "/map?province=湖北&lang=en")
    assert squares(hubei)["宜昌市"] == 2 and "1 article is of no division" in hubei.text_content()
    assert "There is no map of this province" in page(site, "/map?province=台湾&lang=en").text_content()


def test_what_is_asked_wrongly_is_told(two_provinces: tuple[Server, Path]) -> None:
    site, _ = two_provinces
    for path, message in (
        ("/map?province=没有", "there is no province"),
        ("/calendar?year=x", "give a number from 1 to 9,999"),
        ("/calendar?q=(", "names no word"),
        ("/map?colour=red", "there is no argument"),
    ):
        answer = site.get(path_of(path), Accept_Language="en")
        assert answer.status == 400 and message in answer.text, path
    empty = page(site, "/calendar?year=1999&lang=en")
    assert "0 articles in this year" in empty.text_content() and not empty.xpath("//table[@class='month']//a")
    assert "None were found" in page(site, "/calendar?q=没有这样的词语&lang=en").text_content()
