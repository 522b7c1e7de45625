"""Titles that a script opens: their code, and the function that it calls, are read for the address."""

from __future__ import annotations

import pytest

from newscrawler.extraction.page import Page, read_page
from newscrawler.listings.entries import ListingRules
from newscrawler.listings.listing import read_listing
from newscrawler.listings.listing_page import ListingPage
from newscrawler.listings.opened_links import address_opened_links
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


ROWS = [
    "<tr onclick=\"openwin('news.asp?id=7{n}')\"><td>{title}</td><td>2026-03-0{d}</td></tr>",
    '<tr onclick="detail(7{n})" style="cursor:pointer"><td>{n}</td><td><span>{title}</span></td><td>2026-03-0{d}</td></tr>',
    "<tr><td onclick=\"detail('7{n}')\">{title}</td><td>2026-03-0{d}</td></tr>",
    '<li onclick="detail(7{n})"><em>2026-03-0{d}</em><p>{title}</p></li>',
    '<li onclick="detail(7{n})">{title}<span>2026-03-0{d}</span></li>',
    '<div class="row" onclick="javascript:detail(7{n});"><h4>{title}</h4><div>2026-03-0{d}</div></div>',
    '<li onclick="detail(7{n})"><a href="javascript:;">{title}</a><i>2026-03-0{d}</i></li>',
]
RANKING = "".join(
    f"<li><a href='/hot/2026/03{n:02d}/{n}.html'>山里的桥今天通车了第{n}座</a></li>" for n in range(9, 14)
)
SIDE = f"<div class='side'><h3>热点排行</h3><ol class='rank'>{RANKING}</ol></div>"


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("function", ["window.open('news.asp?id=' + id)", "location.href='/news.asp?id='+id+''"])
def test_a_row_whose_click_opens_an_article_is_an_entry(row: str, function: str) -> None:
    shown = "".join(row.format(n=n, d=n + 1, title=title) for n, title in enumerate(TITLES))
    table = f"<table>{shown}</table>" if row.startswith("<tr") else f"<div class='list'>{shown}</div>"
    page = read(f"</ul><script>function detail(id){{ {function}; }}</script><h2>宜昌</h2>{table}{SIDE}<ul>")
    assert [entry.url for entry in page.entries] == [f"http://www.t.example/news.asp?id=7{n}" for n in range(5)]
    assert [entry.title for entry in page.entries] == TITLES
    assert [entry.date_text[-2:] for entry in page.entries] == [f"0{n + 1}" for n in range(5)]


@pytest.mark.parametrize(
    "rows",
    [
        # Rows with links of their own, tabs, buttons of a pager, and a click that opens nothing.
        "<li onclick='detail(8{n})'><a href='/xw/2026030{n}.html'>{title}</a></li>",
        "<li><a href='/xw/2026030{n}.html'>{title}</a></li><li onclick='detail(8{n})'>时政要闻</li>",
        "<li><a href='/xw/2026030{n}.html'>{title}</a></li><li onclick='detail(8{n})'>{n}</li>",
        "<li onclick='mark(8{n})'><a href='/xw/2026030{n}.html'>{title}</a></li>",
    ],
)
def test_other_rows_with_a_click_stay_as_they_are(rows: str) -> None:
    script = "</ul><script>function detail(id){location.href='/detail.jsp?id='+id}function mark(n){x=n}</script><ul>"
    page = read(script + "".join(rows.format(n=n, title=title) for n, title in enumerate(TITLES)))
    assert [entry.url for entry in page.entries] == [f"http://www.t.example/xw/2026030{n}.html" for n in range(5)]


BUTTONS = [
    "<span class='more' onclick=\"location.href='{at}'\">更多</span>",
    "<a href='javascript:;' onclick=\"window.open('{at}')\">更多&gt;&gt;</a>",
    "<a class='more' onclick=\"window.location='{at}'\">[更多]</a>",
    "<button type='button' onclick=\"openwin('{at}')\">查看更多</button>",
    "<p onclick=\"javascript:window.location.href='{at}';\">MORE+</p>",
    "<li onclick=\"location.assign('{at}')\">更多</li>",
    "<i data-href='{at}'>更多</i>",
    "<img src='/i/more.gif' onclick=\"location.href='{at}'\">",
    "<img src='/i/m.png' alt='更多' onclick=\"openwin('{at}')\">",
]


def fronts(button: str) -> str:
    titles = "".join(f"<li><a href='/yc/{{folder}}/2026030{n}.html'>{title}</a></li>" for n, title in enumerate(TITLES))
    block = f"<div><h3>{{name}}</h3>{button}<ul>{titles}</ul></div>"
    names = {"yw": "要闻", "ms": "民生", "xy": "县域"}
    return "".join(block.format(at=f"/yc/{at}/", folder=at, name=name) for at, name in names.items())


@pytest.mark.parametrize("button", BUTTONS)
def test_a_way_to_more_that_a_script_opens_is_a_link(button: str) -> None:
    page = read_listing(
        f"<html><body>{OPENER}{fronts(button)}</body></html>".encode(),
        url="http://www.t.example/yc/",
        number=1,
        rules=ListingRules(),
        is_own=lambda address: "t.example" in address,
    )
    assert isinstance(page, ListingPage)
    assert [(column.name, column.url) for column in page.columns] == [
        (name, f"http://www.t.example/yc/{at}/") for at, name in {"yw": "要闻", "ms": "民生", "xy": "县域"}.items()
    ]
    assert not page.lost_columns


@pytest.mark.parametrize(
    "button",
    [
        "<span onclick=\"loadMore('{at}')\">更多</span>",  # what the function does is not known
        "<span onclick=\"$.get('{at}', add)\">更多</span>",  # it loads something
        "<span onclick='showAll(1)'>更多</span>",
        "<span onclick=\"location.href='{at}'\">更多精彩内容请下载客户端</span>",  # no 更多 of a block
        "<span data-url='{at}'>更多</span>",  # where a script loads from
    ],
)
def test_what_opens_no_page_is_no_link(button: str) -> None:
    page = read_page(f"<html><body>{OPENER}{fronts(button)}</body></html>".encode(), url=URL)
    assert isinstance(page, Page)
    before = sum(1 for _ in page.root.iter("a"))
    address_opened_links(page.root)
    assert sum(1 for _ in page.root.iter("a")) == before


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
