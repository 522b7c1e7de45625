"""XML and HTML resolve no entity: no file is read, nothing is fetched, nothing bursts."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import pytest

from newscrawler.extraction.model import NoArticle, NotAnArticle
from newscrawler.listings.entries import ListingRules
from newscrawler.listings.feeds import MAX_FEED_BYTES, read_feed
from newscrawler.listings.listing import read_listing
from newscrawler.listings.listing_page import ListingPage

URL = "http://www.t.example/feed.xml"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "哈"}">' for n in range(12))


def feed(doctype: str, title: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{doctype}<rss version="2.0"><channel><item><title>水渠{title}</title>'
        "<link>http://www.t.example/2026/0305/1.shtml</link></item></channel></rss>"
    ).encode()


def texts(body: bytes) -> str:
    found = read_feed(body, URL)
    return "".join(entry.title + entry.url for entry in found[0]) if isinstance(found, tuple) else ""


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret.txt"
    file.write_text("机密内容")
    return file


def test_no_entity_of_a_feed_reads_a_file(secret: Path) -> None:
    for doctype in (
        f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]>',
        f'<!DOCTYPE rss [<!ENTITY % p SYSTEM "{secret.as_uri()}"> %p; <!ENTITY x "y">]>',
        f'<!DOCTYPE rss SYSTEM "{secret.as_uri()}">',
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>',
    ):
        assert "机密内容" not in texts(feed(doctype, "&x;"))
    included = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" href="{secret.as_uri()}"/>'
    assert "机密内容" not in texts(feed("", included))


def test_a_billion_laughs_are_not_laughed() -> None:
    begun = time.process_time()
    assert len(texts(feed(f"<!DOCTYPE rss [{LAUGHS}]>", "&l11;"))) < 10_000
    quadratic = f'<!DOCTYPE rss [<!ENTITY a "{"甲" * 50_000}">]>'
    assert len(texts(feed(quadratic, "&a;" * 5_000))) < 1_000_000
    assert time.process_time() - begun < 3


def test_a_sitemap_that_inflates_without_end_is_refused() -> None:
    verdict = read_feed(gzip.compress(b"<urlset>" + b" " * (MAX_FEED_BYTES + 10)), URL)
    assert isinstance(verdict, NotAnArticle) and verdict.reason is NoArticle.TOO_LARGE


@pytest.mark.parametrize("wrap", ["<html><body><script type='text/xml'>{}</script></body></html>", "{}"])
def test_a_datastore_is_no_way_in(secret: Path, wrap: str) -> None:
    store = (
        f'<!DOCTYPE datastore [<!ENTITY x SYSTEM "{secret.as_uri()}">{LAUGHS}]><datastore><recordset><record>'
        '<![CDATA[<li><a href="/art/2026/3/5/art_1_2.html">水渠修好的消息&x;&l11;</a></li>]]></record></recordset></datastore>'
    )
    found = read_listing(
        wrap.format(store).encode(), url=URL, number=1, rules=ListingRules(None, None, None), is_own=lambda url: True
    )
    if isinstance(found, ListingPage):
        shown = "".join(entry.title for entry in found.entries)
        assert "机密内容" not in shown and len(shown) < 1_000
