"""What each response makes of a document: nothing that was listed is ever without a state that coverage counts."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from newscrawler.archive.reports.coverage import STATES, coverage_table
from newscrawler.cli.main import cli
from newscrawler.demo.server import SiteServer
from newscrawler.text.clock import stamp
from support import driver, nightly
from support.hostile_portal import HostilePortal, answer, head, redirect
from support.pages import HOMEPAGE, Pages, article, html, listing, small_portal

PORTAL = small_portal(sections={"宜昌市": "/yichang/"}, crawl={"concurrency": 16})
LEADING = tuple(f"/2026/0305/{number}.shtml" for number in range(101, 121))
"""Healthy articles before each list, so that a crawl is not stopped by blocks in a row."""


def _crawl(archive: Path, via: str, **options: Any) -> Any:
    settings = {"NEWSCRAWLER_CAPTURES": False, "RETRY_TIMES": 0, "DOWNLOAD_TIMEOUT": 5}
    return driver.crawl(PORTAL, archive, via=via, settings=settings, **options)


def _refresh(archive: Path, via: str) -> Any:
    _change(archive, "UPDATE urls SET last_fetched = ?", _ago(days=1))
    return _crawl(archive, via, refresh=timedelta(0))


def _rows(archive: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(archive)) as connection:
        return connection.execute(query, values).fetchall()


def _change(archive: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(archive)) as connection, connection:
        connection.execute(statement, values)


def _coverage(archive: Path) -> dict[str, int]:
    """The total of coverage. What was listed is in one of its states, always."""
    with closing(sqlite3.connect(archive)) as connection:
        connection.row_factory = sqlite3.Row
        (row,) = coverage_table(connection, by_month=False)
    assert row["listed"] == sum(row[state] for state in STATES), row
    return row


def _status(archive: Path, path: str) -> str:
    ((status,),) = _rows(archive, "SELECT status FROM articles WHERE url LIKE ?", f"%{path}")
    return str(status)


def _entries(paths: Any) -> list[tuple[str, str, str]]:
    return [(path, f"青石坳{path.rpartition('/')[2]}号堤段加固完工", "2026-03-05") for path in paths]


def test_every_status_leaves_a_document_in_a_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each answers with a whole article; only 200 and 203 say that it is the document's."""
    monkeypatch.setattr("newscrawler.crawling.spider.blocking.STOP_AFTER", 10_000)
    monkeypatch.setattr("newscrawler.crawling.spider.blocking.BlockDetector._slow_down", lambda self: None)
    paths = {status: f"/2026/0305/{1000 + status}.shtml" for status in range(100, 600)}
    entries = _entries(paths.values())
    pages: dict[str, Any] = {"/": HOMEPAGE, "/yichang/": listing(entries)}
    for (path, title, _), status in zip(entries, paths, strict=True):
        body = article(title).encode()
        pages[path] = head(status) + body if status < 200 else answer(body, status=status)
    with HostilePortal(pages) as portal:
        spider = _crawl(tmp_path / "a.db", portal.url)
    states = dict(_rows(tmp_path / "a.db", "SELECT url, state FROM urls"))
    by_state: dict[str, set[int]] = {}
    for status, path in paths.items():
        by_state.setdefault(states[f"http://www.t.example{path}"], set()).add(status)
    assert by_state.pop("done") == {200, 203}
    assert by_state.pop("gone") == {404, 410}
    assert set(by_state) == {"failed", "blocked"}
    assert _coverage(tmp_path / "a.db") == {**_coverage(tmp_path / "a.db"), "listed": 500, "stored": 2, "gone": 2}
    assert _rows(tmp_path / "a.db", "SELECT count(*) FROM urls WHERE state <> 'done' AND reason IS NULL") == [(0,)]
    assert _rows(tmp_path / "a.db", "SELECT complete_back_to FROM sections") == [(None,)]
    assert spider.context.outcome == "incomplete"


