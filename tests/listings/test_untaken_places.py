"""Places that a homepage names, and that a crawl does not read, are told; what is no place is not."""

from __future__ import annotations

import pytest

from newscrawler import places
from newscrawler.extraction.page import Page, read_page
from newscrawler.listings.named_links import LinkReader
from newscrawler.listings.sections import find_navigation
from newscrawler.listings.untaken_places import in_letters, in_scripts, without_a_name

HOME = "http://www.t.example/"


def told(body: str) -> list[str]:
    """What is told about a homepage: addresses, and divisions in scripts."""
    page = read_page(f"<html><body>{body}</body></html>".encode(), url=HOME, encoding="utf-8")
    province = places.province("湖北")
    assert isinstance(page, Page) and province is not None

    def is_own(url: str) -> bool:
        return ".t.example/" in url

    reader = LinkReader()
    reader.read_page(page, HOME)
    navigation = find_navigation(reader.links, province, is_own)
    urls = {section.url for section in navigation.sections}
    sections = [link for link in reader.links if link.url in urls]
    known = {section.name for section in navigation.sections}
    found = [url for url, _ in navigation.untaken]
    found += [link.url for link in in_letters(reader.unnamed, sections, is_own)]
    found += [link.url for link in without_a_name(reader.unnamed, sections, is_own)]
    found += in_scripts(reader.texts_of_scripts(), province, known)
    return [one.removeprefix("http://www.t.example") for one in found]


MENU = "<div><a href='/yc/'>宜昌</a> <a href='/sz/'>随州</a> <a href='/hs/'>黄石</a>"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # One address for two cities: either may be the slip.
        ("<div><a href='/yc/'>宜昌</a><a href='/yc/'>荆门</a><a href='/sz/'>随州</a></div>", ["/yc/"]),
        # A second page of one city.
        (f"{MENU}</div><p><a href='http://yc.t.example/'>宜昌站</a></p>", ["http://yc.t.example/"]),
        # A picture without a name, and names in Latin letters, among cities.
        (f"{MENU}<a href='/jm/'><img src='/i/jingmen.png'></a></div>", ["/jm/"]),
        ("<div><a href='/yc/'>宜昌</a><a href='/jm/'>JINGMEN</a><a href='/xf/'>Xiangyang</a></div>", ["/jm/", "/xf/"]),
        # Names in a script that makes their addresses.
        (f"{MENU}</div><script>c.push({{n:'荆门',id:7}});c.push({{n:'黄冈',id:8}})</script>", ["荆门市", "黄冈市"]),
    ],
)
def test_places_without_a_section_are_told(body: str, expected: list[str]) -> None:
    assert told(body) == expected


@pytest.mark.parametrize(
    "body",
    [
        f"{MENU}</div>",
        # The same page twice, an article named after the city, and another portal's page.
        f"{MENU}</div><p><a href='/yc/index.html'>宜昌</a><a href='/2026/0301/8.html'>宜昌</a></p>",
        f"{MENU}</div><p><a href='http://yc.other.example/'>宜昌</a></p>",
        # One address for all cities, which have pages of their own elsewhere.
        f"{MENU}</div><map><area href='/map/' alt='宜昌'><area href='/map/' alt='随州'></map>",
        # Pictures and words of menus that are not of cities.
        "<div><a href='/yc/'>宜昌</a><a href='/gn/'>国内</a><a href='/tv/'><img src='/i/tv.png'></a></div>",
        f"<div><a href='/'><img src='/logo.png'></a></div>{MENU}</div>",
        f"{MENU}<a href='/en/'>English</a><a href='/app/'>APP</a><a href='/tv/'>VIDEO</a></div>",
        # The seat of the portal in a script.
        f"{MENU}</div><script>weather('武汉')</script>",
    ],
)
def test_what_is_no_place_is_not_told(body: str) -> None:
    assert told(body) == []
