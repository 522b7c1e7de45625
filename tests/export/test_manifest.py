"""The manifest and the data dictionary: what they say is so."""

import csv
import hashlib
import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from click.testing import CliRunner

from newscrawler import __version__
from newscrawler.archive.columns import COLUMN_NAMES, COLUMNS
from newscrawler.archive.merging.merge import merge
from newscrawler.cli.main import cli
from support.archives import Room, article, transaction
from support.export import done, names, run


@pytest.fixture
def two(room: Room) -> Room:
    room.store(article(1), cities=["宜昌市"])
    room.store(article(2), cities=["武汉市"])
    return room


def package(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "datapackage.json").read_text(encoding="utf-8")))


def sha256(path: Path) -> str:
    return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


def test_a_manifest_says_what_was_exported(two: Room, tmp_path: Path) -> None:
    out = tmp_path / "Yichang 2024.csv"
    done(two.path, "--manifest", "--city", "宜昌", "--columns", "id,title,published_date,char_count", out)
    found = package(tmp_path)
    assert found["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    (resource,) = found["resources"]
    assert (resource["name"], resource["path"]) == ("yichang-2024", "Yichang 2024.csv")
    assert (resource["format"], resource["mediatype"], resource["encoding"]) == ("csv", "text/csv", "utf-8")
    assert (resource["rows"], resource["bytes"], resource["hash"]) == (1, out.stat().st_size, sha256(out))
    (run_key,) = two.connection.execute("SELECT key FROM runs").fetchone()
    assert resource["runs"] == [run_key]
    assert resource["query"] == {
        "filter": {"cities": ["宜昌"]},
        "columns": ["id", "title", "published_date", "char_count"],
    }
    assert resource["program"] == f"newscrawler {__version__}"
    newest = max(name for (name,) in two.connection.execute("SELECT name FROM _sqlite_migrations"))
    assert resource["schema_version"] == newest
    schema = resource["schema"]
    assert [field["name"] for field in schema["fields"]] == ["id", "title", "published_date", "char_count"]
    assert [field["type"] for field in schema["fields"]] == ["string", "string", "date", "integer"]
    assert schema["primaryKey"] == ["id"]


def test_a_package_says_where_its_rows_are_from(two: Room, tmp_path: Path) -> None:
    done(two.path, "--manifest", "--city", "宜昌", tmp_path / "a.csv")
    found = package(tmp_path)
    (resource,) = found["resources"]
    source = {"title": "测试新闻网", "path": "http://www.ceshi.example/"}
    assert found["title"] == resource["title"] == "Articles of 测试新闻网"
    assert found["sources"] == resource["sources"] == [source]
    assert found["licenses"][0]["name"] == "other-closed" and "publishers" in found["licenses"][0]["title"]
    assert re.fullmatch(
        rf"1 article of 测试新闻网, crawled \d{{4}}-\d\d-\d\d to \d{{4}}-\d\d-\d\d; exported \d{{4}}-\d\d-\d\d "
        rf"with newscrawler {re.escape(__version__)}\.",
        resource["citation"],
    )
    # The denominator: what the listings showed when the export was made.
    assert {row["section"]: (row["listed"], row["stored"]) for row in resource["coverage"]} == {
        "宜昌市": (1, 1),
        "武汉市": (1, 1),
    }
    # Of the past no coverage is known; what a person has written stays.
    (tmp_path / "datapackage.json").write_text(json.dumps(found | {"title": "Mine"}), encoding="utf-8")
    done(two.path, "--manifest", "--as-of", "2024-06-01", tmp_path / "b.csv")
    found = package(tmp_path)
    assert found["title"] == "Mine" and found["sources"] == [source]
    assert (
        "coverage" not in found["resources"][1] and ", as of 2024-06-01T23:59:59Z;" in found["resources"][1]["citation"]
    )


def test_two_exports_share_one_manifest(two: Room, tmp_path: Path) -> None:
    done(two.path, "--manifest", tmp_path / "a.csv")
    done(two.path, "--manifest", tmp_path / "a.jsonl")
    done(two.path, "--manifest", "--city", "宜昌", tmp_path / "a.csv")
    first, second = package(tmp_path)["resources"]
    assert (first["path"], first["name"], second["path"], second["name"]) == ("a.jsonl", "a-2", "a.csv", "a")
    assert second["query"]["filter"] == {"cities": ["宜昌"]}
    assert [first["hash"], second["hash"]] == [sha256(tmp_path / "a.jsonl"), sha256(tmp_path / "a.csv")]
    assert names(tmp_path) == ["a.csv", "a.jsonl", "data", "datapackage.json"]


def test_json_and_parquet_have_lists(two: Room, tmp_path: Path) -> None:
    for form, kind in (("csv", "string"), ("jsonl", "array"), ("parquet", "array")):
        done(two.path, "--manifest", tmp_path / f"{form}.{form}")
        resource = package(tmp_path)["resources"][-1]
        types = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
        assert types["editors"] == types["cities"] == kind


def test_every_file_of_a_partition_is_listed(two: Room, tmp_path: Path) -> None:
    out = tmp_path / "articles"
    done(two.path, "--manifest", tmp_path / "articles.csv")
    for _ in range(2):
        shutil.rmtree(out, ignore_errors=True)
        done(two.path, "--manifest", "--partition", "city", out)
    _, resource = package(tmp_path)["resources"]
    assert resource["path"] == ["articles/city=宜昌市/articles.parquet", "articles/city=武汉市/articles.parquet"]
    assert [field["name"] for field in resource["partitions"]] == ["city"]
    assert "city" not in [field["name"] for field in resource["schema"]["fields"]]
    for file in resource["files"]:
        path = tmp_path / file["path"]
        assert (file["bytes"], file["hash"]) == (path.stat().st_size, sha256(path))
        assert file["rows"] == pyarrow.parquet.read_metadata(path).num_rows
    assert (resource["rows"], resource["bytes"]) == (2, sum(file["bytes"] for file in resource["files"]))
    # The manifest is in no reader's way.
    assert pyarrow.parquet.read_table(out).num_rows == 2


def test_a_partition_of_nothing_is_a_table_without_rows(two: Room, tmp_path: Path) -> None:
    out = tmp_path / "articles"
    done(two.path, "--manifest", "--partition", "city,month", "--since", "2999-01-01", out)
    table = pyarrow.parquet.read_table(out)
    assert (table.num_rows, "title" in table.column_names) == (0, True)
    (resource,) = package(tmp_path)["resources"]
    assert (resource["path"], resource["rows"]) == (["articles/articles.parquet"], 0)


def test_cursors_and_moments_are_in_the_query(two: Room, tmp_path: Path) -> None:
    for name in ("a", "b"):
        done(two.path, "--manifest", "--since-last", "nightly", tmp_path / f"{name}.csv")
    done(two.path, "--manifest", "--as-of", "2024-05-20", tmp_path / "c.csv")
    first, second, then = package(tmp_path)["resources"]
    assert first["query"]["since_last"] == {"name": "nightly", "exported": None}
    assert second["query"]["since_last"]["exported"] is not None
    assert (len(first["runs"]), second["runs"], second["rows"]) == (1, [], 0)
    assert then["query"]["as_of"] == "2024-05-20T23:59:59Z"
    assert first["schema"]["fields"][0]["constraints"] == {"enum": ["new", "changed", "gone"]}


@pytest.mark.parametrize("text", ["[]", "{", '{"resources": {}}', '{"resources": [1]}', "[" * 100_000])
def test_what_is_no_data_package_is_left_as_it_is(two: Room, tmp_path: Path, text: str) -> None:
    (tmp_path / "datapackage.json").write_text(text)
    result = run(two.path, "--manifest", tmp_path / "a.csv")
    assert (result.exit_code, "move it away, or export elsewhere" in result.stderr) == (2, True)
    assert (tmp_path / "datapackage.json").read_text() == text
    assert names(tmp_path) == ["data", "datapackage.json"]


def test_other_properties_of_a_data_package_stay(two: Room, tmp_path: Path) -> None:
    mine = {"name": "mine", "title": "我的数据", "resources": [{"name": "a", "path": "other.csv"}]}
    (tmp_path / "datapackage.json").write_text(json.dumps(mine), encoding="utf-8")
    done(two.path, "--manifest", tmp_path / "a.csv")
    found = package(tmp_path)
    assert (found["title"], found["resources"][0]) == ("我的数据", mine["resources"][0])
    assert found["resources"][1]["name"] == "a-2"


def test_a_manifest_has_to_lie_beside_a_file(two: Room, tmp_path: Path) -> None:
    assert run(two.path, "--manifest", "-").exit_code == 2
    assert run(two.path, "--manifest", "--format", "csv", tmp_path / "datapackage.json").exit_code == 2
    assert names(tmp_path) == ["data"]


# The data dictionary


def test_every_column_is_described() -> None:
    for column in COLUMNS:
        assert column.meaning, column.name
        assert column.unit, column.name
        assert column.source, column.name
        assert column.type in ("text", "integer", "date", "datetime"), column.name
        assert column.is_list == ("joined with 、" in column.meaning), column.name


def described(*arguments: str) -> str:
    result = CliRunner().invoke(cli, ["columns", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_dictionary_is_shown_without_an_archive() -> None:
    rows = list(csv.DictReader(io.StringIO(described("--format", "csv"))))
    assert [row["name"] for row in rows] == ["change", *COLUMN_NAMES]
    assert all(value for row in rows for value in row.values())
    schema = json.loads(described("--format", "json"))
    assert [field["name"] for field in schema["fields"]] == ["change", *COLUMN_NAMES]
    assert all(field["unit"] and field["source"] and field["description"] for field in schema["fields"])
    table = described()
    assert all(f"\n{name} " in table for name in COLUMN_NAMES)
    assert [row["name"] for row in csv.DictReader(io.StringIO(described("--format", "csv", "--columns", "title")))] == [
        "title"
    ]


@pytest.mark.parametrize("arguments", [["--format", "table", "a.csv"], []])
def test_describing_and_exporting_are_two_commands(two: Room, tmp_path: Path, arguments: list[str]) -> None:
    assert run(two.path, *arguments).exit_code == 2
    assert names(tmp_path) == ["data"]


def test_the_dictionary_names_the_nearest_column() -> None:
    result = CliRunner().invoke(cli, ["columns", "--columns", "titel"])
    assert (result.exit_code, "the nearest are title" in result.stderr) == (2, True)


def test_a_manifest_has_a_digest_of_the_versions_of_each_run(two: Room, tmp_path: Path) -> None:
    """Computed again from the description in docs/guides/export.md; an edit in the archive changes it."""

    def digests(*more: str) -> Any:
        done(two.path, "--manifest", *more, tmp_path / "out.csv")
        return package(tmp_path)["resources"][0]["digests"]

    lines = ""
    for row in sorted(two.flat(), key=lambda row: str(row["id"])):
        credits = "编辑 秦小禾、记者 陶一帆"
        line = [row["id"], 1, row["content_hash"], row["source"], row["published"], credits, None, None]
        lines += json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"
    (key,) = two.connection.execute("SELECT key FROM runs").fetchone()
    first = digests()
    assert first == {key: {"versions": 2, "sha256": hashlib.sha256(lines.encode()).hexdigest()}}
    assert digests("--since-last", "x") == first
    assert digests("--since-last", "x") == {}
    assert digests("--city", "宜昌")[key]["versions"] == 1
    with transaction(two.connection):
        two.connection.execute("UPDATE credits SET name = '秦大禾' WHERE version = 1 AND part = 'editor'")
    assert digests()[key] != first[key]
    merged = tmp_path / "merged.db"
    two.connection.execute("UPDATE credits SET name = '秦小禾' WHERE version = 1 AND part = 'editor'")
    merge([two.path], merged)
    done(merged, "--manifest", tmp_path / "out.csv")
    assert package(tmp_path)["resources"][0]["digests"] == first
