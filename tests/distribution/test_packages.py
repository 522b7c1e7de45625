"""The wheel and the source distribution: built, and installed in bare environments as users install them.

These tests ask the package index. Pythons that are not on this machine are skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from support.extras import IMPORTS
from support.uv import UV

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PYTHONS = [text.rpartition(" ")[2] for text in PROJECT["classifiers"] if "Python :: 3." in text]

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not UV, reason="needs uv")]


def run(*command: str | Path, folder: Path) -> str:
    """Run a program in a folder, as somebody would who has nothing of ours; return what it printed."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("NEWSCRAWLER_", "PYTHON", "VIRTUAL_ENV", "PYTEST_"))
    }
    done = subprocess.run(
        list(map(str, command)), cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wheel and the source distribution, the wheel made from the latter."""
    out = tmp_path_factory.mktemp("dist")
    run(UV, "build", "--quiet", "--out-dir", out, ROOT, folder=out)
    (wheel,), (source,) = out.glob("*.whl"), out.glob("*.tar.gz")
    return wheel, source


def environment(folder: Path, python: str) -> Path:
    """Make a bare environment; return its Python. Skips where this machine has no such Python."""
    # Those of pyenv are on the path only where its shims are set up.
    own = sorted((Path.home() / ".pyenv" / "versions").glob(f"{python}.*/bin/python"))
    name = str(own[-1]) if own else shutil.which(f"python{python}")
    if name is None:
        pytest.skip(f"there is no Python {python} on this machine")
    run(UV, "venv", "--quiet", "--no-project", "--python", name, folder / "env", folder=folder)
    return folder / "env" / "bin" / "python"


def test_the_packages_hold_what_they_need_and_nothing_else(packages: tuple[Path, Path]) -> None:
    wheel, source = packages
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tracked = subprocess.run(
        ["git", "ls-files", "newscrawler"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    of_package = {name for name in names if name.startswith("newscrawler/")}
    # Makers of translations are for developers; everything else that is tracked is needed at run time.
    assert {name for name in tracked if not name.endswith(".pot")} == of_package
    assert all(name.startswith(("newscrawler/", "newscrawler_cn-")) for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.endswith("licenses/NOTICE.md") for name in names)
    with tarfile.open(source) as archive:
        top = {name.split("/")[1] for name in archive.getnames() if "/" in name}
    assert {"LICENSE", "NOTICE.md", "README.md", "pyproject.toml", "newscrawler"} <= top
    assert not top & {"data", ".venv", "build", "portals"}


@pytest.mark.parametrize("python", PYTHONS)
def test_the_wheel_crawls_on_each_python(python: str, packages: tuple[Path, Path], tmp_path: Path) -> None:
    bare = environment(tmp_path, python)
    run(UV, "pip", "install", "--quiet", "--python", bare, packages[0], folder=tmp_path)
    command = bare.with_name("newscrawler")
    assert "newscrawler" in run(command, "--version", folder=tmp_path)
    assert "136 new" in run(command, "crawl", "demo", "--archive", "data/demo.db", folder=tmp_path)
    assert "3 articles" in run(command, "search", "长阳", "--archive", "data/demo.db", folder=tmp_path)
    outsider = (
        "import newscrawler\n"
        "with newscrawler.open_archive('data/demo.db') as archive:\n"
        "    print(sum(1 for article in archive.articles(cities='宜昌')))\n"
    )
    assert run(bare, "-c", outsider, folder=tmp_path).strip() == "20"


OUTSIDER = """
from datetime import date
import newscrawler

with newscrawler.open_archive("data/demo.db") as archive:
    for article in archive.articles(cities=["宜昌"], since=date(2019, 7, 1)):
        day: date | None = article.published_date
        names: tuple[str, ...] = article.editors
    hits: list[newscrawler.SearchHit] = archive.search("长阳").hits
{wrong}
"""


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("", "Success"),
        ("article.editor", 'has no attribute "editor"'),
        ("archive.articles(city='宜昌')", "city"),
        ("newscrawler.crawl('demo', since=7)", "since"),
        ("newscrawler.no_such_name", "no_such_name"),
    ],
)
def test_type_checkers_know_the_interface_of_the_wheel(
    wrong: str, message: str, packages: tuple[Path, Path], tmp_path: Path
) -> None:
    bare = environment(tmp_path, PYTHONS[0])
    run(UV, "pip", "install", "--quiet", "--no-deps", "--python", bare, packages[0], folder=tmp_path)
    (tmp_path / "outsider.py").write_text(OUTSIDER.format(wrong=wrong), encoding="utf-8")
    checked = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--strict",
            "--python-executable",
            bare,
            "--follow-imports=silent",
            "outsider.py",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode == 0) == (not wrong), checked.stdout
    assert message in checked.stdout


def test_the_source_distribution_installs(packages: tuple[Path, Path], tmp_path: Path) -> None:
    bare = environment(tmp_path, PYTHONS[0])
    run(UV, "pip", "install", "--quiet", "--python", bare, packages[1], folder=tmp_path)
    assert "demo" in run(bare.with_name("newscrawler"), "portals", folder=tmp_path)


@pytest.mark.parametrize(("extra", "modules"), IMPORTS.items(), ids=IMPORTS)
def test_each_extra_alone(extra: str, modules: str, packages: tuple[Path, Path], tmp_path: Path) -> None:
    bare = environment(tmp_path, PYTHONS[0])
    run(UV, "pip", "install", "--quiet", "--python", bare, f"{packages[0]}[{extra}]", folder=tmp_path)
    run(bare, "-c", f"import {modules}", folder=tmp_path)
    assert "newscrawler" in run(bare.with_name("newscrawler"), "--version", folder=tmp_path)


@pytest.mark.parametrize("installer", ["pip", "pipx", "uv tool"])
def test_the_installers_of_the_page(installer: str, packages: tuple[Path, Path], tmp_path: Path) -> None:
    if installer == "pip":
        bare = environment(tmp_path, PYTHONS[0])
        run(UV, "pip", "install", "--quiet", "--python", bare, "pip", folder=tmp_path)
        run(bare, "-m", "pip", "install", "-q", packages[0], folder=tmp_path)
        command = bare.with_name("newscrawler")
    elif installer == "pipx":
        bare = environment(tmp_path, PYTHONS[0])
        run(UV, "pip", "install", "--quiet", "--python", bare, "pipx", folder=tmp_path)
        places = (f"PIPX_HOME={tmp_path / 'pipx'}", f"PIPX_BIN_DIR={tmp_path / 'bin'}")
        run("env", *places, bare, "-m", "pipx", "install", packages[0], folder=tmp_path)
        command = tmp_path / "bin" / "newscrawler"
    else:
        places = (f"UV_TOOL_DIR={tmp_path / 'tools'}", f"UV_TOOL_BIN_DIR={tmp_path / 'bin'}")
        run("env", *places, UV, "tool", "install", "--quiet", packages[0], folder=tmp_path)
        command = tmp_path / "bin" / "newscrawler"
    assert "newscrawler" in run(command, "--version", folder=tmp_path)
