"""A clock that only goes forward, for measuring how long something is valid on this machine."""

from __future__ import annotations

import time

_BOOT = getattr(time, "CLOCK_BOOTTIME", None)


def boot_seconds() -> float:
    """Return seconds since this machine started: the same for all its processes, whatever is done to its wall clock.

    On Linux the time in which the machine sleeps counts, too.
    """
    return time.clock_gettime(_BOOT) if _BOOT is not None else time.monotonic()
