"""Words of a pager are no titles, whatever their addresses look like; numbers of a whole section are counted."""

from __future__ import annotations

import pytest

from newscrawler.listings.entries import ListingRules
from newscrawler.listings.link_lists import ListBefore
from newscrawler.listings.links import is_of_pager
from newscrawler.listings.listing import ListingPage, read_listing

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
