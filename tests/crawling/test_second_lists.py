"""A pager proves an end only for the list to which it belongs: pages with a second list that has a pager of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from newscrawler.demo.model import Response
from support import nightly
from support.crawls import Crawl
from support.pages import DEFINITION, Pages, article, html

MAIN = [(f"/2026/0{6 - n // 28}{28 - n % 28:02d}/{7000 - n}.shtml", f"青石坳第{n}段水渠修成通水", f"2026-0{6 - n // 28}-{28 - n % 28:02d}") for n in range(24)]  # fmt: skip
SECOND = [(f"/tp/202606/{9000 - n}.html", f"山里的晒秋影像第{n}组", f"2026-06-{28 - n:02d}") for n in range(12)]
SIX, FOUR = 6, 4


def rows(stories: Sequence[tuple[str, str, str]]) -> str:
    return "".join(f"<li><a href='{path}'>{title}</a><span>{day}</span></li>" for path, title, day in stories)


def part(stories: list[tuple[str, str, str]], size: int, number: int) -> str:
    return rows(stories[size * (number - 1) : size * number])


def numbers(number: int, pages: int, address: Callable[[int], str]) -> str:
    """A row of page numbers in which this page's is bold."""
    links = (f"<b>{n}</b>" if n == number else f"<a href='{address(n)}'>{n}</a>" for n in range(1, pages + 1))
    return f"<p class='pages'>{' '.join(links)}</p>"


def page(*blocks: str) -> str:
    return f"<html><head><title>宜昌</title></head><body>{''.join(blocks)}</body></html>"


def main_block(number: int, pager: str) -> str:
    return f"<div class='main'><h2>新闻</h2><ul class='list'>{part(MAIN, SIX, number)}</ul>{pager}</div>"


def side_block(number: int, pager: str) -> str:
    items = part(SECOND, FOUR, number).replace("<span>", "<em>").replace("</span>", "</em>")
    return f"<div class='side'><h3>图片</h3><ul>{items}</ul>{pager}</div>"


def site(pages: dict[str, str | Response | Callable[[], Response]]) -> Pages:
    home = "<html><body><div><a href='/yichang/'>宜昌</a></div></body></html>"
    stories = {path: article(title, day) for path, title, day in (*MAIN, *SECOND)}
    return Pages({"/": home, **stories, **pages})


def marks(done: Crawl) -> dict[str, str | None]:
    return {str(row["name"]): row["mark"] for row in done.rows("SELECT name, complete_back_to AS mark FROM sections ORDER BY id")}  # fmt: skip


def stored(done: Crawl, stories: Sequence[tuple[str, str, str]]) -> int:
    urls = {str(row["url"]) for row in done.rows("SELECT url FROM articles_flat")}
    return sum(any(url.endswith(path) for url in urls) for path, _, _ in stories)


def picture_address(number: int) -> str:
    return "/yichang/" if number == 1 else f"/yichang/tp_{number}.html"


def test_the_pager_of_a_list_of_pictures_proves_nothing_about_the_list_beside_it(crawl) -> None:
    pages = {
        "/yichang/": page(main_block(1, ""), side_block(1, numbers(1, 3, picture_address))),
        **{picture_address(n): page(side_block(n, numbers(n, 3, picture_address))) for n in (2, 3)},
    }
    done = crawl(site(pages))
    assert done.status == 0, done.messages
    assert (stored(done, MAIN), stored(done, SECOND)) == (SIX, len(SECOND))
    assert marks(done) == {"宜昌市": MAIN[SIX - 1][2], "宜昌市/图片": "beginning"}
    assert "nothing proves that their listings end where they were read to: 宜昌市" in done.messages


@pytest.mark.slow
def test_a_pager_of_pictures_that_has_ended_proves_nothing_either(crawl) -> None:
    done = crawl(site({"/yichang/": page(main_block(1, ""), side_block(1, "<span class='off'>下一页</span>"))}))
    assert marks(done) == {"宜昌市": MAIN[SIX - 1][2]}
    # A list of one page has no column of its own: its articles are the section's.
    assert (stored(done, MAIN), stored(done, SECOND)) == (SIX, FOUR)


