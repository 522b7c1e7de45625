"""The lines that install extras: one per installer, and never the stranger's package of our name."""

from __future__ import annotations

import json
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from newscrawler.text import installation
from newscrawler.text.installation import install_line, upgrade_line

ROOT = Path(__file__).resolve().parents[2]


class Installed:
    """A distribution as an installer left it."""

    def __init__(self, direct_url: object) -> None:
        self._direct_url = direct_url

    def read_text(self, name: str) -> str | None:
        return None if self._direct_url is None else json.dumps(self._direct_url)


CHECKOUT = {"url": "file:///home/li%20na/newscrawler", "dir_info": {"editable": True}}
FOLDER = {"url": "file:///srv/newscrawler", "dir_info": {}}


@pytest.mark.parametrize(
    ("prefix", "direct_url", "extra", "upgrade"),
    [
        (
            "/opt/env",
            None,
            "PYTHON -m pip install 'newscrawler-cn[web]'",
            "PYTHON -m pip install --upgrade newscrawler-cn",
        ),
        (
            "/opt/env",
            CHECKOUT,
            "PYTHON -m pip install -e '/home/li na/newscrawler[web]'",
            "git -C '/home/li na/newscrawler' pull && PYTHON -m pip install -e '/home/li na/newscrawler'",
        ),
        (
            "/home/a/.local/share/pipx/venvs/newscrawler-cn",
            None,
            "pipx install --force 'newscrawler-cn[web]'",
            "pipx upgrade newscrawler-cn",
        ),
        (
            "/home/a/.local/share/uv/tools/newscrawler-cn",
            FOLDER,
            "uv tool install --force '/srv/newscrawler[web]'",
            "uv tool install --force /srv/newscrawler",
        ),
        (
            "/opt/env",
            ["odd"],
            "PYTHON -m pip install 'newscrawler-cn[web]'",
            "PYTHON -m pip install --upgrade newscrawler-cn",
        ),
    ],
    ids=["index", "checkout", "pipx", "uv", "odd record"],
)
def test_each_installer_has_its_line(
    prefix: str, direct_url: object, extra: str, upgrade: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "distribution", lambda name: Installed(direct_url))
    monkeypatch.setattr(sys, "prefix", prefix)
    assert install_line("web").replace(sys.executable, "PYTHON") == extra
    assert upgrade_line().replace(sys.executable, "PYTHON") == upgrade


def test_a_program_that_was_not_installed_names_its_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(installation, "distribution", missing)
    monkeypatch.setattr(sys, "prefix", "/opt/env")
    assert f"{ROOT}[web,plot]" in install_line("web", "plot")


def test_no_text_of_ours_names_the_strangers_package() -> None:
    """`pip install newscrawler` takes another project from the package index."""
    files = [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("newscrawler/**/*.py"),
        *ROOT.glob("newscrawler/**/*.html"),
    ]
    for file in files:
        text = file.read_text(encoding="utf-8")
        for wrong in (
            "install newscrawler\n",
            "install newscrawler'",
            "install 'newscrawler[",
            "--upgrade newscrawler'",
        ):
            assert wrong not in text, f"{file}: {wrong}"
