"""Schedules as units of systemd and as lines of cron, for those who prefer these; they mean the same times."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from newscrawler.extraction.cms.loading import SEARCH_PATH_VARIABLE as CMS_VARIABLE
from newscrawler.monitoring.config import CONFIG_VARIABLE
from newscrawler.monitoring.crawl_process import Job
from newscrawler.monitoring.scheduler import Plan
from newscrawler.portals.loading import SEARCH_PATH_VARIABLE
from newscrawler.portals.schedule import WEEKDAYS, Times, times_of_cron

HOURLY = times_of_cron("17 * * * *")
HEALTH_SECONDS = 3000
"""How long the hourly look may take: not until the next one."""
_ALL = {"minutes": 60, "hours": 24, "days": 31, "months": 12, "weekdays": 7}


def calendar_of(times: Times) -> str:
    """Return systemd's `OnCalendar=` of times."""
    weekdays = ",".join(WEEKDAYS[number].capitalize() for number in sorted(times.weekdays))
    day = f"*-{_star(times, 'months', '02d')}-{_star(times, 'days', '02d')}"
    clock = f"{_star(times, 'hours', '02d')}:{_star(times, 'minutes', '02d')}:00"
    prefix = f"{weekdays} " if len(times.weekdays) < 7 else ""
    return f"{prefix}{day} {clock} Asia/Shanghai"


def fields_of(times: Times) -> str:
    """Return the five fields of cron."""
    weekdays = ",".join(WEEKDAYS[number] for number in sorted(times.weekdays)) if len(times.weekdays) < 7 else "*"
    return " ".join([*(_star(times, name, "d") for name in ("minutes", "hours", "days", "months")), weekdays])


def _star(times: Times, name: str, form: str) -> str:
    numbers = sorted(getattr(times, name))
    return "*" if len(numbers) == _ALL[name] else ",".join(format(number, form) for number in numbers)


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is run at which times."""

    name: str
    title: str
    arguments: Sequence[str]
    times: Times
    deadline: int
    """Seconds until it is stopped."""
    most_delay: int = 0
    """The most seconds of random delay before it starts."""
    disk_check: str = ""
    """A shell command that fails when the disk is too full to start."""
    is_quiet: bool = False
    """Discard its output: notifications report the same, and cron would mail the output each time."""


def _units(plans: Sequence[Plan], metrics: str | None) -> list[_Unit]:
    """Return one unit per plan (at least one plan), and an hourly unit for what the scheduler does after a crawl."""
    units = []
    for plan in plans:
        job = plan.job
        units.append(
            _Unit(
                name=f"newscrawler-{job.command}-{job.portal}",
                title=plan.id,
                arguments=job.arguments,
                times=plan.times,
                deadline=int(job.deadline.total_seconds()),
                most_delay=int(plan.jitter.total_seconds()),
                disk_check=_disk_check(job),
            )
        )
    # All plans have the same archive.
    look = [sys.executable, "-m", "newscrawler", "health", "--notify", "--archive", str(plans[0].job.archive)]
    if metrics:
        look += ["--metrics", metrics]
    units.append(_Unit("newscrawler-health", "health", look, HOURLY, HEALTH_SECONDS, is_quiet=True))
    return units


def _disk_check(job: Job) -> str:
    """Return the shell command for `least_free`. It succeeds where df fails, for example before the first crawl."""
    if not job.least_free:
        return ""
    free = f"df --output=avail -B1 {shlex.quote(str(job.archive.parent))} 2>/dev/null | tail -n 1"
    return f"! test $({free}) -lt {job.least_free} 2>/dev/null"


def _environment() -> list[tuple[str, str]]:
    """Return the environment variables for definitions and channels that are set here."""
    names = (SEARCH_PATH_VARIABLE, CMS_VARIABLE, CONFIG_VARIABLE)
    return [(name, os.environ[name]) for name in names if os.environ.get(name)]


def systemd_units(plans: Sequence[Plan], metrics: str | None = None) -> str:
    """Return a service and a timer per plan and for the hourly check. A comment above each has the name of its file."""
    environment = "".join(f"Environment={_systemd_quoted(f'{name}={value}')}\n" for name, value in _environment())
    folder = str(Path.cwd()).replace("%", "%%")
    parts = []
    for unit in _units(plans, metrics):
        command = " ".join(map(_systemd_quoted, unit.arguments))
        check = f"ExecCondition=/bin/sh -c {_systemd_quoted(unit.disk_check)}\n" if unit.disk_check else ""
        delay = f"RandomizedDelaySec={unit.most_delay}\n" if unit.most_delay else ""
        parts.append(
            f"# {unit.name}.service\n[Unit]\nDescription=newscrawler {unit.title}\n\n[Service]\nType=oneshot\n"
            f"WorkingDirectory={folder}\n{environment}{check}ExecStart={command}\nSuccessExitStatus=3\n"
            f"KillSignal=SIGINT\nTimeoutStartSec={unit.deadline}\nTimeoutStopSec=60\n\n"
            f"# {unit.name}.timer\n[Unit]\nDescription=Times of newscrawler {unit.title}\n\n[Timer]\n"
            f"OnCalendar={calendar_of(unit.times)}\n{delay}Persistent=true\nAccuracySec=1s\n\n"
            "[Install]\nWantedBy=timers.target\n"
        )
    return "\n".join(parts)


def _systemd_quoted(word: str) -> str:
    word = word.replace("%", "%%").replace("$", "$$")
    if word and not any(c in word for c in " \t\"'\\;"):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def crontab(plans: Sequence[Plan], metrics: str | None = None) -> str:
    """Return a crontab: a line for each plan and for the hourly look.

    Times are China's by CRON_TZ, which cronie reads; Debian's cron needs the machine's zone.
    """
    lines = [
        "# CRON_TZ is read by cronie. Where cron does not know it, set the machine to Asia/Shanghai.",
        "CRON_TZ=Asia/Shanghai",
        *(f'{name}="{value}"' for name, value in _environment()),
    ]
    for unit in _units(plans, metrics):
        command = f"timeout -s INT -k 60 {unit.deadline} {shlex.join(unit.arguments)}"
        if unit.disk_check:
            command = f"{unit.disk_check} && {command}"
        if unit.most_delay:
            command = f"sleep $(shuf -i 0-{unit.most_delay} -n 1) && {command}"
        if unit.is_quiet:
            command += " > /dev/null"
        # cron ends a command at a % sign.
        escaped = f"cd {shlex.quote(str(Path.cwd()))} && {command}".replace("%", "\\%")
        lines.append(f"{fields_of(unit.times)} {escaped}")
    return "\n".join(lines) + "\n"
