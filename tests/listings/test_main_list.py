"""Which list of a page is the section's: beside boxes of other places and menus, and on a short last page."""

from __future__ import annotations

import pytest

from newscrawler.listings.entries import ListingRules
from newscrawler.listings.link_lists import NO_LIST, ListBefore
from newscrawler.listings.listing import read_listing
from newscrawler.listings.listing_page import ListingPage
from support import nightly

HOST = "http://www.t.example"
OWN = "/content/646035/{n}.html"
OTHER = "/content/646099/{n}.html"
PAGERS = [
    "<div class='page'><a href='/channel/7_2.html'>下一页</a></div>",
    "<div class='load-more' onclick='more()'>加载更多</div>",
    "<p>共8条</p>",
]


def read(
    body: str, *, path: str = "/channel/7.html", number: int = 1, before: ListBefore = NO_LIST, shapes: str = ""
) -> ListingPage:
    rules = ListingRules(before=before, article_shapes=frozenset(filter(None, [shapes])))
    page = read_listing(
        f"<html><body>{body}</body></html>".encode(),
        url=HOST + path,
        number=number,
        rules=rules,
        is_own=lambda url: url.startswith(HOST),
    )
    assert isinstance(page, ListingPage)
    return page


def shown(page: ListingPage) -> set[str]:
    second = (entry for one in page.second_lists for entry in one.entries)
    return {entry.url.removeprefix(HOST) for entry in (*page.entries, *second)}


def rows(address: str, numbers: range, row: str) -> str:
    return "".join(row.format(url=address.format(n=n), n=n, day=28 - n % 20) for n in numbers)


SHORT = "<div class='n'><h3><a href='{url}'>青石坳第{n}段水渠</a></h3><p>2026年06月{day}日 来源：清河网</p></div>"
LONG = "<li><a href='{url}'>石板街上的老茶馆今天一早重新开张{n}</a><span>06-{day}</span></li>"


def box(heading: str, name: str) -> str:
    return (
        f"<div class='{name}'><div class='b'><h3>{heading}</h3><ul>{rows(OTHER, range(50, 58), LONG)}</ul></div></div>"
    )


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("其他市州", "right"),
        ("其它城市", "right"),
        ("兄弟县市", "fr"),
        ("各地", "aside"),
        ("清河周边", "sidebar"),
        ("看一看", "side"),
    ],
)
@pytest.mark.parametrize("is_first", [False, True])
def test_a_box_of_other_places_is_not_the_list(heading: str, name: str, is_first: bool) -> None:
    main = f"<div class='left'><div class='list'>{rows(OWN, range(20, 25), SHORT)}</div></div>"
    parts = [main, box(heading, name)]
    page = read(f"<div class='wrap'>{''.join(reversed(parts) if is_first else parts)}</div>")
    assert shown(page) == {OWN.format(n=n) for n in range(20, 25)}


@pytest.mark.parametrize("pager", PAGERS)
@pytest.mark.parametrize("name", ["left", "right"])
def test_the_list_above_a_pager_is_the_sections(pager: str, name: str) -> None:
    main = f"<div class='{name}'><div class='list'>{rows(OWN, range(20, 25), SHORT)}</div>{pager}</div>"
    beside = f"<div class='b'><h3>看看</h3><ul>{rows(OTHER, range(50, 58), LONG)}</ul></div>"
    assert {OWN.format(n=n) for n in range(20, 25)} <= shown(read(main + beside))
    assert OTHER.format(n=50) not in shown(read(main + beside))


UNDATED = "<li><a href='{url}'>石板街上的老茶馆今天一早重新开张{n}</a></li>"
SLIDE = "<li><a href='{url}'><img src='/i.jpg' alt='石板街上的老茶馆今天一早重新开张{n}'></a><p><a href='{url}'>石板街上的老茶馆今天一早重新开张{n}</a></p></li>"
ABOVE = {
    "pictures with headlines": SLIDE,
    "long summaries": "<li><a href='{url}'>石板街上的老茶馆今天一早重新开张，街坊们提着茶壶来排队{n}</a></li>",
    "dates": LONG,
}  # fmt: skip


@pytest.mark.parametrize("row", ABOVE.values(), ids=ABOVE)
@pytest.mark.parametrize(
    "pager", [*PAGERS, "<div class='pager'><span>1/5</span><a href='/channel/7_2.html'></a></div>"]
)
def test_the_choice_above_a_list_is_not_the_list(row: str, pager: str) -> None:
    """Its articles are the newest of the list, which stands above the pager; other lists stand in the same block."""
    above = f"<div class='focus'><ul>{rows(OWN, range(20, 24), row)}</ul></div>"
    top = f"<div class='top'><h1><a href='{OWN.format(n=20)}'>石板街上的老茶馆今天一早重新开张20</a></h1></div>"
    page = read(f"<div class='m'>{above}{top}<ul class='l'>{rows(OWN, range(20, 28), UNDATED)}</ul>{pager}</div>")
    assert shown(page) == {OWN.format(n=n) for n in range(20, 28)}


