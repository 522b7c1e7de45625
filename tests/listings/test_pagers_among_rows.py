"""Pagers that stand among the rows of their list, in rows like theirs: what is followed is no entry."""

from __future__ import annotations

import pytest

from newscrawler.listings.entries import ListingRules
from newscrawler.listings.listing import read_listing
from newscrawler.listings.listing_page import ListingPage

ROWS = {
    "paragraphs": ("<main>{}</main>", "<p>{}.<a href='{}'>{}</a> 11-{}</p>", "<p>{}</p>"),
    "items": ("<ul>{}</ul>", "<li>{}.<a href='{}'>{}</a> 11-{}</li>", "<li>{}</li>"),
    "rows": ("<table>{}</table>", "<tr><td>{}<a href='{}'>{}</a></td><td>11-{}</td></tr>", "<tr><td>{}</td></tr>"),
}
PAGERS = [
    "(1/3) <a href='/l/tc/2'>下页</a>",
    "(1/3) <a href='/l/tc/2'>下一页</a> <a href='/l/tc/3'>末页</a>",
    "第1/3页 <a href='/l/tc/2'>[下页]</a>",
    "1/3 <a href='/l/tc/2'>下一页 &gt;&gt;</a>",
    "11-28 <a href='/l/tc/2'>下页</a>",
    "<a href='/l/tc/2'>后一页</a> 1/3",
]


def read(form: str, titles: list[str], pager: str) -> ListingPage:
    around, row, last = ROWS[form]
    rows = "".join(row.format(n, f"/n/tc/880{n}.html", title, 28 - n) for n, title in enumerate(titles))
    page = read_listing(
        f"<html><body>{around.format(rows + last.format(pager))}</body></html>".encode(),
        url="http://t.example/l/tc",
        number=1,
        rules=ListingRules(),
        is_own=lambda url: "t.example" in url,
    )
    assert isinstance(page, ListingPage)
    return page


@pytest.mark.parametrize("form", ROWS)
@pytest.mark.parametrize("pager", PAGERS)
def test_the_next_page_is_no_entry(form: str, pager: str) -> None:
    titles = [f"青石坳第{n}段水渠修成通水" for n in range(7)]
    page = read(form, [*titles[:6], "春耕"], pager)
    # A short title beside a date is an entry all the same.
    assert [entry.title for entry in page.entries] == [*titles[:6], "春耕"]
    assert page.ways.next_urls == ("http://t.example/l/tc/2",)


@pytest.mark.parametrize("form", ROWS)
def test_a_headline_is_an_entry_whatever_its_words(form: str) -> None:
    titles = [f"青石坳第{n}段水渠修成通水" for n in range(5)]
    more = ["翻开下一页：青石坳的山里孩子走进新校园", "第3页书签里的故事今天又有了新的下文"]
    assert [entry.title for entry in read(form, [*titles, *more], "").entries] == [*titles, *more]
