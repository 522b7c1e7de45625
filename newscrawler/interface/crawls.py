"""Crawls that a Python program starts, as often as it likes: each in a process of its own, by the command."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterable
from contextlib import closing, nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any

from newscrawler.archive import open_archive, open_archive_read_only
from newscrawler.archive.runs import newest_run
from newscrawler.crawling.options import CrawlOptions
from newscrawler.portals import load_portal
from newscrawler.text.clock import stamp

_MESSAGE_BYTES = 4_000
"""How much of the end of a log an error quotes."""
_STANDARD_ERROR = 2
"""The descriptor: `sys.stderr` of a notebook is no file."""


class CrawlError(Exception):
    """A crawl that could not begin. The message has the end of its log."""


@dataclass(frozen=True, slots=True)
class CrawlResult:
    """What the crawl of one portal came to."""

    portal: str
    run: str
    """Key of the run."""
    outcome: str
    """done, incomplete, interrupted or failed."""
    reason: str | None
    new: int
    """Articles that were stored for the first time."""
    changed: int
    """Articles with a new version."""
    unchanged: int
    gone: int
    failed: int
    blocked: int


def crawl(
    *portals: str,
    archive: str | Path = "data/archive.db",
    cities: str | Iterable[str] = (),
    since: date | str | None = None,
    limit: int | None = None,
    full: bool = False,
    retry: bool = False,
    via: str | None = None,
    workers: int = 1,
    quiet: bool = False,
) -> list[CrawlResult]:
    """Crawl portals into an archive, as `newscrawler crawl` does; return one result per portal, in their order.

    `portals` are ids or paths of definitions; `demo` is a portal that the program serves to itself. The archive is
    created if there is none. The other arguments are the options of the command: see `newscrawler crawl --help`. The
    log goes to standard error, unless `quiet`. An interrupted crawl (KeyboardInterrupt) is continued by the next one.

    Raises DefinitionError for an unknown or wrong definition, ValueError for an argument that does not fit,
    ArchiveError for an archive that cannot be written, and CrawlError when a crawl could not begin.
    """
    if not portals:
        raise ValueError("name at least one portal.")
    definitions = [load_portal(name) for name in dict.fromkeys(portals)]
    options = CrawlOptions.of(
        {"city": cities if isinstance(cities, str) else tuple(cities), "since": since, "limit": limit, "via": via}
    )
    for definition in definitions:
        options.check_cities(definition)
    open_archive(archive).close()
    arguments = [
        *dict.fromkeys(portals),
        *(f"--city={name}" for name in options.cities),
        *([f"--since={options.since}"] if options.since else []),
        *([f"--limit={options.limit}"] if options.limit else []),
        *([f"--via={options.via}"] if options.via else []),
        *(["--full"] if full else []),
        *(["--retry"] if retry else []),
        f"--workers={workers}",
        f"--archive={archive}",
    ]
    started = stamp()
    status, log = _run(arguments, quiet=quiet)
    with closing(open_archive_read_only(archive)) as connection:
        runs = [newest_run(connection, definition.id, "crawl", since=started) for definition in definitions]
    results = [_result(run) for run in runs if run is not None]
    if len(results) < len(definitions):
        raise CrawlError(f"the crawl ended with status {status} before it began{f': {log}' if log else '.'}")
    return results


def _run(arguments: list[str], *, quiet: bool) -> tuple[int, str]:
    """Run the command; return its exit status and, when it is quiet, the end of its log."""
    with tempfile.TemporaryFile() if quiet else nullcontext() as log:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "newscrawler", "crawl", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if quiet else _STANDARD_ERROR,
            stderr=log,
            check=False,
        )
        return done.returncode, _end_of(log) if log else ""


def _end_of(log: IO[bytes]) -> str:
    log.seek(0, 2)
    log.seek(max(0, log.tell() - _MESSAGE_BYTES))
    return log.read().decode("utf-8", "replace").strip()


def _result(run: dict[str, Any]) -> CrawlResult:
    # An archive from a stranger may hold anything.
    counts = {name: value for name, value in run["counts"].items() if isinstance(value, int)}
    return CrawlResult(
        portal=str(run["portal"]),
        run=str(run["key"]),
        outcome=str(run["outcome"]),
        reason=run["reason"],
        new=counts.get("new", 0),
        changed=counts.get("changed", 0),
        unchanged=counts.get("unchanged", 0) + counts.get("kept", 0),
        gone=counts.get("gone", 0),
        failed=counts.get("failed", 0),
        blocked=counts.get("blocked", 0),
    )
