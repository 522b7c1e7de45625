"""Bytes to page: charsets, base URLs, markup that parsers stumble over."""

from __future__ import annotations

import pytest

from newscrawler.extraction.charset import canonical_name, declared_charsets
from newscrawler.extraction.model import NoArticle, NotAnArticle
from newscrawler.extraction.page import Page, read_page

TEXT = "清河县的水渠修好了，这是全县第一条用上电闸的水渠，村民们说，放水再也不用跑到上游去了。" * 4


def html(meta: str = "", text: str = TEXT) -> str:
    return f"<html><head>{meta}<title>水渠修好了</title></head><body><p>{text}</p></body></html>"


def load(body: bytes, **hints: str) -> Page:
    page = read_page(body, **hints)  # type: ignore[arg-type]
    assert isinstance(page, Page), page
    return page


@pytest.mark.parametrize("meta", ["", "<meta charset=gb2312>", "<meta charset='utf-8'>", "<meta charset=iso-8859-1>"])
@pytest.mark.parametrize(
    "header", [None, "text/html; charset=utf-8", "text/html; charset=ISO-8859-1", "text/html;charset=gbk"]
)
@pytest.mark.parametrize(("codec", "name"), [("gb18030", "gb18030"), ("utf-8", "utf-8")])
def test_declarations_do_not_change_what_the_bytes_say(meta: str, header: str | None, codec: str, name: str) -> None:
    page = load(html(meta).encode(codec), content_type=header)  # type: ignore[arg-type]
    assert page.encoding == name
    assert TEXT in "".join(page.root.itertext())


@pytest.mark.parametrize("rare", ["镕", "㛃", "𠮷", "€"])
def test_gb2312_is_read_as_gb18030(rare: str) -> None:
    page = load(html("<meta charset=gb2312>", TEXT + rare).encode("gb18030"))
    assert rare in "".join(page.root.itertext())


def test_traditional_pages_in_big5() -> None:
    text = "縣裡的水渠修好了，這是全縣第一條用上電閘的水渠，村民們說放水再也不用跑到上游去了。" * 3
    page = load(html("<meta charset=big5>", text).encode("big5"))
    assert page.encoding == "big5"
    assert text in "".join(page.root.itertext())


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_byte_order_marks(codec: str) -> None:
    assert TEXT in "".join(load(html().encode(codec)).root.itertext())


@pytest.mark.parametrize("levels", [10, 250, 254, 255, 256, 300, 900])
def test_deep_pages_are_read_to_their_end(levels: int) -> None:
    page = load(html(text="<div>" * levels + TEXT + "</div>" * levels + "<p>渠尾也有水。</p>").encode())
    assert "".join(page.root.itertext()).endswith(f"{TEXT}渠尾也有水。")


@pytest.mark.parametrize(("branches", "is_read"), [(40, True), (70, False)])
def test_the_limit_of_nesting_counts_all_branches(branches: int, is_read: bool) -> None:
    page = read_page(html(text=("<div>" * 240 + "</div>" * 240) * branches).encode())
    assert isinstance(page, Page) is is_read


def test_a_page_cut_within_a_character_is_read() -> None:
    body = html().encode()
    cut = body[: body.index("水渠修好了，".encode()) + 400]
    cut = cut[: len(cut) - len(cut) % 3 - 1]
    assert "清河县的水渠" in "".join(load(cut).root.itertext())


@pytest.mark.parametrize(
    "body",
    [
        html().encode().decode("gb18030", "replace").encode(),
        html().encode("gb18030").decode("latin-1").encode(),
        html(text="锟斤拷" * 60).encode(),
        html(text="").encode() + TEXT.encode("gb18030") + TEXT.encode() * 2 + TEXT.encode("big5", "replace"),
        b"<p>" + bytes(range(128, 256)) * 40 + b"</p>",
    ],
)
def test_mojibake_is_reported_not_kept(body: bytes) -> None:
    verdict = read_page(body)
    assert isinstance(verdict, NotAnArticle)
    assert verdict.reason is NoArticle.UNDECODABLE


INCLUDE = "<div>友情链接：<a href='/'>中国新闻网</a> <a href='/'>地方新闻联播网</a></div>"


