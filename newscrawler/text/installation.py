"""How this program was installed, and the line that adds an extra or upgrades it.

The package index has another project called newscrawler, so the distribution has a name of its own. What pip installs
into an environment of pipx or uv is lost at their next upgrade, so each installer has its own line.
"""

from __future__ import annotations

import json
import shlex
import sys
from importlib.metadata import distributions
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

DISTRIBUTION = "newscrawler-cn"


def install_line(*extras: str) -> str:
    """Return the command that installs extras for the program that runs, as `pip install 'newscrawler-cn[web]'`."""
    return _line(extras, upgrade=False)


def upgrade_line() -> str:
    """Return the command that installs the newest version."""
    return _line((), upgrade=True)


def _line(extras: tuple[str, ...], *, upgrade: bool) -> str:
    source, is_editable = _source()
    wanted = shlex.quote((source or DISTRIBUTION) + (f"[{','.join(extras)}]" if extras else ""))
    prefix = Path(sys.prefix).as_posix()
    if "/pipx/venvs/" in prefix:
        return f"pipx upgrade {DISTRIBUTION}" if upgrade and not source else f"pipx install --force {wanted}"
    if "/uv/tools/" in prefix:
        return f"uv tool upgrade {DISTRIBUTION}" if upgrade and not source else f"uv tool install --force {wanted}"
    python = shlex.quote(sys.executable)
    options = ("--upgrade " if upgrade and not source else "") + ("-e " if is_editable else "")
    line = f"{python} -m pip install {options}{wanted}"
    return f"git -C {shlex.quote(source)} pull && {line}" if upgrade and is_editable else line


def _source() -> tuple[str, bool]:
    """Return the folder that it was installed from, empty for the package index, and whether it is editable."""
    # A build leaves metadata in the checkout, which is found first by a program that runs there. It has no installer.
    found = next((each for each in distributions(name=DISTRIBUTION) if each.read_text("INSTALLER")), None)
    if found is None:
        # It runs from a folder without being installed.
        return str(Path(__file__).resolve().parents[2]), True
    try:
        origin = json.loads(found.read_text("direct_url.json") or "{}")
        parts = urlsplit(origin.get("url", ""))
        folder = url2pathname(parts.path) if parts.scheme == "file" else ""
        return folder, bool(origin.get("dir_info", {}).get("editable"))
    except (ValueError, AttributeError, TypeError):
        return "", False
