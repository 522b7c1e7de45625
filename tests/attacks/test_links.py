"""Links in a folder from somebody else: no command writes through them, whatever they are planted in place of."""

from __future__ import annotations

import ast
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

import newscrawler
from newscrawler.archive import atomic
from newscrawler.crawling.saved_responses import INDEX, SavedResponses
from support import nightly, program
from support.archives import article
from support.integrity import demo, run

__all__ = ["demo"]

COMMANDS = {
    "crawl": ("crawl", "demo", "--limit", "1"),
    "suppress": ("suppress", "add", article(1).url, "--reason", "x"),
    "reextract": ("reextract",),
    "repair": ("repair",),
    "prune": ("prune", "--older-than", "0s"),
    "verify": ("verify",),
    "export": ("export", "{folder}/out.csv"),
    "export archive": ("export", "{folder}/out.db"),
    "backup": ("backup", "create", "{folder}/bag"),
    "salvage": ("salvage", "{folder}/new.db"),
    "merge": ("merge", "{other}"),
    "health": ("health", "--all"),
    "runs": ("runs",),
}


def places(archive: Path) -> dict[str, Path]:
    """Where a command may write, with names that somebody can know before."""
    portal = archive.parent / "warc" / "demo"
    (file,) = portal.glob("*.warc.gz")

    def tag(name: str) -> str:
        import hashlib

        return hashlib.sha256(os.fsencode(name)).hexdigest()[:16]

    return {
        "log": archive.with_name(f"{archive.name}-wal"),
        "shared memory": archive.with_name(f"{archive.name}-shm"),
        "journal": archive.with_name(f"{archive.name}-journal"),
        "index": portal / "index.cdxj",
        "lock of the index": portal / ".index.lock",
        "lock of an open file": portal / f".{file.name}.lock",
        "old name beside the index": portal / ".index.cdxj.new",
        "end of a file": portal / f".{file.name}.end",
        "torn end": portal / f"{file.name}.torn",
        "probe": portal.parent / ".probe",
        "lock of the archive's writer": archive.parent / f".{tag(archive.name)}.lock",
        "lock of the index's writer": portal / f".{tag('index.cdxj')}.lock",
        "lock of an export": archive.parent / f".{tag('out.csv')}.lock",
        "manifest's lock": archive.parent / ".datapackage.json.lock",
        "lock of the portal": archive.with_name(f"{archive.name}-locks") / "demo.lock",
    }


SQLITE = ["log", "shared memory", "journal"]
VICTIM = b"a file of the operator's\n" * 4000


@nightly.by_day(0, 6, 8, 10)
@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_writes_through_a_link(demo: Path, tmp_path: Path, command: str) -> None:
    other = tmp_path / "other" / "demo.db"
    shutil.copytree(demo.parent, other.parent)
    planted = {}
    for kind, place in places(demo).items():
        victim = tmp_path / "victims" / kind
        victim.parent.mkdir(exist_ok=True)
        victim.write_bytes(VICTIM)
        place.parent.mkdir(exist_ok=True)
        place.unlink(missing_ok=True)
        planted[kind] = place, victim
    words = [word.format(folder=demo.parent, other=other) for word in COMMANDS[command]]
    # In three groups: a command that refuses one link does not come to the others.
    locks = [kind for kind in planted if "lock" in kind]
    others = [kind for kind in planted if kind not in {*SQLITE, *locks}]
    for kinds in (SQLITE, locks, others):
        for kind in kinds:
            place, victim = planted[kind]
            if not place.is_symlink():
                place.unlink(missing_ok=True)
                place.symlink_to(victim)
        for made in ("out.csv", "out.db", "new.db", "bag", "datapackage.json"):
            path = demo.parent / made
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        if command == "crawl":
            words = [sys.executable, "-m", "newscrawler", *COMMANDS["crawl"], "--archive", str(demo)]
            program.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=60)
        else:
            run(*words, "--archive", demo)
        changed = [kind for kind, (_, victim) in planted.items() if victim.read_bytes() != VICTIM]
        assert changed == [], command
        for kind in kinds:
            planted[kind][0].unlink(missing_ok=True)


