"""Crawls of digital newspapers: whole editions, and what must not be called complete."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from newscrawler.crawling.spider.edition_outcome import MAX_MISSING_EDITIONS
from newscrawler.crawling.spider.editions import MAX_EDITION_PAGES, MAX_FAILED_EDITIONS
from newscrawler.demo.model import Response
from newscrawler.demo.server import SiteServer
from newscrawler.text.clock import CHINA
from support import nightly, program
from support.crawls import Crawl
from support.newspapers import PAPERS, TITLES, Paper
from support.pages import DEFINITION, Pages, article, html

HOME = "<html><head><title>山口日报</title></head><body><p>山口日报数字报，每天一期。</p></body></html>"
FOLDERS = "/html/{yyyy}-{mm}/{dd}/node_1.htm"


def days(*ago: int) -> list[date]:
    today = datetime.now(CHINA).date()
    return [today - timedelta(days=number) for number in ago]


def definition(template: str = FOLDERS) -> str:
    return DEFINITION.replace("[crawl]", f'[sections]\n"宜昌" = "{template}"\n[crawl]')


def site(paper: Paper, *ago: int, **more: object) -> Pages:
    pages: dict[str, object] = {"/": HOME}
    for day in days(*ago):
        pages |= paper.make(day)
        pages |= {path: article(title, day.isoformat()) for path, title in paper.articles(day).items()}
    return Pages({**pages, **more})  # type: ignore[arg-type]


def edition(day: date, body: str | None = None, number: int = 1) -> dict[str, object]:
    """An edition of one page with two articles, or with another body."""
    folder = f"/html/{day:%Y-%m}/{day:%d}"
    titles = [f"{title}（{day:%m月%d日}）" for title in TITLES[:2]]
    items = "".join(f"<li><a href='content_{n}.htm'>{title}</a></li>" for n, title in enumerate(titles))
    return {
        f"{folder}/node_{number}.htm": f"<html><body>{items if body is None else body}</body></html>",
        **{f"{folder}/content_{n}.htm": article(title, day.isoformat()) for n, title in enumerate(titles)},
    }


def mark(done: Crawl) -> str | None:
    value: str | None = done.one("SELECT complete_back_to FROM sections")["complete_back_to"]
    return value


def stored(done: Crawl) -> int:
    return int(done.one("SELECT count(*) AS n FROM articles_flat")["n"])


def sweep(done: Crawl) -> dict[str, str]:
    return done.rows("SELECT outcome, reason FROM sweeps ORDER BY id")[-1]


@nightly.by_day(6)
@pytest.mark.parametrize(
    "kind", ["sister tree", "v01", "Joyhua", "folder per page", "query", "one page, panels", "script, names"]
)
def test_a_newspaper_is_stored_whole(crawl: Callable[..., Crawl], kind: str) -> None:
    paper = PAPERS[kind]
    done = crawl(site(paper, 0, 1, 4), definition=definition(paper.template))
    assert done.status == 0, done.messages
    truth = {title: day.isoformat() for day in days(0, 1, 4) for title in paper.articles(day).values()}
    rows = done.rows("SELECT title, listed_date FROM articles_flat")
    assert {row["title"]: row["listed_date"] for row in rows} == truth
    assert mark(done) == "beginning"
    assert done.rows("SELECT 1 FROM urls WHERE state <> 'done'") == []
    found = {
        row["title"].partition("（")[0]: (row["page_no"] or "", row["page"] or "")
        for row in done.rows("SELECT title, page, page_no FROM articles_flat")
    }
    assert found == (paper.pages or dict.fromkeys(found, ("", "")))
    assert {row["position"] for row in done.rows("SELECT position FROM article_sections")} == {1, 2, 3}


def test_the_next_crawl_reads_only_what_is_new(crawl: Callable[..., Crawl]) -> None:
    paper = PAPERS["sister tree"]
    crawl(site(paper, *range(1, 8)), definition=definition(paper.template))
    later = site(paper, *range(8))
    done = crawl(later, definition=definition(paper.template))
    assert done.status == 0, done.messages
    assert (stored(done), mark(done)) == (48, "beginning")
    assert sweep(done)["outcome"] == "mark"
    there = [path for path in crawl.requests if path in later.pages]  # type: ignore[attr-defined]
    assert len(there) < 20 and len(crawl.requests) < len(there) + 18  # type: ignore[attr-defined]


def test_a_crawl_since_a_day_reads_no_older_edition(crawl: Callable[..., Crawl]) -> None:
    paper = PAPERS["one folder"]
    since = days(2)[0].isoformat()
    done = crawl(site(paper, 0, 1, 2, 3, 4), "--since", since, definition=definition(paper.template))
    assert (done.status, mark(done), stored(done)) == (0, since, 18), done.messages
    assert not any(path.startswith(f"/html/{days(3)[0]:%Y-%m/%d}") for path in crawl.requests)  # type: ignore[attr-defined]


@pytest.mark.slow
def test_days_without_an_edition_are_no_failure_of_a_newspaper_that_is_known(crawl: Callable[..., Crawl]) -> None:
    paper = PAPERS["one folder"]
    pages = site(paper, 2, 3)
    assert crawl(pages, definition=definition(paper.template)).status == 0
    done = crawl(pages, "--since", days(1)[0].isoformat(), definition=definition(paper.template))
    assert (done.status, mark(done)) == (0, "beginning"), done.messages


@pytest.mark.slow
def test_a_first_page_that_redirects_within_its_edition(crawl: Callable[..., Crawl]) -> None:
    (day,) = days(0)
    folder = f"/html/{day:%Y-%m}/{day:%d}"
    pages = {
        "/": HOME,
        **edition(day, number=18),
        f"{folder}/node_1.htm": "<html><head><meta http-equiv='refresh' content='0;url=node_18.htm'></head></html>",
    }
    done = crawl(Pages(pages), definition=definition())  # type: ignore[arg-type]
    assert (done.status, stored(done), mark(done)) == (0, 2, "beginning"), done.messages


# What must not be called complete


def test_a_page_without_an_article_is_a_failure_and_older_editions_are_read(crawl: Callable[..., Crawl]) -> None:
    today, before = days(0, 1)
    menu = "<a href='node_1.htm'>第01版：要闻</a><a href='node_2.htm'>第02版：民生</a>"
    links = "".join(f"<a href='/about/{n}/'>介绍{n}</a>" for n in range(18))
    pages = {"/": HOME, **edition(today), **edition(before)}
    folder = f"/html/{today:%Y-%m}/{today:%d}"
    pages[f"{folder}/node_1.htm"] = str(pages[f"{folder}/node_1.htm"]).replace("<body>", f"<body>{menu}")
    pages[f"{folder}/node_2.htm"] = f"<html><body>{menu}{links}</body></html>"
    done = crawl(Pages(pages), definition=definition())  # type: ignore[arg-type]
    assert (done.status, stored(done), mark(done)) == (1, 4, None)
    reason = sweep(done)["reason"]
    assert reason.startswith(f"no article was found on page 02 of the edition of {today}; 20 links were seen, such as ")
    assert reason in done.messages


def test_an_edition_whose_first_page_shows_nothing_is_not_empty(crawl: Callable[..., Crawl]) -> None:
    (day,) = days(0)
    pages = {"/": HOME, **edition(day, "<div id='app'></div><a href='/'>首页</a><script src='/app.js'></script>")}
    done = crawl(Pages(pages), definition=definition())  # type: ignore[arg-type]
    assert (done.status, mark(done)) == (1, None)
    assert "no article was found on page 1 of the edition of" in sweep(done)["reason"]


@pytest.mark.slow
def test_a_page_of_advertisements_may_have_no_article(crawl: Callable[..., Crawl]) -> None:
    (day,) = days(0)
    menu = "<a href='node_1.htm'>第01版：要闻</a><a href='node_2.htm'>第02版：广告</a>"
    pages = {"/": HOME, **edition(day)}
    folder = f"/html/{day:%Y-%m}/{day:%d}"
    pages[f"{folder}/node_1.htm"] = str(pages[f"{folder}/node_1.htm"]).replace("<body>", f"<body>{menu}")
    pages[f"{folder}/node_2.htm"] = f"<html><body>{menu}</body></html>"
    done = crawl(Pages(pages), definition=definition())  # type: ignore[arg-type]
    assert (done.status, stored(done), mark(done)) == (0, 2, "beginning"), done.messages


PICTURE = "<div class='pic'><img src='/p.jpg' usemap='#m'><map name='m'></map></div>"


@nightly.by_day(4)
@pytest.mark.parametrize(
    ("shown", "is_blank"),
    [
        (PICTURE, True),
        (f"{PICTURE}<h3>第02版：形象宣传</h3><a href='node_1.htm'>第01版：要闻</a>", True),
        (f"{PICTURE}<ul><li onclick='show(4)'>河堤加固工程月底完工</li></ul>", False),
        (f"{PICTURE}<ul><li><a href='javascript:show(4)'><img src='/t.png'></a></li></ul>", False),
        (f"{PICTURE}<script>var list = [{{title: '河堤加固工程月底完工', id: 4}}]</script>", False),
        (f"{PICTURE}<p>河堤加固工程月底完工，两岸居民盼了三年。</p>", False),
    ],
)
def test_a_page_that_says_nothing_of_its_own_is_one_of_pictures(crawl, shown: str, is_blank: bool) -> None:
    (day,) = days(0)
    menu = "<a href='node_1.htm'>第01版：要闻</a><a href='node_2.htm'>第02版：形象宣传</a>"
    pages = {"/": HOME, **edition(day)}
    folder = f"/html/{day:%Y-%m}/{day:%d}"
    pages[f"{folder}/node_1.htm"] = str(pages[f"{folder}/node_1.htm"]).replace("<body>", f"<body>{menu}")
    pages[f"{folder}/node_2.htm"] = f"<html><body>{menu}{shown}</body></html>"
    done = crawl(Pages(pages), definition=definition())  # type: ignore[arg-type]
    assert (done.status, stored(done)) == (0 if is_blank else 1, 2), done.messages
    assert mark(done) == ("beginning" if is_blank else None)


@pytest.mark.slow
def test_no_edition_at_all_is_a_wrong_address(crawl: Callable[..., Crawl]) -> None:
    done = crawl(Pages({"/": HOME}), definition=definition())
    assert (done.status, mark(done)) == (1, None)
    oldest, today = days(MAX_MISSING_EDITIONS - 1, 0)
    assert f"the editions from {oldest} to {today} are all missing; is the address" in done.messages


class Instead(Pages):
    """A newspaper that sends something else in place of missing editions."""

    def __init__(self, pages: dict[str, object], instead: Response) -> None:
        super().__init__(pages)  # type: ignore[arg-type]
        self.instead = instead

    def respond(self, path: str) -> Response:
        response = super().respond(path)
        return self.instead if response.status == 404 and "/node_" in path else response


def _redirect(path: str) -> Response:
    return Response(302, {"Location": path}, b"")


@nightly.by_day(1)
@pytest.mark.parametrize(
    ("instead", "said"),
    [
        (lambda first, path: html("<title>404 页面不存在</title><h1>您访问的页面不存在</h1>"), "it is an error page"),
        (lambda first, path: _redirect(path), "it redirects to http://www.t.example/html/"),
        (lambda first, path: _redirect("/"), "redirects to http://www.t.example/"),
        (lambda first, path: html(first), "it has the same titles as a newer edition"),
        (lambda first, path: html(f"<p>{days(0)[0]:%Y年%m月%d日} 星期三</p>{first}"), "it prints the date"),
    ],
    ids=["error page", "redirect to today's", "redirect home", "today's in its place", "today's with its date"],
)  # fmt: skip
def test_an_end_that_the_server_does_not_prove(
    crawl: Callable[..., Crawl], instead: Callable[[str, str], Response], said: str
) -> None:
    pages: dict[str, object] = {"/": HOME}
    for day in days(1, 0):
        pages |= edition(day)
    path = f"/html/{days(0)[0]:%Y-%m/%d}/node_1.htm"
    done = crawl(Instead(pages, instead(str(pages[path]), path)), definition=definition())
    oldest = days(1)[0].isoformat()
    assert (done.status, stored(done), mark(done)) == (0, 4, oldest), done.messages
    assert "nothing proves" in done.messages
    assert sweep(done)["outcome"] == "unproven"
    reason = sweep(done)["reason"]
    assert reason.startswith(f"the edition of {days(1)[0]} may not be the first: in place of older ones"), reason
    assert said in reason
    assert len(crawl.requests) < 2 * MAX_MISSING_EDITIONS + 20  # type: ignore[attr-defined]
    assert done.one("SELECT count(*) AS n FROM urls")["n"] == 4


@pytest.mark.slow
def test_such_days_are_passed_where_older_editions_exist(crawl: Callable[..., Crawl]) -> None:
    pages: dict[str, object] = {"/": HOME}
    for day in days(0, 2):
        pages |= edition(day)
    since = days(2)[0].isoformat()
    done = crawl(Instead(pages, _redirect("/")), "--since", since, definition=definition())
    assert (done.status, stored(done), mark(done)) == (0, 4, since), done.messages
    assert (
        f"the edition of {days(1)[0]} is missing: redirects to" in done.one("SELECT reason FROM run_events")["reason"]
    )


def test_a_page_that_is_missing_or_of_another_day(crawl: Callable[..., Crawl]) -> None:
    today, before = days(0, 1)
    menu = "<a href='node_2.htm'>第02版：民生</a><a href='node_3.htm'>第03版：副刊</a>"
    pages = {"/": HOME, **edition(today), **edition(before)}
    folder = f"/html/{today:%Y-%m}/{today:%d}"
    pages[f"{folder}/node_1.htm"] = str(pages[f"{folder}/node_1.htm"]).replace("<body>", f"<body>{menu}")
    pages[f"{folder}/node_2.htm"] = _redirect(f"/html/{before:%Y-%m}/{before:%d}/node_1.htm")
    done = crawl(Pages(pages), definition=definition())  # type: ignore[arg-type]
    assert (done.status, stored(done), mark(done)) == (1, 4, None)
    assert f"the edition of {today}: page 02 is not of this day: it redirects to" in sweep(done)["reason"]


@pytest.mark.slow
def test_articles_on_another_host_are_told(crawl: Callable[..., Crawl]) -> None:
    (day,) = days(0)
    folder = f"http://twin.example/html/{day:%Y-%m}/{day:%d}"
    items = "".join(f"<li><a href='{folder}/content_{n}.htm'>石桥镇修好第{n}座水车</a></li>" for n in range(3))
    done = crawl(Pages({"/": HOME, **edition(day, items)}), definition=definition())  # type: ignore[arg-type]
    assert (done.status, mark(done)) == (1, None)
    assert 'allowed_hosts = ["twin.example"]' in done.messages
    assert {row["state"] for row in done.rows("SELECT state FROM urls")} == {"foreign"}


def index(*first_pages: tuple[date, str]) -> str:
    periods = "".join(
        f"<period><period_date>{day}</period_date><front_page>{name}</front_page></period>" for day, name in first_pages
    )
    return f"<?xml version='1.0'?><period_list>{periods}</period_list>"


def indexes(*first_pages: tuple[date, str]) -> dict[str, object]:
    """The index of each month that has one of these editions."""
    months = {f"/html/{day:%Y-%m}/period.xml" for day, _ in first_pages}
    return {path: Response(200, {"Content-Type": "text/xml"}, index(*first_pages).encode()) for path in months}


@pytest.mark.slow
def test_the_index_of_a_month_names_first_pages(crawl: Callable[..., Crawl]) -> None:
    today, before = days(0, 1)
    pages = {"/": HOME, **edition(today), **edition(before, number=18), **indexes((before, "node_18.htm"))}
    done = crawl(Pages(pages), definition=definition())  # type: ignore[arg-type]
    assert (done.status, stored(done), mark(done)) == (0, 4, "beginning"), done.messages


@pytest.mark.slow
def test_the_address_of_a_section_may_be_the_index_of_a_month(crawl: Callable[..., Crawl]) -> None:
    first_pages = {day: 11 + number for number, day in enumerate(days(0, 1, 5))}
    pages: dict[str, object] = {"/": HOME, **indexes(*((day, f"node_{n}.htm") for day, n in first_pages.items()))}
    for day, number in first_pages.items():
        pages |= edition(day, number=number)
    done = crawl(Pages(pages), definition=definition("/html/{yyyy}-{mm}/period.xml"))  # type: ignore[arg-type]
    assert (done.status, stored(done), mark(done)) == (0, 6, "beginning"), done.messages
    assert len(crawl.requests) < 20  # type: ignore[attr-defined]


def test_a_page_in_place_of_the_index_is_a_failure(crawl: Callable[..., Crawl]) -> None:
    pages = {"/": HOME, **dict.fromkeys(indexes(*((day, "x") for day in days(0, 28))), "<p>网站维护中</p>")}
    done = crawl(Pages(pages), definition=definition("/html/{yyyy}-{mm}/period.xml"))  # type: ignore[arg-type]
    assert (done.status, mark(done)) == (1, None)
    assert "no index of a month was found" in sweep(done)["reason"]


@pytest.mark.slow
def test_an_edition_that_only_the_index_has_is_a_failure(crawl: Callable[..., Crawl]) -> None:
    today, before = days(0, 1)
    pages = {"/": HOME, **edition(today), **indexes((before, "node_18.htm"))}
    done = crawl(Pages(pages), definition=definition())  # type: ignore[arg-type]
    assert (done.status, stored(done), mark(done)) == (1, 2, None)
    assert f"the edition of {before}: its first page, which another page names, answered 404" in sweep(done)["reason"]


@pytest.mark.slow
def test_a_newspaper_without_an_index_is_asked_twice_for_one(crawl: Callable[..., Crawl]) -> None:
    done = crawl(Pages({"/": HOME, **edition(*days(0))}), definition=definition())  # type: ignore[arg-type]
    assert (done.status, mark(done)) == (0, "beginning"), done.messages
    assert sum(path.endswith("period.xml") for path in crawl.requests) <= 2  # type: ignore[attr-defined]


# Bad input: bounded, told, the mark not moved


@pytest.mark.slow
def test_an_edition_with_hundreds_of_pages_that_link_to_all_others(crawl: Callable[..., Crawl]) -> None:
    menu = "".join(f"<a href='node_{n}.htm'>第{n:02d}版</a>" for n in range(1, 400))

    class Endless(Pages):
        def respond(self, path: str) -> Response:
            if "/node_" not in path:
                return super().respond(path)
            number = path.rpartition("_")[2].removesuffix(".htm")
            return html(f"{menu}<li><a href='content_{number}.htm'>石桥镇修好第{number}座旧水车</a></li>")

    done = crawl(Endless({"/": HOME}), "--limit", "5", definition=definition(), timeout=240)
    assert (done.status, mark(done)) == (1, None)
    assert f"has more than {MAX_EDITION_PAGES} pages; the rest is not read" in sweep(done)["reason"]
    assert len(crawl.requests) < MAX_FAILED_EDITIONS * (MAX_EDITION_PAGES + 20)  # type: ignore[attr-defined]


@pytest.mark.slow
def test_a_script_of_a_megabyte(crawl: Callable[..., Crawl]) -> None:
    (day,) = days(0)
    names = ",".join(f'"content_{n}.htm"' for n in range(60_000))
    pages = {"/": HOME, **edition(day, f"<script>var map_1 = {{l: [{names}]}};</script>")}
    done = crawl(Pages(pages), "--limit", "3", definition=definition())  # type: ignore[arg-type]
    assert (done.status, mark(done)) == (1, None)
    assert "the rest is not read" in sweep(done)["reason"]


@pytest.mark.slow
def test_check_reads_the_newest_edition_that_there_is(tmp_path: Path) -> None:
    paper = PAPERS["sister tree"]
    file = tmp_path / "t.toml"
    file.write_text(definition(paper.template), encoding="utf-8")
    with SiteServer(site(paper, 2, 3)) as server:
        done = program.run(
            [sys.executable, "-m", "newscrawler", "check", str(file), "--via", server.url, "--format", "json"],
            capture_output=True,
            text=True,
            timeout=90,
            env={**os.environ, "NEWSCRAWLER_ALLOW_PRIVATE": "1"},
        )
        paths = [request.path for request in server.requests]
    assert done.returncode == 0, done.stderr
    (section,) = json.loads(done.stdout)["sections"]
    assert section["entries"] == 6
    assert not any(f"{days(3)[0]:%Y%m/%d}" in path for path in paths)
