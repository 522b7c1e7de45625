"""A page cannot make the crawler fetch what is not public, however it writes the address."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from newscrawler.cli.main import cli
from newscrawler.crawling.downloader.network_guard import check_literal, is_public
from newscrawler.crawling.errors import ALLOW_PRIVATE, PrivateAddressError
from support import program
from support.crawls import Crawl
from support.hostile_portal import HostilePortal, answer, redirect
from support.pages import HOMEPAGE, article, listing

HEALTHY = [
    (f"/2026/0305/{number}.shtml", f"青石坳第{number}号堤段加固完工", "2026-03-05") for number in range(201, 204)
]
NAMES = {
    "www.t.test": ["127.0.0.1"],
    "inside.t.test": ["10.1.2.3"],
    "metadata.t.test": ["169.254.169.254"],
    "rebind.t.test": ["127.0.0.2", "127.0.0.1", "127.0.0.2"],
    "loopback.t.test": ["127.0.0.2"],
}
HOSTS = [
    *(
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0x7F.0.0.0x1",
        "0177.0.0.1",
        "017700000001",
    ),
    *("127.0.0.1.", "127。0。0。1", "127．0．0．1", "①②⑦.⓪.⓪.①", "127.0.0.2", "127.255.255.254", "0.0.0.0", "0"),
    *(
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[::127.0.0.1]",
        "[::]",
    ),
    *("localhost", "LOCALHOST", "localhost.", "loopback.t.test", "rebind.t.test", "loopback.t.test."),
    *("www.t.test@127.0.0.1", "127.0.0.1%2f@127.0.0.2", "user:pw@localhost"),
]


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.255.0.1", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1"),
        *(
            "169.254.169.254",
            "169.254.0.1",
            "192.0.0.1",
            "192.0.0.192",
            "192.0.2.1",
            "198.18.0.1",
            "203.0.113.1",
            "224.0.0.1",
        ),
        *(
            "168.63.129.16",
            "::ffff:192.0.0.192",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fe80::1%eth0",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
        ),
        *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1"),
        *(
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::7f00:1",
            "64:ff9b:1::a00:1",
            "2002:7f00:1::1",
            "2002:a00:1::",
            "2001:db8::1",
        ),
        *(
            "2001:0:4136:e378:8000:63bf:80ff:fffe",
            "100::1",
            "fec0::1",
            "5f00::1",
            "3fff::1",
            "",
            "a",
            "127.0.0.1:80",
            "1.1",
        ),
    ],
)
def test_what_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "223.5.5.5", "2606:4700::1111", "2400:3200::1", "64:ff9b::101:101"])
def test_what_is_public(address: str) -> None:
    assert is_public(address)


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ALLOW_PRIVATE, raising=False)


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "https://[::1]/x", "http://a:b@10.0.0.1:8080/", "http://[fe80::1%25eth0]/"]
)
def test_an_address_in_a_url_is_refused_before_a_connection(url: str) -> None:
    with pytest.raises(PrivateAddressError):
        check_literal(url)


@pytest.fixture
def victim() -> Iterator[HostilePortal]:
    """An internal service: whoever asks it anything has got through."""
    with HostilePortal({}) as server:
        server.otherwise = lambda path: answer(article("机密文件"))
        yield server


@pytest.fixture
def crawl_world(tmp_path: Path) -> Callable[..., Crawl]:
    def run(
        portal: HostilePortal,
        *,
        allowed_hosts: list[str] | None = None,
        command: str = "crawl",
        options: tuple[str, ...] = (),
        keys: str = "",
        proxy: str = "",
        **world: Any,
    ) -> Crawl:
        file = tmp_path / "t.toml"
        port = int(portal.url.rpartition(":")[2])
        file.write_text(
            f'id = "t"\nname = "试验网"\nprovince = "湖北省"\nhomepage = "http://www.t.test:{port}/"\n'
            f"allowed_hosts = {json.dumps(allowed_hosts or [])}\n{keys}[crawl]\ndelay = 0\nconcurrency = 16\n",
            encoding="utf-8",
        )
        environment = {name: value for name, value in os.environ.items() if name != ALLOW_PRIVATE}
        environment["NEWSCRAWLER_ARCHIVE"] = str(tmp_path / "a.db")
        environment |= dict.fromkeys(("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"), proxy)
        done = program.run(
            [
                *(sys.executable, "-m", "support.guarded", json.dumps({"port": port, "names": NAMES, **world})),
                *(command, str(file), *options),
            ],
            env=environment,
            capture_output=True,
            text=True,
            timeout=90,
            cwd=tmp_path,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Crawl(done.returncode, done.stderr, tmp_path / "a.db")

    return run


def site(entries: list[tuple[str, str, str]], **changes: Any) -> dict[str, Any]:
    pages: dict[str, Any] = {"/": HOMEPAGE, "/yichang/": listing([*HEALTHY, *entries]), "/enshi/": listing([])}
    return {**pages, **{path: article(title, day) for path, title, day in HEALTHY}, **changes}


def to_victim(victim: HostilePortal) -> list[tuple[str, str, str]]:
    port = victim.url.rpartition(":")[2]
    return [
        (f"http://{host}:{port}/2026/0305/{number}.shtml", f"黄泥冲第{number}号泵站检修", "2026-03-05")
        for number, host in enumerate(HOSTS, 301)
    ]


@pytest.mark.parametrize(
    "world",
    [{}, {"all_hosts_are_own": True}, {"all_hosts_are_own": True, "blind_resolver": True}],
    ids=["all defences", "without the portal's hosts", "without the resolver's judgement, too"],
)
def test_no_notation_of_a_private_address_is_fetched(crawl_world: Any, victim: HostilePortal, world: Any) -> None:
    """Each line of defence holds by itself: hosts, resolver, and the address of the connection."""
    with HostilePortal(site(to_victim(victim))) as portal:
        done = crawl_world(portal, **world)
    assert victim.requests == []
    assert {row["title"] for row in done.rows("SELECT title FROM articles_flat")} == {title for _, title, _ in HEALTHY}
    states = {row["state"] for row in done.rows("SELECT state FROM urls WHERE article IS NULL")}
    assert states <= {"failed", "foreign"} and done.status == 1
    if world:
        reasons = [row["reason"] for row in done.rows("SELECT reason FROM urls WHERE state = 'failed'")]
        assert len(reasons) >= len(HOSTS) - 6 and all(reasons)


def test_a_definition_cannot_open_the_inside(crawl_world: Any, victim: HostilePortal) -> None:
    """A stranger's definition may name any host; metadata services and names that lead inside stay closed."""
    port = victim.url.rpartition(":")[2]
    hosts = ["inside.t.test", "metadata.t.test", "loopback.t.test", "localhost", "127.0.0.2", "169.254.169.254"]
    entries = [
        (f"http://{host}:{port}/2026/0305/{n}.shtml", f"黄泥冲第{n}号泵站检修", "") for n, host in enumerate(hosts, 301)
    ]
    with HostilePortal(site(entries)) as portal:
        done = crawl_world(portal, allowed_hosts=hosts)
    assert victim.requests == [] and done.status == 1
    reasons = [row["reason"] for row in done.rows("SELECT reason FROM urls WHERE state = 'failed'")]
    assert len(reasons) == len(hosts)
    assert all("is not a public address" in reason for reason in reasons), reasons


