"""From the links of a listing page to the sightings that the archive records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from newscrawler.archive.sections import Sighting
from newscrawler.listings.article_urls import looks_like_article, url_shape
from newscrawler.listings.entries import Entry
from newscrawler.normalization.dates import date_in_url, parse_published
from newscrawler.normalization.text import clean_line
from newscrawler.text.urls import identity

MAX_TITLE = 500
MAX_PAGE = 40
"""Characters of the name of a newspaper page."""


def is_like_most(url: str, urls: Sequence[str]) -> bool:
    """Whether a URL looks like an article's, and has the form of most of these."""
    own = url_shape(url, keeps_folders=True)
    number = sum(url_shape(other, keeps_folders=True) == own for other in urls)
    return 2 * number > len(urls) and number > 1 and looks_like_article(url)


def sightings_of(
    entries: Iterable[Entry], own_form: Callable[[str], str], owns: Callable[[str], bool], now: datetime
) -> list[Sighting]:
    """Return one sighting per document, in the order of the page.

    The date is the one beside the link, else the one in its URL. `own_form` returns the portal's own form of a URL,
    `owns` whether a URL belongs to the portal. `now` is when the page was fetched.
    """
    sightings: dict[str, Sighting] = {}
    for entry in entries:
        url = own_form(entry.url)
        listed = parse_published(entry.date_text, base=now) if entry.date_text else None
        sightings.setdefault(
            identity(url),
            Sighting(
                url=url,
                title=clean_line(entry.title)[:MAX_TITLE],
                listed_date=listed.date if listed else date_in_url(url) or "",
                pinned=entry.pinned,
                position=len(sightings) + 1,
                foreign=not owns(url),
                page=clean_line(entry.page)[:MAX_PAGE],
                page_no=clean_line(entry.page_no)[:MAX_PAGE],
                source=clean_line(entry.source),
                keys=json.dumps(dict(entry.keys), ensure_ascii=False) if entry.keys else "",
                is_beside=entry.is_beside,
                box=entry.box,
            ),
        )
    return list(sightings.values())
