import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newscrawler.cli.main import cli
from support.archives import Room, article


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    room = Room(tmp_path / "archive.db")
    for number, city in ((1, "宜昌市"), (2, "武汉市"), (3, "宜昌市")):
        date = f"2024-05-1{number}"
        piece = article(number, title=f"柑橘第{number}篇", body="柑橘\x1b[31m红了", published=date, published_date=date)
        room.store(piece, cities=[city])
    room.close()
    return room.path


def run(archive: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["search", "--archive", str(archive), *arguments])


def test_the_table_begins_with_the_count(archive: Path) -> None:
    result = run(archive, "柑橘")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "3 articles"
    assert "«柑橘»第2篇" in result.stdout
    assert "\x1b[31m" not in result.stdout


def test_json_says_where_the_hits_are(archive: Path) -> None:
    found = json.loads(run(archive, "柑橘", "--format", "json", "--newest", "--limit", "1", "--city", "宜昌").stdout)
    assert (found["count"], found["exact"]) == (2, True)
    (hit,) = found["hits"]
    assert hit["published"] == "2024-05-13"
    (start, end) = hit["snippet_highlights"][0]
    assert hit["snippet"][start:end] == "柑橘"


def test_csv_and_urls_are_data_alone(archive: Path) -> None:
    result = run(archive, "柑橘", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert len(rows) == 3
    assert all(row["snippet"].startswith("«柑橘»") for row in rows)
    assert result.stderr == "3 articles\n"
    result = run(archive, "柑橘", "第2篇", "--format", "urls")
    assert result.stdout == "http://www.ceshi.example/2024/0510/2.shtml\n"


def test_nothing_found_is_no_failure(archive: Path) -> None:
    result = run(archive, "没有的词")
    assert (result.exit_code, result.stdout) == (0, "0 articles\n")


@pytest.mark.parametrize("words", ["*", '"柑橘', "柑橘 OR", "柑" * 10_000, ""])
def test_wrong_words_are_wrong_usage(archive: Path, words: str) -> None:
    result = run(archive, words)
    assert result.exit_code == 2
    assert "Error:" in result.stderr
    assert "sqlite" not in result.stderr.lower()


def test_wrong_filters_and_archives_are_wrong_usage(archive: Path, tmp_path: Path) -> None:
    assert run(archive, "柑橘", "--portal", "nobody").exit_code == 2
    assert run(tmp_path / "none.db", "柑橘").exit_code == 2
