"""What `fleet status` and the metrics say of a fleet: who works, what is late, what waits, what was refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from newscrawler.cli.main import cli
from newscrawler.fleet.file_engine import FileEngine
from newscrawler.fleet.leases import REPORTS, Leases
from newscrawler.fleet.metrics import fleet_metrics_text
from newscrawler.fleet.status import fleet_status
from support.fleet_state import ALL_REPORTS, NOW, PORTALS_AT_HAND, make_engine, samples_of


@pytest.fixture
def engine(tmp_path: Path) -> FileEngine:
    return make_engine(tmp_path / "leases.db")


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
    found = samples_of(fleet_metrics_text(fleet_status(Leases(engine, "looks"), PORTALS_AT_HAND, now=NOW)))
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
    assert samples_of(fleet_metrics_text(found))["up",] == 1


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
