"""`newscrawler sample`: held against a plain computation over `articles_flat`."""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet
import pytest
from click.testing import CliRunner, Result

from newscrawler.cli.main import cli
from research.conftest import fill_research


def sample(archive: Path, *arguments: object) -> Result:
    return CliRunner().invoke(cli, ["sample", "--archive", str(archive), *map(str, arguments)])


def drawn(archive: Path, out: Path, size: int, *arguments: object) -> tuple[list[str], dict[str, Any]]:
    """The ids of a sample in their order, and what the manifest says of it."""
    result = sample(archive, size, out, "--columns", "id", *arguments)
    assert result.exit_code == 0, result.output
    (resource,) = json.loads((out.parent / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    with out.open(encoding="utf-8", newline="") as stream:
        return [row["id"] for row in csv.DictReader(stream)], resource


def rank(seed: int, identifier: object) -> str:
    return hashlib.sha256(f"{seed}\n{identifier}".encode()).hexdigest()


def test_a_simple_sample_has_the_lowest_ranks(researched: Path, flat: list[dict[str, Any]], tmp_path: Path) -> None:
    wanted = sorted((row["id"] for row in flat), key=lambda identifier: rank(7, identifier))
    ids, resource = drawn(researched, tmp_path / "a.csv", 20, "--seed", 7)
    assert ids == wanted[:20]
    everything = "".join(f"{row['id']}\n" for row in flat)
    assert resource["sample"] == {
        "size": 20, "seed": 7, "replacement": False, "order": "SHA-256(seed LF id), lowest first",
        "frame": {"articles": 90, "sha256": hashlib.sha256(everything.encode()).hexdigest()},
    }  # fmt: skip
    assert resource["rows"] == 20 and resource["schema"]["primaryKey"] == ["id"]
    assert sum(run["versions"] for run in resource["digests"].values()) == 20
    # A smaller sample is the beginning of a larger one; another seed draws others; all of the frame can be drawn.
    assert drawn(researched, tmp_path / "a.csv", 5, "--seed", 7)[0] == wanted[:5]
    assert set(drawn(researched, tmp_path / "a.csv", 20, "--seed", 8)[0]) != set(wanted[:20])
    assert drawn(researched, tmp_path / "a.csv", 90, "--seed", 7)[0] == wanted


def test_every_seed_draws_every_article_alike(researched: Path, flat: list[dict[str, Any]]) -> None:
    from newscrawler.archive import open_archive_read_only
    from newscrawler.archive.export.selection import Selection
    from newscrawler.archive.filters import ArticleFilter
    from newscrawler.research.sampling import SampleDesign, choose_sample

    with closing(open_archive_read_only(researched)) as connection:
        selection = Selection.of(connection, ArticleFilter())
        for design in ({}, {"strata": ("city",)}, {"replacement": True}):
            counts = Counter(
                number
                for seed in range(200)
                for number in choose_sample(SampleDesign(9, seed, **design), selection).numbers
            )
            # Each article is expected 20 times of 200 with a standard deviation of 4.2.
            assert len(counts) == len(flat) and max(counts.values()) < 42 and min(counts.values()) > 3, design


def test_the_order_in_which_articles_were_stored_does_not_matter(researched: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    fill_research(other, reversed(range(1, 91)))  # type: ignore[arg-type]
    for arguments in (
        ["--stratify", "city,month"], ["--stratify", "source", "--allocation", "equal"], ["--replacement"],
        ["--stratify", "month", "--replacement", "--seed", "-3"], ["--search", "防汛"], ["--city", "宜昌"],
    ):  # fmt: skip
        first, facts = drawn(researched, tmp_path / "a.csv", 12, *arguments)
        assert len(first) == 12
        second, others = drawn(other, tmp_path / "a.csv", 12, *arguments)
        assert (first, facts["sample"]) == (second, others["sample"])


@pytest.mark.parametrize("allocation", ["proportional", "equal"])
def test_strata_get_their_shares(researched: Path, flat: list[dict[str, Any]], tmp_path: Path, allocation: str) -> None:
    strata: dict[tuple[Any, Any], list[str]] = defaultdict(list)
    for row in flat:
        strata[row["city"], row["published_date"][:7]].append(row["id"])
    size = 2 * len(strata)
    arguments = ["--stratify", "city,month", "--allocation", allocation, "--seed", 3]
    ids, resource = drawn(researched, tmp_path / "a.csv", size, *arguments)
    assert len(ids) == len(set(ids)) == size
    assert ids == sorted(ids, key=lambda identifier: rank(3, identifier))
    told = {(row["city"], row["month"]): row for row in resource["sample"]["strata"]}
    assert told.keys() == strata.keys() and (None, "2024-01") in told
    for stratum, members in strata.items():
        found = [identifier for identifier in ids if identifier in members]
        quota = size * len(members) / len(flat) if allocation == "proportional" else 2
        assert abs(len(found) - quota) < 1
        assert found == sorted(members, key=lambda identifier: rank(3, identifier))[: len(found)]
        assert (told[stratum]["frame"], told[stratum]["sample"]) == (len(members), len(found))
        if found:
            assert told[stratum]["weight"] == pytest.approx(len(members) / len(found))
    assert sum(row["sample"] for row in told.values()) == size


def test_with_replacement_an_article_has_a_row_per_draw(researched: Path, tmp_path: Path) -> None:
    ids, resource = drawn(researched, tmp_path / "a.csv", 300, "--replacement")
    assert len(ids) == 300 > len(set(ids)) > 60
    assert resource["rows"] == 300 and "primaryKey" not in resource["schema"]
    assert resource["schema"]["fields"][0]["constraints"] == {"required": True}
    one = sample(researched, 5, tmp_path / "a.sqlite", "--replacement")
    assert one.exit_code == 2 and "each article once" in one.output


def test_every_format_has_the_same_sample(researched: Path, tmp_path: Path) -> None:
    ids, _ = drawn(researched, tmp_path / "a.csv", 8)
    for form in ("jsonl", "parquet", "xlsx", "sqlite"):
        result = sample(researched, 8, tmp_path / f"a.{form}")
        assert result.exit_code == 0, result.output
    lines = (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == ids
    assert pyarrow.parquet.read_table(tmp_path / "a.parquet")["id"].to_pylist() == ids
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert sheet is not None and [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == ids
    with closing(sqlite3.connect(tmp_path / "a.sqlite")) as connection:
        assert {row[0] for row in connection.execute("SELECT id FROM articles_flat")} == set(ids)
    resources = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    assert len(resources) == 5 and len({json.dumps(resource["sample"]) for resource in resources}) == 1
    streamed = sample(researched, 8, "-", "--columns", "id")
    assert streamed.stdout.splitlines()[1:] == ids and "frame" in streamed.stderr


def test_a_past_state_of_the_archive_gives_the_sample_of_its_time(
    researched: Path, flat: list[dict[str, Any]], tmp_path: Path
) -> None:
    known = [row["id"] for row in flat if row["first_seen"] <= "2024-06-10T23:59:59Z"]
    ids, resource = drawn(researched, tmp_path / "a.csv", 10, "--as-of", "2024-06-10")
    assert resource["sample"]["frame"]["articles"] == len(known) < len(flat)
    assert ids == sorted(known, key=lambda identifier: rank(1, identifier))[:10]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([91], "larger than its frame: 91 articles are to be drawn, 90 fit"),
        ([3, "--city", "宜昌", "--until", "2023-01-01"], "the frame is empty"),
        ([28, "--stratify", "city", "--allocation", "equal", "--until", "2024-01-31"], "of 4 strata: city 武汉市 has 3 of 7; city none has 4 of 7. Draw fewer"),
        ([2, "--stratify", "city", "--allocation", "equal"], "2 articles cannot be divided equally among 4 strata"),
        ([2, "--allocation", "equal"], "equal parts need strata"),
        ([2, "--stratify", "citty"], "cannot stratify by 'citty'; use city"),
        ([2, "--stratify", "city,city"], "stratified by 'city' twice"),
        ([1_000_001], "1 to 1,000,000 articles"),
        ([0], "0 is not in the range"),
        ([2, "--city", "伦敦"], "no city"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_told_and_nothing_is_written(
    researched: Path, tmp_path: Path, arguments: list[object], message: str
) -> None:
    size, *options = arguments
    result = sample(researched, size, tmp_path / "a.csv", *options)
    assert result.exit_code == 2 and message in result.output, result.output
    assert list(tmp_path.iterdir()) == []


def test_strata_without_an_article_in_the_sample_are_told(researched: Path, tmp_path: Path) -> None:
    result = sample(researched, 3, tmp_path / "a.csv", "--stratify", "city,month")
    assert result.exit_code == 0 and "strata are so small that none of their articles was drawn" in result.stderr