@pytest.mark.parametrize("row", [UNDATED, SLIDE])
def test_an_article_counts_once_in_a_list_whatever_its_links(row: str) -> None:
    above = f"<div class='focus'><ul>{rows(OWN, range(20, 24), SLIDE)}</ul></div>"
    page = read(f"<div>{above}<ul class='l'>{rows(OWN, range(20, 28), row)}</ul></div>")
    assert shown(page) == {OWN.format(n=n) for n in range(20, 28)}


@pytest.mark.parametrize("pager", PAGERS)
def test_words_of_a_pager_below_two_lists_are_of_neither(pager: str) -> None:
    """They stand below the longer one's block all the same, which has more of everything."""
    main = f"<div class='list'>{rows(OWN, range(20, 40), LONG)}</div>"
    beside = f"<div class='b'><h3>看看</h3><ul>{rows(OTHER, range(50, 54), LONG)}</ul></div>"
    assert OWN.format(n=20) in shown(read(f"<div>{main}{beside}{pager}</div>"))


ROWS = [
    "<div class='text'><img src='/d.gif'> <a href='{url}'>青石坳第{n}段水渠修成通水</a> (06/{day})<br></div>",
    "<div class='row'><b>{day}</b><i>2026/06</i><p><a href='{url}'>青石坳第{n}段水渠修成通水</a></p></div>",
    "<dl><dt><a href='{url}'>青石坳第{n}段水渠修成通水</a></dt><dd>2026-06-{day}</dd></dl>",
]
LATEST = (
    "<div class='aside'><div class='zx'><h4>最新发布</h4><ul>"
    + "".join(f"<li><a href='/content/646011/{n}.html'>清河县城的石桥又添了第{n}盏灯</a></li>" for n in range(70, 80))
    + "</ul></div></div>"
)
DATED = LATEST.replace("</a></li>", "</a><em>06-30</em></li>")


@nightly.by_day(every=5)
@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("beside", [LATEST, DATED], ids=["latest", "dated"])
@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize(
    "around", ["<div class='left'><h2>宜昌</h2>{}<div class='next'></div></div>", "<div class='c'>{}</div>"]
)
def test_a_last_page_shows_its_list_in_the_place_of_the_pages_before(
    row: str, beside: str, count: int, around: str
) -> None:
    full = read(around.format(rows(OWN, range(20, 30), row)) + beside)
    assert shown(full) == {OWN.format(n=n) for n in range(20, 30)}
    last = range(31, 31 + count)
    body = around.format(rows(OWN, last, row)) + beside
    page = read(body, path="/channel/7_2.html", number=2, before=full.main_list)
    assert shown(page) == {OWN.format(n=n) for n in last}


def test_what_the_address_of_a_page_says_makes_no_list_of_a_box() -> None:
    """The address of Enorth's oldest page says that it is the last one: of the list, not of each box."""
    own = f"<div class='left'>{rows(OWN, range(20, 23), ROWS[0])}</div>"
    path = "/system/count//0007157/003000000000/000/000/c0007157003000000000_000000001.shtml"
    page = read(own + LATEST, path=path, number=3)
    assert not page.second_lists and page.ways.end


STATIONS = "".join(
    f"<a href='/list/{n}.html'>清观{name}站</a>" for n, name in ((4175, "宜昌"), (4247, "荆州"), (4333, "黄石"))
)


@pytest.mark.parametrize("menu", [f"<div class='fz'><span>分站：</span>{STATIONS}</div>", f"<ul>{STATIONS}</ul>"])
@pytest.mark.parametrize("row", [*ROWS, LONG])
@pytest.mark.parametrize("path", ["/list/4175.html", "/list/4175.html?page=2", "/list/4175.html?t=1"])
def test_addresses_like_that_of_the_page_are_listings(menu: str, row: str, path: str) -> None:
    page = read(f"{menu}<div class='lst'>{rows('/p/{n}.html', range(563, 572), row)}</div>", path=path)
    assert shown(page) == {f"/p/{n}.html" for n in range(563, 572)}


@pytest.mark.parametrize("day", ["<span>06-{day}</span>", ""], ids=["dated", "undated"])
@pytest.mark.parametrize("folder", ["a", "p"])
def test_where_articles_have_the_form_of_the_section_short_titles_are_articles_too(day: str, folder: str) -> None:
    """Names of folders tell /list/17.html from /p/563.html; where these are one, headlines do."""
    row = f"<li><a href='{{url}}'>石板街上的老茶馆今天一早重新开张{{n}}</a>{day}</li>"
    short = row.replace("石板街上的老茶馆今天一早重新开张{n}", "春汛")
    address = f"/{folder}/{{n}}56.html"
    body = rows(address, range(563, 570), row) + rows(address, range(570, 572), short)
    assert shown(read(f"<ul>{body}</ul>", path="/a/17.html")) == {address.format(n=n) for n in range(563, 572)}
