"""What pyproject.toml declares is what the lock, the workflows and the pages say. Nothing is installed here."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import newscrawler
from support.extras import IMPORTS

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = SETTINGS["project"]
LOCK = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))


def requirement(text: str) -> tuple[str, str]:
    """Name and bounds of a requirement, the bounds in one order."""
    match = re.match(r"([\w-]+)(?:\[[\w,-]+\])?\s*([^;]*)", text)
    assert match, text
    return match[1].lower().replace("_", "-"), ",".join(sorted(part.strip() for part in match[2].split(",")))


def locked(entries: list[dict[str, Any]], extra: str | None = None) -> set[tuple[str, str]]:
    return {
        (entry["name"], ",".join(sorted(entry.get("specifier", "").split(","))))
        for entry in entries
        if (f"extra == '{extra}'" in entry.get("marker", "") if extra else "extra ==" not in entry.get("marker", ""))
    }


def test_every_extra_is_installed_alone_by_a_test() -> None:
    assert IMPORTS.keys() == PROJECT["optional-dependencies"].keys() - {"all"}


def test_the_lock_is_of_these_dependencies() -> None:
    (package,) = [package for package in LOCK["package"] if package["name"] == PROJECT["name"]]
    entries = package["metadata"]["requires-dist"]
    assert locked(entries) == {requirement(text) for text in PROJECT["dependencies"]}, "run `uv lock`"
    for extra, texts in PROJECT["optional-dependencies"].items():
        if extra != "all":
            assert locked(entries, extra) == {requirement(text) for text in texts}, f"{extra}: run `uv lock`"
    for group, texts in SETTINGS["dependency-groups"].items():
        expected = {requirement(text) for text in texts if isinstance(text, str)}
        assert expected <= locked(package["metadata"]["requires-dev"][group]), f"{group}: run `uv lock`"


def test_the_lock_names_the_public_index_alone() -> None:
    text = (ROOT / "uv.lock").read_text(encoding="utf-8")
    assert set(re.findall(r"https?://([^/\"]+)", text)) == {"pypi.org", "files.pythonhosted.org"}


def test_the_extra_all_is_all_extras() -> None:
    extras = PROJECT["optional-dependencies"]
    (whole,) = extras["all"]
    assert re.findall(r"\w+", whole.partition("[")[2]) == sorted(set(extras) - {"all"}), whole


def test_extras_are_for_users() -> None:
    """Each has a row in the page on installation; what developers need is in groups."""
    page = (ROOT / "docs" / "guides" / "install.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    assert sorted(rows) == sorted(PROJECT["optional-dependencies"])
    chinese = (ROOT / "docs" / "zh" / "install.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \|", chinese, re.MULTILINE) == rows


def test_the_program_names_extras_that_exist() -> None:
    named = {
        extra
        for file in (ROOT / "newscrawler").rglob("*.py")
        for extra in re.findall(r"install_line\([\"'](\w+)[\"']\)", file.read_text(encoding="utf-8"))
    }
    assert named
    assert named <= set(PROJECT["optional-dependencies"])


@pytest.mark.parametrize("name", ["ci.yml"])
def test_the_supported_pythons_are_those_that_are_tested(name: str) -> None:
    workflow = (ROOT / ".github" / "workflows" / name).read_text(encoding="utf-8")
    (matrix,) = re.findall(r"python: \[(.+)\]", workflow)
    tested = re.findall(r"3\.\d+", matrix)
    classified = [text.rpartition(" ")[2] for text in PROJECT["classifiers"] if "Python :: 3." in text]
    assert tested == classified
    assert PROJECT["requires-python"] == f">={tested[0]}"


def test_the_version_is_the_same_everywhere() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(rf"^version: {re.escape(newscrawler.__version__)}$", citation, re.MULTILINE)
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[{re.escape(newscrawler.__version__)}\] - \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE)
