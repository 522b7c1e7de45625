"""A listing whose stated number of entries was met, while the address of its next page answers nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from newscrawler.demo.model import Response
from support import nightly
from support.crawls import Crawl
from support.pages import DEFINITION, HOMEPAGE, Pages, article, html, listing

ROWS = [(f"/yichang/2026{n:02}.html", f"青石坳第{n}座水窖蓄满", f"2026-03-{28 - n}") for n in range(12)]
STORIES = {path: article(title, day) for path, title, day in ROWS}
ANSWERS = {
    "gone": html("<h1>404</h1>", 404),
    "gone for good": html("<h1>410</h1>", 410),
    "an empty page": html(""),
    "no content": Response(204, {}, b""),
}


def data(total: int, rows: list[tuple[str, str, str]] = ROWS) -> Response:
    objects = [{"title": title, "url": path, "time": day} for path, title, day in rows]
    return Response(200, {"Content-Type": "application/json"}, json.dumps({"total": total, "list": objects}).encode())


def crawled(crawl: Callable[..., Crawl], pages: dict[str, Any], address: str) -> tuple[int, str | None]:
    """Return the exit status and the mark."""
    definition = DEFINITION.replace("[crawl]", f'[sections]\n"宜昌市" = "{address}"\n[crawl]')
    done = crawl(Pages({"/": HOMEPAGE, **STORIES, **pages}), definition=definition)
    return done.status, done.one("SELECT complete_back_to FROM sections")["complete_back_to"]


@nightly.by_day(0, 3)
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_nothing_behind_the_last_stated_entry_is_the_end(crawl: Callable[..., Crawl], answer: Response) -> None:
    pages = {"/api?page=1": data(len(ROWS)), "/api?page=2": answer}
    assert crawled(crawl, pages, "/api?page=1") == (0, "beginning")


def test_an_empty_answer_may_state_no_entries(crawl: Callable[..., Crawl]) -> None:
    pages = {"/api?page=1": data(len(ROWS)), "/api?page=2": data(0, [])}
    assert crawled(crawl, pages, "/api?page=1") == (0, "beginning")


def test_a_page_counts_like_data(crawl: Callable[..., Crawl]) -> None:
    pager = f"共{len(ROWS)}条 <a href='/yichang/index_2.html'>下一页</a>"
    assert crawled(crawl, {"/yichang/": listing(ROWS, pager)}, "/yichang/") == (0, "beginning")


@nightly.by_day(1, 2)
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_nothing_before_the_last_stated_entry_is_a_failure(crawl: Callable[..., Crawl], answer: Response) -> None:
    pages = {"/api?page=1": data(len(ROWS) + 10), "/api?page=2": answer}
    assert crawled(crawl, pages, "/api?page=1") == (1, None)


@pytest.mark.parametrize("answer", [html("<h1>500</h1>", 500), html("<h1>403 Forbidden</h1>", 403)])
def test_an_error_is_no_end(crawl: Callable[..., Crawl], answer: Response) -> None:
    pages = {"/api?page=1": data(len(ROWS)), "/api?page=2": answer}
    assert crawled(crawl, pages, "/api?page=1") == (1, None)


def test_a_page_that_the_pager_states_is_no_end(crawl: Callable[..., Crawl]) -> None:
    pager = f"共{len(ROWS)}条 1/2页 <a href='/yichang/index_2.html'>下一页</a>"
    status, mark = crawled(crawl, {"/yichang/": listing(ROWS, pager)}, "/yichang/")
    assert status == 1 and mark != "beginning"


def test_an_entry_that_was_withdrawn_while_it_was_read_leaves_a_doubt(crawl: Callable[..., Crawl]) -> None:
    pages = {"/api?page=1": data(len(ROWS), ROWS[:6]), "/api?page=2": data(len(ROWS) - 1, ROWS[7:])}
    pages["/api?page=3"] = data(len(ROWS) - 1, [])
    assert crawled(crawl, pages, "/api?page=1")[1] != "beginning"
