"""Politeness towards portals: delays, robots.txt, hours, quotas, TLS; and being blocked as an outcome."""

from __future__ import annotations

import datetime
import os
import ssl
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from datetime import time as clock
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from newscrawler.archive import open_archive_read_only
from newscrawler.archive.rows import select_rows
from newscrawler.crawling.lease_file import VARIABLE, write_lease
from newscrawler.crawling.middlewares.quota import is_open
from newscrawler.crawling.spider import blocking
from newscrawler.crawling.tally import count_of
from newscrawler.demo.model import Response
from newscrawler.demo.server import SiteServer
from newscrawler.text.boot_clock import boot_seconds
from newscrawler.text.clock import CHINA
from support import driver, nightly, program
from support.pages import HOMEPAGE, Pages, article, html, listing, small_portal
from support.tls import make_certificate

ENTRIES = [
    (f"/2026/0305/{number}.shtml", f"青石坳第{number}号堤段加固完工", "2026-03-05") for number in range(201, 209)
]


class TimedPages(Pages):
    """Notes when each path was asked for."""

    def __init__(self, pages: dict[str, Any]) -> None:
        super().__init__(pages)
        self.times: list[tuple[str, float]] = []
        self.bytes = 0

    def respond(self, path: str) -> Response:
        self.times.append((path, time.monotonic()))
        answer = super().respond(path)
        self.bytes += len(answer.body)
        return answer

    def asked(self, path: str) -> int:
        return sum(1 for one, _ in self.times if one == path)

    def has_delays_of(self, seconds: float, *, after: int) -> bool:
        """Whether the requests after the first `after` came with such delays.

        On a busy machine one of them may be noted late, and the next one soon after it: so as a whole, with one delay
        of room.
        """
        moments = sorted(moment for _, moment in self.times)[after:]
        return moments[-1] - moments[0] > seconds * (len(moments) - 2)


def site(**changes: Any) -> TimedPages:
    pages: dict[str, Any] = {"/": HOMEPAGE, "/yichang/": listing(ENTRIES), "/enshi/": listing([], "暂无内容")}
    return TimedPages({**pages, **{path: article(title) for path, title, _ in ENTRIES}, **changes})


def in_turn(*answers: Response | str) -> Callable[[], Response]:
    """These answers one after the other, the last one for ever."""
    left = [html(answer) if isinstance(answer, str) else answer for answer in answers]
    return lambda: left.pop(0) if len(left) > 1 else left[0]


Crawling = Callable[..., Any]


@pytest.fixture
def crawl_here(tmp_path: Path) -> Crawling:
    """Crawl a site in this process; returns the spider. Keywords are the definition's, in `crawl` or beside."""

    def run(pages: Pages, *, settings: dict[str, Any] | None = None, refresh: timedelta | None = None, **rules: Any):
        portal = small_portal(**rules)
        options = {"refresh": refresh} if refresh is not None else {}
        with SiteServer(pages) as server:
            return driver.crawl(
                portal,
                tmp_path / "a.db",
                via=server.url,
                settings={"NEWSCRAWLER_CAPTURES": False, **(settings or {})},
                **options,
            )

    return run


