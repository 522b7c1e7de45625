"""The page of an event: the order of a cluster of reprints, their delays and changes, and who else wrote about it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from lxml import html

from newscrawler.archive.filters import ArticleFilter
from newscrawler.archive.reprint_cluster import read_cluster
from newscrawler.research import annotators
from newscrawler.research.annotating import annotate
from support.archives import Room, article
from support.integrity import run
from support.meaning import PairsEmbedder
from support.web import Server, serving

TITLE = "青禾镇河堤加固完工"
BODY = "。".join(f"第{number}段河堤的石料由村民运来，工匠们一块一块砌好" for number in range(1, 30)) + "。"
CHANGED = BODY.replace("第7段河堤", "第七段河堤").replace("第9段河堤的石料由村民运来，", "")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An origin, three reprints of it (one is suppressed), a report of another outlet, and reports of something else."""
    path = tmp_path_factory.mktemp("event") / "archive.db"
    first, second = Room(path), Room(path, portal="other")
    text = {"title": TITLE, "body": BODY, "source": "青禾日报"}
    for room, number, changes, cities in (
        (first, 1, text | {"published": "2024-05-10T08:00:00+08:00"}, ["宜昌市"]),
        (second, 2, text | {"published": "2024-05-10T13:30:00+08:00", "body": CHANGED}, []),
        (first, 3, text | {"published": "2024-05-12", "title": f"{TITLE}！"}, ["武汉市"]),
        (second, 4, text | {"published": "2024-05-13", "title": "隐去的转载"}, []),
        (first, 5, {"published": "2024-05-11", "title": TITLE, "body": "石料由村民运来，第1段河堤工匠们一块一块砌好。"}, ["宜昌市"]),
        (first, 6, {"published": "2024-05-11", "title": TITLE, "body": "石料由村民运来，第2段河堤工匠们一块一块砌好。"}, ["武汉市"]),
        (first, 7, {"published": "2024-05-20", "title": TITLE, "body": "石料由村民运来，第3段河堤工匠们一块一块砌好。"}, ["宜昌市"]),
        (first, 8, {"published": "2024-05-11"}, ["宜昌市"]),
    ):  # fmt: skip
        day = str(changes["published"])[:10]
        room.store(article(number, **changes | {"published_date": day}), cities=cities)
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(annotators.ANNOTATORS, "vectors", PairsEmbedder)
        annotate(path, "vectors", ArticleFilter(), workers=1)
    hidden = key(path, 4)
    assert run("suppress", "add", hidden, "--reason", "x", "--archive", path).exit_code == 0
    return path


def key(path: Path, number: int) -> str:
    with closing(sqlite3.connect(path)) as connection:
        sql = "SELECT id FROM articles WHERE url LIKE ?"
        return str(connection.execute(sql, [f"%/{number}.shtml"]).fetchone()[0])


@pytest.fixture(scope="module")
def site(archive: Path) -> Iterator[Server]:
    with serving(archive) as server:
        yield server


def page(site: Server, path: str) -> html.HtmlElement:
    answer = site.get(path)
    assert answer.status == 200, answer.text
    return html.document_fromstring(answer.text)


def test_it_tells_who_wrote_first_and_who_followed(site: Server, archive: Path) -> None:
    for number in (1, 3):
        address = f"/article/{key(archive, number)}"
        assert f"{address}/event?lang=en" in page(site, f"{address}?lang=en").xpath("//main//a/@href")
        tree = page(site, f"{address}/event?lang=en")
        rows = [[" ".join(cell.text_content().split()) for cell in row] for row in tree.xpath("//tbody/tr")]
        assert [(row[0].removesuffix(" this article"), row[4], row[6]) for row in rows] == [
            (TITLE, "origin", ""),
            (TITLE, "5.5 hours", "Characters: 1 added, 15 removed"),
            (f"{TITLE}！", "2 days", "Characters: 1 added, 0 removed"),
        ]
        assert [row[0].endswith("this article") for row in rows].index(True) == (0 if number == 1 else 2)
        assert "3 articles have nearly the same body" in tree.text_content()
    assert "隐去的转载" not in site.get(f"/article/{key(archive, 1)}/event").text


def test_it_is_the_view_of_reprints(archive: Path) -> None:
    with closing(sqlite3.connect(archive)) as connection:
        (number,) = connection.execute("SELECT n FROM articles WHERE id = ?", [key(archive, 1)]).fetchone()
        cluster = read_cluster(connection, number)
        rows = connection.execute(
            "SELECT origin_id, id, days_late, hours_late FROM reprints ORDER BY published"
        ).fetchall()
    assert cluster is not None
    followers = [one for one in cluster.members if one is not cluster.origin]
    assert [(cluster.origin.id, one.id, one.days_late, one.hours_late) for one in followers] == rows


def test_what_a_reprint_changed(site: Server, archive: Path) -> None:
    address = f"/article/{key(archive, 3)}/event/{key(archive, 2)}"
    assert f"{address}?lang=en" in page(site, f"/article/{key(archive, 3)}/event?lang=en").xpath("//td/a/@href")
    tree = page(site, f"{address}?lang=en")
    for left_out, text in (("del", CHANGED), ("ins", BODY)):
        parts = tree.xpath(f"//section[@class='difference']//p//text()[not(parent::{left_out})]")
        assert "".join(parts) == text
    for other in (key(archive, 1), key(archive, 4), key(archive, 8), "f" * 24):
        assert site.get(f"/article/{key(archive, 3)}/event/{other}").status == 404
    for article_id in (key(archive, 4), "f" * 24):
        assert site.get(f"/article/{article_id}/event").status == 404
    assert site.get(f"/article/{key(archive, 8)}/event/{key(archive, 1)}").status == 404


def test_others_are_near_in_meaning_time_and_place(site: Server, archive: Path) -> None:
    tree = page(site, f"/article/{key(archive, 1)}/event?lang=en")
    others = [link.rpartition("/")[2].partition("?")[0] for link in tree.xpath("//ol[@class='entries']//h3/a/@href")]
    # Number 6 is of another city, 7 of another week, 8 of something else; 2 and 3 stand above.
    assert others == [key(archive, 5)]
    alone = page(site, f"/article/{key(archive, 7)}/event?lang=en").text_content()
    assert "No article has nearly the same body" in alone and "No other article is near enough" in alone
    chinese = page(site, f"/article/{key(archive, 1)}/event?lang=zh").text_content()
    assert "谁先报道，谁后跟进" in chinese and "5.5 小时" in chinese


def test_without_vectors_it_says_so(tmp_path: Path) -> None:
    room = Room(tmp_path / "archive.db")
    room.store(article(1), cities=["宜昌市"])
    with serving(room.path) as server:
        shown = server.get(f"/article/{key(room.path, 1)}/event", Accept_Language="en").text
    assert "newscrawler annotate articles vectors" in shown
