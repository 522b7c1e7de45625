"""What a stranger may send to `serve`: hosts, methods, parameters, and the addresses of another program."""

from __future__ import annotations

import http.client
import json
from contextlib import closing
from itertools import product
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from newscrawler.web.middleware import is_own_host
from support import nightly
from support.in_process import pages_of
from support.integrity import run
from support.web import Crawled, Server

OTHER_HOSTS = (
    "evil.example", "evil.example:8001", "127.0.0.1.evil.example", "127.0.0.1.evil.example:80", "localhost.evil",
    "localhost.evil.example:8001", "evil-localhost", "[::1].evil", "[::1].evil:80", "[::1]evil", "[::1", "::1]", "[::1]]",
    "[::1]:80:90", "[2001:db8::1]", "[::]", "0.0.0.0", "10.0.0.1", "169.254.169.254", "128.0.0.1", "127.0.0.1:80:90",
    "127.0.0.1@evil.example", "evil.example@127.0.0.1", "127.0.0.1/evil", "127.0.0.1#", "127.0.0.1?", "127.0.0.1, evil.example",
    "localhost evil", "localhost:evil.example", "localhost:8001.evil", "ⓛocalhost", "localhost\u3002evil", "2130706433",
    "0x7f.1", "127.1", "[::ffff:127.0.0.1].evil", "", " ", "*", "null",
)  # fmt: skip
OWN_HOSTS = (
    "localhost", "LOCALHOST", "localhost.", "localhost:1", "LocalHost:65535", "127.0.0.1", "127.0.0.1:9", "127.0.0.2",
    "127.255.255.254", "[::1]", "[::1]:8001", "[0:0:0:0:0:0:0:1]:1", "localhost:",
)  # fmt: skip


@pytest.mark.parametrize("host", OTHER_HOSTS)
def test_another_host_is_none_of_ours(host: str) -> None:
    assert not is_own_host(host)


@pytest.mark.parametrize("host", OWN_HOSTS)
def test_the_names_of_this_machine_are_ours(host: str) -> None:
    assert is_own_host(host)


def test_a_name_that_was_allowed_is_ours_and_no_other_is(demo_archive: Path) -> None:
    names = frozenset({"news.example.org"})
    for host in ("news.example.org", "NEWS.example.org.", "news.example.org:8080", *OWN_HOSTS):
        assert is_own_host(host, names), host
    for host in ("evil.news.example.org", "news.example.org.evil", "news.example.org@evil", *OTHER_HOSTS):
        assert not is_own_host(host, names), host
    with pages_of(demo_archive, names=["News.Example.org."]) as pages:
        assert pages.get("/", Host="news.example.org").status == 200
        assert pages.get("/", Host="evil.example").status == 421
    for name in ("", "a b", "news.example.org:8080", "http://news.example.org", "*"):
        done = run("serve", "--allow-host", name, "--archive", demo_archive)
        assert done.exit_code == 2 and "is not the name of a host" in done.stderr


@pytest.mark.parametrize("host", ["evil.example", "[::1].evil", "127.0.0.1.evil.example", "localhost:evil", ""])
def test_another_host_is_refused(site: Server, host: str) -> None:
    for path in ("/", "/archive/runs.json", "/metrics", "/nothing", "/static/icon.svg"):
        answer = site.get(path, Host=host)
        assert answer.status == 421 and b"demo" not in answer.body


METHODS = (
    "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "MKCOL", "MOVE", "COPY", "LOCK", "SEARCH",
    "PURGE", "get", "GETX", "PRI", "M-SEARCH",
)  # fmt: skip


@pytest.mark.parametrize("method", METHODS)
def test_nothing_but_reading(site: Server, method: str) -> None:
    for path in ("/", "/search", "/archive?sql=SELECT+1", "/archive/runs.json", "/nothing"):
        assert site.get(path, method=method).status == 405, path


def test_a_method_in_a_header_or_an_argument_does_nothing(site: Server) -> None:
    assert site.get("/?_method=DELETE", X_HTTP_Method_Override="DELETE").status == 200


DATASETTE = (
    "/-/versions.json", "/-/threads.json", "/-/databases.json", "/-/plugins.json", "/-/settings.json", "/-/metadata.json",
    "/-/actor.json", "/-/config.json", "/-/jump.json", "/-/allow-debug", "/-/permissions", "/-/rules.json", "/-/check.json",
    "/-/messages", "/-/logout", "/-/auth-token", "/-/create-token", "/-/patterns", "/-/static/app.css", "/-/static/../x",
    "/-/static-plugins/a/b", "/-/", "/.json", "/archive/-/create", "/archive/-/query", "/archive/-/query.json?sql=select+1",
    "/archive/-/inspect.json", "/archive.db", "/archive/texts", "/archive/texts.json", "/archive/sqlite_master.json",
    "/archive/suppressions.json", "/archive/captures.csv", "/archive/runs/1", "/archive/runs/1.json", "/archive/sections/1",
    "/archive/portals/demo", "/archive/portals/demo.json", "/archive/runs/-/insert", "/archive/runs/-/drop",
    "/archive/runs/1/-/update", "/archive/runs/1/-/delete", "/archive/articles_flat.blob", "/archive/articles_flat/x.blob",
    "/archive.yml", "/_internal", "/_memory.json?sql=select+1", "/archive/_search.json",
)  # fmt: skip


@pytest.mark.parametrize("path", DATASETTE)
def test_addresses_of_datasette_are_not_there(site: Server, crawled: Crawled, path: str) -> None:
    answer = site.get(path)
    assert answer.status == 404
    assert str(crawled.path.parent) not in answer.text and "Traceback" not in answer.text


