"""One list in several places of a page: columns side by side, two links for each entry; and lists that are others."""

from __future__ import annotations

import pytest

from newscrawler.listings.entries import Entry, ListingRules
from newscrawler.listings.listing import read_listing
from newscrawler.listings.listing_page import ListingPage

HOST = "http://www.t.example"
PAGER = "<p>1 <a href='/yc/index_2.html'>2</a> <a href='/yc/index_2.html'>下一页</a></p>"


def listing(markup: str) -> ListingPage:
    page = read_listing(
        f"<html><body>{markup}</body></html>".encode(),
        url=f"{HOST}/yc/",
        number=1,
        rules=ListingRules(),
        is_own=lambda url: url.startswith(HOST),
    )
    assert isinstance(page, ListingPage)
    return page


def entries(markup: str) -> dict[str, Entry]:
    return {entry.url.removeprefix(HOST): entry for entry in listing(markup).entries}


def items(numbers: range, *, dated: bool = True, folder: str = "/system/2026/05/20") -> str:
    return "".join(
        f"<li>· <a href='{folder}/0117{n}.shtml'>石板街上的老茶馆重新开张{n}</a>"
        + (f" <font>(05/{n})</font></li>" if dated else "</li>")
        for n in numbers
    )


LEFT, RIGHT, THIRD = range(10, 16), range(16, 22), range(22, 26)
SIDE_BY_SIDE = [
    "<table><tr><td class='l1'><ul>{0}</ul></td><td class='l2'><ul>{1}</ul></td><td class='l3'><ul>{2}</ul></td></tr></table>",
    "<div class='box'><ul class='left'>{0}</ul><ul class='right'>{1}</ul><ul class='last'>{2}</ul></div>",
    "<div class='row'><div class='a'><ul>{0}</ul></div><hr><div class='b'><ul>{1}</ul></div><div class='c'><ul>{2}</ul></div></div>",
]


@pytest.mark.parametrize("form", SIDE_BY_SIDE)
@pytest.mark.parametrize("dated", [True, False])
def test_columns_side_by_side_are_one_list(form: str, dated: bool) -> None:
    parts = [items(numbers, dated=dated) for numbers in (LEFT, RIGHT, THIRD)]
    found = entries(form.format(*parts) + PAGER)
    assert set(found) == {f"/system/2026/05/20/0117{n}.shtml" for n in (*LEFT, *RIGHT, *THIRD)}


def test_a_column_with_an_article_of_another_host_is_one_all_the_same() -> None:
    left, right = items(LEFT), items(RIGHT).replace("/system/2026/05/20/011717", "http://wh.t.example/2026/0117/17")
    page = f"<div><ul class='left'>{left}</ul><ul class='right'>{right}</ul></div>{PAGER}"
    assert len(entries(page)) == len(LEFT) + len(RIGHT)


@pytest.mark.parametrize(
    "other",
    [
        f"<h3>点击排行</h3><ul class='right'>{items(RIGHT)}</ul>",
        f"<div class='right'><p class='t'>其他城市</p><ul>{items(RIGHT)}</ul></div>",
        f"<ul class='right'>{items(RIGHT, dated=False)}</ul>",
        f"<ul class='right'>{items(RIGHT, folder='/wh/2026-05/20')}</ul>",
        f"<ol class='right'>{items(RIGHT)}</ol>",
    ],
    ids=["heading", "heading inside", "no dates", "other addresses", "other elements"],
)
def test_another_block_is_not_a_column_of_the_list(other: str) -> None:
    found = entries(f"<div><ul class='left'>{items(range(10, 20))}</ul>{other}</div>{PAGER}")
    assert set(found) == {f"/system/2026/05/20/0117{n}.shtml" for n in range(10, 20)}


def test_a_headline_and_a_link_with_the_date_below_it_are_one_entry() -> None:
    """A second list that leads to the same articles is none; its pager is that of the whole list."""
    rows = "".join(
        f"<dt><a href='/yc/content/2026-05/{n}/content_76{n}.htm'>石板街上的老茶馆重新开张{n}</a></dt>"
        f"<dd>街坊们一早就来占座，炉上的水已经开了三遍……[<a href='/yc/content/2026-05/{n}/content_76{n}.htm'>详细</a>] "
        f"2026-05-{n} 09:00</dd>"
        for n in range(10, 19)
    )
    options = "".join(f"<option value='/yc/index_{n}.html'>{n}</option>" for n in (2, 3))
    page = listing(
        f"<div><dl>{rows}</dl><div>第1页 共3页<select onchange='location=this.value'><option selected>1</option>{options}"
        "</select></div></div>"
    )
    assert [entry.date_text[:10] for entry in page.entries] == [f"2026-05-{n}" for n in range(10, 19)]
    assert all(entry.title.startswith("石板街") for entry in page.entries)
    assert page.second_lists == () and page.ways.next_urls == (f"{HOST}/yc/index_2.html",)