@pytest.fixture
def rows(tmp_path: Path) -> Callable[..., list[dict[str, Any]]]:
    def query(sql: str) -> list[dict[str, Any]]:
        db = open_archive_read_only(tmp_path / "a.db")
        try:
            return select_rows(db, sql)
        finally:
            db.close()

    return query


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A portal that turns the crawler away slows it by hundredths of a second only."""
    monkeypatch.setattr(blocking, "LONGEST_DELAY_SECONDS", 0.02)


# Retry-After


@nightly.by_day(0, 2)
@pytest.mark.parametrize("status", [503, 429])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_short_retry_after_is_waited_for(crawl_here: Crawling, rows: Any, status: int, form: str) -> None:
    path, title, _ = ENTRIES[0]

    def busy() -> Response:
        if pages.asked(path) > 1:
            return html(article(title))
        # A date has no fractions: three seconds ahead are at least two.
        value = "2" if form == "seconds" else format_datetime(datetime.datetime.now(UTC) + timedelta(seconds=3))
        return html("busy", status, Retry_After=value)

    pages = site(**{path: busy})
    spider = crawl_here(pages)
    assert spider.context.outcome == "done", spider.context.outcome_reason
    first, second = [moment for one, moment in pages.times if one == path]
    assert 1.9 <= second - first < 120
    assert len(rows("SELECT 1 FROM articles")) == len(ENTRIES)


@nightly.by_day(0)
@pytest.mark.parametrize("status", [503, 429, 403])
def test_a_long_retry_after_is_left_to_a_later_crawl(crawl_here: Crawling, rows: Any, quick: None, status: int) -> None:
    path, title, _ = ENTRIES[0]
    pages = site(**{path: html("later", status, Retry_After="7200")})
    spider = crawl_here(pages)
    assert spider.context.outcome == "incomplete"
    assert pages.asked(path) == 1
    (row,) = rows("SELECT next_try, last_fetched, state FROM urls WHERE state <> 'done'")
    wait = datetime.datetime.fromisoformat(row["next_try"]) - datetime.datetime.fromisoformat(row["last_fetched"])
    assert timedelta(seconds=7198) <= wait <= timedelta(seconds=7202)
    assert rows("SELECT complete_back_to FROM sections WHERE city = '宜昌市'") == [{"complete_back_to": None}]
    crawl_here(pages)
    assert pages.asked(path) == 1, "the portal asked for two hours"
    pages.pages[path] = article(title)
    _set_back(rows, "UPDATE urls SET next_try = '2026-01-01T00:00:00Z' WHERE next_try IS NOT NULL", pages, crawl_here)
    assert len(rows("SELECT 1 FROM articles")) == len(ENTRIES)
    assert rows("SELECT complete_back_to FROM sections WHERE city = '宜昌市'") == [{"complete_back_to": "beginning"}]


def _set_back(rows: Any, statement: str, pages: Pages, crawl_here: Crawling) -> None:
    """Change the archive as if time had passed, and crawl again."""
    import sqlite3
    from contextlib import closing

    (file,) = rows("SELECT file FROM pragma_database_list WHERE name = 'main'")
    with closing(sqlite3.connect(file["file"], isolation_level=None)) as connection:
        connection.execute(statement)
    crawl_here(pages)


# robots.txt


def robots(text: str, status: int = 200) -> Response:
    return Response(status, {"Content-Type": "text/plain"}, text.encode())


@nightly.by_day(0)
@pytest.mark.parametrize(
    "rule", ["Crawl-delay: 0.4", "Request-rate: 5/2", "Crawl-delay: 0.4\nRequest-rate: 10/1"], ids=str
)
def test_robots_txt_slows_the_crawl(crawl_here: Crawling, rule: str) -> None:
    pages = site(**{"/robots.txt": robots(f"User-agent: *\n{rule}\n")})
    spider = crawl_here(pages, settings={"DOWNLOAD_DELAY_JITTER": 0})
    assert spider.context.outcome == "done"
    # The requests that were under way when robots.txt arrived are those before the third.
    assert pages.has_delays_of(0.4, after=2), pages.times


def test_a_delay_of_the_definition_that_is_longer_stays(crawl_here: Crawling) -> None:
    pages = site(**{"/robots.txt": robots("User-agent: *\nCrawl-delay: 0.05\n"), "/yichang/": listing(ENTRIES[:3])})
    crawl_here(pages, crawl={"delay": 0.4}, settings={"DOWNLOAD_DELAY_JITTER": 0})
    assert pages.has_delays_of(0.4, after=1), pages.times


@nightly.by_day(0, 2, 6)
@pytest.mark.parametrize(
    ("status", "policy", "outcome"),
    [
        (200, "rules", "done"),
        (401, "allow-all", "done"),
        (403, "allow-all", "done"),
        (404, "allow-all", "done"),
        (410, "allow-all", "done"),
        (429, "disallow-all", "failed"),
        (500, "disallow-all", "failed"),
        (503, "disallow-all", "failed"),
    ],
)
def test_robots_txt_by_its_status(crawl_here: Crawling, rows: Any, status: int, policy: str, outcome: str) -> None:
    text = "User-agent: *\nDisallow: /nowhere/\n" if status == 200 else "User-agent: *\nDisallow: /\n"
    pages = site(**{"/robots.txt": robots(text, status)})
    spider = crawl_here(pages, settings={"RETRY_TIMES": 0})
    assert spider.context.outcome == outcome, spider.context.outcome_reason
    (kept,) = rows("SELECT host, status, policy, body FROM robots")
    assert kept == {
        "host": "www.t.example",
        "status": status,
        "policy": policy,
        "body": text if status == 200 else None,
    }
    if outcome == "failed":
        assert {path for path, _ in pages.times} == {"/robots.txt"}


def test_the_robots_txt_of_each_run_is_kept(crawl_here: Crawling, rows: Any) -> None:
    for text in ("User-agent: *\nDisallow: /a/\n", "User-agent: *\nDisallow: /b/\n"):
        crawl_here(site(**{"/robots.txt": robots(text)}))
    assert [row["body"][-4:-1] for row in rows("SELECT body FROM robots ORDER BY run")] == ["/a/", "/b/"]


def test_a_host_whose_robots_txt_is_down_is_asked_again_by_the_next_crawl(crawl_here: Crawling, rows: Any) -> None:
    """Its articles are not given up: nobody knows yet whether they may be fetched."""

    class TwoHosts(TimedPages):
        """The server cannot see hosts, so each robots.txt is told by its turn."""

    away = [(f"http://news.t.example{path}", title, day) for path, title, day in ENTRIES]
    pages = TwoHosts(site().pages)
    pages.pages["/yichang/"] = listing(away)
    pages.pages["/robots.txt"] = in_turn(robots(""), robots("", 503))
    spider = crawl_here(pages, settings={"RETRY_TIMES": 0})
    assert spider.context.outcome == "incomplete"
    assert rows("SELECT DISTINCT state, next_try IS NOT NULL AS again FROM urls") == [{"state": "failed", "again": 1}]
    pages.pages["/robots.txt"] = robots("")
    spider = crawl_here(pages)
    assert spider.context.outcome == "done", spider.context.outcome_reason
    assert len(rows("SELECT 1 FROM articles")) == len(ENTRIES)


def test_what_robots_txt_forbids_is_recorded_and_settled(crawl_here: Crawling, rows: Any) -> None:
    path = ENTRIES[2][0]
    spider = crawl_here(site(**{"/robots.txt": robots(f"User-agent: *\nDisallow: {path}\n")}))
    assert spider.context.outcome == "incomplete"
    (row,) = rows("SELECT state, reason, next_try FROM urls WHERE state <> 'done'")
    assert row["state"] == "failed" and "robots.txt" in row["reason"] and row["next_try"] is None


# Hours and caps


@pytest.mark.parametrize(
    ("hours", "open_at", "closed_at"),
    [
        ("09:00-17:30", ["09:00", "12:00", "17:29"], ["08:59", "17:30", "23:00", "00:00"]),
        ("22:00-06:00", ["22:00", "23:59", "00:00", "05:59"], ["06:00", "12:00", "21:59"]),
        ("00:00-23:59", ["00:00", "23:58"], ["23:59"]),
        ("08:00-08:00", ["00:00", "08:00", "20:00"], []),
    ],
)
def test_a_span_of_hours(hours: str, open_at: list[str], closed_at: list[str]) -> None:
    assert [moment for moment in open_at if not is_open(hours, clock.fromisoformat(moment))] == []
    assert [moment for moment in closed_at if is_open(hours, clock.fromisoformat(moment))] == []


def test_a_crawl_outside_of_the_hours_ends_at_once_and_says_so(crawl, tmp_path: Path) -> None:
    now = datetime.datetime.now(CHINA)
    hours = f"{now + timedelta(hours=2):%H:%M}-{now + timedelta(hours=3):%H:%M}"
    definition = (
        'id = "t"\nname = "试验网"\nprovince = "湖北省"\nhomepage = "http://www.t.example/"\n'
        f'[crawl]\ndelay = 0\nhours = "{hours}"\n'
    )
    done = crawl(site(), definition=definition)
    assert crawl.requests == []
    assert hours in done.messages and "Traceback" not in done.messages
    run = done.one("SELECT outcome, reason FROM runs")
    assert run["outcome"] == "done" and hours in run["reason"]
    assert done.status == 0
    assert done.rows("SELECT 1 FROM robots") == []


def test_within_the_hours_all_is_fetched(crawl_here: Crawling, rows: Any) -> None:
    now = datetime.datetime.now(CHINA)
    hours = f"{now - timedelta(hours=1):%H:%M}-{now + timedelta(hours=1):%H:%M}"
    assert crawl_here(site(), crawl={"hours": hours}).context.outcome_reason == ""
    assert len(rows("SELECT 1 FROM articles")) == len(ENTRIES)


@nightly.by_day(1)
@pytest.mark.parametrize("cap", [{"max_requests": 6}, {"max_bytes": 6_000}], ids=["requests", "bytes"])
def test_a_cap_ends_the_crawl_and_the_next_one_goes_on(crawl_here: Crawling, rows: Any, cap: dict[str, int]) -> None:
    pages = site()
    for crawls in range(1, 12):  # noqa: B007
        pages.times.clear()
        pages.bytes = 0
        spider = crawl_here(pages, crawl={**cap, "concurrency": 1})
        assert spider.context.outcome == "done", spider.context.outcome_reason
        assert len(pages.times) <= 6 if "max_requests" in cap else pages.bytes <= 6_000 + 2_000  # one page more
        if not spider.context.outcome_reason:
            break
        assert "cap of 6" in spider.context.outcome_reason
        assert rows("SELECT complete_back_to FROM sections WHERE city = '宜昌市'") == [{"complete_back_to": None}]
    assert 1 < crawls < 11
    assert len(rows("SELECT 1 FROM articles")) == len(ENTRIES)
    assert rows("SELECT complete_back_to FROM sections WHERE city = '宜昌市'") == [{"complete_back_to": "beginning"}]
    assert rows("SELECT 1 FROM urls WHERE tries > 0 OR state <> 'done'") == []


def test_a_cap_that_leaves_room_for_robots_txt_only_is_no_failure(crawl_here: Crawling, rows: Any) -> None:
    spider = crawl_here(site(), crawl={"max_requests": 1})
    assert spider.context.outcome == "done" and "cap of 1 requests" in spider.context.outcome_reason


# TLS


class SecureServer(SiteServer):
    """A site behind TLS."""

    def __init__(self, pages: Pages, folder: Path, *, version: ssl.TLSVersion | None = None) -> None:
        super().__init__(pages)
        # RSA, as of a server that is old.
        made = make_certificate(folder / "tls", "127.0.0.1", key=rsa.generate_private_key(65537, 2048))
        self.certificate = made.certificate
        self._context = made.context()
        if version is not None:
            self._context.set_ciphers("ALL:@SECLEVEL=0")
            self._context.minimum_version = self._context.maximum_version = version

    def __enter__(self) -> SecureServer:
        super().__enter__()
        assert self._server is not None
        self._server.socket = self._context.wrap_socket(self._server.socket, server_side=True)
        return self

    @property
    def url(self) -> str:
        return super().url.replace("http:", "https:")


def crawl_over_tls(
    tmp_path: Path, server: SecureServer, *, trusted: bool, legacy: bool, leased: bool = False
) -> tuple[int, str]:
    file = tmp_path / "t.toml"
    file.write_text(
        f'id = "t"\nname = "试验网"\nprovince = "湖北省"\nhomepage = "{server.url}/"\n'
        f"[crawl]\ndelay = 0\nlegacy_tls = {str(legacy).lower()}\n",
        encoding="utf-8",
    )
    environment = {**os.environ, "NEWSCRAWLER_ALLOW_PRIVATE": "1"}
    if trusted:
        environment["SSL_CERT_FILE"] = str(server.certificate)
    if leased:
        write_lease(tmp_path / "lease", 1, boot_seconds() + 600)
        environment[VARIABLE] = str(tmp_path / "lease")
    done = program.run(
        [sys.executable, "-m", "newscrawler", "crawl", str(file), "--archive", str(tmp_path / "a.db")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=90,
        cwd=tmp_path,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


@nightly.by_day(0)
@pytest.mark.parametrize("leased", [True, False], ids=["of a fleet", "alone"])
def test_a_certificate_that_is_trusted_is_taken_and_another_is_not(tmp_path: Path, rows: Any, leased: bool) -> None:
    with SecureServer(site(), tmp_path) as server:
        status, messages = crawl_over_tls(tmp_path, server, trusted=False, legacy=False)
        assert status == 1 and "certificate" in messages
        assert rows("SELECT 1 FROM articles") == [] and server.requests == []
        status, messages = crawl_over_tls(tmp_path, server, trusted=True, legacy=False, leased=leased)
        assert status == 0, messages
    assert len(rows("SELECT 1 FROM articles")) == len(ENTRIES)


def test_legacy_tls_does_not_trust_strangers(tmp_path: Path, rows: Any) -> None:
    with SecureServer(site(), tmp_path) as server:
        status, _ = crawl_over_tls(tmp_path, server, trusted=False, legacy=True)
    assert status == 1 and rows("SELECT 1 FROM articles") == []


@pytest.fixture
def old_server(tmp_path: Path) -> Iterator[SecureServer]:
    with SecureServer(site(), tmp_path, version=ssl.TLSVersion.TLSv1) as server:
        yield server


def _speaks_old_tls(server: SecureServer) -> bool:
    """Whether this machine's OpenSSL can do TLS 1.0 at all."""
    import socket

    context = ssl.create_default_context(cafile=str(server.certificate))
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    host, port = server.url.removeprefix("https://").split(":")
    try:
        with socket.create_connection((host, int(port)), 5) as plain, context.wrap_socket(plain, server_hostname=host):
            return True
    except OSError:
        return False


