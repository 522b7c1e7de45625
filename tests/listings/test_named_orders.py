"""Words beside a list that name another order than that of time, and what is only a choice or another box."""

from __future__ import annotations

import pytest

from newscrawler.listings.listing import ListingRules, read_listing
from newscrawler.listings.listing_page import ListingPage

STORIES = [(f"/yc/202606/t2026061{n}_{7000 + n}.html", f"第{n}座山里的水库开闸放水") for n in range(6)]
ROWS = "".join(f"<li><a href='{path}'>{title}</a></li>" for path, title in STORIES)
SIDE = "".join(
    f"<li><a href='/yw/202606/t2026061{n}_{8000 + n}.html'>要闻第{n}条在这里播报给大家</a></li>" for n in range(5)
)
NAMED = [
    "<div class='sort'>按点击量排序</div>",
    "<p>（按阅读量从高到低排列）</p>",
    "<span>本栏目文章按热度排序</span>",
    "<em>以访问次数高低排序</em>",
    "<p>排序方式：按评论数排列</p>",
]
NOT_NAMED = [
    "<p><a href='?o=hot'>按热度排序</a></p>",
    "<p><span>按时间排序</span> <span>按热度排序</span></p>",
    "<p><button>按点击量排序</button></p>",
    "<p onclick='sort()'>按点击量排序</p>",
    "<p>按发布时间排序</p>",
    "<p>名单按姓氏笔画排序</p>",
    "<p>点击量</p>",
]


def listing(above: str, beside: str = "") -> ListingPage:
    markup = f"<html><body><div class='l'>{above}<ul>{ROWS}</ul></div><div class='r'>{beside}<ul>{SIDE}</ul></div></body></html>"
    page = read_listing(
        markup.encode(),
        url="http://www.t.example/yc/",
        number=1,
        rules=ListingRules(),
        is_own=lambda url: url.startswith("http://www.t.example/"),
    )
    assert isinstance(page, ListingPage)
    return page


@pytest.mark.parametrize("words", NAMED)
def test_a_list_that_names_its_order(words: str) -> None:
    assert listing(words).is_in_another_order


@pytest.mark.parametrize("words", NOT_NAMED)
def test_a_choice_and_an_order_of_time(words: str) -> None:
    assert not listing(words).is_in_another_order


@pytest.mark.parametrize("words", NAMED)
def test_words_of_a_ranking_beside_the_list(words: str) -> None:
    assert not listing("", words).is_in_another_order
