"""`check` and `portal new` against a real server, and the pattern that URLs share."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawler.crawling.article_pattern import article_pattern
from newscrawler.crawling.definition_check import DefinitionReport
from newscrawler.crawling.first_definition import definition_text
from newscrawler.demo.server import SiteServer
from newscrawler.portals import Portal, load_portal
from support.crawls import run_in
from support.examples import examples
from support.pages import DEFINITION, Pages, article, listing

HOME = (
    "<html><head><title>首页-试验新闻网</title></head><body><div class='nav'>"
    "<a href='/yichang/'>宜昌</a> <a href='/enshi/'>恩施州</a> <a href='/bj/'>朝阳区</a></div></body></html>"
)
RULES = '[article]\nbody = ".content"\neditors = ".info"\n'


def site() -> Pages:
    pages: dict[str, Any] = {"/": HOME}
    for slug in ("yichang", "enshi"):
        rows = []
        for number in range(1001, 1007):
            path = f"/2026/0305/{slug[0]}{number}.shtml".replace("y1", "1").replace("e1", "2")
            pages[path] = article(f"{slug}第{number}座桥在山口通车")
            rows.append((path, f"{slug}第{number}座桥在山口通车", "2026-03-05"))
        pages[f"/{slug}/"] = listing(rows)
    return Pages(pages)


@pytest.fixture
def server() -> Iterator[SiteServer]:
    with SiteServer(site()) as server:
        yield server


def definition(tmp_path: Path, text: str) -> str:
    file = tmp_path / "t.toml"
    file.write_text(DEFINITION + text, encoding="utf-8")
    return str(file)


def test_check_shows_each_field_with_its_rule_and_stores_nothing(tmp_path: Path, server: SiteServer) -> None:
    file = definition(tmp_path, RULES)
    done = run_in(tmp_path, "check", file, "--via", server.url, "--articles", "2", "--format", "json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert [(row["section"], row["entries"], row["dated"]) for row in report["sections"]] == [
        ("宜昌市", 6, 6),
        ("恩施土家族苗族自治州", 6, 6),
    ]
    assert len(report["articles"]) == 4
    assert report["articles"][0]["rules"]["body"] == "override"
    assert report["articles"][0]["values"]["editors"] == "丁一鸣"
    assert [path.name for path in tmp_path.iterdir()] == ["t.toml"]
    assert sum(request.path.startswith("/2026/") for request in server.requests) == 4


def test_check_fails_where_an_override_or_a_needed_field_finds_nothing(tmp_path: Path, server: SiteServer) -> None:
    file = definition(tmp_path, RULES.replace(".content", ".gone"))
    done = run_in(tmp_path, "check", file, "--via", server.url, "--articles", "1", "--require", "summary")
    assert done.returncode == 1
    assert "article.body = '.gone' matches in none of 2 articles" in done.stderr
    assert "summary is empty in 2 of 2 articles" in done.stderr
    assert "generic:density 2" in done.stdout


def test_check_of_saved_pages_fetches_nothing(tmp_path: Path) -> None:
    file = definition(tmp_path, RULES)
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "1.shtml").write_text(article("山口的桥通了"), encoding="utf-8")
    assert run_in(tmp_path, "check", file, "--pages", str(pages)).returncode == 0
    (pages / "2.shtml").write_text("<html><head><title>出错了</title></head><body>页面不存在</body></html>")
    done = run_in(tmp_path, "check", file, "--pages", str(pages))
    assert done.returncode == 1
    assert "2.shtml: no article (error-page)" in done.stderr


def test_portal_new_writes_a_definition_that_check_accepts(tmp_path: Path, server: SiteServer) -> None:
    done = run_in(tmp_path, "portal", "new", "http://www.t.example/", "--id", "t", "--via", server.url)
    assert done.returncode == 0, done.stderr
    file = tmp_path / "portals" / "t.toml"
    portal = load_portal(str(file))
    assert (portal.name, portal.province) == ("试验新闻网", "湖北省")
    assert portal.sections.keys() == {"宜昌市", "恩施土家族苗族自治州"}
    assert portal.article.url == r"/\d{4}/\d{4}/\d{4}\.shtml$"
    assert "山口通车" in done.stdout
    before = file.read_bytes()
    again = run_in(tmp_path, "portal", "new", "http://www.t.example/", "--id", "t", "--via", server.url)
    assert again.returncode == 2
    assert "is not overwritten" in again.stderr
    assert file.read_bytes() == before


def test_portal_new_names_what_lists_keep_back(tmp_path: Path) -> None:
    rows = [(f"/2026/0{n}10/80{n:02}.shtml", f"山口第{n}座桥通车", f"2026-0{n}-10") for n in range(1, 7)]
    pages = {
        "/": "<html><head><title>试验网</title></head><body><a href='/yichang/'>宜昌</a> <a href='/xiaogan/'>孝感</a></body></html>",
        "/yichang/": listing(rows, "<a href='javascript:;' onclick='more(2)'>加载更多</a>"),
        "/xiaogan/": "<html><body><div id='app'></div><script src='/js/app.js'></script></body></html>",
        **{path: article(title, day) for path, title, day in rows},
    }
    with SiteServer(Pages(pages)) as server:
        done = run_in(tmp_path, "portal", "new", "http://www.t.example/", "--id", "t", "--via", server.url)
    assert done.returncode == 0, done.stderr
    written = (tmp_path / "portals" / "t.toml").read_text(encoding="utf-8")
    for told in (done.stderr, written):
        assert "section 宜昌市 goes on: '加载更多' is a button of a script" in told
        assert "section 孝感市: the page is built by a script (an empty <div id='app'>)" in told
        assert "listing.next" in told
    assert load_portal(str(tmp_path / "portals" / "t.toml")).sections.keys() == {"宜昌市", "孝感市"}


def test_portal_new_asks_with_an_option_where_there_is_no_terminal(tmp_path: Path) -> None:
    with SiteServer(Pages({"/": '<html><head><title>"x"\n[evil]</title></head><body>无栏目</body></html>'})) as bare:
        done = run_in(tmp_path, "portal", "new", "http://www.t.example/", "--id", "t", "--via", bare.url)
        assert done.returncode == 2
        assert "give it with --province" in done.stderr
        told = run_in(
            tmp_path, "portal", "new", "http://www.t.example/", "--id", "t", "--province", "湖北", "--via", bare.url
        )
    assert told.returncode == 1
    assert "complete [sections]" in told.stderr
    assert load_portal(str(tmp_path / "portals" / "t.toml")).province == "湖北省"


@pytest.mark.parametrize(
    ("urls", "pattern"),
    [
        ([f"http://a.cn/2026/0{n}10/4{n}629.shtml" for n in range(1, 9)], r"/\d{4}/\d{4}/\d+\.shtml$"),
        ([f"http://a.cn/{s}/20230{n}/t2023071{n}_44{n}.shtml" for s in ("wh", "yc") for n in range(1, 9)],
         r"/\d{6}/t\d{8}_\d+\.shtml$"),
        ([f"http://a.cn/art/2024/5/{n}/art_12_{n}4.html" for n in range(1, 29)], r"/art/\d{4}/\d+/\d+/art_\d{2}_\d+\.html$"),
        ([f"http://a.cn/show.php?id={n}" for n in range(90, 120)], r"/show\.php\?id=\d+$"),
        (["http://a.cn/about/", "http://a.cn/contact/"], None),
        ([], None),
    ],
)  # fmt: skip
def test_the_pattern_is_as_narrow_as_the_urls(urls: list[str], pattern: str | None) -> None:
    found = article_pattern(urls)
    assert found == pattern
    for url in urls:
        assert found is None or re.search(found, url)


@settings(max_examples=examples(40), deadline=None)
@given(
    st.lists(st.from_regex(r"http://a\.cn(/[a-z0-9_.]{1,12}){1,4}(\?[a-z]{1,3}=\d{1,4})?", fullmatch=True), max_size=20)
)
def test_a_pattern_matches_nine_of_ten_of_its_urls(urls: list[str]) -> None:
    pattern = article_pattern(urls)
    if pattern is not None:
        assert sum(bool(re.search(pattern, url)) for url in urls) >= 0.9 * len(urls)


# What `portal new` proposes


def proposal(listed: list[str], sections: int) -> str:
    end = {"outcome": "end", "reason": "", "listing_end": "proven"}
    rows = [{"section": f"第{n}节", "url": f"/s{n}/", "entries": 8, **end} for n in range(sections)]
    report = DefinitionReport(sections=rows, listed=listed)
    portal = Portal.model_validate({"id": "t", "name": "t", "province": "湖北", "homepage": "http://www.t.example/"})
    return definition_text(portal, "试验网", report)


def test_a_pattern_is_proposed_from_enough_links_of_several_sections() -> None:
    links = [f"http://www.t.example/yc/202605/t20260520_{4000 + n}.html" for n in range(20)]
    assert "[article]\nurl = '" in proposal(links, 2)
    assert "[article]\nurl = '" in proposal(links, 1)  # the portal has no other section
    assert "# article.url is not proposed: 5 links in 2 sections are too few for a pattern." in proposal(links[:5], 2)


def test_links_that_a_proposed_pattern_shuts_out_are_named() -> None:
    links = [f"http://www.t.example/yc/202605/t20260520_{4000 + n}.html" for n in range(30)]
    text = proposal([*links, "http://www.t.example/video/spring"], 2)
    assert (
        "# The pattern shuts out 1 of 31 links that the listings show, such as\n#   http://www.t.example/video/spring"
        in text
    )
