"""The included definitions: what they cover, that their evidence is told, and which links they take for articles."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urljoin

import pytest
from lxml.html import fromstring

from newscrawler import places
from newscrawler.listings.entries import ListingRules, read_entries
from newscrawler.portals import Portal, portal_of
from newscrawler.portals.browser import BrowserRules
from newscrawler.portals.evidence import Family
from newscrawler.portals.model import PortalKind
from newscrawler.text.definitions import read_definition
from support.families import similar

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "newscrawler" / "portals" / "definitions").glob("*/*.toml"))
PORTALS = {file.stem: read_definition(file, Portal) for file in FILES}
REAL = {
    name: portal.model_copy(update={"browser": BrowserRules()}) for name, portal in PORTALS.items() if name != "demo"
}
"""Without a browser: their pages in the tests are complete as they are sent."""
SITES = sorted(name for name, portal in REAL.items() if portal.kind is PortalKind.PORTAL)
EVIDENCE_FILE = ROOT.parent / "shared" / "portals" / "evidence.jsonl"
EVIDENCE: dict[str, dict[str, Any]] = (
    {entry["id"]: entry for entry in map(json.loads, EVIDENCE_FILE.read_text("utf-8").splitlines())}
    if EVIDENCE_FILE.exists()
    else {}
)

ARTICLES = {
    "enorth": "/system/2025/03/04/031222333.shtml",
    "trs": "/xw/yw/202503/t20250304_4100200.shtml",
    "founder-web": "/yw/2025-03/04/content_8100200.htm",
    "founder-media": "/content/sabcdefabcdefabcdefab1234.html",
    "dated-shtml": "/2025/0304/810020.shtml",
    "cjyun": "/p/410020.html",
    "cmstop": "/news/2025/03/310020.shtml",
    "phpcms": "/html/2025/yaowen_0304/110020.html",
    "people": "/GB/314060/9100200.html",
    "joyhua": "/szrb/20250304/html/content_20250304001002.htm",
    "jschina": "/jsyw/202503/t20250304_sabcdefabcdefabcdefab1234.shtml",
    "cjn": "/sywh/202503/t5100200.htm",
    "hljnews": "/ljxw/content/2025-03/04/content_810020.html",
    "nen": "/network/liaoningnews/lnnews/2025/03/04/586651035934660109.shtml",
    "cnjiwang": "/jwyc/202503/4100200.html",
    "eastday": "/c/n1178706/u1a24917200.html",
    "jfdaily": "/news/detail?id=810020",
    "xinmin": "/2025/03/04/32100200.htm",
    "cztv": "/news/23218473.html",
    "dahe": "/2025/03-04/2100200.html",
    "henandaily": "/content/2025/0304/271692.html",
    "ctdsb": "/c1476_202503/2100200.html",
    "rednet": "/content/646042/68/16100200.html",
    "voc": "/article/202503/202503040905139132.html",
    "hunantoday": "/article/202503/20250304090513900000002.html",
    "southcn": "/node_abcdefabcd/abcdef1234.shtml",
    "gxnews": "/staticpages/20250304/newgxabcdef12-21100200.shtml",
    "hinews": "/page?n=2100200&m=1&s=1044",
    "cqnews": "/1/detail/1349409867946135552/web/content_1349409867946135552.html",
    "cqrb": "/shishi/2025-03-04/2100200_pc.html",
    "scol": "/ggxw/202503/83100200.html",
    "cnwest": "/szyw/a/2025/03/04/23100200.html",
    "yndaily": "/html/2025/yaowenyunnan_0304/143100.html",
}
"""Invented addresses of articles, by family; by portal where it differs from its family or has none."""
LISTINGS = {
    "ctdsb": ["/c1476", "/c1720"],
    "rednet": ["/channel/7397.html"],
    "gxnews": ["/staticmores/168/33168-1.shtml"],
    "southcn": ["/node_abcdefabcd/", "/node_abcdefabcd"],
    "sxgov": ["/node_311.htm"],
    "enorth": ["/system/count//0002056/003000000000/000/000/c0002056003000000000_000000084.shtml"],
}
"""Invented addresses of listings that look like articles."""


UNSEEN = {"snjxww"}
"""Portals no article of which was seen."""


def test_every_province_and_every_division_of_hubei_has_a_definition() -> None:
    assert len(REAL) >= 90
    provinces = {portal.province for portal in REAL.values()}
    assert {place.name for place in places.provinces()} - provinces == {
        "台湾省",
        "香港特别行政区",
        "澳门特别行政区",
    }
    hubei = places.province("湖北")
    assert hubei is not None
    covered = {
        places.match_division(section, hubei)
        for portal in REAL.values()
        if portal.province == hubei.name
        for section in (*portal.sections, *portal.extra_sections)
    }
    assert {place.name for place in places.divisions_of(hubei)} - {place.name for place in covered if place} == set()


def test_each_province_has_a_folder_of_its_own() -> None:
    folders = {(file.parent.name, PORTALS[file.stem].province) for file in FILES}
    assert len(folders) == len({folder for folder, _ in folders}) == len({province for _, province in folders})
    assert [file.stem for file in FILES if PORTALS[file.stem].id != file.stem] == []


@pytest.mark.parametrize("name", sorted(REAL))
def test_a_definition_tells_its_evidence(name: str) -> None:
    evidence = REAL[name].evidence
    assert evidence.year and evidence.confidence and evidence.basis and evidence.family
    assert not evidence.crawled, "write here who crawled it and when, once somebody did"


def test_every_family_is_described_and_has_a_portal() -> None:
    described = re.findall(
        r"^\| `([a-z-]+)` \| .+ \| .* \|$",
        (ROOT / "docs" / "reference" / "portal-definitions.md").read_text("utf-8"),
        re.M,
    )
    assert set(get_args(Family)) <= set(described)
    assert {portal.evidence.family for portal in REAL.values()} == set(get_args(Family))


@pytest.mark.parametrize("page", ["README.md", "README.zh.md", "CHANGELOG.md"])
def test_pages_tell_how_many_definitions_there_are(page: str) -> None:
    assert re.search(rf"\b{len(REAL)}\b", (ROOT / page).read_text("utf-8"))


def test_the_page_on_portals_is_what_the_definitions_say() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "portal_docs.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("url", "owner"),
    [
        ("https://epaper.lnd.com.cn/lnrbepaper/pc/con/202503/04/content_1.html", "lnrb"),
        ("https://liaoning.lnd.com.cn/system/2025/03/04/031222333.shtml", "lnd"),
        ("https://www.bjd.com.cn/jbw/news/", "bjd"),
        ("https://bjrbdzb.bjd.com.cn/bjrb/paperindex.htm", "bjrb"),
        ("https://nobody.example/", None),
        ("http://[", None),
    ],
)
def test_an_address_belongs_to_the_portal_with_the_nearest_host(url: str, owner: str | None) -> None:
    portal = portal_of(url)
    assert (portal.id if portal else None) == owner


def entries_of(portal: Portal, articles: list[str], listings: list[str]) -> list[str]:
    """The entries of an invented page of the portal: a menu of listings, and a list of articles with dates."""
    menu = "".join(f"<a href='{url}'>栏目第{number}号</a> " for number, url in enumerate(listings))
    rows = "".join(
        f"<li><a href='{url}'>清河县第{number}批村道修好后通车</a><span>2025-03-0{number % 9 + 1}</span></li>"
        for number, url in enumerate(articles)
    )
    root = fromstring(f"<html><body><div class='menu'>{menu}</div><ul class='list'>{rows}</ul></body></html>")
    rule = re.compile(portal.article.url) if portal.article.url else None
    return [
        entry.url for entry in read_entries(root, portal.homepage, ListingRules(article_url=rule), portal.owns).entries
    ]


def section_addresses(portal: Portal) -> list[str]:
    urls = map(portal.section_url, [*portal.sections.values(), *portal.extra_sections.values()])
    return [url for url in urls if "{" not in url and url != portal.homepage]


@pytest.mark.parametrize("name", [name for name in SITES if name not in UNSEEN])
def test_articles_are_entries_and_listings_are_not(name: str) -> None:
    portal = REAL[name]
    family = str(portal.evidence.family)
    address = urljoin(portal.homepage, ARTICLES.get(name) or ARTICLES[family])
    articles = [similar(address, step) for step in range(9)]
    listings = [urljoin(portal.homepage, path) for path in LISTINGS.get(name, [])] + section_addresses(portal)
    assert entries_of(portal, articles, listings) == articles


@pytest.mark.skipif(not EVIDENCE, reason="the shared evidence is absent")
@pytest.mark.parametrize("name", [name for name in SITES if EVIDENCE.get(name, {}).get("article", {}).get("examples")])
def test_the_articles_of_the_evidence_are_entries_and_its_sections_are_not(name: str) -> None:
    portal, entry = REAL[name], EVIDENCE[name]
    examples = entry["article"]["examples"]
    sections = [url for url in entry["sections"].values() if "{" not in url and url != portal.homepage]
    for example in examples:
        articles = [example, *(similar(example, step) for step in range(1, 8))]
        assert entries_of(portal, articles, sections) == articles


@pytest.mark.skipif(not EVIDENCE, reason="the shared evidence is absent")
def test_what_the_evidence_has_is_included_or_the_docs_say_why_not() -> None:
    page = (ROOT / "docs" / "reference" / "portals.md").read_text("utf-8").partition("## Not included")[2]
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.M)) == EVIDENCE.keys() - REAL.keys()


@pytest.mark.skipif(not EVIDENCE, reason="the shared evidence is absent")
@pytest.mark.parametrize("name", sorted(REAL.keys() & EVIDENCE.keys()))
def test_the_addresses_of_the_evidence_belong_to_the_portal(name: str) -> None:
    entry = EVIDENCE[name]
    assert REAL[name].province == entry["province"]
    own = [*entry["article"].get("examples", []), *entry["sections"].values()]
    assert [url for url in own if not REAL[name].owns(url)] == []
