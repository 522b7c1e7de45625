"""Switches captures on for a crawl."""

from __future__ import annotations

import json
import sqlite3
from importlib.metadata import version
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, NotConfigured

from newscrawler import __version__
from newscrawler.archive import ArchiveError
from newscrawler.crawling.context import CrawlContext, context_of

FILES_PER_WORKER = 10_000
"""Numbers of WARC files that each worker of a run may use."""


class CaptureExtension:
    """Lets the crawl store record responses, when NEWSCRAWLER_CAPTURES is on."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("NEWSCRAWLER_CAPTURES"):
            raise NotConfigured
        self._crawler = crawler
        crawler.signals.connect(self.spider_opened, signal=signals.spider_opened)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the extension. Raises NotConfigured when captures are off."""
        return cls(crawler)

    def spider_opened(self) -> None:
        """Begin to record. A crawl that cannot record ends before its first request."""
        context = context_of(self._crawler)
        if context is None:
            return
        try:
            repairs = context.store.start_captures(
                _description(context),
                max_file_bytes=context.settings.getint("NEWSCRAWLER_WARC_MAX_BYTES"),
                first_serial=context.shard.index * FILES_PER_WORKER + 1,
            )
        except (OSError, sqlite3.Error, ArchiveError) as error:
            context.store.writer.give_up(error)
            raise CloseSpider("archive") from None
        for repair in repairs:
            context.warn(repair)


def _description(context: CrawlContext) -> dict[str, str]:
    """Return the fields of the warcinfo record."""
    settings = context.settings
    names = ("DOWNLOAD_DELAY", "CONCURRENT_REQUESTS_PER_DOMAIN", "AUTOTHROTTLE_ENABLED", "DOWNLOAD_MAXSIZE")
    robots = "obeyed by RFC 9309; no answer forbids everything" if settings.getbool("ROBOTSTXT_OBEY") else "ignore"
    return {
        "software": f"newscrawler/{__version__} warcio/{version('warcio')}",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "operator": settings.get("NEWSCRAWLER_CONTACT") or "not named",
        "http-header-user-agent": str(settings["USER_AGENT"]),
        "robots": robots,
        "isPartOf": context.store.run_key,
        "description": f"crawl of {context.portal.name} ({context.portal.homepage})",
        "arguments": json.dumps(context.options.as_arguments(), ensure_ascii=False, default=str),
        "settings": json.dumps({name: settings.get(name) for name in names}, ensure_ascii=False),
        "portal": context.portal.model_dump_json(exclude_defaults=True),
    }
