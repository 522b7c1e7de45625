"""Lists and sections that a portal has lost: a last page with its side bar only, a city that the menu names no more."""

from __future__ import annotations

import pytest

from support import nightly
from support.pages import LAST_PAGE, Pages, article, listing

STORIES = [(f"/yc/2026/{n}.html", f"石桥头的第{n}盏渔火亮了", f"2026-06-{28 - n}") for n in range(18)]


def rows(stories: list[tuple[str, str, str]], day: bool = True) -> str:
    return "".join(f"<li><a href='{p}'>{t}</a>{f'<i>{d}</i>' if day else ''}</li>" for p, t, d in stories)


@nightly.by_day(1)
@pytest.mark.parametrize(("last", "is_proven"), [(STORIES[12:], True), (STORIES[17:], True), ([], False)])
def test_a_last_page_that_shows_nothing_new_proves_no_end(crawl, last, is_proven: bool) -> None:
    side = f"<div class='side'><h3>推荐</h3><ul>{rows(STORIES[:5], day=False)}</ul></div>"

    def page(part: list[tuple[str, str, str]], number: int) -> str:
        links = (
            f"<b>{n}</b>" if n == number else f"<a href='/yc/{f'{n}.html' if n > 1 else ''}'>{n}</a>" for n in (1, 2, 3)
        )
        return f"<html><body><ul class='list'>{rows(part)}</ul><p>{' '.join(links)}</p>{side}</body></html>"

    pages = {"/": "<html><body><a href='/yc/'>宜昌</a></body></html>", "/yc/": page(STORIES[:6], 1)}
    pages |= {"/yc/2.html": page(STORIES[6:12], 2), "/yc/3.html": page(last, 3)}
    done = crawl(Pages({**pages, **{path: article(title, day) for path, title, day in STORIES}}))
    assert done.status == 0, done.messages
    assert (done.one("SELECT complete_back_to AS m FROM sections")["m"] == "beginning") is is_proven


def test_a_section_that_the_menu_names_no_more_is_told_once(crawl) -> None:
    menu = "<html><body><a href='/yc/'>宜昌</a>{more}</body></html>"
    pages = {"/yc/": listing(STORIES[:4], LAST_PAGE), "/es/": listing(STORIES[4:8], LAST_PAGE)}
    pages |= {path: article(title, day) for path, title, day in STORIES}
    told = "the homepage no longer leads to the section 恩施土家族苗族自治州"
    first = crawl(Pages({**pages, "/": menu.format(more="<a href='/es/'>恩施州</a>")}))
    assert first.status == 0 and told not in first.messages
    assert (
        told
        not in crawl(Pages({**pages, "/": menu.format(more="<a href='/es/'>恩施州</a>")}), "--city", "宜昌").messages
    )
    crawl(Pages({**pages, "/": menu.format(more="<a href='/es/'>恩施州</a>")}))
    later = crawl(Pages({**pages, "/": menu.format(more="")}))
    assert later.status == 0 and told in later.messages
    assert told not in crawl(Pages({**pages, "/": menu.format(more="")})).messages
