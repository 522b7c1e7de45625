"""Parts of one list: groups of other classes, days as headings between them, leads above."""

from __future__ import annotations

import pytest

from newscrawler.listings.entries import ListingRules
from newscrawler.listings.listing import read_listing
from newscrawler.listings.listing_page import ListingPage
from support import nightly

HOST = "http://www.t.example"
PAGER = "<div class='page'><span>1</span><span>下一页</span></div>"


def entries(body: str) -> set[str]:
    page = read_listing(
        f"<html><body>{body}{PAGER}</body></html>".encode(),
        url=f"{HOST}/yc/",
        number=1,
        rules=ListingRules(),
        is_own=lambda url: url.startswith(HOST),
    )
    assert isinstance(page, ListingPage)
    return {entry.url.removeprefix(HOST) for entry in page.entries}


def path(group: int, number: int) -> str:
    return f"/2026/06{30 - group}/{1000 + 10 * group + number}.html"


def group(group: int, name: str, *, size: int = 5) -> str:
    rows = (f"<li><a href='{path(group, n)}'>沙洲渡口第{group}{n}班渡船照常开行</a></li>" for n in range(size))
    return f"<ul class='{name}'>{''.join(rows)}</ul>"


@nightly.by_day(every=4)
@pytest.mark.parametrize("form", ["{ul}", "<div>{ul}</div>", "<div class='g{n}'><div>{ul}</div></div>"])
@pytest.mark.parametrize(
    "between", ["", "<hr>", "<h4>6月{day}日</h4>", "<p>2026-06-{day} 星期二</p>", "<b>06-{day}（周二）</b>"]
)
@pytest.mark.parametrize("count", [2, 6])
def test_groups_and_days_are_one_list(form: str, between: str, count: int) -> None:
    groups = (between.format(day=30 - n) + form.format(n=n, ul=group(n, f"l{n}")) for n in range(count))
    assert entries("".join(groups)) == {path(n, at) for n in range(count) for at in range(5)}


@pytest.mark.parametrize("heading", ["<h4>外省消息</h4>", "<p>热点</p>", "<b>6月要闻</b>"])
def test_a_heading_begins_another_list(heading: str) -> None:
    assert entries(group(0, "l0", size=9) + heading + group(1, "l1")) == {path(0, at) for at in range(9)}


def picture(number: int) -> str:
    at = f"href='{path(1, number)}'"
    return f"<div class='pic'><a {at}><img alt='渡口的照片{number}'></a><h3><a {at}>沙洲渡口的照片今日展出{number}</a></h3></div>"


@pytest.mark.parametrize(
    ("lead", "count"),
    [
        (f"<div class='first'><h2><a href='{path(1, 0)}'>沙洲渡口第三座栈桥通行</a></h2><p>全长二百米。</p></div>", 1),
        (f"<div class='first'><h2><a href='{path(1, 0)}'>沙洲渡口第三座栈桥通行</a></h2></div>", 1),
        (picture(0), 1),
        (picture(0) + picture(1), 2),
        (f"<h2><a href='{path(1, 0)}'>沙洲渡口第三座栈桥通行</a></h2><h4>更多消息</h4>", 0),
    ],
)
def test_lead_stories_directly_above_a_list_belong_to_it(lead: str, count: int) -> None:
    found = entries(f"<div class='main'>{lead}{group(0, 'l')}</div>")
    assert found - {path(0, at) for at in range(5)} == {path(1, at) for at in range(count)}
    # Outside of the block of the list it may be anything.
    assert entries(f"{lead}<div>{group(0, 'l')}</div>") == {path(0, at) for at in range(5)}
