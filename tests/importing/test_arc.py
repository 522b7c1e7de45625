"""ARC files, the form of web archives before 2009: their records come in as those of WARC files do."""

from __future__ import annotations

import gzip
import io
import random
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from newscrawler.importing.importer import import_sources
from newscrawler.importing.job import Import
from newscrawler.importing.warc_records import Fault, WarcRecords
from newscrawler.portals import load_portal
from support.pages import DEFINITION, article
from support.warcs import HOST, each_packed
from tests.importing.test_import import rows, run
from tests.importing.test_warc_records import All

HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
V1, V2 = "{url} 10.0.0.1 {date} text/html {length}", "{url} 10.0.0.1 {date} text/html 200 - - 0 theirs.arc {length}"
FILEDESC = b"1 0 Somebody\nURL IP-address Archive-date Content-type Archive-length\n"


def record(url: str, block: bytes, *, line: str = V1, date: str = "20060305080000", length: int | None = None) -> bytes:
    said = len(block) if length is None else length
    return line.format(url=url, date=date, length=said).encode() + b"\n" + block + b"\n"


def whole() -> list[bytes]:
    pages = [
        record(
            f"{HOST}/2006/0305/{number}.shtml", HTTP + article(f"第{number}道沟渠", "2006-03-05").encode(), line=line
        )
        for number, line in enumerate((V1, V2))
    ]
    return [
        record("filedesc://theirs.arc", FILEDESC),
        record("dns:www.t.example", b"20060305080000\nwww.t.example. 600 IN A 10.0.0.1\n"),
        *pages,
        record(f"{HOST}/missing.shtml", b"HTTP/1.1 404 Not Found\r\n\r\nno"),
        record(f"{HOST}/never.shtml", HTTP + b"x", date="19060305080000"),
        record("http://www.other.example/", HTTP + b"x"),
    ]


def test_pages_of_arc_files_become_articles(tmp_path: Path) -> None:
    definition, archive, source = tmp_path / "t.toml", tmp_path / "archive.db", tmp_path / "theirs.arc.gz"
    definition.write_text(DEFINITION, encoding="utf-8")
    source.write_bytes(each_packed(*whole()))
    job = Import((source,), load_portal(str(definition)))
    result = import_sources(job, archive)
    assert (result.records, result.copied, result.new, result.faults) == (7, 2, 2, 0)
    assert result.refused == {"answered 404": 1, "its date is not valid": 1}
    assert rows(archive, "SELECT DISTINCT seen_from FROM versions") == [("2006-03-05T08:00:00Z",)]
    # The response is the one that lay in the ARC file, byte for byte.
    (warc,) = tmp_path.glob("warc/t/*.warc.gz")
    with warc.open("rb") as stream:
        bodies = [one.content_stream().read() for one in ArchiveIterator(stream) if one.rec_type == "response"]
    assert bodies == [article(f"第{number}道沟渠", "2006-03-05").encode() for number in (0, 1)]
    assert run("verify", "--archive", archive).exit_code == 0
    assert import_sources(job, archive).passed_over == 1


BROKEN = {
    "says too much": record(f"{HOST}/1", HTTP + b"x", length=500),
    "says too little": record(f"{HOST}/1", HTTP + b"x" * 90, length=20),
    "says far too much": record(f"{HOST}/1", HTTP + b"x", length=10**14),
    "says no length": b"http://www.t.example/1 10.0.0.1 20060305080000 text/html many\n" + HTTP,
    "has a short date": record(f"{HOST}/1", HTTP + b"x", date="2006"),
    "has an endless line": b"http://www.t.example/" + b"a " * 200_000,
    "has endless digits": b"http://www.t.example/ 10.0.0.1 20060305080000 " + b"1" * 60_000 + b" \n",
    "is something else": b"<html>\n<p>not a record</p></html>\n" * 9,
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_arc_record_hides_no_other(broken: str) -> None:
    data = each_packed(record(f"{HOST}/0", HTTP + b"a"), BROKEN[broken], record(f"{HOST}/2", HTTP + b"b"))
    found = list(WarcRecords(io.BytesIO(data), All()))
    read = [one.fields["warc-target-uri"][-1] for one in found if not isinstance(one, Fault)]
    assert read == ["0", "2"] and sum(isinstance(one, Fault) for one in found) == 1


def test_damaged_bytes_of_arc_files_are_told() -> None:
    """Whatever bytes are changed or lost: no error but a fault, and no record that was not there."""
    data = each_packed(*whole())
    for seed in range(60):
        draw = random.Random(seed)
        at, size = draw.randrange(len(data)), draw.randrange(1, 40)
        damaged = data[:at] + draw.randbytes(draw.choice((0, size))) + data[at + size :]
        for one in WarcRecords(io.BytesIO(damaged), All()):
            if not isinstance(one, Fault):
                assert gzip.decompress(one.member).startswith(b"WARC/1.0\r\n")


def test_records_that_are_packed_as_one_are_told_with_the_way_out(tmp_path: Path) -> None:
    definition, source = tmp_path / "t.toml", tmp_path / "theirs.arc.gz"
    definition.write_text(DEFINITION, encoding="utf-8")
    source.write_bytes(gzip.compress(b"".join(whole())))
    done = run("import", source, "--portal", definition, "--archive", tmp_path / "archive.db")
    assert done.exit_code == 1
    assert "- theirs.arc.gz at 0: its length is wrong, or several ARC records are packed as one" in done.stderr
    assert "warcio recompress" in done.stderr
