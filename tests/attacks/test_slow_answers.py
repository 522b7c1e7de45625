"""Answers that are sent to cost time: in tiny chunks, or a few bytes per second."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from newscrawler.crawling.downloader import bounded_protocol
from support import driver
from support.hostile_portal import HostilePortal, Visit, answer, head
from support.pages import HOMEPAGE, article, listing, small_portal

HTML = ("Content-Type", "text/html; charset=utf-8")
CHUNKED = head(fields=[HTML, ("Transfer-Encoding", "chunked")])
PAGE = article("水渠修好了").encode()


def _in_tiny_chunks(visit: Visit) -> None:
    visit.send(CHUNKED)
    for _ in range(30):
        visit.send(b"1\r\nx\r\n" * 10_000)
    visit.send(b"0\r\n\r\n")


def _in_lines(visit: Visit) -> None:
    """As PHP does that writes a page line by line."""
    visit.send(CHUNKED, b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in _parts(PAGE, 40)), b"0\r\n\r\n")


def _parts(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


def _drip(visit: Visit) -> None:
    """A body of unknown length, which would count as whole when the connection ends."""
    visit.send(head(fields=[HTML]), PAGE[:400])
    visit.send_slowly(PAGE[400:500], 0.1)


def _drip_in_the_head(visit: Visit) -> None:
    visit.send(b"HTTP/1.1 200 OK\r\n")
    visit.send_slowly(b"X-A: " + b"a" * 100, 0.1)


def test_such_answers_are_refused_and_others_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_protocol, "GRACE_SECONDS", 1.0)
    monkeypatch.setattr(bounded_protocol, "LEAST_BYTES_PER_SECOND", 700)
    bad = {
        "/2026/0305/901.shtml": (_in_tiny_chunks, "50,000 chunks"),
        "/2026/0305/902.shtml": (_drip, "too slow"),
        "/2026/0305/903.shtml": (_drip_in_the_head, "too slow"),
    }
    good: dict[str, Any] = {"/2026/0305/201.shtml": _in_lines, "/2026/0305/202.shtml": answer(PAGE)}
    entries = [(path, f"黄泥冲{path[-9:-6]}号泵站检修", "2026-03-05") for path in (*bad, *good)]
    pages: dict[str, Any] = {"/": HOMEPAGE, "/yichang/": listing(entries)}
    pages |= good | {path: act for path, (act, _) in bad.items()}
    portal = small_portal(sections={"宜昌市": "/yichang/"}, crawl={"concurrency": 8})
    begun = time.process_time()
    with HostilePortal(pages) as server:
        settings = {"RETRY_TIMES": 0, "DOWNLOAD_TIMEOUT": 20, "NEWSCRAWLER_CAPTURES": False}
        spider = driver.crawl(portal, tmp_path / "a.db", via=server.url, settings=settings)
    assert time.process_time() - begun < 6
    events = {url[20:]: reason for kind, url, reason in spider.context.store.events.samples if kind == "failed"}
    assert set(events) == set(bad)
    for path, (_, word) in bad.items():
        assert word in events[path], events[path]
    assert spider.context.store.tally["宜昌市", "new"] == 2
