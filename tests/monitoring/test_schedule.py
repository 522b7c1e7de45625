"""Times, units, and the scheduler with real crawls of a portal on loopback."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newscrawler.archive import open_archive
from newscrawler.archive.database.locks import lock_portal
from newscrawler.demo.server import SiteServer
from newscrawler.monitoring.crawl_process import run_job
from newscrawler.monitoring.scheduler import Plan, Scheduler, trigger_of
from newscrawler.monitoring.systemd import calendar_of, crontab, fields_of, systemd_units
from newscrawler.portals import DefinitionError, load_portal
from newscrawler.portals.schedule import Times, times_of_clock, times_of_cron, times_of_every
from newscrawler.text.clock import CHINA
from support import program
from support.schedules import job, overdue, runs, start, waited_for, written

EXPRESSIONS = ["0 6,18 * * *", "30 8 * * mon-fri", "*/20 0-6 * * *", "5 4 1,15 * *", "0 0 * * 7", "15 3 * 1-3 0,6"]


def fired(times: Times, start: datetime, days: int) -> list[datetime]:
    """Every minute that the times hold, found by looking at each of them."""
    minutes = (start + timedelta(minutes=number) for number in range(days * 1440))
    return [moment for moment in minutes if times.holds(moment)]


def test_every_counts_from_midnight_in_china() -> None:
    day = fired(times_of_every("6h"), datetime(2026, 3, 1, tzinfo=CHINA), 1)
    assert [moment.hour for moment in day] == [0, 6, 12, 18]
    assert times_of_every("6h") == times_of_cron("0 0,6,12,18 * * *")
    assert times_of_every("20m") == times_of_cron("*/20 * * * *")
    assert times_of_every("1d") == times_of_clock("00:00")
    assert times_of_every("6h").longest_gap() == timedelta(hours=6)
    assert times_of_cron("0 6 * * 1").longest_gap() == timedelta(days=7)


def test_weekday_1_is_monday_in_every_form() -> None:
    times = times_of_cron("0 6 * * 1")
    monday = datetime(2026, 11, 23, 6, tzinfo=CHINA)
    assert monday.strftime("%A") == "Monday"
    assert times.holds(monday)
    assert trigger_of(times).get_next_fire_time(None, monday - timedelta(days=3)) == monday
    assert calendar_of(times).startswith("Mon ")
    assert fields_of(times) == "0 6 * * mon"


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_all_forms_of_a_schedule_mean_the_same_times(expression: str) -> None:
    times = times_of_cron(expression)
    start = datetime(2026, 2, 27, 12, tzinfo=CHINA)
    expected = fired(times, start, 10)
    assert times.between(start - timedelta(minutes=1), start + timedelta(days=10, minutes=-1)) == expected
    trigger, moment, found = trigger_of(times), start - timedelta(seconds=1), []
    while (moment := trigger.get_next_fire_time(None, moment + timedelta(seconds=1))) < start + timedelta(days=10):
        found.append(moment)
    assert found == expected
    assert times_of_cron(fields_of(times)) == times
    assert times_of_calendar(calendar_of(times)) == times


def times_of_calendar(text: str) -> Times:
    """Read systemd's form back."""
    match = re.fullmatch(r"(?:([A-Za-z,]+) )?\*-(\S+)-(\S+) (\S+):(\S+):00 Asia/Shanghai", text)
    assert match, text
    weekdays, months, days, hours, minutes = match.groups()
    numbers = {
        name: re.sub(r"\b0(\d)", r"\1", part) for name, part in zip("mdhM", (months, days, hours, minutes), strict=True)
    }
    weekday = weekdays.lower() if weekdays else "*"
    fields = [numbers["M"], numbers["h"], "*", numbers["m"], weekday]
    times = times_of_cron(" ".join(fields))
    days_of = times_of_cron(f"0 0 {numbers['d']} * *").days
    return Times(times.minutes, times.hours, days_of, times.months, times.weekdays)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_reads_the_calendar_as_we_do() -> None:
    for expression in ("0 6,18 * * *", "30 8 * * mon-fri"):
        times = times_of_cron(expression)
        command = [
            "systemd-analyze",
            "calendar",
            "--iterations=3",
            "--base-time=2026-02-27 04:00:00 UTC",
            calendar_of(times),
        ]
        done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "TZ": "UTC", "LC_ALL": "C"})
        if done.returncode and "base-time" in done.stderr:
            pytest.skip("systemd is too old")
        assert done.returncode == 0, done.stderr
        found = re.findall(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC", done.stdout)
        expected = times.between(datetime(2026, 2, 27, 4, tzinfo=UTC), datetime(2026, 3, 20, tzinfo=UTC))[:3]
        assert set(found) >= {f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}" for moment in expected}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('every = "7h"', "does not divide a day evenly"),
        ('every = "45m"', "does not divide an hour evenly"),
        ('every = "0h"', "is not a valid duration"),
        ('cron = "0 6 * *"', "does not have five fields"),
        ('cron = "61 6 * * *"', "it runs from 0 to 59"),
        ('cron = "0 6 1 * mon"', "restricts both"),
        ('cron = "0 6 */2 * mon"', "restricts both"),
        ('cron = "0 6 30,31 2 *"', "would never fire"),
        ('cron = "0 6 * * funday"', "is not a number, range or step"),
        ('refresh = "25:00"', "is not a valid time of day"),
        ('deadline = "soon"', "is not a valid duration"),
        ('every = "6h"\ncron = "0 6 * * *"', "has both every and cron"),
        ('evry = "6h"', "did you mean 'every'"),
    ],
)
def test_a_wrong_schedule_is_refused_by_name(line: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=re.escape(message)):
        load_portal(str(written(tmp_path, line)))


