"""What a page can cost: the time grows with the page, not with the square of it, however it is written."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any

import pytest

from newscrawler.extraction.article import extract_article
from newscrawler.extraction.model import NotAnArticle, RawArticle
from newscrawler.extraction.page import read_page
from newscrawler.listings.article_urls import looks_like_article
from newscrawler.listings.entries import ListingRules
from newscrawler.listings.feeds import read_feed
from newscrawler.listings.listing import read_listing
from newscrawler.listings.listing_page import ListingPage
from support.pages import PARAGRAPHS
from support.patterns import extraction_patterns

MOST_SECONDS = 4.0
"""Each of these took from ten seconds to for ever."""
URL = "http://www.t.example/yichang/index.html"
STORY = "".join(f"<p>　　{line}</p>" for line in PARAGRAPHS)


def listing(markup: str) -> Any:
    rules = ListingRules(None, None, None)
    return read_listing(markup.encode(), url=URL, number=1, rules=rules, is_own=lambda url: True)


def page(line: str) -> RawArticle | NotAnArticle:
    markup = f"<html><body><h1>水渠修好了</h1><div>来源:山口晚报 日期:2026-03-05</div><div>{STORY}{line}{STORY}</div></body></html>"
    read = read_page(markup.encode(), url="http://www.t.example/2026/0305/1.shtml")
    return read if isinstance(read, NotAnArticle) else extract_article(read)


def feed(inside: str) -> Any:
    return read_feed(f"<rss>{inside}</rss>".encode(), "http://www.t.example/feed.xml")


@pytest.mark.parametrize(
    "read",
    [
        lambda: listing(f"<ul><li><a href='/index{'1' * 30}!'>水渠修好的消息在这里</a></li></ul>"),
        lambda: listing(f"<ul><li><a href='/page{'-1' * 900}/!'>水渠修好的消息在这里</a></li></ul>"),
        lambda: listing("".join(f"<li><a href='/{'1' * 1900}/{n}!'>水渠修好的消息在这里</a></li>" for n in range(10))),
        lambda: listing("<recordset>" + "<record><![CDATA[" * 12_000),
        lambda: listing("<recordset>" + "<nextgroup><![CDATA[" * 12_000),
        lambda: feed("<item>" * 100 + "<a/>" * 50_000 + "</item>" * 100),
        lambda: feed("<item><title>" * 100 + "<a/>" * 50_000 + "</title></item>" * 100),
        lambda: page(f"<p>{'1' * 31}!</p>"),
        lambda: page(f"<p>{'1 - ' * 14}!</p>"),
        lambda: page(f"<p>{'&' * 1_000_000}</p>"),
        *(
            partial(read, unit * 240_000)
            for read in (page, listing)
            for unit in ("<?x?>", "<!-->", "<![CDATA[", "<!x>")
        ),
    ],
    ids=[
        *("a number behind index", "many numbers behind page", "long numbers", "records without an end"),
        *("groups without an end", "entries inside of entries", "titles inside of titles", "digits in a line"),
        *("a line like a pager", "a million ampersands"),
        *(f"{name}: {unit}" for name in ("page", "listing") for unit in ("instructions", "comments", "CDATA", "bogus")),
    ],
)
def test_no_page_holds_the_crawler_up(read: Callable[[], Any]) -> None:
    begun = time.process_time()
    read()
    assert time.process_time() - begun < MOST_SECONDS


ROWS = "".join(f"<li><a href='/n/20260305/{n}.html'>水渠修好的消息在这里</a> 2026-03-05</li>" for n in range(9))


@pytest.mark.parametrize(
    "below",
    {
        "a sentence with many pictures": "<p>山水" + "".join(f"<a href='/p{n}/'><img></a>" for n in range(5_000)),
        "comments with many pages": "".join(
            f"<a href='/comment/?p={n}'>{n % 90}</a><p>江边人</p>" for n in range(5_000)
        ),
        "many headings of comments": "<h3>热评</h3><p>江边人说渡口热闹</p><a href='/x/2.html'>2</a>" * 2_000,
        "many ranges": "".join(f"<a href='/l.php?p={n}'>{10 * n + 1}-{10 * n + 10}</a>" for n in range(5_000)),
        "one range many times": "<li>" + "<a href='/l.php?p=2'>1-10</a><i></i>" * 5_000,
        "many buttons": "<form id='f'>" * 20 + "<button name='page' value='2' form='f'>2</button>" * 5_000,
        "many links below": "".join(f"<div><a href='/x/{n}/'>山水{n}</a></div>" for n in range(5_000)),
    }.items(),
    ids=lambda one: one[0],
)
def test_nothing_below_a_list_holds_the_crawler_up(below: tuple[str, str]) -> None:
    begun = time.process_time()
    listing(f"<html><body><div><ul>{ROWS}</ul>{below[1]}</div></body></html>")
    assert time.process_time() - begun < MOST_SECONDS


UNITS = [
    "1",
    "1 ",
    "-1",
    "_1",
    "a",
    "a1",
    " ",
    "-",
    "1/",
    "/",
    "a/",
    "a.",
    "a=1&",
    "中",
    "中 ",
    "、",
    "(",
    "<",
    "[",
    "《",
    "讯",
]


def test_no_pattern_has_repeats_inside_of_repeats() -> None:
    """Such a pattern shows by a text that nearly matches: thirty characters are enough for ever."""
    begun = time.process_time()
    for name, pattern in extraction_patterns():
        for start, unit, end in product(("", "/index", "page", "编辑："), UNITS, ("!", "中!")):
            text = f"{start}{(unit * 26)[:26]}{end}"
            subject: Any = text.encode() if isinstance(pattern.pattern, bytes) else text
            pattern.search(subject)
            pattern.match(subject)
            assert time.process_time() - begun < 10, f"{name} on {text!r}"


@pytest.mark.parametrize(
    ("path", "is_article"),
    [
        *(("/index.html", False), ("/index_12.shtml", False), ("/node-3_2", False), ("/page12-3.html", False)),
        *(("/index_.html", False), ("/index__2.html", False), ("/a/48213.shtml", True), ("/x12345y.html", True)),
        *(("/x123y.html", False), ("/q12345/b.html", False), ("/a/2026.b.jsp", True), ("/12345.xhtml", False)),
    ],
)
def test_the_shapes_of_addresses_mean_what_they_meant(path: str, is_article: bool) -> None:
    assert looks_like_article(f"http://www.t.example{path}") is is_article


def test_a_text_full_of_ampersands_is_kept() -> None:
    found = page(f"<p>{'泥&水 ' * 60_000}</p>")
    assert isinstance(found, RawArticle)
    assert found.body_html.count("泥&amp;水") == found.body.count("泥&水") == 60_000


def test_records_and_feeds_are_read_as_before() -> None:
    records = "".join(
        f"<record>\n<![CDATA[<li><a href='/art/2026/3/5/art_1_{n}.html'>水渠修好的消息{n}]]</a></li>]]> </RECORD>"
        for n in range(3)
    )
    group = "<nextgroup><![CDATA[<a href='/dataproxy.jsp?page=1&amp;columnid=7'></a>]]></nextgroup>"
    found = listing(f"<script type='text/xml'><datastore>{group}<recordset>{records}</recordset></datastore></script>")
    assert isinstance(found, ListingPage)
    assert [entry.title for entry in found.entries] == [f"水渠修好的消息{n}]]" for n in range(3)]
    assert found.ways.next_urls == ("http://www.t.example/dataproxy.jsp?page=1&columnid=7",)
    read = feed(
        "<item><guid>x</guid><title> </title><news><title>水渠 <b>修好</b>\n了</title></news><lastmod>2026-03-05</lastmod>"
        "<link>/2026/0305/1.shtml</link></item>"
    )
    assert [(entry.title, entry.url, entry.date_text) for entry in read.entries] == [
        ("水渠 修好 了", "http://www.t.example/2026/0305/1.shtml", "2026-03-05")
    ]