def test_other_answers_that_hold_no_article_are_failures(tmp_path: Path) -> None:
    """An unasked 304, an empty page, a part, redirects to nothing, to the homepage, to themselves, out of the portal."""
    bad: dict[str, Any] = {
        "/2026/0305/901.shtml": head(304),
        "/2026/0305/902.shtml": answer(b""),
        "/2026/0305/903.shtml": answer(article("一半").encode()[:700], status=206, Content_Range="bytes 0-699/9999"),
        "/2026/0305/904.shtml": head(204),
        "/2026/0305/905.shtml": redirect("/"),
        "/2026/0305/906.shtml": redirect(""),
        "/2026/0305/907.shtml": redirect("/2026/0305/907.shtml"),
        "/2026/0305/908.shtml": redirect("http://elsewhere.example/"),
        "/2026/0305/909.shtml": redirect("/2026/0305/901.shtml"),
        "/2026/0305/910.shtml": answer(b"\n\n"),
    }
    entries = _entries([path for pair in zip(LEADING, bad, strict=False) for path in pair])
    pages: dict[str, Any] = {"/": HOMEPAGE, "/yichang/": listing(entries)}
    pages |= {path: article(title) for path, title, _ in entries} | bad
    with HostilePortal(pages) as portal:
        spider = _crawl(tmp_path / "a.db", portal.url)
    states = dict(_rows(tmp_path / "a.db", "SELECT substr(url, 21), state FROM urls"))
    assert Counter(states[path] for path in LEADING[: len(bad)]) == {"done": len(bad)}
    assert {states[path] for path in bad} <= {"failed", "blocked"}, states
    assert _coverage(tmp_path / "a.db")["stored"] == len(bad)
    assert spider.context.outcome == "incomplete"


STORED = "/2026/0305/201.shtml"
OTHER = "/2026/0305/202.shtml"


def _site() -> Pages:
    entries = _entries([STORED, OTHER])
    pages: dict[str, Any] = {"/": HOMEPAGE, "/yichang/": listing(entries)}
    return Pages(pages | {path: article(title) for path, title, _ in entries})


@nightly.by_day(1)
@pytest.mark.parametrize("target", [OTHER, "/404.html", "/yichang/", "http://elsewhere.example/", "/"])
def test_a_stored_article_whose_address_leads_elsewhere_is_not_live(tmp_path: Path, target: str) -> None:
    """Unknown at once, gone after a day; live again when its address serves it again."""
    archive, site = tmp_path / "a.db", _site()
    whole = dict(site.pages)
    with SiteServer(site) as server:
        assert _crawl(archive, server.url).context.outcome == "done"
        site.pages["/404.html"] = "<html><body><h1>404</h1><p>您访问的页面不存在</p></body></html>"
        site.pages[STORED] = html("", 302, Location=target)
        _refresh(archive, server.url)
        assert _status(archive, STORED) == "unknown" and _status(archive, OTHER) == "live"
        ((owner, reason),) = _rows(
            archive,
            "SELECT a.url, u.reason FROM urls u JOIN articles a ON a.n = u.article WHERE u.url LIKE ?",
            f"%{STORED}",
        )
        assert owner.endswith(STORED), "the address keeps its article"
        assert "leads to" in reason or "homepage" in reason
        assert _coverage(archive)["stored"] == 2
        _change(archive, "UPDATE urls SET missing_since = ? WHERE missing_since IS NOT NULL", _ago(days=2))
        _refresh(archive, server.url)
        # The homepage in place of an article may be a block, so it proves no withdrawal.
        assert _status(archive, STORED) == ("unknown" if target == "/" else "gone")
        assert _coverage(archive)["gone"] == (target != "/")
        site.pages = whole
        _refresh(archive, server.url)
    assert _status(archive, STORED) == "live"
    assert _coverage(archive)["stored"] == 2
    assert _rows(archive, "SELECT count(*), max(version_count) FROM articles") == [(2, 1)]


