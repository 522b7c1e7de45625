"""Annotations: made, replaced, undone, exported, merged; never of a suppressed article or of a state that is gone."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from newscrawler import places
from newscrawler.archive.annotations import Annotation
from newscrawler.archive.filters import ArticleFilter
from newscrawler.archive.merging.merge import merge
from newscrawler.archive.undo import undo_run
from newscrawler.cli.main import cli
from newscrawler.research import annotators
from newscrawler.research.annotated_articles import (
    MOST_PER_ARTICLE,
    AnnotatedArticle,
    AnnotatorFailedError,
    annotations_of,
)
from newscrawler.research.annotating import annotate
from newscrawler.research.annotators import PlaceAnnotator
from support.archives import Room, article
from support.integrity import run as newscrawler
from support.integrity import update

BODY = "7月10日，宜昌市夷陵区的果农到武汉市卖柑橘。\n夷陵区说，宜昌路上车多。公安县也来了人，公安人员维持秩序。"


@pytest.fixture
def room(tmp_path: Path) -> Room:
    room = Room(tmp_path / "archive.db")
    room.store(article(1, title="宜昌：柑橘上市", body=BODY), cities=["宜昌市"])
    room.store(article(2, title="恩施州的茶叶", body="茶叶卖到了长沙市。"), cities=["恩施土家族苗族自治州"])
    room.store(article(3), cities=["武汉市"])
    return room


def run(archive: Path, *arguments: object) -> Result:
    first, *rest = map(str, arguments)
    return CliRunner().invoke(cli, ["annotate", first, "--archive", str(archive), *rest])


def exported(archive: Path, *arguments: object) -> list[dict[str, str]]:
    result = run(archive, "export", "-", *arguments)
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(io.StringIO(result.stdout)))


def sound(archive: Path) -> bool:
    return newscrawler("verify", "--archive", archive).exit_code == 0


def test_places_have_their_codes_and_stand_where_they_say(room: Room) -> None:
    result = run(room.path, "articles", "places")
    assert result.exit_code == 0 and " annotations of 3 articles" in result.stderr, result.output
    texts = {row["id"]: row for row in room.flat()}
    found = [
        (texts[row["article"]][row["field"]][int(row["start"]) : int(row["stop"])], row["value"], row["reference"])
        for row in exported(room.path)
    ]
    assert sorted(found) == sorted([
        ("宜昌", "宜昌市", "420500"), ("宜昌市", "宜昌市", "420500"), ("夷陵区", "夷陵区", "420506"),
        ("武汉市", "武汉市", "420100"), ("夷陵区", "夷陵区", "420506"), ("公安县", "公安县", "421022"),
        ("恩施州", "恩施土家族苗族自治州", "422800"),
    ])  # fmt: skip
    for _, value, code in found:
        division = places.division(code)
        assert division is not None and division.name == value
    assert sound(room.path)


@pytest.mark.slow
def test_a_name_of_several_places_needs_support() -> None:
    hubei = places.province("湖北省")
    yichang = places.match_division("宜昌", hubei) if hubei else None
    assert hubei and yichang
    for text, within, wanted in (
        ("长沙市和北京市", None, []),
        ("成长阳光，公安人员", None, []),
        ("宜昌长阳的茶叶。", None, ["宜昌市", "长阳土家族自治县"]),
        ("", None, []),
        ("\n\n宜昌：\n武汉市", None, ["宜昌市", "武汉市"]),
    ):
        found = places.places_named(text, hubei, within)
        assert [each.place.name for each in found] == wanted, text
    long = "宜昌市" * 20_000
    assert len(places.places_named(long, hubei, yichang)) == 20_000


def test_running_again_replaces_and_undoing_removes(room: Room) -> None:
    first = annotate(room.path, "places", ArticleFilter())
    before = exported(room.path)
    second = annotate(room.path, "places", ArticleFilter(cities=("宜昌",)))
    assert [{**row, "annotation_run": ""} for row in before] == [
        {**row, "annotation_run": ""} for row in exported(room.path)
    ]
    runs = json.loads(run(room.path, "list", "--format", "json").stdout)
    assert {(row["key"], row["articles"]) for row in runs} == {(first.key, 1), (second.key, 1)}
    assert all(row["finished"] and row["kind"] == "places" for row in runs)
    result = run(room.path, "undo", second.key)
    assert result.exit_code == 0 and second.key in result.stderr
    assert {row["annotation_run"] for row in exported(room.path)} == {first.key}
    for key, message in (("nothing", "no run of annotations 'nothing'"), ("", "no run of annotations ''")):
        result = run(room.path, "undo", key)
        assert result.exit_code == 2 and message in result.output
    annotate(room.path, "places", ArticleFilter())
    assert "the beginning of several runs" in run(room.path, "undo", "20").output
    assert sound(room.path)


def test_several_processes_say_the_same(room: Room) -> None:
    annotate(room.path, "places", ArticleFilter(), workers=1)
    one = exported(room.path)
    annotate(room.path, "places", ArticleFilter(), workers=2)
    assert [{**row, "annotation_run": ""} for row in exported(room.path)] == [
        {**row, "annotation_run": ""} for row in one
    ]


def test_an_annotation_belongs_to_one_state_of_an_article(room: Room) -> None:
    annotate(room.path, "places", ArticleFilter())
    room.store(article(1, title="宜昌：柑橘上市", body=f"{BODY}荆州市"), cities=["宜昌市"], seen="2024-06-01T00:00:00Z")
    (number,) = [row["id"] for row in room.flat() if row["version_count"] == 2]
    assert not [row for row in exported(room.path) if row["article"] == number]
    assert {row["number"] for row in exported(room.path, "--all-versions") if row["article"] == number} == {"1"}
    annotate(room.path, "places", ArticleFilter())
    assert [row["value"] for row in exported(room.path) if row["article"] == number][-1] == "荆州市"
    assert {row["number"] for row in exported(room.path, "--all-versions") if row["article"] == number} == {"1", "2"}
    # A version that is removed takes its annotations along.
    undo_run(room.connection, room.run)
    assert room.connection.execute("SELECT count(*) FROM annotations").fetchone() == (0,)
    assert sound(room.path)


def test_filters_choose_annotations(room: Room, tmp_path: Path) -> None:
    annotate(room.path, "places", ArticleFilter())
    everything = exported(room.path)
    assert exported(room.path, "--kind", "places", "--tool", "places") == everything
    assert exported(room.path, "--kind", "people") == exported(room.path, "--tool", "x") == []
    assert {row["value"] for row in exported(room.path, "--search", "茶叶")} == {"恩施土家族苗族自治州"}
    for form in ("jsonl", "parquet", "xlsx"):
        assert run(room.path, "export", tmp_path / f"a.{form}").exit_code == 0
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["value"] for line in lines] == [row["value"] for row in everything] and lines[0]["start"] == 0
    refused = run(room.path, "export", tmp_path / "a.sqlite")
    assert refused.exit_code == 2 and "use csv here" in refused.output


def test_a_suppressed_article_has_no_annotation_anywhere(room: Room, tmp_path: Path) -> None:
    annotate(room.path, "places", ArticleFilter())
    (hidden,) = [row["id"] for row in room.flat() if "宜昌" in row["title"]]
    assert newscrawler("suppress", "add", hidden, "--reason", "x", "--archive", room.path).exit_code == 0
    assert {row["value"] for row in exported(room.path, "--all-versions")} == {"恩施土家族苗族自治州"}
    assert json.loads(run(room.path, "list", "--format", "json").stdout)[0]["annotations"] == 1
    assert newscrawler("export", tmp_path / "a.sqlite", "--archive", room.path).exit_code == 0
    with closing(sqlite3.connect(tmp_path / "a.sqlite")) as connection:
        assert connection.execute("SELECT value FROM annotations").fetchall() == [("恩施土家族苗族自治州",)]
        assert connection.execute("SELECT count(*) FROM annotation_runs").fetchone() == (1,)
    assert sound(tmp_path / "a.sqlite")


def test_merged_archives_keep_the_latest_of_each_tool(room: Room, tmp_path: Path) -> None:
    annotate(room.path, "places", ArticleFilter())
    other = tmp_path / "other.db"
    assert newscrawler("export", other.with_suffix(".sqlite"), "--archive", room.path).exit_code == 0
    other.with_suffix(".sqlite").rename(other)
    annotate(other, "places", ArticleFilter(cities=("宜昌",)))
    # The other archive was annotated later, not in the same second.
    update(
        other,
        "UPDATE annotation_runs SET started = '2099-01-01T00:00:00Z' WHERE id = (SELECT max(id) FROM annotation_runs)",
    )
    with closing(sqlite3.connect(other)) as connection:
        (later,) = connection.execute("SELECT key FROM annotation_runs ORDER BY id DESC LIMIT 1").fetchone()
    merged = []
    for number, order in enumerate(((room.path, other), (other, room.path))):
        target = tmp_path / f"merged{number}.db"
        merge(order, target)
        merged.append(exported(target))
        assert sound(target)
    plain = exported(room.path)
    assert merged[0] == merged[1]
    assert [{**row, "annotation_run": ""} for row in merged[0]] == [{**row, "annotation_run": ""} for row in plain]
    assert later in {row["annotation_run"] for row in merged[0]}


class Odd:
    """An annotator as a careless package may bring it."""

    kind, version = "odd", "1"

    def __init__(self, found: Iterable[Annotation]) -> None:
        self.found = found

    def annotate(self, article: AnnotatedArticle) -> Iterable[Annotation]:
        return self.found


@pytest.mark.parametrize(
    ("found", "message"),
    [
        ([Annotation("x", "summary")], "no field 'summary'"),
        ([Annotation("")], "not a text of 1 to"),
        ([Annotation("x" * 1001)], "not a text of 1 to"),
        ([Annotation("x", "title", 0, 99)], "0 to 99 is not a place"),
        ([Annotation("x", "title", 2, 2)], "not a place"),
        ([Annotation("x", "title", -1, 2)], "not a place"),
        ([Annotation("x", "title", 1)], "a beginning or an end"),
        ([Annotation("x", reference="x" * 1001)], "its reference"),
        ((Annotation("x") for _ in iter(int, 1)), "too many"),
        ((Annotation(1 // number) for number in (0,)), "failed at the article a (ZeroDivisionError"),  # type: ignore[arg-type]
    ],
)  # fmt: skip
def test_what_an_annotator_may_not_return_is_told(found: Any, message: str) -> None:
    subject = AnnotatedArticle("a", "湖北省", None, None, "标题", "正文")
    with pytest.raises(AnnotatorFailedError) as error:
        annotations_of("odd", Odd(found), subject)
    assert message in str(error.value)
    assert annotations_of("odd", Odd([Annotation("x", "title", 0, 2, score=0.5)]), subject)


def test_a_page_that_is_full_of_names_does_not_end_the_run() -> None:
    """A page may be a list of all places, or made to stop the annotation of an archive."""
    page = AnnotatedArticle("a", "湖北省", None, None, "标题", "宜昌市" * (MOST_PER_ARTICLE + 5))
    assert len(annotations_of("places", PlaceAnnotator(), page)) == MOST_PER_ARTICLE


def test_a_failing_annotator_leaves_what_was_stored(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(PlaceAnnotator):
        def annotate(self, article: AnnotatedArticle) -> Any:
            if "茶叶" in article.title:
                raise OSError("no model")
            return super().annotate(article)

    annotate(room.path, "places", ArticleFilter())
    before = exported(room.path)
    monkeypatch.setitem(annotators.ANNOTATORS, "places", Failing)
    result = run(room.path, "articles", "places", "--workers", 1)
    assert result.exit_code == 1 and "no model" in result.output
    assert exported(room.path) == before and sound(room.path)
    assert [row["finished"] for row in json.loads(run(room.path, "list", "--format", "json").stdout)].count(None) == 1
    unknown = run(room.path, "articles", "peoples")
    assert (
        unknown.exit_code == 2
        and "there is no annotator 'peoples'; there are people, places, vectors, words" in unknown.output
    )
