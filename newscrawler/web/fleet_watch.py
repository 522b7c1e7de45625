"""The state of a fleet, read again and again in the background: no page waits for an engine that is away."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from newscrawler.fleet.due import FleetPortal
from newscrawler.fleet.engine import Engine, FleetError
from newscrawler.fleet.leases import Leases
from newscrawler.fleet.metrics import fleet_metrics_text
from newscrawler.fleet.status import fleet_status
from newscrawler.text.clock import stamp

READ_SECONDS = 5.0
"""Time between two readings of the leases."""
_FIRST_SECONDS = 2.0
"""How long a page waits for the first reading."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """The newest state of the fleet that could be read."""

    status: dict[str, Any] | None = None
    moment: str = ""
    is_current: bool = False
    """Whether the last reading succeeded."""


class FleetWatch:
    """Reads the state of a fleet in a thread of its own, which ends with the process."""

    def __init__(self, engine: Engine, portals: Sequence[FleetPortal]) -> None:
        self._engine = engine
        self._leases = Leases(engine, "serve")
        self._portals = portals
        self._reading = Reading()
        self._first, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._read_until_closed, name="fleet", daemon=True)
        self._thread.start()

    def newest(self) -> Reading:
        """Return what was read last."""
        self._first.wait(_FIRST_SECONDS)
        return self._reading

    def close(self) -> None:
        """End the thread after its reading."""
        self._ended.set()

    def _read_until_closed(self) -> None:
        while not self._ended.is_set():
            try:
                self._reading = Reading(fleet_status(self._leases, self._portals), stamp(), True)
            except Exception as error:
                if self._reading.is_current or not self._first.is_set():
                    known = isinstance(error, FleetError)
                    _log.warning("the fleet cannot be read: %s", error, exc_info=None if known else error)
                self._reading = replace(self._reading, is_current=False)
            self._first.set()
            self._ended.wait(READ_SECONDS)
        self._engine.close()


def metrics_of(watch: FleetWatch) -> str:
    """Return the metrics of the fleet: those of an old state are not given as if they were new."""
    reading = watch.newest()
    return fleet_metrics_text(reading.status if reading.is_current else None)
