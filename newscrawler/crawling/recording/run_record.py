"""The record of one run of one portal, and the lock that excludes every other crawl of the portal meanwhile."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from newscrawler.archive import runs
from newscrawler.archive.crashed_runs import close_crashed_runs_of
from newscrawler.archive.database.locks import lock_portal
from newscrawler.archive.database.transaction import writing
from newscrawler.portals import Portal

logger = logging.getLogger(__name__)


class RunRecord:
    """Opens the record of a run, after it has closed the runs of the portal that a killed process left open.

    Raises PortalBusyError when another crawl of the portal into this archive is running.
    """

    def __init__(
        self,
        path: str | Path,
        connection: sqlite3.Connection,
        portal: Portal,
        command: str,
        arguments: Mapping[str, Any],
    ) -> None:
        self.connection = connection
        self._lock = lock_portal(path, portal.id)
        try:
            with writing(connection):
                if count := close_crashed_runs_of(connection, portal.id):
                    logger.info("%s: closed %d crashed runs; this one goes on from there", portal.id, count)
                self.run = runs.start_run(connection, portal_values(portal), command=command, arguments=arguments)
        except BaseException:
            self._lock.release()
            raise

    def finish(self, *, outcome: str, reason: str, counts: Mapping[str, Any]) -> None:
        """Record how the run ended. Inside a transaction."""
        runs.finish_run(self.connection, self.run, outcome=outcome, reason=reason, counts=counts)

    def release(self) -> None:
        """Release the lock, so that other crawls of the portal can begin."""
        self._lock.release()


def portal_values(portal: Portal) -> dict[str, str]:
    """Return what a run records of its portal, as `runs.start_run` takes it."""
    province = portal.province_division
    return {
        "id": portal.id,
        "name": portal.name,
        "province": province.name,
        "province_code": province.code,
        "homepage": portal.homepage,
        "definition": portal.model_dump_json(exclude_defaults=True),
    }
