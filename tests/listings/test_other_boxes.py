"""Pagers, buttons and fields in boxes beside a list: those with a heading and content of their own say nothing about it."""

from __future__ import annotations

import pytest

from newscrawler.listings.entries import ListingRules
from newscrawler.listings.listing import read_listing
from newscrawler.listings.listing_page import ListingPage

URL = "http://www.t.example/yc/"
ROWS = "".join(
    f"<li><a href='/yc/2026/03{n:02d}/{n}.html'>石板坡第{n}条水渠修成</a><span>2026-03-{n:02d}</span></li>" for n in range(20, 10, -1)
)  # fmt: skip
LIST = f"<ul class='list'>{ROWS}</ul>"
VIDEOS = "<ul><li><a href='/v/6000.html'>航拍：大桥合龙</a></li><li><a href='/v/6001.html'>守艺人的一天</a></li></ul>"
PICTURES = "".join(f"<a href='/live/{n}.html'><img src='/{n}.jpg'></a>" for n in range(3))
NUMBERS = (
    "<p><a href='javascript:vp(1)' class='on'>1</a><a href='javascript:vp(2)'>2</a><a href='javascript:vp(3)'>3</a></p>"
)
ARROWS = "<div><a class='prev' href='javascript:;'>上一页</a> <span>1/3</span> <a class='next' href='javascript:;'>下一页</a></div>"
FIELD = "<p>往期查询 <input type='date' id='d'> <button>查看</button></p>"
BUTTON = "<a href='javascript:;'>查看更多</a>"


def read(body: str) -> ListingPage:
    own = lambda url: "t.example" in url  # noqa: E731
    page = read_listing(
        f"<html><body>{body}</body></html>".encode(), url=URL, number=1, rules=ListingRules(), is_own=own
    )
    assert isinstance(page, ListingPage) and len(page.entries) == 10
    return page


def signs(body: str) -> list[str]:
    page = read(body)
    return [*page.ways.signs, *page.ways.hints, *([page.date_field] if page.date_field else [])]


LAYOUTS = [
    "<div class='left'>{list}</div><div class='right'><div class='b'>{box}</div></div>",
    "<aside><div class='b'>{box}</div><div class='c'><p>天气</p></div></aside><main>{list}</main>",
    "<div class='content'>{list}<div class='b'>{box}</div></div>",
    "<table><tr><td>{list}</td><td><div>{box}</div></td></tr></table>",
]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    "box",
    [
        f"<h3>视频新闻</h3>{VIDEOS}{NUMBERS}",
        f"<div class='hd'><h3>直播回放</h3></div>{PICTURES}{ARROWS}",
        f"<h3>数字报纸</h3><img src='/p.jpg'>{FIELD}",
        f"<div class='hd'><h4>图说天下</h4><a href='/tp/'>更多</a></div>{VIDEOS}{BUTTON}",
    ],
)
def test_what_belongs_to_a_box_says_nothing_about_the_list(layout: str, box: str) -> None:
    assert signs(layout.format(list=LIST, box=box)) == []


TEXTS = "<ul><li>江边人：渡口又热闹起来了</li><li>山里客：路灯该早些亮</li></ul>"
OWN_PAGER = "<div class='page'>共1页 <span>1</span> <span>下一页</span></div>"


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("own_pager", [OWN_PAGER, ""])
@pytest.mark.parametrize(
    "box",
    [
        f"<h3>网友热评</h3>{TEXTS}<div class='page'>共12页 <a href='/comment/?p=1'>上一页</a> <a href='/comment/?p=2'>下一页</a></div>",
        f"<h4>大家说</h4>{TEXTS}<p>共12页 <a href='/say/2.html'>2</a> <a href='/say/3.html'>3</a> <a href='/say/2.html'>下一页</a></p>",
        f"<h3>最新留言</h3>{TEXTS}<div class='page'>共12页 <a href='javascript:cm(2)'>下一页</a></div>",
        f"{TEXTS}<div class='page'>1/12页 <a href='/pinglun/yc_2.html'>下一页</a></div>",
        "<div class='hd'>热评</div><dl><dd>好</dd></dl><p><a href='/guestbook.php?p=2'>2</a> <a href='/guestbook.php?p=2'>下一页</a></p>",
    ],
)
def test_the_pager_of_what_readers_wrote_is_not_the_lists(layout: str, own_pager: str, box: str) -> None:
    page = read(layout.format(list=LIST + own_pager, box=box))
    assert not page.ways.next_urls and page.ways.pages in (None, 1) and not page.ways.signs and not page.ways.hints
    assert bool(page.ways.end) is bool(own_pager)


@pytest.mark.parametrize(
    ("below", "address"),
    [
        ("<div class='b'><h3>温馨提示</h3><p>本栏目稿件欢迎转载。</p><div class='page'>共3页 <a href='{}'>下一页</a></div></div>", "/yc/index_2.html"),
        (f"<div class='b'><h3>网友热评</h3>{TEXTS}</div><div class='page'>共3页 <a href='{{}}'>下一页</a></div>", "/more/yc/2.html"),
        ("<div class='b'><h3>温馨提示</h3><div class='page'>共3页 <a href='{}'>下一页</a></div></div>", "/more/yc/2.html"),
        ("<div class='page'>共3页 <a href='{}'>下一页</a> <a href='/comment/'>评论</a></div>", "/more/yc/2.html"),
    ],
)  # fmt: skip
def test_the_pager_of_the_list_stays_its_own_beside_other_texts(below: str, address: str) -> None:
    page = read(f"<div class='main'>{LIST}{below.format(address)}</div>")
    assert page.ways.next_urls == (f"http://www.t.example{address}",)


@pytest.mark.parametrize(
    "below",
    [
        NUMBERS,
        f"<div class='page'>{NUMBERS}</div>",
        ARROWS,
        BUTTON,
        f"<div class='b'>{FIELD}</div>",
        f"<div class='b'><h4>往期新闻</h4>{FIELD}</div>",
        f"<div class='b'><h3>按日期浏览</h3>{FIELD}</div>",
        f"<div class='b'><h3>翻页</h3>{NUMBERS}</div>",
    ],
)
def test_what_stands_below_the_list_is_the_lists(below: str) -> None:
    assert signs(f"<div class='main'>{LIST}{below}</div>")


@pytest.mark.parametrize("control", [FIELD, BUTTON])
def test_the_head_of_the_list_is_no_other_box(control: str) -> None:
    assert signs(f"<div class='main'><div class='hd'><h2>宜昌</h2>{control}</div>{LIST}</div>")


@pytest.mark.parametrize("href", ["/yc/", URL, "http://www.t.example/yc/#top", "/yc/index.html"])
def test_a_link_to_more_that_leads_to_the_page_itself_is_none(href: str) -> None:
    assert (
        signs(f"<div class='main'><div class='hd'><h3>宜昌</h3><a href='{href}'>更多&gt;&gt;</a></div>{LIST}</div>")
        == []
    )


@pytest.mark.parametrize("name", ["swiper-pagination", "carousel-page", "slick-pager"])
def test_dots_of_a_slider_are_no_pager(name: str) -> None:
    script = "<script>new Swiper('.s')</script>"
    assert (
        signs(f"<div class='s'>{PICTURES}<div class='{name}'></div></div>{script}<div class='main'>{LIST}</div>") == []
    )