def test_old_tls_is_refused_unless_the_definition_allows_it(
    tmp_path: Path, old_server: SecureServer, rows: Any
) -> None:
    status, messages = crawl_over_tls(tmp_path, old_server, trusted=True, legacy=False)
    assert status == 1 and "legacy_tls" in messages
    assert rows("SELECT 1 FROM articles") == []
    if not _speaks_old_tls(old_server):
        pytest.skip("this OpenSSL speaks no TLS 1.0")
    status, messages = crawl_over_tls(tmp_path, old_server, trusted=True, legacy=True)
    assert status == 0, messages
    assert "legacy_tls" in messages and "may be forged" in messages
    assert len(rows("SELECT 1 FROM articles")) == len(ENTRIES)
    (event,) = rows("SELECT e.kind FROM run_events e WHERE e.reason LIKE '%legacy_tls allows%'")
    assert event["kind"] == "warning"


# Turned away

SOFT_HOMEPAGE = (
    "<html><head><title>试验网_首页</title></head><body><div class='nav'><a href='/yichang/'>宜昌</a> "
    "<a href='/enshi/'>恩施州</a></div><ul>"
    + "".join(f"<li><a href='{path}'>{title}</a></li>" for path, title, _ in ENTRIES * 2)
    + "</ul></body></html>"
)
WAYS = {
    "521": html("<script>document.cookie='__jsl_clearance=1700.1|0|abc';location.href=location.href</script>", 521),
    "412": html("<html><head><script>$_ts=window['$_ts'];</script></head><body></body></html>", 412),
    "202": html("<html><script>document.cookie='wzws=1';location.reload();</script></html>", 202),
    "403": html("<h1>403 Forbidden</h1>", 403),
    "cookie": html("<html><script>document.cookie='a=1';location.reload()</script><body></body></html>"),
    "captcha": html("<html><title>安全验证</title><body><p>请输入验证码后继续访问</p><img src='/c.png'></body></html>"),
    "refusal": html("<html><body><h1>您的访问被拦截</h1><p>请求已被网站防火墙阻断。</p></body></html>"),
    "login": html(
        "<html><head><title>用户登录</title></head><body><form action='/login'><input name='user'>"
        "<input type='password' name='pw'><button>登录</button></form></body></html>"
    ),
    "homepage": Response(302, {"Location": "/"}, b""),
    "soft homepage": html(SOFT_HOMEPAGE),
    "error": html("<html><head><title>出错了</title></head><body><h1>系统繁忙</h1><p>请稍后再试。</p></body></html>"),
}
NOT_BLOCKED = {"error"}
"""An error page is a failure, not a refusal."""