@pytest.mark.parametrize(("own", "other"), [("utf-8", "gb18030"), ("gb18030", "utf-8")])
@pytest.mark.parametrize("place", ["before", "after", "both"])
@pytest.mark.parametrize("declared", ["utf-8", "gbk"])
def test_an_include_in_another_charset_is_read_with_its_own(own: str, other: str, place: str, declared: str) -> None:
    head = f"<html><head><meta charset={declared}><title>水渠修好了</title></head><body>".encode(own)
    include, text = INCLUDE.encode(other), f"<p>{TEXT}</p>".encode(own)
    parts = {"before": [include, text], "after": [text, include], "both": [include, text, include]}[place]
    page = load(head + b"".join(parts))
    shown = "".join(page.root.itertext())
    assert TEXT in shown
    assert "地方新闻联播网" in shown
    assert page.encoding == f"{own}+{other}"


def test_an_include_that_no_charset_fits_does_not_cost_the_page() -> None:
    page = load(html().encode() + b"<p>" + bytes(range(208, 256)) + b"</p>")
    assert TEXT in "".join(page.root.itertext())


def test_a_portals_setting_decides_where_bytes_do_not() -> None:
    body = "<p>水渠</p>".encode("gb18030")
    assert load(body, encoding="gbk").encoding == "gb18030"
    assert load(html().encode(), encoding="gbk").encoding == "utf-8"
    assert load(html().encode(), encoding="no-such-charset").encoding == "utf-8"


def test_labels_of_charsets() -> None:
    assert canonical_name(" GBK ") == canonical_name("x-gbk") == canonical_name("cp936") == "gb18030"
    assert canonical_name("utf-7") is None
    assert declared_charsets(
        b"<meta http-equiv=Content-Type content='text/html; charset=gb_2312-80'>", "charset=UTF-8"
    ) == [
        "utf-8",
        "gb18030",
    ]


def test_base_url() -> None:
    page = load(html("<base href='/news/'>").encode(), url="http://example.com/a/b.html")
    assert page.absolute("1.jpg") == "http://example.com/news/1.jpg"
    assert page.absolute("javascript:alert(1)") is None
    assert page.absolute("data:image/png;base64,AA") is None
    assert (
        load(html().encode(), url="http://example.com/a/b.html").absolute("//img.example.com/2.jpg")
        == "http://img.example.com/2.jpg"
    )
    canonical = "<link rel=canonical href='http://example.com/a/b.html'>"
    assert load(html(canonical).encode()).absolute("c.jpg") == "http://example.com/a/c.jpg"
    assert load(html("<base href='http://[broken'>").encode(), url="http://example.com/a/b.html").absolute("c.jpg") == (
        "http://example.com/a/c.jpg"
    )


def test_a_second_html_element_is_not_lost() -> None:
    body = "<html><body><p>一</p></body></html><!-- x --><html><body><p>二</p></body></html>".encode()
    assert "".join(load(body).root.itertext()) == "一二"


def test_listings_and_empty_bodies_are_pages() -> None:
    assert isinstance(read_page(b"<html><body></body></html>"), Page)
    assert isinstance(read_page(b"<ul>" + b"<li><a href=1>x</a></li>" * 50 + b"</ul>"), Page)


SHORT_WORDS = ("泵站", "回龙", "古渡", "茶园", "南屏", "育苗", "玉泉", "冷库", "赤岩", "渡口")
"""Words whose bytes in UTF-8 read as characters of GB18030, too."""


@pytest.mark.parametrize(("own", "other"), [("utf-8", "gb18030"), ("gb18030", "utf-8")])
@pytest.mark.parametrize("place", ["before", "after"])
def test_short_pieces_beside_an_include_have_the_charset_of_the_page(own: str, other: str, place: str) -> None:
    include = INCLUDE.encode(other)
    cells = "".join(f"<td>{word}</td><td>1</td>" for word in SHORT_WORDS)
    text = f"<p>{TEXT}</p><table><tr>{cells}</tr></table><p>{TEXT}</p>".encode(own)
    page = read_page(include + text if place == "before" else text + include)
    assert isinstance(page, Page)
    assert [cell.text for cell in page.root.iter("td") if cell.text != "1"] == list(SHORT_WORDS)
