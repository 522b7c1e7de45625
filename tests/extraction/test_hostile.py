"""Hostile input: a verdict, in time linear in the page, and never an exception."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newscrawler.extraction.article import extract_article
from newscrawler.extraction.model import NoArticle, NotAnArticle, RawArticle
from newscrawler.extraction.page import MAX_BYTES, MAX_TAGS, read_page
from newscrawler.listings.entries import ListingRules
from newscrawler.listings.listing import read_listing
from newscrawler.listings.listing_page import ListingPage
from newscrawler.normalization.article import normalize
from support import cms_pages as pages
from support import nightly
from support.examples import examples
from support.patterns import extraction_patterns

FAMILIES = [value for value in vars(pages).values() if isinstance(value, bytes)]


def read(body: bytes, **hints: str) -> RawArticle | NotAnArticle:
    page = read_page(body, **hints)  # type: ignore[arg-type]
    return page if isinstance(page, NotAnArticle) else extract_article(page)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", NoArticle.EMPTY),
        (b" \r\n\t", NoArticle.EMPTY),
        (b"<!-- nothing -->" * 50, NoArticle.EMPTY),
        (b"%PDF-1.7\n" + bytes(range(256)), NoArticle.BINARY),
        (b"\x89PNG\r\n\x1a\n" + bytes(4000), NoArticle.BINARY),
        (bytes([0, 7, 19, 3]) * 2000, NoArticle.BINARY),
        (b"x" * (MAX_BYTES + 1), NoArticle.TOO_LARGE),
        (b"<p>" * (MAX_TAGS + 1), NoArticle.TOO_LARGE),
        (b"<div>" * 100_000 + "深处。".encode(), NoArticle.TOO_DEEP),
        (b"<p " + b" ".join(b"a%d=1" % i for i in range(100_000)) + b">", NoArticle.TOO_LARGE),
        (b"<p " + b" ".join(b"a%d" % i for i in range(100_000)) + b">", NoArticle.TOO_LARGE),
    ],
)
def test_bytes_that_cannot_be_read_get_a_verdict_soon(body: bytes, reason: NoArticle) -> None:
    begin = time.process_time()
    verdict = read(body)
    assert isinstance(verdict, NotAnArticle)
    assert verdict.reason is reason
    assert verdict.detail
    assert time.process_time() - begin < 2


def test_entities_of_a_doctype_are_not_expanded() -> None:
    doctype = "<!DOCTYPE html [" + "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10 if i else "爆"}">' for i in range(20))
    body = f"{doctype}]><html><body><p>&e19;</p></body></html>".encode()
    page = read_page(body)
    assert isinstance(page, NotAnArticle) or len("".join(page.root.itertext())) < 10_000


@nightly.by_day(1, 4, 6)
@pytest.mark.parametrize(
    "unit",
    [
        "<p>村里的水渠修好了，水流到了最远的一块田。</p>",
        "<div class='TRS_Editor'><p>渠水，流。</p>",
        "<a href='/1_2.html'>2</a>",
        "<ul><li><a href='/a'>一条很长很长的新闻标题</a></li></ul>",
        "<table><tr><td>甲</td><td>乙</td></tr></table>",
        "<b><i><span>词，",
        "<img src='a.jpg'>",
        "来源：",
        "2019-07-10 ",
        "<h1>标题标题标题</h1>",
    ],
)
def test_time_is_linear_in_the_page(unit: str) -> None:
    def cost(size: int) -> float:
        body = f"<html><body>{unit * size}</body></html>".encode()
        best = 9e9
        for _ in range(2):
            begin = time.process_time()
            read(body, url="http://example.com/2019/0710/1.html")
            best = min(best, time.process_time() - begin)
        return best

    small, large = 500, 4000
    assert cost(large) < 8 * 3 * max(cost(small), 0.01)


@pytest.mark.parametrize("family", range(len(FAMILIES)))
def test_truncated_pages_get_an_answer(family: int) -> None:
    body = FAMILIES[family]
    for end in range(0, len(body), 97):
        result = read(body[:end], url="http://example.com/a.html")
        if isinstance(result, RawArticle):
            assert result.title.text
            assert result.body


@given(st.binary(max_size=3000))
@settings(max_examples=examples(150), deadline=None)
def test_any_bytes_get_an_answer(body: bytes) -> None:
    assert isinstance(read(body), RawArticle | NotAnArticle)


@given(
    st.sampled_from(FAMILIES),
    st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 40), st.binary(max_size=24)), min_size=1, max_size=6),
    st.sampled_from(
        ["", "http://example.com/art/2024/5/20/art_1_2.html", "http://[broken", "http://mp.weixin.qq.com/s"]
    ),
)
@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_mutated_pages_get_an_answer(body: bytes, edits: list[tuple[int, int, bytes]], url: str) -> None:
    for position, removed, inserted in edits:
        body = body[:position] + inserted + body[position + removed :]
    result = read(body, url=url)
    if isinstance(result, RawArticle):
        normalize(result, base=datetime(2025, 1, 1, tzinfo=UTC))
        assert not re.search(
            r"<(?!/?(?:p|h[234]|ul|ol|li|table|caption|thead|tbody|tfoot|t[rhd]|blockquote|strong|em|a|img|fig\w+)[ >])",
            result.body_html,
        )


def test_a_broken_address_does_not_keep_a_page_from_an_answer() -> None:
    links = "".join(f"<li><a href='/c/{number}.html'>清河县第{number}批水渠通过验收</a></li>" for number in range(30))
    for body in (b"", f"<title>要闻</title><h1>要闻</h1><ul>{links}</ul>".encode()):
        assert isinstance(read(body, url="http://[broken"), NotAnArticle)


NASTY = [
    "a",
    " ",
    "1",
    "来源",
    "来 源 ",
    "编 辑 ",
    "（",
    "【 ",
    "- ",
    "_",
    "|",
    "<",
    ">",
    "2019-",
    "2019 年 7 ",
    "：",
    "12:",
    "上一页 ",
    "1 2 ",
    ". ",
    "记者",
    "（记者",
    "版权声明：",
    "请关注",
    "图片来自",
    "更多",
    "createPageHTML(1 ",
    "charset= ",
    "\u3000",
    "\n",
    "<meta ",
    "class title ",
    "a_title-",
    "分享到",
    "T ",
    "0",
    "&",
    "=",
    "'",
    '"',
    "/t2019",
    "/c1-",
    "publish_time=",
    "字",
    "首页 > ",
]


@pytest.mark.parametrize(("name", "pattern"), extraction_patterns())
def test_no_pattern_backtracks_without_end(name: str, pattern: re.Pattern[str]) -> None:
    # What takes a sixteenth of a second for a quarter of a text takes more than a second for the whole one.
    size, most = (12_000, 1.0) if nightly.is_night() else (3_000, 1 / 16)
    for unit in NASTY:
        text = unit * (size // len(unit))
        subject: str | bytes = text.encode() if isinstance(pattern.pattern, bytes) else text
        begin = time.process_time()
        pattern.search(subject)  # type: ignore[arg-type]
        pattern.match(subject)  # type: ignore[arg-type]
        assert time.process_time() - begin < most, f"{name} on {unit!r}"


def _page(inner: str, head: str = "") -> str:
    prose = "入夏以来，山里的雨水比往年多了三成，河道边的几户人家早早把粮食搬到了楼上。" * 3
    return (
        f"<html><head><title>青石坳堤段加固完工</title>{head}</head><body><h1>青石坳堤段加固完工</h1>"
        f"<div class=content><p>{prose}</p>{inner}<p>{prose}</p></div></body></html>"
    )


_LINK = "<a href=/2026/0305/1.shtml>渠水到了最远的一块田</a>"
_MARKS = "\u0301\u0316" * 60_000
_ATTRIBUTES = range(150_000)
_LEAVES = "<b> x</b>" * 20_000

HOSTILE_PAGES = {
    "a row of digits": _page(f"<p>{'1' * 58}x</p>"),
    "digits apart": _page(f"<p>{'1 ' * 29}x</p>"),
    "marks on one letter": _page(f"<p>a{_MARKS}</p>"),
    "marks between headings": _page(f"<p>{_MARKS}</p>" * 3),
    "attributes without blanks": _page("<p " + "".join(f'a{n}=""' for n in _ATTRIBUTES) + ">x</p>"),
    "attributes that hide their end": _page("<p " + " ".join(f'a{n}=">"' for n in _ATTRIBUTES) + ">x</p>"),
    "attributes with slashes": _page("<p/" + "/".join(f"a{n}" for n in _ATTRIBUTES) + ">x</p>"),
    "headings in each other": _page("<div><h1>x</h1>" * 900 + _LEAVES),
    "dates in each other": _page("<div itemprop=datePublished>" * 1_900 + _LEAVES),
    "templates in each other": _page(
        "<script src=/plus/count.php></script>" + '<div class="viewbox title intro content">' * 1_900 + _LEAVES
    ),
    "a title of megabytes": f"<meta property=og:title content='{'水渠' * 900_000}'>"
    + "<p><a href=/x>abcdefg h</a></p>" * 20_000
    + _page(""),
    "names of blocks": _page(('<div class="' + "share" * 59 + '!"><p>水，渠，修，好，了，村，里。</p></div>') * 6_000),
    "signs that are escaped": _page(f"<p>{'»&' * 200_000}</p>"),
    "a width of many digits": _page(f"<img src=/a.jpg width={'1' * 5_000}><p>图，片。</p>"),
    "sources": _page(f"<p>{'来源' * 80_000}</p>"),
    "dates": _page(f"<p>{'日期：' * 50_000}</p>"),
    "spaces": _page(f"<p>x{' ' * 500_000}x</p>"),
    "brackets": _page(f"<p>{'（【[' * 50_000}</p>"),
    "an attribute of megabytes": _page(f"<p title='{'x ' * 3_000_000}'>z</p>"),
}


@nightly.by_day(0, 5, 7, 10, 14)
@pytest.mark.parametrize("name", HOSTILE_PAGES)
def test_a_page_made_to_take_long_does_not(name: str) -> None:
    """Each of these took from ten seconds to for ever, or would if a bound were gone."""
    begin = time.process_time()
    found = read(HOSTILE_PAGES[name].encode(), url="http://example.com/2026/0305/1.shtml")
    if isinstance(found, RawArticle):
        normalize(found, base=datetime(2026, 3, 6, tzinfo=UTC))
    assert time.process_time() - begin < 5


HOSTILE_LISTINGS = {
    "numbers of pages": f"<a href=/index{'1' * 40}!.x>渠水到了最远的一块田</a>",
    "addresses of digits": f"<a href=/{'1' * 8_000}>渠水到了最远的一块田</a>" * 20,
    "one address again and again": f"<div>{'<b></b>' * 100_000}{_LINK * 5_000}</div>",
    "one address, deep": "<div>" * 1_900 + _LINK * 5_000,
    "links in each other": "<a href=/2026/0305/1.shtml><div>" * 900 + _LEAVES,
    "the next page again and again": "<div>1" + "<a href=#>2</a>" * 100_000,
    "groups without an end": "<recordset>" + "<nextgroup><![CDATA[" * 120_000,
    "attributes in a record": "<script><recordset><record><![CDATA[<a "
    + " ".join(f"a{n}=1" for n in _ATTRIBUTES)
    + ">x</a>]]></record></recordset></script>",
    "a base of a megabyte": f"<base href='http://example.com/{'x/' * 500_000}'>" + "<a href=1.shtml>一</a>" * 5_000,
    "JSON of lists": "[" + "[]," * 1_000_000 + "[]]",
    "variables of a script": f"<script>{'a=b + ' * 20_000}</script><script>{'var a = ' * 20_000}</script>",
    "functions of a script": f"<script>{'function go(n){location.href=n}' * 6_000}</script>"
    + "<a onclick='go(1)'>下一页</a>" * 5_000,
    "calls of a script": f"<script>{'createPageHTML(' * 60_000}</script>",
    "options without an end": "<select>" + "<option value=a.html>1" * 100_000,
    "blocks without an end": "".join(f"<h2><a href=/list/{n}/>栏目</a></h2>" for n in range(5_000)),
    "empty lists": "<div class=list></div>" * 100_000 + "<script src=/a.js></script>",
    "counts again and again": "共" * 300_000 + "第1/2页" * 30_000,
    "JSON with a long count": f'{{"pages":"{"9" * 5_000}","rows":[{{"url":"/2026/1.html","title":"n"}}]}}',
    "numbers in a row of a table": "<table><tr>1" + "<a href=#>2</a>" * 100_000,
    "ways on below headings": f"<ul>{_LINK}</ul><div>{'<h3>栏目</h3>' * 200}" + "<a href=/list/>更多</a>" * 20_000,
}


@nightly.by_day(0, 1)
@pytest.mark.parametrize("name", HOSTILE_LISTINGS)
def test_a_listing_made_to_take_long_does_not(name: str) -> None:
    begin = time.process_time()
    _listing(HOSTILE_LISTINGS[name])
    assert time.process_time() - begin < 6


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "unit"),
    [
        ("<div>1", "<a href=#>2</a>"),
        (f"<ul><li>{_LINK}</ul><ul>", "<li><a href=/list/>更多</a></li>"),
        (f"<div><h3>要闻</h3><ul><li>{_LINK}<li>{_LINK}", "<li><a href=/list/>更多</a></li>"),
        (f"<ul><li>{_LINK}</ul>", f"<div><h3>要闻</h3><a href=/list/>更多</a><p>{_LINK}<p>{_LINK}</div>"),
    ],
    ids=["numbers", "ways on", "ways on below headlines", "blocks"],
)
def test_time_is_linear_in_the_links_of_an_element(before: str, unit: str) -> None:
    """A rule that reads, for each link, what stands around it takes several times as long."""

    def cost(size: int) -> float:
        best = 9e9
        for _ in range(2):
            begin = time.process_time()
            _listing(before + unit * size)
            best = min(best, time.process_time() - begin)
        return best

    small, large = 100, 4_000
    assert cost(large) < 1.5 * large / small * max(cost(small), 0.004)


def _listing(body: str) -> ListingPage | NotAnArticle:
    url = "http://example.com/list?page=1"
    return read_listing(body.encode(), url=url, number=1, rules=ListingRules(), is_own=lambda url: True)


@nightly.by_day(1)
@pytest.mark.parametrize(
    "body",
    [
        "<urlset>" + "".join(f"<url><loc>http://example.com/{n}</loc></url>" for n in range(50_001)) + "</urlset>",
        "[" + ",".join(f'{{"url":"/2026/{n}.html","title":"n"}}' for n in range(5_001)) + "]",
        "<recordset>" + f"<record><![CDATA[{_LINK}]]></record>" * 2_001,
        _LINK * 5_001,
    ],
    ids=["feed", "JSON", "datastore", "links"],
)
def test_what_a_listing_has_beyond_a_bound_is_told(body: str) -> None:
    found = _listing(body)
    assert isinstance(found, ListingPage)
    assert found.entries and "is not read" in found.left_out


def test_a_link_that_is_longer_than_is_fetched_is_listed() -> None:
    """The crawl records that it does not fetch it."""
    found = _listing(f"<a href=/2026/0305/1.shtml?{'x' * 4_200}>渠水到了最远的一块田</a>")
    assert isinstance(found, ListingPage) and len(found.entries) == 1
