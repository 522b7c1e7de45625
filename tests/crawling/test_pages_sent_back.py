"""A next page that redirects to one that was read, or to the homepage, is missing; behind the last one it is the end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from newscrawler.demo.model import Response
from support import nightly
from support.crawls import Crawl
from support.endings import STORIES, five_pages, next_link, section, site, stored, three_pages
from support.pages import html, listing

Answer = Callable[[str], Response]
REDIRECTS: dict[str, Answer] = {
    "302": lambda to: Response(302, {"Location": to}, b""),
    "301": lambda to: Response(301, {"Location": f"http://www.t.example{to}"}, b""),
    "a refresh": lambda to: html(f"<html><head><meta http-equiv='refresh' content='0;url={to}'></head></html>"),
    "a script": lambda to: html(f"<html><body><script>location.href='{to}'</script></body></html>"),
}


@nightly.by_day(1, 7)
@pytest.mark.parametrize("to", ["/yichang/", "/yichang/index_1.html", "/"], ids=["first", "before", "home"])
@pytest.mark.parametrize("answer", REDIRECTS.values(), ids=REDIRECTS)
def test_a_page_that_leads_back_is_missing_and_the_next_crawl_reads_it(
    crawl: Callable[..., Crawl], answer: Answer, to: str
) -> None:
    whole = five_pages("", ())
    done = crawl(site({**whole, "/yichang/index_2.html": answer(to)}))
    assert (done.status, section(done)["outcome"], section(done)["mark"]) == (1, "failed", None), done.messages
    done = crawl(site(whole))
    assert (done.status, stored(done), section(done)["mark"]) == (0, 40, "beginning"), done.messages


@nightly.by_day(0)
@pytest.mark.parametrize("answer", list(REDIRECTS.values())[:2], ids=list(REDIRECTS)[:2])
def test_a_page_behind_the_last_stated_one_may_lead_back(crawl: Callable[..., Crawl], answer: Answer) -> None:
    """A careless pager leads on from its last page."""
    stories = STORIES[:24]
    pages = {f"/yichang/{name}": listing(stories[8 * n : 8 * n + 8], f"共24条 {next_link(n + 1)}")
             for n, name in enumerate(["", "index_1.html", "index_2.html"])}  # fmt: skip
    done = crawl(site({**pages, "/yichang/index_3.html": answer("/yichang/")}, stories))
    assert (done.status, section(done)["mark"]) == (0, "beginning"), done.messages


def test_a_page_behind_the_last_one_may_lead_to_that_one(crawl: Callable[..., Crawl]) -> None:
    """Frameworks do so. It proves no end where nothing says how many pages there are."""
    pages = three_pages(next_link(1), next_link(2), next_link(3))
    back = Response(302, {"Location": "/yichang/index_2.html"}, b"")
    done = crawl(site({**pages, "/yichang/index_3.html": back}, STORIES[:24]))
    found = section(done)
    assert (done.status, found["listing_end"], found["mark"]) == (0, "unproven", STORIES[23][2]), done.messages


@pytest.mark.slow
def test_a_page_at_a_new_address_is_read(crawl: Callable[..., Crawl]) -> None:
    pages = three_pages(next_link(1), next_link(2), "")
    pages["/yichang/list_2.html"] = pages.pop("/yichang/index_2.html")
    moved = Response(301, {"Location": "/yichang/list_2.html"}, b"")
    done = crawl(site({**pages, "/yichang/index_2.html": moved}, STORIES[:24]))
    assert (done.status, stored(done), section(done)["mark"]) == (0, 24, "beginning"), done.messages
