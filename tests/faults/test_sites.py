"""Sites without end or without truth: loops, calendars, growing links, one page for everything."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from support.faults import ELSEWHERE, HEALTHY, TITLES, CrawlFault, site, with_listed
from support.hostile_portal import Answer, HostilePortal, Visit, answer, redirect
from support.pages import article, listing

BAD = "/2026/0305/901.shtml"
SECTIONS = '[sections]\n"宜昌市" = "/yichang/"\n"恩施州" = "/enshi/"\n'


def test_redirects_without_end_and_off_the_portal(crawl_fault: CrawlFault) -> None:
    numbers = count(1000)
    pages: dict[str, Answer] = {
        BAD: redirect(BAD),
        "/2026/0305/902.shtml": redirect("/there.shtml"),
        "/there.shtml": redirect("/2026/0305/902.shtml"),
        "/2026/0305/903.shtml": lambda visit: visit.send(redirect(f"/hop/{next(numbers)}/")),
        "/2026/0305/904.shtml": redirect("/half-way/"),
        "/half-way/": redirect("http://elsewhere.invalid/2026/0305/904.shtml"),
        "/2026/0305/905.shtml": redirect("file:///etc/passwd"),
        "/2026/0305/906.shtml": redirect("http://[::1"),
        "/2026/0305/907.shtml": answer("", status=302),
        "/2026/0305/908.shtml": redirect("\x00\x1b[31m\u3000", 301).replace("\u3000".encode(), b"\xff"),
    }
    bad = [path for path in pages if path.startswith("/2026")]
    with HostilePortal(site(**{"/yichang/": with_listed(bad), **pages})) as portal:
        portal.otherwise = lambda path: redirect(f"/hop/{next(numbers)}/")
        portal.pages["/robots.txt"] = answer("", status=404)
        done = crawl_fault("redirects: loops, chains, off-site", portal)
    assert done.status == 1 and done.titles == TITLES
    for path in bad:
        assert done.reason(path)
        assert portal.requests.count(path) <= 6
    assert "redirects off the portal to http://elsewhere.invalid" in done.reason("/2026/0305/904.shtml")
    assert "\x1b" not in done.messages and "root:" not in done.messages
    assert len(done.requests) < 60


def test_busy_answers_with_retry_after(crawl_fault: CrawlFault) -> None:
    """A short one is waited for; a long one is left to a later crawl, and so is a listing's."""
    later = datetime.now(UTC) + timedelta(hours=2)
    times: list[float] = []

    def busy_once(visit: Visit) -> None:
        times.append(time.monotonic())
        visit.send(answer("busy", status=503, Retry_After=1) if len(times) == 1 else answer(article("短等一会")))

    pages: dict[str, Answer] = {
        BAD: busy_once,
        "/2026/0305/902.shtml": answer("busy", status=503, Retry_After=f"{later:%a, %d %b %Y %H:%M:%S} GMT"),
        "/2026/0305/903.shtml": answer("busy", status=503, Retry_After="9" * 400),
        "/2026/0305/904.shtml": answer("busy", status=503, Retry_After="-1\x00soon"),
    }
    with HostilePortal(site(**{"/yichang/": with_listed(list(pages)), **pages})) as portal:
        done = crawl_fault("503 with Retry-After", portal)
        assert done.status == 1 and done.titles == TITLES | {"短等一会"}
        assert times[1] - times[0] >= 0.95
        assert done.requests.count("/2026/0305/902.shtml") == 1
        assert [done.is_tried_again(f"/2026/0305/90{number}.shtml") for number in (2, 3, 4)] == [True] * 3
        (longest,) = done.rows("SELECT max(next_try) AS at FROM urls")
        assert datetime.fromisoformat(longest["at"]) < datetime.now(UTC) + timedelta(days=31)
        again = crawl_fault("503 with Retry-After, next crawl", portal)
    assert "/2026/0305/902.shtml" not in again.requests and "/2026/0305/903.shtml" not in again.requests


@pytest.mark.slow
def test_an_endless_calendar(crawl_fault: CrawlFault) -> None:
    """A section whose pages never end: one that shows the same again and again, one that always shows something."""

    def calendar(path: str) -> Answer:
        section, _, month = path.strip("/").partition("/")
        number = int(month) + 1 if month.isdecimal() else 1
        following = f"<a href='/{section}/{number}'>下一页</a>"
        if section == "yichang":
            return listing(HEALTHY, following)
        if section == "enshi":
            day = f"/2031/01{number:02}/{number}.shtml"
            return listing([*(ELSEWHERE if number == 1 else []), (day, f"这一天没有新闻{number}", "")], following)
        return answer("", status=404)

    pages = site()
    del pages["/yichang/"], pages["/enshi/"]
    with HostilePortal(pages) as portal:
        portal.otherwise = calendar
        done = crawl_fault(
            "endless calendar", portal, settings={"NEWSCRAWLER_MAX_LISTING_PAGES": 30}, crawl="delay = 0"
        )
    assert done.status == 1 and done.titles >= TITLES
    sweeps = {
        row["name"]: row for row in done.rows("SELECT s.name, w.* FROM sweeps w JOIN sections s ON s.id = section")
    }
    assert sweeps["宜昌市"]["outcome"] == "repeats"
    assert "looks endless" in sweeps["恩施土家族苗族自治州"]["reason"]
    assert len(done.requests) < 100


