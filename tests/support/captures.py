"""A small portal whose captures are looked at, and what the captures hold."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

from newscrawler.archive.captures.check import CaptureProblem, check_file, files_to_check, torn_ends
from newscrawler.demo.model import Response
from support import program
from support.pages import HOMEPAGE, Pages, article, listing

FIRST, SECOND, GONE = "/2026/0305/1.shtml", "/2026/0305/2.shtml", "/2026/0303/9.shtml"


def small_site() -> Pages:
    return Pages(
        {
            "/": HOMEPAGE,
            "/robots.txt": Response(200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /x/\n"),
            "/yichang/": listing([(FIRST, "山口修好了沟渠", "2026-03-05"), (SECOND, "河边搬走了粮仓", "2026-03-04")]),
            "/enshi/": listing([(FIRST, "山口修好了沟渠", "2026-03-05"), (GONE, "这一篇已经撤下", "2026-03-03")]),
            FIRST: article("山口修好了沟渠"),
            SECOND: article("河边搬走了粮仓", "2026-03-04"),
        }
    )


def warc_files(archive: Path, suffix: str = ".warc.gz") -> list[Path]:
    return sorted((archive.parent / "warc").rglob(f"*{suffix}"))


def check_captures(connection: sqlite3.Connection) -> Iterator[CaptureProblem]:
    """Yield what `verify` finds in the captures of an archive."""
    for file in files_to_check(connection):
        yield from check_file(connection, file)
    yield from torn_ends(connection)


def problems(archive: Path) -> list[str]:
    with sqlite3.connect(archive) as connection:
        return [f"{problem.kind} {problem}" for problem in check_captures(connection)]


def passes_warcio_check(archive: Path) -> bool:
    files = [str(path) for path in warc_files(archive)]
    assert files
    done = program.run([sys.executable, "-m", "warcio.cli", "check", *files], capture_output=True, text=True)
    return done.returncode == 0 and not done.stdout


def refresh(site: Pages, archive: Path, *, captures: bool = True) -> str:
    """Refresh everything at once, in a process of its own."""
    import os

    from newscrawler.demo.server import SiteServer

    code = (
        "import sys, newscrawler.settings as s; s.NEWSCRAWLER_CAPTURES = sys.argv.pop(1) == 'True';"
        "from newscrawler.cli.main import main; main()"
    )
    program.wait_for_next_second()
    with SiteServer(site) as server:
        done = program.run(
            [
                *(sys.executable, "-c", code, str(captures), "refresh", str(archive.parent / "t.toml")),
                *("--older-than", "0s", "--archive", str(archive), "--via", server.url),
            ],
            env={**os.environ, "NEWSCRAWLER_ALLOW_PRIVATE": "1"},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 0, done.stderr
    return str(done.stderr)
