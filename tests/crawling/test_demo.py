"""The main job: the demo portal ends up in the archive as it is, field by field."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newscrawler.demo.model import DemoArticle
from newscrawler.demo.portal import build
from support.crawls import crawl_demo

PORTAL = build()


@pytest.fixture(scope="module")
def archive(demo_archive: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(demo_archive)
    connection.row_factory = sqlite3.Row
    yield connection
    connection.close()


def expected(article: DemoArticle) -> dict[str, Any]:
    return {
        "title": article.title,
        "subtitle": article.subtitle,
        "source": article.source,
        "published": article.published,
        "published_date": article.published[:10],
        "editors": "、".join(article.editors) or None,
        "authors": "、".join(article.authors) or None,
        "summary": article.summary,
        "body": article.body,
        "keywords": "、".join(article.keywords) or None,
        "article_type": article.article_type,
        "province": "湖北省",
        "city": article.city,
        "city_code": article.city_code,
        "cities": "、".join(article.sections),
        "county": article.county,
        "county_code": article.county_code,
        "listed_date": article.listed_date,
        "image_count": len(article.images),
        "char_count": len("".join(article.body.split())),
        "language": "zh",
        "status": "live",
        "version_count": 1,
        "portal": "demo",
    }


def test_the_archive_holds_exactly_the_portals_articles(archive: sqlite3.Connection) -> None:
    stored = {row["url"] for row in archive.execute("SELECT url FROM articles_flat")}
    assert stored == {article.url for article in PORTAL.articles}


def test_every_field_of_every_article_equals_the_truth(archive: sqlite3.Connection) -> None:
    rows = {row["url"]: dict(row) for row in archive.execute("SELECT * FROM articles_flat")}
    differences = [
        (article.url, name, rows[article.url][name], value)
        for article in PORTAL.articles
        for name, value in expected(article).items()
        if rows[article.url][name] != value
    ]
    assert differences == []


def test_credits_have_their_roles_and_outlets(archive: sqlite3.Connection) -> None:
    for article in PORTAL.articles:
        found = archive.execute(
            """SELECT c.role, c.name, coalesce(c.outlet, '') FROM credits c JOIN articles a ON a.version = c.version
               WHERE a.url = ? ORDER BY c.role, c.position""",
            (article.url,),
        ).fetchall()
        truth = [(credit.role, credit.name, credit.outlet or "") for credit in article.credits]
        assert sorted(map(tuple, found)) == sorted(truth), article.url


def test_images_have_their_captions(archive: sqlite3.Connection) -> None:
    for article in PORTAL.articles:
        found = archive.execute(
            """SELECT i.url, i.caption FROM images i JOIN articles a ON a.version = i.version
               WHERE a.url = ? ORDER BY i.position""",
            (article.url,),
        ).fetchall()
        assert [tuple(row) for row in found] == [(image.url, image.caption) for image in article.images], article.url


def test_the_missing_page_is_gone_and_the_foreign_link_is_recorded(archive: sqlite3.Connection) -> None:
    states = dict(archive.execute("SELECT url, state FROM urls WHERE state <> 'done'").fetchall())
    assert {url for url, state in states.items() if state == "gone"} == set(PORTAL.missing)
    assert [url for url, state in states.items() if state == "foreign"] == [
        "http://news.sanjiang-evening.example/2019/0703/88121.shtml"
    ]


def test_every_section_is_complete_back_to_its_beginning_but_that_of_the_missing_page(
    archive: sqlite3.Connection,
) -> None:
    """A page that was missing once may be there tomorrow."""
    marks = archive.execute("SELECT url, complete_back_to FROM sections").fetchall()
    assert len(marks) == 17
    (missing,) = archive.execute(
        """SELECT s.url FROM listing_sightings l JOIN urls u ON u.id = l.url JOIN sections s ON s.id = l.section
           WHERE u.state = 'gone'"""
    ).fetchone()
    assert {row["url"]: row["complete_back_to"] for row in marks if row["complete_back_to"] != "beginning"} == {
        missing: None
    }


def test_a_second_crawl_fetches_no_article_again(demo_archive: Path, tmp_path: Path) -> None:
    shutil.copytree(demo_archive.parent, tmp_path, dirs_exist_ok=True)
    path = tmp_path / demo_archive.name
    done = crawl_demo(path)
    assert done.returncode == 0, done.stderr
    connection = sqlite3.connect(path)
    counts = connection.execute(
        """SELECT json_extract(counts, '$.new'), json_extract(counts, '$.changed'), json_extract(counts, '$.requests')
           FROM runs ORDER BY id DESC LIMIT 1"""
    ).fetchone()
    connection.close()
    # robots.txt, the homepage and the listing pages: 17 sections, of which some need a second page.
    assert counts[:2] == (0, 0)
    assert counts[2] <= 30


@pytest.mark.slow
def test_a_city_a_limit_and_a_since_leave_the_rest_for_later(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    assert crawl_demo(path, "--city", "宜昌", "--limit", "3").returncode == 0
    assert crawl_demo(path, "--city", "恩施州", "--since", "2019-07-05").returncode == 0
    connection = sqlite3.connect(path)
    cities = dict(connection.execute("SELECT section, count(*) FROM articles_flat GROUP BY 1").fetchall())
    assert set(cities) <= {"宜昌市", "恩施土家族苗族自治州"}
    in_yichang = connection.execute(
        """SELECT count(*) FROM article_sections l JOIN sections s ON s.id = l.section WHERE s.name = '宜昌市'"""
    ).fetchone()[0]
    assert in_yichang >= 3
    assert crawl_demo(path).returncode == 0
    assert connection.execute("SELECT count(*) FROM articles_flat").fetchone()[0] == len(PORTAL.articles)
    connection.close()


def test_an_unknown_city_is_named_with_the_nearest_ones(tmp_path: Path) -> None:
    done = crawl_demo(tmp_path / "demo.db", "--city", "宜兴")
    assert done.returncode == 2
    assert "宜兴" in done.stderr and "宜昌市" in done.stderr
    assert not (tmp_path / "demo.db").exists()
