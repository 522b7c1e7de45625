"""What is known of a content system: how to recognise it, and where it puts each field."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from newscrawler.extraction.page import Page


@dataclass(frozen=True, slots=True)
class Signs:
    """Where fingerprints are looked for: the page's address, the ids and classes of its blocks, its comments, the
    addresses of its scripts."""

    address: str
    names: str
    comments: str
    scripts: str


@dataclass(frozen=True, slots=True)
class ContentSystem:
    """Fingerprint, document id and rules of a content system.

    A page is the system's when its URL matches one of `urls`, a block's id or class contains one of `names`, a
    comment starts with one of `comments`, a script's address contains one of `scripts`, or a `<meta>` is called
    like one of `metas`. `document_ids` are patterns over the URL whose group `id` is the document's id;
    `id_in_scripts` the same over the scripts' addresses. The other members are rules (see `extraction.rules`),
    tried in order; an empty tuple leaves the field to what comes after.
    """

    id: str
    name: str
    urls: tuple[re.Pattern[str], ...] = ()
    names: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    metas: tuple[str, ...] = ()
    document_ids: tuple[re.Pattern[str], ...] = ()
    id_in_scripts: tuple[re.Pattern[str], ...] = ()
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

    def recognises(self, page: Page, signs: Signs) -> bool:
        """Tell whether the page carries the system's fingerprint."""
        return (
            any(pattern.search(signs.address) for pattern in self.urls)
            or any(name in signs.names for name in self.names)
            or any(comment in signs.comments for comment in self.comments)
            or any(script in signs.scripts for script in self.scripts)
            or any(name in page.meta for name in self.metas)
        )

    def document_id(self, signs: Signs) -> str | None:
        """Return the system's own id of the document, or None when neither URL nor scripts show it."""
        for patterns, text in ((self.document_ids, signs.address), (self.id_in_scripts, signs.scripts)):
            for pattern in patterns:
                if match := pattern.search(text):
                    return match["id"]
        return None
