"""Formats of installed plug-ins: a small distribution on sys.path, used through the command line."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from support import nightly
from support.archives import Room, article
from support.export import names

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "guides" / "extending.md").read_text(encoding="utf-8")

PATH_WRITER = """
from newscrawler.archive.export.writer import Writer


class TitlesWriter(Writer):
    media_type = "text/x-titles"

    def open(self, target, columns):
        self._file = target.open("w", encoding="utf-8")
        self._position = [column.name for column in columns].index("title")

    def write(self, rows):
        self._file.writelines(f"{row[self._position]}\\n" for row in rows)

    def close(self):
        self._file.close()
        self.notes = ["titles only"]
"""
BROKEN = {
    "nothing": "",
    "unwritten": "raise RuntimeError('not on a Tuesday')",
    "halfway": PATH_WRITER.replace("self._file.writelines", "raise ValueError('no ink'); self._file.writelines"),
    "lazy": PATH_WRITER.replace("self._file.writelines(", "list(").replace(
        "for row in rows", "for row in [next(iter(rows))]"
    ),
    "toothless": "class TitlesWriter:\n    media_type = ''\n    def open(self, target, columns): pass\n",
}


@pytest.fixture
def filled(room: Room) -> Room:
    for number in (1, 2, 3):
        room.store(article(number))
    return room


def install(folder: Path, module: str, code: str, points: str) -> None:
    """Lay out what pip leaves behind: a module, and the metadata of its distribution."""
    folder.mkdir(exist_ok=True)
    (folder / f"{module}.py").write_text(code, encoding="utf-8")
    metadata = folder / f"newscrawler_{module}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: newscrawler-{module}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[newscrawler.exporters]\n{points}\n")


def export(site: Path, room: Room, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "newscrawler", "export", "--archive", str(room.path), *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": str(site)}
    return subprocess.run(command, env=environment, check=False, capture_output=True, text=True)


def test_a_plugin_exports_by_the_ending_of_the_file_with_a_manifest(filled: Room, tmp_path: Path) -> None:
    install(tmp_path / "site", "titles", PATH_WRITER, "titles = titles:TitlesWriter")
    result = export(tmp_path / "site", filled, "--manifest", tmp_path / "out.titles")
    assert result.returncode == 0, result.stderr
    assert "3 articles written" in result.stderr
    assert "titles only" in result.stderr
    lines = (tmp_path / "out.titles").read_text(encoding="utf-8").splitlines()
    assert lines == [f"青禾镇修好第{number}座便民桥" for number in (1, 2, 3)]
    (resource,) = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    assert (resource["format"], resource["mediatype"], resource["rows"]) == ("titles", "text/x-titles", 3)


@pytest.mark.slow
def test_the_plugin_of_the_page_writes_to_standard_output(filled: Room, tmp_path: Path) -> None:
    (code,) = re.findall(
        r"```python\n(.*?)```", PAGE[PAGE.index("## Exporters") : PAGE.index("## Annotators")], re.DOTALL
    )
    (points,) = re.findall(r"\[project.entry-points.\"newscrawler.exporters\"\]\n(.*?)\n```", PAGE, re.DOTALL)
    install(tmp_path / "site", "newscrawler_tsv", code, points.replace('"', ""))
    arguments = ("--format", "tsv", "--columns", "title,source", "-")
    result = export(tmp_path / "site", filled, *arguments)
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == [
        "title\tsource",
        *(f"青禾镇修好第{number}座便民桥\t三江晚报" for number in (1, 2, 3)),
    ]
    result = export(tmp_path / "site", filled, "--columns", "id", tmp_path / "a.tsv")
    assert (result.returncode, len((tmp_path / "a.tsv").read_text().splitlines())) == (0, 4)


@nightly.by_day(1)
@pytest.mark.parametrize(
    ("module", "status", "says"),
    [
        ("nothing", 2, "AttributeError"),
        ("unwritten", 2, "RuntimeError: not on a Tuesday"),
        ("halfway", 1, "the plug-in titles failed (ValueError: no ink)"),
        ("lazy", 1, "it did not read all rows"),
        ("toothless", 2, "lacks is_text, has_lists, notes, write, close"),
    ],
)
def test_a_broken_plugin_is_named_and_leaves_nothing(
    filled: Room, tmp_path: Path, module: str, status: int, says: str
) -> None:
    install(tmp_path / "site", module, BROKEN[module], f"titles = {module}:TitlesWriter")
    (tmp_path / "out.titles").write_text("old")
    before = names(tmp_path)
    result = export(tmp_path / "site", filled, tmp_path / "out.titles")
    assert (result.returncode, says in result.stderr) == (status, True), result.stderr
    if status == 2:
        assert f"titles (newscrawler-{module} 1.0)" in result.stderr
    assert "Traceback" not in result.stderr
    assert (names(tmp_path), (tmp_path / "out.titles").read_text()) == (before, "old")


def test_two_plugins_of_one_format_are_refused(filled: Room, tmp_path: Path) -> None:
    for module in ("one", "two"):
        install(tmp_path / "site", module, PATH_WRITER, f"titles = {module}:TitlesWriter")
    result = export(tmp_path / "site", filled, tmp_path / "out.titles")
    assert result.returncode == 2
    assert "titles (newscrawler-one 1.0), titles (newscrawler-two 1.0)" in result.stderr


@pytest.mark.slow
def test_a_format_of_ours_never_loads_a_plugin(filled: Room, tmp_path: Path) -> None:
    install(tmp_path / "site", "unwritten", BROKEN["unwritten"], "csv = unwritten:X\ntitles = unwritten:TitlesWriter")
    result = export(tmp_path / "site", filled, tmp_path / "out.csv")
    assert result.returncode == 0, result.stderr
    result = export(tmp_path / "site", filled, "--format", "none", tmp_path / "out")
    assert result.returncode == 2
    assert "there is no format 'none'; there are csv, jsonl, parquet, xlsx, sqlite, wacz, titles." in result.stderr
    result = export(tmp_path / "site", filled, tmp_path / "out.none")
    assert (result.returncode, ".titles, or --format" in result.stderr) == (2, True)
