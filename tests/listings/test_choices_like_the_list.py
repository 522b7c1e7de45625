"""Boxes with the very elements of the list, which only a heading calls a choice or a ranking."""

from __future__ import annotations

import pytest

from newscrawler.listings.entries import ListingRules
from newscrawler.listings.link_lists import NO_LIST, ListBefore
from newscrawler.listings.listing import read_listing
from newscrawler.listings.listing_page import ListingPage

HOST = "http://www.t.example"
OWN, OTHER = "/yc/2026/{n}.html", "/yw/2026/{n}.html"
LI = "<li class='item'><h3><a href='{url}'>石板街上的老茶馆今天一早重新开张{n}</a></h3><p>2026-06-{day}</p></li>"
TR = "<tr><td>·<a href='{url}'>石板街上的老茶馆今天一早重新开张{n}</a></td></tr>"


def rows(address: str, numbers: range, row: str) -> str:
    return "".join(row.format(url=address.format(n=n), n=n, day=28 - n % 20) for n in numbers)


def block(heading: str, items: str) -> str:
    return f"<div class='mod'><div class='mod-hd'><h2>{heading}</h2></div><ul class='list'>{items}</ul></div>"


def cell(heading: str, items: str) -> str:
    return f"<td><table><tr><td class='tt'>{heading}</td></tr>{items}</table></td>"


def plain_cell(heading: str, items: str) -> str:
    return f"<td><table>{items}</table></td>"


def items(heading: str, lines: str) -> str:
    return f"<ul class='list'><li class='t'>{heading}</li>{lines}</ul>"


FORMS = {
    "blocks": ("<div>{}</div>", block, block, LI),
    "cells with a row as heading": ("<table><tr>{}</tr></table>", plain_cell, cell, TR),
    "lists with an item as heading": ("<div>{}</div>", items, items, LI),
}


def read(body: str, number: int = 1, before: ListBefore = NO_LIST, path: str = "/yc/") -> ListingPage:
    page = read_listing(
        f"<html><body>{body}</body></html>".encode(),
        url=HOST + path,
        number=number,
        rules=ListingRules(before=before),
        is_own=lambda url: url.startswith(HOST),
    )
    assert isinstance(page, ListingPage)
    return page


def shown(page: ListingPage) -> set[str]:
    return {entry.url.removeprefix(HOST) for entry in page.entries}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("heading", ["为您推荐", "热门推荐", "热门文章", "点击排行榜", "相关阅读"])
@pytest.mark.parametrize("is_first", [False, True], ids=["below", "above"])
@pytest.mark.parametrize("path", ["/yc/", "/list/7.html"])
def test_a_box_with_the_elements_of_the_list_is_none_of_it(form: str, heading: str, is_first: bool, path: str) -> None:
    around, main, other, row = FORMS[form]

    def body(numbers: range) -> str:
        parts = [main("最新报道", rows(OWN, numbers, row)), other(heading, rows(OTHER, range(50, 60), row))]
        return around.format("".join(reversed(parts) if is_first else parts))

    first = read(body(range(10, 18)), path=path)
    assert shown(first) == {OWN.format(n=n) for n in range(10, 18)}
    last = read(body(range(18, 20)), 2, first.main_list, path.replace(".html", "_2.html"))
    assert shown(last) == {OWN.format(n=n) for n in (18, 19)}


@pytest.mark.parametrize("headings", [("本周", "上周"), ("24小时", "更早"), ("6月28日", "6月27日"), ("城事", "乡村")])
@pytest.mark.parametrize("form", FORMS)
def test_parts_of_a_list_with_other_headings_are_one_list(form: str, headings: tuple[str, str]) -> None:
    around, _, part, row = FORMS[form]
    bodies = (rows(OWN, numbers, row) for numbers in (range(10, 14), range(14, 18)))
    page = read(around.format("".join(part(h, b) for h, b in zip(headings, bodies, strict=True))))
    assert shown(page) == {OWN.format(n=n) for n in range(10, 18)}


@pytest.mark.parametrize("form", FORMS)
def test_a_list_of_which_each_part_is_called_a_choice_is_the_list(form: str) -> None:
    around, _, part, row = FORMS[form]
    body = part("推荐", rows(OWN, range(10, 14), row)) + part("热点", rows(OWN, range(14, 18), row))
    assert shown(read(around.format(body))) == {OWN.format(n=n) for n in range(10, 18)}


def test_a_choice_of_the_sections_own_articles_beside_its_list_belongs_to_it() -> None:
    body = block("最新", rows(OWN, range(10, 18), LI)) + block("精选推荐", rows(OWN, range(30, 34), LI))
    assert shown(read(body)) == {OWN.format(n=n) for n in (*range(10, 18), *range(30, 34))}
