"""Bodies that are too large, packed to burst, nested without end, or in another charset than they say."""

from __future__ import annotations

import gzip
import zlib

import brotli
import pytest

from support.faults import TITLES, CrawlFault, site, with_listed
from support.hostile_portal import HostilePortal, Visit, answer, head
from support.pages import article

BAD = "/2026/0305/901.shtml"
HTML = ("Content-Type", "text/html; charset=utf-8")
MEBIBYTE = 2**20


def _gzip_bomb(mebibytes: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    page = b"<p>" + bytes(MEBIBYTE - 3)
    return b"".join(packer.compress(page) for _ in range(mebibytes)) + packer.flush()


def _brotli_bomb(mebibytes: int) -> bytes:
    packer = brotli.Compressor(quality=5)
    page = b"<p>" + b" " * (MEBIBYTE - 3)
    return b"".join(packer.process(page) for _ in range(mebibytes)) + packer.finish()


@pytest.mark.slow
@pytest.mark.parametrize(("coding", "make"), [("gzip", _gzip_bomb), ("br", _brotli_bomb)])
def test_a_bomb_is_not_unpacked(crawl_fault: CrawlFault, coding: str, make) -> None:
    """512 MiB of page in half a megabyte, or less; a bomb in a bomb; the same as robots.txt of another host."""
    bomb = make(512)
    nested = gzip.compress(bomb)
    pages = {
        BAD: answer(bomb, Content_Encoding=coding),
        "/2026/0305/902.shtml": answer(nested, Content_Encoding=f"{coding}, gzip"),
    }
    with HostilePortal({"/robots.txt": answer(bomb, kind="text/plain", Content_Encoding=coding)}) as other:
        bad = [*pages, f"{other.url}/2026/0305/903.shtml"]
        with HostilePortal(site(**{"/yichang/": with_listed(bad), **pages})) as portal:
            done = crawl_fault(f"{coding} bomb of 512 MiB", portal)
    assert done.status == 1 and done.titles == TITLES
    for path in bad:
        assert done.reason(path) and done.is_tried_again(path), done.reason(path)
    assert done.cpu < 8


def test_a_body_of_a_gigabyte_is_given_up_at_the_bound(crawl_fault: CrawlFault) -> None:
    sent = {"announced": 0, "in chunks": 0, "unannounced": 0}
    piece = b"<p>" + b"x" * 65_533

    def announced(visit: Visit) -> None:
        visit.send(head(fields=[HTML, ("Content-Length", 2**30)]))
        _pour(visit, "announced", piece)

    def in_chunks(visit: Visit) -> None:
        visit.send(head(fields=[HTML, ("Transfer-Encoding", "chunked")]))
        _pour(visit, "in chunks", b"10000\r\n" + piece + b"\r\n")

    def unannounced(visit: Visit) -> None:
        visit.send(head(fields=[HTML]))
        _pour(visit, "unannounced", piece)

    def _pour(visit: Visit, name: str, data: bytes) -> None:
        for _ in range(2**30 // len(data)):
            visit.send(data)
            sent[name] += len(data)

    pages = {BAD: announced, "/2026/0305/902.shtml": in_chunks, "/2026/0305/903.shtml": unannounced}
    with HostilePortal(site(**{"/yichang/": with_listed(list(pages)), **pages})) as portal:
        done = crawl_fault("1 GiB body: announced, chunked, no", portal, crawl="delay = 0\nconcurrency = 1")
    assert done.status == 1 and done.titles == TITLES
    for path in pages:
        assert "larger than 16 MiB" in done.reason(path)
    assert sent["announced"] < 8 * MEBIBYTE, "the head says it all"
    # What the sockets hold comes on top.
    assert max(sent.values()) < 2 * 32 * MEBIBYTE


@pytest.mark.slow
def test_tags_without_end(crawl_fault: CrawlFault) -> None:
    """A million nested tags, fewer of them that are still too deep, and as many attributes."""
    start, end = b"<html><body><h1>title</h1>", "水渠修好了。".encode()
    pages = {
        BAD: answer(start + b"<div>" * 1_000_000 + end),
        "/2026/0305/902.shtml": answer(start + b"<b>" * 100_000 + end),
        "/2026/0305/903.shtml": answer(start + b"<p " + b" ".join(b"a%d=1" % n for n in range(500_000)) + b">" + end),
        "/2026/0305/904.shtml": answer(start + b"<!--" * 1_000_000 + end),
        "/2026/0305/905.shtml": answer(start + b"</div>" * 1_000_000 + end),
    }
    with HostilePortal(site(**{"/yichang/": with_listed(list(pages)), **pages})) as portal:
        done = crawl_fault("a million tags, nested or crowded", portal)
    assert done.status == 1 and done.titles == TITLES
    for path in pages:
        assert done.reason(path)
    assert done.cpu < 12


def test_a_charset_that_lies(crawl_fault: CrawlFault) -> None:
    """Header and page say one thing, the bytes are another: the text comes out right, or not at all."""
    title = "黄泥冲泵站检修记"

    def page(coding: str, header: str, meta: str) -> bytes:
        text = article(title).replace("<head>", f'<head><meta charset="{meta}">')
        return answer(text.encode(coding), kind=f"text/html; charset={header}")

    pages = {
        "/2026/0305/901.shtml": page("gb18030", "utf-8", "gb2312"),
        "/2026/0305/902.shtml": page("gb18030", "utf-8", "utf-8"),
        "/2026/0305/903.shtml": page("utf-8", "gb2312", "gb2312"),
        "/2026/0305/904.shtml": page("utf-8", "iso-8859-1", "big5"),
        "/2026/0305/905.shtml": page("gb18030", "klingon", "\x00"),
    }
    with HostilePortal(site(**{"/yichang/": with_listed(list(pages)), **pages})) as portal:
        done = crawl_fault("a charset that lies", portal)
    assert done.status == 0, done.messages
    assert done.titles == TITLES | {title}
    bodies = {row["body"] for row in done.rows("SELECT body FROM articles_flat WHERE title = ?", title)}
    assert len(bodies) == 1 and "入夏以来" in bodies.pop()
