"""The archive's own clock: UTC, to the second, as text that sorts."""

from __future__ import annotations

from datetime import UTC, datetime


def stamp(moment: datetime | None = None) -> str:
    """Return this moment (default: now) as the archive writes it: `2026-07-10T01:30:00Z`."""
    utc = (moment or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)
    return f"{utc.isoformat(timespec='seconds')}Z"
