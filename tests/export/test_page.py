"""docs/guides/export.md: its commands run as they stand, and it names every format, change and property."""

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from newscrawler.archive.export.formats import FORMATS, SUFFIXES
from newscrawler.cli.main import cli

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "guides" / "export.md").read_text(encoding="utf-8")


def test_the_commands_shown_can_be_run(demo_archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(demo_archive, tmp_path / "archive.db")
    monkeypatch.setenv("NEWSCRAWLER_ARCHIVE", str(tmp_path / "archive.db"))
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path / "out")
    for line in re.findall(r"^openssl .+$", PAGE, re.MULTILINE):
        subprocess.run(shlex.split(line), check=True, capture_output=True)
    shown = re.findall(r"^(?: {4})?newscrawler (.+?)(?: \| .*)?$", PAGE, re.MULTILINE)
    assert len(shown) >= 9
    for line in shown:
        result = CliRunner().invoke(cli, shlex.split(line))
        assert result.exit_code == 0, (line, result.output)
    made = {path.name for path in Path().iterdir()}
    assert made >= {"articles.csv", "yichang.xlsx", "yichang.sqlite", "changes.jsonl", "articles", "datapackage.json"}
    changes = [json.loads(line) for line in Path("changes.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {change["change"] for change in changes} == {"new"}


def test_every_format_and_ending_is_named() -> None:
    for name in (*FORMATS, *SUFFIXES, "new", "changed", "gone"):
        assert f"`{name}`" in PAGE, name


def test_every_property_of_ours_in_the_manifest_is_named(demo_archive: Path, tmp_path: Path) -> None:
    shutil.copy(demo_archive, tmp_path / "archive.db")
    arguments = ["export", "--archive", str(tmp_path / "archive.db"), "--manifest", str(tmp_path / "a.csv")]
    assert CliRunner().invoke(cli, arguments).exit_code == 0
    (resource,) = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    of_the_standard = {"$schema", "name", "path", "format", "mediatype", "encoding", "dialect", "type", "schema"}
    for name in resource.keys() - of_the_standard:
        assert f"`{name}`" in PAGE, name
