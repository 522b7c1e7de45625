"""Faults that other tests here have in one form only, in the forms that they take otherwise."""

from __future__ import annotations

import contextlib
import gzip
import time
import zlib
from datetime import UTC, datetime, timedelta

import pytest

from support.faults import HEALTHY, TITLES, CrawlFault, site, with_listed
from support.hostile_portal import Answer, HostilePortal, Visit, answer, head, redirect
from support.pages import article, listing

HTML = ("Content-Type", "text/html; charset=utf-8")


def _path(number: int) -> str:
    return f"/2026/0305/{number}.shtml"


def test_too_many_requests_with_retry_after(crawl_fault: CrawlFault) -> None:
    """A short wait is kept, a date hours ahead is left to a later crawl."""
    times: list[float] = []

    def once(visit: Visit) -> None:
        times.append(time.monotonic())
        visit.send(answer("slow", status=429, Retry_After=1) if len(times) == 1 else answer(article("稍等再来")))

    later = datetime.now(UTC) + timedelta(hours=3)
    asked = f"{later:%a, %d %b %Y %H:%M:%S} GMT"
    pages: dict[str, Answer] = {_path(901): once, _path(902): answer("slow", status=429, Retry_After=asked)}
    with HostilePortal(site(**{"/yichang/": with_listed(list(pages)), **pages})) as portal:
        done = crawl_fault("429 with Retry-After", portal)
    assert done.status == 1 and done.titles == TITLES | {"稍等再来"}
    assert times[1] - times[0] >= 0.95
    assert done.requests.count(_path(902)) == 1 and "429" in done.reason(_path(902))
    (waiting,) = done.rows("SELECT next_try FROM urls WHERE url LIKE ?", f"%{_path(902)}")
    assert abs(datetime.fromisoformat(waiting["next_try"]) - later) < timedelta(minutes=1)


def _packed(bits: int, mebibytes: int = 300) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, bits)
    page = b"<p>" + bytes(2**20 - 3)
    return b"".join(packer.compress(page) for _ in range(mebibytes)) + packer.flush()


def _stall_in_the_head(visit: Visit) -> None:
    visit.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/ht")
    visit.wait(30)


def _head_of_ten_megabytes(visit: Visit) -> None:
    fields = b"".join(b"X-%d: %s\r\n" % (number, b"y" * 90) for number in range(100_000))
    visit.send(b"HTTP/1.1 200 OK\r\n" + fields + b"\r\n<h1>page</h1>")


@pytest.mark.slow
def test_heads_and_codings_of_other_kinds(crawl_fault: CrawlFault) -> None:
    """What deflate may hold, lengths that are none or two, a head of 10 MB, and one that never ends."""
    body = article("一半的一半").encode()
    pages: dict[str, Answer] = {
        _path(901): answer(_packed(15), Content_Encoding="deflate"),
        _path(902): answer(_packed(-15), Content_Encoding="deflate"),
        _path(903): answer(gzip.compress(gzip.compress(_packed(31))), Content_Encoding="gzip, gzip, gzip"),
        _path(904): head(fields=[HTML, ("Content-Length", 5), ("Content-Length", len(body))]) + body,
        _path(905): head(fields=[HTML, ("Content-Length", "many")]) + body,
        _path(906): _stall_in_the_head,
        _path(907): _head_of_ten_megabytes,
        _path(908): answer(body, Content_Encoding="gzip"),
        _path(909): answer(body[:-500] + b"\0" * 3 + body[-500:]),
        _path(910): answer(body, Content_Encoding=", ".join(["gzip"] * 10_000)),
    }
    with HostilePortal(site(**{"/yichang/": with_listed(list(pages)), **pages})) as portal:
        done = crawl_fault("deflate bombs, odd heads and lengths", portal, settings={"RETRY_TIMES": 0})
    assert done.status == 1 and done.titles == TITLES | {"一半的一半"}
    words = {901: "inflates", 902: "inflates", 903: "codings", 904: "Content-Length", 906: "in time", 907: "256 KiB"}
    for number in (*range(901, 909), 910):
        reason = done.reason(_path(number))
        assert words.get(number, "") in reason, reason
        assert done.is_tried_again(_path(number))
    (whole,) = done.rows("SELECT body FROM articles_flat WHERE title = '一半的一半'")
    assert whole["body"].endswith("打个电话就能送到。"), "what stands behind a zero byte is not lost"
    assert done.cpu < 8