@pytest.mark.slow
def test_a_pager_of_pictures_of_the_whole_portal_is_not_the_sections(crawl) -> None:
    def side(number: int) -> str:
        return side_block(number, numbers(number, 3, lambda n: f"/tp/index_{n}.html"))

    pages = {
        "/yichang/": page(side(1), main_block(1, "<a href='index_1.html'>下一页</a>")),
        "/yichang/index_1.html": page(side(1), main_block(2, "<span>下一页</span>")),
        **{f"/tp/index_{n}.html": page(side(n)) for n in (1, 2, 3)},
    }
    done = crawl(site(pages))
    assert (done.status, stored(done, MAIN)) == (0, 2 * SIX), done.messages
    assert marks(done) == {"宜昌市": "beginning"}
    assert not any(path.startswith("/tp/index") for path in crawl.requests)


def tabs(main: str, side: str) -> str:
    """Two lists in panels of the same markup."""
    side = side.replace("'side'", "'main'").replace("<ul>", "<ul class='list'>").replace("em>", "span>")
    return f"<div class='panel'>{main}</div><div class='panel'>{side}</div>"


def two_lists(wrap: Callable[[str, str], str], main_pages: int, side_pages: int) -> dict[str, object]:
    """Pages of two lists, each of which has a parameter of its own in the address."""

    def shown(one: int, other: int) -> str:
        main = main_block(one, numbers(one, main_pages, lambda n: f"?p1={n}"))
        return page(wrap(main, side_block(other, numbers(other, side_pages, lambda n: f"?p2={n}"))))

    pages: dict[str, object] = {"/yichang/": shown(1, 1)}
    pages |= {f"/yichang/?p1={n}": shown(n, 1) for n in range(1, main_pages + 1)}
    return pages | {f"/yichang/?p2={n}": shown(1, n) for n in range(1, side_pages + 1)}


@nightly.by_day(0)
@pytest.mark.parametrize(
    "wrap",
    [
        lambda main, side: main + side,
        lambda main, side: side + main,
        lambda main, side: f"<table><tr><td>{main}</td><td>{side}</td></tr></table>",
        tabs,
    ],
    ids=["beside", "before", "table", "tabs"],
)
def test_two_lists_with_a_pager_each_are_two_listings(crawl, wrap: Callable[[str, str], str]) -> None:
    portal = site(two_lists(wrap, 4, 3))  # type: ignore[arg-type]
    done = crawl(portal)
    assert done.status == 0, done.messages
    assert (stored(done, MAIN), stored(done, SECOND)) == (len(MAIN), len(SECOND))
    assert set(marks(done).values()) == {"beginning"} and len(marks(done)) == 2
    assert not [path for path in set(crawl.requests) if crawl.requests.count(path) > 1]
    # The next crawl reads of each as many pages as hold ten known entries.
    again = crawl(portal)
    assert again.status == 0 and set(marks(again).values()) == {"beginning"}
    assert len([path for path in crawl.requests if path.startswith("/yichang/")]) == 4


@pytest.mark.slow
def test_one_list_in_two_containers_has_one_pager(crawl) -> None:
    def shown(number: int) -> str:
        stories = MAIN[8 * (number - 1) : 8 * number]
        pager = numbers(number, 3, lambda n: f"index_{n}.html")
        return page(f"<div class='c'><ul>{rows(stories[:4])}</ul></div><div class='c'><ul>{rows(stories[4:])}</ul>{pager}</div>")  # fmt: skip

    pages = {"/yichang/": shown(1), **{f"/yichang/index_{n}.html": shown(n) for n in (2, 3)}}
    done = crawl(site(pages))
    assert (done.status, stored(done, MAIN), marks(done)) == (0, 24, {"宜昌市": "beginning"})


@pytest.mark.slow
def test_one_list_in_two_columns_of_other_classes_is_turned_by_one_pager(crawl) -> None:
    """The pager stands in the block of the right column; what it brings shows that it turns both."""

    def shown(number: int) -> str:
        stories = MAIN[8 * (number - 1) : 8 * number]
        pager = numbers(number, 3, lambda n: f"index_{n}.html")
        return page(f"<div class='l'><ul class='left'>{rows(stories[:4])}</ul></div><div class='r'><ul class='right'>{rows(stories[4:])}</ul>{pager}</div>")  # fmt: skip

    pages = {"/yichang/": shown(1), **{f"/yichang/index_{n}.html": shown(n) for n in (2, 3)}}
    assert stored(crawl(site(pages)), MAIN) == 24


