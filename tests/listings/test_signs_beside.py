"""What a page shows beside its list that says that there is more, where no pager says anything; and what only seems to."""

from __future__ import annotations

import pytest

from newscrawler.listings.entries import ListingRules
from newscrawler.listings.listing import read_listing
from newscrawler.listings.listing_page import ListingPage

URL = "http://www.t.example/yc/"
ROWS = "".join(
    f"<li><a href='/yc/2026/03{n:02d}/{n}.html'>青石坳第{n}段水渠修成通水</a><span>2026-03-{n:02d}</span></li>"
    for n in range(20, 10, -1)
)
SIDE = "".join(f"<li><a href='/hot/2026/0301/{n}.html'>雨后的山路又添了第{n}座桥</a></li>" for n in range(5))
LIST = f"<div class='main'><ul class='list'>{ROWS}</ul>"


def read(after: str, before: str = "") -> ListingPage:
    page = read_listing(
        f"<html><body><div class='nav'><a href='/'>首页</a></div>{before}{LIST}{after}</div></body></html>".encode(),
        url=URL,
        number=1,
        rules=ListingRules(),
        is_own=lambda address: "t.example" in address,
    )
    assert isinstance(page, ListingPage) and len(page.entries) >= 10
    return page


def signs(after: str, before: str = "") -> tuple[str, ...]:
    page = read(after, before)
    assert not page.ways.end, page.ways
    return (*page.ways.signs, *page.ways.hints)


@pytest.mark.parametrize(
    "after",
    [
        "<div class='info'>共1,045条</div>",
        "<div class='info'>共 1 045 条</div>",
        "<div class='info'>共1.2万条</div>",
        "<div class='info'>共有三十篇文章</div>",
        "<p>频道累计稿件 <b>30</b> 篇</p>",
        "<p>检索到 30 条相关结果</p>",
        "<p>相关结果 <b>58</b> 条</p>",
        "<p>仅提供前1页</p>",
        "<p>最多显示 10 条</p>",
        "<h3>最近更新（仅列最新10条）</h3>",
        "<p>只能查看最近30天的新闻</p>",
        "<div>总数：46 条</div>",
        "<div>每页10条 共46条记录</div>",
        "<div>共<b id='t'>0</b>条</div>",
        "<div>第一页　共三页</div>",
        "<div>第１页／共３页</div>",
        "<div>Page 1 of 3</div>",
        "<div>page: 1/3</div>",
        "<div>1 of 3 pages</div>",
        "<div><input type='text' value='1'> / 3 <button>GO</button></div>",
        "<script>var nowPage = '1', allPage = '3';</script>",
        "<script>window.PG = {c: 1, t: 3, s: 10};</script>",
        "<div id='pg' data-cur='1' data-pages='3'></div>",
        "<div class='p' data-page='0' data-total-pages='3'></div>",
        "<p>余下20条新闻，<a href='javascript:all()'>全部展示</a></p>",
        "<p>还有 20 篇未显示</p>",
        "<p><a href='javascript:;' onclick='all()'>查看全部30条&gt;&gt;</a></p>",
        "<ul class='tabs'><li class='on'>全部(30)</li><li>图文(0)</li></ul>",
        "<h4>全部新闻（30）</h4>",
        "<div class='ym'>页码：1/3</div>",
    ],
)
def test_a_number_above_what_is_shown_is_a_sign(after: str) -> None:
    assert signs(after)


@pytest.mark.parametrize(
    "after",
    [
        # Numbers of something else, of another block, of the whole portal, of this page.
        "<p>共 30 条评论</p>",
        "<p>网友评论（共 30 条）</p>",
        "<div class='comments'><h4>评论</h4><p>共30条</p></div>",
        "<p>本站共有新闻 3045 篇</p>",
        "<p>累计访问 1,045 次</p>",
        "<p>本页共 30 条</p>",
        "<p>共 10 篇</p>",
        "<p>共 11 条新闻</p>",
        f"</div><div class='side'><h3>排行</h3><p>共 300 条</p><ul>{SIDE}</ul>",
        "<p>全县共 30 个村</p>",
        "<p>结果30个村受灾</p>",
        "<p>最多显示 50 条</p>",
        "<p>仅有 3 年</p>",
        "<p>还有20条评论</p>",
        "<div class='rank'><h3>便民信息</h3><p>还有20条</p></div>",
        "<ul class='tabs'><li class='on'>图文(10)</li><li>全部(30)</li></ul>",
        "<p class='on'>全部(10)</p>",
        "<p>查看全部10条</p>",
        "<div class='comments'><p>查看全部30条</p></div>",
        # No pages of a list.
        "<div class='album'>图 1 / 3</div>",
        "<p>3/15 消费者权益日</p>",
        "<div><input type='text' value='2026'> / 3 月</div>",
        "<script>var slide = {c: 1, t: 3, s: 10};</script>",
        "<script>var page = {id: 7, level: 3, root: 1};</script>",
        "<script>var page = {c: 1, s: 10};</script>",
        "<script>var page = {c: 1, t: 1, s: 10};</script>",
        "<div data-cur='1' data-pages='1'></div>",
        "<div data-id='1' data-pages='3'></div>",
        "<div data-index='7' data-page-count='3'></div>",
    ],
)
def test_a_number_of_something_else_is_none(after: str) -> None:
    assert signs(after) == ()


