"""Buttons 加载更多 that only show what is on the page: the list is whole. What may load more is told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from support import nightly
from support.pages import Pages, article

SHOWN, ALL = 4, 11
ENTRIES = [
    (f"/yc/2026/{day:%m%d}/{n}.html", f"石桥畔第{n}盏路灯换上新泡", f"{day}")
    for n, day in enumerate(date(2026, 6, 30) - timedelta(days=n) for n in range(ALL))
]


def rows(first: int, end: int, attributes: str = "") -> str:
    return "".join(
        f"<li {attributes}><a href='{path}'>{title}</a><span>{day}</span></li>"
        for path, title, day in ENTRIES[first:end]
    )


def site(markup: str, script: str, style: str = "", head: str = "") -> Pages:
    page = f"<html><head><style>{style}</style>{head}</head><body>{markup}<script>{script}</script></body></html>"
    menu = "<html><body><p><a href='/yc/'>宜昌</a></p></body></html>"
    return Pages({"/": menu, "/yc/": page, **{path: article(title, day) for path, title, day in ENTRIES}})


def two(hidden: str = "style='display:none'", button: str = "<a class='more' href='javascript:;'>加载更多</a>") -> str:
    return f"<ul class='list'>{rows(0, SHOWN)}{rows(SHOWN, ALL, hidden)}</ul>{button}"


ONE_LIST = f"<ul class='list'>{rows(0, ALL)}</ul><a class='more' href='#'>查看更多</a>"
NUMBERS = "<p><b>1</b> <a href='javascript:go(2)'>2</a> <a href='javascript:go(3)'>3</a></p>"
WHOLE: list[tuple[str, str, str]] = [
    (two(), "$('.more').click(function(){$('.list li:hidden').slice(0,4).show();})", ""),
    (two("class='hide'"), "$('.more').on('click',function(){$('.hide').removeClass('hide');$(this).hide()})", ""),
    (two("hidden", "<button id='b'>加载更多</button>"), "var b=document.getElementById('b');\nb.onclick=function(){"
     "document.querySelectorAll('.list li').forEach(function(e){e.hidden=false})}", ""),
    (two("class='old'", "<p onclick='all()'>点击加载更多</p>"),
     "function all(){var l=document.getElementsByClassName('old');for(var i=0;i<l.length;i++){l[i].style.display='block'}}",
     ".list li.old{display:none}"),
    (ONE_LIST, "$('.more').click(function(){n+=4;$('.list li').slice(0,n).show();$(this).html('没有更多了')})",
     ".list li:nth-child(n+5){display:none}"),
    (ONE_LIST, "$('.list li:gt(3)').hide();function open2(){$('.list li').fadeIn()}$('a.more').bind('click',open2)", ""),
    (f"<ul>{rows(0, SHOWN)}</ul><ul class='none'>{rows(SHOWN, ALL)}</ul><div class='more'>展开更多</div>",
     "document.querySelector('.more').addEventListener('click',()=>{toggleAll()});"
     "function toggleAll(){document.querySelector('ul.none').classList.toggle('none')}", ""),
    (f"<ul id='news'>{rows(0, SHOWN)}{rows(SHOWN, ALL, 'style=display:none')}</ul>{NUMBERS}",
     "function go(n){var l=document.getElementById('news').children;for(var i=0;i<l.length;i++)"
     "l[i].style.display=(i>=(n-1)*4&&i<n*4)?'':'none'}", ""),
    (f"<ul class='list'>{rows(0, ALL)}</ul>{NUMBERS}",
     "$('.list li').slice(4).hide();function go(n){$('.list li').hide().slice(n*4-4,n*4).show()}", ""),
]  # fmt: skip


@nightly.by_day(2)
@pytest.mark.parametrize(("markup", "script", "style"), WHOLE)
def test_a_button_that_only_shows_entries_ends_the_list(crawl, markup: str, script: str, style: str) -> None:
    done = crawl(site(markup, script, style))
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == ALL
    section = done.one("SELECT listing_end, complete_back_to FROM sections")
    assert (section["listing_end"], section["complete_back_to"]) == ("proven", "beginning"), done.messages
    assert done.status == 0


MORE: list[tuple[str, str]] = [
    (two(), ""),
    (two(), "$('.more').click(function(){$('.list li:hidden').show();load()});function load(){$.get('/x'+seed(),put)}"),
    (two(), "$('.more').click(function(){$('.list li:hidden').show();next()})"),
    (two(), "$('.more').click(function(){$('.list li:hidden').show();app.next()})"),
    (two(), "$('.more').click(function(){$('.list li:hidden').show();$('#real').click()})"),
    (two(), "$('.more').click(function(){$('.list').append(rest)})"),
    (two(), "$('.other').click(function(){$('.list li:hidden').show()})"),
    (two(button="<a class='more' onclick='more(this)'>加载更多</a>"), "$('.list li:hidden').show()"),
    (two(), "$('.more').click(function(){$('.list').html(all)});$('.list li').show()"),
    (two(button=NUMBERS), "function go(n){$('.list li').show();load(n)}"),
    (two(button=NUMBERS), "function go(n){$('.menu li').hide().eq(n).show()}"),
    (two(button=NUMBERS), "$('.list li').show()"),
    (
        f"<div id='g'><ul>{rows(0, 6)}</ul><ul style='display:none'>{rows(6, ALL)}</ul></div>{NUMBERS}",
        "function go(n){var g=document.getElementById('g').children;for(var i=0;i<g.length;i++)"
        "g[i].style.display=(i==n-1)?'':'none'}",
    ),
]


@nightly.by_day(1)
@pytest.mark.parametrize(("markup", "script"), MORE)
def test_a_button_that_may_load_more_is_told(crawl, markup: str, script: str) -> None:
    done = crawl(site(markup, script))
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == ALL
    assert done.one("SELECT listing_end FROM sections")["listing_end"] == "more", done.messages
    assert done.status == 1


def test_a_button_that_shows_something_else_proves_nothing(crawl) -> None:
    """No entry is hidden: nothing shows that the list is whole."""
    script = "$('.more').click(function(){$('.menu').show()})"
    done = crawl(site(f"<ul class='list'>{rows(0, ALL)}</ul><a class='more' href='#'>查看更多</a>", script))
    section = done.one("SELECT listing_end, complete_back_to FROM sections")
    assert section["listing_end"] == "unproven" and section["complete_back_to"] == ENTRIES[-1][2]


@nightly.by_day(0)
@pytest.mark.parametrize("is_script", [True, False])
def test_a_button_of_a_block_at_the_side_proves_nothing_about_the_list(crawl, is_script: bool) -> None:
    """It shows hidden links of its own block; nothing shows that the list is whole."""
    tips = "".join(
        f"<p class='{'' if is_script else 'hide'}'><a href='/t/{n}/'>第{n}个办事窗口的位置和电话</a></p>"
        for n in range(4)
    )
    script = "$('.tips p:gt(1)').hide();" if is_script else ""
    script += "$('.more').click(function(){$('.tips p').removeClass('hide').show()})"
    side = f"<div class='tips'>{tips}<a class='more' href='#'>查看更多</a></div>"
    done = crawl(site(f"<ul class='list'>{rows(0, ALL)}</ul>{side}", script))
    section = done.one("SELECT listing_end, complete_back_to FROM sections")
    assert (section["listing_end"], section["complete_back_to"]) == ("unproven", ENTRIES[-1][2]), done.messages
