"""The times of a schedule: `every = "6h"` and `cron = "0 6,18 * * *"`, both as sets of minutes, hours and days.

Times are China's. `every` counts from midnight, so a schedule means the same in every program that keeps it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from newscrawler.text.clock import CHINA

WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
"""In cron's order: 0 is Sunday, and so is 7."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONGEST = dict(enumerate((31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), 1))
"""Month to the days that it has at most."""
_DAY = 24 * 60
_SPAN = re.compile(r"(\d{1,5})\s*([smhd])")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True)
class Times:
    """When a schedule fires: at second 0 of each minute that all five sets hold. `weekdays` are 0 (Sunday) to 6."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    def holds(self, moment: datetime) -> bool:
        """Whether the schedule fires at this minute of China's clock."""
        return (
            moment.minute in self.minutes
            and moment.hour in self.hours
            and moment.day in self.days
            and moment.month in self.months
            and moment.isoweekday() % 7 in self.weekdays
        )

    def between(self, after: datetime, until: datetime) -> list[datetime]:
        """Return the times after one moment and up to another, at most 1,000, in China's time."""
        found: list[datetime] = []
        day = after.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
        while day <= until and len(found) < 1000:
            if day.day in self.days and day.month in self.months and day.isoweekday() % 7 in self.weekdays:
                times = (
                    day.replace(hour=hour, minute=minute)
                    for hour in sorted(self.hours)
                    for minute in sorted(self.minutes)
                )
                found += [moment for moment in times if after < moment <= until]
            day += timedelta(days=1)
        return found

    def longest_gap(self) -> timedelta:
        """Return the longest time between two runs in the year 2027, which is like others."""
        start = datetime(2027, 1, 1, tzinfo=CHINA)
        times = self.between(start, start + timedelta(days=400))
        gaps = [later - earlier for earlier, later in pairwise(times)]
        return max(gaps, default=timedelta(days=366))


def span(text: str) -> timedelta:
    """Read a span of time such as `90s`, `30m`, `6h` or `2d`; raises ValueError."""
    match = _SPAN.fullmatch(text.strip())
    if match is None or not int(match[1]):
        raise ValueError("is no span of time; write it as in 6h, 30m or 1d")
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])


def times_of_every(text: str) -> Times:
    """Read `every`: a span that a day holds a whole number of times. Raises ValueError."""
    minutes, rest = divmod(int(span(text).total_seconds()), 60)
    if rest or not minutes or _DAY % minutes or (minutes > 60 and minutes % 60):
        raise ValueError(
            "does not divide a day evenly; use 10m, 15m, 20m, 30m, 1h, 2h, 3h, 4h, 6h, 8h, 12h or 1d, or cron"
        )
    if minutes < 60 and 60 % minutes:
        raise ValueError("does not divide an hour evenly; use 10m, 15m, 20m, 30m or 1h")
    step = max(1, minutes // 60)
    return Times(
        minutes=frozenset(range(0, 60, minutes)) if minutes < 60 else frozenset({0}),
        hours=frozenset(range(0, 24, step)),
        days=frozenset(range(1, 32)),
        months=frozenset(range(1, 13)),
        weekdays=frozenset(range(7)),
    )


def times_of_cron(text: str) -> Times:
    """Read five fields of cron: minute, hour, day, month, weekday. Raises ValueError."""
    fields = text.lower().split()
    if len(fields) != 5:
        raise ValueError('has not five fields; write it as in "0 6,18 * * *" (minute, hour, day, month, weekday)')
    minute, hour, day, month, weekday = fields
    if "*" not in (day, weekday):
        # cron would fire on either, systemd and APScheduler on both at once. Where one begins with a star, as in */2,
        # cron asks for both, too, but not when the days are written out.
        raise ValueError(
            "restricts both the day of the month and the weekday, which programs read differently; use one"
        )
    times = Times(
        minutes=_numbers(minute, 0, 59, "minute"),
        hours=_numbers(hour, 0, 23, "hour"),
        days=_numbers(day, 1, 31, "day"),
        months=_numbers(month, 1, 12, "month", _MONTHS),
        weekdays=frozenset(number % 7 for number in _numbers(weekday, 0, 7, "weekday", WEEKDAYS)),
    )
    if min(times.days) > max(_LONGEST[month] for month in times.months):
        raise ValueError("names a day that none of its months has, so it would never fire")
    return times


def times_of_clock(text: str) -> Times:
    """Read a time of day such as `03:30`. Raises ValueError."""
    match = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", text.strip())
    if match is None:
        raise ValueError("is no time of day; write it as in 03:30")
    return times_of_cron(f"{int(match[2])} {int(match[1])} * * *")


def _numbers(text: str, least: int, most: int, what: str, names: tuple[str, ...] = ()) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        body, slash, step = part.partition("/")
        first, dash, last = body.partition("-")
        try:
            if body == "*":
                low, high = least, most
            else:
                low = _number(first, names)
                high = _number(last, names) if dash else (most if slash else low)
            width = int(step) if slash else 1
        except ValueError:
            raise ValueError(f"has {part[:20]!r} for the {what}, which is no number, range or step") from None
        if not (least <= low <= high <= most and width > 0):
            raise ValueError(f"has {part[:20]!r} for the {what}; it runs from {least} to {most}")
        found |= set(range(low, high + 1, width))
    return frozenset(found)


def _number(text: str, names: tuple[str, ...]) -> int:
    if text in names:
        # Months count from 1, weekdays from 0.
        return names.index(text) + (1 if len(names) == 12 else 0)
    if not re.fullmatch(r"\d{1,2}", text):
        raise ValueError
    return int(text)
