"""Links 更多 of blocks: which of them lead to a listing of their own, on pages of any size and markup."""

from __future__ import annotations

import lxml.html
import pytest

from newscrawler.listings.links import read_links
from newscrawler.listings.more_links import more_links_of_blocks

STORIES = "".join(f"<li><a href='/p/7{n}.html'>第{n}座水塔换了新的避雷针</a></li>" for n in range(4))
SHORT = "<a href='/x/'>灯</a>" * 600
SECOND = f"<div><h3>社会</h3><a href='/list/2/'>更多</a><ul>{STORIES.replace('/p/7', '/p/8')}</ul></div>"


def found(page: str) -> list[tuple[str, str]]:
    """The addresses of the links 更多 that belong to blocks, each with its heading."""
    links = read_links(lxml.html.document_fromstring(f"<body>{page}</body>"), "http://www.hill.example/yc/")
    blocks = more_links_of_blocks(links, lambda url: True)
    return [
        (link.url.removeprefix("http://www.hill.example"), blocks[link.element])
        for link in links
        if link.element in blocks
    ]


@pytest.mark.parametrize(
    ("block", "more"),
    [
        (f"<h3>要闻</h3><a href='/list/1/'>&gt;&gt;</a><ul>{STORIES}</ul>", 1),
        (f"<h3>要闻</h3><ul>{STORIES}</ul><a href='/list/1/'>更多</a>", 1),
        # A sign below the headlines turns pages, however far below it stands, and whatever element it is.
        (f"<h3>要闻</h3><ul>{STORIES}</ul><a href='/list/1/'>&gt;&gt;</a>", 0),
        (f"<h3>要闻</h3><a href='/list/1/'>&gt;&gt;</a><ul>{STORIES}</ul>{SHORT}<a href='/list/1/'>&gt;&gt;</a>", 1),
        (f"<h3>要闻</h3><ul>{STORIES}</ul><p data-href='/list/1/'>&gt;&gt;</p>", 0),
        (f"<h3>要闻</h3><a href='/list/1/'>更多</a><ul>{STORIES}</ul><ul><li data-href='/list/1/'>&gt;&gt;</li></ul>", 1),
    ],
)  # fmt: skip
def test_the_more_of_a_block(block: str, more: int) -> None:
    expected = [("/list/1/", "要闻")] * more + [("/list/2/", "社会")]
    third = SECOND.replace("社会", "文旅").replace("/list/2/", "/list/3/")
    assert found(f"<div>{block}</div>{SECOND}{third}") == [*expected, ("/list/3/", "文旅")]
