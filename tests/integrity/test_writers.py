"""Several crawls, each a process of its own, write one archive at once; a backup is made in the middle of it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import ExitStack, closing
from pathlib import Path

from newscrawler.demo.server import SiteServer
from support import program
from support.integrity import kinds, rows, run, verified
from support.pages import HOMEPAGE, Pages, article, listing

PORTALS = ("t1", "t2", "t3", "t4")
ARTICLES = 40

DEFINITION = """\
id = "{name}"
name = "试验网{name}"
province = "湖北省"
homepage = "http://www.{name}.example/"
[crawl]
delay = {delay}
"""


def site(name: str) -> Pages:
    pages: dict[str, object] = {"/": HOMEPAGE}
    entries = [
        (f"/2026/0305/{number}.shtml", f"{name}第{number}座水库巡查记", "2026-03-05") for number in range(ARTICLES)
    ]
    half = ARTICLES // 2
    pages["/yichang/"], pages["/enshi/"] = listing(entries[:half]), listing(entries[half:])
    for path, title, date in entries:
        pages[path] = article(title, date)
    return Pages(pages, host=f"http://www.{name}.example")  # type: ignore[arg-type]


def crawl(folder: Path, name: str, url: str, archive: Path, *, delay: float = 0) -> subprocess.Popen[str]:
    definition = folder / f"{name}.toml"
    definition.write_text(DEFINITION.format(name=name, delay=delay), encoding="utf-8")
    command = [sys.executable, "-m", "newscrawler", "crawl", str(definition), "--archive", str(archive), "--via", url]
    environment = {**os.environ, "NEWSCRAWLER_ALLOW_PRIVATE": "1"}
    return program.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True)


def test_four_crawls_into_one_archive_lose_and_double_nothing(tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    with ExitStack() as stack:
        urls = {name: stack.enter_context(SiteServer(site(name))).url for name in PORTALS}
        processes = [crawl(tmp_path, name, url, archive) for name, url in urls.items()]
        messages = [process.communicate(timeout=120)[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * len(PORTALS), messages
    assert "is locked" not in "".join(messages)
    for name in PORTALS:
        found = rows(archive, "SELECT url, title, version_count FROM articles_flat WHERE portal = ? ORDER BY url", name)
        assert len(found) == len({url for url, _, _ in found}) == ARTICLES
        assert {title for _, title, _ in found} == {f"{name}第{number}座水库巡查记" for number in range(ARTICLES)}
        assert {count for _, _, count in found} == {1}
        (counts,) = rows(archive, "SELECT json_extract(counts, '$.new') FROM runs WHERE portal = ?", name)[0]
        assert counts == ARTICLES
        captured = (
            "SELECT count(*), count(DISTINCT c.url) FROM captures c JOIN runs r ON r.id = c.run WHERE r.portal = ?"
        )
        assert rows(archive, f"{captured} AND c.kind = 'article'", name) == [(ARTICLES, ARTICLES)]
    assert rows(archive, "SELECT outcome, count(*) FROM runs GROUP BY 1") == [("done", len(PORTALS))]
    status, found = verified(archive)
    assert (status, found["sound"], found["repaired"], found["problems"]) == (0, True, [], [])


def test_a_backup_in_the_middle_of_a_crawl_is_sound_and_a_killed_crawl_is_told(tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    with SiteServer(site("t1")) as server:
        process = crawl(tmp_path, "t1", server.url, archive, delay=0.3)
        try:
            deadline = time.monotonic() + 120
            while not stored(archive) and time.monotonic() < deadline:
                time.sleep(0.02)
            assert verified(archive)[0] == 0, "beside a crawl"
            done = run("backup", "create", tmp_path / "bag", "--archive", archive)
            assert done.exit_code == 0, done.output
            assert process.poll() is None, "the crawl was over before the backup"
        finally:
            process.kill()
            process.wait()
    assert run("backup", "restore", tmp_path / "bag", tmp_path / "restored").exit_code == 0
    restored = tmp_path / "restored" / "archive.db"
    status, found = verified(restored)
    assert status == 0, found
    assert kinds(found, notes=True) <= {"run", "capture unknown-record"}
    assert 0 < stored(restored) < ARTICLES
    status, found = verified(archive)
    assert (status, kinds(found, notes=True) >= {"run", "capture open"}) == (0, True), found
    status, found = verified(archive, "repair")
    assert status == 0
    assert kinds(found, notes=True) <= {"capture torn"}
    merged = tmp_path / "all" / "all.db"
    assert run("merge", restored, archive, "--archive", merged).exit_code == 0
    assert verified(merged)[0] == 0
    assert stored(merged) == stored(archive)


def stored(archive: Path) -> int:
    if not archive.exists():
        return 0
    with closing(sqlite3.connect(archive)) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])
        except sqlite3.OperationalError:
            return 0
