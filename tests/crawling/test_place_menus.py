"""Places behind a page: cities behind a link 地方 or 市州 of the homepage, counties behind the page of their city."""

from __future__ import annotations

import pytest

from newscrawler.crawling.spider.homepage import MAX_MENUS
from newscrawler.demo.model import Response
from support import nightly
from support.pages import DEFINITION, Pages, article, html, listing

NAMES = "武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 恩施 仙桃 潜江 天门 神农架"
FOLDERS = (
    "wuhan huangshi shiyan yichang xiangyang ezhou jingmen xiaogan jingzhou huanggang xianning suizhou enshi xiantao "
    "qianjiang tianmen snj"
)
CITIES = dict(zip(NAMES.split(), FOLDERS.split(), strict=True))
SERVICES = "<p><a href='/about.html'>关于我们</a> <a href='/join/'>招聘</a> <a href='/video/'>视频</a></p>"


def links(names: list[str], form: str = "<li>{}</li>", below: str = "") -> str:
    return "".join(form.format(f"<a href='{below}/{CITIES[name]}/'>{name}</a>") for name in names)


def site(homepage: str, **behind: str | Response) -> Pages:
    """A portal of 17 cities with an article each, and the pages `behind` its homepage by the names of their folders."""
    pages: dict[str, str | Response] = {"/": f"<html><body><h2>山水要闻</h2>{homepage}{SERVICES}</body></html>"}
    for name, folder in CITIES.items():
        path, title = f"/{folder}/2026/0305/1.html", f"{name}河边新修了一条步道"
        pages |= {f"/{folder}/": listing([(path, title, "2026-03-05")]), path: article(title)}
    for folder, page in behind.items():
        pages[f"/{folder}/"] = f"<html><body>{SERVICES}{page}</body></html>" if isinstance(page, str) else page
    return Pages(pages)


def sections(done) -> set[str]:
    return {row["url"].split("/")[3] for row in done.rows("SELECT url FROM sections")}


ALL = list(CITIES)
NEWS = (
    "<ul>"
    + "".join(f"<li><a href='/x/2026/0304/{n}.html'>全省各地抓紧春耕第{n}日</a></li>" for n in range(9))
    + "</ul>"
)


@nightly.by_day(1)
@pytest.mark.parametrize(
    ("homepage", "behind"),
    [
        ("<a href='/df/'>地方</a>", {"df": f"<ul>{links(ALL)}</ul>"}),
        (f"<p>{links(ALL[:3], ' {} ')}</p><a href='/df/'>市州频道</a>", {"df": f"<ul>{links(ALL)}</ul>{NEWS}"}),
        (
            "<a href='/df/'><img src='/df.png' alt='县市区'></a>",
            {"df": NEWS + links(ALL, f"<div><h3>{{}}</h3>{NEWS}</div>")},
        ),
        ("<a href='/df/'>地方新闻</a>", {"df": "<a href='/sz/'>17市州</a>", "sz": links(ALL, "<dd>{}</dd>")}),
        ("<a href='/local/'>频道</a>", {"local": f"<table><tr>{links(ALL, '<td>{}</td>')}</tr></table>"}),
        ("<select><option value='/df/'>各地</option></select>", {"df": links(ALL, "<span>{}</span>")}),
        ("<a href='/gone/'>各地</a><a href='/df/'>地市</a>", {"df": f"<ul>{links(ALL)}</ul>"}),
        (f"<ul>{links(ALL[:16])}</ul><a href='/df/'>走进市县</a>", {"df": f"<ul>{links(ALL)}</ul>"}),
    ],
)
def test_cities_stand_on_a_page_behind_the_homepage(crawl, homepage: str, behind: dict[str, str]) -> None:
    done = crawl(site(homepage, **behind))
    assert done.status == 0, done.messages
    assert sections(done) == set(CITIES.values())
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == len(CITIES)


@pytest.mark.slow
def test_a_homepage_with_all_cities_needs_no_page_behind_it(crawl) -> None:
    done = crawl(site(f"<ul>{links(ALL)}</ul><a href='/df/'>地方</a>", df=links(ALL)), "--city", "宜昌")
    assert done.status == 0
    assert "/df/" not in crawl.requests


@pytest.mark.slow
def test_a_page_behind_a_menu_only_adds_to_it(crawl) -> None:
    """The homepage's own links stay where it has a menu."""
    behind = f"<ul>{links(ALL, below='/old')}</ul>"
    done = crawl(
        site(f"<ul>{links(ALL[:12])}</ul><a href='/df/'>地方</a>", df=behind), "--city", "宜昌", "--city", "天门"
    )
    urls = {row["url"].removeprefix("http://www.t.example") for row in done.rows("SELECT url FROM sections")}
    assert urls == {"/yichang/", "/old/tianmen/"}


