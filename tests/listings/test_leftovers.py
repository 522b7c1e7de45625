"""Leads of a listing page to other pages of the section: menus of a host of its own, years, tabs."""

from __future__ import annotations

import pytest

from newscrawler.extraction.page import Page, read_page
from newscrawler.listings.leftovers import Leftover, find_leftovers
from newscrawler.listings.pagers import PagerView

HOST = "http://yc.t.example"
MENU = "<a href='/yw/'>要闻</a> <a href='/xq/'>县区</a> <a href='/ms/'>民生</a>"


def leads(markup: str, url: str = f"{HOST}/", entries: set[str] | None = None) -> dict[str, Leftover]:
    page = read_page(f"<html><body>{markup}</body></html>".encode(), url=url)
    assert isinstance(page, Page)
    found = find_leftovers(PagerView(page.root, url, url, 1), entries or set(), lambda url: ".t.example/" in url)
    return {lead.url.removeprefix(HOST): lead for lead in found}


@pytest.mark.parametrize(
    "markup",
    [
        f"<div>{MENU}</div>",
        f"<p><span>{MENU}</span></p>",
        "<ul>" + "".join(f"<li>{link}</li>" for link in MENU.split("</a>")) + "</ul>",
        "<table><tr>" + "".join(f"<td><b>{link}</b></td>" for link in MENU.split("</a>")) + "</tr></table>",
        f"{MENU}<a href='/about/'>关于我们</a> <a href='/2026/0630/7001.shtml'>水渠修成</a> <a href='http://b.example/x/'>友情</a>",
    ],
)
def test_the_menu_of_a_host_of_its_own_leads_to_its_columns(markup: str) -> None:
    found = {url: lead.is_in_menu for url, lead in leads(markup).items()}
    assert found == {"/yw/": True, "/xq/": True, "/ms/": True}


@pytest.mark.parametrize(
    "markup",
    [
        "<div><a href='/yw/'>要闻</a></div>",
        "<a href='/zt/'><img src='z.jpg' alt='防汛'></a><a href='/zu/'><img alt='救灾'></a><a href='/zv/'><img alt='重建'></a>",
        "<div><a href='/about/'>关于我们</a> <a href='/lx/'>联系我们</a> <a href='/ad/'>广告服务</a> <a href='/app/'>客户端</a></div>",
    ],
)
def test_what_is_no_menu_of_a_host_leads_nowhere(markup: str) -> None:
    assert leads(markup) == {}


def test_what_lies_in_the_folder_of_a_section_leads_on_without_a_menu() -> None:
    found = leads("<a href='/yc/ms/'>民生</a> <a href='/xw/'>新闻</a>", f"{HOST}/yc/")
    assert {url: (lead.is_below, lead.is_in_menu) for url, lead in found.items()} == {"/yc/ms/": (True, False)}


@pytest.mark.parametrize(
    ("label", "address", "is_period"),
    [
        ("2023年", "/yc/2023.html", True),
        ("2023", "/yc/2023/", True),
        ("2023年度", "/yc/?year=2023", True),
        ("2023年5月", "/yc/202305.html", True),
        ("2023-05", "/yc/2023-05/", True),
        ("2023年5月 (12)", "/yc/?m=202305", True),
        ("2023年鉴", "/yc/nianjian/", False),
        ("1998", "/yc/?page=1998", True),
        ("12", "/yc/12.html", False),
    ],
)
def test_years_and_months_are_lists_of_their_own(label: str, address: str, is_period: bool) -> None:
    found = leads(f"<a href='{address}'>{label}</a>", f"{HOST}/yc/")
    assert found[address].is_period is is_period
