"""Videos and specials among the entries of a list are named as what they are; what may be an article is a failure."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from newscrawler.cli.main import cli
from newscrawler.extraction.article import extract_article
from newscrawler.extraction.model import NotAnArticle
from newscrawler.extraction.page import read_page
from support.pages import Pages, article, listing

LINKS = "".join(f"<li><a href='/2026/0{n}01/{n}.shtml'>青石坳村第{n}段水渠修成通水</a></li>" for n in range(1, 9))
PLAYER = "<video src='/a.mp4' controls></video>"
META = "<p>2026-06-03 13:21 来源：青石日报</p>"
FOOT = "<div class='foot'>版权所有 青石日报社</div>"
BULLETIN = "<h1>青石新闻联播 2026年6月3日</h1>"
SPECIAL = "<h1>专题：青石坳水渠建设进行时</h1>"
VIDEO, INDEX, STORY = "/v/2026/0603/71.html", "/zt/2026/qs/index.html", "/2026/0603/72.shtml"
VOTE = "/vote/index.php?id=3"
CHOICES = "".join(f"<label><input type='radio' name='v'>{n}号水渠</label>" for n in range(1, 8))

PAGES = [
    (VIDEO, f"<div class='box'>{BULLETIN}{META}{PLAYER}</div><h3>往期节目</h3><ul>{LINKS}</ul>", True),
    (VIDEO, f"<div class='box'>{BULLETIN}{META}{PLAYER}<div class='share'>分享</div></div>", True),
    (INDEX, f"{SPECIAL}<ul>{LINKS}</ul>", True),
    (VOTE, f"<h1>青石坳最美水渠评选</h1><form>{CHOICES}</form>", True),
    (VOTE, f"<h1>青石坳最美水渠评选</h1><form>{CHOICES}</form><div id='content'></div>", False),
    ("/zt/qs/", f"<div><img src='/banner.jpg'></div><h2>专题首页</h2><ul>{LINKS}</ul>", True),
    ("/zt/qs/12.shtml", f"{SPECIAL}<ul>{LINKS}</ul>", True),
    # Its text is filled in by a script, stands in a frame, or is a file.
    (VIDEO, f"{BULLETIN}{META}{PLAYER}<div id='content'></div><ul>{LINKS}</ul>", False),
    (VIDEO, f"{BULLETIN}{META}{PLAYER}<p>正在加载，请稍候</p>", False),
    (INDEX, f"{SPECIAL}<div class='article-body'></div><ul>{LINKS}</ul>", False),
    (INDEX, f"{SPECIAL}<iframe src='/text/72.html'></iframe><ul>{LINKS}</ul>", False),
    (INDEX, f"{SPECIAL}<p><a href='/72.pdf'>青石坳水渠建设方案全文下载</a></p><ul>{LINKS}</ul>", False),
    # Its text is short.
    (VIDEO, f"{BULLETIN}{META}{PLAYER}<p>昨天，青石坳水渠全线通水。</p>", False),
    # An article without its text, beside links to others; and a picture.
    (STORY, f"<h1>青石坳水渠修成通水</h1>{META}<ul>{LINKS}</ul>", False),
    (INDEX, f"<h1>青石坳水渠修成通水</h1>{META}<ul>{LINKS}</ul>", False),
    (STORY, f"<h1>青石坳水渠修成通水</h1><ul>{LINKS}</ul>", False),
    (STORY, f"<h1>一图读懂青石坳水渠</h1>{META}<img src='/1.jpg'>", False),
    (INDEX, "", False),
    # The picture of an advertisement, which its headline names.
    (STORY, "<h1>广告</h1><div id='ozoom'><img src='/ad.jpg'></div>", True),
    (STORY, "<h2>公益广告</h2><img src='/ad.jpg'>", True),
    (STORY, "<h1>广告</h1>", False),
    (STORY, "<h1>广告</h1><img src='/ad.jpg'><div id='content'></div>", False),
    (STORY, "<h1>广告牌下的守望</h1><img src='/ad.jpg'>", False),
]  # fmt: skip


def page(body: str) -> str:
    return f"<html><head><title>青石网</title></head><body>{body}{FOOT}</body></html>"


@pytest.mark.parametrize(("address", "body", "is_other"), PAGES)
def test_only_what_surely_holds_no_article_is_another_kind(address: str, body: str, is_other: bool) -> None:
    read = read_page(page(body).encode(), url=f"http://news.example{address}")
    assert not isinstance(read, NotAnArticle)
    found = extract_article(read)
    assert isinstance(found, NotAnArticle)
    assert found.is_other_kind is is_other, found


@pytest.mark.parametrize(
    ("address", "body", "is_other"),
    [
        ("/files/2026/ditu.pdf", b"%PDF-1.4 x", True),
        ("/files/2026/biao.XLSX", b"PK\x03\x04 x", True),
        ("/files/2026/biao.doc", b"\xd0\xcf\x11\xe0 x", True),
        (STORY, b"%PDF-1.4 x", False),  # something stands in the place of an article
        ("/files/2026/ditu.pdf", b"\x1f\x8b x", False),
    ],
)
def test_a_file_of_a_list_is_another_kind(address: str, body: bytes, is_other: bool) -> None:
    found = read_page(body, url=f"http://news.example{address}")
    assert isinstance(found, NotAnArticle) and found.is_other_kind is is_other


def test_a_crawl_that_met_videos_and_specials_is_done(crawl) -> None:
    others = [(VIDEO, "青石新闻联播2026年6月3日", "2026-06-03"), (INDEX, "专题：青石坳水渠建设进行时", "2026-06-02")]
    stories = [(f"/2026/060{n}/{n}.shtml", f"青石坳第{n}段水渠修成通水", f"2026-06-0{n}") for n in range(5, 0, -1)]
    pages = {
        "/": "<html><body><div><a href='/yichang/'>宜昌</a></div></body></html>",
        "/yichang/": listing([*stories[:3], *others, *stories[3:]]),
        VIDEO: page(PAGES[0][1]),
        INDEX: page(PAGES[2][1]),
        **{path: article(title, day) for path, title, day in stories},
    }
    done = crawl(Pages(pages))
    run = done.one("SELECT outcome, counts FROM runs")
    numbers = json.loads(run["counts"])
    assert (done.status, run["outcome"]) == (0, "done"), done.messages
    assert (numbers["new"], numbers["not articles"], numbers["failed"]) == (5, 2, 0)
    events = done.rows("SELECT kind, url FROM run_events WHERE kind = 'not an article'")
    assert len(events) == 2
    head, _, row = done.messages[done.messages.index("section ") :].splitlines()[:3]
    assert head.split()[6:10] == ["blocked", "failed", "not", "articles"] and row.split()[6:9] == ["0", "0", "2"]
    ran = CliRunner().invoke(cli, ["coverage", "--total", "--format", "json", "--archive", str(done.archive)])
    (row,) = json.loads(ran.stdout)["coverage"]
    assert (row["listed"], row["stored"], row["not_an_article"], row["failed"]) == (7, 5, 2, 0)
    assert row["complete_back_to"]