@nightly.by_day(4, 6)
@pytest.mark.parametrize("way", WAYS)
def test_an_article_that_turns_the_crawler_away_is_recorded_and_never_stored(
    crawl_here: Crawling, rows: Any, quick: None, way: str
) -> None:
    path, title, _ = ENTRIES[3]
    home = SOFT_HOMEPAGE if way == "soft homepage" else HOMEPAGE
    pages = site(**{"/": home, path: WAYS[way]})
    spider = crawl_here(pages)
    assert spider.context.outcome == "incomplete"
    (row,) = rows("SELECT state, reason, next_try, article FROM urls WHERE state <> 'done'")
    assert row["state"] == ("failed" if way in NOT_BLOCKED else "blocked")
    assert row["reason"] and row["next_try"] and row["article"] is None
    assert rows(f"SELECT kind FROM run_events WHERE url LIKE '%{path}'") == [{"kind": row["state"]}]
    assert len(rows("SELECT 1 FROM articles")) == len(ENTRIES) - 1
    pages.pages[path] = article(title)
    assert crawl_here(pages).context.outcome == "done"
    assert len(rows("SELECT 1 FROM articles")) == len(ENTRIES)


@nightly.by_day(3, 5)
@pytest.mark.parametrize("way", WAYS)
def test_a_listing_that_turns_the_crawler_away_fails_its_section(
    crawl_here: Crawling, rows: Any, quick: None, way: str
) -> None:
    home = SOFT_HOMEPAGE if way == "soft homepage" else HOMEPAGE
    pages = site(**{"/": home, "/yichang/": WAYS[way]})
    spider = crawl_here(pages)
    marks = {row["city"]: row["complete_back_to"] for row in rows("SELECT city, complete_back_to FROM sections")}
    assert marks == {"宜昌市": None, "恩施土家族苗族自治州": "beginning"}
    assert spider.context.outcome == "incomplete"
    sweep = rows("SELECT w.outcome, w.reason FROM sweeps w JOIN sections s ON s.id = w.section WHERE s.city = '宜昌市'")
    assert sweep[0]["outcome"] == "failed" and sweep[0]["reason"]
    assert rows("SELECT 1 FROM articles") == []
    pages.pages["/yichang/"] = listing(ENTRIES)
    assert crawl_here(pages).context.outcome == "done"
    assert len(rows("SELECT 1 FROM articles")) == len(ENTRIES)


