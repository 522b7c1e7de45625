"""The alarm about a redesign: proven by a place that a run learnt anew, closed by a run whose pages have it."""

from __future__ import annotations

import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from newscrawler.archive import open_archive
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.runs import finish_run, start_run
from newscrawler.archive.templates import keep_template
from newscrawler.extraction.templates.model import Template
from newscrawler.monitoring.alarms import list_alarms
from newscrawler.monitoring.evaluation import evaluate_newest
from newscrawler.monitoring.measures import Measures, store_measures, template_use

PORTAL = {
    "id": "t", "name": "试验网", "province": "湖北省", "province_code": "420000", "homepage": "http://t.example/",
    "definition": "{}",
}  # fmt: skip
OLD, NEW = Template('/html/body/div[@class="a"]', 16, 16), Template('/html/body/div[@class="b"]', 5, 5)


@pytest.fixture
def archive(tmp_path: Path) -> sqlite3.Connection:
    return open_archive(tmp_path / "a.db")


def run(archive: sqlite3.Connection, counts: dict[str, Any], learnt: Template | None = None) -> int:
    with writing(archive):
        number = start_run(archive, PORTAL, command="crawl", arguments={})
        if learnt is not None:
            keep_template(archive, "t", number, learnt)
        finish_run(archive, number, outcome="done", reason="", counts=counts)
    return number


def first_run(archive: sqlite3.Connection, **places: int) -> None:
    """A run that found the place of the text on so many pages of each section."""
    number = run(archive, {}, OLD)
    measures = {section: Measures() for section in places}
    for section, pages in places.items():
        measures[section].tallies["template"] = Counter(yes=pages)
        measures[section].tallies["filled source"] = Counter(yes=pages)
    with writing(archive):
        store_measures(archive, number, measures)


def redesigned(section: str, pages: int = 5) -> dict[str, Any]:
    without = {"pages": pages, "samples": [f"http://t.example/{n}.html" for n in range(pages)]}
    return {"template": {"redesign": 1, "learnt_from": pages}, "sections": {section: {"without_template": without}}}


def evaluate(archive: sqlite3.Connection, number: int) -> list[tuple[str, str, str]]:
    """Evaluate a run, with an article that failed so that it has measures, and return the open alarms."""
    with writing(archive):
        archive.execute(
            "INSERT INTO run_events (run, kind, section, reason, seen) VALUES (?, 'failed', '宜昌市', 'answered 500', '')",
            (number,),
        )
    evaluate_newest(archive, ["t"])
    found = list_alarms(archive, portals=["t"])
    return [(alarm.kind, alarm.before, alarm.after) for alarm in found if alarm.state == "open"]


def test_a_place_that_was_learnt_anew_is_an_alarm_until_pages_have_it(archive: sqlite3.Connection) -> None:
    first_run(archive, 宜昌市=6, 恩施州=3)
    assert evaluate(archive, run(archive, redesigned("宜昌市"), NEW)) == [("redesign", OLD.body, NEW.body)]
    assert evaluate(archive, run(archive, {"with_template": 4})) == []


def test_a_part_of_the_portal_with_a_design_of_its_own_is_no_redesign(archive: sqlite3.Connection) -> None:
    first_run(archive, 宜昌市=6, 恩施州=0)
    assert evaluate(archive, run(archive, redesigned("恩施州"), NEW)) == []


@pytest.mark.parametrize(
    "counts",
    [
        "[]", '"a"', "7", '{"template": 1}', '{"template": {"redesign": "yes"}}', '{"sections": []}',
        '{"sections": {"宜昌市": 1}}', '{"sections": {"宜昌市": {"without_template": [1]}}}', "{" * 50_000,
        '{"with_template": "x", "sections": {"宜昌市": {"without_template": {"pages": "3", "samples": {}}}}}',
        '{"with_template": 1e999, "sections": {"宜昌市": {"without_template": {"pages": true, "samples": [1]}}}}',
    ],
)  # fmt: skip
def test_numbers_of_strangers_are_left_out(archive: sqlite3.Connection, counts: str) -> None:
    first_run(archive, 宜昌市=6)
    number = run(archive, {})
    with writing(archive):
        archive.execute("UPDATE runs SET counts = ? WHERE id = ?", (counts, number))
    assert template_use(archive, number) == (0, {})
    assert evaluate(archive, number) == []
