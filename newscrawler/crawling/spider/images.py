"""Fetching the images of articles. They are kept as captures only, and never parsed."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.downloader.failures import describe_failure
from newscrawler.crawling.requests import IMAGE_PRIORITY, KIND
from newscrawler.crawling.spider.responses import request_of
from newscrawler.extraction.model import RawArticle


class ImageFetcher:
    """Requests the images of articles that are not captured yet, when NEWSCRAWLER_IMAGES and captures are on."""

    def __init__(self, context: CrawlContext) -> None:
        self._context = context
        self._is_on = context.settings.getbool("NEWSCRAWLER_IMAGES")

    def requests(self, article: RawArticle) -> Iterator[Request]:
        """Yield a request for each image of an article that is on the portal's hosts."""
        context = self._context
        if not self._is_on or not context.store.has_captures:
            return
        for image in article.images:
            url = context.urls.own_form(image.url)
            if context.urls.owns(url) and not context.store.has_image(url):
                yield Request(
                    url, callback=self.parse, errback=self.failed, meta={KIND: "image"}, priority=IMAGE_PRIORITY
                )

    def parse(self, response: Response) -> None:
        """Record an image that cannot be had. Any other was captured when it arrived."""
        if response.status != 200:
            self._context.store.events.add("skipped", response.url, None, f"the image answered {response.status}")

    def failed(self, failure: Failure) -> None:
        """Record that an image could not be fetched."""
        reason = f"the image could not be fetched: {describe_failure(failure)}"
        self._context.store.events.add("skipped", request_of(failure).url, None, reason)
