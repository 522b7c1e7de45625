"""robots.txt that is huge, malformed, or another one each time."""

from __future__ import annotations

from itertools import count

from support.faults import HEALTHY, TITLES, CrawlFault, site, with_listed
from support.hostile_portal import HostilePortal, Visit, answer, head

FORBIDDEN = HEALTHY[0][0]


def test_a_huge_robots_txt_and_malformed_ones(crawl_fault: CrawlFault) -> None:
    """Of a huge one the first 512 KiB hold; what cannot be had forbids; what is no robots.txt allows."""
    rule = f"User-agent: *\nDisallow: {FORBIDDEN}\n".encode()
    huge = rule + b"Disallow: /never/%s*\n" * 400_000
    endless = head(fields=[("Content-Type", "text/plain")])

    def pour(visit: Visit) -> None:
        visit.send(endless)
        for _ in range(2**30 // 65_536):
            visit.send(b"#" * 65_536)

    robots = {
        "noise": answer(bytes(range(256)) * 800, kind="text/plain"),
        "patterns": answer(
            b"User-agent: *\nDisallow: " + b"*a" * 5_000 + b"$\nCrawl-delay: 1e999\n", kind="text/plain"
        ),
        "delays": answer(b"User-agent: *\nCrawl-delay: -5\nCrawl-delay: nan\nRequest-rate: 0/0\n", kind="text/plain"),
        "endless": pour,
    }
    others = {name: HostilePortal({"/robots.txt": text}) for name, text in robots.items()}
    page = answer("<h1>无</h1>", status=404)
    paths = {}
    for number, (name, other) in enumerate(others.items()):
        other.pages[f"/2026/0305/94{number}.shtml"] = page
        paths[name] = f"{other.url}/2026/0305/94{number}.shtml"
    with others["noise"], others["patterns"], others["delays"], others["endless"]:
        pages = site(**{"/yichang/": with_listed(list(paths.values())), "/robots.txt": answer(huge, kind="text/plain")})
        with HostilePortal(pages) as portal:
            done = crawl_fault("robots.txt: huge, malformed, endless", portal, timeout=90)
    assert done.status == 1
    assert done.titles == TITLES - {HEALTHY[0][1]}
    assert "robots.txt" in done.reason(FORBIDDEN) and FORBIDDEN not in done.requests
    assert "robots.txt" in done.reason(paths["endless"]) and done.is_tried_again(paths["endless"])
    assert done.cpu < 15


def test_a_robots_txt_that_changes(crawl_fault: CrawlFault) -> None:
    """It is asked for once a crawl, and what it said then holds for that crawl; each is kept."""
    numbers = count(1)

    def changing(visit: Visit) -> None:
        verdict = "" if next(numbers) % 2 else "/2026/"
        visit.send(answer(f"User-agent: *\nDisallow: {verdict}\n", kind="text/plain"))

    with HostilePortal(site(**{"/robots.txt": changing})) as portal:
        done = crawl_fault("robots.txt that changes", portal)
        assert done.status == 0 and done.titles == TITLES
        assert done.requests.count("/robots.txt") == 1
        portal.pages["/2026/0305/941.shtml"] = answer("", status=404)
        portal.pages["/yichang/"] = with_listed(["/2026/0305/941.shtml"])
        later = crawl_fault("robots.txt that changes, next crawl", portal)
    assert "robots.txt" in later.reason("/2026/0305/941.shtml") and later.titles == TITLES
    assert [row["policy"] for row in later.rows("SELECT policy FROM robots")] == ["rules", "rules"]
