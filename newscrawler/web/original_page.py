"""A captured page made safe to look at: no script, no form, no address that a browser would follow or load.

Markup that may stay is listed; images become `data:` addresses of captured ones, so that the page loads nothing. The
response forbids the same once more by its Content-Security-Policy, and shows the page in a sandbox with an origin of
its own.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from itertools import islice
from typing import Any

import nh3
from lxml import html

from newscrawler.archive.captures.images import CapturedImage
from newscrawler.archive.captures.reading import CapturedPage
from newscrawler.extraction.model import NotAnArticle
from newscrawler.extraction.page import Page, read_page

POLICY = (
    "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""Content-Security-Policy of a captured page: a null origin, no script, nothing loaded."""
MOST_IMAGES = 60
MOST_IMAGE_BYTES = 12_000_000
"""Of all images together."""
_MOST_STYLE = 500_000
"""Characters of all style elements together."""
_SOURCES = ("src", "data-src", "data-original")
"""Attributes that may hold the address of an image."""
_LOADING = ((re.compile(r"@import", re.IGNORECASE), ";"), (re.compile(r"url\(", re.IGNORECASE), ")"))
"""How a style begins to load something, and what ends it."""
_TAGS = (
    "a abbr address article aside b big blockquote br caption center cite code col colgroup dd del div dl dt em "
    "figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins li main nav ol p pre s section small span "
    "strong sub sup table tbody td tfoot th thead tr u ul"
)
_REMOVED = "script style title noscript iframe object select textarea template"
"""Elements that are removed with their content."""
_CLEANED: dict[str, Any] = {
    "tags": set(_TAGS.split()),
    "attributes": {
        "*": {"class", "id", "style", "title", "align", "valign", "width", "height", "bgcolor", "border", "dir"},
        "table": {"cellpadding", "cellspacing"},
        "td": {"colspan", "rowspan", "nowrap"},
        "th": {"colspan", "rowspan", "nowrap"},
        "font": {"color", "size", "face"},
        "img": {"src", "alt"},
    },
    "clean_content_tags": set(_REMOVED.split()),
    "url_schemes": {"data"},
    "link_rel": None,
    "strip_comments": True,
}
_CLEANER = nh3.Cleaner(
    **_CLEANED,
    attribute_filter=lambda tag, attribute, value: _without_addresses(value) if attribute == "style" else value,
)


def safe_page(captured: CapturedPage, image_of: Callable[[str], CapturedImage | None]) -> str | None:
    """Return a captured page as a whole document; None when its bytes cannot be read as a page.

    `image_of` returns the captured image of an absolute URL.
    """
    read = read_page(captured.body, url=captured.url, content_type=captured.header("content-type"))
    if isinstance(read, NotAnArticle):
        return None
    styles = "\n".join(style.text or "" for style in islice(read.root.iter("style"), 100))[:_MOST_STYLE]
    _embed_images(read, image_of)
    body = _CLEANER.clean(html.tostring(read.root, encoding="unicode"))
    style = _without_addresses(styles).replace("<", "")
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><style>{style}</style></head>\n'
        f"<body>{body}</body></html>\n"
    )


def _embed_images(page: Page, image_of: Callable[[str], CapturedImage | None]) -> None:
    """Put captured images into the page; an image that is not captured keeps its alternative text only."""
    left = MOST_IMAGE_BYTES
    for number, element in enumerate(list(page.root.iter("img"))):
        sources = [source for name in _SOURCES if (source := element.get(name))]
        element.attrib.pop("src", None)
        if number >= MOST_IMAGES:
            continue
        for source in sources:
            url = page.absolute(source)
            image = image_of(url) if url else None
            if image is not None and len(image.data) <= left:
                left -= len(image.data)
                element.set("src", f"data:{image.content_type};base64,{base64.b64encode(image.data).decode()}")
                break


def _without_addresses(style: str) -> str:
    """Return a style without what it loads. One pass over the text for each form."""
    for begin, end in _LOADING:
        first, *rest = begin.split(style)
        style = first + "".join(part.partition(end)[2] for part in rest)
    return style
