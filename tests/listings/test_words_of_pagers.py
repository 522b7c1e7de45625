"""Words of a pager are no titles, whatever their addresses look like; numbers of a whole section are counted."""

from __future__ import annotations

import pytest

from newscrawler.listings.entries import ListingRules
from newscrawler.listings.link_lists import ListBefore
from newscrawler.listings.links import is_of_pager
from newscrawler.listings.listing import read_listing
from newscrawler.listings.listing_page import ListingPage

HOST = "http://www.t.example"


def read(body: str, number: int, before: ListBefore | None = None) -> ListingPage:
    rules = ListingRules(before=before) if before else ListingRules()
    url = f"{HOST}/list/1208{'_2' if number > 1 else ''}.html"
    is_own = lambda link: link.startswith(HOST)  # noqa: E731
    page = read_listing(
        f"<html><body>{body}</body></html>".encode(), url=url, number=number, rules=rules, is_own=is_own
    )
    assert isinstance(page, ListingPage)
    return page


def listing(numbers: range, pager: str, item: str) -> str:
    menu = "".join(f"<li><a href='/list/{n}.html'>{name}</a></li>" for n, name in ((1201, "绵阳"), (1215, "乐山")))
    items = "".join(
        item.format(path=f"/p/{n}.html", title=f"江边第{n}座水文站建成", day=f"2026-06-{n}") for n in numbers
    )
    return f"<div class='city'><ul>{menu}</ul></div><main><div class='news'>{items}</div>{pager}</main>"


@pytest.mark.parametrize(
    "item",
    [
        "<div class='item'><h3><a href='{path}'>{title}</a></h3><i>{day}</i></div>",
        "<p><a href='{path}'>{title}</a> {day}</p>",
        "<dl><dt><a href='{path}'>{title}</a></dt><dd>{day}</dd></dl>",
    ],
)
@pytest.mark.parametrize("words", [("上一页", "1"), ("« 上页", "第1页"), ("&lt;", "首页"), ("prev", "[1]")])
def test_a_last_page_with_one_entry_has_no_other(item: str, words: tuple[str, str]) -> None:
    first = read(listing(range(10, 20), "<p><b>1</b> <a href='/list/1208_2.html'>2</a></p>", item), 1)
    back = "".join(f"<a href='/list/1208.html'>{word}</a> " for word in words)
    last = read(listing(range(20, 21), f"<p>{back}<b>2</b></p>", item), 2, first.main_list)
    assert [entry.url for entry in last.entries] == [f"{HOST}/p/20.html"]


@pytest.mark.parametrize(
    "title",
    [
        "上一页",
        "下页",
        "尾页",
        "[ 3 ]",
        "第12页",
        ">",
        "»",
        "下一页>",
        "末页",
        "Next",
        "最后一页",
        "2026年11月",
        "2025年",
        "2026-09",
        "[2024年度]",
    ],
)
def test_words_of_pagers(title: str) -> None:
    assert is_of_pager(title)


@pytest.mark.parametrize(
    "title", ["", "首页要闻", "第3页书的故事", "2026年度人物", "2026年6月3日", "上一页写满了字", "123456", "更多"]
)
def test_titles(title: str) -> None:
    assert not is_of_pager(title)


@pytest.mark.parametrize(("text", "entries"), [("本栏目共有 <b>10</b> 条信息", 10), ("该频道共10篇", 10), ("本页共10条信息", None), ("共10条信息", None)])  # fmt: skip
def test_a_number_of_the_whole_section_is_stated(text: str, entries: int | None) -> None:
    item = "<p><a href='{path}'>{title}</a> {day}</p>"
    assert read(listing(range(10, 20), f"<div>{text}</div>", item), 1).ways.entries == entries


OLDER = [
    "早期文章",
    "← 早期文章",
    "较早的文章",
    "更早的文章 »",
    "早先的新闻",
    "以前的文章",
    "Older posts",
    "« Older Entries",
    "← Older posts",
]
FORMS = {
    "links beside each other": "<div class='nav-posts'><div class='nav-previous'><a href='{0}'>{1}</a></div>"
    "<div class='nav-next'><a href='/list/1208.html'>较新文章 →</a></div></div>",
    "an arrow in an element": "<div><a href='{0}'><span class='meta-nav'>&larr;</span> {1}</a></div>",
    "below a list of the pager's": "<nav class='pagination'><a href='{0}'>{1}</a></nav>",
}  # fmt: skip
ITEM = "<li><a href='{path}'>{title}</a><i>{day}</i></li>"


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("words", OLDER)
def test_older_articles_of_a_blog_are_the_next_page(words: str, form: str) -> None:
    page = read(listing(range(10, 20), form.format("/list/1208_2.html", words), ITEM), 1)
    assert page.ways.next_urls == (f"{HOST}/list/1208_2.html",)


def test_the_newest_articles_of_a_blog_are_no_next_page() -> None:
    page = read(listing(range(10, 20), "<p><a href='/list/1208.html'>较新文章 →</a></p>", ITEM), 2)
    assert not page.ways.next_urls


@pytest.mark.parametrize("words", OLDER)
def test_an_archive_beside_a_list_is_not_its_next_page(words: str) -> None:
    archive = f"<div class='side'><a href='/archive/2010/'>{words}</a></div>"
    alone = read(listing(range(10, 20), archive, ITEM), 1)
    assert not alone.ways.next_urls
    beside = read(listing(range(10, 20), archive + "<p><a href='/list/1208_2.html'>下一页</a></p>", ITEM), 1)
    assert beside.ways.next_urls == (f"{HOST}/list/1208_2.html",)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_each_page_of_a_blog_leads_to_the_one_after_it(number: int) -> None:
    url = f"{HOST}/category/yc/" + (f"page/{number}/" if number > 1 else "")
    items = "".join(
        ITEM.format(path=f"/2026/06/{n}/", title=f"江边第{n}座水文站建成", day="2026-06-20") for n in range(9)
    )
    older = f"<p><a href='/category/yc/page/{number + 1}/'>&larr; 早期文章</a></p>"
    body = f"<html><body><ul>{items}</ul>{older}</body></html>"
    page = read_listing(body.encode(), url=url, number=number, rules=ListingRules(), is_own=lambda link: True)
    assert isinstance(page, ListingPage)
    assert page.ways.next_urls == (f"{HOST}/category/yc/page/{number + 1}/",)
