"""Schedules as units of systemd and as lines of cron, for those who prefer these; they mean the same times."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path

from newscrawler.monitoring.config import CONFIG_VARIABLE
from newscrawler.monitoring.scheduler import Plan
from newscrawler.portals.loading import SEARCH_PATH_VARIABLE
from newscrawler.portals.schedule import WEEKDAYS, Times

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


def _environment() -> list[tuple[str, str]]:
    """Return the variables that say where definitions and channels are, as far as they are set here."""
    names = (SEARCH_PATH_VARIABLE, CONFIG_VARIABLE)
    return [(name, os.environ[name]) for name in names if os.environ.get(name)]


def systemd_units(plans: Sequence[Plan]) -> str:
    """Return a service and a timer a plan, each after a line with its file's name."""
    parts = []
    environment = "".join(f"Environment={_systemd_quoted(f'{name}={value}')}\n" for name, value in _environment())
    folder = str(Path.cwd()).replace("%", "%%")
    for plan in plans:
        name = f"newscrawler-{plan.job.command}-{plan.job.portal}"
        command = " ".join(_systemd_quoted(word) for word in plan.job.arguments)
        grace = int(plan.job.deadline.total_seconds())
        delay = f"RandomizedDelaySec={int(plan.jitter.total_seconds())}\n" if plan.jitter else ""
        parts.append(
            f"# {name}.service\n[Unit]\nDescription=newscrawler {plan.id}\n\n[Service]\nType=oneshot\n"
            f"WorkingDirectory={folder}\n{environment}ExecStart={command}\nSuccessExitStatus=3\nKillSignal=SIGINT\n"
            f"TimeoutStartSec={grace}\nTimeoutStopSec=60\n\n"
            f"# {name}.timer\n[Unit]\nDescription=Times of newscrawler {plan.id}\n\n[Timer]\n"
            f"OnCalendar={calendar_of(plan.times)}\n{delay}Persistent=true\nAccuracySec=1s\n\n"
            "[Install]\nWantedBy=timers.target\n"
        )
    return "\n".join(parts)


def _systemd_quoted(word: str) -> str:
    word = word.replace("%", "%%").replace("$", "$$")
    if word and not any(c in word for c in " \t\"'\\;"):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def crontab(plans: Sequence[Plan]) -> str:
    """Return a crontab. Times are China's by CRON_TZ, which cronie reads; Debian's cron needs the machine's zone."""
    lines = [
        "# CRON_TZ is read by cronie. Where cron does not know it, set the machine to Asia/Shanghai.",
        "CRON_TZ=Asia/Shanghai",
        *(f'{name}="{value}"' for name, value in _environment()),
    ]
    for plan in plans:
        command = f"timeout -s INT -k 60 {int(plan.job.deadline.total_seconds())} {shlex.join(plan.job.arguments)}"
        if plan.jitter:
            command = f"sleep $(shuf -i 0-{int(plan.jitter.total_seconds())} -n 1) && {command}"
        # cron ends a command at a % sign.
        escaped = f"cd {shlex.quote(str(Path.cwd()))} && {command}".replace("%", "\\%")
        lines.append(f"{fields_of(plan.times)} {escaped}")
    return "\n".join(lines) + "\n"
