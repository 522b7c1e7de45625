"""One crawl in a process of its own: watched, limited in time and disk space, and ended in an orderly way."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from newscrawler.archive import ArchiveError, open_archive_read_only
from newscrawler.archive.database.locks import PortalBusyError, lock_portal
from newscrawler.archive.runs import count_text, newest_run
from newscrawler.text.clock import stamp

logger = logging.getLogger(__name__)

LOOK_EVERY = 1.0
MESSAGE_LINES = 8
"""Last lines of a failed crawl that the scheduler repeats."""
GRACE = timedelta(seconds=60)
"""Time from asking a crawl to end until it is killed."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is run: `newscrawler COMMAND PORTAL`, for a portal of `archive`."""

    command: str
    """crawl or refresh."""
    portal: str
    """Id in the archive."""
    name: str
    """Id, or path of the definition, as the command takes it."""
    archive: Path
    deadline: timedelta
    least_free: int
    """Bytes that must stay free on the archive's disk."""
    extra: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    """Variables that are set for it."""

    @property
    def arguments(self) -> Sequence[str]:
        """The command line."""
        start = (sys.executable, "-m", "newscrawler", self.command, self.name)
        return (*start, "--archive", str(self.archive), *self.extra)


def existing_folder(archive: Path) -> Path:
    """Return the folder of an archive, or the nearest one above it that exists."""
    folder = archive.absolute().parent
    while not folder.exists():
        folder = folder.parent
    return folder


def free_bytes(archive: Path) -> int:
    """Return how many bytes are free on an archive's disk."""
    return shutil.disk_usage(existing_folder(archive)).free


def run_job(job: Job, stop: threading.Event, *, grace: timedelta = GRACE) -> int | None:
    """Run a crawl until it ends, `stop` is set, its time is up or the disk is nearly full.

    Returns its exit status (negative: the signal that killed it), None if it did not start.
    """
    if stop.is_set():
        return None
    if (free := free_bytes(job.archive)) < job.least_free:
        logger.error("%s %s: not started, only %d bytes are free on the disk", job.command, job.portal, free)
        return None
    try:
        # The crawl takes the lock itself; this only detects one that outlived an earlier scheduler.
        lock_portal(job.archive, job.portal).release()
    except PortalBusyError:
        logger.warning("%s %s: not started, another crawl of it is running", job.command, job.portal)
        return None
    logger.info("%s %s: started", job.command, job.portal)
    began = datetime.now(UTC)
    # A session of its own: Ctrl-C at the terminal reaches the scheduler alone, which then ends its crawls.
    with tempfile.TemporaryFile() as messages:
        process = subprocess.Popen(  # noqa: S603  # our own program, without a shell
            job.arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=messages,
            start_new_session=True,
            env={**os.environ, **dict(job.environment)},
        )
        status = _watch(job, process, stop, grace)
        lines = _last_lines(messages)
    meaning = {0: "done", 1: "failed or incomplete", 2: "refused", 3: "done, alarms are open"}
    level = logging.INFO if status in (0, 3) else logging.ERROR
    what = f"{meaning.get(status, 'ended badly')} (status {status})"
    logger.log(level, "%s %s: %s: %s", job.command, job.portal, what, _numbers(job, began))
    if status not in (0, 3):
        for line in lines:
            logger.error("%s %s: %s", job.command, job.portal, line)
    return status


def _numbers(job: Job, began: datetime) -> str:
    """Return the numbers of the run that a crawl recorded since it began, and how long it took."""
    try:
        with closing(open_archive_read_only(job.archive)) as connection:
            run = newest_run(connection, job.portal, job.command, since=stamp(began))
    except (ArchiveError, sqlite3.Error) as error:
        return f"its numbers cannot be read: {error}"
    numbers = count_text(run["counts"]) if run else "it recorded no run"
    return f"{numbers}; {(datetime.now(UTC) - began).total_seconds():.0f} s"


def _last_lines(messages: IO[bytes]) -> list[str]:
    """Return the last lines that a crawl printed. Its log file beside the archive has all of them."""
    size = messages.seek(0, os.SEEK_END)
    messages.seek(max(0, size - 4_000))
    return messages.read().decode(errors="replace").splitlines()[-MESSAGE_LINES:]


def _watch(job: Job, process: subprocess.Popen[bytes], stop: threading.Event, grace: timedelta) -> int:
    # Not the wall clock: it may be set while the crawl runs.
    ends = time.monotonic() + job.deadline.total_seconds()
    while True:
        with suppress(subprocess.TimeoutExpired):
            return process.wait(min(LOOK_EVERY, max(0.05, ends - time.monotonic())))
        if stop.is_set():
            reason = "the scheduler ends"
        elif time.monotonic() >= ends:
            reason = f"it takes longer than {job.deadline}"
        elif (free := free_bytes(job.archive)) < job.least_free:
            reason = f"only {free} bytes are free on the disk"
        else:
            continue
        logger.warning("%s %s: stopped, %s", job.command, job.portal, reason)
        return _end(process, grace)


def _end(process: subprocess.Popen[bytes], grace: timedelta) -> int:
    """End a crawl: interrupt once so that it stores what it has, twice so that it stops at once; then kill it."""
    for _ in range(2):
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            return process.wait(grace.total_seconds() / 2)
    process.kill()
    return process.wait()
