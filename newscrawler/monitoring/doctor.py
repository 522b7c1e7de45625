"""What could keep the program from its work on this machine, and what to do about it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from newscrawler import __version__
from newscrawler.archive import ArchiveError, open_archive_read_only
from newscrawler.archive.errors import OlderArchiveError
from newscrawler.monitoring.config import ConfigError, load_config
from newscrawler.monitoring.crawl_process import existing_folder, free_bytes
from newscrawler.portals import load_portals
from newscrawler.text.clock import stamp
from newscrawler.text.installation import install_line

PYTHON = (3, 11)
SQLITE = (3, 40)
LITTLE_SPACE = 2 * 2**30
"""Bytes: a disk with less may be full within days. A crawl ends before it is full."""
EXTRAS = {
    "web": ("starlette", "the pages of 'serve'"),
    "export": ("pyarrow", "Parquet and xlsx"),
    "plot": ("matplotlib", "pictures of 'stats --plot'"),
    "research": ("pandas", "notebooks"),
    "notify": ("apprise", "messages to chat channels"),
}
"""Extra to a package that only it brings, and what it is for."""
EARLIEST_CLOCK = datetime(2026, 1, 1, tzinfo=UTC)
"""No machine that runs this version has an earlier time."""
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


class State(StrEnum):
    """How it is with one subject."""

    OK = "ok"
    NOTE = "note"
    """It works; something is worth knowing."""
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one subject, and what to do where it is not well."""

    subject: str
    state: State
    found: str
    fix: str = ""


def examine(archive: str) -> Iterator[Finding]:
    """Look at this machine, this installation and an archive. Nothing is changed, and nothing is fetched."""
    yield _python()
    yield _sqlite()
    yield from _extras()
    yield _font()
    yield _text()
    yield from _archive(Path(archive))
    yield _space(Path(archive))
    yield _configuration(archive)
    yield from _definitions()
    yield from _network()


def _python() -> Finding:
    found = f"newscrawler {__version__} on Python {'.'.join(map(str, sys.version_info[:3]))}, {sys.executable}"
    if sys.version_info[:2] < PYTHON:
        return Finding("Python", State.PROBLEM, found, "install Python 3.11 or newer.")
    return Finding("Python", State.OK, found)


def _sqlite() -> Finding:
    found = f"SQLite {sqlite3.sqlite_version}"
    if sqlite3.sqlite_version_info < SQLITE:
        return Finding("SQLite", State.PROBLEM, found, "use a Python that was built with SQLite 3.40 or newer.")
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE t USING fts5(a)")
        except sqlite3.OperationalError:
            return Finding("SQLite", State.PROBLEM, f"{found} without FTS5", "use a Python whose SQLite has FTS5.")
    return Finding("SQLite", State.OK, found)


def _extras() -> Iterator[Finding]:
    for extra, (package, purpose) in EXTRAS.items():
        try:
            yield Finding(f"extra {extra}", State.OK, f"{package} {version(package)}: {purpose}")
        except PackageNotFoundError:
            yield Finding(f"extra {extra}", State.NOTE, f"not installed: {purpose}", f"{install_line(extra)}")


def _font() -> Finding:
    try:
        from newscrawler.archive.reports.chart_fonts import FontError, families_for

        return Finding("font", State.OK, f"{families_for(['宜昌'])[0]} for pictures")
    except ImportError:
        return Finding("font", State.NOTE, "not looked at: pictures need the extra plot")
    except FontError as error:
        return Finding("font", State.NOTE, "no font with Chinese characters", str(error))


def _text() -> Finding:
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding != "utf8":
        return Finding("terminal", State.PROBLEM, f"its encoding is {encoding or 'not known'}", "set LANG=C.UTF-8.")
    return Finding("terminal", State.OK, f"UTF-8, {shutil.get_terminal_size().columns} columns wide")


