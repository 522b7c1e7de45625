"""Saved pages for each included definition: what it finds there is what is printed there."""

from __future__ import annotations

import json

import pytest

from portals.test_included import REAL
from support import nightly
from support.definition_pages import FOLDER, check

MOST_BYTES = 1_500_000


# What differs is the definitions; whoever changes one runs `pytest tests/portals`.
@nightly.by_day(every=5)
@pytest.mark.parametrize("name", sorted(REAL))
def test_a_definition_finds_what_its_pages_print(name: str) -> None:
    report = check(REAL[name], FOLDER / name)
    assert report.problems == []
    assert report.articles and report.sections


def test_each_definition_has_pages_and_the_pages_are_few() -> None:
    assert {folder.name for folder in FOLDER.iterdir()} == set(REAL)
    assert sum(file.stat().st_size for file in FOLDER.rglob("*") if file.is_file()) < MOST_BYTES


def test_a_wrong_rule_of_a_definition_shows_in_its_pages() -> None:
    portal = REAL["hbdysh"]
    wrong = portal.model_copy(update={"article": portal.article.model_copy(update={"title": ".from"})})
    problems = check(wrong, FOLDER / "hbdysh").problems
    assert len(problems) == 2 and all("title is " in problem for problem in problems)


def test_a_newspaper_is_read_as_of_the_day_on_which_its_pages_were_saved() -> None:
    """Today's edition is not among them."""
    name = "hubeidaily"
    days = {
        json.loads(line)["fetched"][:10] for line in (FOLDER / name / "responses.jsonl").read_text("utf-8").splitlines()
    }
    assert days == {"2025-03-05"}
    assert {article["values"]["published"] for article in check(REAL[name], FOLDER / name).articles} == {"2025-03-05"}
