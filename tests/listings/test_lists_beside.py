"""Lists beside the main one that lie in the section's folder, and rows of numbers below them."""

from __future__ import annotations

import pytest

from newscrawler.listings.entries import ListingRules
from newscrawler.listings.listing import read_listing
from newscrawler.listings.listing_page import ListingPage

HOST = "http://www.t.example"
PAGER = "<div class='page'><span>1</span><span>下一页</span></div>"
LIST = "".join(f"<li><a href='/yc/202606/t202606{28 - n}_{n}.html'>渡口的石阶第{n}次修整</a><i>2026-06-{28 - n}</i></li>" for n in range(8))  # fmt: skip


def read(beside: str, path: str = "/yc/") -> ListingPage:
    body = f"<html><body><div class='main'><ul>{LIST}</ul>{PAGER}</div>{beside}</body></html>"
    own = lambda url: url.startswith(HOST)  # noqa: E731
    page = read_listing(body.encode(), url=HOST + path, number=1, rules=ListingRules(), is_own=own)
    assert isinstance(page, ListingPage)
    return page


def shown(page: ListingPage) -> set[str]:
    second = (entry for one in page.second_lists for entry in one.entries)
    return {entry.url.removeprefix(HOST) for entry in (*page.entries, *second)}


def block(folder: str, below: str = "", *, heading: str = "", row: str = "") -> str:
    row = row or "<li><a href='{path}'>集市上的竹编第{n}回卖空</a></li>"
    rows = "".join(row.format(path=f"{folder}/202605/t202605{20 - n}_{n + 50}.html", n=n) for n in range(6))
    return f"<div class='other'>{heading}<ul class='b'>{rows}</ul>{below}</div>"


PICTURE = "<li><a href='{path}'><img src='/i.jpg'></a><p>集市上的竹编第{n}回卖空</p></li>"


@pytest.mark.parametrize("path", ["/yc/", "/yc/index.html", "/yc/index.shtml"])
@pytest.mark.parametrize("row", ["", PICTURE])
def test_a_list_below_the_folder_of_the_section_is_its_own(path: str, row: str) -> None:
    assert len(shown(read(block("/yc/tp", row=row), path))) == 14


@pytest.mark.parametrize(("folder", "path"), [("/tp", "/yc/"), ("/yc/tp", "/yc/list.html"), ("/yc/tp", "/yc/?id=3")])
def test_lists_elsewhere_and_those_of_a_shared_folder_are_not(folder: str, path: str) -> None:
    assert len(shown(read(block(folder), path))) == 8


def numbers(count: int) -> str:
    links = "".join(f"<a href='javascript:;'{' class=on' * (n == 1)}>{n}</a>" for n in range(1, count + 1))
    return f"<div class='num'>{links}</div>"


@pytest.mark.parametrize("folder", ["/yc", "/yc/tp"])
def test_numbers_of_a_script_below_a_list_of_the_section_are_a_sign_of_more(folder: str) -> None:
    (second,) = read(block(folder, numbers(3))).second_lists
    assert second.sign and len(second.entries) == 6


@pytest.mark.parametrize(
    "beside",
    [block("/yc/tp", numbers(6)), block("/yc/tp", numbers(7)), block("/tp", numbers(3)), block("/yc/tp")],
    ids=["one number for each picture", "more numbers than pictures", "another folder", "no numbers"],
)
def test_numbers_of_a_slider_and_of_other_lists_are_none(beside: str) -> None:
    assert not any(one.sign for one in read(beside).second_lists)


@pytest.mark.parametrize("name", ["2026年{n}月", "2026-{n}", "20{n}年"])
def test_months_and_years_of_the_section_are_no_articles(name: str) -> None:
    months = "".join(f"<li><a href='/yc/2026-{n}.html'>{name.format(n=n)}</a></li>" for n in (10, 11, 12))
    page = read(f"<div class='months'><ul>{months}</ul></div>")
    assert len(shown(page)) == 8
    assert len(page.leftovers) == 3