def test_redirects_and_schemes_lead_nowhere(crawl_world: Any, victim: HostilePortal, tmp_path: Path) -> None:
    secret = tmp_path / "secret.shtml"
    secret.write_text(article("本机的秘密"), encoding="utf-8")
    port = victim.url.rpartition(":")[2]
    targets = [
        *(f"http://127.0.0.1:{port}/", f"http://2130706433:{port}/", f"//127.0.0.1:{port}/", f"http://[::1]:{port}/"),
        *(secret.as_uri(), f"FILE://localhost{secret}", "data:text/html,<h1>x</h1>", "ftp://127.0.0.1/x", "s3://a/b"),
        *(
            "javascript:alert(1)",
            "gopher://127.0.0.1:70/",
            f"http:{port}",
            "http://loopback.t.test/",
            "view-source:http://a/",
        ),
    ]
    hops = {f"/2026/0305/{number}.shtml": target for number, target in enumerate(targets, 401)}
    entries = [(path, f"黄泥冲第{number}号泵站检修", "") for number, path in enumerate(hops)]
    links = [(target, f"链接第{number}号直通", "2026-03-05") for number, target in enumerate(targets)]
    pages = site([*entries, *links], **{path: redirect(target) for path, target in hops.items()})
    with HostilePortal(pages) as portal:
        done = crawl_world(portal)
    assert victim.requests == []
    assert {row["title"] for row in done.rows("SELECT title FROM articles_flat")} == {title for _, title, _ in HEALTHY}
    assert "本机的秘密" not in done.messages
    lost = done.rows(
        "SELECT url FROM urls WHERE state NOT IN ('done', 'foreign', 'gone') AND coalesce(reason, '') = ''"
    )
    assert lost == []


