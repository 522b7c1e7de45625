"""Sentences that an archive holds in English, told in Chinese: all that the code can write, and what it never wrote."""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import newscrawler
from newscrawler.monitoring.drift import ASPECTS
from newscrawler.text.labels import ALARM_KINDS
from newscrawler.text.languages import languages
from newscrawler.text.sentences import SENTENCES
from newscrawler.text.telling import tell

PACKAGE = Path(newscrawler.__file__).parent
WRITERS = (
    *("crawling/spider", "crawling/middlewares", "crawling/downloader", "crawling/extensions/checkpoints.py"),
    *("crawling/context.py", "crawling/foreign_links.py", "crawling/run_outcome.py", "crawling/sweep.py"),
    *("crawling/listing_end.py", "crawling/listing_order.py"),
    *("crawling/time_limit.py", "crawling/runner/workers.py", "crawling/recording"),
    *("listings", "extraction/page.py", "extraction/charset.py", "extraction/rejection.py"),
    "extraction/json_article.py",
    *("extraction/unpacking.py", "monitoring/sections.py", "monitoring/redesign.py", "monitoring/drift.py"),
    *("archive/settling.py", "archive/undo.py", "archive/crashed_runs.py", "archive/captures/recovery.py"),
)
"""What writes reasons, events and alarms."""
SENTENCE = re.compile(r"[a-z]{2,} [a-z]{2,}")
NO_SENTENCE = re.compile(r"^\n|<html>|SELECT |INSERT |UPDATE |DELETE |\(\?|\|.*\||%s|\\[sd]|^[a-z]{2,}( [a-z]{2,})$")
"""Lists of words, markup, SQL, regular expressions, texts for logs, names of two words."""
VALUES = {
    "where": "",
    "links_told": "",
    "unasked": "",
    "samples": "",
    "_with(script)": " with 7",
    "instead": " (7)",
    "way": "back",
    "UNDONE": "undone:",
}
"""Samples of values that may be empty, or that bring their own punctuation."""
PARTS = {
    "not an article", "stopped at once", "could not be stored", "asks for a login", "not available for legal reasons", "shows no entry",
    "the charset is", "the content system is", "not fetched:", "listed but missing:", "7 is filled in",
    "7 is found by rule", "the body may not belong to the headline in", "no article is on", "a date stands beside",
    "the text stands where other pages of the portal have it in", "the section moved to ", "certificate verify failed",
    " to a request without a condition", "by signal 7", "with status 7", "the next of 7 pages", "7 7; it was 7", ", such as 7", "the definition's listing.entry",
    "the response of 7", "robots.txt or a retry of 7", "the delay of 7 s between requests", "too many requests",
    "variables of a script", "a link of a script", "an address of a script", "a part of a page",
    "an address that a script composes", "page numbers that count down", "a form that is sent", "buttons of a form", "7\n\n@url 7\n@returns requests 1",
}  # fmt: skip
"""Parts of sentences, and texts that no archive holds."""


def written() -> Iterator[tuple[str, str]]:
    """Every sentence in the code that writes, with 7 for its values, and where it stands."""
    for name in WRITERS:
        path = PACKAGE / name
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            tree = ast.parse(file.read_text(encoding="utf-8"))
            aside: set[int] = set()
            for node in ast.walk(tree):
                is_log = isinstance(node, ast.Call) and re.match(r"_?log(ger)?\.", ast.unparse(node.func))
                is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
                if is_log or is_text or isinstance(node, ast.Raise):
                    aside.update(id(part) for part in ast.walk(node))
            for node in ast.walk(tree):
                if isinstance(node, ast.JoinedStr):
                    aside.update(
                        id(part) for part in ast.walk(node) if part is not node and isinstance(part, ast.Constant)
                    )
            for node in ast.walk(tree):
                text = sample(node) if id(node) not in aside else ""
                if SENTENCE.search(text) and not NO_SENTENCE.search(text):
                    yield text, f"{file.relative_to(PACKAGE)}:{node.lineno}"  # type: ignore[attr-defined]


def sample(node: ast.AST) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if not isinstance(node, ast.JoinedStr):
        return ""
    return "".join(
        str(part.value) if isinstance(part, ast.Constant)
        else VALUES.get(ast.unparse(part.value), "7")  # type: ignore[attr-defined]
        for part in node.values
    )  # fmt: skip


def test_whatever_a_crawl_writes_has_a_sentence_in_the_list() -> None:
    chinese = languages()["zh"]
    untold = [
        f"{where}: {text}" for text, where in written() if text not in PARTS and tell(text, chinese)[1] != chinese.tag
    ]
    assert untold == [], "add these to newscrawler/text/sentences.py, and translate them"


