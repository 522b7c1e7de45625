"""What the requests of a crawl have in common: keys of their `meta`, priorities and bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.listings.page_addresses import post_address

if TYPE_CHECKING:
    from scrapy import Request  # commands that fetch nothing read the bounds below

KIND = "capture_kind"
"""Key of `meta`: article, listing, homepage, robots or image."""
PAGES = "captured_pages"
"""Key of `meta`: the capture keys of the pages (status 200) of one article so far, in order."""

ROBOTS_PRIORITY = 1_000
HOMEPAGE_PRIORITY = 30
FURTHER_PAGE_PRIORITY = 11
ARTICLE_PRIORITY = 10
"""Articles go before the next listing page, so few requests wait in memory."""
IMAGE_PRIORITY = 5
"""After the articles that are known, before the next listing page."""
LISTING_PRIORITY = 0

MAX_ADDRESS = 4_096
"""Characters of a URL. Longer ones come from links that grow on each page; browsers and servers do not accept them."""


def address_of(url: str, request: Request | None) -> str:
    """Return the address of the page at a URL (`page_addresses`), which holds the body of its request if it was a POST.

    The URL may be another one than the request's: that of a response after a redirect.
    """
    if request is None or request.method != "POST":
        return url
    return post_address(url, request.body.decode("utf-8", "replace"))
