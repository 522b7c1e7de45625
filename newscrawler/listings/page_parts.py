"""The frames and scripts of a page: files in which a part of it may stand, such as the menu of cities."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter

from newscrawler.extraction.page import Page
from newscrawler.listings.named_links import blocks_of, without_anchor
from newscrawler.listings.names_and_addresses import FILE
from newscrawler.text.urls import resolve

_LOADED = re.compile(
    r"""\.(?:load|get|getScript|getJSON|ajax)\(\s{0,9}(?:\{[^{}]{0,200}?url\s{0,9}:\s{0,9})?["']([^"'\s<>]{1,300})["']"""
)
"""A file that a script loads into the page."""
_WRITTEN = re.compile(
    r"""<(i?frame|script)\b[^<>]{0,200}?\bsrc\s{0,9}=\s{0,9}\\?["']?([^"'\s<>\\]{1,300})""", re.IGNORECASE
)
"""A frame or a script that a script writes into the page."""
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
    """Return the frames and scripts of a page that may hold a menu, the likeliest first, each once.

    `around` are the blocks of the page in which this one is a part.
    """
    parts = _Parts(base)
    for element in page.root.iter("iframe", "frame", "script", "object", "embed"):
        blocks = (*blocks_of(element), *around)
        source = element.get("src") or element.get("data-src") or element.get("data") or ""
        if source:
            parts.add(source, blocks, is_script=element.tag == "script", charset=element.get("charset") or "")
        elif element.tag == "script" and element.text:
            parts.add_loaded(element.text, (element, *blocks))
    return parts.in_order()


def script_parts(script: str, base: str, around: tuple[Hashable, ...]) -> list[PagePart]:
    """Return the frames and scripts that the text of a script loads or writes into its page."""
    parts = _Parts(base)
    parts.add_loaded(script, around)
    return parts.in_order()


class _Parts:
    """Collects the parts of a page."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._parts: dict[str, tuple[int, PagePart]] = {}

    def add(self, address: str, blocks: tuple[Hashable, ...], *, is_script: bool, charset: str = "") -> None:
        name = address.partition("?")[0].rpartition("/")[2]
        if (is_script and _LIBRARY.search(name)) or (not is_script and FILE.search(address)):
            return
        url = without_anchor(resolve(self._base, address.strip()) or "")
        if url and url not in self._parts and len(self._parts) < _MAX_PARTS:
            rank = 0 if not is_script or _MENU_FILE.search(name) else 1
            self._parts[url] = rank, PagePart(url, is_script, (url, *blocks), charset)

    def add_loaded(self, script: str, blocks: tuple[Hashable, ...]) -> None:
        script = script[:_MAX_SCRIPT]
        for match in islice(_LOADED.finditer(script), 10):
            is_script = match[1].partition("?")[0].endswith((".js", ".json"))
            self.add(match[1], blocks, is_script=is_script)
        for match in islice(_WRITTEN.finditer(script), 10):
            self.add(match[2], blocks, is_script=match[1].lower() == "script")

    def in_order(self) -> list[PagePart]:
        return [part for _, part in sorted(self._parts.values(), key=itemgetter(0))]
