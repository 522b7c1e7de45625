"""Homepages whose menu has a brand for each city and names none: the titles of the pages say which is which."""

from __future__ import annotations

import pytest

from newscrawler import places
from newscrawler.listings.brand_rows import BrandRow, find_brand_row
from newscrawler.listings.named_links import NamedLink
from support import nightly
from support.pages import LAST_PAGE, Pages, article

ROW = {"掌上宜昌": "yc", "车城十堰": "sy", "孝子之乡": "xg", "清江号": "es"}
NAMES = {"yc": "宜昌", "sy": "十堰", "xg": "孝感", "es": "恩施州"}
TITLES = ["{}-试验网", "{}频道_试验网", "试验网 > 今日{}", "{}"]


def portal(title: str, row: dict[str, str], names: dict[str, str]) -> Pages:
    links = "".join(f"<li><a href='/{folder}/'>{name}</a></li>" for name, folder in row.items())
    menu = "<p><a href='/'>首页</a><a href='/gn/'>国内</a><a href='/zt/'>专题</a></p>"
    pages = {"/": f"<html><body>{menu}<ul>{links}</ul></body></html>"}
    for folder in row.values():
        stories = [
            (f"/{folder}/2026/{700 - n}.html", f"{folder}渡口的{n}号灯塔重新点亮", f"2026-06-{28 - n}")
            for n in range(6)
        ]
        rows = "".join(f"<li><a href='{path}'>{text}</a><i>{day}</i></li>" for path, text, day in stories)
        head = f"<title>{title.format(names[folder])}</title>"
        pages[f"/{folder}/"] = f"<html><head>{head}</head><body><ul>{rows}</ul>{LAST_PAGE}</body></html>"
        pages |= {path: article(text, day) for path, text, day in stories}
    return Pages(pages)  # type: ignore[arg-type]


@nightly.by_day(0)
@pytest.mark.parametrize("title", TITLES)
def test_brands_are_sections_of_the_cities_in_their_titles(crawl, title: str) -> None:
    site = portal(title, ROW, NAMES)
    for new in (24, 0):
        done = crawl(site)
        assert done.status == 0 and f"{new} new" in done.messages, done.messages
    cities = {row["name"]: row["url"] for row in done.rows("SELECT name, url FROM sections")}
    assert {name: url.split("/")[3] for name, url in cities.items()} == {
        "宜昌市": "yc", "十堰市": "sy", "孝感市": "xg", "恩施土家族苗族自治州": "es",
    }  # fmt: skip


@nightly.by_day(0)
@pytest.mark.parametrize(
    "names", [dict.fromkeys(NAMES, "旅游"), dict.fromkeys(NAMES, "宜昌"), NAMES | {"xg": "宜昌", "es": "酒"}]
)
def test_a_row_whose_titles_name_no_cities_is_told(crawl, names: dict[str, str]) -> None:
    done = crawl(portal("{}-试验网", ROW, names))
    assert done.status != 0 and "is named after a division of 湖北省" in done.messages, done.messages
    assert not done.rows("SELECT name FROM sections")


HUBEI = places.province("湖北")
BLOCK = "a row"


def links(*names: str) -> list[NamedLink]:
    return [NamedLink((name,), f"http://t.example/{n}/", (BLOCK,)) for n, name in enumerate(names)]


@pytest.mark.parametrize(
    "names",
    [
        ("国内", "国际", "财经", "体育"),  # no name of a city at all
        ("宜昌号", "车城号"),  # too few
        ("掌上宜昌", "青石坳的水渠今天修成通水了", "清江号"),  # a headline
    ],
)
def test_what_is_no_row_of_brands(names: tuple[str, ...]) -> None:
    assert HUBEI is not None
    assert find_brand_row(links(*names), HUBEI, lambda url: True) is None


def test_a_part_of_a_title_names_one_division() -> None:
    assert HUBEI is not None
    row = BrandRow(links("掌上宜昌", "车城号", "清江号", "酒都号"))
    for url, title in zip(
        (one.url for one in row.links), ("宜昌_试验网", "十堰-试验网", "恩施|荆州", "酒"), strict=True
    ):
        row.read_title(url, title, "试验网", HUBEI)
    assert row.sections() == []  # 恩施|荆州 names two, so half of the row is left
    row.read_title(row.links[2].url, "恩施频道 | 试验网", "试验网", HUBEI)
    assert [one.names for one in row.sections()] == [("宜昌市",), ("十堰市",), ("恩施土家族苗族自治州",)]
    row.read_title(row.links[3].url, "宜昌", "试验网", HUBEI)
    assert row.sections() == []  # two pages of one city: either may be another thing