def test_units_hold_the_command_and_cannot_be_broken_by_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "100 %h").mkdir()
    monkeypatch.chdir(tmp_path / "100 %h")
    monkeypatch.setenv("NEWSCRAWLER_PORTALS", "/etc/my portals")
    monkeypatch.delenv("NEWSCRAWLER_CONFIG", raising=False)
    plan = Plan(job(tmp_path, archive=Path('/data/50% of "all"/a.db')), times_of_every("6h"), timedelta(minutes=10))
    units = systemd_units([plan])
    assert "OnCalendar=*-*-* 00,06,12,18:00:00 Asia/Shanghai\nRandomizedDelaySec=600\n" in units
    assert '"/data/50%% of \\"all\\"/a.db"' in units
    assert f'WorkingDirectory={tmp_path}/100 %%h\nEnvironment="NEWSCRAWLER_PORTALS=/etc/my portals"\n' in units
    lines = crontab([plan]).splitlines()
    assert lines[-4:-2] == ["CRON_TZ=Asia/Shanghai", 'NEWSCRAWLER_PORTALS="/etc/my portals"']
    assert lines[-2].startswith("0 0,6,12,18 * * * cd ")
    assert "50\\% of" in lines[-2]
    assert "shuf -i 0-600" in lines[-2]


def run_line(line: str) -> subprocess.CompletedProcess[str]:
    """Run the command of a crontab's line as cron does."""
    return subprocess.run(
        ["/bin/sh", "-c", line.split(maxsplit=5)[5].replace("\\%", "%")], capture_output=True, text=True, timeout=120
    )


def test_units_look_each_hour_for_what_is_to_be_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "100% of it" / "archive.db"
    monkeypatch.chdir(tmp_path)
    open_archive(archive).close()
    plan = Plan(job(tmp_path, archive=archive), times_of_every("6h"))
    units = systemd_units([plan], "/var/lib/newscrawler.prom")
    service, timer = units.split("# newscrawler-health.service\n")[1].split("# newscrawler-health.timer\n")
    escaped = str(archive).replace("%", "%%")
    assert f'health --notify --archive "{escaped}" --metrics /var/lib/newscrawler.prom\n' in service
    assert "OnCalendar=*-*-* *:17:00 Asia/Shanghai\n" in timer
    line = crontab([plan], str(tmp_path / "metrics.prom")).splitlines()[-1]
    assert line.startswith("17 * * * * cd ")
    done = run_line(line)
    # Nothing is wrong, so cron has nothing to mail.
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "metrics.prom").exists()


