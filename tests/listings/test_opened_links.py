"""Titles that a script opens: their code, and the function that it calls, are read for the address."""

from __future__ import annotations

import pytest

from newscrawler.extraction.page import Page, read_page
from newscrawler.listings.entries import ListingRules
from newscrawler.listings.listing import read_listing
from newscrawler.listings.listing_page import ListingPage
from newscrawler.listings.redirects import script_redirect

URL = "http://www.t.example/list.asp?id=3"
TITLES = [f"青石坳第{number}段水渠修成通水" for number in range(5)]
OPENER = (
    "<script>function openwin(u){window.open(u,'','width=800')}function show(n){openit('/a/' + n + '.html')}</script>"
)


def read(rows: str) -> ListingPage:
    page = read_listing(
        f"<html><body>{OPENER}<ul>{rows}</ul></body></html>".encode(),
        url=URL,
        number=1,
        rules=ListingRules(),
        is_own=lambda address: "t.example" in address,
    )
    assert isinstance(page, ListingPage)
    return page


@pytest.mark.parametrize(
    "link",
    [
        "<a href=\"javascript:openwin('news.asp?id=7{n}')\">{title}</a>",
        "<a href=\" JavaScript:void(openwin('news.asp?id=7{n}'))\">{title}</a>",
        "<a href='#' onclick=\"openwin('news.asp?id=7{n}');return false\">{title}</a>",
        "<a href='javascript:;' onclick=\"window.open('news.asp?id=7{n}')\">{title}</a>",
        "<a onclick=\"location.href='news.asp?id=7{n}'\">{title}</a>",
    ],
)
def test_the_address_in_the_code_is_that_of_the_entry(link: str) -> None:
    rows = "".join(
        f"<li>{link.replace('{n}', str(n)).replace('{title}', title)} [2026-03-0{n + 1}]</li>"
        for n, title in enumerate(TITLES)
    )
    assert [entry.url for entry in read(rows).entries] == [f"http://www.t.example/news.asp?id=7{n}" for n in range(5)]


def test_code_without_an_address_makes_no_entry() -> None:
    """A function that stands elsewhere may do anything with the number; a link with an address keeps it."""
    codes = ["toDetail({n})", "openwin(id{n})", "show({n})", "openwin('{n}')"]
    for code in codes:
        rows = "".join(
            f"<li><a href='javascript:;' onclick=\"{code.replace('{n}', str(n))}\">{title}</a> 2026-03-0{n + 1}</li>"
            for n, title in enumerate(TITLES)
        )
        page = read(rows)
        assert not page.entries and page.ways.signs, code
    rows = "".join(
        f"<li><a href='/a/{n}.html' onclick=\"openwin('/hit/{n}.html')\">{title}</a> 2026-03-0{n + 1}</li>"
        for n, title in enumerate(TITLES)
    )
    assert read(rows).entries[0].url == "http://www.t.example/a/0.html"


@pytest.mark.parametrize(
    ("script", "target"),
    [
        ("<script>location.href='/new/'</script>", "http://www.t.example/new/"),
        ("<select onchange=\"location='list.asp?id=3&page='+this.value\"></select>", None),
        ("<script>function go(n){location.href = '/list_' + n + '.html'}</script>", None),
        # The first page of a folder may send on to another one of the same identity; a page that loads itself does not.
        ("<meta http-equiv='refresh' content='0;url=/index.shtml'>", "http://www.t.example/index.shtml"),
        (f"<meta http-equiv='refresh' content='300;url={URL}'>", None),
    ],
)
def test_a_part_of_an_address_is_no_redirect(script: str, target: str | None) -> None:
    page = read_page(f"<html><body>{script}</body></html>".encode(), url=URL)
    assert isinstance(page, Page)
    assert script_redirect(page, URL) == target
