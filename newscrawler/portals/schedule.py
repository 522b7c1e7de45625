"""The times of a schedule: `every = "6h"` and `cron = "0 6,18 * * *"`, both as sets of minutes, hours and days.

Times are China's. `every` counts from midnight, so a schedule means the same in our scheduler, systemd and cron.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from newscrawler.text.clock import CHINA
from newscrawler.text.durations import parse_duration
from newscrawler.text.month_names import ENGLISH_MONTHS

WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
"""In the order of cron: 0 is Sunday, and so is 7."""
_MONTHS = tuple(map(str.lower, ENGLISH_MONTHS))
_LONGEST = dict(enumerate((31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), 1))
"""Month to the most days that it has."""
_DAY_MINUTES = 24 * 60
_MAX_TIMES = 1000


@dataclass(frozen=True, slots=True)
class Times:
    """When a schedule fires: at second 0 of each minute that is in all five sets. `weekdays` are 0 (Sunday) to 6."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    def holds(self, moment: datetime) -> bool:
        """Tell whether the schedule fires at this minute of China's clock."""
        return moment.minute in self.minutes and moment.hour in self.hours and self._holds_day(moment)

    def _holds_day(self, moment: datetime) -> bool:
        return moment.day in self.days and moment.month in self.months and moment.isoweekday() % 7 in self.weekdays

    def between(self, after: datetime, until: datetime, *, most: int = _MAX_TIMES) -> list[datetime]:
        """Return the times after one moment and up to another, in China's time; no further day once it has `most`."""
        times: list[datetime] = []
        day = after.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
        while day <= until and len(times) < most:
            if self._holds_day(day):
                times_of_day = (
                    day.replace(hour=hour, minute=minute)
                    for hour in sorted(self.hours)
                    for minute in sorted(self.minutes)
                )
                times += [moment for moment in times_of_day if after < moment <= until]
            day += timedelta(days=1)
        return times

    def next_after(self, moment: datetime) -> datetime | None:
        """Return the first time after a moment, in China's time; None if there is none within eight years."""
        for year in range(8):
            start = moment + timedelta(days=366 * year)
            if times := self.between(start, start + timedelta(days=366), most=1):
                return times[0]
        return None

    def longest_gap(self) -> timedelta:
        """Return the longest time between two runs, as measured over 400 days from the start of 2027."""
        start = datetime(2027, 1, 1, tzinfo=CHINA)
        times = self.between(start, start + timedelta(days=400))
        gaps = [later - earlier for earlier, later in pairwise(times)]
        return max(gaps, default=timedelta(days=366))


def parse_positive_duration(text: str) -> timedelta:
    """Read a duration that is longer than zero. Raises ValueError."""
    duration = parse_duration(text)
    if not duration:
        raise ValueError("is not a valid duration; it must be longer than zero")
    return duration


def times_of_every(text: str) -> Times:
    """Read `every`: a duration that divides a day evenly. Raises ValueError."""
    minutes, rest = divmod(int(parse_positive_duration(text).total_seconds()), 60)
    if rest or not minutes or _DAY_MINUTES % minutes or (minutes > 60 and minutes % 60):
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
    """Read the five fields of cron: minute, hour, day, month, weekday. Raises ValueError.

    `L`, `#` and a field of seconds are refused: neither systemd nor cron knows them.
    """
    fields = text.lower().split()
    if len(fields) != 5:
        raise ValueError('does not have five fields: minute, hour, day, month, weekday, as in "0 6,18 * * *"')
    minute, hour, day, month, weekday = fields
    if "*" not in (day, weekday):
        # cron would fire on either, systemd and APScheduler only on days that match both. Where a field begins with a
        # star, as in */2, cron asks for both, too, but not when the days are listed one by one.
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
        raise ValueError("is not a valid time of day; use for example 03:30")
    return times_of_cron(f"{int(match[2])} {int(match[1])} * * *")


def _numbers(text: str, least: int, most: int, field: str, names: tuple[str, ...] = ()) -> frozenset[int]:
    numbers: set[int] = set()
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
            raise ValueError(f"has {part[:20]!r} for the {field}, which is not a number, range or step") from None
        if not (least <= low <= high <= most and width > 0):
            raise ValueError(f"has {part[:20]!r} for the {field}; it runs from {least} to {most}")
        numbers |= set(range(low, high + 1, width))
    return frozenset(numbers)


def _number(text: str, names: tuple[str, ...]) -> int:
    if text in names:
        # Months count from 1, weekdays from 0.
        return names.index(text) + (1 if names is _MONTHS else 0)
    if not re.fullmatch(r"\d{1,2}", text):
        raise ValueError
    return int(text)
