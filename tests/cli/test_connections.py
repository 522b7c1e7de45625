"""A command that ends leaves no connection to the archive open, whether it did its work or failed."""

from __future__ import annotations

import gc
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from newscrawler.cli.main import cli
from newscrawler.demo.portal import build

COMMANDS = (
    "stats", "stats --city 伦敦", "search 防汛", "search (", "search 防汛 --city 伦敦", "runs", "runs show 20", "runs show zz",
    "runs undo zz", "coverage", "coverage --city", "coverage nosuch", "coverage --search (", "history 625b12", "history zz",
    "cite 625b12", "cite zz", "health", "health nosuch", "health accept 99", "suppress list", "suppress add zz --reason x",
    "suppress lift zz", "reextract --dry-run", "reextract nosuch", "reextract --dry-run --since x", "disk", "verify",
    "prune --dry-run", "prune nosuch", "export {folder}/out.csv", "export {folder}/out.csv --city 伦敦", "refresh nosuch",
    "check demo --explain {page}", "check demo --repair", "check demo --repair --pages {folder}", "backup create {folder}",
    "merge {folder}/none.db", "sample --size 3", "notify test",
)  # fmt: skip


def open_files(archive: Path) -> list[str]:
    files = [str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    return [file for file in files if file.startswith(str(archive))]


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="asks Linux which files are open")
def test_no_connection_stays_open(demo_archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(demo_archive.parent, tmp_path, dirs_exist_ok=True)
    archive = tmp_path / "demo.db"
    monkeypatch.setenv("NEWSCRAWLER_ARCHIVE", str(archive))
    page = tmp_path / "page.html"
    page.write_bytes(build().respond("/2019/0706/50523.shtml").body)
    values = {"folder": tmp_path, "page": page}
    left = {}
    for command in COMMANDS:
        # Its result holds the traceback, and that what the command had in its variables.
        done = CliRunner().invoke(cli, command.format(**values).split())
        assert done.exception is None or isinstance(done.exception, SystemExit), (command, done.exception)
        if open_files(archive):
            gc.collect()
        if found := open_files(archive):
            left[command] = found
    assert left == {}
