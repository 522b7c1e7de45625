"""How many requests a crawl makes, compared with the minimum.

`python benchmarks/request_counts.py` crawls a portal of 2,000 articles in 17 sections on loopback: the first time, then with
nothing new, then with ten new articles, and prints a table.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from newscrawler import places
from newscrawler.demo.model import Response
from newscrawler.demo.server import SiteServer

PAGE_ENTRIES = 20
DEFINITION = """\
id = "counted"
name = "计数网"
province = "湖北省"
homepage = "http://www.counted.example/"
[crawl]
delay = 0
concurrency = 8
"""


class CountedPortal:
    """Articles spread evenly over the sections of Hubei, newest first, twenty a listing page."""

    def __init__(self, articles: int) -> None:
        province = places.province("湖北省")
        assert province is not None
        self.divisions = places.divisions_of(province)
        self.listings: list[list[str]] = [[] for _ in self.divisions]
        self.pages: dict[str, str] = {}
        self.titles: dict[str, str] = {}
        for _ in range(articles):
            self.publish()

    def publish(self) -> None:
        """Add the newest article, in the next section by turns."""
        number = len(self.pages)
        day = date(2020, 1, 1) + timedelta(days=number // 10)
        path = f"/{day:%Y/%m%d}/{10_000 + number}.shtml"
        title = f"第{number}号泵站通过验收"
        self.titles[path] = title
        self.pages[path] = (
            f"<html><head><title>{title}_计数网</title></head><body><h1>{title}</h1>"
            f"<div class='info'>来源:计数晚报  日期:{day}   编辑:丁一鸣   字号:TT</div><div class='content'>"
            f"<p>　　第{number}号泵站在{day}通过验收，沿河的几个村子不用再担心内涝，抽水的机器一天一夜也没有停。</p>"
            "<p>　　“往年这个时候，我们都要把粮食搬到楼上去。”住在堤边的老周说，今年他睡了几个安稳觉。</p>"
            "</div></body></html>"
        )
        self.listings[number % len(self.listings)].insert(0, path)

    @property
    def listing_pages(self) -> int:
        """Listing pages of all sections; an empty section has one."""
        return sum(max(1, -(-len(listing) // PAGE_ENTRIES)) for listing in self.listings)

    def respond(self, path: str) -> Response:
        """Answer a request."""
        if path in self.pages:
            return _html(self.pages[path])
        if path == "/":
            links = "".join(f"<a href='/s{n}/'>{division.name}</a> " for n, division in enumerate(self.divisions))
            return _html(f"<html><body><div class='nav'>{links}</div></body></html>")
        folder, _, name = path.strip("/").partition("/")
        if folder[:1] == "s" and folder[1:].isdecimal() and int(folder[1:]) < len(self.listings):
            number = int(name.removeprefix("index_").removesuffix(".html")) if name else 0
            return _html(self._listing(int(folder[1:]), number))
        return _html("<h1>404 Not Found</h1>", 404)

    def _listing(self, section: int, number: int) -> str:
        listing = self.listings[section]
        shown = listing[number * PAGE_ENTRIES : (number + 1) * PAGE_ENTRIES]
        items = "".join(
            f"<li><a href='{path}'>{self.titles[path]}</a><span>{path[1:5]}-{path[6:8]}-{path[8:10]}</span></li>"
            for path in shown
        )
        more = (number + 1) * PAGE_ENTRIES < len(listing)
        pager = f"<a href='/s{section}/index_{number + 1}.html'>下一页</a>" if more else ""
        head = "<head><title>新闻列表</title></head>"
        return f"<html>{head}<body><ul class='list'>{items}</ul><div>{pager}</div></body></html>"


def _html(text: str, status: int = 200) -> Response:
    return Response(status, {"Content-Type": "text/html; charset=utf-8"}, text.encode())


@dataclass(frozen=True)
class Row:
    """The requests of one crawl, and the minimum that finds and fetches the same."""

    crawl: str
    robots: int
    homepage: int
    listings: int
    articles: int
    least: int

    @property
    def requests(self) -> int:
        """All requests of the crawl."""
        return self.robots + self.homepage + self.listings + self.articles


def measure(articles: int, new: int = 10) -> list[Row]:
    """Crawl a portal of so many articles three times; return a row a crawl."""
    portal = CountedPortal(articles)
    sections = len(portal.divisions)
    fixed = 2  # robots.txt and the homepage
    with tempfile.TemporaryDirectory() as name, SiteServer(portal) as server:
        folder = Path(name)
        (folder / "counted.toml").write_text(DEFINITION, encoding="utf-8")
        rows = [_crawl(folder, server, portal, "first", fixed + portal.listing_pages + articles)]
        rows.append(_crawl(folder, server, portal, "nothing new", fixed + sections))
        for _ in range(new):
            portal.publish()
        rows.append(_crawl(folder, server, portal, f"{new} new", fixed + sections + new))
    return rows


def _crawl(folder: Path, server: SiteServer, portal: CountedPortal, crawl: str, least: int) -> Row:
    server.requests.clear()
    subprocess.run(
        [sys.executable, "-m", "newscrawler", "crawl", "counted.toml", "--archive", "a.db", "--via", server.url],
        cwd=folder,
        env={**os.environ, "NEWSCRAWLER_ALLOW_PRIVATE": "1"},
        check=True,
        capture_output=True,
    )
    kinds = Counter(_kind(request.path, portal) for request in server.requests)
    return Row(crawl, kinds["robots"], kinds["homepage"], kinds["listing"], kinds["article"], least)


def _kind(path: str, portal: CountedPortal) -> str:
    if path in ("/robots.txt", "/"):
        return "robots" if path != "/" else "homepage"
    return "article" if path in portal.pages else "listing"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument("--new", type=int, default=10)
    arguments = parser.parse_args()
    print("| crawl | robots.txt | homepage | listing pages | articles | requests | least possible |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for row in measure(arguments.articles, arguments.new):
        print(
            f"| {row.crawl} | {row.robots} | {row.homepage} | {row.listings} | {row.articles:,} | {row.requests:,} | "
            f"{row.least:,} |"
        )


if __name__ == "__main__":
    main()
