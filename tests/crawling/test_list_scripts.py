"""A script file that is named like a list is read where nothing on the page leads on; it may let the list grow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from newscrawler.demo.model import Response
from support import nightly
from support.crawls import Crawl
from support.endings import STORIES, section, site
from support.pages import listing

GROWS = (
    "$(window).on('scroll', function () { $.getJSON('/api/list', {p: ++page}, function (d) { box.append(rows(d)) }) });"
)


@nightly.by_day(0, 2)
@pytest.mark.parametrize(
    ("file", "status", "outcome"),
    [
        (GROWS, 1, "more"),
        ("function stripes() { $('li:odd').addClass('odd'); }", 0, "unproven"),
        (None, 0, "unproven"),
    ],
    ids=["grows", "does something else", "is missing"],
)
def test_a_script_file_named_like_a_list_is_read(
    crawl: Callable[..., Crawl], file: str | None, status: int, outcome: str
) -> None:
    script = "<div id='foot'></div><script src='/js/feed.js'></script>"
    pages: dict[str, Any] = {"/yichang/": listing(STORIES[:8], script)}
    if file is not None:
        pages["/js/feed.js"] = Response(200, {"Content-Type": "text/javascript"}, file.encode())
    done = crawl(site(pages))
    assert (done.status, section(done)["outcome"]) == (status, outcome), done.messages
    assert section(done)["mark"] == STORIES[7][2]


@nightly.by_day(0)
@pytest.mark.parametrize("path", ["/js/jquery.list.min.js", "/js/common.js"])
def test_libraries_are_not_asked_for(crawl: Callable[..., Crawl], path: str) -> None:
    script: dict[str, Any] = {path: Response(200, {"Content-Type": "text/javascript"}, GROWS.encode())}
    done = crawl(site({"/yichang/": listing(STORIES[:8], f"<script src='{path}'></script>"), **script}))
    assert (done.status, section(done)["outcome"]) == (0, "unproven"), done.messages
