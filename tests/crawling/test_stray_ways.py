"""A pager whose link to the next page leads, by a slip of a template, into the listing of another city."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support import nightly
from support.crawls import Crawl
from support.endings import STORIES, section
from support.pages import Pages, article, listing

FORMS: dict[str, Callable[[str, int], str]] = {
    "folders": lambda city, page: f"/{city}/" if page == 1 else f"/{city}/index_{page - 1}.html",
    "files": lambda city, page: f"/df/{city}.html" if page == 1 else f"/df/{city}_{page}.html",
    "queries": lambda city, page: f"/list.php?c={city}" if page == 1 else f"/list.php?c={city}&page={page}",
}
CITIES = {"yichang": "宜昌", "huangshi": "黄石", "xiaogan": "孝感"}


def portal(form: Callable[[str, int], str], stray: str) -> Pages:
    """Three cities of two pages; on the first page of `stray` 下一页 is that of 黄石."""
    menu = "".join(f"<li><a href='{form(city, 1)}'>{name}</a></li>" for city, name in CITIES.items())
    pages: dict[str, object] = {"/": f"<html><body><ul>{menu}</ul></body></html>"}
    for position, (city, name) in enumerate(CITIES.items()):
        stories = [(f"/a{position}{path}", f"{name}{title}", day) for path, title, day in STORIES[:12]]
        pages |= {path: article(title, day) for path, title, day in stories}
        to = form("huangshi" if city == stray else city, 2)
        pages[form(city, 1)] = listing(stories[:8], f"<span>上一页</span> <a href='{to}'>下一页</a>")
        pages[form(city, 2)] = listing(stories[8:], f"<a href='{form(city, 1)}'>上一页</a> <span>下一页</span>")
    return Pages(pages)  # type: ignore[arg-type]


@nightly.by_day(1)
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_the_pages_of_another_city_are_none_of_this_one(
    crawl: Callable[..., Crawl], form: Callable[[str, int], str]
) -> None:
    done = crawl(portal(form, "yichang"))
    assert done.status == 1
    assert section(done)["outcome"] == "more" and "the list of another section" in str(section(done)["reason"])
    for other in ("黄石市", "孝感市"):
        assert section(done, other)["mark"] == "beginning", done.messages
    both = done.rows("SELECT article FROM article_sections GROUP BY article HAVING count(*) > 1")
    assert not both
    # The template was put right.
    done = crawl(portal(form, ""))
    assert (done.status, section(done)["mark"]) == (0, "beginning"), done.messages
