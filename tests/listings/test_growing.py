"""A page without a pager whose scripts and elements say that its list goes on; and what scripts say of other things."""

from __future__ import annotations

import pytest

from newscrawler.listings.listing import ListingRules, read_listing
from newscrawler.listings.listing_page import ListingPage
from newscrawler.listings.pagers.growing import lets_lists_grow

PAGE_URL = "http://www.t.example/yc/"
STORIES = [(f"/yc/202606/t202606{10 + n}_{7000 + n}.html", f"第{n}座山里的水库开闸放水") for n in range(6)]
ROWS = "".join(f"<li><a href='{path}'>{title}</a><span>06-1{n}</span></li>" for n, (path, title) in enumerate(STORIES))

GOES_ON = {
    "a flag": "<script>var page = {pageNo: 1, hasMore: true};</script>",
    "a flag of another style": "<script>window.list = {'has_next': 1, 'page': 1}</script>",
    "minified": "<script>var l={page:1,hasNextPage:!0}</script>",
    "not the end": "<script>var isEnd = false, pageIndex = 1;</script>",
    "not the last page": '<script type="application/json">{"newsList": [], "isLastPage": false}</script>',
    "a total and a size": "<script>var total = '40'; var size = '6';</script>",
    "a total of records with a prefix": "<script>var m_nRecordCount = '40';</script>",
    "a total of records": "<input type='hidden' id='recordCount' value='40'>",
    "pages of an answer": "<script>window.__S__ = {list: {page: 1, pages: 7, rows: []}}</script>",
    "pages from zero": "<script>var d = {pageIndex: 0, totalPages: 7}</script>",
    "a comment": "<script>var zys = 7; //总页数</script>",
    "a call": "<div class='f'><script>document.write(showFenye(40, 6, 1))</script></div>",
    "a list of a library": "<van-list :finished='done' @load='onLoad'></van-list>",
    "a directive": "<div v-infinite-scroll='more' infinite-scroll-distance='10'></div>",
    "scrolling": "<script>$(window).scroll(function () { if (atBottom()) { getNewsList(++p); } });</script>",
    "an observer": "<b id='s'></b><script>new IntersectionObserver(e => e[0].isIntersecting && loadNext()).observe(s)</script>",
    "a picture": "<p><img src='/img/down.png' onclick='loadMore()'></p>",
    "an icon": "<div><i class='ico' onclick='nextPage(this)'></i></div>",
    "numbers": "<div class='pg'><span data-p='1'>1</span><span data-p='2'>2</span><span data-p='3'>3</span></div>",
    "words beside a search": "<form><input name='q'></form><p class='tip'>正在加载</p>",
    "numbers from zero": "<ul class='pager'><li data-i='0'>1</li><li data-i='1'>2</li></ul>",
}
FILLER = "function f(x) { return x + 1; }\n" * 8_000
GOES_ON |= {
    "at the end of a long script": f"<script>{FILLER}var zys = 7; //总页数\n</script>",
    "in the middle of a long script": f"<script>{FILLER}var countPage = 7;\n{FILLER}</script>",
}
SAYS_NOTHING = {
    "dots of pictures": "<ol class='carousel-indicators'><li data-slide-to='0'>1</li><li data-slide-to='1'>2</li></ol>",
    "dots that react to the mouse": "<div id='focus'><i onmouseover='go(0)' class='on'>1</i><i onmouseover='go(1)'>2</i></div>",
    "scores": "<p>评分：<span data-score='1'>1</span><span data-score='2'>2</span></p>",
    "days": "<div class='cal'><ul><li data-day='1'>1</li><li data-day='2'>2</li></ul></div>",
    "the weather": "<ul><li onclick='day(-1)'>昨天</li><li class='on' onclick='day(0)'>今天</li></ul>",
    "a ranking by days": "<p><a href='javascript:;' onclick=\"rank('d')\">昨日</a><a href='javascript:;'>本周</a></p>",
    "a ticker": "<p><a href='javascript:;' onclick='prevNews()'>&lt;</a><a href='javascript:;' onclick='nextNews()'>&gt;</a></p>",
    "a menu": "<p><a href='javascript:;' onclick='showMoreNav()'>更多栏目</a></p>",
    "an advertisement": "<a href='javascript:void(0)' onclick='adMore()'><img src='/i/gd.gif'></a>",
    "a vote": "<div class='vote'><b>网上调查</b><i onclick='nextPage()'></i></div>",
    "arrows of pictures": (
        "<div class='pics'><a class='prev'></a><a class='next'></a></div><script>$('.pics .next').click(turn);</script>"
    ),
    "a search": "<form action='/s'><input type='hidden' name='pageSize' value='6'><input type='hidden' name='total' value='900'><input name='q'></form>",
    "the settings of a site": "<script>var siteInfo = {newsCount: 35621, pageSize: 20};</script>",
    "flags of a site": "<script>var _cfg = {isLast: false, hasMore: 1, nav: 'list'};</script>",
    "a marquee": "<script>var isEnd = false, list = document.getElementById('gd');</script>",
    "statistics": "<script>window.__wf = {pageNo: 1, pageType: 'list', count: 3812};</script>",
    "a page that is not full": "<script>var totalCount = 40, pageSize = 20, pageNo = 1;</script>",
    "sizes": "<script>setPageSize(9, 6, 12); trackPage(12, 300);</script>",
    "pictures when scrolled": (
        "<script>function loadList() { img.src = img.dataset.src } window.addEventListener('scroll', loadList);</script>"
    ),
    "a bar when scrolled": "<script>window.onscroll = function () { showNewsBar() };</script>",
    "a login": (
        "<script>$(window).on('scroll', function () { $('.top').toggle() }); $.ajax({url: '/user', success: show});</script>"
    ),
    "a long script": f"<script>{FILLER}</script>",
    "no more": "<script>var page = {no: 1, hasMore: false};</script>",
    "the end": "<script>var isEnd = true, pageIndex = 1;</script>",
    "a comparison": "<script>if (list.hasMore == true) { more() }</script>",
    "a flag of nothing": "<script>var isEnd = false, timer = null;</script>",
    "the total of this page": "<script>var total = '6'; var size = '20';</script>",
    "a total not yet known": "<script>var total = 0; var size = 20;</script>",
    "a total of something": "<script>var stat = {count: 1200};</script>",
    "one page": "<script>window.__S__ = {list: {page: 1, pages: 1, rows: []}}</script>",
    "comments": "<script>var comment = {total: 56, page: 1, pageSize: 6, hasMore: true}</script>",
    "visitors": "<script>var visitCount = 56, pageSize = 6, page = 1;</script>",
    "a gallery": "<script>var g = {pages: 7, speed: 300}</script>",
    "a comment on other pages": "<script>var h = 40; // 页脚的高度</script>",
    "a call with this page": "<script>countPageView(1, 6)</script>",
    "back to the top": "<script>$(window).scroll(function () { $('#top').toggle(top() > 300); });</script>",
    "lazy pictures": "<script>new IntersectionObserver(es => es.forEach(e => { e.target.src = e.target.dataset.src }))</script>",
    "a search button": "<p><img src='/img/search.png' onclick='doSearch()'></p>",
    "a print": "<p><i class='ico' onclick='window.print()'></i></p>",
    "a tab that shows what is there": "<div><i onclick=\"showData('a')\"></i><p id='a' style='display:none'>注</p></div>",
    "a row of pictures": "<p><i onclick='nextPic()'></i></p>",
    "a search that loads": "<div class='mask'><input placeholder='搜索'><p>正在加载</p></div>",
    "numbers of readers": "<div class='f'><span data-n='3'>1</span><span data-n='9'>2</span></div>",
}