@pytest.mark.parametrize(
    "after",
    [
        "<div class='ft'><span class='btn'>MORE+</span></div>",
        "<button type='button'>显示全部</button>",
        "<div class='all'>查看更多新闻 ∨</div>",
        "<a class='m'>更多</a>",
        "<a href='#'>往日回顾</a>",
        "<p class='note'>本栏目仅展示近期稿件，更早内容请通过站内检索查询。</p>",
        "<p>历史新闻请到档案中心查询</p>",
        "<div class='dl'><a href='/app/'>打开APP，查看全部内容</a></div>",
        "<div class='turn'><i class='f' id='left'>&#xe600;</i><i class='f' id='right'>&#xe601;</i></div>",
        "<ul class='years'><li class='on'>2023</li><li data-y='2022'>2022</li><li data-y='2021'>2021</li></ul>",
        "<div><a href='javascript:;'>2025年</a><a href='javascript:;'>2024年</a></div>",
        "<ul><li class='on'>全部</li><li data-id='1'>夷陵区</li><li data-id='2'>秭归县</li><li data-id='3'>长阳县</li></ul>",
    ],
)
def test_what_leads_on_without_an_address_is_a_sign(after: str) -> None:
    assert signs(after)


@pytest.mark.parametrize(
    "after",
    [
        # Headings of other lists, what is switched off or hidden, what has an address.
        f"<h3>更多新闻</h3><ul>{SIDE}</ul>",
        f"</div><div class='side'><span>更多</span><ul>{SIDE}</ul>",
        "<span class='more disabled'>浏览更多新闻</span>",
        "<div style='display:none'><span>往日回顾</span></div>",
        "<p>更多精彩请关注微信公众号</p>",
        "<p>下载客户端，看精彩视频</p>",
        "<p>查看更多请点右上角</p>",
        # Years and names that are not the list's, lead somewhere, or show a part of this page.
        "<p>版权所有 2005 - 2026</p>",
        f"</div><div class='side'><p><b>2025</b><b>2024</b></p><ul>{SIDE}</ul>",
        "<ul><li class='on'>图片</li><li data-id='tu'>视频</li><li data-id='sp'>专题</li></ul><p id='tu'></p><p id='sp'></p>",
        "<ul><li class='on'>图片</li><li>视频</li><li>专题</li></ul>",
        "<div class='share'><i id='left'>分享</i><i id='right'>收藏</i></div>",
        "<div class='slider'><i class='prev'>&lt;</i><i class='next'>&gt;</i></div>",
    ],
)
def test_what_leads_elsewhere_is_none(after: str) -> None:
    assert signs(after) == ()


@pytest.mark.parametrize("after", ["<p>往日回顾</p>", "<p>仅展示近期稿件</p>", "<ul><li>2023</li><li>2022</li></ul>"])
def test_a_pager_that_ends_is_the_stronger_witness(after: str) -> None:
    page = read(f"<div class='page'><span>上一页</span> <b>1</b> <span>下一页</span></div>{after}")
    assert page.ways.end and not page.ways.signs and not page.ways.hints


def test_a_link_of_an_image_or_to_the_old_site_leads_on() -> None:
    for after in ("<a href='/yc/all.html'><img src='/img/more.gif'></a>", "<p><a href='/old/'>返回旧版</a></p>"):
        assert [lead.url for lead in read(after).ways_on], after
    for after in ("<a href='/zt/'><img src='/img/moremoney.gif'></a>", "<p><a href='/old/'>返回首页</a></p>"):
        assert not read(after).ways_on, after
    above = "<p><a href='/old/'>返回旧版</a></p>"
    assert all(not lead.is_older for lead in read("", above).ways_on)
