"""Rows of a list that scripts hold as text: what they write, arrays, arguments, strings with separators."""

from __future__ import annotations

import json

import pytest

from newscrawler.listings.entries import ListingRules
from newscrawler.listings.listing import read_listing
from newscrawler.listings.listing_page import ListingPage

ROWS = [(f"/a/20260620/{n}00.html", f"青石坳第{n}段水渠修成通水", f"2026-06-{20 - n}") for n in range(1, 6)]
WRITTEN = "".join(f"document.write(\"<li><a href='{u}'>{t}</a> {d}</li>\");" for u, t, d in ROWS)
FORMS = {
    "written": f"<ul><script>{WRITTEN}</script></ul>",
    "written in parts": "<div><script>"
    + "".join(
        f"document.writeln('<tr><td>');document.write('<a href=\"{u}\">');document.write('{t}</a></td><td>{d}</td></tr>');"
        for u, t, d in ROWS
    )
    + "</script></div>",
    "a string with separators": "<script>var n = new Array();"
    + "".join(f'n[{i}] = "{u}|{t}|{d}";' for i, (u, t, d) in enumerate(ROWS))
    + "show(n)</script>",
    "arguments": "<script>" + "".join(f'addNews("{t}", "{u}", "{d}");' for u, t, d in ROWS) + "</script>",
    "rows of an array": "<script>var t = " + json.dumps([[t, u, d] for u, t, d in ROWS]) + ";show(t)</script>",
    "objects with other names": "<script>go(["
    + ",".join(f"{{a: '{t}', b: '{u}', c: '{d}'}}" for u, t, d in ROWS)
    + "])</script>",
}


def read(body: str, number: int = 1) -> ListingPage:
    page = read_listing(
        f"<html><body><div class='nav'><a href='/'>首页</a></div>{body}</body></html>".encode(),
        url="http://www.t.example/yc/",
        number=number,
        rules=ListingRules(),
        is_own=lambda address: "t.example" in address,
    )
    assert isinstance(page, ListingPage)
    return page


@pytest.mark.parametrize("form", FORMS)
def test_rows_in_scripts_are_entries(form: str) -> None:
    found = [(entry.url, entry.title, entry.date_text) for entry in read(FORMS[form]).entries]
    assert found == [(f"http://www.t.example{url}", title, day) for url, title, day in ROWS]


def test_what_is_written_beside_other_lists_is_read_where_it_stands() -> None:
    """A ranking in the markup is not taken for the list that a script writes."""
    ranking = "".join(f"<li><a href='/hot/2026/{n}.html'>雨后的山路又添了第{n}座桥</a></li>" for n in range(70, 76))
    page = read(f"<div class='l'>{FORMS['written']}</div><ul class='hot'>{ranking}</ul>")
    assert [entry.url for entry in page.entries][:5] == [f"http://www.t.example{url}" for url, *_ in ROWS]


def test_a_single_row_of_a_last_page_is_an_entry() -> None:
    url, title, day = ROWS[0]
    assert (
        len(read(f"<ul><script>document.write('<li><a href={url}>{title}</a> {day}</li>')</script></ul>", 2).entries)
        == 1
    )
    assert len(read(f"<script>addNews('{title}', '{url}', '{day}')</script>", 2).entries) == 1


@pytest.mark.parametrize(
    "script",
    [
        "var menu = [['首页', '/'], ['要闻', '/yw/'], ['联系我们', '/about/']];",
        "alert('请输入您要搜索的关键字', '/search.html')",
        'document.write(\'<a href="/yw/">要闻</a><a href="/sh/">社会</a>\')',
        "add('青石坳水渠修成通水' + n, '/a/' + n + '.html')",
        "banner('/p/1.jpg', '青石坳第1段水渠修成通水')",
    ],
)
def test_other_texts_of_scripts_are_no_rows(script: str) -> None:
    assert not read(f"<script>{script}</script>").entries
