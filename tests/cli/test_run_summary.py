"""What a crawl leaves for people to read: the end of its log, and its articles in `runs show`."""

from __future__ import annotations

import json
import logging
import re
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from logging.handlers import RotatingFileHandler
from pathlib import Path

import click
import pytest

from newscrawler.cli.run_log import run_log
from newscrawler.cli.run_summary import log_lines
from newscrawler.portals import load_portal
from newscrawler.text.clock import CHINA
from support.integrity import run
from support.schedules import written


def test_a_run_lists_the_articles_that_it_stored(demo_archive: Path, tmp_path: Path) -> None:
    archive = shutil.copy(demo_archive, tmp_path / "demo.db")
    with closing(sqlite3.connect(archive)) as connection:
        stored = dict(connection.execute("SELECT a.id, v.title FROM articles a JOIN versions v ON v.id = a.version"))
        (hidden,) = connection.execute("SELECT id FROM articles WHERE n = 1").fetchone()
    run("suppress", "add", hidden, "--reason", "r", "--archive", archive)
    shown = json.loads(run("runs", "show", "20", "--limit", "9999", "--format", "json", "--archive", archive).stdout)
    assert {row["id"]: row["title"] for row in shown["articles"]} == {k: v for k, v in stored.items() if k != hidden}
    assert shown["article_count"] == len(shown["articles"]) == len(stored) - 1
    assert {row["change"] for row in shown["articles"]} == {"new"}
    table = run("runs", "show", "20", "--limit", "2", "--archive", archive).stdout
    assert f"Articles (2 of {len(stored) - 1})" in table
    assert [row["id"][:10] in table for row in shown["articles"][:3]] == [True, True, False]


def test_the_log_of_a_crawl_ends_with_what_came_of_it(demo_archive: Path) -> None:
    (log,) = (demo_archive.parent / "logs").glob("*-demo.log")
    lines = log.read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if "newscrawler.summary" in line)
    numbers, *rest = (line.split("newscrawler.summary: ")[1] for line in lines[start:])
    assert re.match(r"demo: done: \d+ new, 0 changed, 0 unchanged, 1 gone; \d+ pages in \d+ s$", numbers)
    assert any(line.startswith("demo: gone: answered 404 (http://www.demo.") for line in rest)
    assert rest[-1] == "no alarm is open"


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (click.ClickException("another crawl of t is running."), "the crawl failed: another crawl of t is running."),
        (KeyboardInterrupt(), "the crawl was ended by KeyboardInterrupt"),
        (RuntimeError("odd\nforged line"), "the crawl was ended by RuntimeError: odd forged line"),
    ],
)
def test_the_log_of_a_crawl_that_fails_ends_with_the_reason(error: BaseException, says: str, tmp_path: Path) -> None:
    with pytest.raises(type(error)), run_log(str(tmp_path / "archive.db"), ["t"]):
        raise error
    (log,) = (tmp_path / "logs").glob("*-t.log")
    (line,) = log.read_text(encoding="utf-8").splitlines()
    assert line.endswith(f"ERROR newscrawler.summary: {says}")


def test_the_log_says_when_the_next_crawl_is_due(tmp_path: Path) -> None:
    portal = load_portal(str(written(tmp_path, 'every = "1d"')))
    (line,) = log_lines([], [portal], seconds=1)
    tomorrow = datetime.now(CHINA).date() + timedelta(days=1)
    assert line == f"t: by its definition the next crawl is due at {tomorrow} 00:00 in China"


def test_a_log_file_that_takes_no_more_lines_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with run_log(str(tmp_path / "archive.db"), ["t"]) as log:
        handler = next(one for one in logging.getLogger().handlers if isinstance(one, RotatingFileHandler))
        assert handler.stream is not None
        handler.stream.close()
        handler.stream = Path("/dev/full").open("a", encoding="utf-8")  # noqa: SIM115
        for number in range(3):
            logging.getLogger("newscrawler.test").warning("line %s", number)
        log.write("the last line")
    said = [record.getMessage() for record in caplog.records]
    assert said.count(f"{tmp_path / 'logs'}: no log file can be written: No space left on device") == 1
    assert [line for line in said if line.startswith("line")] == ["line 0", "line 1", "line 2"]
    assert "Traceback" not in capsys.readouterr().err
