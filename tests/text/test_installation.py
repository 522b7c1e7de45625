"""The lines that install extras: one per installer, and never the stranger's package of our name."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from newscrawler.text.installation import install_line, upgrade_line

ROOT = Path(__file__).resolve().parents[2]


def metadata(folder: Path, kind: str, files: dict[str, str]) -> None:
    """Write the metadata of our distribution, as an installer (dist-info) or a build in a checkout (egg-info) does."""
    place = folder / f"newscrawler_cn-0.1.0.{kind}"
    place.mkdir(parents=True)
    name = "PKG-INFO" if kind == "egg-info" else "METADATA"
    for file, text in ({name: "Name: newscrawler-cn\nVersion: 0.1.0\n"} | files).items():
        (place / file).write_text(text, encoding="utf-8")


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
    prefix: str, direct_url: object, extra: str, upgrade: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    origin = {"direct_url.json": json.dumps(direct_url)} if direct_url else {}
    metadata(tmp_path / "site-packages", "dist-info", {"INSTALLER": "pip\n"} | origin)
    # The program runs in a checkout in which a build left its metadata: they are found first.
    metadata(tmp_path / "checkout", "egg-info", {})
    monkeypatch.setattr(sys, "path", [str(tmp_path / "checkout"), str(tmp_path / "site-packages")])
    monkeypatch.setattr(sys, "prefix", prefix)
    assert install_line("web").replace(sys.executable, "PYTHON") == extra
    assert upgrade_line().replace(sys.executable, "PYTHON") == upgrade


def test_a_program_that_was_not_installed_names_its_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    metadata(tmp_path, "egg-info", {})
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
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
