"""A way on without an address: a script reacts to it, or it is switched off on the only page of a list."""

from __future__ import annotations

import pytest

from newscrawler.listings.listing import ListingRules, read_listing
from newscrawler.listings.listing_page import ListingPage
from newscrawler.listings.ways import WaysOn

PAGE_URL = "http://www.t.example/yc/"
ROWS = "".join(
    f"<li><a href='/yc/202606/t202606{10 + n}_{7000 + n}.html'>第{n}座山里的水库开闸放水</a><span>06-1{n}</span></li>"
    for n in range(6)
)
REACTS = {
    "a class": "<a class='nextbtn'>下一页</a><script>$('.nextbtn').click(function () { load(++page) });</script>",
    "a traditional class": "<a class='next'>下一頁</a><script>document.querySelector('a.next').onclick = more</script>",
    "an id": "<span id='xyy'>下一页</span><script>document.getElementById('xyy').addEventListener('click', on)</script>",
    "the item around it": "<ul><li class='turn'><b>下一页</b></li></ul><script>$('.f').on('click', '.turn', on)</script>",
    "a directive": "<ul><li @click='back'>上一页</li><li @click='on'>下一页</li></ul>",
    "another directive": "<a ng-click='on()'>下一页</a>",
    "a small program": "<i class='btn' bindtap='on'>下一页</i>",
    "a key": "<a data-act='next'>下一页</a>",
    "a number": "<em data-page-num='2'>下一页</em>",
    "numbers": "<span class='cur'>1</span><span @click='go(2)'>2</span><span @click='go(3)'>3</span>",
    "a day": "<span onclick='day(-1)'>前一天</span>",
    "a day of a script": "<a href='javascript:;' class='d'>前一日</a>",
}
SWITCHED_OFF = {
    "links": "<a>首页</a> <a>上一页</a> <a>下一页</a> <a>尾页</a>",
    "spans": "<span>首页</span><span>上一页</span><span>1</span><span>下一页</span><span>尾页</span>",
    "a class": "<a class='next disabled' href='javascript:;' onclick='on()'>下一页</a>",
    "a script about something else": "<a class='next'>下一页</a><script>$('.next').addClass('gray')</script>",
    "a scope of styles": "<a data-v-7ba5bd90 class='n'>下一页</a>",
    "a plug-in of sliders": "<a class='next'>下一页</a><script>$(this).find('.next').click(slide)</script>",
    "a class that another box has": (
        "<span class='next'>下一页</span></div><div><span class='next'>下一张</span>"
        "<script>$('.next').on('click', slide)</script>"
    ),
    "a programme": "<span>下一页</span></div><div><h3>节目单</h3><a href='javascript:;' onclick='day(-1)'>前一天</a>",
    "another box": "<a class='next'>下一页</a><script>$('.focus .next').click(slide)</script>",
    "a tip": "<a data-toggle='tooltip'>下一页</a>",
}


def ways_of(pager: str, number: int = 1) -> WaysOn:
    body = f"<html><meta charset='utf-8'><body><div><ul>{ROWS}</ul><div class='pages'>{pager}</div></div></body></html>"
    listing = read_listing(body.encode(), url=PAGE_URL, number=number, rules=ListingRules(), is_own=lambda url: True)
    assert isinstance(listing, ListingPage) and len(listing.entries) == 6
    return listing.ways


@pytest.mark.parametrize("pager", REACTS.values(), ids=REACTS)
def test_what_a_script_reacts_to_leads_on(pager: str) -> None:
    ways = ways_of(pager)
    assert (ways.signs or ways.hints) and not ways.end


@pytest.mark.parametrize("pager", SWITCHED_OFF.values(), ids=SWITCHED_OFF)
def test_what_nothing_reacts_to_is_switched_off(pager: str) -> None:
    ways = ways_of(pager)
    assert ways.end and not (ways.signs or ways.hints)


def test_a_control_with_an_id_is_no_proof_where_a_script_file_may_react_to_it() -> None:
    ways = ways_of("<span id='prev'>上一页</span><span id='next'>下一页</span><script src='/js/site.js'></script>")
    assert not (ways.end or ways.signs or ways.hints)


def test_the_last_of_pages_with_addresses_is_the_last_one() -> None:
    turn = "<a class='next'>下一页</a><script>$('.next').on('click', turn)</script>"
    assert ways_of(f"<a href='./'>上一页</a> {turn}", number=2).end
