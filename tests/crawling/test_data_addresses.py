"""Articles that are data: wherever the key of the data's address stands, each way of reading the article finds it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from newscrawler.archive import open_archive
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.suppressed_names import SuppressedNames
from newscrawler.crawling.reextraction import Selection, rebuild
from newscrawler.portals import Portal
from support import driver, nightly, program
from support.data_portal import DATA_KEYS, DataPortal, serving, stories
from support.pages import small_portal

OFF = {"NEWSCRAWLER_CAPTURES": False}
FORMS: dict[str, tuple[str | None, str | None, str]] = {
    # `listing.json.url`, `article.url`, `article.json.url`
    "a parameter": ("/news.html?id={id}", None, "/api/article?id={id}"),
    "a named group": ("/d/{id}.html", r"/d/(?P<doc>\d+)\.html$", "/api/article?id={doc}"),
    "a route": ("/#/detail?newsId={id}", None, "/api/article?id={newsId}"),
    "a named group of a route": ("/#/d/{id}", r"#/d/(?P<doc>\d+)$", "/api/article?id={doc}"),
    "the entry": ("/d/{slug}.html", None, "/api/article?id={id}"),
    "a member inside of an entry with an address": (None, None, "/api/article?id={meta.key}"),
}


def site_of(number: int) -> DataPortal:
    """A portal whose entries have an id, a word in place of it, and an address."""
    site = DataPortal(stories(number))

    def answer(target: str, body: str) -> bytes | None:
        if urlsplit(target).path != "/api/list":
            return site.respond(target, body)
        first = 4 * (json.loads(body)["page"]["no"] - 1)
        rows = [
            {
                "id": one.id,
                "slug": f"shuiqu-{chr(97 + one.id % 26)}",
                "link": f"/2026/{one.id % 1000:03}/a.html",
                "meta": {"key": one.id},
                "list_title": one.title,
                "date": one.day,
            }
            for one in site.stories[first : first + 4]
        ]
        return json.dumps({"rows": rows}, ensure_ascii=False).encode()

    site.answer = answer
    return site


def portal_of(form: str) -> Portal:
    listed, pattern, template = FORMS[form]
    keys = deepcopy(DATA_KEYS)
    if listed is None:
        del keys["listing"]["json"]["url"]
    else:
        keys["listing"]["json"]["url"] = listed
    if pattern is not None:
        keys["article"]["url"] = pattern
    keys["article"]["json"]["url"] = template
    return small_portal(**keys)


def rows_of(archive: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(archive)) as connection:
        return connection.execute(query).fetchall()


@nightly.by_day(5)
@pytest.mark.parametrize("form", FORMS)
def test_each_way_of_reading_finds_the_data(form: str, tmp_path: Path) -> None:
    site, portal, archive = site_of(6), portal_of(form), tmp_path / "a.db"
    titles = sorted(one.title for one in site.stories)
    query = "SELECT title FROM articles_flat ORDER BY title"
    with serving(site) as via:
        # A crawl whose every article fails, and one that takes them up; its list is not read again.
        whole, site.answer = site.answer, lambda target, body: None if "article" in target else whole(target, body)
        driver.crawl(portal, archive, via=via)
        assert rows_of(archive, "SELECT count(*) FROM urls WHERE state = 'gone'") == [(6,)]
        site.answer = lambda target, body: None if "list" in target else whole(target, body)
        driver.crawl(portal, archive, via=via, retry=True)
        assert [title for (title,) in rows_of(archive, query)] == titles
        site.answer = whole

        # A new crawl, with no failure.
        spider = driver.crawl(portal, tmp_path / "b.db", via=via)
        assert spider.context.outcome == "done", spider.context.outcome_reason
        assert [title for (title,) in rows_of(tmp_path / "b.db", query)] == titles

        site.stories[0].text = "昨夜又补种了两排杉树。"
        program.wait_for_next_second()
        driver.crawl(portal, archive, via=via, refresh="0s")
        assert rows_of(archive, "SELECT title FROM articles_flat WHERE version_count = 2") == [(site.stories[0].title,)]
        driver.sample(portal, tmp_path / "c.db", via=via)
        assert rows_of(tmp_path / "c.db", "SELECT count(*) FROM articles_flat") == [(3,)]
    assert all("/api/article" not in url for (url,) in rows_of(archive, "SELECT url FROM articles"))
    with closing(open_archive(archive)) as connection:
        numbers = Selection().article_numbers(connection, "t")
        again = list(rebuild(archive, portal, numbers, workers=1))
    assert [one.outcome for one in again] == ["same"] * 6, [(one.detail, one.changes) for one in again]
    # What the address of the article says itself is not kept a second time.
    kept = {keys for (keys,) in rows_of(archive, "SELECT data_keys FROM listing_sightings")}
    assert (kept == {""}) == (form not in ("the entry", "a member inside of an entry with an address"))


WRONG: dict[str, tuple[str | None, str | None, str]] = {
    "an unknown key": ("/api/article?id={number}", "{number}, which the article's address and its listing do not give"),
    "no lines": (None, "a route of a page that a script fills"),
}


@nightly.by_day(0)
@pytest.mark.parametrize("template, told", WRONG.values(), ids=WRONG)
def test_lines_that_are_corrected_are_used_by_the_next_crawl(tmp_path: Path, template: str | None, told: str) -> None:
    """What a definition cannot say yet is neither asked for nor given up, and the section is not called complete."""
    site, archive = site_of(6), tmp_path / "a.db"
    good = portal_of("a route")
    keys = deepcopy(DATA_KEYS)
    keys["listing"]["json"]["url"] = FORMS["a route"][0]
    keys["article"]["json"]["url"] = template
    if template is None:
        del keys["article"]
    with serving(site) as via:
        for _ in range(4):
            spider = driver.crawl(small_portal(**keys), archive, via=via, settings=OFF)
            assert spider.context.outcome == "incomplete"
            assert rows_of(archive, "SELECT complete_back_to FROM sections") == [(None,)]
            assert {told in reason for (reason,) in rows_of(archive, "SELECT reason FROM urls")} == {True}
        assert not [target for _, target, _, _ in site.requests if "article" in target]
        spider = driver.crawl(good, archive, via=via, settings=OFF)
    assert spider.context.outcome == "done", spider.context.outcome_reason
    assert rows_of(archive, "SELECT count(*) FROM articles_flat") == [(6,)]
    assert rows_of(archive, "SELECT complete_back_to FROM sections") == [("beginning",)]


def test_values_of_an_entry_never_choose_the_host(tmp_path: Path) -> None:
    values = [
        "//127.0.0.1:9/x",
        "http://127.0.0.1:9/",
        "@127.0.0.1",
        "../../x",
        "1&host=127.0.0.1",
        "9" * 400,
        {},
        None,
    ]
    rows = [
        {"link": f"/2026/{n}/a.html", "id": value, "title": f"第{n}段水渠修成通水", "date": "2026-06-01"}
        for n, value in enumerate(values)
    ]
    site = DataPortal()
    site.answer = lambda target, body: (
        json.dumps({"rows": rows if '"no":1,' in body else []}).encode() if "/api/list" in target else None
    )
    keys = deepcopy(DATA_KEYS)
    del keys["listing"]["json"]["url"]
    for template in ("/api/article?id={id}", "/api/a/{id}.json", "/api/a/{id}/b"):
        keys["article"]["json"]["url"] = template
        site.requests.clear()
        archive = tmp_path / f"{len(template)}.db"
        with serving(site) as via:
            driver.crawl(small_portal(**keys), archive, via=via, settings=OFF)
        asked = {target for _, target, _, headers in site.requests if headers["Host"] == "www.t.example"}
        assert len(site.requests) == len([one for one in site.requests if one[3]["Host"] == "www.t.example"])
        paths = {target.partition("?")[0] for target in asked} - {"/", "/robots.txt", "/api/list"}
        assert all(path.startswith("/api/a") for path in paths), paths
        assert len(rows_of(archive, "SELECT url FROM urls")) == len(values)


def test_a_suppressed_article_is_not_named_by_the_address_of_its_data(tmp_path: Path) -> None:
    """Reasons and warnings of a run may name what was asked for, which is not the article's own address."""
    site, archive = site_of(6), tmp_path / "a.db"
    with serving(site) as via:
        driver.crawl(portal_of("the entry"), archive, via=via)
    hidden, other = site.stories[0], site.stories[1]
    with closing(open_archive(archive)) as connection:
        (article,) = connection.execute(
            "SELECT id FROM articles WHERE n IN (SELECT article FROM versions WHERE title = ?)", (hidden.title,)
        ).fetchone()
        with writing(connection):
            connection.execute(
                "INSERT INTO suppressions (article, reason, by, since) VALUES (?, 'x', 'op', '2026-06-30T00:00:00Z')",
                (article,),
            )
        names = SuppressedNames.read(connection)
    told = "http://www.t.example/api/article?id={}: the answer has no end"
    assert names.are_in(told.format(hidden.id)) and not names.are_in(told.format(other.id))
