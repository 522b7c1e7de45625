"""Captures of real crawls: what is kept, where, and that it reads back as it was served."""

from __future__ import annotations

import gzip
import hashlib
import json
import sqlite3
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from newscrawler.archive.captures import cdxj
from newscrawler.archive.captures.reading import read_capture
from newscrawler.archive.captures.rows import CaptureError, get_capture
from newscrawler.demo.model import Response
from newscrawler.demo.portal import build
from support.captures import FIRST, GONE, SECOND, passes_warcio_check, problems, refresh, small_site, warc_files
from support.crawls import Crawl
from support.pages import article, html, listing


def test_the_demo_is_captured_whole(demo_archive: Path) -> None:
    portal = build()
    done = Crawl(0, "", demo_archive)
    assert passes_warcio_check(done.archive)
    assert problems(done.archive) == []
    assert done.rows("SELECT 1 FROM versions WHERE capture IS NULL") == []
    kinds = {row["kind"]: row["n"] for row in done.rows("SELECT kind, count(*) AS n FROM captures GROUP BY kind")}
    assert kinds.keys() == {"article", "listing", "homepage", "robots"}
    with sqlite3.connect(done.archive) as connection:
        for row in done.rows("SELECT * FROM captures"):
            captured = read_capture(connection, row)
            served = portal.respond(row["url"].removeprefix(portal.host))
            assert (captured.raw, captured.status) == (served.body, served.status), row["url"]
            assert row["digest"] == hashlib.sha256(served.body).hexdigest()
            assert row["url"].startswith(portal.host), "the portal's own URL, whatever address served it"
    # A story of two pages names both captures.
    pages = done.rows(
        "SELECT c.url, f.url AS first FROM version_pages p JOIN captures c ON c.id = p.capture "
        "JOIN versions v ON v.id = p.version JOIN captures f ON f.id = v.capture"
    )
    assert pages
    assert all(page["url"] != page["first"] for page in pages)


def test_records_say_what_the_standard_asks(crawl: Callable[..., Crawl]) -> None:
    done = crawl(small_site())
    (path,) = warc_files(done.archive)
    run = done.one("SELECT key FROM runs")["key"]
    assert path.name == f"{run}-00001.warc.gz"
    with path.open("rb") as stream:
        records = [(record, record.content_stream().read()) for record in ArchiveIterator(stream)]
    head, text = records[0]
    assert head.rec_type == "warcinfo"
    assert head.rec_headers.get_header("WARC-Filename") == path.name
    for word in (b"software: newscrawler/", b"operator: ", b"robots: ", b"settings: ", run.encode()):
        assert word in text
    assert {record.rec_headers.protocol for record, _ in records} == {"WARC/1.1"}
    responses = {record.rec_headers.get_header("WARC-Record-ID"): record for record, _ in records[1:]}
    for record, _ in records[1:]:
        headers = record.rec_headers
        assert headers.get_header("WARC-Warcinfo-ID") == head.rec_headers.get_header("WARC-Record-ID")
        if record.rec_type == "request":
            answer = responses[headers.get_header("WARC-Concurrent-To")]
            assert answer.rec_headers.get_header("WARC-Target-URI") == headers.get_header("WARC-Target-URI")
            assert record.http_headers.get_header("User-Agent").startswith("newscrawler/")
        else:
            assert headers.get_header("WARC-IP-Address") == "127.0.0.1"


def test_withdrawals_and_robots_are_evidence_too(crawl: Callable[..., Crawl]) -> None:
    site = small_site()
    site.pages[SECOND] = Response(301, {"Location": "/2026/0305/3.shtml", "Content-Type": "text/html"}, b"")
    site.pages["/2026/0305/3.shtml"] = article("河边搬走了粮仓", "2026-03-04")
    done = crawl(site)
    found = {
        (row["kind"], row["url"].removeprefix("http://www.t.example"), row["status"])
        for row in done.rows("SELECT * FROM captures")
    }
    assert ("article", GONE, 404) in found
    assert ("robots", "/robots.txt", 200) in found
    assert ("article", SECOND, 301) in found
    row = done.one("SELECT c.url FROM versions v JOIN captures c ON c.id = v.capture WHERE v.title LIKE '河边%'")
    assert row["url"].endswith("/3.shtml"), "the version points to the page, not to the redirect"


