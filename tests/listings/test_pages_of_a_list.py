"""Which addresses are pages of one list, and which lists beside it are not the section's."""

from __future__ import annotations

import pytest
from lxml import html

from newscrawler.listings.entries import ListingRules
from newscrawler.listings.json_statements import stated_by
from newscrawler.listings.listing import read_listing
from newscrawler.listings.listing_page import ListingPage
from newscrawler.listings.page_addresses import post_address
from newscrawler.listings.pagers import PagerView


@pytest.mark.parametrize(
    ("own", "other", "number", "is_like"),
    [
        ("mod=list&catid=3", "mod=list&catid=3&page=2", 1, True),
        ("mod=list&catid=3&page=2", "mod=list&catid=3&page=3", 2, True),
        # Another list, whose number is by chance that of the page.
        ("mod=list&catid=3&page=3", "mod=list&catid=9", 3, False),
        ("id=2&page=2", "id=9&page=1", 2, False),
        # An offset beside the number of the page.
        ("page=2&start=1", "page=3&start=2", 2, True),
    ],
)
def test_pages_of_a_query(own: str, other: str, number: int, is_like: bool) -> None:
    host = "http://t.example/portal.php?"
    view = PagerView(html.fromstring("<html></html>"), host, host + own, number)
    assert view.is_like_this_page(host + other) is is_like


@pytest.mark.parametrize(
    ("own", "other", "number", "is_like"),
    [
        ("/list/1187/2/", "/list/1187/3/", 2, True),
        ("/list/1187/2/", "/list/1188/3/", 2, False),
        ("/list/1187/", "/list/1188/", 2, False),  # the number is that of the list
        ("/list/2/", "/list/3/", 1, False),
    ],
)
def test_pages_that_have_folders(own: str, other: str, number: int, is_like: bool) -> None:
    view = PagerView(html.fromstring("<html></html>"), "http://t.example/", "http://t.example" + own, number)
    assert view.is_like_this_page("http://t.example" + other) is is_like


def second_page(block: str, next_page: str, first_block: str = "") -> ListingPage:
    """Page 2 of a list; both pages have this block, unless the first one has another."""
    row = "<li><a href='/c/{n}.html'>青石坳第{n}段水渠修成通水</a></li>"
    first, second = ("".join(row.format(n=n) for n in range(at, at + 8)) for at in (10001, 20001))
    page, before = None, ListingRules()
    for number, shown in enumerate((first, second), 1):
        page = read_listing(
            (first_block if number == 1 and first_block else block)
            .format(list=f"<ul>{shown}</ul>", next=next_page)
            .encode(),
            url="http://t.example/list/1187/" + ("2/" if number == 2 else ""),
            number=number,
            rules=before,
            is_own=lambda address: "t.example" in address,
        )
        assert isinstance(page, ListingPage)
        before = ListingRules(before=page.main_list)
    assert page is not None
    return page


HEADLINE = "<div class='top'><h2><a href='/c/10001.html'>青石坳第10001段水渠修成通水</a></h2><p>详情<a href='/c/10001.html'>详细</a></p>{}</div>"  # fmt: skip


def test_the_pager_of_a_block_with_a_headline_is_that_of_the_list() -> None:
    block = "<div class='left'>" + HEADLINE.format("") + "<div class='s'>{list}</div>{next}</div>"
    page = second_page(block, "<div class='pg'><a href='/list/1187/3/'>下一页</a></div>")
    assert page.ways.next_urls == ("http://t.example/list/1187/3/",)


@pytest.mark.parametrize(("address", "is_doubted"), [("/list/1188/3/", True), ("http://elsewhere.example/3/", False)])
def test_a_pager_in_the_block_of_another_list_is_a_doubt(address: str, is_doubted: bool) -> None:
    others = "".join(f"<li><a href='/d/{n}.html'>雨后的山路又添了第{n}座桥</a></li>" for n in range(30001, 30006))
    block = f"<div class='left'>{{list}}</div><div class='b'><ul>{others}</ul><p>{{next}}</p></div>"
    page = second_page(block, f"<a href='{address}'>下一页</a>", "<div class='left'>{list}</div>")
    assert not page.ways.next_urls
    assert bool(page.ways.doubt) is is_doubted, page.ways


@pytest.mark.parametrize(
    ("value", "has_more"), [("Y", True), ("yes", True), ("N", False), ("no", False), (1, True), ("?", None)]
)
def test_flags_of_an_answer(value: object, has_more: bool | None) -> None:
    assert stated_by({"list": [{"id": 1}], "more": value}).has_more is has_more


@pytest.mark.parametrize(
    ("heading", "folder", "is_own"), [("热点", "hot", False), ("热点", "yc", True), ("图片", "hot", True)]
)
def test_a_ranking_of_other_folders_is_not_the_sections(heading: str, folder: str, is_own: bool) -> None:
    rows = "".join(
        f"<li><a href='/yc/2026/03{n:02d}/{n}.html'>青石坳第{n}段水渠修成通水</a> 2026-03-{n:02d}</li>"
        for n in range(10, 20)
    )
    others = "".join(
        f"<li><a href='/{folder}/2026/0301/{n}.html'>雨后的山路又添了第{n}座桥</a></li>" for n in range(70, 74)
    )
    page = read_listing(
        f"<html><body><div class='w'><div class='main'><ul>{rows}</ul></div><div class='b'><h3>{heading}</h3><ol>{others}</ol>"
        "<div class='page'><b>1</b> <a href='index_1.html'>2</a></div></div></div></body></html>".encode(),
        url="http://www.t.example/yc/",
        number=1,
        rules=ListingRules(),
        is_own=lambda address: "t.example" in address,
    )
    assert isinstance(page, ListingPage)
    assert len(page.second_lists) == int(is_own)


PART = "".join(
    f"<li><a href='/yc/2026/{n}.html'>河堤上的第{n}盏路灯换新</a><i>2026-06-{n}</i></li>" for n in range(10, 15)
)


def part(address: str, number: int, body: str = PART) -> ListingPage:
    page = read_listing(body.encode(), url=address, number=number, rules=ListingRules(), is_own=lambda url: True)
    assert isinstance(page, ListingPage)
    return page


@pytest.mark.parametrize(
    ("body", "number", "following"),
    [
        ("cid=310&page=2", 2, "cid=310&page=3"),
        ("page=1&cid=310", 2, "page=2&cid=310"),  # counted from 0
        ('{"cid":310,"pageNo":3}', 3, '{"cid":310,"pageNo":4}'),
    ],
)
def test_a_part_that_came_by_post_leads_to_the_next_one(body: str, number: int, following: str) -> None:
    address = "http://t.example/ajax/news"
    ways = part(post_address(address, body), number).ways
    assert ways.guess_urls == (post_address(address, following),) and not ways.doubt


@pytest.mark.parametrize(
    ("address", "body", "is_doubtful"),
    [
        ("http://t.example/ajax/news", PART, True),
        (post_address("http://t.example/ajax/news", "cid=310&token=a1"), PART, True),
        ("http://t.example/ajax/news", f"{PART}<p>没有更多了</p>", False),
        ("http://t.example/ajax/news?p=2", PART, False),
        ("http://t.example/ajax/news", f"<html><body>{PART}</body></html>", False),
    ],
)
def test_a_part_from_which_nothing_leads_on_proves_no_end(address: str, body: str, is_doubtful: bool) -> None:
    assert bool(part(address, 2, body).ways.doubt) is is_doubtful
    assert not part(address, 1, body).ways.doubt