def test_every_kind_of_alarm_has_a_name() -> None:
    kinds = {aspect.kind for aspect in ASPECTS} | set(
        re.findall(r'"((?:run|section)-[a-z]+)"', (PACKAGE / "monitoring/sections.py").read_text("utf-8"))
    )
    assert kinds | {"length-shifted", "redesign", "rule-lost"} == set(ALARM_KINDS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("answered 404", "返回 404"),
        ("section 宜昌市: listing page 2 answered 500", "栏目“宜昌市”：列表第 2 页返回 500"),
        (
            "section 宜昌市: no response in time; 3 articles could not be stored; 2 articles were blocked",
            "栏目“宜昌市”：在时限内没有响应；3 篇文章未能入库；2 篇文章被拦截",
        ),
        (
            "no crawl has ended since 2026-03-05T16:30Z, for 30 hours; one is due every 1 day, 0:00:00",
            "自 2026-03-06 00:30 北京时间 起 30 小时没有完成抓取；应每 1 天 0:00:00 抓取一次",
        ),
        ("editors is filled in 10% of 20; it was 98% of 200", "字段“编辑”有值的占 10%（共 20），以前是 98%（共 200）"),
        (
            "page 2: no article (captcha): the page asks: 输入验证码",
            "第 2 页：不是文章（验证码）：网页要求：输入验证码",
        ),
        (
            "cut off after 1,096 bytes: the page has no </html>, as the portal's other article pages have",
            "网页在 1,096 字节处中断：没有 </html>，而该门户网站的其他文章页有",
        ),
        (
            "9 of 12 new pages have no article: the portal may be at fault or redesigned, so they are tried again",
            "12 个新网页中有 9 个没有文章：可能是该门户网站出了问题或已改版，因此还会重试",
        ),
        ("shows the article of http://a.example/1.html", "显示的是 http://a.example/1.html 的文章"),
        ("its address now shows another article: 河道清淤", "该网址现在显示另一篇文章：河道清淤"),
        ("gb18030 98% of 30", "gb18030 98%（共 30）"),
        ("the edition of 2026-07-10: answered 404", "2026-07-10 的报纸：返回 404"),
        # Sentences behind each other, of which each may have a semicolon, and would take the others as its value.
        (
            "section 宜昌市: listing.entry = 'a.x' matches no link; 3 links were seen, such as http://a/1, http://a/2; "
            "section 武汉市 goes on: page 1 shows no entry, and leads on; page 2 shows no entry, and leads on",
            "栏目“宜昌市”：listing.entry = 'a.x' 没有匹配到链接；见到 3 个链接，例如 http://a/1, http://a/2；"
            "栏目“武汉市”还有后续：第 1 页没有条目，但仍有后续页；第 2 页没有条目，但仍有后续页",
        ),
    ],
)
def test_values_and_sentences_within_sentences(text: str, expected: str) -> None:
    assert tell(text, languages()["zh"]) == (expected, "zh-CN")


def test_what_no_crawl_wrote_stays_as_it_is() -> None:
    chinese = languages()["zh"]
    for text in ("words of a stranger", "answered ", "{0.__class__} {x}", "answered {status!r}", "answered nobody"):
        assert tell(text, chinese) == (text, "en")
    assert tell("the page asks: {0.__class__}", chinese)[0] == "网页要求：{0.__class__}"
    assert tell("crashed at 2026-03-05T16:30:00Z", languages()["en"])[0] == "crashed at 2026-03-06 00:30 UTC+8"


def test_the_reason_of_a_portal_with_many_sections_is_told() -> None:
    """In any order of sentences, nothing of it stays English."""
    chinese = languages()["zh"]
    reasons = (
        "listing page 2 answered 500", "no response in time", "the host name was not found (dns); check its spelling and the network",
        "no link matches article.url = '/a/'; 12 links were seen, such as http://a.example/2026/1.html, http://a.example/2.html",
        "the edition of 2026-07-10: robots.txt of a.example could not be fetched: no response in time (no answer forbids everything for now, RFC 9309)",
    )  # fmt: skip
    sections = [f"section 宜昌市/第{number}栏: {reasons[number * 7 % 5]}" for number in range(60)]
    told, tag = tell("; ".join([*sections, "3 articles were blocked"]), chinese)
    assert tag == chinese.tag and told.count("栏目“") == 60
    assert not re.search("[a-z]{3,} [a-z]{3,}", told)


def test_no_text_takes_long() -> None:
    """The separators of the sentences, many times."""
    seps = ["; ", ": ", "section ", " goes on: ", " (", "): ", " of ", "% of ", "page "]
    start = time.process_time()
    for text in [
        *(one * (4_000 // len(one)) for one in seps),
        "section 1: " * 300,
        "page 1: no article (" * 150,
        "a; " * 1_300,
        "section a: b goes on; " * 190,
        "section a goes on: page 1: " * 400,
    ]:
        tell(text, languages()["zh"])
    assert time.process_time() - start < 5


def test_each_sentence_is_found_by_itself() -> None:
    """No sentence hides another: with values filled in, each is told by its own translation."""
    chinese = languages()["zh"]
    for sentence in SENTENCES:
        names = re.findall(r"\{(\w+)\}", sentence)
        values = {name: f"7{number}" for number, name in enumerate(names)}
        told = tell(sentence.format(**values), chinese)[0]
        assert told == chinese.gettext(sentence).format(**values), sentence
