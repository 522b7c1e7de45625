"""Archives by days are read back to their first day, whatever they call the day before, and no day is an article."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support import nightly
from support.crawls import Crawl
from support.endings import STORIES, section, site, stored
from support.pages import listing

NAMES = {
    "days": ("前一天", "后一天"),
    "short": ("昨日", "明日"),
    "with their news": ("前日新闻", "次日新闻"),
    "with arrows": ("&lt;&lt; 上一日", "下一日 &gt;&gt;"),
    "of yesterday": ("[昨天]", "[明天]"),
    "in English": ("Previous day", "Next day"),
}
ADDRESSES = {
    "with dashes": "/yichang/{}-{}-{}.html",
    "as folders": "/yichang/{}/{}/{}/",
    "a query": "/yichang/?day={}{}{}",
}


def pages(earlier: str, later: str, address: str) -> dict[str, object]:
    """Five days of eight articles each; the section shows the newest one."""
    days = [STORIES[8 * number][2] for number in range(5)]
    addresses = [address.format(*day.split("-")) for day in days]
    found: dict[str, object] = {}
    for number, day in enumerate(days):
        before = f"<a href='{addresses[number + 1]}'>{earlier}</a>" if number < 4 else ""
        after = f"<a href='{addresses[number - 1]}'>{later}</a>" if number else ""
        page = listing(STORIES[8 * number : 8 * number + 8], f"<div class='rl'>{before} {day} {after}</div>")
        found[addresses[number]] = page
        if number == 0:
            found["/yichang/"] = page
    return found


@nightly.by_day(0, 7)
@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
@pytest.mark.parametrize(("earlier", "later"), NAMES.values(), ids=NAMES)
def test_the_days_are_read(crawl: Callable[..., Crawl], earlier: str, later: str, address: str) -> None:
    done = crawl(site(pages(earlier, later, address)))
    assert (done.status, stored(done), section(done)["mark"]) == (0, 40, "beginning"), done.messages


@nightly.by_day(0, 3)
@pytest.mark.parametrize(("earlier", "later"), NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("last", ["{}", "<span>{}</span>", "<a class='off'>{}</a>", ""])
def test_the_first_day_has_none_before_it(crawl: Callable[..., Crawl], earlier: str, later: str, last: str) -> None:
    """The links have classes by which other pagers lead back; the day after is the way back here."""
    found = pages(earlier, later, ADDRESSES["a query"])
    for path, page in found.items():
        named = str(page).replace(f">{earlier}</a>", f" class='prev-day'>{earlier}</a>")
        found[path] = named.replace(f">{later}</a>", f" class='next-day'>{later}</a>")
    oldest = ADDRESSES["a query"].format(*STORIES[32][2].split("-"))
    found[oldest] = str(found[oldest]).replace("<div class='rl'>", f"<div class='rl'>{last.format(earlier)} ")
    done = crawl(site(found))
    assert (done.status, stored(done), section(done)["mark"]) == (0, 40, "beginning"), done.messages


@nightly.by_day(0)
@pytest.mark.parametrize("name", ["昨日要闻", "明日之星", "前日", "昨日重现"])
def test_a_column_with_such_a_name_is_no_day(crawl: Callable[..., Crawl], name: str) -> None:
    beside = f"<p>共 1 页</p><p><a href='/zt/k7/'>{name}</a></p>"
    done = crawl(site({"/yichang/": listing(STORIES[:8], beside)}))
    assert (done.status, stored(done), section(done)["mark"]) == (0, 8, "beginning"), done.messages