def ways_of(markup: str) -> tuple[str, ...]:
    body = f"<html><meta charset='utf-8'><body><div class='l'><ul>{ROWS}</ul>{markup}</div></body></html>".encode()
    listing = read_listing(body, url=PAGE_URL, number=1, rules=ListingRules(), is_own=lambda url: True)
    assert isinstance(listing, ListingPage) and len(listing.entries) == len(STORIES)
    return (*listing.ways.signs, *listing.ways.hints)


@pytest.mark.parametrize("markup", GOES_ON.values(), ids=GOES_ON)
def test_what_says_that_a_list_goes_on_is_a_sign(markup: str) -> None:
    assert ways_of(markup)


@pytest.mark.parametrize("markup", SAYS_NOTHING.values(), ids=SAYS_NOTHING)
def test_what_speaks_of_something_else_is_none(markup: str) -> None:
    assert ways_of(markup) == ()


@pytest.mark.parametrize(
    "script",
    [
        "var n = 2; $(window).on('scroll', function () { if (far()) return; $.getJSON('/api/list', {p: n++}, show) });",
        "import {observe} from './io.js'; observe(foot, async () => { show(await (await fetch(`/api/l?c=${c}`)).json()) });",
        "axios.get('/api/list', {params: {offset: cards.length}}).then(r => r.data.forEach(x => box.insertAdjacentHTML('beforeend', row(x))));",
    ],
)
def test_a_script_file_that_appends_entries_lets_lists_grow(script: str) -> None:
    assert lets_lists_grow(script)


@pytest.mark.parametrize(
    "script",
    [
        "$(window).scroll(function () { $('.top').toggle($(window).scrollTop() > 300); });",
        "$.get('/weather.json', function (d) { $('#weather').html(d.text); });",
        "new IntersectionObserver(es => es.forEach(e => { e.target.src = e.target.dataset.src })).observe(one);",
        "fetch('/api/comments?article=' + id).then(show);",
        "$.ajax({url: '/api/hot', data: {page: 1, size: 10}, success: function (d) { $('.hot ul').append(rows(d)) }});",
        "$(window).scroll(function () { $('.top').show() });\n$.get('/api/hits?u=' + location.pathname, show);",
        "window.onscroll = function () { showNewsBar() }; function showNewsBar() {}",
    ],
)
def test_a_script_file_that_does_something_else_does_not(script: str) -> None:
    assert not lets_lists_grow(script)
