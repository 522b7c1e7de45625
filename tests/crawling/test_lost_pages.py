"""A page in the middle of a listing that shows no entry: what comes after it is read, and what it lost is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest

from support import nightly
from support.crawls import Crawl
from support.endings import stored
from support.pages import Pages, article

CITIES = {"yc": "宜昌", "hs": "黄石"}
DAYS = [f"{date(2026, 6, 30) - timedelta(days=n)}" for n in range(40)]
PER_PAGE = 8
Stories = list[tuple[str, str, str]]

FORMS = {
    "trs": lambda page: "" if page == 1 else f"index_{page - 1}.html",
    "dede": lambda page: f"list_7_{page}.html",
    "query": lambda page: "?typeid=7" if page == 1 else f"?typeid=7&page={page}",
    "query in front": lambda page: "?typeid=7" if page == 1 else f"?page={page}&typeid=7",
    "folders": lambda page: "" if page == 1 else f"page/{page}/",
    "zeros": lambda page: "" if page == 1 else f"p_{page:03}.shtml",
    "offsets": lambda page: "" if page == 1 else f"?from={page - 1}",
}
"""How the pages of a listing are named: the number of a page, from 1, to its address below that of the section."""


def stories(name: str, number: int = 40) -> Stories:
    first = 7000 + 1000 * list(CITIES).index(name)
    return [
        (
            f"/xw/{day[:4]}{day[5:7]}/t{day.replace('-', '')}_{first - n}.html",
            f"{CITIES[name]}青石坳第{n}段水渠修成",
            day,
        )
        for n, day in enumerate(DAYS[:number])
    ]


def page(shown: Stories, box: Stories, following: str, *, city: str = "宜昌") -> str:
    """A page of a listing with a box of the newest articles of all cities beside it."""
    rows, beside = (
        "".join(f"<li><a href='{path}'>{title}</a> <span>{day[5:]}</span></li>" for path, title, day in entries)
        for entries in (shown, box)
    )
    pager = f"<a href='{following}'>下一页</a>" if following else ""
    return (
        f"<html><head><title>{city}新闻</title></head><body><div class='l'><ul class='list'>{rows}</ul>"
        f"<p class='fy'>{pager}</p></div><div class='r'><h4>各地最新</h4><ul>{beside}</ul></div></body></html>"
    )


def portal(
    form: Callable[[int], str],
    lost: Sequence[int] = (),
    *,
    leads_on: bool = False,
    newest: int = 0,
    box: int = 3,
    order: int = 1,
) -> Pages:
    """Two cities; the pages `lost` of 宜昌 have no rows, and with `leads_on` still their pager.

    The articles above `newest` are not published yet. With an `order` of -1, the oldest article stands first.
    """
    menu = "".join(f"<a href='/{name}/{form(1)}'>{city}</a> " for name, city in CITIES.items())
    pages: dict[str, object] = {"/": f"<html><body><div>{menu}</div></body></html>"}
    both = {name: stories(name)[newest:] for name in CITIES}
    newest_of_all = [*both["hs"][:box], *both["yc"][1 : 1 + box]]
    for name, own in both.items():
        pages |= {path: article(title, day) for path, title, day in own}
        own = own[::order]
        last = -(-len(own) // PER_PAGE)
        for number in range(1, last + 1):
            is_lost = name == "yc" and number in lost
            shown = [] if is_lost else own[PER_PAGE * (number - 1) : PER_PAGE * number]
            goes_on = number < last and (leads_on or not is_lost)
            following = f"/{name}/{form(number + 1)}" if goes_on else ""
            pages[f"/{name}/{form(number)}"] = page(shown, newest_of_all, following, city=CITIES[name])
    return Pages(pages)  # type: ignore[arg-type]


def sections(done: Crawl) -> dict[str, tuple[str, str | None]]:
    rows = done.rows(
        """SELECT s.name, w.outcome, s.complete_back_to AS mark FROM sections s JOIN sweeps w ON w.section = s.id
           GROUP BY s.id HAVING w.id = max(w.id)"""
    )
    return {row["name"]: (row["outcome"], row["mark"]) for row in rows}


@nightly.by_day(0, 3, 9)
@pytest.mark.parametrize("leads_on", [False, True], ids=["without its pager", "with its pager"])
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_what_comes_after_a_page_that_lost_its_rows_is_read(
    crawl: Callable[..., Crawl], form: Callable[[int], str], leads_on: bool
) -> None:
    done = crawl(portal(form, [3], leads_on=leads_on))
    assert stored(done) == 80 - PER_PAGE, done.messages
    assert done.status == 1
    # 宜昌 is without a gap down to the last entry of its second page, and no further.
    assert sections(done) == {"宜昌市": ("more", DAYS[15]), "黄石市": ("end", "beginning")}
    assert "page 3 shows no entry, and " + ("leads on" if leads_on else "page 4 does") in done.messages
    foreign = done.one(
        """SELECT count(*) AS n FROM article_sections l JOIN sections s ON s.id = l.section JOIN articles d ON d.n = l.article
           WHERE s.name = '宜昌市' AND d.url NOT GLOB '*_[67]???.html'"""
    )
    assert foreign["n"] == 0, "the box beside the list is not the list"


@pytest.mark.parametrize("form", ["trs", "query"])
def test_an_empty_page_behind_the_last_one_costs_one_request_and_is_no_end(
    crawl: Callable[..., Crawl], form: str
) -> None:
    pages = portal(FORMS[form])
    name = FORMS[form]
    pages.pages[f"/yc/{name(5)}"] = page(stories("yc")[32:], [], f"/yc/{name(6)}")
    pages.pages[f"/yc/{name(6)}"] = page([], [], "")
    done = crawl(pages)
    assert stored(done) == 80 and done.status == 0, done.messages
    assert sections(done)["宜昌市"] == ("unproven", DAYS[39])
    behind = [path for path in crawl.requests if path.startswith("/yc/")]  # type: ignore[attr-defined]
    assert behind.count(f"/yc/{name(7)}") == 1 and len(behind) == 7


@nightly.by_day(0)
@pytest.mark.parametrize("leads_on", [False, True])
def test_a_later_crawl_that_meets_a_lost_page_moves_no_mark_and_the_next_one_reads_it(
    crawl: Callable[..., Crawl], leads_on: bool
) -> None:
    assert sections(crawl(portal(FORMS["trs"], newest=20)))["宜昌市"] == ("end", "beginning")
    second = crawl(portal(FORMS["trs"], [2], leads_on=leads_on))
    assert second.status == 1 and sections(second)["宜昌市"] == ("more", "beginning")
    assert stored(second) == 80 - PER_PAGE
    third = crawl(portal(FORMS["trs"]))
    assert third.status == 0 and stored(third) == 80, third.messages


@nightly.by_day(0)
@pytest.mark.parametrize("number", [2, 4])
def test_a_page_that_repeats_the_one_before_it_does_not_end_the_listing(
    crawl: Callable[..., Crawl], number: int
) -> None:
    """A server may send an old copy of a page. Which of the two is the old one is not known, so no mark is."""
    form = FORMS["trs"]
    pages = portal(form)
    before, at = (f"/yc/{form(n)}" for n in (number - 1, number))
    pages.pages[at] = str(pages.pages[before]).replace(form(number) + "'>下一页", form(number + 1) + "'>下一页")
    done = crawl(pages)
    assert done.status == 1 and f"page {number} repeats the page before it" in done.messages
    assert stored(done) == 80 - PER_PAGE
    assert sections(done) == {"宜昌市": ("more", None), "黄石市": ("end", "beginning")}


@nightly.by_day(0)
@pytest.mark.parametrize("kind", ["the oldest first", "a list that was replaced"])
def test_no_mark_is_given_where_newer_articles_may_be_missing(crawl: Callable[..., Crawl], kind: str) -> None:
    pages = portal(FORMS["query"], [3], leads_on=True, order=-1 if kind == "the oldest first" else 1)
    if kind != "the oldest first":
        notice = "<p>本频道已停止更新，最新稿件请访问<a href='/list/5210.htm'>新频道</a></p><ul class"
        pages.pages["/yc/?typeid=7"] = str(pages.pages["/yc/?typeid=7"]).replace("<ul class", notice)
    done = crawl(pages)
    assert done.status == 1 and sections(done)["宜昌市"] == ("more", None), done.messages


@nightly.by_day(0)
@pytest.mark.parametrize("number", [1, 2])
def test_the_number_of_another_section_is_no_page(crawl: Callable[..., Crawl], number: int) -> None:
    """The second page has no rows. What has the next number in place of its section's is another section."""
    pages = portal(lambda page: f"list.php?{'' if page == 1 else f'page={page}&'}typeid={number}", [2])
    other = f"/yc/list.php?page=2&typeid={number + 1}"
    pages.pages[other] = str(pages.pages[f"/hs/list.php?page=2&typeid={number}"])
    done = crawl(pages)
    assert other not in crawl.requests and stored(done) == 80 - PER_PAGE  # type: ignore[attr-defined]