def test_a_compressed_payload_is_kept_as_it_came(crawl: Callable[..., Crawl]) -> None:
    site = small_site()
    plain = article("山口修好了沟渠").encode()
    packed = {FIRST: ("gzip", gzip.compress(plain)), SECOND: ("deflate", zlib.compress(plain))}
    for path, (coding, body) in packed.items():
        site.pages[path] = Response(200, {"Content-Type": "text/html; charset=utf-8", "Content-Encoding": coding}, body)
    done = crawl(site)
    assert passes_warcio_check(done.archive)
    with sqlite3.connect(done.archive) as connection:
        for path, (_, body) in packed.items():
            row = done.one("SELECT * FROM captures WHERE url = ?", f"http://www.t.example{path}")
            captured = read_capture(connection, row)
            assert row["digest"] == hashlib.sha256(body).hexdigest()
            assert (captured.raw, captured.body) == (body, plain)


def test_a_bomb_read_back_is_bounded(crawl: Callable[..., Crawl], monkeypatch: pytest.MonkeyPatch) -> None:
    site = small_site()
    site.pages[FIRST] = Response(
        200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, gzip.compress(bytes(30 * 2**20))
    )
    done = crawl(site)
    assert done.status == 1
    monkeypatch.setattr("newscrawler.archive.captures.payloads.MAX_BODY_BYTES", 2**20)
    row = done.one("SELECT * FROM captures WHERE url LIKE '%/1.shtml' ORDER BY id LIMIT 1")
    with sqlite3.connect(done.archive) as connection, pytest.raises(CaptureError, match="inflates to more"):
        read_capture(connection, row)


def test_what_did_not_change_is_a_revisit(crawl: Callable[..., Crawl]) -> None:
    site = small_site()
    crawl(site)
    done = crawl(site, "--full")
    assert passes_warcio_check(done.archive)
    assert problems(done.archive) == []
    runs = [row["id"] for row in done.rows("SELECT id FROM runs ORDER BY id")]
    again = done.rows("SELECT * FROM captures WHERE run = ?", runs[1])
    assert {row["kind"] for row in again} == {"homepage", "robots", "listing", "article"}
    assert [row["url"] for row in again if row["kind"] == "article"] == [f"http://www.t.example{GONE}"], "still listed"
    assert all(row["refers_to"] is not None for row in again)
    with sqlite3.connect(done.archive) as connection:
        for row in again:
            origin = get_capture(connection, row["refers_to"])
            assert origin["run"] == runs[0]
            assert read_capture(connection, row).raw == read_capture(connection, origin).raw != b""
    (path,) = warc_files(done.archive)
    with path.open("rb") as stream:
        kinds = [record.rec_type for record in ArchiveIterator(stream)]
    first, second = (index for index, kind in enumerate(kinds) if kind == "warcinfo")
    assert "revisit" not in kinds[first:second]
    assert kinds[second:].count("revisit") == len(again)
    assert "response" not in kinds[second:]


def test_not_modified_stands_for_the_page_that_was_validated(crawl: Callable[..., Crawl]) -> None:
    site = small_site()
    done = crawl(site)
    assert "unchanged" in refresh(site, done.archive)
    rows = done.rows("SELECT * FROM captures WHERE status = 304")
    assert len(rows) == 2
    with sqlite3.connect(done.archive) as connection:
        for row in rows:
            page = read_capture(connection, row)
            assert (page.status, page.raw) == (200, site.respond(row["url"].removeprefix(site.host)).body)
            assert page.raw == read_capture(connection, get_capture(connection, row["refers_to"])).raw
    assert problems(done.archive) == []
    assert passes_warcio_check(done.archive)
    profiles = set()
    for path in warc_files(done.archive):
        with path.open("rb") as stream:
            profiles |= {r.rec_headers.get_header("WARC-Profile") for r in ArchiveIterator(stream)}
    assert {str(profile).rpartition("/")[2] for profile in profiles} >= {"server-not-modified"}


@pytest.mark.slow
def test_not_modified_of_a_page_that_was_not_captured_refers_to_nothing(crawl: Callable[..., Crawl]) -> None:
    site = small_site()
    done = crawl(site)
    site.pages[FIRST] = article("山口修好了沟渠", text="后来又加了一道闸门。")
    refresh(site, done.archive, captures=False)
    refresh(site, done.archive)
    row = done.one("SELECT * FROM captures WHERE status = 304 AND url LIKE '%/1.shtml'")
    assert row["refers_to"] is None
    assert row["digest"] == hashlib.sha256(b"").hexdigest()
    assert problems(done.archive) == []