@pytest.mark.slow
@pytest.mark.parametrize("is_before", [True, False])
def test_a_pager_in_a_block_with_recommendations_turns_the_pages_of_the_list(crawl, is_before: bool) -> None:
    """The recommendations never change. Below them, the pager seems to be theirs; what it brings shows that it is not."""
    tips = f"<ul class='tips'>{rows(SECOND[:4])}</ul>"

    def shown(number: int) -> str:
        pager = numbers(number, 4, lambda n: f"index_{n}.html")
        return page(main_block(number, ""), f"<div class='bottom'>{pager + tips if is_before else tips + pager}</div>")

    pages = {"/yichang/": shown(1), **{f"/yichang/index_{n}.html": shown(n) for n in (2, 3, 4)}}
    done = crawl(site(pages))
    assert done.status == 0, done.messages
    assert stored(done, MAIN) == len(MAIN)
    assert marks(done)["宜昌市"] == ("beginning" if is_before else MAIN[SIX - 1][2])


@pytest.mark.slow
def test_pagers_that_a_script_writes_belong_to_the_lists_around_their_elements(crawl) -> None:
    script = "<script>{}</script>"

    def shown(one: int, other: int) -> str:
        calls = (
            f"$('#p2').pagination(12, {{current_page: {other - 1}, items_per_page: 4, link_to: '?p2=__id__'}});"
            f"$('#p1').pagination(24, {{current_page: {one - 1}, items_per_page: 6, link_to: '?p1=__id__'}});"
        )
        return page(main_block(one, "<div id='p1'></div>"), side_block(other, "<div id='p2'></div>"), script.format(calls))  # fmt: skip

    pages = {"/yichang/": shown(1, 1)}
    pages |= {f"/yichang/?p1={n - 1}": shown(n, 1) for n in range(2, 5)}
    pages |= {f"/yichang/?p2={n - 1}": shown(1, n) for n in range(2, 4)}
    done = crawl(site(pages))
    assert done.status == 0, done.messages
    assert (stored(done, MAIN), stored(done, SECOND)) == (len(MAIN), len(SECOND))
    assert set(marks(done).values()) == {"beginning"}


def test_a_second_list_that_is_not_read_is_told(crawl) -> None:
    """Where columns are switched off, and in a column, which has no columns of its own."""
    off = DEFINITION.replace("[crawl]", "[listing]\ncolumns = false\n[crawl]")
    pages = two_lists(lambda main, side: main + side, 4, 3)
    done = crawl(site(pages), definition=off)  # type: ignore[arg-type]
    assert done.status == 1 and "图片 (http://www.t.example/yichang/?p2=2)" in done.messages
    assert marks(done)["宜昌市"] != "beginning"

    side = side_block(1, numbers(1, 3, lambda n: f"/yichang/more/tp_{n}.html"))
    more = page(main_block(1, "<span>下一页</span>"), side)
    first = page(main_block(1, "<a href='/yichang/more/'>更多新闻</a><span>下一页</span>"))
    done = crawl(site({"/yichang/": first, "/yichang/more/": more}), archive=done.archive.with_name("b.db"))
    assert done.status == 1 and "图片 (http://www.t.example/yichang/more/tp_2.html)" in done.messages
    assert "beginning" not in marks(done).values()


@pytest.mark.slow
def test_second_lists_of_a_hostile_page_are_bounded(crawl) -> None:
    blocks = [
        f"<div class='b{n}'><ul class='u{n}'>{rows(MAIN[:4])}</ul>{numbers(1, 2, lambda k, n=n: f'?q{n}={k}')}</div>"  # type: ignore[misc]
        for n in range(70)
    ]
    done = crawl(site({"/yichang/": html(page(*blocks))}))
    assert done.status == 1
    assert len(marks(done)) <= 6 and "beginning" not in marks(done).values()


@pytest.mark.slow
def test_a_tab_whose_pages_a_script_turns_is_told(crawl) -> None:
    main, own = ([(f"/yichang{path}", title, day) for path, title, day in some] for some in (MAIN[:SIX], SECOND[:FOUR]))
    script = "".join(f"<a href='javascript:;'{' class=on' * (n == 1)}>{n}</a>" for n in (1, 2, 3))
    first = f"<div class='tab'><h3>最新</h3><ul class='list'>{rows(main)}</ul><span>下一页</span></div>"
    tab = f"<div class='tab'><h3>图片</h3><ul>{rows(own)}</ul><div class='num'>{script}</div></div>"
    pages = {path: article(title, day) for path, title, day in (*main, *own)}
    done = crawl(site({"/yichang/": page(first, tab), **pages}))
    assert (done.status, stored(done, main), stored(done, own)) == (1, SIX, FOUR), done.messages
    assert "a list beside the main one (图片): page 2 of a row of numbers is reached by a script" in done.messages
    assert marks(done) == {"宜昌市": MAIN[SIX - 1][2]}
