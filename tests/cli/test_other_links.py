"""Links that were judged to be no articles, and the shapes of articles' addresses: as `check` and a crawl tell them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from newscrawler.cli.main import cli
from newscrawler.cli.other_links import many_other_links, other_links_lines
from newscrawler.demo.server import SiteServer
from newscrawler.text.languages import languages
from newscrawler.text.telling import tell_message
from support import nightly
from support.crawls import Crawl, check
from support.endings import STORIES, section, site
from support.pages import Pages, article, listing

TOLD = re.compile(r"^宜昌市: (\d+) links of one page were judged to be no articles, such as (.+)$", re.M)


def menu(number: int) -> str:
    return "".join(f"<a href='/lm{n:02d}/'>{'甲乙丙丁戊己庚辛'[n % 8]}栏</a> " for n in range(number))


def with_menu(number: int, entries: int) -> Pages:
    page = listing(STORIES[:entries])
    return site({"/yichang/": page.replace("<body>", f"<body><div class='menu'>{menu(number)}</div>")})


def shown_run(done: Crawl) -> str:
    key = done.one("SELECT key FROM runs")["key"]
    return CliRunner().invoke(cli, ["runs", "show", key, "--archive", str(done.archive)], env={"COLUMNS": "200"}).stdout


@nightly.by_day(0)
@pytest.mark.parametrize(
    ("links", "entries", "is_told"), [(60, 8, True), (6, 8, False), (18, 2, False), (60, 36, False)]
)
def test_a_crawl_counts_the_links_that_are_no_articles(
    crawl: Callable[..., Crawl], links: int, entries: int, is_told: bool
) -> None:
    done = crawl(with_menu(links, entries))
    assert done.status == 0, done.messages
    (found,) = TOLD.finditer(shown_run(done))
    assert int(found[1]) == links
    assert found[2].split(", ") == [f"http://www.t.example/lm{n:02d}/" for n in range(3)]
    sentence = f"{links} links beside {entries} entries were judged to be no articles, in 1 section; "
    assert (sentence in done.messages) is is_told
    assert ("judged to be no articles" in done.messages) is is_told, done.messages
    assert section(done)["outcome"] == "end"


def test_check_shows_them_and_explains_the_shapes_of_addresses(tmp_path: Path) -> None:
    names = [("/a/eYjsbuZvRx", 1), ("/a/pQk8bTzw3M", 2), ("/a/Zt4mmRwKq9", 3)]
    stories = [(path, f"青石坳第{n}段水渠修成通水", f"2026-06-0{n}") for path, n in names]
    body = f"<body><div class='menu'>{menu(7)}</div>"
    pages: dict[str, Any] = {"/yichang/": listing(stories).replace("<body>", body)}
    pages |= {path: article(title, day) for path, title, day in stories}
    with SiteServer(site(pages)) as server:
        done = check(tmp_path, "--via", server.url)
    assert done.returncode == 0, done.stderr
    (found,) = TOLD.finditer(done.stdout)
    assert found[1] == "7" and len(found[2].split(", ")) == 3
    heading, table = done.stdout.split("Addresses of articles (")[1].split(")", 1)
    assert " ".join(heading.split()) == "# is any number or code, w any folder"
    row = next(line.split() for line in table.splitlines() if line.startswith("t.example/"))
    assert row[:2] == ["t.example/w/#", "3"]
    assert row[2].removeprefix("http://www.t.example") in [path for path, _ in names]


ROWS: Mapping[str, Mapping[str, Any]] = {
    "襄阳市": {"outcome": "end", "entries": 0, "other_links": 30, "other_samples": ["http://a.example/"]},
    "荆州市": {"outcome": "mark", "entries": 5, "other_links": 1, "other_samples": ["http://b.example/"]},
    "front": {"outcome": "columns", "entries": 5, "other_links": 90, "other_samples": ["http://c.example/"]},
    "cut short": {"outcome": "limit", "entries": 1, "other_links": 90, "other_samples": []},
    "older": {"outcome": "end", "entries": 5},
    "checked": {"outcome": "end", "entries": 5, "other_links": None, "other_samples": None},
}


def test_lines_of_sections_say_what_the_record_has() -> None:
    lines = [*other_links_lines(ROWS)]
    assert [line.partition(":")[0] for line in lines] == ["襄阳市", "荆州市", "front"]
    assert lines[0].endswith(": 30 links of one page were judged to be no articles, such as http://a.example/")
    zh = languages()["zh"]
    assert "被判为非文章，例如 http://a.example/" in tell_message(lines[0], zh)


def test_the_summary_names_only_sections_with_many_for_their_entries() -> None:
    sentence = many_other_links(ROWS)
    assert sentence.startswith("30 links beside 0 entries were judged to be no articles, in 1 sections; ")
    assert "0 个" in tell_message(sentence, languages()["zh"])
    assert many_other_links({name: row for name, row in ROWS.items() if name != "襄阳市"}) == ""