@pytest.mark.slow
def test_links_that_grow_by_a_segment_each_hop(crawl_fault: CrawlFault) -> None:
    """Relative links on pages that answer under every path."""

    def growing(path: str) -> Answer:
        if path.startswith("/yichang/"):
            return listing(
                [*HEALTHY, ("more/2026/0305/1.shtml", "越走越远的一条新闻", "")], f"<a href='{'more' * 20}/'>下一页</a>"
            )
        return answer("", status=404)

    pages = site()
    del pages["/yichang/"]
    with HostilePortal(pages) as portal:
        portal.otherwise = growing
        done = crawl_fault("links that grow", portal, settings={"NEWSCRAWLER_MAX_LISTING_PAGES": 200})
    assert done.status == 1 and done.titles >= TITLES
    assert "longer than" in done.messages
    assert max(len(path) for path in done.requests) < 4_096
    assert len(done.requests) < 500


@pytest.mark.slow
def test_a_million_links_on_a_page(crawl_fault: CrawlFault) -> None:
    """A listing that is refused as a whole, and one just below the bounds, of which a part is taken."""
    million = b"".join(b"<a href=/2026/0305/%d.shtml>\xe6\xb8\xa0\xe6\xb0\xb4%d</a>" % (n, n) for n in range(1_000_000))
    many = b"".join(b"<li><a href=/2026/0305/%d.html>long enough title %d</a>" % (n, n) for n in range(60_000))
    pages = site(**{"/enshi/": answer(b"<ul>" + million), "/yichang/": answer(b"<ul>" + many)})
    with HostilePortal(pages) as portal:
        done = crawl_fault("a million links on a page", portal, crawl="delay = 0\nmax_requests = 10")
    reasons = {
        row["name"]: row["reason"]
        for row in done.rows("SELECT name, reason FROM sweeps JOIN sections s ON s.id = section")
    }
    assert done.cpu < 10
    assert done.one("SELECT count(*) AS n FROM urls")["n"] == 5_000
    assert "has more than 5,000 links" in reasons["宜昌市"] and "larger than 16 MiB" in reasons["恩施土家族苗族自治州"]
    assert done.status == 1


def test_addresses_that_are_unique_each_time(crawl_fault: CrawlFault) -> None:
    """Session ids in links, and a server that sends whoever has no cookie on, to a new address each time."""
    numbers = count(1)

    def session_listing(visit: Visit) -> None:
        unique = f"jsessionid={next(numbers):032x}"
        entries = [(f"{path};{unique}?{unique}", title, day) for path, title, day in HEALTHY]
        visit.send(answer(listing([*entries, (BAD, "没有饼干就没有新闻", "")]), Set_Cookie=f"sid={unique}"))

    def without_cookie(visit: Visit) -> None:
        assert "cookie" not in visit.headers
        visit.send(redirect(f"{BAD}?visitor={next(numbers)}"))

    titles = {path: title for path, title, _ in HEALTHY}

    def otherwise(path: str) -> Answer:
        plain = path.partition(";")[0]
        if plain in titles:
            return article(titles[plain])
        return without_cookie if path.startswith(BAD) else answer("", status=404)

    pages = site(**{"/yichang/": session_listing, BAD: without_cookie})
    for path in titles:
        del pages[path]
    with HostilePortal(pages) as portal:
        portal.otherwise = otherwise
        for crawls in ("cookies make URLs unique", "cookies …, next crawl"):
            done = crawl_fault(crawls, portal)
            assert done.status == 1 and done.titles == TITLES
            assert done.one("SELECT count(*) AS n FROM articles")["n"] == len(TITLES)
            assert done.one("SELECT count(*) AS n FROM urls")["n"] == len(TITLES) + 1
            assert done.reason(BAD) and done.is_tried_again(BAD)
            assert len(done.requests) < 40


@pytest.mark.slow
def test_one_page_for_every_path(crawl_fault: CrawlFault) -> None:
    """From one day on all paths answer 200 with the homepage: nothing stored changes, nothing new is an article."""
    links = "".join(f"<a href='/topic/{number}/'>专题第{number}期</a>" for number in range(12))
    home = (
        "<html><head><title>试验网_首页</title></head><body><a href='/yichang/'>宜昌</a><a href='/enshi/'>恩施州</a>"
        f"{links}<p>　　{'这里是试验网的首页，每天更新各地的消息，欢迎读者来信来电。' * 12}</p></body></html>"
    )
    fresh = [(f"/2026/0307/{number}.shtml", f"红旗渠第{number}段通水", "2026-03-07") for number in range(701, 704)]
    with HostilePortal(site(**{"/": home})) as portal:
        before = crawl_fault("200 for every path: the day before", portal, rules=SECTIONS)
        assert before.status == 0, before.messages
        columns = "SELECT id, title, body, status, version_count FROM articles_flat ORDER BY id"
        stored = before.rows(columns)
        listed = portal.pages["/yichang/"] = listing([*fresh, *HEALTHY])
        portal.pages = {"/": home, "/yichang/": listed, "/robots.txt": answer("", status=404)}
        portal.otherwise = lambda path: home
        done = crawl_fault("200 for every path", portal, rules=SECTIONS)
        assert done.status == 1
        for path, _, _ in fresh:
            assert done.reason(path) and done.is_tried_again(path), done.reason(path)
        refreshed = crawl_fault(
            "200 for every path: refresh", portal, "--older-than", "0s", rules=SECTIONS, command="refresh"
        )
    assert refreshed.status == 1
    assert refreshed.rows(columns) == stored
