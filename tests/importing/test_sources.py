"""What sources hold: codings of bodies, revisits, pages of one article, WACZ collections, folders of saved pages."""

from __future__ import annotations

import gzip
import io
import os
import sys
import zipfile
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newscrawler.archive.captures.decoding import DecodingError
from newscrawler.archive.captures.payloads import body_of
from newscrawler.importing.saved_pages import address_of_page
from support.pages import DEFINITION, PARAGRAPHS, article, small_portal
from support.warcs import HOST, Captured, each_packed, raw_record, warc_bytes, write_warc
from tests.importing.test_import import report, rows, run

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

DATE = "2015-03-05T08:00:00Z"
HTML = ("Content-Type", "text/html; charset=utf-8")


@pytest.fixture
def own(tmp_path: Path) -> tuple[object, ...]:
    (tmp_path / "t.toml").write_text(DEFINITION, encoding="utf-8")
    return ("--portal", tmp_path / "t.toml", "--archive", tmp_path / "archive.db", "--format", "json")


def chunked(body: bytes) -> bytes:
    parts = [body[start : start + 700] for start in range(0, len(body), 700)]
    return b"".join(b"%x;x=1\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@pytest.mark.slow
def test_bodies_in_every_coding_become_the_same_article(tmp_path: Path, own: tuple[object, ...]) -> None:
    def deflated(body: bytes) -> bytes:
        packer = zlib.compressobj(wbits=-15)
        return packer.compress(body) + packer.flush()

    coded = {
        "gzip": [gzip.compress, [("Content-Encoding", "gzip")]],
        "deflate": [deflated, [("Content-Encoding", "deflate")]],
        "br": [brotli.compress, [("Content-Encoding", "br")]],
        "zstd": [zstd.compress, [("Content-Encoding", "zstd")]],
        "chunked": [chunked, [("Transfer-Encoding", "chunked")]],
        "both": [lambda body: chunked(gzip.compress(body)), [("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")]],
        "decoded": [bytes, [("Content-Encoding", "br"), ("Transfer-Encoding", "chunked")]],
        "decoded gzip": [bytes, [("Content-Encoding", "gzip")]],
        "plain": [bytes, []],
    }  # fmt: skip
    pages = []
    for number, (pack, headers) in enumerate(coded.values()):
        body = article(f"第{number}道沟渠修好了", "2015-03-05").encode()
        pages.append(Captured(f"/2015/0305/{200 + number}.shtml", DATE, pack(body), headers=[HTML, *headers]))  # type: ignore[operator,list-item,misc]
    old = article("老编码的一篇", "2015-03-05").encode("gb18030")
    pages.append(Captured("/2015/0305/300.shtml", DATE, old, headers=[("Content-Type", "text/html")]))
    told = report(run("import", write_warc(tmp_path / "w.warc.gz", pages), *own))
    assert not told["rejected"] and not told["refused"], (told["rejected"], told["refused"])
    assert told["new"] == len(pages)
    archive = tmp_path / "archive.db"
    assert {count for (count,) in rows(archive, "SELECT length(body) FROM texts WHERE body LIKE '第%'")} == {
        len("\n".join(("第0道沟渠修好了，这是2015-03-05的事。", *PARAGRAPHS)))
    }
    assert run("verify", "--archive", archive).exit_code == 0


def test_a_body_that_would_be_too_large_is_refused() -> None:
    big = bytes(80 * 2**20)
    for coding, packed in (("br", brotli.compress(big, quality=1)), ("zstd", zstd.compress(big))):
        with pytest.raises(DecodingError, match="more than"):
            body_of(packed, [("Content-Encoding", coding)])
    for headers in ([("Content-Encoding", "gzip, br, gzip")], [("Content-Encoding", "rot13")]):
        with pytest.raises(DecodingError):
            body_of(b"\x1f\x8b\x08", headers)
    for broken in (b"zz\r\n", b"-1\r\nab", b"5\r\nabcdeXX\r\n", b"\n" * 9_000, b"f" * 5_000):
        assert body_of(broken, [("Transfer-Encoding", "chunked")]) == broken
    assert body_of(b"5\r\nabcde\r\n9\r\nab", [("Transfer-Encoding", "chunked")]) == b"abcdeab"


@pytest.mark.slow
def test_payload_digests_with_and_without_chunks(tmp_path: Path, own: tuple[object, ...]) -> None:
    """The standard means the payload without its chunks; many crawlers write the digest of what they received."""
    body = article("山口修好了沟渠", "2015-03-05").encode()
    records = [
        raw_record(
            number,
            body=chunked(body),
            extra=f"WARC-Payload-Digest: sha1:{_sha1(data)}\r\n".encode(),
            http_extra=b"Transfer-Encoding: chunked\r\n",
        )
        for number, data in enumerate((chunked(body), body, b"another"))
    ]
    (tmp_path / "w.warc.gz").write_bytes(each_packed(*records))
    told = report(run("import", tmp_path / "w.warc.gz", *own))
    assert told["copied"] == 2
    assert ["its digest does not agree" in reason for reason in told["refused"]] == [True]
    assert run("verify", "--archive", tmp_path / "archive.db").exit_code == 0


def _sha1(data: bytes) -> str:
    import base64
    import hashlib

    return base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def test_a_revisit_says_that_the_page_was_the_same_later(tmp_path: Path, own: tuple[object, ...]) -> None:
    first = Captured("/2015/0305/1.shtml", DATE, article("山口修好了沟渠", "2015-03-05"))
    later = io.BytesIO()
    writer = WARCWriter(later, gzip=True)
    for url, date in ((first.url, "2016-03-05T08:00:00Z"), ("/2015/0305/2.shtml", "2016-03-05T08:00:00Z")):
        writer.write_record(
            writer.create_revisit_record(
                HOST + url, "sha1:" + _sha1(first.payload), HOST + url, DATE,
                http_headers=StatusAndHeaders("200 OK", [HTML], protocol="HTTP/1.1"), warc_headers_dict={"WARC-Date": date},
            )
        )  # fmt: skip
    # The revisits come first, and one of them has no original.
    (tmp_path / "w.warc.gz").write_bytes(later.getvalue() + warc_bytes([first]))
    told = report(run("import", tmp_path / "w.warc.gz", *own))
    assert (told["copied"], told["refused"]) == (2, {"the record to which it refers is missing": 1})
    archive = tmp_path / "archive.db"
    assert rows(archive, "SELECT seen_from, seen_to FROM versions") == [(DATE, "2016-03-05T08:00:00Z")]
    assert run("verify", "--archive", archive).exit_code == 0


def page_of_two(number: int, title: str = "两页的一篇") -> str:
    pager = "".join(f"<a href='9{'' if page == 1 else f'_{page}'}.shtml'>{page}</a> " for page in (1, 2))
    text = "第一页说的是沟渠。" if number == 1 else "第二页说的是粮仓。"
    page = article(title, "2015-03-05", text=text)
    return page.replace("</div><div class='foot'>", f"</div><div class='page'>{pager}</div><div class='foot'>")


@pytest.mark.slow
def test_the_pages_of_an_article_are_joined_in_whatever_order_they_were_captured(
    tmp_path: Path, own: tuple[object, ...]
) -> None:
    second_first = [
        Captured("/2015/0305/9_2.shtml", "2015-03-05T07:00:00Z", page_of_two(2)),
        Captured("/2015/0305/9.shtml", DATE, page_of_two(1)),
        Captured("/2015/0305/9_2.shtml", "2015-03-06T07:00:00Z", page_of_two(2)),
    ]
    archive = tmp_path / "archive.db"
    told = report(run("import", write_warc(tmp_path / "w.warc.gz", second_first), *own))
    assert (told["new"], told["versions"], told["rejected"]) == (1, 1, {"it is a further page of an article": 2})
    assert rows(archive, "SELECT url FROM articles") == [(f"{HOST}/2015/0305/9.shtml",)]
    ((body,),) = rows(archive, "SELECT t.body FROM versions v JOIN texts t ON t.hash = v.text")
    assert "沟渠" in body and "粮仓" in body
    assert rows(archive, "SELECT count(*) FROM texts") == [(1,)]
    assert run("verify", "--archive", archive).exit_code == 0
    # A page that was captured years later may be that of another article.
    far = [second_first[1], Captured("/2015/0305/9_2.shtml", "2019-03-05T07:00:00Z", page_of_two(2))]
    other = (*own[:3], tmp_path / "other.db", *own[4:])
    told = report(run("import", write_warc(tmp_path / "far.warc.gz", far), *other))
    assert told["rejected"]["a further page was not captured"] == 1


def test_a_wacz_is_read_in_place_and_only_below_archive(tmp_path: Path, own: tuple[object, ...]) -> None:
    def one(number: int) -> bytes:
        return warc_bytes([Captured(f"/2015/0305/{number}.shtml", DATE, article(f"第{number}道沟渠", "2015-03-05"))])

    path = tmp_path / "c.wacz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("datapackage.json", "{}")
        archive.writestr("archive/stored.warc.gz", one(11))
        archive.writestr("archive/packed.warc.gz", one(12), compress_type=zipfile.ZIP_DEFLATED)
        archive.writestr("archive/bomb.warc", bytes(30 * 2**20), compress_type=zipfile.ZIP_DEFLATED)
        for number, name in enumerate(
            ("../outside.warc.gz", "/abs.warc.gz", "pages/x.warc.gz", "archive/readme.txt"), 20
        ):
            archive.writestr(name, one(number))
    told = report(run("import", path, *own))
    assert (told["copied"], told["sources"]) == (2, 3)
    assert len(told["unread"]) == 1 and "bomb.warc: unpacks to" in told["unread"][0]
    archive_path = tmp_path / "archive.db"
    assert rows(archive_path, "SELECT url FROM articles ORDER BY url") == [
        (f"{HOST}/2015/0305/11.shtml",),
        (f"{HOST}/2015/0305/12.shtml",),
    ]
    assert run("verify", "--archive", archive_path).exit_code == 0
    # A central directory that lies about where a file begins.
    data = path.read_bytes()
    at = data.rindex(b"PK\x01\x02", 0, data.index(b"archive/stored.warc.gz", data.index(b"PK\x01\x02")))
    path.write_bytes(data[: at + 42] + (10**6).to_bytes(4, "little") + data[at + 46 :])
    assert run("import", path, *own, "--dry-run").exit_code == 1


def test_folders_of_saved_pages(tmp_path: Path, own: tuple[object, ...]) -> None:
    def text(title: str) -> str:
        return article(title, "2015-03-05")

    pages = tmp_path / "saved"
    site = pages / "www.t.example"
    for path, body in {
        site / "2015/0305/1.shtml": text("按文件夹"),
        site / "2015/0305/2.html": f"<!-- Mirrored from www.t.example/2015/0305/2.shtml by HTTrack Website Copier/3.x [XR&CO'2014], Wed, 11 Mar 2015 08:00:00 GMT -->{text('镜像')}",
        pages / "3.htm": f"<!-- saved from url=(0039)http://www.t.example/2015/0305/3.shtml -->{text('另存')}",
        pages / "4.html": text("规范地址").replace("<head>", "<head><link href='http://www.t.example/2015/0305/4.shtml' rel='canonical'>"),
        pages / "5.html": text("没有地址"),
        pages / "6.html": text("别人的").replace("<head>", "<head><link rel=canonical href='http://www.other.example/6.html'>"),
        pages / "notes.txt": "x",
    }.items():  # fmt: skip
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, encoding="utf-8")
        os.utime(path, (datetime(2015, 4, 1, tzinfo=UTC).timestamp(),) * 2)
    (tmp_path / "outside.html").write_text(text("外面的一篇"), encoding="utf-8")
    (site / "link.html").symlink_to(tmp_path / "outside.html")
    (pages / "loop").symlink_to(pages)
    told = report(run("import", pages, *own))
    assert (told["records"], told["copied"], told["refused"]) == (6, 4, {"its address is not known": 1})
    archive = tmp_path / "archive.db"
    times = dict(rows(archive, "SELECT a.url, v.seen_from FROM articles a JOIN versions v ON v.article = a.n"))
    assert times == {
        f"{HOST}/2015/0305/1.shtml": "2015-04-01T00:00:00Z",
        f"{HOST}/2015/0305/2.shtml": "2015-03-11T08:00:00Z",
        f"{HOST}/2015/0305/3.shtml": "2015-04-01T00:00:00Z",
        f"{HOST}/2015/0305/4.shtml": "2015-04-01T00:00:00Z",
    }
    assert run("verify", "--archive", archive).exit_code == 0
    assert report(run("import", pages, *own))["known"] == 4
    again = report(run("import", pages, *own, "--captured", "2015-05-02", "--dry-run"))
    assert (again["copied"], again["unchanged"]) == (4, 4)
    outcomes = report(run("reextract", "--dry-run", "--archive", archive, "--format", "json"))["outcomes"]
    assert outcomes == {"same": 4}


def test_addresses_of_saved_pages_take_no_time(tmp_path: Path) -> None:
    portal = small_portal()
    hostile: Sequence[bytes] = (
        b"<!-- saved from url=(" * 3_000,
        b"<link " * 10_000,
        b"<!-- Mirrored from a by HTTrack, " * 2_000,
        b"<link rel=canonical " + b" " * 60_000,
    )
    import time

    began = time.process_time()
    for head in hostile:
        assert address_of_page(head[: 64 * 2**10], tmp_path / "x.html", tmp_path, portal) == ""
    assert time.process_time() - began < 1
