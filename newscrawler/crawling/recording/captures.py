"""Capturing what a crawl receives, as it arrived, in WARC files beside the archive.

The download handler hands over each exchange below decompression and redirects. Before each commit of the archive the
records of its batch are written, and the crawl waits until they are on the disk.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, NotConfigured
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawler import __version__
from newscrawler.archive import ArchiveError
from newscrawler.archive.captures import cdxj
from newscrawler.archive.captures.queue import CaptureQueue
from newscrawler.archive.captures.recovery import recover
from newscrawler.archive.captures.rows import has_image
from newscrawler.archive.captures.warc_files import captures_folder, folder_of
from newscrawler.archive.captures.warc_writer import Exchange, WarcWriter
from newscrawler.crawling.downloader.failures import reason_of

if TYPE_CHECKING:
    from newscrawler.crawling.spider.spider import PortalSpider
    from newscrawler.extraction.model import RawArticle

logger = logging.getLogger(__name__)

KIND = "capture_kind"
"""Key of a request's meta: article, listing, homepage, robots or image."""
PAGES = "captured_pages"
"""Key of a request's meta: the captures of the pages (status 200) of one article so far, in order."""
FILES_A_WORKER = 10_000
"""WARC files of one run that each of its workers has numbers for."""
MOST_WAITING = 8 * 2**20
"""Bytes of answers that may wait until the batch that they belong to is written."""
IMAGE_PRIORITY = 5
"""After the articles that are known, before the next listing page."""


class CaptureExtension:
    """Switches captures on for a crawl; first closes what an earlier crawl of the portal left open."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CaptureExtension:
        """Make the extension; not configured when captures are off."""
        if not crawler.settings.getbool("NEWSCRAWLER_CAPTURES"):
            raise NotConfigured
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signal=signals.spider_opened)
        return extension

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    def spider_opened(self, spider: PortalSpider) -> None:
        """Begin to capture; a crawl that cannot ends before its first request."""
        try:
            spider.ledger.captures = CaptureRecorder(self._crawler, spider)
        except (OSError, sqlite3.Error, ArchiveError) as error:
            spider.ledger.give_up(error)
            raise CloseSpider("archive") from None


class CaptureRecorder:
    """Writes the exchanges of one crawl, those of a batch together: many in a row cost half of what single ones do.

    In the crawl's own thread: half of the work is Python, for which a second thread has to wait, and makes wait.
    """

    def __init__(self, crawler: Crawler, spider: PortalSpider) -> None:
        self._ledger = spider.ledger
        self._connection = spider.ledger.connection
        self._stats = crawler.stats
        folder = folder_of(self._connection) / spider.portal.id
        cdxj.refuse_links(folder)
        for sentence in recover(self._connection, spider.portal.id):
            spider.warn(sentence)
        folder.mkdir(parents=True, exist_ok=True)
        writer = WarcWriter(
            folder,
            spider.ledger.run_key,
            _description(crawler, spider),
            crawler.settings.getint("NEWSCRAWLER_WARC_MAX_BYTES"),
            first_serial=spider.share.index * FILES_A_WORKER + 1,
        )
        self.queue = CaptureQueue(self._connection, spider.portal.id, spider.ledger.run, writer)

    def record(self, request: Request, response: Response, fetched: str) -> None:
        """Take over an exchange; `request.meta` gets the key of the capture when it is one page of an article."""
        exchange = Exchange(
            kind=request.meta.get(KIND, "unknown"),
            url=request.url,
            fetched=fetched,
            method=request.method,
            request_headers=list(_lines_of(request)),
            status=response.status,
            protocol=response.protocol or "",
            headers=list(_lines_of(response)),
            payload=response.body,
            digest=hashlib.sha256(response.body).hexdigest(),
            address=str(response.ip_address or ""),
        )
        key = self.queue.add(exchange)
        if response.status == 200 and exchange.kind == "article":
            request.meta[PAGES] = (*request.meta.get(PAGES, ()), key)
        self._ledger.add_capture(key)
        self._stats.inc_value("captures/count")
        if key.is_revisit:
            self._stats.inc_value("captures/revisits")
        if self.queue.waiting_bytes > MOST_WAITING:
            self._ledger.flush()

    def close(self) -> None:
        """Finish the file and sort the index. What is left open by an error is closed by the next crawl."""
        try:
            self.queue.close()
        except OSError as error:
            logger.error("the captures could not be closed: %s", error)


def _lines_of(message: Request | Response) -> Iterator[tuple[bytes, bytes]]:
    """Yield a message's headers, one line each; the coding of the connection, undone already, is left out."""
    for name, values in message.headers.items():
        if name.lower() not in (b"transfer-encoding", b"connection", b"keep-alive"):
            for value in values or ():
                yield name, value


def _description(crawler: Crawler, spider: PortalSpider) -> dict[str, str]:
    """Return the fields of the warcinfo record."""
    settings = crawler.settings
    names = ("DOWNLOAD_DELAY", "CONCURRENT_REQUESTS_PER_DOMAIN", "AUTOTHROTTLE_ENABLED", "DOWNLOAD_MAXSIZE")
    chosen = {name: settings.get(name) for name in names}
    return {
        "software": f"newscrawler/{__version__} warcio/{version('warcio')}",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "operator": settings.get("NEWSCRAWLER_CONTACT") or "not named",
        "http-header-user-agent": str(settings["USER_AGENT"]),
        "robots": "obeyed by RFC 9309; no answer forbids everything"
        if settings.getbool("ROBOTSTXT_OBEY")
        else "ignore",
        "isPartOf": spider.ledger.run_key,
        "description": f"crawl of {spider.portal.name} ({spider.portal.homepage})",
        "arguments": json.dumps(spider.options.as_arguments(), ensure_ascii=False, default=str),
        "settings": json.dumps(chosen, ensure_ascii=False),
        "portal": spider.portal.model_dump_json(exclude_defaults=True),
    }


def image_requests(spider: PortalSpider, article: RawArticle) -> Iterator[Request]:
    """Ask for the images of an article that are on the portal's hosts, once, when the crawl captures images.

    They are kept as captures only and never parsed. What is not captured yet is asked for.
    """
    if not spider.settings.getbool("NEWSCRAWLER_IMAGES") or spider.ledger.captures is None:
        return
    for image in article.images:
        url = spider.own_form(image.url)
        if spider.owns(url) and not has_image(spider.ledger.connection, url):
            yield Request(
                url,
                callback=_keep_image,
                errback=_image_failed,
                meta={KIND: "image"},
                cb_kwargs={"spider": spider},
                priority=IMAGE_PRIORITY,
            )


def _keep_image(response: Response, spider: PortalSpider) -> None:
    """Nothing is left to do: the image was captured when it arrived."""
    if response.status != 200:
        spider.ledger.event("skipped", response.url, None, f"the image answered {response.status}")


def _image_failed(failure: Failure) -> None:
    request: Request = failure.request  # type: ignore[attr-defined]
    spider: PortalSpider = request.cb_kwargs["spider"]
    spider.ledger.event("skipped", request.url, None, f"the image could not be fetched: {reason_of(failure)}")


def check_captures_folder(archive: str | Path) -> None:
    """Raise ArchiveError when captures cannot be written beside this archive."""
    folder = captures_folder(archive)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".probe"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise ArchiveError(
            f"{folder}: captures cannot be written there: {error.strerror}; make it writable or use --no-captures."
        ) from None