@pytest.mark.parametrize(("least_free", "begins"), [(0, True), (1, True), (10**18, False)])
@pytest.mark.parametrize("folder", [".", "not made yet", "100% 'of' $it"])
def test_units_leave_room_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, least_free: int, begins: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    if folder != "not made yet":
        (tmp_path / folder).mkdir(exist_ok=True)
    elif least_free:
        begins = True  # where nothing can be told, the crawl is not kept back
    plan = Plan(job(tmp_path, archive=tmp_path / folder / "a.db", least_free=least_free), times_of_every("6h"))
    line = crontab([plan]).splitlines()[-2]
    start = line.index("timeout -s INT")
    assert (run_line(f"{line[:start]}echo begun").stdout == "begun\n") is begins
    condition = [line for line in systemd_units([plan]).splitlines() if line.startswith("ExecCondition=")]
    assert bool(condition) is bool(least_free)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_the_units_are_parted_as_the_page_says_and_systemd_takes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    plan = Plan(job(tmp_path, least_free=10**9), times_of_every("6h"), timedelta(minutes=10))
    (tmp_path / "newscrawler.units").write_text(systemd_units([plan]))
    page = (Path(__file__).parents[2] / "docs" / "guides" / "monitoring.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^awk .*$", page, re.MULTILINE)
    subprocess.run(["bash", "-ec", command], check=True)
    names = [f"newscrawler-{name}.{kind}" for name in ("crawl-t", "health") for kind in ("service", "timer")]
    assert sorted(path.name for path in tmp_path.glob("newscrawler-*")) == names
    files = [str(tmp_path / name) for name in names]
    done = subprocess.run(["systemd-analyze", "verify", *files], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_hung_crawl_is_ended_at_its_deadline(tmp_path: Path, hung: SiteServer) -> None:
    began = time.monotonic()
    late = job(tmp_path, deadline=timedelta(seconds=3), extra=("--via", hung.url))
    assert run_job(late, threading.Event(), grace=timedelta(seconds=3)) not in (0, 3)
    # Sooner than the portal, which answers when the test is over.
    assert time.monotonic() - began < 120


def test_no_crawl_begins_on_a_full_disk_or_while_another_runs(tmp_path: Path) -> None:
    assert run_job(job(tmp_path, least_free=10**18), threading.Event()) is None
    lock = lock_portal(tmp_path / "archive.db", "t")
    assert run_job(job(tmp_path), threading.Event()) is None
    lock.release()
    assert not (tmp_path / "archive.db").exists()


def test_a_disk_that_fills_up_ends_a_running_crawl(
    tmp_path: Path, hung: SiteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter([10**9])
    monkeypatch.setattr("newscrawler.monitoring.crawl_process.free_bytes", lambda archive: next(looks, 10))
    limited = job(tmp_path, least_free=1000, extra=("--via", hung.url))
    began = time.monotonic()
    assert run_job(limited, threading.Event(), grace=timedelta(seconds=3)) not in (0, 3)
    assert time.monotonic() - began < 120


def test_a_time_that_was_slept_through_is_made_up_for_once(
    tmp_path: Path, portal: SiteServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "newscrawler")
    ended = threading.Event()
    plan = Plan(job(tmp_path, extra=("--via", portal.url)), times_of_clock("00:00"))
    scheduler = Scheduler([plan], after=lambda portal: ended.set())
    past = {plan.id: datetime.now(UTC) - timedelta(days=5)}
    thread = threading.Thread(target=scheduler.run, args=(past,))
    thread.start()
    assert ended.wait(120)
    assert scheduler.next_times()[plan.id] > datetime.now(UTC) + timedelta(seconds=1)
    # The clock is set back by ten days: the next time is found anew, not ten days late.
    scheduler._scheduler.modify_job(plan.id, next_run_time=datetime.now(UTC) + timedelta(days=10))
    scheduler.plan_again()
    assert scheduler.next_times()[plan.id] <= datetime.now(UTC) + timedelta(days=1)
    scheduler.stop.set()
    thread.join(120)
    assert not thread.is_alive()
    assert runs(tmp_path / "archive.db") == [("crawl", "done")]
    # What came of it, and when the next one is due.
    assert re.search(r"crawl t: done \(status 0\): [1-9]\d* new, 0 changed, 0 unchanged; \d+ s\n", caplog.text)
    tomorrow = datetime.now(CHINA).date() + timedelta(days=1)
    assert f"crawl t: next at {tomorrow} 00:00 in China\n" in caplog.text


def test_jitter_takes_no_room_and_what_cannot_begin_is_looked_at(tmp_path: Path) -> None:
    """A crawl that the disk has no room for is reported as one that ended is: absent runs are looked for."""
    full = 10**18
    ten_days_ago = datetime.now(CHINA) - timedelta(days=10)
    monthly = times_of_cron(f"{ten_days_ago.minute} {ten_days_ago.hour} {ten_days_ago.day} * *")
    plans = [
        Plan(job(tmp_path, portal="waits", least_free=full), times_of_every("1d"), jitter=timedelta(hours=9)),
        Plan(job(tmp_path, portal="monthly", least_free=full), monthly),
    ]
    looked = threading.Event()
    portals: list[str] = []

    def after(portal: str) -> None:
        portals.append(portal)
        looked.set()

    scheduler = Scheduler(plans, at_once=1, after=after)
    past = dict.fromkeys([plan.id for plan in plans], datetime.now(UTC) - timedelta(days=20))
    thread = threading.Thread(target=scheduler.run, args=(past,))
    thread.start()
    try:
        assert looked.wait(120)
    finally:
        scheduler.stop.set()
        thread.join(120)
    assert not thread.is_alive()
    assert portals == ["monthly"]


def test_a_wrong_configuration_ends_the_scheduler_before_it_begins(tmp_path: Path) -> None:
    (tmp_path / "newscrawler.toml").write_text("[[mail]]\nname = 'a'\n", encoding="utf-8")
    definition = written(tmp_path, 'every = "6h"')
    command = [sys.executable, "-m", "newscrawler", "schedule", str(definition), "--archive", "archive.db"]
    done = program.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2
    assert "mail.0.host: Field required" in done.stderr


@pytest.mark.slow  # It takes the whole grace.
def test_sigterm_ends_the_scheduler_and_its_crawl(tmp_path: Path, hung: SiteServer) -> None:
    overdue(tmp_path)
    scheduler = start(tmp_path, hung.url)
    assert waited_for(lambda: len(runs(tmp_path / "archive.db")) == 2)
    time.sleep(1)  # the crawl's handler of signals is in place
    scheduler.send_signal(signal.SIGTERM)
    # The portal holds its answer; Scrapy waits for it until the second signal, or the end of the grace.
    try:
        _, messages = scheduler.communicate(timeout=120)
    finally:
        scheduler.kill()
    assert scheduler.returncode == 0, messages
    assert "stopped, the scheduler ends" in messages


def test_a_killed_scheduler_leaves_no_second_crawl(tmp_path: Path, hung: SiteServer) -> None:
    overdue(tmp_path)
    first = start(tmp_path, hung.url)
    assert waited_for(lambda: len(runs(tmp_path / "archive.db")) == 2)
    first.kill()
    first.communicate()
    second = start(tmp_path, hung.url)
    connection = sqlite3.connect(tmp_path / "archive.db")
    # As if the time had come again: the crawl of the killed scheduler still runs and holds its portal.
    from newscrawler.archive.database.locks import PortalBusyError

    with pytest.raises(PortalBusyError):
        lock_portal(tmp_path / "archive.db", "t")
    assert run_job(job(tmp_path, extra=("--via", hung.url)), threading.Event()) is None
    connection.close()
    second.send_signal(signal.SIGTERM)
    second.communicate(timeout=120)
    assert len(runs(tmp_path / "archive.db")) == 2