@nightly.by_day(7)
@pytest.mark.parametrize("way", WAYS)
def test_a_refresh_that_is_turned_away_is_no_edit(crawl_here: Crawling, rows: Any, quick: None, way: str) -> None:
    home = SOFT_HOMEPAGE if way == "soft homepage" else HOMEPAGE
    pages = site(**{"/": home})
    assert crawl_here(pages).context.outcome == "done"
    columns = "id, url, title, body, status, version_count, content_hash, last_seen"
    before = rows(f"SELECT {columns} FROM articles_flat ORDER BY id")
    pages.pages.update({path: WAYS[way] for path, _, _ in ENTRIES[:4]})
    spider = crawl_here(pages, refresh=timedelta(seconds=-5))
    after = rows(f"SELECT {columns} FROM articles_flat ORDER BY id")
    # An address that redirects to the homepage does not serve its article: that it is live is not known.
    status = "unknown" if way == "homepage" else "live"
    led = {f"http://www.t.example{path}" for path, _, _ in ENTRIES[:4]}
    for row in before:
        assert row["status"] == "live"
        row["status"] = status if row["url"] in led else "live"
    assert [{**row, "last_seen": ""} for row in before] == [{**row, "last_seen": ""} for row in after]
    assert rows("SELECT DISTINCT state FROM urls") == [{"state": "done"}]
    assert spider.context.outcome == "incomplete"
    kind = "failed" if way in NOT_BLOCKED else "blocked"
    assert count_of(spider.context.store.tally, kind) == 4
    assert {row["kind"] for row in rows("SELECT kind FROM run_events WHERE run = 2")} <= {kind, "warning"}


