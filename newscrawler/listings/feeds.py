"""Feeds and sitemaps as listings: RSS 2.0, RDF (RSS 1.0), Atom (RFC 4287), sitemaps.org's urlset and sitemapindex.

The parser resolves no entities, loads no DTD and opens no network connection, because feeds are untrusted.
"""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from itertools import islice

from lxml import etree

from newscrawler.extraction.html import text_up_to
from newscrawler.extraction.model import NoArticle, NotAnArticle
from newscrawler.extraction.unpacking import GZIP, UnpackingError, unpack
from newscrawler.listings.content import ListingContent
from newscrawler.listings.entries import Entry
from newscrawler.listings.ways import WaysOn
from newscrawler.text.urls import resolve

_ROOT = re.compile(rb"<(?:\w+:)?(rss|feed|RDF|urlset|sitemapindex)[\s>/]")
_CLOSED = re.compile(rb"</(?:\w+:)?(?:urlset|sitemapindex)\s*>")
_SPACE = re.compile(r"\s+")
MAX_FEED_BYTES = 52_428_800
"""sitemaps.org: a sitemap holds at most 50 MB uncompressed."""
MAX_TAGS = 1_000_000
"""A sitemap of 50,000 entries has half as many; each costs 100 bytes of memory."""
MAX_ENTRIES = 50_000
_NODES_OF_AN_ENTRY = 1_000


def read_feed(body: bytes, url: str) -> ListingContent | NotAnArticle | None:
    """Return the entries of a feed or sitemap, and the sitemaps that an index names.

    A sitemap has an end; a feed shows the newest entries only.
    None if it is neither; NotAnArticle if it is too large.
    """
    try:
        data = _unpacked(body)
    except UnpackingError as error:
        return NotAnArticle(NoArticle.TOO_LARGE, f"a packed file: {error}")
    if not _ROOT.search(data[:2_000]):
        return None
    if len(data) > MAX_FEED_BYTES:
        return NotAnArticle(NoArticle.TOO_LARGE, f"a feed of more than {MAX_FEED_BYTES:,} bytes")
    if (tags := data.count(b"<")) > MAX_TAGS:
        return NotAnArticle(NoArticle.TOO_LARGE, f"a feed of {tags:,} tags; feeds are read up to {MAX_TAGS:,}")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is None:
        return None
    is_index = _name(root) == "sitemapindex"
    items = _outermost(root, ("sitemap",) if is_index else ("item", "entry", "url"))
    left_out = f"more than {MAX_ENTRIES:,} entries; the rest is not read" if len(items) > MAX_ENTRIES else ""
    items = items[:MAX_ENTRIES]
    if is_index:
        files = [resolve(url, _text(node, "loc")) for node in items]
        return ListingContent([], WaysOn(tuple(file for file in files if file), end=_end(root, data)), left_out)
    entries = [entry for node in items if (entry := _entry(node, url)) is not None]
    unread = f"{len(items):,} entries of a feed, none of which has an address" if items and not entries else ""
    return ListingContent(entries, WaysOn(end=_end(root, data)), left_out, unread)


def _end(root: etree._Element, data: bytes) -> str:
    """Return what proves the end: a sitemap is whole if it is closed. A feed shows the newest entries only."""
    is_sitemap = _name(root) in ("urlset", "sitemapindex")
    return "the sitemap ends here" if is_sitemap and _CLOSED.search(data[-2_000:]) else ""


def _outermost(root: etree._Element, names: tuple[str, ...]) -> list[etree._Element]:
    """Return the elements of these names that do not contain each other, so that each is read once."""
    elements = []
    walker = etree.iterwalk(root, events=("start",))
    for _, node in walker:
        if _name(node) in names:
            elements.append(node)
            walker.skip_subtree()
    return elements


def _unpacked(body: bytes) -> bytes:
    """Return the XML, unpacked if it is gzip. Raises UnpackingError."""
    if not body.startswith(b"\x1f\x8b"):
        return body.lstrip()
    return unpack(body, GZIP, MAX_FEED_BYTES)


def _entry(node: etree._Element, url: str) -> Entry | None:
    link = _text(node, "loc") or _text(node, "link") or _linked(node)
    if not link and (guid := _text(node, "guid")).startswith("http"):
        link = guid
    target = resolve(url, link)
    if target is None:
        return None
    date = _day(_text(node, "pubDate", "published", "publication_date", "date", "updated", "lastmod"))
    return Entry(target, _text(node, "title") or target, date)


def _text(node: etree._Element, *names: str) -> str:
    """Return the text of the first descendant with one of these local names, in the order of the names."""
    for name in names:
        for child in islice(node.iter(), _NODES_OF_AN_ENTRY):
            if _name(child) == name and child is not node and (text := text_up_to(child).strip()):
                return _SPACE.sub(" ", text)
    return ""


def _linked(node: etree._Element) -> str:
    """Return the `<link href>` of Atom, the alternate one if there are several."""
    links = [child for child in node if _name(child) == "link" and child.get("href")]
    best = next((link for link in links if link.get("rel") in (None, "alternate")), links[0] if links else None)
    return (best.get("href") or "") if best is not None else ""


def _day(text: str) -> str:
    """Return a date as ISO if it is of RFC 822 (RSS); other dates are parsed later, with those of pages."""
    try:
        return parsedate_to_datetime(text).isoformat()
    except (TypeError, ValueError, IndexError, OverflowError):
        return text[:40]


def _name(node: etree._Element) -> str:
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""
