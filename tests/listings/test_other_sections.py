"""Which addresses are those of pages of another section's listing."""

from __future__ import annotations

import pytest

from newscrawler.listings.other_sections import other_section_of

HOST = "http://www.t.example"
ANOTHERS = [
    # The section's page, the other section's, and an address of the other's listing.
    ("/hs/", "/yc/", "/yc/index_2.html"),
    ("/hs/index.html", "/yc/index.html", "/yc/list_2.html"),
    ("/df/hs/", "/df/yc/", "/df/yc/2.shtml"),
    ("/df/hs.html", "/df/yc.html", "/df/yc_2.html"),
    ("/list-7.html", "/list-8.html", "/list-8-2.html"),
    ("/hs", "/yc", "/yc/2/"),
    ("/list.php?cid=7", "/list.php?cid=8", "/list.php?page=2&cid=8"),
    ("/node.jsp?id=7&t=1", "/node.jsp?id=8&t=1", "/node.jsp?id=8&t=1&p=3"),
    ("/hs/", "http://yc.t.example/", "http://yc.t.example/news/list_2.html"),
]
OWN_OR_NOBODYS = [
    ("/hs/", "/yc/", "/hs/index_2.html"),
    ("/hs/", "/yc/", "/hs/old/list_2.html"),
    ("/df/hs.html", "/df/yc.html", "/df/hs_2.html"),
    ("/df/hs.html", "/df/yc.html", "/df/list_2.html"),  # the folder is that of both
    ("/df/hs.html", "/df/", "/df/hs_2.html"),
    ("/hs/", "/yc/", "/list.php?city=hs&page=2"),
    ("/list.php?cid=7", "/list.php?cid=8", "/list.php?cid=7&page=2"),
    ("/list.php?cid=7", "/list.php?cid=77", "/list.php?page=2&cid=7"),
    ("/list-7.html", "/list-77.html", "/list-7-2.html"),
    ("/hs/", "/yc/", "http://m.t.example/hs/2.html"),
    ("http://hs.t.example/", "http://yc.t.example/", "http://hs.t.example/list_2.html"),
    ("/hs/", "/", "/index_2.html"),
    ("/hs.html", "/yc.html", "/hs_2.html"),
    ("/1.html", "/12.html", "/1_2.html"),
]


def url(path: str) -> str:
    return path if path.startswith("http") else f"{HOST}{path}"


@pytest.mark.parametrize(("own", "other", "page"), ANOTHERS)
def test_a_page_of_another_section(own: str, other: str, page: str) -> None:
    assert other_section_of(url(page), [url(own)], [url("/ly/"), url(other)]) == url(other)


@pytest.mark.parametrize(("own", "other", "page"), OWN_OR_NOBODYS)
def test_a_page_that_may_be_the_sections_own(own: str, other: str, page: str) -> None:
    assert other_section_of(url(page), [url(own)], [url("/ly/"), url(other)]) == ""
