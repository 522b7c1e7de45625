"""Listings that are read once more: their order changed while they were read, or a page of the last reading looked wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain

import pytest

from newscrawler.demo.model import Response
from support import nightly
from support.crawls import Crawl
from support.endings import STORIES, section, site, stored
from support.pages import html, listing

Story = tuple[str, str, str]
PER_PAGE = 8
UNDATED = [(path, title, "") for path, title, _ in STORIES]


def name(number: int) -> str:
    return "/yichang/" if number == 1 else f"/yichang/index_{number - 1}.html"


def page(parts: Sequence[Sequence[Story]], number: int, pages: int = 0) -> str:
    """A page with a row of numbers, for as many `pages` as there are parts, or as are said."""
    row = (
        f"<b>{n}</b>" if n == number else f"<a href='{name(n)}'>{n}</a>" for n in range(1, (pages or len(parts)) + 1)
    )
    return listing(list(parts[number - 1]), f"<p class='page'>{' '.join(row)}</p>")


def parts_of(stories: Sequence[Story]) -> list[Sequence[Story]]:
    return [stories[n : n + PER_PAGE] for n in range(0, len(stories), PER_PAGE)]


def pages_of(stories: Sequence[Story]) -> dict[str, object]:
    parts = parts_of(stories)
    return {name(n): page(parts, n) for n in range(1, len(parts) + 1)}


def listing_requests(crawl: Callable[..., Crawl]) -> list[str]:
    return [path for path in crawl.requests if path.startswith("/yichang/")]  # type: ignore[attr-defined]


# The order changes


def sorted_anew(orders: Sequence[Sequence[Story]], at: int) -> dict[str, object]:
    """Pages that show the next order, of these, each time after a page was asked for."""
    state = {"order": 0}

    def answer(number: int) -> Response:
        shown = page(parts_of(orders[min(state["order"], len(orders) - 1)]), number)
        state["order"] += number == at
        return html(shown)

    return {name(n): (lambda n=n: answer(n)) for n in range(1, len(parts_of(orders[0])) + 1)}


def shifted(stories: Sequence[Story], by: int) -> list[Story]:
    """The stories with the last ones on top: those were edited."""
    return [*reversed(stories[-by:]), *stories[:-by]]


@nightly.by_day(0)
@pytest.mark.parametrize("stories", [UNDATED, STORIES], ids=["without dates", "with dates"])
@pytest.mark.parametrize("at", [2, 4])
def test_a_listing_that_was_sorted_anew_is_read_once_more(
    crawl: Callable[..., Crawl], at: int, stories: list[Story]
) -> None:
    done = crawl(site(sorted_anew([stories, shifted(stories, 13)], at)))
    assert (done.status, stored(done), section(done)["mark"]) == (0, 40, "beginning"), done.messages
    assert "change their order" not in done.messages
    assert listing_requests(crawl).count("/yichang/") == 2


def test_a_listing_that_never_keeps_its_order_is_told(crawl: Callable[..., Crawl]) -> None:
    orders = [shifted(UNDATED, by) for by in (13, 26, 11, 29, 17, 5, 31)]
    done = crawl(site(sorted_anew(orders, 2)))
    found = section(done)
    assert (done.status, found["listing_end"], found["mark"]) == (1, "more", None), done.messages
    assert "entries change their order while being paged" in done.messages
    requests = listing_requests(crawl)
    assert requests.count("/yichang/") == 2
    # The next crawl knows that, and reads it once.
    assert crawl(site(sorted_anew(orders, 2))).status == 1
    assert listing_requests(crawl).count("/yichang/") == 1


def test_a_list_that_names_an_article_twice_is_no_failure(crawl: Callable[..., Crawl]) -> None:
    stories = [*UNDATED[:20], UNDATED[3], *UNDATED[20:]]
    done = crawl(site(pages_of(stories)))
    found = section(done)
    assert (done.status, stored(done), found["listing_end"], found["mark"]) == (0, 40, "unproven", None), done.messages
    assert crawl(site(pages_of(stories))).status == 0
    assert listing_requests(crawl).count("/yichang/") == 1


# A page looked wrong

DOUBTS = {
    "no entry": html("<html><body><div>网站升级维护中</div></body></html>"),
    "no entry at the end": html("<html><body><div>数据库连接错误</div><b>3</b></body></html>"),
    "another page": html(listing(STORIES[:4], "")),
}


@nightly.by_day(0, 2)
@pytest.mark.parametrize("answer", DOUBTS.values(), ids=DOUBTS)
@pytest.mark.parametrize("lost", [3, 5])
def test_a_page_that_looked_wrong_is_read_by_the_next_crawl(
    crawl: Callable[..., Crawl], lost: int, answer: Response
) -> None:
    done = crawl(site({**pages_of(STORIES), name(lost): answer}))
    assert section(done)["mark"] != "beginning", done.messages
    done = crawl(site(pages_of(STORIES)))
    assert (done.status, section(done)["mark"]) == (0, "beginning"), done.messages
    assert stored(done) == 40
    crawl(site(pages_of(STORIES)))
    assert len(set(listing_requests(crawl))) <= 2, "what is known is not read again"


@nightly.by_day(0)
@pytest.mark.parametrize("answer", [DOUBTS["no entry"], DOUBTS["no entry at the end"]])
def test_a_page_that_always_looks_so_is_read_again_once(crawl: Callable[..., Crawl], answer: Response) -> None:
    pages = {**pages_of(STORIES), name(5): answer}
    read = []
    for _ in range(3):
        crawl(site(pages))
        read.append(len(set(listing_requests(crawl))))
    assert read[0] == read[1] > read[2] <= 2


# Pages of different times


@nightly.by_day(0)
@pytest.mark.parametrize("pages", [4, 6], ids=["an end", "more pages"])
def test_a_new_first_page_with_old_ones_behind_it_moves_no_mark(crawl: Callable[..., Crawl], pages: int) -> None:
    old, new = STORIES[16:], STORIES
    assert section(crawl(site(pages_of(old))))["mark"] == "beginning"
    before, after = parts_of(old), parts_of(new)
    mixed = {**pages_of(old), name(1): page([after[0], *before], 1, pages)}
    done = crawl(site(mixed))
    last = "SELECT complete_run, (SELECT max(id) FROM runs) AS last FROM sections"
    assert done.one(last)["complete_run"] < done.one(last)["last"], done.messages
    done = crawl(site(pages_of(new)))
    assert (done.status, stored(done), section(done)["mark"]) == (0, 40, "beginning"), done.messages


@nightly.by_day(0)
@pytest.mark.parametrize(
    "text", ["<b>共{pages}页{}条</b>", "<a title='总数'><b>{}</b></a>", "<a>{}条</a> <span>上一页</span>"]
)
def test_a_list_whose_number_grew_by_more_than_its_top_shows_is_read_on(crawl: Callable[..., Crawl], text: str) -> None:
    more = [(f"/2025/0{n}.shtml", f"白鹭洲第{n}座泵站完工", "2025-12-01") for n in range(1, 10)]
    long = [*STORIES, *((f"/2024/{n}.shtml", f"长岭第{n}处滑坡治好", "2024-12-01") for n in range(70))]
    first = [*long[:60], *long[60:]]
    second = [*first[:70], *more, *first[70:]]

    def pages(stories: Sequence[Story]) -> dict[str, object]:
        shown = pages_of(stories)
        stated = f"<div class='page'>{text.format(len(stories), pages=len(shown))}</div></body>"
        return {path: str(one).replace("</body>", stated) for path, one in shown.items()}

    everything = list(chain(long, more))
    crawl(site(pages(first), everything))
    done = crawl(site(pages(second), everything))
    assert (done.status, stored(done)) == (0, len(everything)), done.messages


# The order is not that of time


@nightly.by_day(0)
@pytest.mark.parametrize("words", ["按点击量排序", "本栏目按热度从高到低排列"])
def test_a_list_in_an_order_of_clicks_is_read_to_its_end(crawl: Callable[..., Crawl], words: str) -> None:
    long = [*UNDATED, *((f"/2024/{n}.shtml", f"长岭第{n}处滑坡治好", "") for n in range(70))]

    def pages(stories: Sequence[Story]) -> dict[str, object]:
        said = f"<body><div class='sort'>{words}</div>"
        return {path: str(one).replace("<body>", said) for path, one in pages_of(stories).items()}

    new = ("/2025/01.shtml", "白鹭洲泵站完工", "")
    crawl(site(pages(long), long))
    done = crawl(site(pages([*long[:70], new, *long[70:]]), [*long, new]))
    assert (done.status, stored(done), section(done)["mark"]) == (0, 111, "beginning"), done.messages


@nightly.by_day(0)
@pytest.mark.parametrize("label", ["往期新闻>>", "历史数据", "更早的新闻"])
def test_an_older_list_that_only_the_last_page_leads_to_is_read(crawl: Callable[..., Crawl], label: str) -> None:
    pages = pages_of(STORIES[:24])
    last = str(pages[name(3)])
    pages[name(3)] = last.replace("</body>", f"<p><a href='/wangqi/yichang/'>{label}</a></p></body>")
    old = listing(STORIES[24:32], "<a href='/wangqi/yichang/list_2.html'>下一页</a>")
    pages |= {"/wangqi/yichang/": old, "/wangqi/yichang/list_2.html": listing(STORIES[32:])}
    done = crawl(site(pages))
    assert (done.status, stored(done), section(done)["mark"]) == (0, 40, "beginning"), done.messages
    assert crawl(site(pages)).status == 0


def test_an_older_list_without_an_entry_is_told(crawl: Callable[..., Crawl]) -> None:
    pages = pages_of(STORIES[:24])
    lead = "<p><a href='/history/query.jsp?area=yichang'>历史新闻查询</a></p></body>"
    pages[name(3)] = str(pages[name(3)]).replace("</body>", lead)
    pages["/history/query.jsp?area=yichang"] = (
        "<html><body><form><input name='q'><input type='submit'></form></body></html>"
    )
    done = crawl(site(pages, STORIES[:24]))
    assert done.status == 1 and section(done)["mark"] != "beginning", done.messages


def test_pinned_articles_that_stand_in_their_place_too_are_no_failure(crawl: Callable[..., Crawl]) -> None:
    done = crawl(site(pages_of([*UNDATED[20:28], *UNDATED])))
    assert (done.status, stored(done), section(done)["listing_end"]) == (0, 40, "unproven"), done.messages
