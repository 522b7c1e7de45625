"""The frames and scripts of a page: files in which a part of it may stand, such as the menu of cities."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.page import Page
from newscrawler.listings.named_links import FILE, blocks_of, without_anchor
from newscrawler.text.urls import resolve

_LOADED = re.compile(
    r"""\.(?:load|get|getScript|getJSON|ajax)\(\s{0,9}(?:\{[^{}]{0,200}?url\s{0,9}:\s{0,9})?["']([^"'\s<>]{1,300})["']"""
)
"""A file that a script loads into the page."""
_LIBRARY = re.compile(
    r"jquery|swiper|bootstrap|analytics|webtrends|cnzz|tongji|share|baidu|slide|scroll|lazy|player|video|swf|calendar|"
    r"weather|search|login|zepto|polyfill|qrcode|superfish|marquee|carousel|respond|"
    r"^(?:layer|layui|laypage|vue|react|angular|echarts|require|modernizr|html5|hm)\b",
    re.IGNORECASE,
)
"""Scripts that show no menu."""
_MENU_FILE = re.compile(
    r"nav|menu|city|cities|area|dishi|difang|shizhou|region|head|top|site|map|link|foot", re.IGNORECASE
)
_MAX_PARTS = 60
_MAX_SCRIPT = 400_000
"""Characters of a script in which addresses of parts are looked for."""


@dataclass(frozen=True, slots=True)
class PagePart:
    """A file that a page shows as a part of itself: a frame, or a script that may write into it."""

    url: str
    is_script: bool
    blocks: tuple[Hashable, ...]
    """The blocks of the page around it, and the part itself: what stands in it stands together."""
    charset: str = ""
    """The charset that the page declares for a script; may be empty."""


def page_parts(page: Page, base: str, around: tuple[Hashable, ...] = ()) -> list[PagePart]:
    """Return the frames and scripts of a page that may hold a menu, the likeliest first, each once."""
    parts: dict[str, PagePart] = {}
    ranks: dict[str, int] = {}

    def add(address: str, element: _Element, is_script: bool, rank: int) -> None:
        url = without_anchor(resolve(base, address.strip()) or "")
        if url and url not in parts and len(parts) < _MAX_PARTS:
            blocks = (url, *blocks_of(element), *around)
            parts[url] = PagePart(url, is_script, blocks, element.get("charset") or "")
            ranks[url] = rank

    for element in page.root.iter("iframe", "frame", "script", "object", "embed"):
        source = element.get("src") or element.get("data-src") or element.get("data") or ""
        if element.tag != "script":
            if source and not FILE.search(source):
                add(source, element, False, 0)
        elif source:
            name = source.partition("?")[0].rpartition("/")[2]
            if not _LIBRARY.search(name):
                add(source, element, True, 1 if _MENU_FILE.search(name) else 2)
        elif element.text:
            for match in islice(_LOADED.finditer(element.text[:_MAX_SCRIPT]), 10):
                add(match[1], element, match[1].partition("?")[0].endswith((".js", ".json")), 0)
    return sorted(parts.values(), key=lambda part: ranks[part.url])
