"""One page of a section's listing, whatever its kind: HTML, a 大汉 datastore, JSON, a feed or a sitemap.

The kind is told from the answer itself, so a definition only names the address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from newscrawler.extraction.listing_datastore import next_group, read_records
from newscrawler.extraction.listing_feeds import read_feed
from newscrawler.extraction.listing_json import looks_like_json, read_json
from newscrawler.extraction.listing_pagers import next_page
from newscrawler.extraction.listings import Entry, ListingRules, read_entries
from newscrawler.extraction.model import NotAnArticle
from newscrawler.extraction.page import Page, read_page


class ListingKind(StrEnum):
    """What a listing is made of."""

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
    """Absolute URLs of the pages that come next; a sitemap index has several."""
    page: Page | None = None
    """The parsed page, where it is HTML."""


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
    """Read the `number`-th page (from 1) of a listing; a verdict when its bytes cannot be read."""
    if looks_like_json(body, content_type):
        found = read_json(body, url)
        if found is not None:
            entries, following = found
            return ListingPage(ListingKind.JSON, entries, (following,) if following and entries else ())
    feed = read_feed(body, url)
    if feed is not None:
        entries, following_files = feed
        return ListingPage(ListingKind.FEED, entries, following_files)
    page = read_page(body, url=url, content_type=content_type, encoding=encoding)
    if isinstance(page, NotAnArticle):
        return page
    base = page.base_url or url
    records = read_records(page, base, rules, is_own)
    if records is not None:
        following = next_group(page, base)
        return ListingPage(ListingKind.DATASTORE, records, (following,) if following else (), page)
    following = next_page(page.root, base, url, number, rules.next)
    entries = read_entries(page.root, base, rules, is_own)
    return ListingPage(ListingKind.HTML, entries, (following,) if following else (), page)
