"""Scheduled crawls of a small portal."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from newscrawler.archive import open_archive
from newscrawler.monitoring.crawl_process import Job
from support import program
from support.pages import HOMEPAGE, article, listing


def written(folder: Path, schedule: str) -> Path:
    file = folder / "t.toml"
    file.write_text(
        'id = "t"\nname = "试验网"\nprovince = "湖北省"\nhomepage = "http://www.t.example/"\n'
        f"[crawl]\ndelay = 0\n[schedule]\n{schedule}\n",
        encoding="utf-8",
    )
    return file


def job(tmp_path: Path, **changes: object) -> Job:
    values = {
        "command": "crawl",
        "portal": "t",
        "name": str(written(tmp_path, 'every = "6h"')),
        "archive": tmp_path / "archive.db",
        "deadline": timedelta(seconds=60),
        "least_free": 0,
    }
    return Job(**{**values, **changes})  # type: ignore[arg-type]


def runs(archive: Path) -> list[tuple[str, str]]:
    """Command and outcome of each run; none while another process still makes the archive."""
    connection = sqlite3.connect(archive)
    try:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'runs'").fetchone():
            return []
        return connection.execute("SELECT command, outcome FROM runs ORDER BY id").fetchall()
    finally:
        connection.close()


def start(tmp_path: Path, url: str) -> subprocess.Popen[str]:
    """A scheduler whose crawl is overdue, so that it begins at once."""
    definition = written(tmp_path, 'every = "1d"\njitter = "1s"')
    archive = tmp_path / "archive.db"
    command = [
        sys.executable,
        "-m",
        "newscrawler",
        "schedule",
        str(definition),
        "--archive",
        str(archive),
        "--min-free",
        "1MB",
    ]
    return program.Popen([*command, "--via", url], cwd=tmp_path, stderr=subprocess.PIPE, text=True)


def overdue(tmp_path: Path) -> None:

    connection = open_archive(tmp_path / "archive.db")
    connection.execute("""INSERT INTO portals (id, name, province, province_code, homepage, definition)
           VALUES ('t', 't', '湖北省', '420000', 'http://www.t.example/', '{}')""")
    connection.execute(
        "INSERT INTO runs (key, portal, command, arguments, program, started, finished, outcome) "
        "VALUES ('old', 't', 'crawl', '{}', '0', '2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z', 'done')"
    )
    connection.close()


def waited_for(condition: object, seconds: float = 120) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return False


PAGES: dict[str, Any] = {
    "/": HOMEPAGE,
    "/yichang/": listing([("/2026/0305/1001.shtml", "山口的桥通了", "2026-03-05")]),
    "/enshi/": listing([("/2026/0305/1002.shtml", "山里的路修好了", "2026-03-05")]),
    "/2026/0305/1001.shtml": article("山口的桥通了"),
    "/2026/0305/1002.shtml": article("山里的路修好了"),
}
