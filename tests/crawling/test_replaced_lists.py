"""Lists that were replaced: their pages say so, and lead to the list that goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from support import nightly
from support.crawls import Crawl
from support.pages import DEFINITION, LAST_PAGE, Pages, article, listing

OLD = [(f"/n/20260305/{n}.html", f"青石坳第{n}号堤段加固完工", "2026-03-05") for n in range(1, 13)]
NEW = [(f"/n/20260601/{n}.html", f"白鹭洲第{n}座泵站开机试水", "2026-06-01") for n in range(1, 6)]
HOME = "<html><body><div class='nav'><a href='/gd/yichang/'>宜昌</a> <a href='/gd/enshi/'>恩施</a> <a href='/zt/'>专题</a></div></body></html>"


def site(notice: str, address: str = "/v2/yichang/", pager: str = LAST_PAGE) -> dict[str, Any]:
    """A portal whose page of 宜昌 shows a notice above its list; the new list is at an address."""
    return {
        "/": HOME,
        "/gd/yichang/": listing(OLD, pager).replace("<ul", f"{notice}<ul", 1),
        "/gd/enshi/": listing([]),
        address: listing(NEW),
        **{path: article(title, day) for path, title, day in [*OLD, *NEW]},
    }


def found(done: Crawl) -> tuple[int, set[str | None]]:
    """Return the number of stored articles, and the marks of 宜昌市 and its columns."""
    marks = done.rows("SELECT complete_back_to FROM sections WHERE name LIKE '宜昌市%'")
    return done.one("SELECT count(*) AS n FROM articles")["n"], {one["complete_back_to"] for one in marks}


NOTICES = [
    "<div class='notice'>本频道自2026年10月起启用新版，最新稿件请访问<a href='{}'>新版频道</a></div>",
    "<p><a href='{}'>本频道已停止更新，最新稿件请访问新频道</a></p>",
    "<p class='t'>温馨提示：本栏目不再更新，请移步<b><a href='{}'>这里</a></b>。</p>",
    "<div><span>此页面已迁移至：</span><a href='{}'>宜昌</a></div>",
    "<p><a href='{}'>进入新版频道 &gt;&gt;</a></p>",
    "<p>后续报道请见<a href='{}'><img src='/n.gif' alt='宜昌新闻'></a></p>",
]


@nightly.by_day(0)
@pytest.mark.parametrize(
    "address", ["/v2/yichang/", "/gd/yichang/new/", "/list.php?c=yichang", "/channels/yichang2025/", "/new-yichang/"]
)
@pytest.mark.parametrize("notice", NOTICES)
def test_the_list_that_goes_on_is_read_if_it_is_the_sections(
    crawl: Callable[..., Crawl], notice: str, address: str
) -> None:
    done = crawl(Pages(site(notice.format(address), address)), definition=DEFINITION)
    assert (done.status, *found(done)) == (0, 17, {"beginning"})


@nightly.by_day(3)
@pytest.mark.parametrize("notice", NOTICES)
def test_a_list_of_unknown_kind_is_told(crawl: Callable[..., Crawl], notice: str) -> None:
    """Its address does not name the section: it may be that of the whole portal."""
    done = crawl(Pages(site(notice.format("/list/5210.htm"), "/list/5210.htm")), definition=DEFINITION)
    assert (done.status, *found(done)) == (1, 12, {None}) and "/list/5210.htm" in done.messages


@nightly.by_day(0)
@pytest.mark.parametrize("notice", [NOTICES[0], "<p>历史新闻请访问<a href='{}'>资料库</a></p>"])
def test_an_address_to_which_several_sections_lead_is_told(crawl: Callable[..., Crawl], notice: str) -> None:
    """The last word of their addresses names a kind of list, and no section."""
    link = notice.format("/v2/zonghe/")
    pages = {
        f"/{city}/zonghe/": listing(rows, f"{LAST_PAGE}{link}") for city, rows in (("wh", OLD[:6]), ("yc", OLD[6:]))
    }
    home = (
        "<html><body><div class='nav'><a href='/wh/zonghe/'>武汉</a> <a href='/yc/zonghe/'>宜昌</a></div></body></html>"
    )
    done = crawl(Pages({**site(""), "/": home, **pages, "/v2/zonghe/": listing(NEW)}), definition=DEFINITION)
    assert done.status == 1 and done.one("SELECT count(*) AS n FROM articles")["n"] == 12
    reasons = done.rows("SELECT listing_end_reason AS reason FROM sections")
    assert len(reasons) == 2 and all("/v2/zonghe/" in one["reason"] for one in reasons)


def test_a_notice_that_appears_later_is_told(crawl: Callable[..., Crawl]) -> None:
    """The list shows known entries for ever; each crawl would call it complete."""
    portal = Pages(site(""))
    assert crawl(portal, definition=DEFINITION).status == 0
    portal.pages.update(site(NOTICES[0].format("/list/5210.htm"), "/list/5210.htm"))
    later = crawl(portal, definition=DEFINITION)
    assert (later.status, *found(later)) == (1, 12, {"beginning"}) and "/list/5210.htm" in later.messages
    portal.pages.update(site(NOTICES[0].format("/v2/yichang/")))
    assert found(crawl(portal, definition=DEFINITION))[0] == 17


@nightly.by_day(0)
def test_a_notice_above_a_long_list_is_told_by_each_crawl(crawl: Callable[..., Crawl]) -> None:
    """A later crawl goes on at a bookmark: what its first page leads to is no page that it leaves out."""
    rows = [(f"/n/20260305/{n}.html", f"青石坳第{n}号堤段加固完工", "2026-03-05") for n in range(1, 41)]
    pages: dict[str, Any] = {path: article(title, day) for path, title, day in rows}
    for number in range(4):
        shown = rows[10 * number : 10 * number + 10]
        on = f"<a href='/gd/yichang/{number + 1}.html'>下一页</a>" if number < 3 else LAST_PAGE
        pages[f"/gd/yichang/{number or ''}{'.html' if number else ''}"] = listing(shown, on)
    notice = NOTICES[0].format("/list/5210.htm")
    pages["/gd/yichang/"] = pages["/gd/yichang/"].replace("<ul", f"{notice}<ul", 1)
    for _ in range(3):
        done = crawl(Pages({**site(notice, "/list/5210.htm"), **pages}), definition=DEFINITION)
        assert (done.status, *found(done)) == (1, 40, {None}), done.messages


@nightly.by_day(0, 4)
@pytest.mark.parametrize(
    "notice",
    [
        "<p>本频道启用新版客户端，请点击<a href='/app/'>下载</a></p>",
        "<p>最新消息请关注微信公众号，<a href='/wx/'>查看</a></p>",
        "<p>本频道已停止更新</p><p><a href='/about/'>关于我们</a></p>",
        "<p>最新稿件请访问<a href='http://elsewhere.example/'>新频道</a></p>",
        "<div class='side'><h3>公告</h3><p><a href='/gg/1.html'>关于部分栏目改版的说明</a></p></div>",
        "<p>本栏目改版，专题请访问<a href='/zt/'>专题</a></p>",  # the homepage has it, too
        "<div class='tit'><span>最新消息</span><a href='/all.htm'>查看更多</a></div>",  # a heading, and a link beside it
        "<p>最新资讯请查看<a href='/rss/'>RSS订阅</a></p>",
        "<p>新版网站上线试运行，如有意见请<a href='/yj/'>点击反馈</a></p>",
        "<p>本页面已转至触屏版，<a href='/wap/'>点击访问</a></p>",
        "<p>新版上线 <a href='/old.htm'>返回旧版</a></p>",
        "<p>新版图书上架：<a href='/book/'>山水宜昌</a></p>",
        "<p><a href='/n/20260301/7.html'>港务局迁至新址，原频道停用后请访问服务大厅</a></p>",  # an article
    ],
)
def test_other_notices_say_nothing(crawl: Callable[..., Crawl], notice: str) -> None:
    done = crawl(Pages(site(notice)), definition=DEFINITION)
    assert (done.status, *found(done)) == (0, 12, {"beginning"})
