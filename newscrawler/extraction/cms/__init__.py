"""Content systems: one module each, tried in the order of `SYSTEMS`."""

from __future__ import annotations

from newscrawler.extraction.cms import (
    dedecms,
    empirecms,
    founder,
    founder_epaper,
    gov_meta,
    hbdysh,
    jcms,
    people,
    phpcms,
    trs,
    vsb,
    wechat,
    xinhua,
)
from newscrawler.extraction.cms.system import ContentSystem, Signs
from newscrawler.extraction.layout import Layout
from newscrawler.extraction.page import Page

SYSTEMS: tuple[ContentSystem, ...] = (
    wechat.SYSTEM,
    people.SYSTEM,
    xinhua.SYSTEM,
    founder_epaper.SYSTEM,
    founder.SYSTEM,
    trs.SYSTEM,
    jcms.SYSTEM,
    vsb.SYSTEM,
    phpcms.SYSTEM,
    empirecms.SYSTEM,
    dedecms.SYSTEM,
    hbdysh.SYSTEM,
    gov_meta.SYSTEM,
)


def recognise(page: Page, layout: Layout) -> list[tuple[ContentSystem, str | None]]:
    """Return the systems whose fingerprint a page carries, each with the document's id if it shows one.

    There may be several: a page of TRS often has the government's `<meta>` too.
    """
    signs = Signs(page.url or page.base_url or "", layout.names(), layout.comments, layout.scripts)
    return [(system, system.document_id(signs)) for system in SYSTEMS if system.recognises(page, signs)]


__all__ = ["SYSTEMS", "ContentSystem", "recognise"]
