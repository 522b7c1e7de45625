"""Answers that break a rule of HTTP and are whole all the same: old servers send them, browsers read them, and so do we."""

from __future__ import annotations

from pathlib import Path

from support import driver
from support.hostile_portal import HostilePortal
from support.pages import HOMEPAGE, article, listing, small_portal

PAGE = article("水渠修好了").encode()
HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(PAGE)
CHUNKED = b"Transfer-Encoding: chunked\r\n"
CHUNKS = b"%x\r\n%b\r\n0\r\n\r\n" % (len(PAGE), PAGE)

ANSWERS = {
    "length and chunks": HEAD + CHUNKED + LENGTH + b"\r\n" + CHUNKS,
    "length twice": HEAD + LENGTH + LENGTH + b"\r\n" + PAGE,
    "chunked twice": HEAD + CHUNKED + CHUNKED + b"\r\n" + CHUNKS,
    "a line without a colon": HEAD + b"garbage\r\n" + LENGTH + b"\r\n" + PAGE,
    "no carriage returns": (HEAD + LENGTH + b"\r\n").replace(b"\r\n", b"\n") + PAGE,
    "no reason phrase": HEAD.replace(b" OK", b"") + LENGTH + b"\r\n" + PAGE,
    "protocol in lower case": HEAD.replace(b"HTTP", b"http") + LENGTH + b"\r\n" + PAGE,
    "no length": HEAD.replace(b"1.1", b"1.0") + b"\r\n" + PAGE,
    "a folded field": HEAD + b"X-A: b\r\n  c\r\n" + LENGTH + b"\r\n" + PAGE,
    "a field in GBK": HEAD + b"X-A: \xc8\xcb\xc3\xf1\r\n" + LENGTH + b"\r\n" + PAGE,
    "a field with control characters": HEAD + b"X-A: a\0\x01\rb\r\n" + LENGTH + b"\r\n" + PAGE,
    "four hundred fields": HEAD + b"".join(b"X-%d: a\r\n" % n for n in range(400)) + LENGTH + b"\r\n" + PAGE,
    "a long cookie": HEAD + b"Set-Cookie: a=%b\r\n" % (b"x" * 12_000) + LENGTH + b"\r\n" + PAGE,
    "a chunk with an extension": HEAD + CHUNKED + b"\r\n" + CHUNKS.replace(b"\r\n", b";a=b\r\n", 1),
    "hints before it": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + HEAD + LENGTH + b"\r\n" + PAGE,
    "more after it": HEAD + LENGTH + b"\r\n" + PAGE + b"\r\n\r\n",
}


def test_such_articles_are_stored(tmp_path: Path) -> None:
    paths = {f"/2026/0305/{number}.shtml": name for number, name in enumerate(ANSWERS, 201)}
    entries = [(path, f"黄泥冲{path[-9:-6]}号泵站检修", "2026-03-05") for path in paths]
    pages = {"/": HOMEPAGE, "/yichang/": listing(entries)} | {path: ANSWERS[name] for path, name in paths.items()}
    with HostilePortal(pages) as server:
        portal = small_portal(sections={"宜昌市": "/yichang/"}, crawl={"concurrency": 4})
        spider = driver.crawl(portal, tmp_path / "a.db", via=server.url, settings={"RETRY_TIMES": 0})
    failed = {paths.get(url[20:], url): reason for _, url, reason in spider.context.store.events.samples}
    assert failed == {}
    assert spider.context.store.tally["宜昌市", "new"] == len(ANSWERS)
