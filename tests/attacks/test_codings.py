"""Bodies that are packed to cost time: each is refused in a moment, by the crawler and by the reader of captures."""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from newscrawler.archive.captures.decoding import DecodingError, decoded
from newscrawler.extraction import unpacking
from newscrawler.extraction.model import NotAnArticle
from newscrawler.listings.feeds import read_feed
from support import driver
from support.hostile_portal import HostilePortal, answer
from support.pages import HOMEPAGE, article, listing, small_portal

PAGE = article("水渠修好了").encode()
STORED = b"\x00\x00\x80\xff\x7f" + bytes(32_768)
"""A block of raw deflate that is not the last one: 32 KiB, stored as they are."""
EMPTY_DYNAMIC = bytes.fromhex("04e0810008000000002090fd")
"""The beginning of a block with codes of its own; repeated, it is broken at once or costs tables."""


def _layers(count: int) -> bytes:
    """Raw deflate around raw deflate, stored: each layer is as long as the page."""
    body = STORED * 256
    for _ in range(min(count, 3)):
        body = b"".join(
            bytes([start + 65_535 >= len(body)])
            + len(part).to_bytes(2, "little")
            + (len(part) ^ 65_535).to_bytes(2, "little")
            + part
            for start in range(0, len(body), 65_535)
            if (part := body[start : start + 65_535])
        )
    return body


CASES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "1,500 codings": (", ".join(["deflate"] * 1_500), lambda: _layers(3)),
    "25,000 codings": (",".join(["gzip"] * 25_000), lambda: gzip.compress(PAGE)),
    "three codings": ("gzip, gzip, gzip", lambda: gzip.compress(gzip.compress(gzip.compress(PAGE)))),
    "empty members": ("gzip", lambda: gzip.compress(b"") * 700_000),
    "small members": ("gzip", lambda: gzip.compress(b"x") * 500_000),
    "empty blocks": ("deflate", lambda: b"\x00\x00\x00\xff\xff" * 3_000_000),
    "empty fixed blocks": (
        "deflate",
        lambda: zlib.compressobj(9, zlib.DEFLATED, -15).flush(zlib.Z_SYNC_FLUSH) * 3_000_000,
    ),
    "dynamic blocks": ("deflate", lambda: EMPTY_DYNAMIC * 1_300_000),
    "a bomb": ("gzip", lambda: gzip.compress(bytes(2**26 + 9), 9)),
    "brotli": ("br", lambda: b"\x0b\x02\x80" + PAGE),
    "zstd": ("zstd", lambda: b"\x50\x2a\x4d\x18\x00\x00\x00\x00" * 1_900_000),
    "compress": ("compress", lambda: PAGE),
    "no packed body": ("gzip", lambda: PAGE),
    "a broken one": ("gzip", lambda: gzip.compress(PAGE)[:-200]),
}
"""Codings, and what makes the bodies, which are large."""


@pytest.mark.parametrize("name", CASES)
def test_a_packed_body_costs_little_and_is_refused(name: str) -> None:
    coding, make = CASES[name]
    body = make()
    begun = time.process_time()
    with pytest.raises(DecodingError):
        decoded(body, [("Content-Encoding", coding)], is_part_enough=False)
    assert time.process_time() - begun < unpacking.MAX_SECONDS + 1


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(PAGE)),
        ("X-GZIP", gzip.compress(PAGE)),
        ("gzip, identity", gzip.compress(PAGE)),
        ("gzip, gzip", gzip.compress(gzip.compress(PAGE))),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)[2:-4]),
        ("gzip", b"".join(gzip.compress(PAGE[start : start + 40]) for start in range(0, len(PAGE), 40))),
        ("gzip", gzip.compress(PAGE) + bytes(512)),
        ("", PAGE),
    ],
    ids=["gzip", "x-gzip", "identity", "twice", "zlib", "raw", "members", "padding", "none"],
)
def test_honest_codings_are_undone(coding: str, body: bytes) -> None:
    assert decoded(body, [("content-encoding", coding)], is_part_enough=False) == PAGE


def test_of_a_broken_capture_the_part_before_the_break_is_read() -> None:
    part = decoded(gzip.compress(PAGE)[:-200], [("Content-Encoding", "gzip")])
    assert part and PAGE.startswith(part)


@pytest.mark.parametrize(
    "body",
    [gzip.compress(b"") * 700_000, gzip.compress(b"<urlset></urlset>")[:-9]],
    ids=["empty members", "cut off"],
)
def test_a_packed_sitemap_is_bounded_and_whole_or_refused(body: bytes) -> None:
    begun = time.process_time()
    assert isinstance(read_feed(body, "http://www.t.example/map.xml.gz"), NotAnArticle)
    assert time.process_time() - begun < unpacking.MAX_SECONDS + 1


def test_a_crawl_tells_each_and_stores_the_rest(tmp_path: Path) -> None:
    """In one crawl, with captures: each is a failure with its reason, and is tried again."""
    shown = ["1,500 codings", "three codings", "empty members", "zstd", "brotli", "a broken one"]
    bad = {f"/2026/0305/{number}.shtml": name for number, name in enumerate(shown, 901)}
    good = "/2026/0305/201.shtml"
    entries = [(path, f"黄泥冲{path[-9:-6]}号泵站检修", "2026-03-05") for path in (*bad, good)]
    pages: dict[str, Any] = {"/": HOMEPAGE, "/yichang/": listing(entries)}
    pages |= {path: answer(CASES[name][1](), Content_Encoding=CASES[name][0]) for path, name in bad.items()}
    pages[good] = answer(gzip.compress(PAGE), Content_Encoding="gzip")
    portal = small_portal(sections={"宜昌市": "/yichang/"})
    begun = time.process_time()
    with HostilePortal(pages) as server:
        spider = driver.crawl(portal, tmp_path / "a.db", via=server.url)
    assert time.process_time() - begun < 8
    events = {url[20:]: reason for kind, url, reason in spider.context.store.events.samples if kind == "failed"}
    assert set(events) == set(bad)
    words = ("1,500 content codings", "3 content codings", "packed parts", "'zstd'", "'br'", "broke off")
    for path, word in zip(bad, words, strict=True):
        assert word in events[path]
    assert spider.context.store.tally["宜昌市", "new"] == 1
