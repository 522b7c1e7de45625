"""Long work says how far it is: on a terminal by a bar, elsewhere by lines on stderr."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from newscrawler.cli import work_progress
from newscrawler.cli.main import cli
from support import program


class Terminal:
    """A pseudo-terminal whose output is read while it is written."""

    def __init__(self) -> None:
        self._master, self.slave = os.openpty()
        self._read: list[bytes] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            while data := os.read(self._master, 65536):
                self._read.append(data)
        except OSError:
            return  # the last writer has closed the terminal

    def text(self) -> str:
        """What was written; the terminal is closed."""
        os.close(self.slave)
        self._thread.join(120)
        os.close(self._master)
        return b"".join(self._read).decode()


@contextmanager
def stderr_on(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch, os.fdopen(os.dup(terminal.slave), "w") as stream:
        patch.setattr(sys, "stderr", stream)
        patch.setenv("TERM", "xterm")
        yield


WORK = {
    "verify": (["verify"], "verify: files of captures"),
    "backup": (["backup", "create", "bag"], "backup: check of files"),
    "restore": (["backup", "restore", "bag", "restored"], "restore: files"),
    "merge": (["merge", "demo.db", "--archive", "all.db"], "merge: captures of the inputs"),
    "reextract": (["reextract", "--dry-run"], "reextract demo: articles"),
    "export": (["export", "articles.csv"], "export: articles"),
    "archive": (["export", "some.db"], "export: articles with all their versions"),
}


@pytest.mark.slow
def test_commands_that_take_long_show_a_bar_on_a_terminal(
    demo_archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(demo_archive.parent, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSCRAWLER_ARCHIVE", "demo.db")
    for arguments, shown in WORK.values():
        terminal = Terminal()
        with stderr_on(terminal, monkeypatch):
            cli.main(arguments, prog_name="newscrawler", standalone_mode=False)
        text = terminal.text()
        assert shown in text, (arguments, text)
        # What the bar says stays out of the data, and off the screen when the work is done.
        assert shown not in capsys.readouterr().out


def test_a_check_shows_how_many_pages_it_has_read(tmp_path: Path) -> None:
    terminal = Terminal()
    command = [sys.executable, "-m", "newscrawler", "check", "demo", "--articles", "1"]
    program.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "TERM": "xterm"},
        stderr=terminal.slave,
        capture_output=False,
        timeout=60,
    )
    assert "check: pages" in terminal.text()


def test_without_a_terminal_a_line_says_how_far_the_work_is(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(work_progress, "LINE_EVERY_SECONDS", 0.001)
    expected = {
        "work: 0 s so far",
        "work: files, 0 s so far",
        "work: files, 3 of 4, 0 s so far",
        "work: a b, 0 s so far",
    }
    seen: set[str] = set()
    with work_progress.shown_progress("work") as progress:
        for told in ((), ("files",), ("files", 3, 4), ("a\nb",)):
            if told:
                progress(*told)
            until, before = time.monotonic() + 60, len(seen)
            while len(seen) == before and time.monotonic() < until:
                seen |= {line.replace(" 1 s", " 0 s") for line in capfd.readouterr().err.splitlines()}
    assert seen >= expected
