"""The project's two clocks: UTC in the archive, China's time wherever people and pages give a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
"""China's one time zone, as a fixed offset.

It is not `ZoneInfo("Asia/Shanghai")`, which knows the summer time of 1986 to 1991: with one offset, ISO times sort as
text, and reading a page does not depend on a time zone database. News pages begin after 1991.
"""


def stamp(moment: datetime | None = None) -> str:
    """Return a moment (default: now) in UTC, to the second, as the archive writes it: `2026-07-10T01:30:00Z`."""
    utc = (moment or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)
    return f"{utc.isoformat(timespec='seconds')}Z"
