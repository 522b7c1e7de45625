"""Hostile input: a verdict, in time linear in the page, and never an exception."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import newscrawler.extraction
from newscrawler.extraction.article import extract_article
from newscrawler.extraction.model import NoArticle, NotAnArticle, RawArticle
from newscrawler.extraction.page import MAX_BYTES, MAX_TAGS, read_page
from newscrawler.normalization.article import normalize
from tests.extraction import pages

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

    small, large = 1000, 8000
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
@settings(max_examples=150, deadline=None)
def test_any_bytes_get_an_answer(body: bytes) -> None:
    assert isinstance(read(body), RawArticle | NotAnArticle)


@given(
    st.sampled_from(FAMILIES),
    st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 40), st.binary(max_size=24)), min_size=1, max_size=6),
    st.sampled_from(
        ["", "http://example.com/art/2024/5/20/art_1_2.html", "http://[broken", "http://mp.weixin.qq.com/s"]
    ),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
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


def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    found = []
    for module in pkgutil.walk_packages(newscrawler.extraction.__path__, "newscrawler.extraction."):
        if module.name.rpartition(".")[2].startswith(("listing", "newspapers")):
            continue
        names = vars(importlib.import_module(module.name))
        for name, value in names.items():
            if isinstance(value, re.Pattern):
                found.append((f"{module.name}.{name}", value))
    return found


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


@pytest.mark.parametrize(("name", "pattern"), _patterns())
def test_no_pattern_backtracks_without_end(name: str, pattern: re.Pattern[str]) -> None:
    for unit in NASTY:
        text = unit * (12_000 // len(unit))
        subject: str | bytes = text.encode() if isinstance(pattern.pattern, bytes) else text
        begin = time.process_time()
        pattern.search(subject)  # type: ignore[arg-type]
        pattern.match(subject)  # type: ignore[arg-type]
        assert time.process_time() - begin < 1.0, f"{name} on {unit!r}"
