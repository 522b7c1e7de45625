"""The pages on research, statistics and citations: their code runs, and prints what they say it prints."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from newscrawler.archive import open_archive_read_only
from newscrawler.archive.rows import select_rows
from newscrawler.cli.main import cli
from support import program

ROOT = Path(__file__).resolve().parents[2]


def blocks(page: str) -> list[tuple[str, str]]:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]


@contextlib.contextmanager
def within(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@pytest.mark.slow
def test_the_page_on_research_prints_what_it_says_and_answers_what_is_true(province: tuple[Path, Any]) -> None:
    folder, truth = province
    names: dict[str, Any] = {}
    printed = ""
    shown = 0
    with within(folder):
        for kind, block in blocks("tutorials/research.md"):
            if kind == "python":
                out = io.StringIO()
                with contextlib.redirect_stdout(out):
                    exec(compile(block, "research.md", "exec"), names)
                printed = out.getvalue()
            elif kind == "text":
                assert lines(block) == lines(printed)
                shown += 1
    names["archive"].close()
    assert shown == 4
    assert names["withdrawing"].withdrawn.to_dict() == dict(truth.withdrawn)
    assert names["originals"] == truth.stories["chujiang"]
    assert names["reprinting"].articles.to_dict() == dict(truth.reprints)
    assert names["editing"].edited.to_dict() == dict(truth.edits)
    assert {key: day.isoformat() for key, day in names["spread"]["first"].items()} == truth.first_days


def test_every_command_of_the_page_on_statistics_prints_what_it_says(province: tuple[Path, Any]) -> None:
    folder, _ = province
    shown = 0
    with within(folder):
        for kind, block in blocks("guides/statistics.md"):
            if kind == "console":
                command, *said = lines(block)
                done = CliRunner().invoke(cli, shlex.split(command.removeprefix("$ newscrawler ")))
                assert done.exit_code == 0, done.output
                assert lines("\n".join(said)) == lines(done.stdout)
                shown += 1
    assert shown == 4


def test_the_code_of_the_page_on_citations_finds_the_bytes(demo_archive: Path, tmp_path: Path) -> None:
    (code,) = [block for kind, block in blocks("guides/citations.md") if kind == "python"]
    shutil.copytree(demo_archive.parent, tmp_path / "data")
    shutil.move(tmp_path / "data" / "demo.db", tmp_path / "data" / "archive.db")
    db = open_archive_read_only(demo_archive)
    two_pages = select_rows(db, "SELECT a.id FROM version_pages p JOIN articles a USING (version)")[0]["id"]
    text = f"article = {two_pages!r}\n{code}"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = program.run(
        [sys.executable, "-c", text],
        cwd=tmp_path,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["True"] * 4