def test_a_304_from_another_address_says_nothing_about_the_article(tmp_path: Path) -> None:
    """The article's condition goes along with the redirect, and the other page is older."""
    archive, site = tmp_path / "a.db", _site()
    dated = "Thu, 05 Mar 2026 08:00:00 GMT"
    site.pages[STORED] = html(article("青石坳堤段加固完工"), Last_Modified=dated)
    with SiteServer(site) as server:
        assert _crawl(archive, server.url).context.outcome == "done"
    moved = HostilePortal({"/": HOMEPAGE})
    moved.pages[STORED] = redirect(OTHER)
    moved.pages[OTHER] = lambda visit: visit.send(
        head(304)
        if "if-none-match" in visit.headers or "if-modified-since" in visit.headers
        else answer(article("青石坳202.shtml号堤段加固完工"))
    )
    with moved as portal:
        _refresh(archive, portal.url)
    assert _status(archive, STORED) == "unknown"
    assert _status(archive, OTHER) == "live"


def test_an_article_that_moves_with_its_text_stays_one_article(tmp_path: Path) -> None:
    archive, site = tmp_path / "a.db", _site()
    new = "/a/2026/201.shtml"
    with SiteServer(site) as server:
        assert _crawl(archive, server.url).context.outcome == "done"
        site.pages[new] = site.pages[STORED]
        site.pages[STORED] = html("", 301, Location=new)
        assert _refresh(archive, server.url).context.outcome == "done"
    assert _status(archive, STORED) == "live"
    assert _rows(archive, "SELECT count(*) FROM articles") == [(2,)]


@pytest.mark.slow
def test_a_document_that_was_missing_twice_is_requested_again_at_growing_intervals(tmp_path: Path) -> None:
    archive, site = tmp_path / "a.db", _site()
    missing, page = STORED, _site().pages[STORED]
    del site.pages[missing]
    asked = f"SELECT julianday(next_try) - julianday(last_fetched) FROM urls WHERE url LIKE '%{missing}'"
    waits = []
    with SiteServer(site) as server:
        for number in range(9):
            _crawl(archive, server.url)
            waits.append(round(_rows(archive, asked)[0][0]))
            # Its listing may be published before its page: until it was missing for a day nothing is certain.
            mark = _rows(archive, "SELECT complete_back_to FROM sections")[0][0]
            assert mark == ("beginning" if number > 1 else None)
            _change(archive, "UPDATE urls SET next_try = ? WHERE next_try IS NOT NULL", _ago(hours=1))
            if number == 1:
                _change(archive, "UPDATE urls SET missing_since = ? WHERE missing_since IS NOT NULL", _ago(days=1))
        assert waits == [0, 0, 1, 3, 7, 14, 30, 30, 30]
        _change(archive, "UPDATE urls SET next_try = ? WHERE state = 'gone'", _ago(days=-20))
        count = len(server.requests)
        _crawl(archive, server.url)
        assert missing not in [request.path for request in server.requests[count:]]
        for option in ("full", "retry"):
            count = len(server.requests)
            _crawl(archive, server.url, **{option: True})
            assert missing in [request.path for request in server.requests[count:]], option
        site.pages[missing] = page
        assert _crawl(archive, server.url, retry=True).context.outcome == "done"
    assert _coverage(archive)["stored"] == 2


def test_a_stored_article_that_is_gone_is_requested_again_while_it_is_listed(tmp_path: Path) -> None:
    """Also after an attempt that failed; when it is back, it is not requested in each crawl."""
    archive, site = tmp_path / "a.db", _site()
    page = site.pages[STORED]
    with SiteServer(site) as server:
        _crawl(archive, server.url)
        del site.pages[STORED]
        for _ in range(2):
            _refresh(archive, server.url)
            _change(archive, "UPDATE urls SET missing_since = ? WHERE missing_since IS NOT NULL", _ago(days=2))
        assert _status(archive, STORED) == "gone"
        for answer_then, status in ((html("", 500), "gone"), (page, "live")):
            site.pages[STORED] = answer_then
            _change(archive, "UPDATE urls SET next_try = ? WHERE state = 'gone' AND next_try > ''", _ago(hours=1))
            _crawl(archive, server.url)
            assert _status(archive, STORED) == status
        count = len(server.requests)
        _crawl(archive, server.url)
        assert STORED not in [request.path for request in server.requests[count:]]
    assert _coverage(archive)["stored"] == 2


