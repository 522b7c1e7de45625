"""What `fleet status` and the metrics say of a fleet: who works, what is late, what waits, what was refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from newscrawler.cli.main import cli
from newscrawler.fleet.due import FleetPortal
from newscrawler.fleet.file_engine import FileEngine
from newscrawler.fleet.leases import PORTALS, REPORTS, Leases, group_key
from newscrawler.fleet.metrics import FleetMetrics
from newscrawler.fleet.status import fleet_status
from newscrawler.portals import Portal

NOW = datetime(2026, 3, 5, 4, 30, tzinfo=UTC)
"""12:30 in China."""


def portal(name: str, **schedule: str) -> FleetPortal:
    values = {
        "id": name,
        "name": "试验网",
        "province": "湖北省",
        "homepage": "http://news.example/",
        "schedule": schedule,
    }
    return FleetPortal(Portal.model_validate(values), name)


PORTALS_AT_HAND = [portal(name, every="6h") for name in ("crawls", "late", "idle", "refused", "fresh")]
ENTRIES: dict[str, dict[str, Any]] = {
    "crawls": {"token": 3, "holder": "one", "home": "one", "started": "2026-03-05T04:01:00Z", "shipped": "a"},
    "late": {"token": 2, "home": "one", "started": "2026-03-04T22:10:00Z", "finished": "2026-03-04T22:20:00Z", "shipped": "b", "sequence": 5},
    "idle": {"token": 9, "home": "two", "started": "2026-03-05T04:01:00Z", "shipped": "c", "sequence": 9},
    "refused": {"token": 1, "home": "two", "started": "2026-03-05T04:01:00Z", "shipped": "d", "sequence": 2},
    "elsewhere": {"token": 1, "home": "two", "started": "2026-03-05T04:01:00Z"},
    group_key("bridge"): {"token": 1, "holder": "one"},
}  # fmt: skip
ALL_REPORTS: dict[str, Any] = {
    "worker.one": {"seen": "2026-03-05T04:29:00Z", "program": "1.0", "crawling": ["crawls"], "at_once": 4, "drained": False},
    "worker.two": {"seen": "2026-03-05T04:00:00Z", "program": "0.9", "crawling": [], "drained": True},
    "portal.late": {"taken": "x", "sequence": 3},
    "portal.idle": {"taken": "c", "sequence": 9},
    "portal.refused": {"taken": "y", "sequence": 1, "refused": "d", "reason": "the digest differs"},
    "collector.main": {"seen": "2026-03-05T04:29:30Z", "alarms": {"field-empty": 2}},
}  # fmt: skip


@pytest.fixture
def engine(tmp_path: Path) -> FileEngine:
    engine = FileEngine(tmp_path / "leases.db")
    for key, value in ENTRIES.items():
        engine.put(PORTALS, key, json.dumps(value).encode())
    for key, value in ALL_REPORTS.items():
        engine.put(REPORTS, key, json.dumps(value).encode())
    return engine


def samples_of(text: str) -> dict[tuple[str, ...], float]:
    return {
        (sample.name.removeprefix("newscrawler_fleet_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_portals_are_told_by_state_and_by_how_late_they_are(engine: FileEngine) -> None:
    found = fleet_status(Leases(engine, "looks"), PORTALS_AT_HAND, now=NOW)
    assert {one["portal"]: (one["state"], one["late"]) for one in found["portals"]} == {
        "crawls": ("crawling", 0),
        "late": ("waiting", 1800),
        "idle": ("idle", 0),
        "refused": ("refused", 0),
        "fresh": ("new", None),
        "elsewhere": ("idle", None),
    }


def test_a_crawl_that_takes_longer_than_the_schedule_is_late(engine: FileEngine) -> None:
    found = fleet_status(Leases(engine, "looks"), PORTALS_AT_HAND, now=NOW + timedelta(hours=6))
    assert next(one for one in found["portals"] if one["portal"] == "crawls")["late"] == 1800


def test_metrics_are_of_the_format_and_say_what_the_status_says(engine: FileEngine) -> None:
    found = samples_of(
        generate_latest(FleetMetrics(fleet_status(Leases(engine, "looks"), PORTALS_AT_HAND, now=NOW))).decode()
    )
    assert found["up",] == 1
    assert found["worker_seen_timestamp_seconds", "one"] == datetime(2026, 3, 5, 4, 29, tzinfo=UTC).timestamp()
    assert found["collector_seen_timestamp_seconds",] == found["worker_seen_timestamp_seconds", "one"] + 30
    assert (found["worker_drained", "one"], found["worker_drained", "two"]) == (0, 1)
    assert (found["leases", "one"], found["leases", "two"]) == (1, 0)
    states = {key[1]: value for key, value in found.items() if key[0] == "portals"}
    assert states == {"crawling": 1, "refused": 1, "waiting": 1, "idle": 2, "new": 1}
    assert found["portal_late_seconds", "late"] == 1800
    assert ("portal_late_seconds", "elsewhere") not in found, "its schedule is not known here"
    assert (found["parcels_waiting", "late"], found["parcels_waiting", "idle"]) == (2, 0)
    assert (found["parcel_refused", "refused"], found["parcel_refused", "late"]) == (1, 0)
    assert found["alarms_open", "field-empty"] == 2
    assert found["portal_finished_timestamp_seconds", "late"] == datetime(2026, 3, 4, 22, 20, tzinfo=UTC).timestamp()


@pytest.mark.parametrize("value", [7, None, [], {}, "x", [[]], -1, 1e300, True])
def test_reports_of_another_form_break_neither_status_nor_metrics(engine: FileEngine, value: object) -> None:
    names = ("seen", "program", "crawling", "drained", "taken", "sequence", "refused", "reason", "alarms", "waiting")
    for key in ALL_REPORTS:
        engine.put(REPORTS, key, json.dumps(dict.fromkeys(names, value)).encode())
    engine.put(REPORTS, "collector.main", json.dumps({"alarms": {'x\n"': value}}).encode())
    found = fleet_status(Leases(engine, "looks"), PORTALS_AT_HAND, now=NOW)
    assert samples_of(generate_latest(FleetMetrics(found)).decode())["up",] == 1


def test_the_command_writes_a_file_for_prometheus(engine: FileEngine, tmp_path: Path) -> None:
    config, file = tmp_path / "fleet.toml", tmp_path / "fleet.prom"
    config.write_text(
        'folder = "x"\nparcels = "p"\nleases = "leases.db"\nportals = ["no_such_portal"]\n', encoding="utf-8"
    )
    words = ["fleet", "status", "--config", str(config), "--metrics", str(file)]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 1 and "the digest differs" in done.output, "a parcel was refused"
    assert samples_of(file.read_text(encoding="utf-8"))["portals", "refused"] == 1
    # The leases cannot be read: the file says so, and keeps no old numbers.
    (tmp_path / "leases.db").write_bytes(b"no database" * 100)
    assert CliRunner().invoke(cli, words).exit_code == 1
    assert samples_of(file.read_text(encoding="utf-8")) == {("up",): 0}
    # A file that cannot be written.
    done = CliRunner().invoke(cli, [*words[:-1], str(tmp_path / "no" / "folder.prom")])
    assert done.exit_code != 0 and "Traceback" not in done.output