@pytest.mark.parametrize("command", ["reextract", "crawl"])
def test_no_file_is_made_in_a_folder_that_a_link_leads_to(demo: Path, tmp_path: Path, command: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    demo.with_name(f"{demo.name}-locks").symlink_to(outside)
    (demo.parent / "warc" / ".probe").symlink_to(outside / "probe")
    words = [sys.executable, "-m", "newscrawler", *COMMANDS[command], "--archive", str(demo)]
    done = program.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, "symbolic link" in done.stderr) == (1 if command == "crawl" else 2, True)
    assert list(outside.iterdir()) == []


def test_saved_responses_are_not_written_through_a_link(tmp_path: Path) -> None:
    saved = SavedResponses.create(tmp_path / "pages")
    for name in ("0001.html", INDEX):
        (tmp_path / "victim").write_bytes(VICTIM)
        (saved.folder / name).unlink(missing_ok=True)
        (saved.folder / name).symlink_to(tmp_path / "victim")
        with pytest.raises(OSError, match="symbolic links"):
            saved.add("http://x.example/", 200, "text/html", "", b"<html>")
        assert (tmp_path / "victim").read_bytes() == VICTIM
        (saved.folder / name).unlink()


SAFE = {
    "archive/integrity/backup.py": "in a new folder with a random name",
    "archive/integrity/damage.py": "in a temporary folder",
    "archive/integrity/checked_files.py": "in the new folder of a file that replaces another",
    "archive/storage.py": "in the new folder of a file that replaces another",
    "importing/several.py": "in the new folder of a file that replaces another",
    "cli/language.py": "in a temporary folder",
    "crawling/lease_file.py": "in the new folder of a file that replaces another",
    "fleet/collector.py": "in a temporary folder",
    "fleet/portal_folder.py": "in a folder that was emptied and made anew",
    "fleet/nats_store.py": "in a folder that a collector or worker gives",
    "research/coding/sheets.py": "in a new folder with a random name",
    "archive/export/files.py": "a pipe or a device that the user names",
    "cli/stats.py": "in a new folder with a random name",
    "cli/main.py": "the null device",
}
"""Files of the package that open files to write otherwise, and why no link can be there."""


def follows_links(call: ast.Call) -> bool:
    """Whether a call opens a file to write, and would follow a link."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    text = ast.unparse(call)
    if name in ("write_text", "write_bytes", "copyfile", "FileHandler", "RotatingFileHandler"):
        return True
    if name == "touch":
        return "exist_ok=False" not in text
    if text.startswith("os.open("):
        return "O_RDONLY" not in text and not ("O_NOFOLLOW" in text or "O_EXCL" in text)
    modes = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return (
        name == "open"
        and any(set(mode) & set("wa+") for mode in modes[-1:] if len(mode) < 4)
        and ("opener=not_following" not in text)
    )


def test_no_file_of_the_package_opens_a_file_to_write_in_a_way_that_follows_links() -> None:
    package = Path(newscrawler.__file__).parent
    found = {
        f"{path.relative_to(package)}: {ast.unparse(node)}"
        for path in package.rglob("*.py")
        if re.search(r"\bopen\(|write_|touch|copyfile|FileHandler", text := path.read_text(encoding="utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and follows_links(node)
    }
    files = {line.partition(":")[0] for line in found}
    assert sorted(line for line in found if line.partition(":")[0] not in SAFE) == []
    assert files == SAFE.keys()


def test_the_folders_of_unfinished_files_have_names_that_nobody_knows_before(tmp_path: Path) -> None:
    names = set()
    for _ in range(5):
        with atomic.folder_beside(tmp_path / "x") as folder:
            names.add(folder.name)
    assert len(names) == 5
