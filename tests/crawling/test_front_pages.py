"""Front pages whose blocks do not all lead to a column: the section is not complete, and the block is named."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from support import nightly
from support.pages import Pages, article, listing

DAYS = [f"{date(2026, 6, 30) - timedelta(days=n)}" for n in range(30)]
STORIES = [
    (f"/2026/{day[5:7]}{day[8:]}/{7000 - n}.shtml", f"青石坳第{n}段水渠修成通水", day) for n, day in enumerate(DAYS)
]
PARTS = {"要闻": STORIES[:10], "民生": STORIES[10:20], "县市": STORIES[20:]}
FOLDERS = {"要闻": "yw", "民生": "ms", "县市": "xs"}


def block(name: str, more: str, number: int = 4) -> str:
    links = "".join(f"<li><a href='{path}'>{title}</a></li>" for path, title, _ in PARTS[name][:number])
    return f"<div class='b'><h2>{name}</h2>{more}<ul>{links}</ul></div>"


def section(
    crawl, last: str, number: int = 4, columns: tuple[str, ...] = ("要闻", "民生")
) -> tuple[dict[str, object], str]:
    """The section of a front page with columns and a last block, and the messages of its crawl."""
    more = {name: f"<a class='more' href='/yc/{FOLDERS[name]}/'>更多</a>" for name in columns}
    pages = {
        "/": "<html><body><div><a href='/yc/'>宜昌</a></div></body></html>",
        "/yc/": "".join(block(name, each) for name, each in more.items()) + block("县市", last, number),
        **{f"/yc/{folder}/": listing(PARTS[name]) for name, folder in FOLDERS.items()},
        **{path: article(title, day) for path, title, day in STORIES},
    }
    done = crawl(Pages(pages))  # type: ignore[arg-type]
    found = done.one("SELECT listing_end AS end, complete_back_to AS mark FROM sections WHERE name = '宜昌市'")
    return found, done.messages


@nightly.by_day(2)
@pytest.mark.parametrize(
    ("last", "told"),
    [
        ("<a class='more' href=\"javascript:more('xs')\">更多</a>", "the link 更多 of 县市 has no address"),
        ("<a class='more' href='#'>更多&gt;&gt;</a>", "the link 更多 of 县市 has no address"),
        ("<span onclick=\"more('xs')\">MORE</span>", "the link 更多 of 县市 has no address"),
        ("<a href='http://xs.other.example/list/'>更多</a>", 'allowed_hosts = ["xs.other.example"]'),
    ],
)
def test_a_block_that_cannot_be_followed_is_a_sign_of_more(crawl, last: str, told: str) -> None:
    found, messages = section(crawl, last)
    assert found["end"] == "more" and found["mark"] != "beginning"
    assert told in messages


@nightly.by_day(0)
@pytest.mark.parametrize(
    "last",
    [
        "<a class='js-more' href='javascript:;' data-col='xs'>更多</a>",
        "<em onclick=\"go('xs')\">更多&gt;&gt;</em>",
    ],
)
def test_a_block_beside_one_column_that_cannot_be_followed_is_a_sign_of_more(crawl, last: str) -> None:
    found, messages = section(crawl, last, columns=("要闻",))
    assert found["end"] == "more" and found["mark"] != "beginning"
    assert "the link 更多 of 县市 has no address" in messages


def test_the_heading_of_the_only_list_may_lead_nowhere(crawl) -> None:
    found, _ = section(crawl, "<a class='more' href='#'>更多</a>", columns=())
    assert found["end"] == "unproven"


def test_entries_in_no_column_show_another_listing(crawl) -> None:
    found, messages = section(crawl, "")
    assert found["end"] == "unproven" and found["mark"] != "beginning"
    assert "nothing proves that their listings end where they were read to: 宜昌市" in messages


@pytest.mark.slow
@pytest.mark.parametrize(
    ("last", "number"),
    [
        ("<a class='more' href='/yc/xs/'>更多</a>", 4),
        # A second 更多 of a block with a column.
        ("<a class='more' href='/yc/xs/'>更多</a><a href='javascript:;'>更多</a>", 4),
        # Pages are not built at one moment.
        ("", 2),
    ],
)
def test_a_front_page_whose_entries_stand_in_its_columns_is_complete(crawl, last: str, number: int) -> None:
    found, messages = section(crawl, last, number)
    assert (found["end"], found["mark"]) == ("columns", "beginning"), messages
