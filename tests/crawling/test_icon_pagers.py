"""Listings whose pagers are icons or pictures without a word are read to their end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support import nightly
from support.crawls import Crawl
from support.endings import STORIES, section, site, stored
from support.pages import listing

SIGNS = {
    "icons": ("<i class='iconfont icon-left'></i>", "<i class='iconfont icon-right'></i>"),
    "without names": ("<i></i>", "<i></i>"),
    "pictures": ("<img src='/img/syy.gif'>", "<img src='/img/xyy.gif'>"),
    "glyphs": ("<em>&#xe601;</em>", "<em>&#xe602;</em>"),
}
ADDRESSES: dict[str, Callable[[int], str]] = {
    "numbers": lambda n: f"/yichang/{f'index_{n}.html' if n else ''}",
    "a query": lambda n: f"/yichang/{f'?page={n + 1}' if n else ''}",
    "counted down": lambda n: f"/yichang/{f'list_{5 - n}.html' if n else ''}",
}
BOXES = {"in a pager": "<div class='pager'>{}</div>", "alone": "<div class='fr'>{}</div>"}
SWITCHED_OFF = "<a class='disabled'>{}</a>"


def pages(address: Callable[[int], str], back: str, on: str, box: str, off: str = "") -> dict[str, object]:
    """Five pages of eight articles each; `off` is what stands in place of a link that leads nowhere."""
    found: dict[str, object] = {}
    for number in range(5):
        before = f"<a href='{address(number - 1)}'>{back}</a>" if number else off.format(back)
        after = f"<a href='{address(number + 1)}'>{on}</a>" if number < 4 else off.format(on)
        found[address(number)] = listing(STORIES[8 * number : 8 * number + 8], box.format(f"{before} {after}"))
    return found


@nightly.by_day(0, 7)
@pytest.mark.parametrize("box", BOXES.values(), ids=BOXES)
@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
@pytest.mark.parametrize(("back", "on"), SIGNS.values(), ids=SIGNS)
def test_icons_are_followed_to_the_last_page(
    crawl: Callable[..., Crawl], back: str, on: str, address: Callable[[int], str], box: str
) -> None:
    done = crawl(site(pages(address, back, on, box)))
    assert (done.status, stored(done), section(done)["mark"]) == (0, 40, "beginning"), done.messages


@nightly.by_day(0)
@pytest.mark.parametrize(("back", "on"), SIGNS.values(), ids=SIGNS)
def test_an_icon_that_is_switched_off_is_the_end(crawl: Callable[..., Crawl], back: str, on: str) -> None:
    done = crawl(site(pages(ADDRESSES["numbers"], back, on, BOXES["in a pager"], SWITCHED_OFF)))
    assert (done.status, stored(done), section(done)["mark"]) == (0, 40, "beginning"), done.messages


@nightly.by_day(0)
@pytest.mark.parametrize("on", ["<a href='javascript:;'><i></i></a>", "<button><i></i></button>"])
def test_an_icon_that_a_script_follows_is_told(crawl: Callable[..., Crawl], on: str) -> None:
    pager = f"<div class='pager'><a class='disabled'><i></i></a>{on}</div>"
    done = crawl(site({"/yichang/": listing(STORIES[:8], pager)}))
    found = section(done)
    assert (done.status, found["listing_end"]) == (1, "more"), done.messages
    assert "an icon of its pager is a button of a script" in str(found["reason"])


@nightly.by_day(1)
@pytest.mark.parametrize(
    "beside",
    [
        "<div class='ad'><a href='/jingzhou/'><img src='/img/ad1.gif'></a></div>",
        "<div class='page'><a href='javascript:;' class='totop'><i></i></a></div>",
        "<p><a href='?view=1'><i class='rows'></i></a><a href='?view=2'><i class='tiles'></i></a></p>",
        "<ul>" + "".join(f"<li><a href='{path}'><img src='/t.jpg'></a></li>" for path, _, _ in STORIES[:2]) + "</ul>",
    ],
)
def test_other_icons_say_nothing(crawl: Callable[..., Crawl], beside: str) -> None:
    done = crawl(site({"/yichang/": listing(STORIES[:8], beside)}))
    assert (done.status, section(done)["listing_end"], stored(done)) == (0, "unproven", 8), done.messages
