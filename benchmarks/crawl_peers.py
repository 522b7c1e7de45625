"""The spiders that our crawl is compared with: `crawl_peers.py floor|bare|fields|trafilatura URL OUT`."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import scrapy
from lxml.html import document_fromstring
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response

SETTINGS = {
    "LOG_LEVEL": "WARNING",
    "CONCURRENT_REQUESTS": 64,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "ROBOTSTXT_OBEY": False,
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "COOKIES_ENABLED": False,
    # As ours: Scrapy starts this many tasks per response, which costs a bare spider four tenths of its time.
    "CONCURRENT_ITEMS": 1,
}
_MIDDLEWARES = "scrapy.downloadermiddlewares"
LEAN: dict[str, Any] = {
    "DOWNLOADER_MIDDLEWARES": {
        f"{_MIDDLEWARES}.offsite.OffsiteMiddleware": None,
        f"{_MIDDLEWARES}.httpauth.HttpAuthMiddleware": None,
        f"{_MIDDLEWARES}.redirect.MetaRefreshMiddleware": None,
        f"{_MIDDLEWARES}.redirect.RedirectMiddleware": None,
        f"{_MIDDLEWARES}.retry.RetryMiddleware": None,
        f"{_MIDDLEWARES}.httpproxy.HttpProxyMiddleware": None,
        f"{_MIDDLEWARES}.stats.DownloaderStats": None,
        f"{_MIDDLEWARES}.downloadtimeout.DownloadTimeoutMiddleware": None,
    },
    "SPIDER_MIDDLEWARES": {
        "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
        "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
        "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
        "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
        "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
        "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
    },
    "EXTENSIONS": {
        "scrapy.extensions.corestats.CoreStats": None,
        "scrapy.extensions.memusage.MemoryUsage": None,
        "scrapy.extensions.logstats.LogStats": None,
        "scrapy.extensions.throttle.AutoThrottle": None,
    },
    "WARN_ON_GENERATOR_RETURN_VALUE": False,
}
"""Switches off what the floor can do without."""


class Peer(scrapy.Spider):
    """Follows homepage, listings and articles, and does nothing with an article."""

    name = "bare"
    base = ""
    count = 0

    async def start(self) -> AsyncIterator[scrapy.Request]:
        yield scrapy.Request(f"{self.base}/")

    def parse(self, response: Response, **kwargs: Any) -> Iterator[scrapy.Request]:
        for href in response.css("ul.nav a::attr(href)").getall():
            yield response.follow(href, self.parse_listing)

    def parse_listing(self, response: Response) -> Iterator[scrapy.Request]:
        for href in response.css("ul.list a::attr(href)").getall():
            yield response.follow(href, self.parse_article)
        following = response.css("div.page a::attr(href)").get()
        if following:
            yield response.follow(following, self.parse_listing)

    def parse_article(self, response: Response) -> Iterator[dict[str, Any]]:
        type(self).count += 1
        return iter(())


class Floor(Peer):
    """Parses each article and reads nothing of it."""

    name = "floor"

    def parse_article(self, response: Response) -> Iterator[dict[str, Any]]:
        document_fromstring(response.body)
        return super().parse_article(response)


class Fields(Peer):
    """Reads the fields of each article by our rules, and keeps nothing but a line of JSON."""

    name = "fields"

    def parse_article(self, response: Response) -> Iterator[dict[str, Any]]:
        from newscrawler import places
        from newscrawler.extraction.article import extract_article
        from newscrawler.extraction.model import NotAnArticle
        from newscrawler.extraction.page import read_page
        from newscrawler.normalization.article import normalize
        from newscrawler.text.clock import CHINA

        page = read_page(response.body, url=response.url)
        raw = page if isinstance(page, NotAnArticle) else extract_article(page)
        if not isinstance(raw, NotAnArticle):
            found = normalize(raw, base=datetime.now(CHINA), province=places.province("湖北省"))
            type(self).count += 1
            yield {"url": response.url, "title": found.title, "date": found.published, "text": found.body}


class Trafilatura(Peer):
    """Extracts each article with trafilatura, with its metadata."""

    name = "trafilatura"

    def parse_article(self, response: Response) -> Iterator[dict[str, Any]]:
        import trafilatura

        found = trafilatura.bare_extraction(response.text, url=response.url, with_metadata=True)
        if found is not None:
            type(self).count += 1
            yield {"url": response.url, "title": found.title, "date": found.date, "text": found.text}


def main() -> None:
    name, base, out = sys.argv[1:]
    if name == "trafilatura":
        import trafilatura  # noqa: F401 -- a missing one ends the program here; in a spider Scrapy would log it and go on
    spider = {"floor": Floor, "bare": Peer, "fields": Fields, "trafilatura": Trafilatura}[name]
    spider.base = base
    settings: dict[str, Any] = dict(SETTINGS)
    if name == "floor":
        settings |= LEAN
    elif name != "bare":
        settings["FEEDS"] = {out: {"format": "jsonlines", "encoding": "utf8"}}
    process = CrawlerProcess(settings)
    process.crawl(spider)
    process.start()
    Path(out).with_suffix(".count").write_text(json.dumps(spider.count))


if __name__ == "__main__":
    main()
