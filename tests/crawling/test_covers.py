"""A section whose page is not page 1 of its pager: a cover with the newest entries, whose pager links all numbers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support import nightly
from support.crawls import Crawl
from support.endings import STORIES, section, site, stored
from support.pages import listing

PER_PAGE, ON_COVER = 12, 8

FORMS = {
    "files": lambda page: f"/yichang/list_{page}.html",
    "query": lambda page: f"/list.php?id=7&page={page}",
    "folders": lambda page: f"/yichang/p/{page}/",
}


def pager(form: Callable[[int], str], current: int, pages: int = 4) -> str:
    """The row of numbers of a page; of the cover if `current` is 0."""
    numbers = " ".join(
        f"<span>{n}</span>" if n == current else f"<a href='{form(n)}'>{n}</a>" for n in range(1, pages + 1)
    )
    following = f"<a href='{form(max(current, 1) + 1)}'>下一页</a>" if current < pages else ""
    return f"<div class='page'>共{pages}页 {numbers} {following}</div>"


def pages_of(form: Callable[[int], str], on_cover: int = ON_COVER) -> dict[str, object]:
    numbered = {form(n): listing(STORIES[PER_PAGE * (n - 1) : PER_PAGE * n], pager(form, n)) for n in range(1, 5)}
    return {"/yichang/": listing(STORIES[:on_cover], pager(form, 0)), **numbered}


@nightly.by_day(0)
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("on_cover", [ON_COVER, PER_PAGE, 2])
def test_page_1_is_read_behind_the_cover(
    crawl: Callable[..., Crawl], form: Callable[[int], str], on_cover: int
) -> None:
    done = crawl(site(pages_of(form, on_cover)))
    assert (done.status, stored(done), section(done)["mark"]) == (0, 40, "beginning"), done.messages
    listings = [path for path in crawl.requests if path in pages_of(form)]  # type: ignore[attr-defined]
    assert listings == ["/yichang/", *(form(n) for n in range(1, 5))]
    again = crawl(site(pages_of(form, on_cover)))
    assert (again.status, section(again)["mark"]) == (0, "beginning"), again.messages
    assert form(2) not in crawl.requests  # type: ignore[attr-defined]


def test_what_is_new_between_the_cover_and_page_2_is_found(crawl: Callable[..., Crawl]) -> None:
    form = FORMS["files"]
    older = {
        "/yichang/": listing(STORIES[20:28], pager(form, 0, 2)),
        form(1): listing(STORIES[20:32], pager(form, 1, 2)),
        form(2): listing(STORIES[32:], pager(form, 2, 2)),
    }
    first = crawl(site(older))
    assert (stored(first), section(first)["mark"]) == (20, "beginning")
    limited = crawl(site(pages_of(form)), "--limit", "5")
    assert stored(limited) == 25
    done = crawl(site(pages_of(form)))
    assert (done.status, stored(done), section(done)["mark"]) == (0, 40, "beginning"), done.messages


SAME = {
    "a marked number": "<a class='on' href='/yichang/list_1.html'>1</a> <a href='/yichang/list_2.html'>2</a>",
    "the index": "<a href='/yichang/index.html'>1</a> <a href='/yichang/list_2.html'>2</a>",
    "the number 1": "<a href='/yichang/?page=1'>1</a> <a href='/yichang/list_2.html'>2</a>",
    "a bare number": "1 <a href='/yichang/list_2.html'>2</a>",
    "a link to itself": "<a href='/yichang/'>1</a> <a href='/yichang/list_2.html'>2</a>",
}


@nightly.by_day(0)
@pytest.mark.parametrize("numbers", SAME.values(), ids=SAME)
def test_a_first_page_that_is_page_1_is_not_read_twice(crawl: Callable[..., Crawl], numbers: str) -> None:
    following = "<a href='/yichang/list_2.html'>下一页</a>"
    pages = {
        "/yichang/": listing(STORIES[:20], f"<div class='page'>{numbers} {following}</div>"),
        "/yichang/list_2.html": listing(STORIES[20:], pager(FORMS["files"], 2, 2)),
    }
    done = crawl(site(pages))
    assert (done.status, stored(done), section(done)["mark"]) == (0, 40, "beginning"), done.messages
    assert not {"/yichang/list_1.html", "/yichang/index.html", "/yichang/?page=1"}.intersection(crawl.requests)  # type: ignore[attr-defined]


def test_a_cover_whose_page_1_is_missing_is_no_proof(crawl: Callable[..., Crawl]) -> None:
    pages = pages_of(FORMS["files"])
    del pages[FORMS["files"](1)]
    done = crawl(site(pages))
    assert done.status == 1 and section(done)["mark"] is None, done.messages
