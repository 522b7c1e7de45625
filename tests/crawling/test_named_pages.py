"""Newspapers whose other pages open by a script: their addresses are tried, and what cannot be reached is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from newscrawler.listings.named_pages import address_of, plain_number
from newscrawler.text.clock import CHINA
from support import nightly
from support.crawls import Crawl
from support.pages import DEFINITION, Pages, article

HOME = "<html><head><title>山口日报</title></head><body><p>山口日报数字报，每天一期。</p></body></html>"
NAMES = {"01": "要闻", "02": "城事", "03": "副刊"}
MENUS = {
    "javascript:": "".join(f"<a href='javascript:open({int(n)})'>第{n}版：{name}</a>" for n, name in NAMES.items()),
    "onclick": "".join(f"<li onclick='go({int(n)})'>{n}版 {name}</li>" for n, name in NAMES.items()),
    "a select": "<select onchange='go(this.value)'>"
    + "".join(f"<option value='{int(n)}'>第{n}版 {name}</option>" for n, name in NAMES.items())
    + "</select>",
    "a link to nothing": "".join(f"<a href='#' data-n='{n}'>{n}：{name}</a>" for n, name in NAMES.items()),
}


def paper(
    menu: str, file: str = "node_{}.htm", numbers: tuple[int, ...] = (1, 2, 3), title: str = ""
) -> dict[str, Any]:
    """One edition of today with a page for each of `numbers`, two articles on each."""
    day = datetime.now(CHINA).date()
    folder = f"/html/{day:%Y-%m}/{day:%d}"
    pages: dict[str, Any] = {"/": HOME}
    for number in numbers:
        stories = {f"content_{number}{n}.htm": f"河滩上的老石桥加固完工，第{number}{n}座通车" for n in (1, 2)}
        items = "".join(f"<li><a href='{path}'>{name}</a></li>" for path, name in stories.items())
        head = f"<head><title>{title.format(number)}</title></head>" if title else ""
        name = "node_1.htm" if number == 1 else file.format(number)
        pages[f"{folder}/{name}"] = f"<html>{head}<body>{menu}<ul>{items}</ul></body></html>"
        pages |= {f"{folder}/{path}": article(name, day.isoformat()) for path, name in stories.items()}
    return pages


def crawled(crawl: Callable[..., Crawl], pages: dict[str, Any]) -> tuple[int, int, str | None, str]:
    """Return the exit status, the stored articles, the mark, and what the crawl said."""
    definition = DEFINITION.replace("[crawl]", '[sections]\n"宜昌" = "/html/{yyyy}-{mm}/{dd}/node_1.htm"\n[crawl]')
    done = crawl(Pages(pages), definition=definition)
    mark = done.one("SELECT complete_back_to FROM sections")["complete_back_to"]
    return done.status, done.one("SELECT count(*) AS n FROM articles")["n"], mark, done.messages


@nightly.by_day(6)
@pytest.mark.parametrize("menu", MENUS)
@pytest.mark.parametrize("title", ["", "山口日报_第{:02d}版"])
def test_pages_that_a_script_opens_are_read(crawl: Callable[..., Crawl], menu: str, title: str) -> None:
    assert crawled(crawl, paper(MENUS[menu], title=title))[:3] == (0, 6, "beginning")


@nightly.by_day(2)
@pytest.mark.parametrize("menu", MENUS)
def test_a_page_that_cannot_be_reached_makes_the_edition_incomplete(crawl: Callable[..., Crawl], menu: str) -> None:
    status, stored, mark, messages = crawled(crawl, paper(MENUS[menu], "ban-{}-x.htm"))
    assert (status, stored, mark) == (1, 2, None)
    assert "page 02" in messages or "pages that no address leads to, such as 02 城事" in messages


@pytest.mark.slow
def test_an_address_that_shows_the_same_page_again_is_told(crawl: Callable[..., Crawl]) -> None:
    pages = paper(MENUS["javascript:"], numbers=(1,))
    (path,) = [path for path in pages if path.endswith("node_1.htm")]
    pages[path.replace("node_1", "node_2")] = pages[path.replace("node_1", "node_3")] = pages[path]
    status, stored, mark, messages = crawled(crawl, pages)
    assert (status, stored, mark) == (1, 2, None) and "is opened by a script" in messages


@pytest.mark.slow
@pytest.mark.parametrize(
    "menu",
    [
        # The page's own name, which leads nowhere, beside links to the others.
        "<a href='#'>第01版：要闻</a><a href='node_2.htm'>第02版：城事</a><a href='node_3.htm'>第03版：副刊</a>",
        # Pages that are linked by pictures, and named in a list.
        "<a href='node_2.htm'><img alt='要闻'></a><a href='node_3.htm'><img alt='城事'></a>" + MENUS["a select"],
        # A calendar, and words about editions.
        "<a href='node_2.htm'>第02版：城事</a><a href='node_3.htm'>第03版：副刊</a><select><option value='4'>4</option>"
        "<option value='28'>28</option></select><a href='javascript:back()'>往期回顾</a><a href='#'>上一版</a>",
    ],
)
def test_papers_whose_pages_have_addresses_stay_whole(crawl: Callable[..., Crawl], menu: str) -> None:
    assert crawled(crawl, paper(menu))[:3] == (0, 6, "beginning")


@pytest.mark.parametrize(
    ("number", "url", "own", "address"),
    [
        ("2", "http://p.example/20260301/node_1.htm", "1", "http://p.example/20260301/node_2.htm"),
        ("12", "http://p.example/20260301/node_01.htm", "1", "http://p.example/20260301/node_12.htm"),
        ("A3", "http://p.example/202603/01/A01.html", "A1", "http://p.example/202603/01/A03.html"),
        ("B1", "http://p.example/202603/01/node_A01.html", "A1", "http://p.example/202603/01/node_B01.html"),
        ("2", "http://p.example/20260301/front.htm", "1", ""),
        ("2", "http://p.example/20260301/index.php?p=1", "1", ""),
        ("B1", "http://p.example/20260301/node_1.htm", "A1", ""),
    ],
)
def test_the_address_of_a_page_follows_from_that_of_another(number: str, url: str, own: str, address: str) -> None:
    assert address_of(number, url, own) == address


def test_numbers_of_pages_are_compared_without_zeros() -> None:
    assert [plain_number(one) for one in ("01", "A02", "b10", "100", "x")] == ["1", "A2", "B10", "100", "x"]
