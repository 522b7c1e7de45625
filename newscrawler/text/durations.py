"""Durations as people write them: `45s`, `30m`, `6h`, `7d`."""

from __future__ import annotations

import re
from datetime import timedelta

_DURATION = re.compile(r"(\d{1,6})\s*([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def parse_duration(text: str) -> timedelta:
    """Read a duration such as `45s`, `30m`, `6h` or `7d`; raises ValueError, whose message follows the value."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError("is not a valid duration; use for example 7d, 6h or 30m")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})