def test_retry_requests_again_what_was_given_up(tmp_path: Path) -> None:
    archive, site = tmp_path / "a.db", _site()
    page = site.pages[STORED]
    site.pages[STORED] = "<html><body><h1>专题</h1></body></html>"
    with SiteServer(site) as server:
        _crawl(archive, server.url)
        _change(archive, "UPDATE urls SET next_try = NULL WHERE state = 'failed'")
        site.pages[STORED] = page
        _crawl(archive, server.url)
        assert _coverage(archive)["failed"] == 1
        _crawl(archive, server.url, retry=True)
    assert _coverage(archive)["stored"] == 2


@pytest.mark.slow
def test_a_clock_that_was_ahead_is_told_and_corrected(tmp_path: Path) -> None:
    """Refreshes, retries, full sweeps and bookmarks do not wait until the wrong time has come."""
    archive, site = tmp_path / "a.db", _site()
    page = site.pages[OTHER]
    site.pages[OTHER] = html("", 500)
    with SiteServer(site) as server:
        _crawl(archive, server.url)
        ahead = _ago(days=-30 * 365)
        _change(archive, "UPDATE urls SET last_fetched = ?1, next_try = iif(state = 'failed', ?1, NULL)", ahead)
        _change(archive, "UPDATE sections SET deep_sweep_at = ?", ahead)
        site.pages[OTHER] = page
        spider = _crawl(archive, server.url)
        assert any("times in the future" in reason for _, _, reason in spider.context.store.events.samples)
        assert _coverage(archive)["stored"] == 2
        assert _rows(archive, "SELECT count(*) FROM sections WHERE deep_sweep_at > ?", _ago(days=-1)) == [(0,)]
        spider = _crawl(archive, server.url, refresh=timedelta(days=7))
        assert spider.context.stats.get_value("articles/requested") == 1, "the one that was fetched in the future"


def _ago(**units: int) -> str:
    return stamp(datetime.now(UTC) - timedelta(**units))


@pytest.mark.slow
def test_a_move_is_shown_by_history_coverage_exports_and_the_run(tmp_path: Path) -> None:
    archive, site = tmp_path / "a.db", _site()
    url = f"http://www.t.example{STORED}"
    exported = ["export", str(tmp_path / "out.jsonl"), "--since-last", "daily"]
    with SiteServer(site) as server:
        assert _crawl(archive, server.url).context.outcome == "done"
        assert "unknown" not in _command(archive, "history", url)
        _command(archive, *exported)
        site.pages[STORED] = html("", 302, Location=OTHER)
        spider = _refresh(archive, server.url)
    led = f"its address leads to http://www.t.example{OTHER}"
    assert ("gone", url, led) in spider.context.store.events.samples
    assert spider.context.store.tally["宜昌市", "gone"] == 1
    shown = " ".join(_command(archive, "history", url).split())
    assert "unknown: its address leads to" in shown
    assert led in " ".join(_command(archive, "coverage", "t", "--urls", "--format", "json").split())
    _command(archive, *exported)
    (row,) = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (row["url"], row["status"], row["change"]) == (url, "unknown", "changed")


def _command(archive: Path, *arguments: str) -> str:
    done = CliRunner().invoke(cli, [*arguments, "--archive", str(archive)])
    assert done.exit_code == 0, done.output
    return done.output


@nightly.by_day(0)
@pytest.mark.parametrize(("missing", "there", "outcome"), [(5, 0, "incomplete"), (5, 1, "done"), (4, 0, "done")])
def test_a_crawl_that_finds_none_of_what_is_listed_says_so(
    tmp_path: Path, missing: int, there: int, outcome: str
) -> None:
    entries = _entries(f"/2026/0305/{number}.shtml" for number in range(missing + there))
    pages: dict[str, Any] = {"/": HOMEPAGE, "/yichang/": listing(entries)}
    pages |= {path: article(title) for path, title, _ in entries[missing:]}
    with SiteServer(Pages(pages)) as server:
        _crawl(tmp_path / "a.db", server.url)
    (run,) = _rows(tmp_path / "a.db", "SELECT outcome, reason FROM runs")
    told = f"all {missing} articles that were requested answer that they are not there"
    assert (run[0], told in (run[1] or "")) == (outcome, outcome == "incomplete"), run
