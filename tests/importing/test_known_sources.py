"""A source that an import read in full is not read again, as long as nothing could come of it."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newscrawler.archive import open_archive
from newscrawler.archive.undo import undo_run
from newscrawler.importing.importer import import_sources
from newscrawler.importing.job import Import, ImportResult
from newscrawler.importing.known_sources import END_BYTES
from newscrawler.portals import load_portal
from support.integrity import update
from support.pages import DEFINITION, article
from support.warcs import HOST, Captured, each_packed, raw_record, warc_bytes, write_warc
from tests.importing.test_import import YEARS, captures, content, rows


@pytest.fixture
def job(tmp_path: Path) -> Callable[..., Import]:
    definition = tmp_path / "t.toml"
    definition.write_text(DEFINITION, encoding="utf-8")
    portal = load_portal(str(definition))
    return lambda *paths, **values: Import(tuple(paths), portal, **values)


def read(result: ImportResult) -> tuple[int, int, int, int]:
    return result.sources, result.passed_over, result.copied, result.known


def test_a_source_that_was_read_is_known_by_its_ends(job: Callable[..., Import], tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    noise = [Captured("http://www.other.example/", YEARS[0], os.urandom(3 * END_BYTES))]
    source = tmp_path / "theirs.warc.gz"
    source.write_bytes(warc_bytes(captures()) + warc_bytes(noise) + warc_bytes(captures()[:1]))
    collection = tmp_path / "c.wacz"
    with zipfile.ZipFile(collection, "w") as file:
        file.writestr("archive/a.warc.gz", warc_bytes([Captured("/9.shtml", YEARS[1], article("一篇", "2016-01-01"))]))
    first = import_sources(job(source, collection, until="2025-01-01"), archive)
    assert read(first) == (2, 0, 15, 1) and not first.faults
    before = content(archive)

    def again(*, dry_run: bool = True, **values: object) -> tuple[int, int, int, int]:
        return read(import_sources(job(source, collection, **values), archive, dry_run=dry_run))

    # What lies between the ends is not looked at: here it could not be read.
    data, times = source.read_bytes(), (source.stat().st_atime_ns, source.stat().st_mtime_ns)
    source.write_bytes(data[:END_BYTES] + bytes(len(data) - 2 * END_BYTES) + data[-END_BYTES:])
    os.utime(source, ns=times)
    for span in ({"until": "2025-01-01"}, {"until": "2017-12-31"}, {"since": "2014-04-02", "until": "2017-12-31"}):
        assert again(**span) == (0, 2, 0, 16), span
    assert again(dry_run=False, until="2025-01-01") == (0, 2, 0, 16)
    assert content(archive) == before
    # A wider span, more hosts, another time or size: read again.
    source.write_bytes(data)
    os.utime(source, ns=times)
    assert again() == again(until="2025-01-02") == (2, 0, 0, 16)
    wide = tmp_path / "wide.toml"
    wide.write_text('allowed_hosts = ["other.example"]\n' + DEFINITION, encoding="utf-8")
    wider = replace(job(source, collection, until="2025-01-01"), portal=load_portal(str(wide)))
    assert import_sources(wider, archive, dry_run=True).sources == 2
    os.utime(source, ns=(times[0], times[1] + 10**9))
    assert again(until="2025-01-01") == (1, 1, 0, 16)
    os.utime(source, ns=times)
    # Captures that the archive lost come in again, and so does what was undone.
    whole = archive.read_bytes()
    update(archive, "DELETE FROM captures WHERE url LIKE '%login%'")
    assert again(until="2025-01-01")[:2] == (2, 0)
    for left in ("-wal", "-shm"):
        archive.with_name(archive.name + left).unlink(missing_ok=True)
    archive.write_bytes(whole)
    assert again(until="2025-01-01")[:2] == (0, 2)
    with closing(open_archive(archive)) as connection:
        undo_run(connection, 1)
    assert again(until="2025-01-01") == (2, 0, 15, 1)


def test_what_another_import_may_complete_is_read_again(job: Callable[..., Import], tmp_path: Path) -> None:
    """A place that cannot be read, a limit, a revisit without its original, pages that rest on an import that is undone."""
    page = Captured("/2015/0305/1.shtml", YEARS[0], article("山口修好了沟渠", "2015-03-05"))
    later = io.BytesIO()
    writer = WARCWriter(later, gzip=True)
    http = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    writer.write_record(
        writer.create_revisit_record(
            HOST + page.url,
            "sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            HOST + page.url,
            YEARS[0],
            http_headers=http,
            warc_headers_dict={"WARC-Date": YEARS[1]},
        )
    )
    first = write_warc(tmp_path / "first.warc.gz", [page])
    revisit, torn = tmp_path / "revisit.warc.gz", tmp_path / "torn.warc.gz"
    revisit.write_bytes(later.getvalue())
    torn.write_bytes(warc_bytes([replace(page, url="/2.shtml")]) + each_packed(raw_record(1, length=5)))
    limited = write_warc(tmp_path / "limited.warc.gz", [replace(page, url=f"/{n}.shtml") for n in (3, 4)])
    bare = write_warc(tmp_path / "bare.warc", [page], packed=False)

    archive = tmp_path / "archive.db"
    import_sources(job(torn, limited, limit=2), archive)
    import_sources(job(revisit), archive)
    again = import_sources(job(torn, limited, revisit), archive, dry_run=True)
    assert (again.sources, again.passed_over, again.faults) == (3, 0, 1)
    # With its original, the revisit comes in; then there is nothing left to come.
    assert read(import_sources(job(revisit, first), archive)) == (2, 0, 2, 0)
    assert read(import_sources(job(revisit, first), archive, dry_run=True)) == (0, 2, 0, 2)
    # Another file with the same page brought nothing; once the first is undone, it does.
    assert read(import_sources(job(bare), archive)) == (1, 0, 0, 1)
    assert read(import_sources(job(bare), archive, dry_run=True)) == (0, 1, 0, 1)
    ((run,),) = rows(archive, "SELECT run FROM captures WHERE url = ? AND fetched = ?", HOST + page.url, YEARS[0])
    with closing(open_archive(archive)) as connection:
        undo_run(connection, run)
    assert read(import_sources(job(bare), archive, dry_run=True)) == (1, 0, 1, 0)
