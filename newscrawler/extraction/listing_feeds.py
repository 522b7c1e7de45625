"""Feeds and sitemaps as listings: RSS 2.0, RDF (RSS 1.0), Atom (RFC 4287), sitemaps.org's urlset and sitemapindex.

The parser resolves no entity, loads no DTD and opens no network connection: feeds come from strangers.
"""

from __future__ import annotations

import gzip
import io
import re
from email.utils import parsedate_to_datetime
from itertools import islice
from urllib.parse import urljoin

from lxml import etree

from newscrawler.extraction.listings import Entry

_ROOT = re.compile(rb"<(?:\w+:)?(rss|feed|RDF|urlset|sitemapindex)[\s>/]")
_SPACE = re.compile(r"\s+")
MAX_FEED_BYTES = 52_428_800
"""sitemaps.org: a sitemap holds at most 50 MB uncompressed."""
MAX_ENTRIES = 50_000
MAX_PARTS = 200
"""Elements of an entry that are looked at, and elements inside of one that still holds a text."""
MAX_TEXT = 4_096
_DATES = ("pubDate", "published", "publication_date", "date", "updated", "lastmod")
_TEXTS = frozenset(("loc", "link", "guid", "title", *_DATES))


def read_feed(body: bytes, url: str) -> tuple[list[Entry], tuple[str, ...]] | None:
    """Return the entries of a feed or sitemap and the sitemaps that an index names; None when it is neither."""
    data = _unpacked(body)
    if data is None or not _ROOT.search(data[:2_000]):
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is None:
        return None
    kind = _name(root)
    if kind == "sitemapindex":
        named = islice((node for node in root.iter() if _name(node) == "sitemap"), MAX_ENTRIES)
        files = [_absolute(url, _first(_texts(node), "loc")) for node in named]
        return [], tuple(file for file in files if file)
    items = (node for node in root.iter() if _name(node) in ("item", "entry", "url"))
    entries = [entry for node in islice(items, MAX_ENTRIES) if (entry := _entry(node, url)) is not None]
    return entries, ()


def _unpacked(body: bytes) -> bytes | None:
    """Return the XML, unpacked when it is a `.xml.gz`; None when it is too large or no gzip after all."""
    if not body.startswith(b"\x1f\x8b"):
        return body.lstrip() if len(body) <= MAX_FEED_BYTES else None
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as stream:
            data = stream.read(MAX_FEED_BYTES + 1)
    except (OSError, EOFError):
        return None
    return data.lstrip() if len(data) <= MAX_FEED_BYTES else None


def _entry(node: etree._Element, url: str) -> Entry | None:
    texts = _texts(node)
    link = _first(texts, "loc", "link") or _linked(node)
    if not link and (guid := _first(texts, "guid")).startswith("http"):
        link = guid
    target = _absolute(url, link)
    if target is None:
        return None
    date = _day(_first(texts, *_DATES))
    return Entry(target, _first(texts, "title") or target, date)


def _texts(node: etree._Element) -> dict[str, str]:
    """Return the texts of an entry by local name, of each name the first that is not empty.

    Entries that stand inside of each other would else be read as often as they are deep.
    """
    found: dict[str, str] = {}
    for child in islice(node.iterdescendants(), MAX_PARTS):
        name = _name(child)
        if name not in _TEXTS or name in found or next(islice(child.iter(), MAX_PARTS, None), None) is not None:
            continue
        if text := "".join(map(str, child.itertext())).strip()[:MAX_TEXT]:
            found[name] = _SPACE.sub(" ", text)
    return found


def _first(texts: dict[str, str], *names: str) -> str:
    """Return the first of these texts that is there."""
    return next((texts[name] for name in names if name in texts), "")


def _linked(node: etree._Element) -> str:
    """Atom's `<link href>`, the alternate one where there are several."""
    links = [child for child in node if _name(child) == "link" and child.get("href")]
    best = next((link for link in links if link.get("rel") in (None, "alternate")), links[0] if links else None)
    return (best.get("href") or "") if best is not None else ""


def _day(text: str) -> str:
    """RSS dates are RFC 822; the others are read where all dates are read."""
    try:
        return parsedate_to_datetime(text).isoformat()
    except (TypeError, ValueError, IndexError, OverflowError):
        return text[:40]


def _absolute(base: str, link: str) -> str | None:
    try:
        target = urljoin(base, link.strip()) if link.strip() else ""
    except ValueError:
        return None
    return target if target.startswith(("http://", "https://")) else None


def _name(node: etree._Element) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""