PAGES = {
    "/search": ("q", "city", "county", "source", "editor", "author", "portal", "status", "since", "until", "sort", "page", "after"),
    "/search.json": ("q", "after", "since", "status"),
    "/search.csv": ("q", "page", "city"),
    "/search.atom": ("q", "city", "since"), "/search.feed.json": ("q",), "/withdrawals.atom": ("kind", "portal"),
    "/concordance": ("q", "sort", "page", "city", "since"), "/concordance.csv": ("q", "sort"),
    "/city": ("name", "lang"), "/outlet": ("name",), "/editor": ("name",),
    "/withdrawals": ("kind", "portal", "month", "page"), "/coverage": ("portal", "section", "state"), "/runs": ("portal", "page"), "/alarms": ("portal", "all"),
    "/archive": ("sql", "_size", "_shape", "_nl", "_dl", "_next"), "/archive.json": ("sql", "_shape"),
    "/archive/runs": ("_size", "_next", "_sort", "_facet", "_filter", "id__exact", "_where", "_search", "_col", "_labels"),
    "/archive/runs.json": ("_next", "_size", "_shape"), "/archive/articles_flat.csv": ("_next", "_size", "_stream"),
    "/sql": ("lang",), "/metrics": ("x",), "/": ("lang", "x"), "/cities": ("page",),
}  # fmt: skip
VALUES = {
    "bytes that are no UTF-8": "%FF%FE", "a zero": "a%00b", "a surrogate": "%ED%A0%80", "a line end": "a%0D%0ASet-Cookie:%20x=1",
    "a percent sign": "%", "a large number": "9" * 40, "a negative number": "-1", "a fraction": "1e5", "another digit": "%EF%BC%91",
    "infinity": "inf", "a list": "[1]", "braces": "{0.__class__}%25s", "markup": "%3Cscript%3Ealert(1)%3C/script%3E",
    "SQL": "%27%20OR%201=1--", "a path": "../../../../etc/passwd", "nothing": "", "long": "%E9%95%BF" * 3000,
    "marks": "%CC%81" * 2000, "a direction": "%E2%80%AE%F3%A0%81%81", "JSON": "%22%5D%7D",
}  # fmt: skip
CASES = [(path, name) for path, names in PAGES.items() for name in names]


@nightly.by_day(every=6)
@pytest.mark.parametrize(("path", "name"), CASES, ids=[f"{path}?{name}" for path, name in CASES])
def test_no_value_of_a_parameter_breaks_a_page(site: Server, path: str, name: str) -> None:
    for kind, value in VALUES.items():
        several = (f"{name}={value}&{name}={value}", f"{name}[]={value}&{name}") if kind == "markup" else ()
        for query in (f"{name}={value}", *several):
            answer = site.get(f"{path}?{query}")
            assert answer.status in (200, 400, 404), (kind, query, answer.text)
            is_page = answer.headers["content-type"].startswith("text/html")
            assert not (is_page and b"<script>alert" in answer.body), kind
            assert answer.headers["x-content-type-options"] == "nosniff" and "set-cookie" not in answer.headers, kind
            assert b"root:x:0" not in answer.body and b"Traceback" not in answer.body, kind


@pytest.mark.parametrize(
    "path",
    [
        "/%FF", "/%00", "/a%0d%0ab", "/article/%ED%A0%80", "/run/%FF", "/archive/%FF.json", "/static/%2e%2e%2fapp.py", "/..", "//",
        "/./", "/%2e%2e/%2e%2e/etc/passwd", "/" + "a" * 100_000, "/search/", "/search;x=1", "/search%3Fq=a", "/SEARCH", "/\\",
        "/article/ffffffffffffffffffffffff/capture/999999.html?page=1001", "/article/ffffffffffffffffffffffff/changes?from=0",
    ],
)  # fmt: skip
def test_no_path_breaks_the_server(site: Server, path: str) -> None:
    answer = site.get(path)
    assert answer.status in (400, 404) and b"Traceback" not in answer.body


def test_odd_messages_are_refused_and_others_answered(site: Server) -> None:
    address = urlsplit(site.address)
    for sent in (
        b"\x16\x03\x01\x02\x00\x01\x00", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 60_000, b"GET /" + b"a" * 400_000,
        b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nBad Header: x\r\n\r\n", b"\r\n" * 10_000, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ):  # fmt: skip
        with closing(http.client.HTTPConnection(address.netloc, timeout=20)) as client:
            client.connect()
            try:
                client.sock.sendall(sent)
                client.sock.settimeout(1)
                try:
                    received = client.sock.recv(200)
                except TimeoutError:  # the message is not complete, and is given up
                    client.sock.settimeout(20)
                    client.sock.shutdown(1)
                    received = client.sock.recv(200)
            except ConnectionError:
                received = b""
            assert not received or received.split(b" ")[1] in (b"400", b"404", b"405", b"421", b"431"), (
                sent[:60],
                received,
            )
        assert site.get("/").status == 200


def test_an_upgrade_is_answered_as_a_page(site: Server) -> None:
    headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec_WebSocket_Version": "13", "Sec_WebSocket_Key": "x"}
    assert site.get("/", **headers).status == 200
    assert site.get("/", Host="evil.example", **headers).status == 421


def test_every_error_of_json_is_json(site: Server) -> None:
    for path, value in product(
        ("/search.json?q=", "/archive.json?sql=", "/archive/runs.json?_size="), ("*", "%FF", "")
    ):
        answer = site.get(path + quote(value, safe="%"))
        assert isinstance(json.loads(answer.text), dict | list)
