"""Statistics and verdicts on tallies, and the simulated year in short."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawler.monitoring.drift import Subject, detect_drift
from newscrawler.monitoring.measures import Measures
from newscrawler.monitoring.statistics import Share, chance_of, has_fallen, has_shifted
from support.year import ERRORS, FIRST, MOVED_LINE, QUIET, RENAMED, PortalOfAYear, lost_fields, simulate

EDITORS = Subject("", "editors", "field-empty")


@given(st.integers(0, 300), st.integers(1, 300), st.integers(0, 60), st.integers(1, 60))
def test_the_chance_is_one_and_grows_with_the_hits(base: int, base_total: int, hits: int, total: int) -> None:
    before = Share(min(base, base_total), base_total)
    hits = min(hits, total)
    chance = chance_of(Share(hits, total), before)
    assert 0 <= chance <= 1
    assert chance_of(Share(total, total), before) == pytest.approx(1, abs=1e-6)
    if hits:
        assert chance_of(Share(hits - 1, total), before) <= chance + 1e-9


def test_a_few_empty_articles_say_nothing_and_many_do() -> None:
    history = [Share(19, 20)] * 10
    assert not has_fallen(Share(0, 2), history)
    assert not has_fallen(Share(0, 0), history)
    assert not has_fallen(Share(16, 20), history)
    assert has_fallen(Share(0, 8), history)
    assert has_fallen(Share(4, 20), history)
    assert not has_fallen(Share(0, 8), history[:0])
    # What a run of like size has shown before is no news.
    assert not has_fallen(Share(2, 10), [*history, Share(2, 10)])


def test_a_length_shifts_only_beyond_what_runs_showed() -> None:
    chance = random.Random(3)
    runs = [[round(chance.lognormvariate(6, 0.6)) for _ in range(20)] for _ in range(10)]
    assert not has_shifted(runs[0], runs[1:])
    assert has_shifted([length // 6 for length in runs[0]], runs[1:])
    assert has_shifted([length * 6 for length in runs[0]], runs[1:])
    assert not has_shifted([20] * 5, runs)


def measures(articles: int, **tallies: dict[str, int]) -> Measures:
    made = Measures()
    made.tallies["filled editors"] = Counter(yes=articles)
    for name, tally in tallies.items():
        made.tallies[name.replace("_", " ")] = Counter(tally)
    return made


def found(runs: list[dict[str, Measures]]) -> set[Subject]:
    return {finding.subject for finding in detect_drift(runs, lambda subject: ()).findings}


def test_one_section_is_named_and_a_whole_portal_is_named_once() -> None:
    cities = ("宜昌市", "武汉市", "恩施州", "仙桃市")
    history = [{name: measures(5) for name in cities} for _ in range(10)]
    lost = measures(0, filled_editors={"no": 6})
    one = {**history[0], "恩施州": lost}
    assert found([*history, history[0]]) == set()
    assert found([*history, one]) == {Subject("恩施州", "editors", "field-empty")}
    assert found([*history, dict.fromkeys(cities, lost)]) == {EDITORS}
    # Too few in each section, but not all together.
    few = measures(0, filled_editors={"no": 1})
    assert found([*history, {"宜昌市": few}]) == set()
    assert found([*history, dict.fromkeys(cities, few)]) == {EDITORS}


def test_a_section_with_one_article_a_run_is_judged_over_several() -> None:
    history = [{"宜昌市": measures(1)} for _ in range(40)]
    lost = {"宜昌市": measures(0, filled_editors={"no": 1})}
    assert found([*history, lost]) == set()
    assert found([*history, *[lost] * 7]) == {Subject("宜昌市", "editors", "field-empty")}


def test_a_new_rule_a_new_charset_and_trouble_have_kinds_of_their_own() -> None:
    usual = measures(
        5,
        rule_body={"override": 10},
        unsure_body={"no": 10},
        encoding={"gb18030": 10},
        errors={"no": 10},
        blocked={"no": 10},
    )
    history = [{"宜昌市": usual, "武汉市": usual} for _ in range(8)]
    new = measures(
        5,
        rule_body={"generic:density": 10},
        unsure_body={"yes": 8, "no": 2},
        encoding={"utf-8": 10},
        errors={"yes": 9, "no": 1},
        blocked={"no": 10},
    )
    verdict = detect_drift([*history, {"宜昌市": new, "武汉市": new}], lambda subject: ())
    kinds = {finding.subject.kind: finding for finding in verdict.findings}
    assert kinds.keys() == {"rule-lost", "body-unsure", "charset-changed", "errors"}
    assert kinds["rule-lost"].message == (
        "body is found by rule generic:density 100% of 20; it was override 100% of 160"
    )
    assert kinds["errors"].after == "90% of 20"
    assert Subject("", "", "blocked") in verdict.well


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_chance_alone_raises_no_alarm(seed: int) -> None:
    chance = random.Random(seed)

    def run() -> dict[str, Measures]:
        made = {}
        for name, rate in (("宜昌市", 0.9), ("武汉市", 0.6), ("恩施州", 0.98)):
            total = chance.randrange(9)
            hits = sum(chance.random() < rate for _ in range(total))
            made[name] = measures(0, filled_editors={"yes": hits, "no": total - hits})
        return made

    runs = [run() for _ in range(30)]
    for end in range(20, 31):
        assert found(runs[:end]) == set()


@pytest.mark.slow
def test_redesigns_are_met_at_the_first_run_and_quiet_weeks_are_not(tmp_path: Path) -> None:
    archive = tmp_path / "year.db"
    first = date(2026, 2, 8)
    site = PortalOfAYear(7, rate=0.5)
    opened = simulate(archive, 39, site, first=first)
    assert [(found.day, found.alarm.kind, found.alarm.field) for found in opened] == [
        (RENAMED.first, "rule-lost", "body")
    ]
    assert QUIET[0][0] > first
    connection = sqlite3.connect(archive)
    state, closed, samples = connection.execute("SELECT state, closed, samples FROM alarms").fetchone()
    connection.close()
    # The operator mends the definition on the seventh day; the alarm closes by itself.
    assert state == "closed"
    assert closed.startswith("2026-03-17")
    assert "http://www.nian.example/2026/0316/" in samples
    assert not lost_fields(archive, site)


@pytest.mark.slow
@pytest.mark.parametrize(("event", "kind"), [(MOVED_LINE, "rule-lost"), (ERRORS, "no-article")])
def test_later_events_of_the_year(event: object, kind: str, tmp_path: Path) -> None:
    assert event in (MOVED_LINE, ERRORS)
    start = date.fromordinal((MOVED_LINE if event is MOVED_LINE else ERRORS).first.toordinal() - 8)
    site = PortalOfAYear(7)
    opened = simulate(tmp_path / "year.db", 10, site, first=start)
    assert [(found.day, found.alarm.kind) for found in opened] == [(date.fromordinal(start.toordinal() + 8), kind)]
    assert start > FIRST
    # Nothing is lost to a redesign; the pages of a day of errors come once it is over.
    assert lost_fields(tmp_path / "year.db", site).keys() == ({"article"} if event is ERRORS else set())
