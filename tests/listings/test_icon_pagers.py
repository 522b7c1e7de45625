"""Pagers of icons and pictures without a word: their addresses decide, and words of a direction only help to choose."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from newscrawler.extraction.page import Page, read_page
from newscrawler.listings.page_addresses import page_identity
from newscrawler.listings.pagers import PagerView, read_ways
from newscrawler.listings.ways import WaysOn

HOST = "http://news.t.example"
FIRST = f"{HOST}/yc/"
SECOND = f"{HOST}/yc/index_1.html"


def ways(markup: str, *read: str, url: str = FIRST, is_known: bool = True) -> WaysOn:
    """What a page says whose address is `url`, after those that were `read`."""
    page = read_page(f"<html><head></head><body><div id='m'>{markup}</div></body></html>".encode(), url=url)
    assert isinstance(page, Page)
    known = frozenset(map(page_identity, (*read, url))) if is_known else frozenset()
    return read_ways(PagerView(page.root, url, url, len(read) + 1, read=known))


def icon(name: str) -> str:
    return f"<i class='{name}'></i>"


SIGNS: dict[str, tuple[str, str]] = {
    "an icon font": (icon("iconfont icon-arrow-left"), icon("iconfont icon-arrow-right")),
    "glyphs of a font": ("<i class='iconfont'>&#xe602;</i>", "<i class='iconfont'>&#xe603;</i>"),
    "names of a library": (icon("fa fa-angle-left"), icon("fa fa-angle-right")),
    "pinyin": (icon("ico ico-zuo"), icon("ico ico-you")),
    "no names": (icon("a1"), icon("a2")),
    "nothing inside": ("", ""),
    "files of pictures": ("<img src='/img/left.png'>", "<img src='/img/right.png'>"),
    "files by their initials": ("<img src='/img/syy.gif'>", "<img src='/img/xyy.gif'>"),
    "files without a meaning": ("<img src='/img/2019/b07.png'>", "<img src='/img/2019/b08.png'>"),
    "pictures that are called arrows": ("<img src='1.png' alt='arrow'>", "<img src='2.png' alt='arrow'>"),
    "drawings": ("<svg><use xlink:href='#i-left'/></svg>", "<svg><use xlink:href='#i-right'/></svg>"),
    "signs that are no words": ("❮", "❯"),
}
BOXES = (
    "<div class='pager'>{}</div>",
    "<div class='fr'>{}</div>",
    "<p>{}</p>",
    "<ul><li>{}</li></ul>",
    "<nav>{}</nav>",
)


@pytest.mark.parametrize("box", BOXES)
@pytest.mark.parametrize(("back", "on"), SIGNS.values(), ids=SIGNS)
@pytest.mark.parametrize("is_known", [True, False])
def test_icons_lead_on_to_what_was_not_read(back: str, on: str, box: str, is_known: bool) -> None:
    first = ways(box.format(f"<a href='index_1.html'>{on}</a>"), is_known=is_known)
    assert first.next_urls == (SECOND,)
    both = f"<a href='/yc/'>{back}</a> <a href='index_2.html'>{on}</a>"
    second = ways(box.format(both), FIRST, url=SECOND, is_known=is_known)
    assert second.next_urls == (f"{HOST}/yc/index_2.html",)
    last = ways(
        box.format(f"<a href='index_1.html'>{back}</a>"),
        FIRST,
        SECOND,
        url=f"{HOST}/yc/index_2.html",
        is_known=is_known,
    )
    assert last == WaysOn(), "only a way back"


ADDRESSES: dict[str, Callable[[int], str]] = {
    "in the query": lambda n: f"{HOST}/list.aspx?id=7" + (f"&page={n}" if n > 1 else ""),
    "as an offset": lambda n: f"{HOST}/list.php?start={20 * (n - 1)}",
    "behind the name": lambda n: f"{HOST}/c/2817{f'_{n}' if n > 1 else ''}.shtml",
    "counted down": lambda n: f"{HOST}/yc/" + (f"list_{30 - n}.html" if n > 1 else ""),
    "in a folder": lambda n: f"{HOST}/yc/" + (f"page/{n}/" if n > 1 else ""),
}


@pytest.mark.parametrize("number", [1, 2, 3, 12])
@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
def test_the_form_of_the_address_does_not_matter(address: Callable[[int], str], number: int) -> None:
    read = list(map(address, range(1, number)))
    others = [address(1), *read[-1:], address(number + 1), address(20)]
    icons = "".join(f"<a href='{url}'>{icon('k')}</a>" for url in others)
    found = ways(f"<div class='fenye'>{icons}</div>", *read, url=address(number))
    assert found.next_urls == (address(number + 1),)


@pytest.mark.parametrize(
    ("markup", "leads_to"),
    [
        # The picture on the left leads round to the last page.
        (
            "<a href='index_8.html'><i class='icon-left'></i></a><a href='index_1.html'><i class='icon-right'></i></a>",
            1,
        ),
        ("<a class='disabled' href='index_1.html'><i></i></a><a href='index_2.html'><i></i></a>", 2),
        ("<a href='javascript:;' onclick=\"location.href='index_1.html'\"><i></i></a>", 1),
        ("<button onclick=\"location='index_1.html'\"><i></i></button>", 1),
        ("<script>function go(n){location='index_'+n+'.html'}</script><span onclick='go(1)'></span>", 1),
    ],
)
def test_directions_and_clicks(markup: str, leads_to: int) -> None:
    assert ways(f"<div class='pages'>{markup}</div>").next_urls == (f"{HOST}/yc/index_{leads_to}.html",)


@pytest.mark.parametrize(
    "markup",
    [
        "<a href='javascript:;' class='disabled'><i></i></a><a href='javascript:;'><i></i></a>",
        "<a href='#' class='prev'><i></i></a><a href='#' class='next'><i></i></a>",
        "<a><i class='fa fa-chevron-left'></i></a><a><i class='fa fa-chevron-right'></i></a>",
        "<button disabled><i></i></button><button><i></i></button>",
        "<img src='/i/xyy.png' onclick='more()'>",
    ],
)
def test_an_icon_that_a_script_follows_is_a_sign(markup: str) -> None:
    found = ways(f"<div class='pages'>{markup}</div>")
    assert found.hints
    assert not found.next_urls
    assert not found.end


@pytest.mark.parametrize(
    "markup",
    [
        "<a class='disabled'><i class='icon-left'></i></a><a class='disabled'><i class='icon-right'></i></a>",
        "<a class='off'><i></i></a><a class='off'><i></i></a>",
        "<a href='/yc/'><i></i></a><a href='/yc/'><i></i></a>",
        "<button disabled><i></i></button><button disabled><i></i></button>",
    ],
)
def test_icons_that_are_switched_off_end_the_list(markup: str) -> None:
    found = ways(f"<div class='pages'>{markup}</div>")
    assert found.end
    assert not found.hints


NO_PAGERS = {
    "pictures of articles": "".join(f"<li><a href='/yc/{n}.html'><img src='/p/{n}.jpg'></a></li>" for n in (871, 872)),
    "a picture beside its title": "<a href='2.html'><img src='a.jpg'></a> <a href='2.html'>石桥坡小学迎来新校车</a>",
    "a picture with a title": "<a href='2.html'><img src='a.jpg' alt='石桥坡小学迎来新校车'></a>",
    "a picture that says what it is": "<a href='2.html'><img src='a.jpg' alt='数字报'></a>",
    "another listing": "<a href='/list/14.html'><img src='/ad/banner.gif'></a>",
    "another listing by a picture of a direction": "<a href='/list/18.html'><img src='/img/dzb_right.jpg'></a>",
    "another listing at the right": "<a class='right' href='/list/18.html'><img src='/img/gd.gif'></a>",
    "the listing of the next city": "<a class='right' href='/list/14.html'><i class='icon-right'></i></a>",
    "rows or tiles": "<a href='?view=1'><i class='rows'></i></a><a href='?view=2'><i class='tiles'></i></a>",
    "for printing": "<a href='?print=1'><img src='/img/print.gif'></a>",
    "how many": "<div class='page'><a href='?pagesize=50'><i></i></a></div>",
    "a show of pictures": "<div class='swiper'><div class='page'><a class='prev'></a><a class='next'></a></div></div>",
    "to the top": "<div class='page'><a href='javascript:;' class='totop'><i></i></a></div>",
    "the logo": "<div class='page'><a href='/'><img src='/img/logo.png'></a></div>",
    "to share": "<div class='page-share'><a href='#' class='wx'></a><a href='#' class='wb'></a></div>",
    "many": "".join(f"<a href='index_{n}.html'><i></i></a>" for n in range(1, 10)),
}


@pytest.mark.parametrize("markup", NO_PAGERS.values(), ids=NO_PAGERS)
def test_other_icons_are_no_pager(markup: str) -> None:
    assert ways(markup, url=f"{HOST}/list/13.html" if "/list/" in markup else FIRST) == WaysOn()


def test_another_pager_goes_before_icons() -> None:
    numbers = "<b>1</b> <a href='index_1.html'>2</a> <a href='index_2.html'>3</a>"
    assert ways(f"<div class='page'>{numbers} <a href='index_9.html'><i></i></a></div>").next_urls == (SECOND,)
    last = "<a href='/yc/'>1</a> <b>2</b>"
    found = ways(f"<p>共2页 {last} <a href='index_2.html'><i class='next-ico'></i></a></p>", FIRST, url=SECOND)
    assert found.end or found.is_last_stated
