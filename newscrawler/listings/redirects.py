"""Where a page without content of its own sends its readers: by `<meta refresh>`, by script, or by a frame."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

from newscrawler.extraction.page import Page
from newscrawler.text.urls import resolve

_SCRIPT_REDIRECT = re.compile(
    r"""(?:window|self|top|document)?\.?location(?:\.href)?\s*(?:=|\.(?:replace|assign)\()\s*['"]([^'"<>\s]{1,500})['"](?!\s*\+)"""
)
"""An address to which something is added belongs to a control: `location='list.asp?page=' + this.value`."""
_META_REFRESH = re.compile(r"""^\s*\d{1,3}\s*;\s*url\s*=\s*['"]?([^'"<>\s]{1,500})""", re.IGNORECASE)
_NOTICE = re.compile(
    r"(?:迁移|搬迁|迁至|转移|移至|改版|变更|更换)|新(?:网址|栏目|地址|网站|版)|停止(?:更新|使用|服务)|不再更新"
)
"""Words of a page that says that its section has moved."""
_EDGE = re.compile(r"(?:top|head|banner|menu|nav|left|foot|bottom|copyright|logo|title|tree|blank)", re.IGNORECASE)
"""Beginnings of the names of frames at the edges of a page."""
_WRITTEN_FRAME = re.compile(r"""<iframe\b[^>]{0,300}?\bsrc\s*=\s*\\?['"]?([^'"\s>\\+]{1,500})""", re.IGNORECASE)
"""A frame that a script writes whole: `document.write('<iframe src="/inner/yc.html"></iframe>')`."""
_MOST_FRAMES = 20


def script_redirect(page: Page, base: str) -> str | None:
    """Return where a page without content redirects to, by `<meta refresh>` or by script; None if it does not."""
    refreshes = [meta for meta in page.root.iter("meta") if (meta.get("http-equiv") or "").lower() == "refresh"]
    match = next((match for meta in refreshes if (match := _META_REFRESH.match(meta.get("content") or ""))), None)
    match = match or _SCRIPT_REDIRECT.search(page.text[:20_000])
    target = resolve(base, str(match[1])) if match else None
    # `/` and `/index.html` have one identity, and may be two pages.
    return target if target and target.partition("#")[0] != base.partition("#")[0] else None


def only_frame(page: Page, base: str, is_own: Callable[[str], bool]) -> str | None:
    """Return the page in the only frame of the portal's own that a page shows; None if it has none, or several.

    Of several frames, one counts if the others are named like the edges of a page: a head, a menu, a foot.
    """
    frames: dict[str, bool] = {}
    for source, *names in islice(_frames(page), _MOST_FRAMES):
        url = resolve(base, source)
        if url and is_own(url):
            frames[url] = any(_EDGE.match(name) for name in (*names, source.partition("?")[0].rpartition("/")[2]))
    inner = [url for url, is_edge in frames.items() if not is_edge]
    return inner[0] if len(inner) == 1 else next(iter(frames)) if len(frames) == 1 else None


def _frames(page: Page) -> Iterator[tuple[str, ...]]:
    """Yield the addresses of frames, each with the names of its frame."""
    for frame in page.root.iter("iframe", "frame"):
        source = (frame.get("src") or frame.get("data-src") or "").strip()
        yield source, frame.get("name") or "", frame.get("id") or ""
    for script in page.root.iter("script"):
        for match in islice(_WRITTEN_FRAME.finditer(script.text or ""), _MOST_FRAMES):
            yield (match[1],)


def says_it_moved(page: Page) -> bool:
    """Whether the text of a page without entries says that its section has moved or is no longer kept."""
    return _NOTICE.search(page.root.text_content()[:2_000]) is not None
