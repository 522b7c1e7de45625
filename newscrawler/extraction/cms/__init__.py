"""Content systems: one TOML file each, and how a page's system is recognised."""

from __future__ import annotations

from newscrawler.extraction.cms.loading import content_systems
from newscrawler.extraction.cms.system import ContentSystem, Signs
from newscrawler.extraction.layout import Layout
from newscrawler.extraction.page import Page


def recognise(page: Page, layout: Layout) -> list[tuple[ContentSystem, str | None]]:
    """Return the systems whose fingerprint a page carries, each with the document's id if the page shows one.

    There may be several: a page of TRS often has the government's `<meta>` elements, too.
    """
    signs = Signs(page.url or page.base_url or "", layout.names(), layout.comments, layout.scripts)
    return [(system, system.find_document_id(signs)) for system in content_systems() if system.recognises(page, signs)]


__all__ = ["ContentSystem", "content_systems", "recognise"]
