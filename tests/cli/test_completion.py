"""Completion in the shell: what the program offers for a word, and the TAB key in each shell that docs/reference/cli.md names."""

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from newscrawler.cli.main import COMMANDS
from support import nightly

DOCS = Path(__file__).parents[2] / "docs" / "reference" / "cli.md"
PROGRAM = Path(sys.executable).with_name("newscrawler")
ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[A-Za-z]|\][^\a]*\a|[=>]|\([A-Z0-9])")
"""What a shell writes to colour its words and to move the cursor."""


def completed(line: str) -> list[str]:
    """What bash is offered for the last word of this line, by the program as it is installed."""
    environment = {
        **os.environ,
        "_NEWSCRAWLER_COMPLETE": "bash_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split(" ")) - 1),
    }
    done = subprocess.run([str(PROGRAM)], env=environment, capture_output=True, text=True, timeout=60, check=True)
    return [row.partition(",")[2] for row in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("newscrawler ba", ["backup"]),
        ("newscrawler port", ["portal", "portals"]),
        ("newscrawler backup ", ["create", "restore"]),
        ("newscrawler runs u", ["undo"]),
        ("newscrawler health --no", ["--notify"]),
        ("newscrawler health accept --fo", ["--format"]),
        ("newscrawler runs --format ", ["table", "json"]),
        ("newscrawler schedule print s", ["systemd"]),
    ],
)
def test_a_word_is_completed(line: str, offered: list[str]) -> None:
    assert completed(line) == offered


def test_all_commands_are_offered() -> None:
    assert completed("newscrawler ") == sorted(COMMANDS)


def start_up_file(shell: str, home: Path) -> None:
    """Write the file that docs/reference/cli.md tells the users of a shell to write."""
    (row,) = (line for line in DOCS.read_text(encoding="utf-8").splitlines() if line.startswith(f"| {shell}"))
    file, *lines = re.findall("`([^`]+)`", row)
    path = home / file.removeprefix("~/")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(line.replace("\\|", "|") + "\n" for line in lines), encoding="utf-8")


class Terminal:
    """A shell at a terminal."""

    def __init__(self, shell: str, home: Path) -> None:
        environment = {
            "HOME": str(home),
            "PATH": f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}",
            "TERM": "xterm",
            "LANG": "C.UTF-8",
        }
        self._process, self._terminal = pty.fork()
        if self._process == 0:
            os.execvpe(shell, [shell, "-i"], environment)
        self._written = ""

    def type(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    def wait_for(self, text: str) -> None:
        """Wait until the shell has written this text since the last wait."""
        end = time.monotonic() + 60
        while text not in (words := ESCAPES.sub("", self._written)):
            ready, _, _ = select.select([self._terminal], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"{text!r} was not written: {self._written!r}"
            self._written += os.read(self._terminal, 65536).decode(errors="replace")
        self._written = words.partition(text)[2]

    def close(self) -> None:
        os.kill(self._process, signal.SIGKILL)
        os.close(self._terminal)
        os.waitpid(self._process, 0)


@nightly.by_day(0)
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_tab_completes_in_a_shell_set_up_as_the_docs_say(shell: str, tmp_path: Path) -> None:
    if shutil.which(shell) is None and not os.environ.get("CI"):
        pytest.skip(f"{shell} is not installed")
    start_up_file(shell, tmp_path)
    terminal = Terminal(shell, tmp_path)
    try:
        # The sum shows that the shell has read its file and waits for a line.
        terminal.type("expr 40960 + 7\r")
        terminal.wait_for("40967")
        terminal.type("newscrawler ba\t")
        terminal.wait_for("ckup ")
        terminal.type("res\t")
        terminal.wait_for("tore ")
    finally:
        terminal.close()