def test_a_portal_that_blocks_is_left_alone_after_a_bound(
    crawl_here: Crawling, rows: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocking, "LONGEST_DELAY_SECONDS", 0.4)
    entries = [(f"/2026/0305/{n}.shtml", f"青石坳第{n}号堤段加固完工", "2026-03-05") for n in range(300, 340)]
    forbidden = {path: html("no", 403) for path, _, _ in entries}
    pages = site(**{"/yichang/": listing(entries), **forbidden})
    spider = crawl_here(pages, crawl={"concurrency": 1}, settings={"DOWNLOAD_DELAY_JITTER": 0})
    assert spider.context.outcome == "incomplete"
    assert f"blocked {blocking.STOP_AFTER} requests in a row" in spider.context.outcome_reason
    asked = [moment for path, moment in pages.times if path in forbidden]
    # One more may be under way when the answer arrives that is one too many.
    assert blocking.STOP_AFTER <= len(asked) <= blocking.STOP_AFTER + 1
    # Each came after a delay of 0.2 seconds or more; one of them may have been noted late.
    assert asked[-1] - asked[1] > 0.2 * (len(asked) - 3), "it slows down"
    assert rows("SELECT state, count(*) AS n FROM urls GROUP BY state ORDER BY state") == [
        {"state": "blocked", "n": len(asked)},
        {"state": "pending", "n": 40 - len(asked)},
    ]
    assert rows("SELECT complete_back_to FROM sections WHERE city = '宜昌市'") == [{"complete_back_to": None}]


