"""What is known of a content system: how to recognise it, and where it puts each field."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from newscrawler.extraction.page import Page


@dataclass(frozen=True, slots=True)
class ContentSystem:
    """Fingerprint, document id and rules of a content system.

    A page is the system's when its URL matches one of `urls` and, if `needs_both`, its markup holds one of
    `markers`; otherwise either is enough. `document_ids` are patterns over the URL's path and query whose group
    `id` is the document's id; `id_in_markup` the same over the markup. The other members are rules (see
    `extraction.rules`), tried in order; an empty tuple leaves the field to what comes after.
    """

    id: str
    name: str
    urls: tuple[re.Pattern[str], ...] = ()
    markers: tuple[str, ...] = ()
    needs_both: bool = False
    document_ids: tuple[re.Pattern[str], ...] = ()
    id_in_markup: tuple[re.Pattern[str], ...] = ()
    title: tuple[str, ...] = ()
    subtitle: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    drop: tuple[str, ...] = field(default=())

    def recognises(self, page: Page) -> bool:
        """Tell whether the page carries the system's fingerprint."""
        address = page.url or page.base_url or ""
        by_url = any(pattern.search(address) for pattern in self.urls)
        if by_url and not self.needs_both:
            return True
        if self.needs_both and self.urls and not by_url:
            return False
        return any(marker in page.text for marker in self.markers)

    def document_id(self, page: Page) -> str | None:
        """Return the system's own id of the document, or None when neither URL nor markup shows it."""
        address = page.url or page.base_url or ""
        for pattern in self.document_ids:
            if match := pattern.search(address):
                return match["id"]
        for pattern in self.id_in_markup:
            if match := pattern.search(page.text):
                return match["id"]
        return None
