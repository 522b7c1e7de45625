"""The checklist of a release: prints a line per point, and ends with status 1 while one is open.

    make release-check [TAG=v0.1.0]

Builds the packages into build/dist. Needs the dependency group `release`, git, and a package index.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import newscrawler

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "build" / "dist"
BIN = Path(sys.executable).parent
VERSION = newscrawler.__version__


class OpenPointError(Exception):
    """A point of the list that is not done; the message says what to do."""


def main() -> int:
    """Check every point; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tag", default="", help="the tag of the release; it must be v and the version")
    tag = parser.parse_args().tag
    points: dict[str, Callable[[], None]] = {
        "nothing is uncommitted": nothing_uncommitted,
        "the version is the same everywhere": lambda: same_version(tag),
        "uv.lock is of pyproject.toml": lambda: run("uv", "lock", "--check"),
        "generated pages are up to date": generated_pages,
        "wheel and source distribution are built": build,
        "PyPI can show them": lambda: run("twine", "check", "--strict", *DIST.glob("newscrawler*")),
        "the wheel works in a bare environment": bare_environment,
        "the Containerfile has no fault": lambda: run("hadolint", "Containerfile"),
        "compose.yaml is valid": lambda: schema("vendor.compose-spec", "compose.yaml"),
        "the workflows are valid": lambda: schema("vendor.github-workflows", *files_of(".github/workflows")),
        "the workflows have no weakness": lambda: run("zizmor", "--offline", "--no-progress", ".github"),
        "dependabot.yml is valid": lambda: schema("vendor.dependabot", ".github/dependabot.yml"),
        "the forms for issues are valid": lambda: schema(
            "vendor.github-issue-forms", *files_of(".github/ISSUE_TEMPLATE", but="config.yml")
        ),
        "CITATION.cff is valid": lambda: schema("vendor.citation-file-format", "CITATION.cff"),
    }
    open_points = 0
    for name, check in points.items():
        try:
            check()
        except OpenPointError as error:
            open_points += 1
            print(f"[ ] {name}\n      {error}", flush=True)
        else:
            print(f"[x] {name}", flush=True)
    if not open_points:
        print(f"Ready: git tag v{VERSION} && git push origin v{VERSION}. The workflow `release` publishes it.")
    return 1 if open_points else 0


def run(program: str, *arguments: str | Path, folder: Path = ROOT) -> str:
    """Run a program of this environment or of the path; return its output. Raises OpenPointError when it fails."""
    own = BIN / program
    found = str(own) if own.exists() else shutil.which(program)
    if found is None:
        raise OpenPointError(
            f"{program} is not installed; make release-check installs what it needs, but for git and uv."
        )
    done = subprocess.run(
        [found, *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_COLOR": "1"},
    )
    if done.returncode:
        said = f"{done.stdout}{done.stderr}".strip().splitlines()
        raise OpenPointError("\n      ".join([f"{program} ended with status {done.returncode}", *said[-12:]]))
    return done.stdout


def nothing_uncommitted() -> None:
    """Raise OpenPointError when the checkout is not what a tag of it would hold."""
    if changed := run("git", "status", "--porcelain"):
        raise OpenPointError(f"commit first: {len(changed.splitlines())} files differ")


def same_version(tag: str) -> None:
    """Raise OpenPointError when tag, change log or citation name another version than the program."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    dated = re.search(rf"^## \[{re.escape(VERSION)}\] - (\d{{4}}-\d\d-\d\d)$", changelog, re.MULTILINE)
    if not dated:
        raise OpenPointError(f"CHANGELOG.md has no heading '## [{VERSION}] - YYYY-MM-DD'")
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    if f"\nversion: {VERSION}\n" not in citation or f"\ndate-released: {dated[1]}\n" not in citation:
        raise OpenPointError(f"CITATION.cff needs 'version: {VERSION}' and 'date-released: {dated[1]}'")
    if tag and tag != f"v{VERSION}":
        raise OpenPointError(f"the tag is {tag}, the program is {VERSION}")


def generated_pages() -> None:
    """Raise OpenPointError when a page that is written from the program is out of date."""
    for script in ("cli_docs.py", "portal_docs.py"):
        run("python", ROOT / "scripts" / script, "--check")


def build() -> None:
    """Build both packages anew."""
    shutil.rmtree(DIST, ignore_errors=True)
    run("uv", "build", "--quiet", "--out-dir", DIST)


def bare_environment() -> None:
    """Install the wheel where nothing else is, and start the program."""
    (wheel,) = DIST.glob("*.whl")
    with tempfile.TemporaryDirectory() as scratch:
        run("python", "-m", "venv", f"{scratch}/env")
        run("uv", "pip", "install", "--python", f"{scratch}/env/bin/python", wheel)
        printed = run(f"{scratch}/env/bin/newscrawler", "--version", folder=Path(scratch))
    if VERSION not in printed:
        raise OpenPointError(f"newscrawler --version printed {printed.strip()!r}")


def files_of(folder: str, *, but: str = "") -> list[str]:
    """Return the YAML files of a folder, apart from one."""
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / folder).glob("*.yml") if path.name != but)


def schema(name: str, *files: str) -> None:
    """Compare files with a published schema that the checker brings."""
    run("check-jsonschema", "--builtin-schema", name, *files)


if __name__ == "__main__":
    sys.exit(main())