@pytest.mark.parametrize(
    "homepage", ["file:///etc/passwd", "ftp://a.example/", "data:text/html,x", "javascript:1", "http://"]
)
def test_a_homepage_that_is_no_web_address_is_refused(homepage: str) -> None:
    from newscrawler.portals import DefinitionError, Portal
    from newscrawler.text.definitions import validate

    with pytest.raises(DefinitionError, match="homepage"):
        validate({"id": "t", "name": "t", "province": "湖北省", "homepage": homepage}, Portal, "t.toml")


def test_no_other_way_leads_inside(crawl_world: Any, victim: HostilePortal) -> None:
    """robots.txt, feeds, pagers, images, `<base>`, refreshes and further pages; by a crawl and by a check alike."""
    inside = f"http://loopback.t.test:{victim.url.rpartition(':')[2]}"
    title, day = "黄泥冲的泵站检修", "2026-03-05"
    story = article(title, day, text=f"<img src='{inside}/a.jpg'><img src='//2130706433/b.jpg'>").replace(
        "</body>", f"<a href='{inside}/2026/0305/301_2.shtml'>下一页</a></body>"
    )
    feed = f"<rss><item><title>{title}</title><link>{inside}/2026/0305/9.shtml</link></item></rss>"
    pages = site(
        [("/2026/0305/301.shtml", title, day)],
        **{
            "/2026/0305/301.shtml": story,
            "/feed.xml": answer(feed),
            "/maps.xml": answer(f"<sitemapindex><sitemap><loc>{inside}/m.xml</loc></sitemap></sitemapindex>"),
            "/enshi/": listing([HEALTHY[0]], pager=f"<a href='{inside}/enshi/2.html'>下一页</a>"),
            "/moved/": f"<html><head><meta http-equiv=refresh content='0;url={inside}/'></head></html>",
        },
    )
    keys = 'feeds = ["/feed.xml", "/maps.xml"]\n[sections]\n"宜昌市" = "/yichang/"\n"恩施州" = "/enshi/"\n"荆州市" = "/moved/"\n'
    ways = {"/2026/0305/301.shtml", "/feed.xml", "/maps.xml", "/enshi/", "/moved/"}
    world = {"keys": keys, "proxy": victim.url}
    with HostilePortal(pages) as portal:
        crawl_world(portal, options=("--images",), all_hosts_are_own=True, **world)
        assert ways <= set(portal.requests)
    with HostilePortal(pages | {"/robots.txt": redirect(f"{inside}/robots.txt")}) as portal:
        crawl_world(portal, command="check", all_hosts_are_own=True, **world)
        assert portal.requests == ["/robots.txt"]
    assert victim.requests == []


@pytest.mark.parametrize(
    "scheme", ["file:///etc/passwd", "ftp://t.example/", "data:text/html,x", "gopher://t.example/"]
)
def test_no_other_scheme_from_the_command_line(scheme: str) -> None:
    for arguments in (
        ["crawl", "demo"],
        ["check", "demo"],
        ["refresh", "demo"],
        ["portal", "new", "http://t.example/"],
    ):
        done = CliRunner().invoke(cli, [*arguments, "--via", scheme])
        assert done.exit_code == 2, done.output
    done = CliRunner().invoke(cli, ["portal", "new", scheme])
    assert done.exit_code == 2 and "homepage" in done.output
