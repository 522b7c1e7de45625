"""The scheduler: the times of the definitions, kept by APScheduler; each crawl is a process of its own."""

from __future__ import annotations

import logging
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor  # type: ignore[import-untyped]
from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]
from apscheduler.triggers.cron import CronTrigger  # type: ignore[import-untyped]

from newscrawler.monitoring.crawl_process import GRACE, Job, run_job
from newscrawler.portals import Portal
from newscrawler.portals.schedule import WEEKDAYS, Times
from newscrawler.text.clock import CHINA
from newscrawler.text.durations import parse_duration

logger = logging.getLogger(__name__)

LOOK_EVERY = 5.0
"""Seconds between two looks at the clock, which may have been set, or have stood still in sleep."""
JUMP = 30.0


@dataclass(frozen=True, slots=True)
class Plan:
    """One job with its times."""

    job: Job
    times: Times
    jitter: timedelta = timedelta(0)

    @property
    def id(self) -> str:
        """Names the plan: `crawl hbdysh`."""
        return f"{self.job.command} {self.job.portal}"


def trigger_of(times: Times) -> CronTrigger:
    """Return APScheduler's form of times. Weekdays are written as names: its 0 is Monday."""
    return CronTrigger(
        minute=_listed(times.minutes),
        hour=_listed(times.hours),
        day=_listed(times.days),
        month=_listed(times.months),
        day_of_week=",".join(WEEKDAYS[number] for number in sorted(times.weekdays)),
        timezone=CHINA,
    )


def _listed(numbers: frozenset[int]) -> str:
    return ",".join(map(str, sorted(numbers)))


class Scheduler:
    """Runs plans until `stop` is set, `at_once` of them at a time.

    `after` is called with the portal when a job ended, and when it could not begin, as on a full disk.
    """

    def __init__(
        self,
        plans: Sequence[Plan],
        *,
        at_once: int = 4,
        grace: timedelta = GRACE,
        after: Callable[[str], object] = lambda portal: None,
    ) -> None:
        self.stop = threading.Event()
        self._plans = plans
        self._grace = grace
        self._after = after
        self._busy: dict[str, threading.Lock] = {plan.job.portal: threading.Lock() for plan in plans}
        self._slots = threading.Semaphore(at_once)
        self._starts: dict[str, datetime] = {}
        """Plan to its last start, by the clock of that moment."""
        self._scheduler = BackgroundScheduler(
            timezone=CHINA,
            # One thread per plan: a plan that waits for its jitter or its portal must not block others.
            executors={"default": ThreadPoolExecutor(max(1, len(plans)))},
            # A time that passed while the machine slept is run once, however late.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def run(self, last_runs: dict[str, datetime] | None = None) -> None:
        """Run until `stop` is set, then stop the running crawls.

        `last_runs` has the last start of each plan; one that should have run since runs at once.
        """
        now = datetime.now(CHINA)
        for plan in self._plans:
            options: dict[str, Any] = {}
            trigger = trigger_of(plan.times)
            last = (last_runs or {}).get(plan.id)
            if last is not None and trigger.get_next_fire_time(None, last + timedelta(seconds=1)) <= now:
                logger.info("%s: runs now, because its time passed while no scheduler ran", plan.id)
                options["next_run_time"] = now
            else:
                logger.info(
                    "%s: next at %s in China", plan.id, f"{trigger.get_next_fire_time(None, now):%Y-%m-%d %H:%M}"
                )
            self._scheduler.add_job(self._run, trigger, args=[plan], id=plan.id, **options)
        self._scheduler.start()
        offset = time.time() - time.monotonic()
        while not self.stop.wait(LOOK_EVERY):
            moved = time.time() - time.monotonic() - offset
            if abs(moved) > JUMP:
                offset += moved
                logger.warning("the clock moved by %.0f seconds", moved)
                if moved < 0:
                    self.plan_again()
            # Timers do not run while the machine sleeps, so the next time is checked regularly.
            self._scheduler.wakeup()
        self._scheduler.shutdown(wait=True)

    def plan_again(self) -> None:
        """Compute the next time of each job again: after the clock was set back it may be far in the future.

        A time for which a plan has already started is skipped.
        """
        for plan in self._plans:
            self._scheduler.modify_job(plan.id, next_run_time=self._following(plan))

    def _following(self, plan: Plan) -> datetime:
        """Return the next time of a plan by its times alone, but none for which it has already started."""
        trigger = trigger_of(plan.times)
        following: datetime = trigger.get_next_fire_time(None, datetime.now(CHINA))
        after: datetime = trigger.get_next_fire_time(None, following + timedelta(seconds=1))
        start = self._starts.get(plan.id)
        return after if start is not None and following <= start < after else following

    def next_times(self) -> dict[str, datetime]:
        """Return when each plan runs next."""
        # While the scheduler starts, a job has no time yet.
        return {job.id: job.next_run_time for job in self._scheduler.get_jobs() if hasattr(job, "next_run_time")}

    def _run(self, plan: Plan) -> None:
        self._starts[plan.id] = datetime.now(CHINA)
        if plan.jitter and self.stop.wait(random.uniform(0, plan.jitter.total_seconds())):  # noqa: S311
            return
        # A refresh waits for the crawl of its portal, and the other way round.
        lock = self._busy[plan.job.portal]
        if not self._take(lock):
            return
        try:
            status = self._run_in_slot(plan.job)
            if status is not None or not self.stop.is_set():
                self._after(plan.job.portal)
            if not self.stop.is_set():
                # The scheduler itself must not be asked: while it ends, it waits for this thread and answers nobody.
                logger.info("%s: next at %s in China", plan.id, f"{self._following(plan):%Y-%m-%d %H:%M}")
        except Exception:
            logger.exception("%s: could not be run", plan.id)
        finally:
            lock.release()

    def _run_in_slot(self, job: Job) -> int | None:
        if not self._take(self._slots):
            return None
        try:
            return run_job(job, self.stop, grace=self._grace)
        finally:
            self._slots.release()

    def _take(self, lock: threading.Lock | threading.Semaphore) -> bool:
        """Wait for a lock; return False if the scheduler stops in the meantime."""
        while not lock.acquire(timeout=1):
            if self.stop.is_set():
                return False
        return True


def last_runs(connection: sqlite3.Connection) -> dict[str, datetime]:
    """Return the last start of each `COMMAND PORTAL`."""
    rows = connection.execute("SELECT command, portal, max(started) FROM runs GROUP BY command, portal")
    return {
        f"{command} {portal}": datetime.strptime(started, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        for command, portal, started in rows
    }


def plans_of(
    portals: Sequence[Portal], names: dict[str, str], archive: Path, *, least_free: int, via: str | None = None
) -> list[Plan]:
    """Return the plans of these portals' schedules; `names` has what the commands call each of them."""
    plans = []
    extra = ("--via", via) if via else ()
    for portal in portals:
        rules = portal.schedule
        jitter = parse_duration(rules.jitter) if rules.jitter else timedelta(0)
        for command, times in (("crawl", rules.crawl_times), ("refresh", rules.refresh_times)):
            if times is not None:
                job = Job(
                    command, portal.id, names[portal.id], archive, parse_duration(rules.deadline), least_free, extra
                )
                plans.append(Plan(job, times, jitter))
    return plans