@pytest.mark.slow
def test_listings_that_are_the_bomb(crawl_fault: CrawlFault) -> None:
    """Packed, of millions of tags, of records and addresses without an end: each costs its section, and no other."""
    tags = gzip.compress(b"<rss>" + b"<a/>" * 2_000_000, 1)
    nested = b"<rss>" + b"<item>" * 240 + b"<a/>" * 100_000
    no_address = "[{}]".format(",".join(['{"url":"%s x","title":"n"}' % (".html?" * 330)] * 1_000))
    bombs: dict[str, tuple[str, Answer]] = {
        "宜昌市": ("/packed.xml.gz", answer(tags, kind="application/gzip")),
        "黄冈市": ("/unpacked.html", answer(_packed(31), Content_Encoding="gzip")),
        "荆州市": ("/nested.xml", answer(nested, kind="text/xml")),
        "襄阳市": ("/records/", answer(b"<recordset>" + b"<record><![CDATA[" * 60_000)),
        "十堰市": ("/list.json", answer(no_address, kind="application/json")),
        "恩施州": ("/yichang/", listing(HEALTHY)),
    }
    rules = "[sections]\n" + "".join(f'"{name}" = "{path}"\n' for name, (path, _) in bombs.items())
    with HostilePortal(site(**dict(bombs.values()))) as portal:
        done = crawl_fault("listings that are the bomb", portal, rules=rules, settings={"DOWNLOAD_TIMEOUT": 30})
    sweeps = {
        row["name"][:2]: (row["outcome"], row["reason"])
        for row in done.rows("SELECT s.name, w.outcome, w.reason FROM sweeps w JOIN sections s ON s.id = w.section")
    }
    assert done.status == 1 and done.titles == {title for _, title, _ in HEALTHY}
    assert sweeps["宜昌"][0] == sweeps["黄冈"][0] == "failed"
    assert "2,000,001 tags" in sweeps["宜昌"][1] and "inflates" in sweeps["黄冈"][1]
    # What was there and was not understood is no empty section.
    words = {"荆州": "1 entries of a feed", "襄阳": "0 whole records", "十堰": "1,000 objects"}
    for name, word in words.items():
        assert sweeps[name][0] == "failed" and word in sweeps[name][1], sweeps[name]
    assert done.cpu < 12


def test_sitemaps_that_name_ever_more_sitemaps(crawl_fault: CrawlFault) -> None:
    numbers = iter(range(10**9))

    def index(path: str) -> Answer:
        names = "".join(f"<sitemap><loc>/map/{next(numbers)}.xml</loc></sitemap>" for _ in range(3))
        text = f"<sitemapindex>{names}</sitemapindex>"
        return answer(text, kind="text/xml") if path.startswith("/map/") else answer("", status=404)

    with HostilePortal(site()) as portal:
        portal.otherwise = index
        rules = 'feeds = ["/map/first.xml"]\n[sections]\n"恩施州" = "/enshi/"\n'
        done = crawl_fault("sitemaps without end", portal, rules=rules, settings={"NEWSCRAWLER_MAX_LISTING_PAGES": 10})
    (endless,) = done.rows("SELECT reason FROM sweeps WHERE outcome = 'failed'")
    assert "looks endless" in endless["reason"]
    assert done.status == 1 and len(done.requests) < 30


def test_a_robots_txt_that_is_elsewhere_or_away(crawl_fault: CrawlFault) -> None:
    """Moved within the host: it is read. In circles, off the portal, 5xx, 429, cut short: all is forbidden for now."""
    rules = answer("User-agent: *\nDisallow: /2026/0305/951.shtml\n", kind="text/plain")
    kinds: dict[str, Answer] = {
        "951": redirect("/rules.txt", 301),
        "952": redirect("/robots.txt"),
        "953": redirect("http://elsewhere.invalid/robots.txt"),
        "954": answer("", status=503, Retry_After=9_999),
        "955": answer("", status=429, Retry_After=9_999),
        "956": head(fields=[("Content-Length", 1_000)]) + b"User-agent: *\nDis",
        "957": lambda visit: visit.send_slowly(b"HTTP/1.1 200 OK\r\n" * 9, 0.1),
    }
    hosts = {name: HostilePortal({"/robots.txt": found, "/rules.txt": rules}) for name, found in kinds.items()}
    with contextlib.ExitStack() as stack:
        for host in hosts.values():
            stack.enter_context(host)
        paths = {name: f"{host.url}/2026/0305/{name}.shtml" for name, host in hosts.items()}
        with HostilePortal(site(**{"/yichang/": with_listed(list(paths.values()))})) as portal:
            done = crawl_fault(
                "robots.txt: redirects, 5xx, 429, cut", portal, settings={"DOWNLOAD_TIMEOUT": 1, "RETRY_TIMES": 0}
            )
        asked = {name: [path for path in host.requests if path.startswith("/2026/")] for name, host in hosts.items()}
    assert done.status == 1 and done.titles == TITLES
    assert asked == {name: [] for name in hosts}
    for path in paths.values():
        assert "robots.txt" in done.reason(path), done.reason(path)
    assert [done.is_tried_again(path) for path in paths.values()] == [False] + [True] * 6
