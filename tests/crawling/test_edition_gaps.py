"""Newspapers with long gaps between their editions, and editions with more pages than links lead to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from newscrawler.text.clock import CHINA
from support import nightly
from support.crawls import Crawl
from support.pages import DEFINITION, Pages, article

HOME = "<html><head><title>山口日报</title></head><body><p>山口日报数字报</p></body></html>"
NEWSPAPER = DEFINITION.replace("[crawl]", '[sections]\n"宜昌" = "/html/{yyyy}-{mm}/{dd}/node_1.htm"\n[crawl]')
TODAY = datetime.now(CHINA).date()


def edition(day: date, around: str = "") -> dict[str, str]:
    folder = f"/html/{day:%Y-%m}/{day:%d}"
    titles = [f"石桥镇第{n}架旧水车又转起来了（{day:%m月%d日}）" for n in range(2)]
    rows = "".join(f"<li><a href='content_{n}.htm'>{title}</a></li>" for n, title in enumerate(titles))
    return {
        f"{folder}/node_1.htm": f"<html><body>{around}<ul>{rows}</ul></body></html>",
        **{f"{folder}/content_{n}.htm": article(title, day.isoformat()) for n, title in enumerate(titles)},
    }


def crawled(crawl: Callable[..., Crawl], editions: dict[date, str]) -> tuple[int, int, str | None]:
    """Return the exit status, the number of stored articles and the mark. `editions` have a text around their lists."""
    pages = {"/": HOME}
    for day, around in editions.items():
        pages |= edition(day, around)
    done = crawl(Pages(dict(pages)), definition=NEWSPAPER)
    mark = done.one("SELECT complete_back_to FROM sections")["complete_back_to"]
    return done.status, done.one("SELECT count(*) AS n FROM articles")["n"], mark


@nightly.by_day(0)
@pytest.mark.parametrize("gap", [7, 31])
def test_a_weekly_and_a_monthly_are_read_to_their_beginning(crawl: Callable[..., Crawl], gap: int) -> None:
    editions = {TODAY - timedelta(days=gap - 2 + gap * n): "" for n in range(4)}
    assert crawled(crawl, editions) == (0, 8, "beginning")


@pytest.mark.slow
@pytest.mark.parametrize("words", ["上一期", "<< 前一期", "[上一天]"])
def test_the_edition_before_a_pause_is_read(crawl: Callable[..., Crawl], words: str) -> None:
    before = TODAY - timedelta(days=48)
    link = f"<a href='../../{before:%Y-%m}/{before:%d}/node_1.htm'>{words}</a>"
    editions = {TODAY: "", TODAY - timedelta(days=1): link, before: "", before - timedelta(days=1): ""}
    assert crawled(crawl, editions) == (0, 8, "beginning")


@pytest.mark.slow
def test_the_edition_before_may_be_one_that_never_was(crawl: Callable[..., Crawl]) -> None:
    before = TODAY - timedelta(days=200)
    link = f"<a href='../../{before:%Y-%m}/{before:%d}/node_1.htm'>上一期</a>"
    assert crawled(crawl, {TODAY: link}) == (0, 2, "beginning")


@nightly.by_day(1)
@pytest.mark.parametrize("front", ["/html/{:%Y-%m}/{:%d}/node_2.htm", "/zm/{:%Y-%m}/{:%d}/node_1.htm"])
def test_an_edition_that_begins_at_another_address_is_read_where_the_next_one_names_it(
    crawl: Callable[..., Crawl], front: str
) -> None:
    middle = TODAY - timedelta(days=1)
    address = front.format(middle, middle)
    own = edition(middle)
    first = next(iter(own))
    moved = {address: own.pop(first).replace("content_", f"{first.rpartition('/')[0]}/content_"), **own}
    pages = {
        "/": HOME,
        **edition(TODAY, f"<a href='{address}'>上一期</a>"),
        **moved,
        **edition(TODAY - timedelta(days=2)),
    }
    done = crawl(Pages(dict(pages)), definition=NEWSPAPER)
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == 6, done.messages
    assert done.one("SELECT complete_back_to FROM sections")["complete_back_to"] == "beginning"


def test_an_edition_that_is_named_elsewhere_and_is_not_there_is_a_failure(crawl: Callable[..., Crawl]) -> None:
    before = TODAY - timedelta(days=1)
    link = f"<a href='/zm/{before:%Y-%m}/{before:%d}/node_1.htm'>上一期</a>"
    status, stored, mark = crawled(crawl, {TODAY: link, TODAY - timedelta(days=2): ""})
    assert (status, stored) == (1, 4) and mark is None


@nightly.by_day(1)
@pytest.mark.parametrize("words", ["第01版/共4版", "第1版 / 4版", "要闻（共4版）"])
def test_pages_that_an_edition_states_and_no_link_leads_to_are_told(crawl: Callable[..., Crawl], words: str) -> None:
    status, stored, mark = crawled(crawl, {TODAY: f"<p>{words}</p>"})
    assert (status, stored) == (1, 2) and mark != "beginning"


@pytest.mark.slow
@pytest.mark.parametrize("words", ["第01版/共1版", "今日新闻共4条", "第01版：要闻"])
def test_other_numbers_are_no_pages(crawl: Callable[..., Crawl], words: str) -> None:
    assert crawled(crawl, {TODAY: f"<p>{words}</p>"}) == (0, 2, "beginning")
