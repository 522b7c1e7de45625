"""Feeds of searches, edits and withdrawals: what stands in them, each entry once, and 304 for a reader that has it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from newscrawler.archive.suppression import lift, suppress
from support.archives import Room, article
from support.in_process import Pages, pages_of

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path / "archive.db")
    for number in range(1, 4):
        city = "宜昌市" if number < 3 else "武汉市"
        room.store(article(number, body=f"防汛第{number}天。"), cities=[city], seen=f"2024-06-0{number}T00:00:00Z")
    yield room
    room.close()


@pytest.fixture
def pages(room: Room) -> Iterator[Pages]:
    with pages_of(room.path) as pages:
        yield pages


def atom(pages: Pages, path: str, **headers: str) -> list[dict[str, Any]]:
    answer = pages.get(path, **headers)
    assert answer.status == 200, answer.text
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.body)
    assert feed.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated"):
        assert feed.findtext(f"{ATOM}{name}")
    entries = []
    for entry in feed.iter(f"{ATOM}entry"):
        values: dict[str, Any] = {
            name: entry.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated", "summary")
        }
        values["links"] = {str(link.get("rel")): link.get("href") for link in entry.iter(f"{ATOM}link")}
        values["author"] = entry.findtext(f"{ATOM}author/{ATOM}name")
        assert values["id"] and values["title"] and values["updated"] and values["author"]
        entries.append(values)
    assert len({entry["id"] for entry in entries}) == len(entries)
    return entries


def test_a_search_is_a_feed_of_its_articles(pages: Pages, room: Room) -> None:
    rows = {row["id"]: row for row in room.flat()}
    entries = atom(pages, "/search.atom?q=防汛")
    assert [entry["updated"] for entry in entries] == [f"2024-06-0{day}T00:00:00Z" for day in (3, 2, 1)]
    for entry in entries:
        row = rows[entry["id"].removeprefix("urn:newscrawler:article:")]
        assert entry["title"] == row["title"] and entry["summary"] == row["body"]
        assert entry["links"] == {"alternate": f"http://localhost/article/{row['id']}", "via": row["url"]}
        assert entry["author"] == "测试新闻网"
    assert len(atom(pages, "/search.atom?q=防汛&city=宜昌")) == 2 and len(atom(pages, "/search.atom")) == 3
    assert atom(pages, "/search.atom?q=没有这样的词语") == []
    items = json.loads(pages.get("/search.feed.json?q=防汛").body)
    assert items["version"] == "https://jsonfeed.org/version/1.1"
    assert [(item["id"], item["title"], item["date_published"], item["external_url"]) for item in items["items"]] == [
        (entry["id"], entry["title"], entry["updated"], entry["links"]["via"]) for entry in entries
    ]
    assert "新收录的文章：防汛" in pages.get("/search.atom?q=防汛", Accept_Language="zh").text
    for wrong in ("q=*", "city=伦敦", "colour=red"):
        assert pages.get(f"/search.atom?{wrong}").status == 400, wrong


def test_what_is_stored_later_comes_first_and_an_edit_is_no_new_entry(pages: Pages, room: Room) -> None:
    before = atom(pages, "/search.atom?q=防汛")
    room.store(article(2, body="防汛第二天，改过。"), cities=["宜昌市"], seen="2024-06-09T00:00:00Z")
    room.store(
        article(9, body="防汛旧闻。", published="2019-01-01", published_date="2019-01-01"), seen="2024-06-10T00:00:00Z"
    )
    after = atom(pages, "/search.atom?q=防汛")
    assert [entry["id"] for entry in after[1:]] == [entry["id"] for entry in before]
    assert [entry["updated"] for entry in after[1:]] == [entry["updated"] for entry in before]
    assert after[0]["updated"] == "2024-06-10T00:00:00Z"
    (edit,) = atom(pages, "/withdrawals.atom?kind=edited")
    assert edit["updated"] == "2024-06-09T00:00:00Z" and edit["links"]["alternate"].endswith("/changes?from=1&to=2")
    assert len(json.loads(pages.get("/withdrawals.feed.json?kind=edited").body)["items"]) == 1
    assert atom(pages, "/withdrawals.atom") == [] and pages.get("/withdrawals.atom?kind=x").status == 400


def test_a_withdrawal_is_an_entry(pages: Pages, room: Room) -> None:
    from newscrawler.archive.database.transaction import writing

    with writing(room.connection):
        room.connection.execute(
            "UPDATE urls SET missing_since = '2024-07-01T00:00:00Z', last_fetched = '2024-07-01T00:00:00Z' WHERE article = 1"
        )
    (entry,) = atom(pages, "/withdrawals.atom")
    assert entry["id"].startswith("urn:newscrawler:withdrawn:") and entry["updated"] == "2024-07-01T00:00:00Z"
    assert atom(pages, "/withdrawals.atom?portal=ceshi") == [entry]


@pytest.mark.parametrize("path", ["/search.atom?q=防汛", "/search.feed.json", "/withdrawals.atom?kind=edited"])
def test_a_reader_that_has_it_gets_304(pages: Pages, room: Room, path: str) -> None:
    room.store(article(2, body="防汛第二天，改过。"), cities=["宜昌市"], seen="2024-06-09T00:00:00Z")
    first = pages.get(path)
    tag, modified = first.headers["etag"], first.headers["last-modified"]
    earlier = format_datetime(parsedate_to_datetime(modified) - timedelta(seconds=1), usegmt=True)
    for status, headers in (
        (304, {"If_None_Match": tag}), (304, {"If_None_Match": f'"x", W/{tag}'}), (304, {"If_None_Match": "*"}),
        (304, {"If_Modified_Since": modified}), (200, {"If_None_Match": '"x"', "If_Modified_Since": modified}),
        (200, {"If_Modified_Since": earlier}), (200, {"If_Modified_Since": "yesterday"}), (200, {"If_None_Match": ""}),
    ):  # fmt: skip
        answer = pages.get(path, **headers)
        assert answer.status == status, headers
        assert answer.headers["etag"] == tag and (answer.body == b"") == (status == 304)
    room.store(article(2, body="防汛第二天，又改过。"), cities=["宜昌市"], seen="2024-07-09T00:00:00Z")
    room.store(article(8, body="防汛。"), cities=["宜昌市"], seen="2024-07-10T00:00:00Z")
    assert pages.get(path, If_None_Match=tag).status == 200


def test_a_suppressed_article_leaves_the_feed_at_once(pages: Pages, room: Room) -> None:
    tag = pages.get("/search.atom").headers["etag"]
    (hidden,) = [row["id"] for row in room.flat() if "第1座" in row["title"]]
    suppress(room.connection, hidden, reason="x", by="op")
    answer = pages.get("/search.atom", If_None_Match=tag)
    assert answer.status == 200 and hidden not in answer.text and "第1座" not in answer.text
    lift(room.connection, hidden, reason=None, by="op")
    assert pages.get("/search.atom", If_None_Match=tag).status == 304


def test_no_text_breaks_the_feed(pages: Pages, room: Room) -> None:
    room.store(
        article(7, title="<b>&amp;\x01\x0b]]>\ufffe标题", body="\x1b[31m<script>alert(1)</script>"),
        seen="2024-07-01T00:00:00Z",
    )
    entry = atom(pages, "/search.atom")[0]
    assert entry["title"].startswith("<b>&amp;") and "\x1b" not in entry["summary"] and "<script>" in entry["summary"]
    assert json.loads(pages.get("/search.feed.json").body)["items"][0]["title"].startswith("<b>&amp;")


def test_the_pages_name_their_feeds(pages: Pages) -> None:
    for path, feed in (
        ("/search?q=防汛&city=宜昌", "/search.atom?q="),
        ("/withdrawals?kind=edited", "/withdrawals.atom?kind=edited"),
    ):
        text = pages.get(path).text
        assert '<link rel="alternate" type="application/atom+xml"' in text and text.count(f'href="{feed}') >= 1
