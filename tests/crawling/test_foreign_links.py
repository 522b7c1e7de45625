"""Links of listings that leave the portal: a few are counted, many make the section incomplete."""

from __future__ import annotations

import pytest

from support import nightly
from support.pages import DEFINITION, Pages, article, listing

OTHER = "http://www.twin.example"


def site(own: int, other: int) -> Pages:
    paths = [f"/yichang/2026/0305/{n}.html" for n in range(own)] + [f"{OTHER}/2026/0305/{n}.html" for n in range(other)]
    entries = [(path, f"河边新修了第{number}段步道", "2026-03-05") for number, path in enumerate(paths)]
    pages = {path: article(title) for path, title, _ in entries if path.startswith("/")}
    menu = "<html><body><a href='/yichang/'>宜昌</a></body></html>"
    return Pages({"/": menu, "/yichang/": listing(entries), **pages})


@nightly.by_day(1)
@pytest.mark.parametrize(("own", "other"), [(0, 8), (3, 5)])
def test_a_section_whose_entries_are_on_another_host_is_not_complete(crawl, own: int, other: int) -> None:
    for _ in range(2):  # the second crawl knows the links, and says the same
        done = crawl(site(own, other))
        line = f"{other} of {own + other} entries lead to twin.example, which does not belong to the portal; "
        line += 'allowed_hosts = ["twin.example"]'
        assert done.status == 1 and line in done.messages
        assert done.one("SELECT complete_back_to AS mark FROM sections")["mark"] is None
        assert line in done.rows("SELECT reason FROM runs ORDER BY id DESC")[0]["reason"]


def test_the_named_line_makes_the_links_articles(crawl) -> None:
    pages = site(1, 7)
    pages.pages |= {f"/2026/0305/{n}.html": article(f"河边新修了第{n + 1}段步道") for n in range(7)}
    assert crawl(pages).status == 1
    definition = DEFINITION.replace("[crawl]", 'allowed_hosts = ["twin.example"]\n[crawl]')
    done = crawl(pages, definition=definition)
    assert done.status == 0, done.messages
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == 8


@pytest.mark.slow
def test_a_few_links_to_one_host_are_one_event(crawl) -> None:
    done = crawl(site(7, 3))
    assert done.status == 0
    (event,) = done.rows("SELECT kind, url, reason FROM run_events")
    assert event["kind"] == "skipped" and event["url"].startswith(OTHER)
    assert event["reason"].startswith("3 links lead to twin.example, ") and "allowed_hosts" in event["reason"]
    assert done.rows("SELECT DISTINCT complete_back_to AS mark FROM sections") == [{"mark": "beginning"}]


@pytest.mark.slow
def test_one_link_is_an_event_without_advice(crawl) -> None:
    done = crawl(site(7, 1))
    assert [row["reason"] for row in done.rows("SELECT reason FROM run_events")] == ["the link leaves the portal"]
