"""One page of a section's listing, whatever its kind: HTML, a 大汉 datastore, JSON, a feed or a sitemap.

The kind follows from the response itself, so a definition only names the address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from newscrawler.extraction.model import NotAnArticle
from newscrawler.extraction.page import Page, read_page
from newscrawler.listings.datastore import next_group, read_records
from newscrawler.listings.entries import MAX_LINKS, Entry, ListingRules, read_entries
from newscrawler.listings.feeds import read_feed
from newscrawler.listings.json_lists import looks_like_json, read_json
from newscrawler.listings.pagers import next_page


class ListingKind(StrEnum):
    """The format of a listing."""

    HTML = "html"
    DATASTORE = "datastore"
    JSON = "json"
    FEED = "feed"


@dataclass(frozen=True, slots=True)
class ListingPage:
    """What one page of a listing shows."""

    kind: ListingKind
    entries: list[Entry]
    next_urls: tuple[str, ...] = ()
    """Absolute URLs of the next pages; a sitemap index has several."""
    page: Page | None = None
    """The parsed page, if it is HTML."""
    left_out: str = ""
    """A sentence about entries beyond the limit, which are not read; empty if all were read."""


def read_listing(
    body: bytes,
    *,
    url: str,
    number: int,
    rules: ListingRules,
    is_own: Callable[[str], bool],
    content_type: str | None = None,
    encoding: str | None = None,
) -> ListingPage | NotAnArticle:
    """Read the `number`-th page (from 1) of a listing; NotAnArticle if its bytes cannot be read.

    `is_own(url)` tells whether a URL belongs to the portal.
    """
    if looks_like_json(body, content_type):
        json_listing = read_json(body, url)
        if isinstance(json_listing, NotAnArticle):
            return json_listing
        if json_listing is not None:
            entries, following, left_out = json_listing
            next_urls = (following,) if following and entries else ()
            return ListingPage(ListingKind.JSON, entries, next_urls, left_out=left_out)
    feed = read_feed(body, url)
    if isinstance(feed, NotAnArticle):
        return feed
    if feed is not None:
        entries, following_files, left_out = feed
        return ListingPage(ListingKind.FEED, entries, following_files, left_out=left_out)
    page = read_page(body, url=url, content_type=content_type, encoding=encoding)
    if isinstance(page, NotAnArticle):
        return page
    base = page.base_url or url
    records = read_records(page, base, rules, is_own)
    if isinstance(records, NotAnArticle):
        return records
    if records is not None:
        entries, left_out = records
        following = next_group(page, base)
        return ListingPage(ListingKind.DATASTORE, entries, (following,) if following else (), page, left_out)
    following = next_page(page.root, base, url, number, rules.next)
    entries = read_entries(page.root, base, rules, is_own)
    left_out = f"more than {MAX_LINKS:,} links; the rest is not read" if _has_more_links_than_read(page) else ""
    return ListingPage(ListingKind.HTML, entries, (following,) if following else (), page, left_out)


def _has_more_links_than_read(page: Page) -> bool:
    return next(islice(page.root.iter("a"), MAX_LINKS, None), None) is not None
