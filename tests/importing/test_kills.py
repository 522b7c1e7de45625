"""An import that is killed again and again at moments nobody chose ends as one that was never killed."""

from __future__ import annotations

import random
import shutil
import signal
import sys
import time
from pathlib import Path

import pytest

from support import program
from support.pages import DEFINITION, HOMEPAGE, listing
from support.warcs import Captured, warc_bytes
from tests.importing.test_import import YEARS, content, design, rows, run

CAPTURES = "SELECT url, fetched, digest, status, kind FROM captures ORDER BY 1, 2, 3"
COUNTS = "SELECT json_remove(counts, '$.read_in_full') FROM runs"


def write_files(folder: Path, *, records: int, pages: int, files: int = 2) -> None:
    """Write about so many records, most of them of other hosts, with so many articles of the portal among them."""
    folder.mkdir()
    foreign = max(1, records // 2 - pages) // max(1, pages)
    for file in range(files):
        with (folder / f"{file}.warc.gz").open("wb") as out:
            numbers = range(file, pages, files)
            entries = [(f"/2014/0305/{n}.shtml", f"第{n}道沟渠修好了", "2014-03-05") for n in list(numbers)[:30]]
            home = [Captured("/", YEARS[0], HOMEPAGE), Captured("/yichang/", YEARS[file % 3], listing(entries))]
            out.write(warc_bytes(home))
            for n in numbers:
                page = Captured(f"/2014/0305/{n}.shtml", YEARS[n % 3], design(n % 3, f"第{n}道沟渠修好了"))
                others = [Captured(f"http://x{i}.example/{n}", YEARS[0], "x" * 200) for i in range(foreign)]
                out.write(warc_bytes([page, *others]))


def killed_and_finished(folder: Path, files: Path, *, kills: int, longest: float, workers: int, chance: int) -> None:
    """Import with so many kills, each after a random time, and again without; both must be equal."""
    definition = folder / "t.toml"
    definition.write_text(DEFINITION, encoding="utf-8")
    own = ["import", str(files), "--portal", str(definition), "--workers", str(workers), "--archive"]
    whole, archive = folder / "whole" / "archive.db", folder / f"killed{workers}" / "archive.db"
    if not whole.exists():
        began = time.monotonic()
        assert run(*own, whole).exit_code == 0
        print(f"without kills: {time.monotonic() - began:.0f} s")
    moments, ended = random.Random(chance), 0
    while kills:
        process = program.Popen([sys.executable, "-m", "newscrawler", *own, str(archive)])
        try:
            process.wait(moments.uniform(0.2, longest))
        except program.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills -= 1
            continue
        # It ended before it could be killed: the next one begins anew.
        check_equal(archive, whole)
        shutil.rmtree(archive.parent)
        ended += 1
    print(f"{workers} workers: {ended} imports ended in between")
    assert run(*own, archive).exit_code == 0
    check_equal(archive, whole)


def check_equal(archive: Path, whole: Path) -> None:
    """Nothing is doubled and nothing is lost."""
    assert content(archive) == content(whole)
    assert rows(archive, CAPTURES) == rows(whole, CAPTURES)
    # The first run that ended is the import. A kill at its very end lets the next one find all known.
    assert rows(archive, COUNTS)[0] == rows(whole, COUNTS)[0]
    assert run("verify", "--archive", archive).exit_code == 0
    assert not list(archive.parent.glob(".*.part"))


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_killed_at_random_moments(tmp_path: Path, workers: int) -> None:
    files = tmp_path / "files"
    write_files(files, records=4_000, pages=300)
    killed_and_finished(tmp_path, files, kills=6, longest=2.5, workers=workers, chance=workers)
