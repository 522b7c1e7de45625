"""Pagers made of buttons and icons: switched off they prove the end, else a script follows them."""

from __future__ import annotations

import pytest

from newscrawler.extraction.page import Page, read_page
from newscrawler.listings.pagers import PagerView, read_ways
from newscrawler.listings.ways import WaysOn

URL = "http://news.t.example/yc/"


def ways(markup: str) -> WaysOn:
    page = read_page(f"<html><body>{markup}</body></html>".encode(), url=URL)
    assert isinstance(page, Page)
    return read_ways(PagerView(page.root, URL, URL, 1))


@pytest.mark.parametrize(
    "markup",
    [
        "<div class='pager'><span class='btn' aria-label='上一页'></span><span aria-label='下一页' aria-disabled='true'></span></div>",
        "<nav class='pagination'><button disabled aria-label='上一页'></button><button disabled aria-label='下一页'><svg></svg></button></nav>",
        "<div class='pager'><button disabled class='prev'></button><button disabled class='next'><i class='icon'></i></button></div>",
        "<div class='page'><i class='next off'></i></div>",
        "<ul class='pages'><li class='next disabled'><i class='fa'></i></li></ul>",
        "<div class='fanye'><button disabled>上一页</button><button disabled>下一页</button></div>",
        "<div class='page'><em title='下一页' class='gray'></em></div>",
        "<div class='Pagination'><a class='prev' href='?page=2'></a><a class='next disabled'><i class='icon-right'></i></a></div>",
    ],
)
def test_a_button_that_is_switched_off_proves_the_end(markup: str) -> None:
    found = ways(markup)
    assert found.end and not found.signs and not found.hints, found


@pytest.mark.parametrize(
    "markup",
    [
        "<div class='pager'><button class='prev' disabled></button><button class='next'></button></div>",
        "<div class='fanye'><button disabled>上一页</button><button>下一页</button></div>",
        "<div class='pager'><span aria-label='上一页' aria-disabled='true'></span><span aria-label='下一页'></span></div>",
        "<div class='page'></div>",
        "<div class='pager'></div><div class='Box'><a class='next disabled'><i class='icon-right'></i></a></div>",
        "<div class='pager'></div><div class='swiper'><div class='page'><a class='next disabled'></a></div></div>",
    ],
)
def test_a_button_that_a_script_follows_is_a_sign_of_more(markup: str) -> None:
    found = ways(markup)
    assert not found.end and not found.next_urls and (found.signs or found.hints), found


@pytest.mark.parametrize(
    "markup",
    [
        "<div class='carousel'><a class='carousel-control-next' href='#c'><span class='visually-hidden'>Next</span></a></div>",
        "<div class='swiper'><div class='swiper-button-next' aria-label='Next'></div></div>",
        "<div id='slider'><button class='next' title='下一页'></button></div>",
        "<div class='banner-box'><div class='hd'><span>下一页</span></div></div>",
        "<div class='photos'><button class='next'></button></div>",  # in no pager
        "<button aria-label='下一张'></button>",
    ],
)
def test_the_buttons_of_a_row_of_pictures_say_nothing(markup: str) -> None:
    assert ways(markup) == WaysOn()
