"""Links in a folder from somebody else: no command writes through them, whatever they are planted in place of."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from newscrawler.archive import atomic
from support import program
from support.archives import article
from support.integrity import demo, run

__all__ = ["demo"]

COMMANDS = {
    "crawl": ("crawl", "demo", "--limit", "1"),
    "suppress": ("suppress", "add", article(1).url, "--reason", "x"),
    "reextract": ("reextract",),
    "repair": ("repair",),
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


def test_the_folders_of_unfinished_files_have_names_that_nobody_knows_before(tmp_path: Path) -> None:
    names = set()
    for _ in range(5):
        with atomic.folder_beside(tmp_path / "x") as folder:
            names.add(folder.name)
    assert len(names) == 5
