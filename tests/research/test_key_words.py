"""Key words of articles, held against a plain computation over `articles_flat`."""

from __future__ import annotations

import csv
import io
import json
import math
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newscrawler.archive.filters import ArticleFilter
from newscrawler.cli.main import cli
from newscrawler.research.annotating import annotate
from newscrawler.research.dictionaries import read_dictionary
from newscrawler.research.key_words import MOST_WORDS
from newscrawler.research.segmentation import Segmentation, make_segmenter
from newscrawler.text.han import fold
from support.archives import Room, article

jieba = pytest.importorskip("jieba")

BODY = "堤防上防汛隊員晝夜巡查，2024年防汛物資備足。鹊岭工程是宜昌市的大事，鹊岭工程完工后防汛不愁。"


@pytest.fixture
def room(tmp_path: Path) -> Room:
    room = Room(tmp_path / "archive.db")
    room.store(article(1, title="防汛一线", body=BODY), cities=["宜昌市"])
    room.store(article(2, title="柑橘丰收", body="果农说，柑橘丰收，柑橘卖得好。GDP增长3.5%。"), cities=["武汉市"])
    return room


def run(archive: Path, *arguments: object) -> Result:
    first, *rest = map(str, arguments)
    return CliRunner().invoke(cli, ["annotate", first, "--archive", str(archive), *rest])


def exported(archive: Path) -> list[dict[str, str]]:
    result = run(archive, "export", "-", "--kind", "words")
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(io.StringIO(result.stdout)))


def rarities() -> dict[str, float]:
    lines = (Path(jieba.__file__).parent / "analyse" / "idf.txt").read_text(encoding="utf-8").splitlines()
    return {fold(line.split(" ")[0]): float(line.split(" ")[1]) for line in lines}


@pytest.mark.slow
def test_key_words_are_those_of_a_plain_computation(room: Room) -> None:
    result = run(room.path, "articles", "words")
    assert result.exit_code == 0, result.output
    for said in (f"jieba {jieba.__version__}", "names of places", "tf-idf", " of 2 articles, by words 1"):
        assert said in result.stderr
    rare = rarities()
    middle = sorted(rare.values())[len(rare) // 2]
    divider = make_segmenter(Segmentation())
    for row in room.flat():
        words = [word for field in ("title", "body") for word, _ in divider.tokens(row[field])]
        kept = Counter(word for word in words if len(word) > 1 and any(map(str.isalpha, word)))
        weights = {word: number / len(words) * rare.get(word, middle) for word, number in kept.items()}
        mine = [one for one in exported(room.path) if one["article"] == row["id"]]
        mine.sort(key=lambda one: -float(one["score"]))
        assert len(mine) == min(MOST_WORDS, len(kept))
        best = sorted(weights.values(), reverse=True)[: len(mine)]
        for one, weight in zip(mine, best, strict=True):
            assert int(one["reference"]) == kept[one["value"]]
            assert math.isclose(float(one["score"]), weight, abs_tol=0.001), one
            assert fold(row[one["field"]])[int(one["start"]) : int(one["stop"])] == one["value"]
            assert one["value"] not in fold(row[one["field"]])[: int(one["stop"]) - 1]
    assert {"2024", "3.5%"}.isdisjoint(one["value"] for one in exported(room.path))


def test_a_dictionary_and_a_segmenter_are_told_and_kept(room: Room, tmp_path: Path) -> None:
    terms = tmp_path / "terms.txt"
    terms.write_bytes("鹊岭工程 200\n".encode("gbk"))
    assert "鹊岭工程" not in {one["value"] for one in exported(room.path)}
    result = run(room.path, "articles", "words", "--dictionary", terms, "--workers", 2)
    assert result.exit_code == 0 and "terms.txt, 1 word, gb18030" in result.stderr, result.output
    mine = next(one for one in exported(room.path) if one["value"] == "鹊岭工程")
    assert mine["reference"] == "2" and "terms.txt" in mine["tool_version"] and mine["tool"] == "words"
    result = run(room.path, "articles", "words", "--segmenter", "pairs")
    assert result.exit_code == 0 and "pairs of Han characters" in result.stderr
    values = {one["value"] for one in exported(room.path)}
    assert "防汛" in values and "鹊岭" not in values and max(map(len, values)) == 2
    listed = json.loads(run(room.path, "list", "--format", "json").stdout)
    assert sum(row["annotations"] for row in listed) == len(exported(room.path))


def test_weights_are_numbers_in_every_format(room: Room, tmp_path: Path) -> None:
    annotate(room.path, "words", ArticleFilter())
    annotate(room.path, "places", ArticleFilter())
    plain = [float(one["score"]) for one in exported(room.path)]
    for form in ("parquet", "xlsx", "jsonl"):
        done = run(room.path, "export", tmp_path / f"a.{form}")
        assert done.exit_code == 0, done.output
    tables = pytest.importorskip("pyarrow.parquet").read_table(tmp_path / "a.parquet").to_pylist()
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()]
    sheet = pytest.importorskip("openpyxl").load_workbook(tmp_path / "a.xlsx").worksheets[0]
    head, *rows = sheet.iter_rows(values_only=True)
    for records in (tables, lines, [dict(zip(head, row, strict=True)) for row in rows]):
        assert [record["score"] for record in records if record["kind"] == "words"] == plain
        assert {record["score"] for record in records if record["kind"] == "places"} == {None}


def test_options_of_words_are_refused_for_other_annotators(room: Room, tmp_path: Path) -> None:
    terms = tmp_path / "terms.txt"
    terms.write_text("鹊岭工程", encoding="utf-8")
    for arguments in (("--segmenter", "jieba"), ("--dictionary", terms)):
        result = run(room.path, "articles", "places", *arguments)
        assert result.exit_code == 2 and "'words'" in result.output and "'places'" in result.output
    terms.write_text("鹊岭工程 many times over\n", encoding="utf-8")
    result = run(room.path, "articles", "words", "--dictionary", terms)
    assert result.exit_code == 2 and "line 1" in result.output
    assert json.loads(run(room.path, "list", "--format", "json").stdout) == []


def test_several_processes_find_the_same_words(room: Room) -> None:
    annotate(room.path, "words", ArticleFilter(), workers=1)
    one = exported(room.path)
    annotate(room.path, "words", ArticleFilter(), segmentation=Segmentation(), workers=2)
    assert [row | {"annotation_run": ""} for row in exported(room.path)] == [
        row | {"annotation_run": ""} for row in one
    ]


def test_a_dictionary_can_be_sent_to_other_machines(tmp_path: Path) -> None:
    import pickle

    terms = tmp_path / "terms.txt"
    terms.write_text("鹊岭工程 200\n", encoding="utf-8")
    chosen = Segmentation(dictionaries=(read_dictionary(terms),))
    assert pickle.loads(pickle.dumps(chosen)) == chosen
