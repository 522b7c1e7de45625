"""The tutorials are run as they stand, in an empty folder, and what they show is what the program prints."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from support import program
from support.transcripts import difference, shown_sessions
from support.trs import TrsPortal

DOCS = Path(__file__).resolve().parents[2] / "docs"


def run_session(page: Path, folder: Path, demo_archive: Path) -> dict[str, list[str]]:
    """Run the commands of a page in their order; return what each printed, both streams together.

    The first one is the crawl of the demo that `demo_archive` was.
    """
    first, *others = shown_sessions(page)
    crawled = re.fullmatch(r"newscrawler crawl demo --archive (\w+/\w+\.db)", first.command)
    assert crawled
    archive = folder / crawled[1]
    archive.parent.mkdir()
    shutil.copy(demo_archive, archive)
    shutil.copytree(demo_archive.parent / "warc", archive.parent / "warc")
    printed = {first.command: [without_log((demo_archive.parent / "crawl.txt").read_text(encoding="utf-8"))]}
    for shown in others:
        printed.setdefault(shown.command, []).append(run_command(shown.command, folder, clean_environment()))
    return printed


def clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("NEWSCRAWLER_")}


def run_command(command: str, folder: Path, environment: dict[str, str]) -> str:
    """Run a command of a page in a folder; return what it printed, both streams together, without the log."""
    name, *arguments = shlex.split(command)
    assert name == "newscrawler", command
    done = program.run(
        [sys.executable, "-m", "newscrawler", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env=environment,
        text=True,
    )
    assert done.returncode == 0, f"{command}: {done.stdout}"
    return without_log(done.stdout)


def without_log(text: str) -> str:
    """Leave out what a slow machine prints besides: lines of the log, and of the progress after ten seconds."""
    return "\n".join(line for line in text.splitlines() if not re.search(r" INFO newscrawler|\d s so far$", line))


def compare(page: Path, printed: dict[str, list[str]]) -> None:
    outputs = {command: iter(texts) for command, texts in printed.items()}
    for shown in shown_sessions(page):
        missing = difference(shown.output, next(outputs[shown.command]))
        assert not missing, f"{page.name}: {shown.command}: {missing}"


def test_the_first_crawl_in_both_languages(demo_archive: Path, tmp_path: Path) -> None:
    english, chinese = DOCS / "tutorials" / "first-crawl.md", DOCS / "zh" / "first-crawl.md"
    commands = [shown.command for shown in shown_sessions(english)]
    assert len(commands) >= 6
    assert [shown.command for shown in shown_sessions(chinese)] == commands
    printed = run_session(english, tmp_path, demo_archive)
    compare(english, printed)
    compare(chinese, printed)
    assert (tmp_path / "yichang.csv").stat().st_size > 1_000


def test_a_sample_is_coded(demo_archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cells of the notebook are run in their order: commands, files that are saved, and Python."""
    (tmp_path / "data").mkdir()
    shutil.copy(demo_archive, tmp_path / "data" / "demo.db")
    monkeypatch.setenv("COLUMNS", "110")
    crawl, *cells = code_cells("code-a-sample")
    assert "".join(crawl["source"]) == "!newscrawler crawl demo --archive data/demo.db"
    commands = 0
    for cell in cells:
        source = "".join(cell["source"])
        if source.startswith("!"):
            printed = run_command(source[1:], tmp_path, clean_environment())
            ((output,),) = (cell["outputs"],)
            missing = difference("".join(output["text"]) + "\n", printed)
            assert not missing, f"{source}: {missing}"
            commands += 1
        elif source.startswith("%%writefile "):
            first, _, content = source.partition("\n")
            (tmp_path / first.split()[1]).write_text(content, encoding="utf-8")
        else:
            subprocess.run([sys.executable, "-c", source], cwd=tmp_path, check=True)
    assert commands == 5


def code_cells(name: str) -> list[dict[str, Any]]:
    """Return the cells with code of a notebook."""
    cells = json.loads((DOCS / "tutorials" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


@pytest.mark.slow
def test_the_import_of_the_past(demo_archive: Path, tmp_path: Path) -> None:
    page = DOCS / "tutorials" / "import-the-past.md"
    compare(page, run_session(page, tmp_path, demo_archive))


@pytest.mark.slow
def test_a_portal_is_added(tmp_path: Path) -> None:
    """The crawls obey the delay of a real portal: this takes most of a minute."""
    page = DOCS / "tutorials" / "add-a-portal.md"
    four_lines = re.search(r"^```toml\n(id = .*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert four_lines
    (tmp_path / "portals").mkdir()
    (tmp_path / "portals" / "ganjiang.toml").write_text(four_lines[1], encoding="utf-8")
    with TrsPortal() as portal:
        article = next(article for article in portal.articles if article.title.startswith("寻乌"))
        with urllib.request.urlopen(portal.url + urlsplit(article.url).path) as response:
            (tmp_path / "page.html").write_bytes(response.read())
        environment = clean_environment() | {"VIA": portal.url, "NEWSCRAWLER_ALLOW_PRIVATE": "1"}
        # What the page shows is wider than a terminal.
        environment["COLUMNS"] = "160"
        printed: dict[str, list[str]] = {}
        for shown in shown_sessions(page):
            command = shown.command.replace("$VIA", portal.url)
            printed[shown.command] = [run_command(command, tmp_path, environment)]
    compare(page, printed)


@pytest.mark.parametrize(
    ("shown", "real", "missing"),
    [
        ("a\nb\n", "a  \nb\n", ""),
        ("a\n…\nd\n", "a\nb\nc\nd\n", ""),
        ("…\nd\n", "a\nd\n", ""),
        ("a\n…\n", "a\nb\n", ""),
        ("took … s\n", "took 3.1 s\n", ""),
        ("a\nc\n", "a\nb\nc\n", "c"),
        ("a\n", "a\nb\n", "(more output: b)"),
        ("…\nx\n", "a\nb\n", "x"),
        ("…\nb\na\n", "a\nb\n", "a"),
        ("2 new\n", "12 new\n", "2 new"),
    ],
)
def test_the_comparison_finds_what_differs(shown: str, real: str, missing: str) -> None:
    assert difference(shown, real) == missing


def test_the_notebooks_are_what_the_pages_say() -> None:
    """`tests/analysis/test_pages.py` runs the code of the page and compares what it prints."""
    checked = subprocess.run([sys.executable, str(DOCS.parent / "scripts" / "notebooks.py"), "--check"], check=False)
    assert checked.returncode == 0, "run scripts/notebooks.py"
    code = code_cells("research")
    assert len(code) >= 5 and sum(bool(cell["outputs"]) for cell in code) == 4
    for cell in code:
        compile("".join(cell["source"]), "cell", "exec")