def _archive(path: Path) -> Iterator[Finding]:
    if not path.exists():
        yield Finding("archive", State.NOTE, f"{path} does not exist", "the first crawl makes it.")
        yield _clock("")
        return
    try:
        with closing(open_archive_read_only(path)) as connection:
            articles = connection.execute("SELECT count(*) FROM articles").fetchone()[0]
            newest = connection.execute("SELECT max(started) FROM runs").fetchone()[0] or ""
            left = connection.execute("SELECT count(*) FROM runs WHERE finished IS NULL").fetchone()[0]
    except (ArchiveError, sqlite3.Error) as error:
        is_older = isinstance(error, OlderArchiveError)
        fix = "" if is_older else "'newscrawler verify' says more."  # the error itself says what to do
        yield Finding("archive", State.PROBLEM, str(error), fix)
        yield _clock("")
        return
    found = f"{path}: {articles:,} articles, {_size(path.stat().st_size)}"
    if left:
        fix = "a crawl is running, or one was killed: the next one goes on."
        yield Finding("archive", State.NOTE, f"{found}; {left} runs have not ended", fix)
    else:
        yield Finding("archive", State.OK, found)
    if not os.access(path.parent, os.W_OK) or not os.access(path, os.W_OK):
        yield Finding("archive", State.NOTE, "it can be read only", "crawls need write permission for file and folder.")
    yield _clock(newest)


def _clock(newest: str) -> Finding:
    """Compare the clock with the newest run of the archive: versions, marks and retries go by time."""
    now = datetime.now(UTC)
    found = f"{stamp(now)} (UTC)"
    fix = "set the clock; a time server keeps it right ('timedatectl set-ntp true')."
    if now < EARLIEST_CLOCK:
        return Finding("clock", State.PROBLEM, f"{found}: it is behind", fix)
    if newest and newest > stamp(now + timedelta(minutes=5)):
        return Finding("clock", State.PROBLEM, f"{found}, but a run of the archive began at {newest}", fix)
    return Finding("clock", State.OK, found)


def _space(archive: Path) -> Finding:
    free = free_bytes(archive)
    found = f"{_size(free)} free in {existing_folder(archive)}"
    if free < LITTLE_SPACE:
        return Finding("disk", State.PROBLEM, found, "make room, or name an archive on another disk with --archive.")
    return Finding("disk", State.OK, found)


def _configuration(archive: str) -> Finding:
    try:
        config = load_config(archive)
    except ConfigError as error:
        return Finding("configuration", State.PROBLEM, str(error), "correct the file; crawls go on without messages.")
    number = len(config.channels)
    return Finding("configuration", State.OK, f"channels for alarms: {number or 'none'}")


def _definitions() -> Iterator[Finding]:
    portals, errors = load_portals()
    for error in errors:
        yield Finding("definitions", State.PROBLEM, str(error), "correct the file.")
    if not errors:
        yield Finding("definitions", State.OK, f"{len(portals)} portals can be crawled")


def _network() -> Iterator[Finding]:
    if not os.environ.get("NEWSCRAWLER_CONTACT"):
        fix = "set NEWSCRAWLER_CONTACT to an address or a page, so that the staff of a portal can reach you."
        yield Finding("user agent", State.NOTE, "it names no contact", fix)
    if os.environ.get("NEWSCRAWLER_ALLOW_PRIVATE"):
        fix = "unset it, except for tests: a portal could lead crawls to addresses of your own network."
        yield Finding("network guard", State.PROBLEM, "NEWSCRAWLER_ALLOW_PRIVATE is set: it is off", fix)
    else:
        yield Finding("network guard", State.OK, "only public addresses are connected to")
    if any(os.environ.get(name) for name in _PROXIES):
        found = "the environment names a proxy, which crawls do not use"
        yield Finding("proxy", State.NOTE, found, "crawls connect directly, to check each address.")


def _size(count: int) -> str:
    size = float(count)
    for unit in ("bytes", "KB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
