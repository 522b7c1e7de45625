"""A portal's definition in the forms that extraction takes."""

from __future__ import annotations

import re

from newscrawler.extraction.model import ArticleOverrides
from newscrawler.listings.entries import ListingRules
from newscrawler.portals import Portal


def listing_rules(portal: Portal) -> ListingRules:
    """Return a definition's rules for listings in the form that extraction takes."""
    pattern = portal.article.url
    return ListingRules(portal.listing.entry, portal.listing.next, re.compile(pattern) if pattern else None)


def article_overrides(portal: Portal) -> ArticleOverrides | None:
    """Return a definition's overrides of article fields in the form that extraction takes; None: there are none."""
    values = portal.article.model_dump(exclude={"url"}, exclude_defaults=True)
    return ArticleOverrides(**values) if values else None