def test_without_captures_no_file_is_written(crawl: Callable[..., Crawl], tmp_path: Path) -> None:
    done = crawl(small_site(), "--no-captures")
    assert done.status == 0, done.messages
    assert not (tmp_path / "warc").exists()
    assert done.rows("SELECT * FROM captures") == []
    assert done.one("SELECT count(*) AS n FROM articles WHERE status = 'live'")["n"] == 2


def test_images_are_captured_on_request_and_once(crawl: Callable[..., Crawl]) -> None:
    site = small_site()
    picture = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
    body = article("山口修好了沟渠").replace(
        "</div><div class='foot'>", "<p><img src='/pic/1.png'></p></div><div class='foot'>"
    )
    body = body.replace("<div class='foot'>", "<p><img src='http://cdn.other.example/2.png'></p><div class='foot'>", 1)
    site.pages |= {FIRST: body, "/pic/1.png": Response(200, {"Content-Type": "image/png"}, picture)}
    plain = crawl(site)
    assert plain.rows("SELECT * FROM captures WHERE kind = 'image'") == []
    plain.archive.unlink()
    done = crawl(site, "--images")
    assert done.status == 0, done.messages
    row = done.one("SELECT * FROM captures WHERE kind = 'image'")
    assert row["url"] == "http://www.t.example/pic/1.png"
    with sqlite3.connect(done.archive) as connection:
        assert read_capture(connection, row).raw == picture
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == 2


def test_images_need_captures(crawl: Callable[..., Crawl]) -> None:
    assert crawl(small_site(), "--images", "--no-captures").status == 2


def test_hostile_headers_and_urls_break_no_record(crawl: Callable[..., Crawl]) -> None:
    site = small_site()
    site.pages[FIRST] = html(article("山口修好了沟渠"), X_Zero="a\0b", X_Return="a\rWARC/1.1 b", X_Latin="caf\xe9 \xff")
    site.pages[SECOND] = html(article("河边搬走了粮仓", "2026-03-04"), X_Huge="x" * 1_000_000)
    odd = "/2026/0305/%0d%0aWARC-Type:%20x%00\x07 路.shtml"
    site.pages["/enshi/"] = listing(
        [(FIRST, "山口修好了沟渠", "2026-03-05"), (odd, "这一篇的地址很奇怪", "2026-03-03")]
    )
    done = crawl(site)
    assert passes_warcio_check(done.archive)
    assert problems(done.archive) == []
    with sqlite3.connect(done.archive) as connection:
        row = done.one("SELECT * FROM captures WHERE url LIKE '%/1.shtml'")
        captured = read_capture(connection, row)
        assert captured.header("x-zero") == "a b"
        assert captured.header("x-return") == "a WARC/1.1 b"
        assert [row["status"] for row in done.rows("SELECT status FROM captures WHERE url LIKE '%WARC-Type%'")] == [404]


@pytest.mark.slow
def test_a_file_that_is_full_is_followed_by_the_next(crawl: Callable[..., Crawl], tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import newscrawler.settings as settings\nsettings.NEWSCRAWLER_WARC_MAX_BYTES = 6_000\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(tmp_path))
        done = crawl(small_site())
    files = warc_files(done.archive)
    assert len(files) >= 2
    assert passes_warcio_check(done.archive)
    assert problems(done.archive) == []
    for path in files:
        with path.open("rb") as stream:
            assert next(iter(ArchiveIterator(stream))).rec_headers.get_header("WARC-Filename") == path.name


@pytest.mark.slow
def test_the_index_is_sorted_and_points_to_the_records(crawl: Callable[..., Crawl]) -> None:
    site = small_site()
    crawl(site)
    done = crawl(site, "--full")
    folder = done.archive.parent / "warc" / "t"
    lines = (folder / cdxj.NAME).read_text().splitlines()
    assert lines == sorted(set(lines))
    rows = {(row["file"], row["offset"]): row for row in done.rows("SELECT * FROM captures")}
    assert len(lines) == len(rows)
    for line in lines:
        key, moment, text = line.split(" ", 2)
        entry = json.loads(text)
        row = rows[f"t/{entry['filename']}", int(entry["offset"])]
        assert entry["url"] == row["url"]
        assert (entry["length"], entry["status"]) == (str(row["length"]), str(row["status"]))
        assert key.startswith("example,t)/")
        assert len(moment) == 14


def test_an_unwritable_folder_ends_the_crawl_before_it_begins(crawl: Callable[..., Crawl], tmp_path: Path) -> None:
    (tmp_path / "warc").write_text("in the way")
    done = crawl(small_site())
    assert done.status == 2
    assert "--no-captures" in done.messages
    assert crawl.requests == []  # type: ignore[attr-defined]
