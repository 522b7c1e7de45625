"""Lists whose entries stand in several containers, and lists without dates beside rankings that have more text."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest

from support import nightly
from support.pages import Pages, article

PAGES, OF_A_PAGE = 3, 10
DAYS = [date(2026, 6, 30) - timedelta(days=n) for n in range(PAGES * OF_A_PAGE)]
Entry = tuple[str, str, str]
HOT: list[Entry] = [
    (
        f"/{day:%Y/%m%d}/{7000 + n}.shtml",
        f"黑岩山隧道第{n}标段贯通，沿线各村居民出行时间缩短一半以上，客货两旺",
        f"{day}",
    )
    for n, day in enumerate(DAYS[:10])
]


def stories(folder: str) -> list[Entry]:
    return [
        (f"{folder}{day:%Y/%m%d}/{1000 + n}.shtml", f"沙洲渡口第{n}班渡船照常开行", f"{day}")
        for n, day in enumerate(DAYS)
    ]


def items(part: list[Entry], is_dated: bool, tag: str = "li") -> str:
    day = "<span>{}</span>" if is_dated else ""
    return "".join(f"<{tag}><a href='{path}'>{title}</a>{day.format(at)}</{tag}>" for path, title, at in part)


def rows(part: list[Entry], is_dated: bool) -> str:
    day = "<td>{}</td>" if is_dated else "<td></td>"
    return "".join(f"<tr><td><a href='{path}'>{title}</a></td>{day.format(at)}</tr>" for path, title, at in part)


GROUPS = {
    "lists": lambda parts, dated: "<div class='line'></div>".join(f"<ul class='l'>{items(part, dated)}</ul>" for part in parts),
    "classes": lambda parts, dated: "<hr>".join(f"<ul class='l{n}'>{items(part, dated)}</ul>" for n, part in enumerate(parts)),
    "blocks": lambda parts, dated: "".join(f"<div class='g{n}'><ul>{items(part, dated)}</ul></div>" for n, part in enumerate(parts)),
    "columns": lambda parts, dated: "<div class='ad'>广告</div>".join(
        f"<div class='{side}'><ul class='{side}'>{items(part, dated)}</ul><img src='/b.gif'></div>"
        for side, part in zip(("left", "right"), parts, strict=True)
    ),
    "rules": lambda parts, dated: f"<ul class='l'>{'<li class=line>———</li>'.join(items(part, dated) for part in parts)}</ul>",
    "lines": lambda parts, dated: "".join(f"{items(part, dated, 'p')}<br>" for part in parts),
    "tables": lambda parts, dated: "".join(f"<table class='t{n}'>{rows(part, dated)}</table>" for n, part in enumerate(parts)),
}  # fmt: skip
RANKINGS = {
    "": "",
    "named": f"<div class='r'><h3>热点排行</h3><ul>{items(HOT, False)}</ul></div>",
    "dated": f"<div class='r'><div class='tt'>24小时热文</div><ul class='hot'>{items(HOT, True)}</ul></div>",
}
ALL = list(product(GROUPS, RANKINGS, ("/yc/", "/"), (True, False)))
CASES = sorted(ALL, key=lambda case: ALL.index(case) % 7)
"""Those first that differ in much."""


@nightly.by_day(1)
@pytest.mark.parametrize(("group", "ranking", "folder", "is_dated"), CASES)
def test_all_parts_of_a_list_are_read_and_no_ranking(
    crawl, group: str, ranking: str, folder: str, is_dated: bool
) -> None:
    own = stories(folder)
    menu = "<html><body><p><a href='/yc/'>宜昌</a></p></body></html>"
    pages = {"/": menu, **{path: article(title, day) for path, title, day in [*own, *HOT]}}
    for number in range(1, PAGES + 1):
        part = own[(number - 1) * OF_A_PAGE : number * OF_A_PAGE]
        body = GROUPS[group]([part[:5], part[5:]], is_dated)
        pager = f"<div class='page'><script>createPageHTML({PAGES},{number - 1},'index','html');</script></div>"
        page = f"<html><body><div class='main'>{body}{pager}</div>{RANKINGS[ranking]}</body></html>"
        pages["/yc/" if number == 1 else f"/yc/index_{number - 1}.html"] = page
    done = crawl(Pages(pages))
    found = {row["url"].removeprefix("http://www.t.example") for row in done.rows("SELECT url FROM articles_flat")}
    assert found == {path for path, *_ in own}, done.messages
    assert (done.status, done.one("SELECT listing_end FROM sections")["listing_end"]) == (0, "proven")


def test_lists_with_headings_of_their_own_are_not_joined(crawl) -> None:
    """A list below a heading is another one, also if it has the form of the list before it."""
    own = stories("/")
    more = f"<h3>外省消息</h3><ul class='l2'>{items(own[20:24], True)}</ul>"
    page = f"<html><body><div><ul class='l1'>{items(own[:8], True)}</ul>{more}</div><span>下一页</span></body></html>"
    pages = {"/": "<html><body><a href='/yc/'>宜昌</a></body></html>", "/yc/": page}
    done = crawl(Pages({**pages, **{path: article(title, day) for path, title, day in own}}))
    assert done.one("SELECT count(*) AS n FROM listing_sightings")["n"] == 8
