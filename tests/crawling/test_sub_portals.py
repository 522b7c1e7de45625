"""Sections whose page leads to columns by a menu, or to columns that have columns; lists in a frame among others."""

from __future__ import annotations

from datetime import date, timedelta

from support.pages import Pages, article, listing

DAYS = [f"{date(2026, 6, 30) - timedelta(days=n)}" for n in range(48)]
STORIES = [
    (f"/2026/{day[5:7]}{day[8:]}/{7000 - n}.shtml", f"青石坳第{n}段水渠修成通水", day) for n, day in enumerate(DAYS)
]


def block(name: str, folder: str, stories: list[tuple[str, str, str]]) -> str:
    links = "".join(f"<li><a href='{path}'>{title}</a></li>" for path, title, _ in stories[:4])
    return f"<div class='b'><h2><a href='{folder}'>{name}</a><a class='m' href='{folder}'>更多</a></h2><ul>{links}</ul></div>"


def test_columns_of_menus_and_of_columns_are_read(crawl) -> None:
    cities = "<a href='/yichang/'>宜昌</a> <a href='/enshi/'>恩施州</a> <a href='/huangshi/'>黄石</a> <a href='/jingmen/'>荆门</a>"
    menu = "<div><a href='/enshi/yw/'>要闻</a><a href='/enshi/xq/'>县区</a><a href='/enshi/ms/'>民生</a><a href='/enshi/'>首页</a></div>"
    # Two counties with two columns each.
    counties = {"秭归": "zg", "长阳": "cy"}
    pages: dict[str, object] = {
        "/": f"<html><body><div>{cities}</div></body></html>",
        "/yichang/": "".join(
            block(name, f"/yichang/{folder}/", STORIES[6 * n : 6 * n + 6])
            for n, (name, folder) in enumerate(counties.items())
        ),
        # The newest of three columns, without a pager; the columns stand in a menu.
        "/enshi/": menu + listing(STORIES[24:30], ""),
        "/enshi/yw/": listing(STORIES[24:30]),
        "/enshi/xq/": listing(STORIES[30:36]),
        "/enshi/ms/": listing(STORIES[36:40]),
        "/huangshi/": "<html><frameset rows='80,*'><frame src='/top.html' name='head'><frame src='/inc/7.html'></frameset></html>",
        "/inc/7.html": listing(STORIES[40:44]),
        "/jingmen/": "<html><body><p>本栏目已迁移，请访问<a href='/new/8/'>荆门新闻</a></p></body></html>",
        "/new/8/": listing(STORIES[44:]),
        **{path: article(title, day) for path, title, day in STORIES},
    }  # fmt: skip
    for n, folder in enumerate(counties.values()):
        own = {"要闻": STORIES[12 * n : 12 * n + 6], "民生": STORIES[12 * n + 6 : 12 * n + 12]}
        base = f"/yichang/{folder}/"
        pages[base] = "".join(block(name, f"{base}{i}/", own[name]) for i, name in enumerate(own))
        pages |= {f"{base}{i}/": listing(own[name]) for i, name in enumerate(own)}
    done = crawl(Pages(pages))
    stored = {row["url"] for row in done.rows("SELECT url FROM articles_flat")}
    assert len(stored) == len(STORIES), done.messages
    found = {row["name"]: row["mark"] for row in done.rows("SELECT name, complete_back_to AS mark FROM sections")}
    assert {name for name in found if name.startswith("宜昌市")} == {
        "宜昌市",
        *(f"宜昌市/{name}" for name in counties),
        *(f"宜昌市/{name}/{column}" for name in counties for column in ("要闻", "民生")),
    }
    # A front page is complete as far as the columns of its columns are.
    assert {mark for name, mark in found.items() if name.startswith("宜昌市")} == {"beginning"}
    enshi = "恩施土家族苗族自治州"
    assert found[enshi] != "beginning" and found[f"{enshi}/要闻"] == "beginning" == found["黄石市"]
    # What has moved may be another section: it is read, and its mark stays.
    assert found["荆门市"] is None and "the section moved to http://www.t.example/new/8/" in done.messages
