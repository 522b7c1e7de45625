"""Events: what belongs together by meaning, day and place; reprints; words that tell events apart."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from newscrawler.archive.filters import ArticleFilter
from newscrawler.research import annotators
from newscrawler.research.annotating import annotate
from newscrawler.research.event_list import COLUMNS
from support.archives import Room, article
from support.integrity import run
from support.meaning import PairsEmbedder

FLOOD = "河堤昨夜漫水，镇里的人把沙袋一袋一袋垒上去，守到天亮水才退。"
LONG = "。".join(f"第{number}亩橘园开始采摘，货车排到了村口" for number in range(40))


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setitem(annotators.ANNOTATORS, "vectors", PairsEmbedder)
    room = Room(tmp_path / "archive.db")
    for number, title, body, day, city in (
        (1, "青禾镇河堤漫水", FLOOD, 10, "宜昌市"),
        (2, "青禾镇河堤漫水 水已退", f"{FLOOD}没有人受伤。", 11, "宜昌市"),
        (3, "青禾镇河堤漫水之后", f"{FLOOD}今天开始清淤。", 14, "宜昌市"),
        (4, "青禾镇河堤漫水", FLOOD, 20, "宜昌市"),
        (5, "青禾镇河堤漫水", FLOOD, 12, "武汉市"),
        (6, "橘园采摘开始", LONG, 10, "宜昌市"),
        (7, "橘园采摘开始", f"{LONG}。", 11, "武汉市"),
        (8, "夜班公交延到零点", "四条线路的末班车推迟一小时。", 10, "宜昌市"),
        (9, "青禾镇河堤漫水", f"{FLOOD}水文站发来数字。", 11, None),
    ):
        stamp = f"2024-05-{day}"
        source = f"媒体{number}"
        piece = article(number, title=title, body=body, published=stamp, published_date=stamp, source=source)
        room.store(piece, cities=[city] if city else [])
    annotate(room.path, "vectors", ArticleFilter(), workers=1)
    return room


def events(room: Room, *arguments: object) -> list[dict[str, Any]]:
    done = run("events", "--segmenter", "pairs", "--format", "json", *arguments, "--archive", room.path)
    assert done.exit_code == 0, done.output
    found: list[dict[str, Any]] = json.loads(done.stdout)["events"]
    return found


def test_an_event_is_near_in_meaning_time_and_place(room: Room) -> None:
    found = events(room, "--least", 2)
    assert [(event["title"], event["published"], event["last"], event["articles"]) for event in found] == [
        # Number 9 is of no city; 3 is three days after the last; 4 is too late; 5 is of another city.
        ("青禾镇河堤漫水", "2024-05-10", "2024-05-14", 4),
        # A reprint belongs to its cluster, whatever its city.
        ("橘园采摘开始", "2024-05-10", "2024-05-11", 2),
    ]
    flood, oranges = found
    assert flood["source"] == "媒体1" and flood["outlets"] == 4 and flood["cities"] == "宜昌市"
    assert oranges["cities"] == "宜昌市、武汉市"
    assert "河堤" in flood["words"].split("、") and "橘园" in oranges["words"].split("、")
    assert not set(flood["words"].split("、")) & set(oranges["words"].split("、"))
    assert [event["articles"] for event in events(room)] == [4]
    assert [event["title"] for event in events(room, "--least", 2, "--limit", 1)] == ["青禾镇河堤漫水"]


def test_filters_choose_the_articles(room: Room) -> None:
    assert [event["articles"] for event in events(room, "--least", 2, "--city", "武汉")] == []
    assert [event["articles"] for event in events(room, "--least", 2, "--until", "2024-05-11")] == [3, 2]
    assert [event["title"] for event in events(room, "--least", 2, "--search", "采摘")] == ["橘园采摘开始"]


def test_a_suppressed_article_belongs_to_no_event(room: Room) -> None:
    (first,) = [row["id"] for row in room.flat() if row["url"].endswith("/1.shtml")]
    assert run("suppress", "add", first, "--reason", "x", "--archive", room.path).exit_code == 0
    flood = events(room)[0]
    assert flood["articles"] == 3 and flood["first"] != first and flood["published"] == "2024-05-11"


def test_it_is_told_as_table_and_csv(room: Room, tmp_path: Path) -> None:
    table = run("events", "--segmenter", "pairs", "--archive", room.path)
    assert table.exit_code == 0 and "青禾镇河堤漫水" in table.stdout and "9 articles of archive.db" in table.stderr
    rows = list(csv.DictReader(io.StringIO(run("events", "--format", "csv", "--archive", room.path).stdout)))
    assert tuple(rows[0]) == COLUMNS and rows[0]["articles"] == "4"
    Room(tmp_path / "empty.db").close()
    none = run("events", "--segmenter", "pairs", "--least", 90, "--archive", room.path)
    assert none.exit_code == 0 and "no event has 90 articles or more; --least 2" in none.output
    refused = run("events", "--archive", tmp_path / "empty.db")
    assert refused.exit_code == 2 and "annotate articles vectors" in refused.output


def test_many_articles_of_a_kind_are_not_one_event(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is a little like all others; the middle of many would be near to everything."""
    monkeypatch.setitem(annotators.ANNOTATORS, "vectors", PairsEmbedder)
    room = Room(tmp_path / "archive.db")
    shared = "据市交通部门介绍，这条线路今天开通。"
    for number in range(60):
        own = "".join(chr(0x4E00 + (number * 37 + place * 11) % 3000) for place in range(18))
        day = f"2024-05-{1 + number // 3:02}"
        room.store(article(number, title=f"{own[:6]}通车", body=own + shared, published=day, published_date=day))
    annotate(room.path, "vectors", ArticleFilter(), workers=1)
    assert max((event["articles"] for event in events(room, "--least", 2)), default=0) <= 4
