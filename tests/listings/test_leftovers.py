"""Leads of a listing page to other pages of the section: menus of a host of its own, years, tabs."""

from __future__ import annotations

import pytest

from newscrawler.extraction.page import Page, read_page
from newscrawler.listings.leftovers import Leftover, find_leftovers
from newscrawler.listings.pagers import PagerView
from newscrawler.listings.ways_beside import find_ways_on

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


@pytest.mark.parametrize("last", ["/list/4175.html?page=3", "/list/4175_3.html", "/list/4175-3.html"])
def test_the_last_page_of_a_section_with_a_number_is_a_lead_and_no_other_section(last: str) -> None:
    markup = f"<a href='/list/4247.html'>清观荆州站</a> <a href='/list/41751.html'>尾页</a> 1 <a href='{last}'>尾页</a>"
    found = leads(markup, f"{HOST}/list/4175.html")
    assert {url: lead.is_last for url, lead in found.items()} == {last: True}


@pytest.mark.parametrize("label", ["下一页", "2", "尾页", "[2]", "next"])
def test_a_page_of_the_list_in_its_folder_is_no_column(label: str) -> None:
    found = leads(f"<a href='/list/1187/2/'>{label}</a> <a href='/list/1187/ms/'>民生</a>", f"{HOST}/list/1187/")
    assert {url: lead.is_below for url, lead in found.items()} == {"/list/1187/2/": False, "/list/1187/ms/": True}


@pytest.mark.parametrize("own", ["/yc.html", "/node_7b", "/list.php?tid=3"])
def test_the_menu_of_the_portal_is_not_that_of_a_page_in_its_root(own: str) -> None:
    stem = own.partition("?")[0].partition(".")[0]
    found = leads(f"<div>{MENU}</div><p><a href='{stem}/tz/'>通知</a></p>", HOST + own)
    assert set(found) == {f"{stem}/tz/"}


def test_what_lies_in_the_folder_of_a_section_leads_on_without_a_menu() -> None:
    found = leads("<a href='/yc/ms/'>民生</a> <a href='/xw/'>新闻</a>", f"{HOST}/yc/")
    assert {url: (lead.is_below, lead.is_in_menu) for url, lead in found.items()} == {"/yc/ms/": (True, False)}


@pytest.mark.parametrize(
    ("own", "address", "is_lead"),
    [
        ("/news.asp?class=3", "/news.asp?class=3&PageNo=1", False),
        ("/news.asp?class=3&PageNo=2", "/news.asp?class=3&PageNo=1", False),
        ("/list?cid=3&page=4", "/list?page=1&cid=3", False),
        ("/list?cid=3&pn=4", "/list?cid=3&pn=0", False),
        ("/news.asp?class=3", "/news.asp?class=3&PageNo=2", True),
        ("/news.asp?class=3", "/news.asp?class=3&kind=1", True),
    ],
)
def test_the_name_of_the_list_may_lead_to_its_first_page_with_a_number(own: str, address: str, is_lead: bool) -> None:
    assert (address in leads(f"<p>位置：<a href='{address}'>宜昌新闻</a></p>", HOST + own)) is is_lead


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


@pytest.mark.parametrize(
    ("label", "leads_on"),
    [
        ("更多宜昌新闻>>", True),
        ("查看更多", True),
        ("往期回顾", True),
        ("历史新闻", True),
        ("[进入栏目]", True),
        ("查看全部", True),
        ("MORE +", True),
        ("历史文化名城", False),
        ("水渠修成，更多村庄通水", False),
        ("进入汛期", False),
        ("关于我们", False),
    ],
)
def test_words_that_lead_from_the_newest_entries_to_more(label: str, leads_on: bool) -> None:
    assert ("/yc/more.html" in leads(f"<p><a href='/yc/more.html'>{label}</a></p>", f"{HOST}/yc/")) is leads_on
    # Elsewhere on the portal, they count beside the list only.
    stories = [f"/2026/0630/{7000 + n}.shtml" for n in range(3)]
    rows = "".join(f"<li><a href='{story}'>水渠修成</a></li>" for story in stories)
    ranked = "".join(f"<li><a href='/2026/0630/{8000 + n}.shtml'>学校开学</a></li>" for n in range(3))
    way = f"<p><a href='/all.html'>{label}</a></p>"
    for main, side, is_beside in ((way, "", leads_on), ("", way, False)):
        markup = f"<body><div><ul>{rows}</ul>{main}</div><div><ol>{ranked}</ol>{side}</div></body>"
        page = read_page(f"<html>{markup}</html>".encode(), url=f"{HOST}/yc/")
        assert isinstance(page, Page)
        view = PagerView(page.root, f"{HOST}/yc/", f"{HOST}/yc/", 1)
        found = find_ways_on(view, {HOST + story for story in stories}, lambda url: True)
        assert bool(found) is is_beside


def test_a_calendar_leads_to_its_days() -> None:
    table = "<td><a href='/yc/day/20260628.html'>28</a></td><td><a href='/yc/2026-06/29/'>29</a></td>"
    found = leads(f"<table><tr>{table}</tr></table>", f"{HOST}/yc/")
    assert {url: (lead.label, lead.is_period) for url, lead in found.items()} == {
        "/yc/day/20260628.html": ("2026-06-28", True),
        "/yc/2026-06/29/": ("2026-06-29", True),
    }
    # A number that is not the day of its address, and a day that does not exist.
    assert not leads("<a href='/yc/day/20260628.html'>3</a><a href='/yc/day/20260231.html'>31</a>", f"{HOST}/yc/")


@pytest.mark.parametrize(
    ("url", "label", "address", "is_further"),
    [
        ("/list.asp?classid=11", "吉林", "/list.asp?classid=4", None),
        ("/list.asp?classid=11", "2", "/list.asp?classid=11&page=2", True),
        ("/list.asp?classid=11", "›", "/list.asp?classid=11&start=20", True),
        ("/list.asp?page=1&classid=11", "2", "/list.asp?page=2&classid=11", True),
        ("/list.asp?page=1&classid=11", "要闻", "/list.asp?page=1&classid=12", None),
        ("/list.asp?page=0", "2", "/list.asp?page=1", True),
        ("/yc/list_1.html", "更早的新闻", "/yc/list_2.html", False),
    ],
)
def test_a_page_like_this_one_has_its_query_but_for_the_number(
    url: str, label: str, address: str, is_further: bool | None
) -> None:
    """The list of another section often differs from this one by a number, too."""
    lead = leads(f"<a href='{address}'>{label}</a>", f"{HOST}{url}").get(address)
    assert (lead.is_further if lead else None) is is_further


@pytest.mark.parametrize(
    ("block", "name"),
    [
        ("<div><h3>要闻</h3>{more}{rows}</div>", "要闻"), ("<div><em>要闻</em>{more}{rows}</div>", "要闻"),
        ("<table><tr><td>要闻</td><td>{more}</td></tr><tr><td>{rows}</td></tr></table>", "要闻"), ("<div>{more}{rows}</div>", "更多"),
    ],
)  # fmt: skip
def test_a_single_way_to_more_has_the_name_of_its_block(block: str, name: str) -> None:
    rows = (
        "<ul>" + "".join(f"<li><a href='/yc/{n}.html'>青石坳第{n}段水渠修成通水</a></li>" for n in range(3)) + "</ul>"
    )
    found = leads(block.format(more="<a href='/yc/yw/'>更多</a>", rows=rows), f"{HOST}/yc/")
    assert found["/yc/yw/"].label == name
