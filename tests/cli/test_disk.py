"""`disk` counts every byte once."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from support.integrity import run


def test_disk_counts_each_byte_once(demo_archive: Path, tmp_path: Path) -> None:
    shutil.copytree(demo_archive.parent, tmp_path, dirs_exist_ok=True)
    archive = tmp_path / "demo.db"
    (tmp_path / "demo.before-0008_x.db").write_bytes(b"x" * 10)
    found = json.loads(run("disk", "--format", "json", "--archive", archive).stdout)
    sizes = {row["what"]: (row["files"], row["bytes"]) for row in found["files"]}
    warc = list((tmp_path / "warc").rglob("*.warc.gz"))
    assert sizes["captures"] == (len(warc), sum(path.stat().st_size for path in warc))
    assert sizes["copies from before upgrades"] == (1, 10)
    assert sizes["logs"][0] == 1 and sizes["database"][1] >= archive.stat().st_size
    with closing(sqlite3.connect(archive)) as connection:
        records, length = connection.execute("SELECT count(*), sum(length) FROM captures").fetchone()
    assert sum(row["records"] for row in found["captures"]) == records
    # The rest of a WARC file are the records of the requests, and the first one, which describes it.
    assert 0 < sizes["captures"][1] - sum(row["bytes"] for row in found["captures"]) < 1_000 * records + 3_000
    assert sum(row["bytes"] for row in found["captures"]) == length
    if found["database"]:
        assert sum(row["bytes"] for row in found["database"]) == archive.stat().st_size
        assert {"texts", "search index"} <= {row["part"] for row in found["database"]}
    table = run("disk", "--archive", archive).stdout
    assert all(title in table for title in ("Files", "Captures", "article")) and "bytes are free on the disk" in table


def test_disk_needs_an_archive(tmp_path: Path) -> None:
    done = run("disk", "--archive", tmp_path / "none.db")
    assert done.exit_code == 2 and "there is no archive yet" in done.stderr