def test_a_few_forbidden_pages_do_not_slow_the_rest_of_a_crawl(
    crawl_here: Crawling, rows: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocking, "LONGEST_DELAY_SECONDS", 0.2)
    forbidden = {ENTRIES[1][0]: html("no", 403), ENTRIES[4][0]: html("no", 403)}
    spider = crawl_here(site(**forbidden), crawl={"concurrency": 1})
    assert spider.blocks.usual_delay is None or spider.blocks.usual_delay == 0
    assert len(rows("SELECT 1 FROM articles")) == len(ENTRIES) - 2


@pytest.mark.slow
def test_other_portals_of_the_command_go_on(tmp_path: Path, rows: Any) -> None:
    blocking = site(**{path: html("no", 403) for path, _, _ in ENTRIES})
    healthy = site()
    with SiteServer(blocking) as one, SiteServer(healthy) as other:
        files = []
        for identifier, server in (("blocking", one), ("healthy", other)):
            file = tmp_path / f"{identifier}.toml"
            file.write_text(
                f'id = "{identifier}"\nname = "试验网"\nprovince = "湖北省"\nhomepage = "{server.url}/"\n'
                "[crawl]\ndelay = 0\nconcurrency = 8\n",
                encoding="utf-8",
            )
            files.append(str(file))
        done = program.run(
            [sys.executable, "-m", "newscrawler", "crawl", *files, "--archive", str(tmp_path / "a.db")],
            env={**os.environ, "NEWSCRAWLER_ALLOW_PRIVATE": "1"},
            capture_output=True,
            text=True,
            timeout=120,
            cwd=tmp_path,
        )
    assert done.returncode == 1
    assert rows("SELECT portal, outcome FROM runs ORDER BY portal") == [
        {"portal": "blocking", "outcome": "incomplete"},
        {"portal": "healthy", "outcome": "done"},
    ]
    assert rows("SELECT portal, count(*) AS n FROM articles GROUP BY portal") == [
        {"portal": "healthy", "n": len(ENTRIES)}
    ]
    assert "blocking: incomplete" in done.stderr and "403" in done.stderr
