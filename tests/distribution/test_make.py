"""What `make` says on a machine that lacks something: the cause and what to do, not a traceback."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="needs make")


def make(folder: Path, *arguments: str) -> str:
    """Run make in a folder with our Makefile; it must fail. Return what it printed."""
    shutil.copy(ROOT / "Makefile", folder)
    shutil.copy2(ROOT / "pyproject.toml", folder)
    done = subprocess.run(["make", *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode != 0
    return done.stdout + done.stderr


def python_that(folder: Path, code: str) -> str:
    """Write a Python that runs this code before the code that it is given; return its path."""
    program = folder / "python"
    program.write_text(f'#!/bin/sh\n[ "$1" = -c ] || exit 1\nexec {sys.executable} -c "{code}\n$2"\n')
    program.chmod(0o755)
    return str(program)


def test_without_python(tmp_path: Path) -> None:
    said = make(tmp_path, "demo", "PYTHON=no-such-python")
    assert "There is no no-such-python. Install Python 3.11 or newer" in said


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import sys; sys.version_info = (3, 9, 1)", "needs Python 3.11 or newer; "),
        ("import sys; sys.platform = 'win32'", "on Windows use WSL"),
        ("import sys; sys.modules['ensurepip'] = None", "apt-get install python3-venv"),
    ],
)
def test_with_a_python_that_does_not_do(code: str, message: str, tmp_path: Path) -> None:
    said = make(tmp_path, "demo", f"PYTHON={python_that(tmp_path, code)}", "UV=none")
    assert message in said
    assert "Traceback" not in said


@pytest.mark.parametrize("target", ["demo", "test", "site", "release-check"])
def test_without_a_package_index(target: str, tmp_path: Path) -> None:
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / ".checkout").write_text(f"{tmp_path}\n")
    said = make(tmp_path, target, "UV=false")
    assert "It needs a package index: without network, name a" in said
    assert "needs a C compiler" in said
    assert not list((tmp_path / ".venv").glob(".installed*"))


@pytest.mark.parametrize("failing", ["mypy", "ruff check .", "pytest --collect-only -qq"])
def test_a_check_that_fails_ends_make_before_the_tests(failing: str, tmp_path: Path) -> None:
    """The checks run at once; each says what it has to say, and one that fails is enough."""
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").write_text(
        f'#!/bin/sh\nshift\necho "begin $*"\nsleep 0.1\necho "end $*"\n[ "$*" != "{failing}" ]\n'
    )
    for name in ("lint-imports", "vulture", "deptry"):
        (programs / name).write_text("#!/bin/sh\n")
    for program in programs.iterdir():
        program.chmod(0o755)
    (tmp_path / ".venv" / ".checkout").write_text(f"{tmp_path}\n")
    (tmp_path / ".venv" / ".installed-test").touch()
    said = make(tmp_path, "test")
    assert f"end {failing}\n" in said
    assert "not slow" not in said


def test_every_target_is_in_the_help() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = [line.split(":", 1)[1].split() for line in text.splitlines() if line.startswith(".PHONY: help")]
    assert all(f"make {target} " in done.stdout for target in phony)
