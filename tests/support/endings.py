"""A portal with one section of forty articles, and what a crawl claims of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from support.crawls import Crawl
from support.pages import Pages, article, listing

DAYS = [f"{date(2026, 6, 30) - timedelta(days=n)}" for n in range(40)]
STORIES = [
    (f"/{day[:4]}/{day[5:7]}{day[8:]}/{7000 - n}.shtml", f"青石坳第{n}段水渠修成通水", day)
    for n, day in enumerate(DAYS)
]


def site(pages: Mapping[str, Any], stories: list[tuple[str, str, str]] = STORIES, home: str = "") -> Pages:
    home = home or "<html><body><div><a href='/yichang/'>宜昌</a></div></body></html>"
    return Pages({"/": home, **{path: article(title, day) for path, title, day in stories}, **pages})


def section(done: Crawl, name: str = "宜昌市") -> dict[str, object]:
    return done.one(
        """SELECT s.complete_back_to AS mark, s.listing_end AS listing_end, s.listing_end_reason AS reason, w.outcome
           FROM sections s JOIN sweeps w ON w.section = s.id WHERE s.name = ? ORDER BY w.id DESC LIMIT 1""",
        name,
    )


def stored(done: Crawl) -> int:
    return int(done.one("SELECT count(*) AS n FROM articles")["n"])


def three_pages(*pagers: str) -> dict[str, object]:
    names = ["", "index_1.html", "index_2.html"]
    return {
        f"/yichang/{name}": listing(STORIES[8 * n : 8 * n + 8], pager)
        for n, (name, pager) in enumerate(zip(names, pagers, strict=False))
    }


def five_pages(text: str, pages_with_it: tuple[int, ...]) -> dict[str, object]:
    """Five pages with a row of numbers, of which some have a text below it."""
    pages: dict[str, object] = {}
    for number in range(1, 6):
        name = "" if number == 1 else f"index_{number - 1}.html"
        numbers = " ".join(
            f"<b>{n}</b>" if n == number else f"<a href='/yichang/{'' if n == 1 else f'index_{n - 1}.html'}'>{n}</a>"
            for n in range(1, 6)
        )
        said = f"<p class='tip'>{text}</p>" if number in pages_with_it else ""
        shown = STORIES[8 * number - 8 : 8 * number]
        pages[f"/yichang/{name}"] = listing(shown, f"<p class='page'>{numbers}</p>{said}")
    return pages


def next_link(number: int) -> str:
    return f"<a href='/yichang/index_{number}.html'>下一页</a>"