def test_few_pages_are_asked_and_each_once(crawl) -> None:
    words = "地方 市州 各地 县市区 地市频道 盟市 州县 区县 分站"
    homepage = "".join(
        f"<a href='/m{n}/'>{word}</a><a href='/m{n}/'>{word}</a>" for n, word in enumerate(words.split())
    )
    behind = {f"m{n}": f"{homepage}<a href='/m{n}x/'>市州</a>" for n in range(9)}
    done = crawl(site(homepage, **behind))
    asked = [path for path in crawl.requests if path.startswith("/m")]
    assert len(asked) == len(set(asked)) == MAX_MENUS
    assert done.status == 1 and "no link on the homepage, nor on http" in done.messages


def test_a_page_of_cities_that_cannot_be_read_is_told(crawl) -> None:
    done = crawl(site(f"<ul>{links(ALL[:4])}</ul><a href='/df/'>地方</a>", df=html("<h1>500</h1>", 500)))
    assert "sections may be missing" in done.messages and "/df/ answered 500" in done.messages


def test_the_page_of_a_city_or_a_headline_is_no_menu(crawl) -> None:
    """Only names that mean places in general lead further, and never the address of an article."""
    homepage = (
        f"<ul>{links(ALL[:4])}</ul><a href='/t/20260304_11223.html'>地方</a><a href='/a/'>地方戏曲在村里连演三天</a>"
        "<a href='/b/'>宜昌频道</a><a href='/c/'>地方志</a><a href='http://www.other.example/df/'>地方</a>"
    )
    crawl(site(homepage), "--city", "武汉")
    assert {"/", "/robots.txt", "/wuhan/", "/wuhan/2026/0305/1.html"} == set(crawl.requests)


COUNTIES = ["夷陵区", "西陵", "远安县", "兴山新闻", "秭归", "长阳", "五峰土家族自治县", "宜都", "当阳", "枝江市"]
"""Counties of 宜昌, as menus call them."""


def city(folder: str, number: int, own: str = "", form: str = "<li>{}</li>") -> Pages:
    """A portal of which one city's page leads to `number` counties, whose listings lie in `folder`."""
    below = {name: f"{folder}x{at}/" for at, name in enumerate(COUNTIES[:number])}
    menu = "".join(form.format(f"<a href='{path}'>{name}</a>") for name, path in below.items())
    portal = site(f"<ul>{links(ALL)}</ul>")
    portal.pages["/yichang/"] = f"<html><body><ul>{links(ALL)}</ul><div>{menu}</div>{own}</body></html>"
    for name, path in below.items():
        entry = (f"{path}2026/0306/7.html", f"{name}乡亲修好了村口小桥", "2026-03-06")
        portal.pages |= {path: listing([entry]), entry[0]: article(entry[1])}
    return portal


@nightly.by_day(3)
@pytest.mark.parametrize("folder", ["/yichang/", "/county/"])
@pytest.mark.parametrize("number", [2, 10])
@pytest.mark.parametrize("own", ["", "list"])
def test_the_counties_of_a_city_are_its_columns(crawl, folder: str, number: int, own: str) -> None:
    entry = ("/yichang/2026/0305/1.html", "宜昌河边新修了一条步道", "2026-03-05")
    done = crawl(city(folder, number, listing([entry]) if own else "", "<dd>{}</dd>"), "--city", "宜昌")
    assert done.status == 0, done.messages
    counties = {name.removesuffix("新闻") for name in COUNTIES[:number]}
    columns = done.rows("SELECT name, city FROM sections WHERE name LIKE '%/%'")
    assert len(columns) == number and {row["city"] for row in columns} == {"宜昌市"}
    assert all(any(name in row["name"] for name in counties) for row in columns)
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == number + bool(own)


def test_counties_of_the_whole_portals_menu_are_no_columns_of_a_city(crawl) -> None:
    portal = city("/county/", 3)
    portal.pages["/"] = str(portal.pages["/"]).replace("</body>", "<p><a href='/county/x1/'>西陵</a></p></body>")
    crawl(portal, "--city", "宜昌")
    assert "/county/x0/" in crawl.requests and "/county/x1/" not in crawl.requests


@pytest.mark.slow
def test_one_county_in_a_headline_is_no_menu(crawl) -> None:
    crawl(city("/county/", 1), "--city", "宜昌")
    assert "/county/x0/" not in crawl.requests


@pytest.mark.slow
def test_columns_switched_off_leave_counties_alone(crawl) -> None:
    crawl(city("/county/", 3), "--city", "宜昌", definition=DEFINITION + "[listing]\ncolumns = false\n")
    assert "/county/x0/" not in crawl.requests


def test_counties_on_another_host_are_told_and_the_city_is_not_called_empty(crawl) -> None:
    portal = city("http://county.example/", 3)
    done = crawl(portal, "--city", "宜昌")
    assert done.status == 1 and 'allowed_hosts = ["county.example"]' in done.messages
    assert done.one("SELECT listing_end FROM sections")["listing_end"] == "more"
