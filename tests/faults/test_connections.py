"""Connections that are refused, reset, slow, silent or insecure, and names that do not exist."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from support import nightly, tls
from support.faults import TITLES, CrawlFault, site, with_listed
from support.hostile_portal import HostilePortal, Visit, answer, head

BAD = "/2026/0305/901.shtml"
PAGE = answer("<h1>一半</h1>" + "<p>　　水渠的一半。</p>" * 500)


def _nothing_listens() -> str:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return f"http://127.0.0.1:{found.getsockname()[1]}"


def _reset_in_the_middle(visit: Visit) -> None:
    visit.send(PAGE[: len(PAGE) // 2])
    visit.wait(0.1)
    visit.reset()


def _slow_head(visit: Visit) -> None:
    visit.send_slowly(PAGE, 0.1)


def _slow_body(visit: Visit) -> None:
    start = PAGE.index(b"\r\n\r\n") + 4
    visit.send(PAGE[:start])
    visit.send_slowly(PAGE[start:], 0.1)


def _stall(visit: Visit) -> None:
    visit.wait(30)


def _stall_in_the_middle(visit: Visit) -> None:
    visit.send(PAGE[: len(PAGE) // 2])
    visit.wait(30)


def _hang_up(visit: Visit) -> None:
    """End the connection without a byte."""


def _endless_head(visit: Visit) -> None:
    """Header fields without end; a body's bound does not count them."""
    visit.send(b"HTTP/1.1 200 OK\r\n")
    line = b"X-Filler: " + b"y" * 1000 + b"\r\n"
    while not visit.wait(0):
        visit.send(line * 100)


def _endless_line(visit: Visit) -> None:
    visit.send(b"HTTP/1.1 200 OK\r\nX-Filler: ")
    while not visit.wait(0):
        visit.send(b"y" * 100_000)


@nightly.by_day(3)
@pytest.mark.parametrize(
    ("fault", "acts", "words"),
    [
        ("reset in mid-body", [_reset_in_the_middle], "broke off"),
        ("hung up without a byte", [_hang_up], "no complete response"),
        ("slow loris: head, body", [_slow_head, _slow_body], "no response in time"),
        ("30 s stall: at once, in mid-body", [_stall, _stall_in_the_middle], "no response in time"),
        ("header fields without end", [_endless_head], "header is larger than 256 KiB"),
        ("header line without end", [_endless_line], "no complete response"),
    ],
)
def test_a_bad_connection_costs_its_document_only(
    crawl_fault: CrawlFault, fault: str, acts: list[Callable[[Visit], None]], words: str
) -> None:
    bad = {f"/2026/0305/90{number}.shtml": act for number, act in enumerate(acts)}
    with HostilePortal(site(**{"/yichang/": with_listed(list(bad)), **bad})) as portal:
        done = crawl_fault(fault, portal)
    assert done.status == 1 and done.outcome == "incomplete"
    assert done.titles == TITLES
    for path in bad:
        assert words in done.reason(path), done.reason(path)
        assert done.is_tried_again(path)
        assert done.requests.count(path) == 2, "it is tried once more"
    assert done.cpu < 6


def test_a_refused_connection_and_a_name_that_is_not_found(crawl_fault: CrawlFault) -> None:
    """Whole hosts of a portal may be away; what they hold is tried again."""
    refused = f"{_nothing_listens()}{BAD}"
    unknown = "http://news.t.invalid/2026/0305/902.shtml"
    with HostilePortal(site(**{"/yichang/": with_listed([refused, unknown])})) as portal:
        done = crawl_fault("refused; DNS failure", portal, rules='allowed_hosts = ["news.t.invalid"]')
    assert done.status == 1 and done.titles == TITLES
    assert "connection was refused" in done.reason(BAD)
    assert "news.t.invalid" in done.reason(unknown) and "host name was not found" in done.reason(unknown)
    assert done.is_tried_again(BAD) and done.is_tried_again(unknown)


def test_certificates_that_are_not_valid(crawl_fault: CrawlFault, tmp_path: Path) -> None:
    """Self-signed, expired, of another host: nothing is sent, nothing is stored, all is tried again."""
    kinds = {
        "911": tls.make_certificate(tmp_path / "self", "127.0.0.1"),
        "912": tls.make_certificate(tmp_path / "expired", "127.0.0.1", days=-30),
        "913": tls.make_certificate(tmp_path / "other", "127.0.0.2"),
    }
    # The last two would be trusted, were they what they should be.
    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(b"".join(kinds[number].certificate.read_bytes() for number in ("912", "913")))
    servers = {number: HostilePortal({}, tls=made.context()) for number, made in kinds.items()}
    paths = {number: f"{server.url}/2026/0305/{number}.shtml" for number, server in servers.items()}
    with servers["911"], servers["912"], servers["913"]:
        with HostilePortal(site(**{"/yichang/": with_listed(list(paths.values()))})) as portal:
            done = crawl_fault("TLS: self-signed, expired, other", portal, environment={"SSL_CERT_FILE": str(trusted)})
        assert [server.requests for server in servers.values()] == [[], [], []]
    assert done.status == 1 and done.titles == TITLES
    for path in paths.values():
        assert "certificate" in done.reason(path), done.reason(path)
        assert done.is_tried_again(path)


def test_too_much_and_too_little(crawl_fault: CrawlFault) -> None:
    """Content-Length both ways; chunks that are none. What is cut short is no article."""
    body = PAGE.partition(b"\r\n\r\n")[2]
    kind = ("Content-Type", "text/html; charset=utf-8")
    longer = head(fields=[kind, ("Content-Length", len(body) * 2)]) + body
    shorter = head(fields=[kind, ("Content-Length", 10)]) + body
    negative = head(fields=[kind, ("Content-Length", -5)]) + body
    chunks = head(fields=[kind, ("Transfer-Encoding", "chunked")])
    garbage = chunks + b"zz\r\n" + body
    cut = chunks + f"{len(body):x}\r\n".encode() + body[:500]
    huge = chunks + b"f" * 15 + b"\r\n" + body
    bad = {
        f"/2026/0305/92{number}.shtml": page
        for number, page in enumerate((longer, shorter, negative, garbage, cut, huge), 1)
    }
    with HostilePortal(site(**{"/yichang/": with_listed(list(bad)), **bad})) as portal:
        done = crawl_fault("wrong Content-Length; bad chunks", portal)
    assert done.status == 1 and done.titles == TITLES
    for path in bad:
        assert done.reason(path)
    assert all(done.is_tried_again(path) for path in bad if not path.endswith("922.shtml"))
