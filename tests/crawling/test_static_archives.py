"""Archives that never change below a first page that shows more: their pages repeat a part of it, in its order."""

from __future__ import annotations

import pytest

from newscrawler.archive.sections import Sighting
from newscrawler.crawling.listing_order import CHANGED, ListingOrder
from support import nightly
from support.endings import STORIES, section, site, stored
from support.pages import LAST_PAGE, listing

WINDOWS = {
    "a page inside of the first": [(0, 10), (1, 8), (8, 15), (15, 22), (22, 29)],
    "several inside of the first": [(0, 10), (2, 5), (5, 8), (8, 12), (12, 16)],
    "pages that overlap": [(0, 8), (3, 11), (6, 14), (12, 20)],
    "without a seam": [(0, 8), (8, 16), (16, 24)],
}


def read(pages: list[list[int]]) -> list[str]:
    """What the order of a listing says of each of its pages; an entry is its number, and the day of it."""
    order, seen, found = ListingOrder(), set[str](), []
    for page in pages:
        names = [f"n{number}" for number in page]
        sightings = [Sighting(name, name, "", pinned=False, position=n) for n, name in enumerate(names, 1)]
        found.append(order.read(sightings, names, seen))
        seen.update(names)
        order.turn(names)
    return found


@pytest.mark.parametrize("windows", WINDOWS.values(), ids=WINDOWS)
def test_pages_that_go_down_in_one_order_keep_it(windows: list[tuple[int, int]]) -> None:
    assert set(read([list(range(*window)) for window in windows])) == {""}


@pytest.mark.parametrize(
    "pages",
    [
        [[0, 1, 2, 3, 4, 5], [1, 3, 2, 4]],  # another order
        [[0, 1, 2, 3, 4, 5], [2, 3, 6, 7]],  # 4 and 5 have moved
        [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11], [4, 5, 6, 7]],  # a page again
        [[0, 1, 2, 3], [4, 5, 6, 7], [2, 3, 8, 9]],  # from above the page before
        [[0, 1, 2, 3, 4, 5], [2, 3, 4], [1, 2, 3]],  # back
        [[0, 1, 2, 3, 4, 5], [3, 4, 5, 1, 6]],  # one from above behind those below
    ],
)
def test_pages_in_another_order_are_told(pages: list[list[int]]) -> None:
    found = read(pages)
    assert found[-1] == CHANGED and set(found[:-1]) == {""}


@nightly.by_day(0)
@pytest.mark.parametrize("windows", WINDOWS.values(), ids=WINDOWS)
def test_a_first_page_above_archives_is_read_to_its_end(crawl, windows: list[tuple[int, int]]) -> None:
    most = len(windows) - 1
    names = ["", *(f"list_{number}.html" for number in range(most, 0, -1))]
    pages = {}
    for at, (name, window) in enumerate(zip(names, windows, strict=True)):
        back = f"<a href='{names[at - 1] or './'}'>上一页</a> " if at else ""
        following = f"<a href='{names[at + 1]}'>下一页</a>" if at < most else LAST_PAGE
        pages[f"/yichang/{name}"] = listing(STORIES[slice(*window)], back + following)
    done = crawl(site(pages))
    assert (done.status, stored(done)) == (0, windows[-1][1]), done.messages
    assert section(done)["mark"] == "beginning" and "order" not in done.messages, done.messages
