"""Tables fit the terminal: nothing that is copied is broken, and no character is lost."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import struct
import sys
import termios
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from newscrawler.cli.tables import _Table, new_table
from support import nightly
from support.program import Popen

TEXT = st.text(alphabet="水渠修好了一二三ab 19，。“”", max_size=60).map(lambda text: " ".join(text.split()))
KEY = st.sampled_from(
    ["20261126T110726Z-demo-521c", "2026-11-26T11:07:26Z", "恩施土家族苗族自治州", "aa8e1860b1", "1,024"]
)
SHOWN = {"2026-11-26T11:07:26Z": "2026-11-26 19:07 UTC+8"}
"""What a table shows of a moment of our clock."""
HEADER = ("key", "title", "number", "reason why")
ROWS = st.lists(st.tuples(KEY, TEXT, st.integers(0, 9_999), TEXT), min_size=1, max_size=4)


def printed(rows: list[tuple[object, ...]], width: int) -> str:
    console = Console(width=width, file=io.StringIO(), force_terminal=False)
    console.print(new_table("", HEADER, rows, width))
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


@given(ROWS, st.integers(62, 160))
def test_no_character_is_lost_and_no_line_is_too_long(rows: list[tuple[object, ...]], width: int) -> None:
    assume(_Table("", HEADER, rows).fits(width))
    text = printed(rows, width)
    assert max(map(cell_len, text.splitlines())) <= width
    shown = sorted(re.sub(r"[\s,]", "", text.split("─\n")[-1]))
    expected = sorted(re.sub(r"[\s,]", "", "".join(SHOWN.get(f"{cell}", f"{cell}") for row in rows for cell in row)))
    assert shown == expected
    assert all(SHOWN.get(str(row[0]), str(row[0])) in text for row in rows)


def test_a_moment_is_not_broken() -> None:
    text = printed([("2026-11-26T11:07:26Z", "11111。。。。。。。", 0, "")], 62)
    assert "2026-11-26 19:07 UTC+8" in text


@given(ROWS, st.integers(20, 61))
def test_blocks_hold_everything(rows: list[tuple[object, ...]], width: int) -> None:
    console = Console(width=width, file=io.StringIO(), force_terminal=False)
    _Table("", ("key", "title", "number", "reason"), rows).print_blocks(console)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    joined = re.sub(r"\s", "", text)
    for key, title, _, reason in rows:
        assert str(key) in text
        assert re.sub(r"\s", "", str(title)) in joined and re.sub(r"\s", "", str(reason)) in joined


def test_columns_without_values_go_first() -> None:
    table = _Table("", ("key", "empty", "zero", "name"), [("k" * 30, "", 0, "宜昌市"), ("k" * 30, None, 0, "恩施州")])
    assert table.drop(["name"], 45) == ["zero"] and table.fits(45)
    assert table.drop(["name"], 36) == ["empty", "name"] and table.fits(36)


LONG = "http://www.demo.newscrawler.example/2019/0706/50523.shtml?from=" + "a" * 60


@given(ROWS, st.integers(48, 90))
def test_what_stands_below_a_row_is_whole(rows: list[tuple[object, ...]], width: int) -> None:
    """A line per row, and below it what is too long for it: texts are broken there, an address is not."""
    console = Console(width=width, file=io.StringIO(), force_terminal=False)
    table = _Table("", ("key", "title", "number", "url"), [(*row[:3], LONG) for row in rows])
    under = [*table.take_out("title"), *table.take_out("url")]
    table.print_with_lines(console, under)
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    heads = [line for line in lines[2:] if not line.startswith("    ")]
    assert [line.split()[0] for line in heads] == [str(row[0]) for row in rows]
    assert lines.count(f"    {LONG}") == len(rows)
    assert all(cell_len(line) <= width for line in lines if LONG not in line)
    shown = "".join(line for line in lines[2:] if line.startswith("    ") and LONG not in line)
    assert re.sub(r"\s", "", shown) == "".join(re.sub(r"\s", "", str(row[1])) for row in rows)


def on_terminal(width: int, *arguments: str) -> str:
    """What a terminal of this width shows."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    command = [sys.executable, "-m", "newscrawler", *arguments]
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
    with Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env={**environment, "TERM": "xterm"}):
        os.close(theirs)
        output = b""
        while True:
            try:
                data = os.read(ours, 65_536)
            except OSError:
                break
            if not data:
                break
            output += data
    os.close(ours)
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", output.decode()).replace("\r\n", "\n")


@nightly.by_day(0, 3, 6, 9, 12)
@pytest.mark.parametrize("width", [80, 48])
@pytest.mark.parametrize(
    "command",
    [
        ["runs"],
        ["coverage", "--total"],
        ["coverage", "--urls"],
        ["search", "村"],
        ["stats", "months"],
        ["doctor"],
        ["runs", "show", "20"],
    ],
    ids=" ".join,
)
def test_commands_fit_the_terminal(command: list[str], width: int, demo_archive: Path) -> None:
    text = on_terminal(width, *command, "--archive", str(demo_archive))
    long = [line for line in text.splitlines() if cell_len(line) > width]
    # An address, or a key, stays whole on a line of its own.
    assert all(len(line.split()) <= 2 for line in long if "：" not in line and ": " not in line), long
    assert not re.search(r"\d{6}T\d*\n|恩施土\n", text), text


def test_months_of_all_cities_keep_a_line_each(demo_archive: Path) -> None:
    """The cities that have no room are counted among the others, so the numbers of a line still add up."""
    lines = on_terminal(80, "stats", "months", "--archive", str(demo_archive)).splitlines()
    rows = [line.split() for line in lines if re.match(r"\d{4}-\d\d ", line)]
    assert len(rows) == 3
    assert all(sum(map(int, row[1:-1])) >= int(row[-1]) > 0 for row in rows)
    assert "others" in lines[1] and "Not shown" not in "".join(lines)
