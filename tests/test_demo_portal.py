"""The demo portal and the TRS test portal: the same bytes always, links that hold, and the special cases."""

import hashlib
import http.client
import itertools
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import html

from newscrawler import places
from newscrawler.demo.model import DemoArticle, Response, Site
from newscrawler.demo.portal import DemoPortal, build
from newscrawler.demo.server import DemoServer, SiteServer
from newscrawler.demo.text import Dice, fill
from support import trs

DIGEST = """
import hashlib
from newscrawler.demo.portal import build
portal = build()
print(hashlib.sha256(b"".join(portal.respond(path).body for path in sorted(portal.paths))).hexdigest())
print(hashlib.sha256(repr(portal.articles).encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def portal() -> DemoPortal:
    return build()


@pytest.fixture(scope="module")
def trs_site() -> trs.TrsSite:
    return trs.TrsSite()


def crawl(site: Site, host: str) -> tuple[dict[str, Response], set[str]]:
    """Every page that links lead to from the homepage, and the foreign hosts on the way."""
    seen: dict[str, Response] = {}
    foreign: set[str] = set()
    waiting = [f"{host}/"]
    while waiting:
        url = waiting.pop()
        if url in seen:
            continue
        response = site.respond(url.removeprefix(host))
        seen[url] = response
        if not response.headers["Content-Type"].startswith("text/html"):
            continue
        tree = html.fromstring(response.body, parser=html.HTMLParser(encoding=encoding(response.body)))
        targets = {*tree.xpath("//@href"), *tree.xpath("//@src")}
        for script in tree.xpath("//script/text()"):
            call = re.search(r'createPageHTML\((\d+), (\d+), "(\w+)", "(\w+)"\)', script)
            if call and int(call[2]) + 1 < int(call[1]):
                targets.add(f"{call[3]}_{int(call[2]) + 1}.{call[4]}")
        for target in targets:
            absolute = urljoin(url, target).partition("#")[0]
            if absolute.startswith(f"{host}/"):
                waiting.append(absolute)
            elif absolute.startswith("http"):
                foreign.add(urlsplit(absolute).netloc)
    return seen, foreign


def encoding(body: bytes) -> str:
    return "gb18030" if b"charset=gb2312" in body else "utf-8"


def text_of(site: Site, url: str) -> str:
    body = site.respond(urlsplit(url).path).body
    return body.decode(encoding(body))


def listed_urls(portal: DemoPortal, slug: str) -> list[str]:
    urls = []
    for number in itertools.count(1):
        response = portal.respond(f"/{slug}/index{f'_{number}' if number > 1 else ''}.shtml")
        if response.status != 200:
            return urls
        tree = html.fromstring(response.body.decode())
        urls += [urljoin(portal.host, link) for link in tree.xpath('//ul[@class="newslist"]//a/@href')]
    raise AssertionError("unreachable")


def shingles(text: str) -> set[str]:
    return {text[start : start + 5] for start in range(len(text) - 4)}


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_same_bytes_in_every_process(portal: DemoPortal, seed: str) -> None:
    body = b"".join(portal.respond(path).body for path in sorted(portal.paths))
    run = subprocess.run(
        [sys.executable, "-c", DIGEST],
        env={**os.environ, "PYTHONHASHSEED": seed, "TZ": "America/Anchorage"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == [
        hashlib.sha256(body).hexdigest(),
        hashlib.sha256(repr(portal.articles).encode()).hexdigest(),
    ]


def test_size_and_identity(portal: DemoPortal) -> None:
    assert 110 <= len(portal.articles) <= 140
    urls = [article.url for article in portal.articles]
    assert len(set(urls)) == len(urls)
    assert all(re.fullmatch(re.escape(portal.host) + r"/\d{4}/\d{4}/\d+\.shtml", url) for url in urls)
    sections = Counter(section for article in portal.articles for section in article.sections)
    assert len(sections) == 16
    assert min(sections.values()) >= 5
    assert all(article.sections[0] == article.city for article in portal.articles)


@pytest.mark.parametrize("host", [DemoPortal.host, trs.HOST])
def test_every_internal_link_resolves(host: str, portal: DemoPortal, trs_site: trs.TrsSite) -> None:
    site: DemoPortal | trs.TrsSite = portal if host == portal.host else trs_site
    seen, foreign = crawl(site, host)
    missing = portal.missing if site is portal else ()
    assert {url for url, response in seen.items() if response.status != 200} == set(missing)
    for article in site.articles:
        assert article.url in seen
        assert set(article.aliases) <= seen.keys()
        assert {image.url for image in article.images} <= seen.keys()
    assert foreign


def test_listings_are_the_sections_of_the_truth(portal: DemoPortal) -> None:
    nav = html.fromstring(portal.respond("/").body.decode()).xpath('//ul[@class="nav"]//a')
    slugs = {link.text: urlsplit(link.get("href")).path.strip("/") for link in nav if link.text != "首页"}
    assert len(slugs) == 17
    for division, slug in slugs.items():
        truth = {article.url for article in portal.articles if division in article.sections}
        own = [url for url in listed_urls(portal, slug) if url.startswith(portal.host)]
        assert len(own) == len(set(own))
        assert set(own) - set(portal.missing) == truth
    assert listed_urls(portal, slugs["神农架林区"]) == []
    assert portal.respond(f"/{slugs['宜昌市']}/index_3.shtml").status == 200
    assert any(not url.startswith(portal.host) for slug in slugs.values() for url in listed_urls(portal, slug))


def test_listings_are_newest_first_but_for_the_pinned(portal: DemoPortal) -> None:
    dates = {article.url: article.listed_date for article in portal.articles}
    order = [dates[url] for url in listed_urls(portal, "yichang")]
    assert order == sorted(order, reverse=True)
    pinned, *rest = [dates[url] for url in listed_urls(portal, "xiangyang")]
    assert pinned < "2019"
    assert rest == sorted(rest, reverse=True)
    assert "置顶" in portal.respond("/xiangyang/").body.decode()


@pytest.mark.parametrize("host", [DemoPortal.host, trs.HOST])
def test_pages_show_what_the_truth_says(host: str, portal: DemoPortal, trs_site: trs.TrsSite) -> None:
    site: DemoPortal | trs.TrsSite = portal if host == portal.host else trs_site
    for article in site.articles:
        page = html.fromstring(text_of(site, article.url))
        shown = page.text_content()
        follow = article.url.replace(".shtml", "_2.shtml" if site is portal else "_1.shtml")
        if site.respond(urlsplit(follow).path).status == 200:
            shown += html.fromstring(text_of(site, follow)).text_content()
        lines = article.body.split("\n")
        assert all(line and line in shown and line == line.strip() for line in lines)
        assert article.title in shown
        assert re.sub("T.*", "", article.published) in shown.replace("年", "-").replace("月", "-")
        values = [article.source, article.summary, article.subtitle, *article.authors]
        assert all(value in shown for value in values if value is not None)
        assert all(name in shown.replace("　", "") for name in article.editors)
        assert [credit.name for credit in article.credits if credit.role == "编辑"] == list(article.editors)
        assert [credit.name for credit in article.credits if credit.role != "编辑"] == list(article.authors)
        # What is not body stays out of it.
        assert not re.search("原标题|编辑:|责任编辑|摘要|分享到|版权|下一页|相关链接", article.body)


def test_a_story_on_two_pages(portal: DemoPortal) -> None:
    second = [path for path in portal.paths if re.search(r"/\d+_2\.shtml$", path)]
    assert len(second) == 1
    url = portal.host + second[0].replace("_2", "")
    article = next(article for article in portal.articles if article.url == url)
    first_text, second_text = text_of(portal, url), text_of(portal, second[0])
    lines = article.body.split("\n")
    assert [line in first_text for line in lines] == sorted((line in first_text for line in lines), reverse=True)
    assert lines[-1] in second_text
    assert lines[-1] not in first_text
    assert f'<a href="{second[0]}">下一页</a>' in first_text


def test_special_cases(portal: DemoPortal) -> None:
    articles = portal.articles
    assert len(portal.missing) == 1
    assert portal.respond(urlsplit(portal.missing[0]).path).status == 404
    assert [a.sections for a in articles if len(a.sections) > 1] == [("宜昌市", "恩施土家族苗族自治州")]
    assert len([a for a in articles if a.source is None]) == 1
    job_numbers = [a for a in articles if re.search(r"编辑:NB\d+", text_of(portal, a.url))]
    assert [a.editors for a in job_numbers] == [()]
    assert [a for a in articles if len(a.editors) > 1]
    assert {a.article_type for a in articles} == {"原创", "转载", "unknown"}
    assert {len(a.published) for a in articles} == {len("2019-07-10"), len("2019-07-10T09:30:00+08:00")}
    assert [a for a in articles if a.published[:10] < a.listed_date]
    for shape in ("宜昌长阳", "恩施巴东", "黄冈红安"):
        assert any(a.title.startswith(shape) for a in articles)
    assert sum("原标题" in text_of(portal, a.url) for a in articles) >= 5
    for has in ("summary", "images", "authors", "county", "keywords"):
        with_it = sum(bool(getattr(a, has)) for a in articles)
        assert 0.2 * len(articles) < with_it < len(articles)
    robots = portal.respond("/robots.txt").body.decode()
    assert "Disallow: /admin/" in robots
    assert 'href="/admin/"' in portal.respond("/").body.decode()
    assert portal.respond("/yichang").headers["Location"] == "/yichang/"


def test_the_gb2312_page_needs_gb18030(portal: DemoPortal) -> None:
    pages = [a for a in portal.articles if b"charset=gb2312" in portal.respond(urlsplit(a.url).path).body]
    assert len(pages) == 1
    response = portal.respond(urlsplit(pages[0].url).path)
    assert response.headers["Content-Type"] == "text/html"
    assert pages[0].title in response.body.decode("gb18030")
    for wrong in ("utf-8", "gb2312", "gbk"):
        with pytest.raises(UnicodeDecodeError):
            response.body.decode(wrong)


def test_stories_differ_except_for_the_reprints(portal: DemoPortal, trs_site: trs.TrsSite) -> None:
    both = [*portal.articles, *trs_site.articles]
    reprints = []
    texts = [(article, shingles(article.body)) for article in both]
    for (one, left), (other, right) in itertools.combinations(texts, 2):
        likeness = len(left & right) / len(left | right)
        if likeness == 1:
            reprints.append((one, other))
        else:
            assert likeness < 0.5, (one.title, other.title)
    assert len(reprints) == 3
    for one, other in reprints:
        assert one.source != other.source
        assert not set(one.sections) & set(other.sections)
        assert one.url != other.url
    assert all(300 <= len(article.body) <= 1200 for article in both)


@pytest.mark.parametrize("host", [DemoPortal.host, trs.HOST])
def test_places_agree_with_the_gazetteer(host: str, portal: DemoPortal, trs_site: trs.TrsSite) -> None:
    articles: tuple[DemoArticle, ...] = portal.articles if host == portal.host else trs_site.articles
    for article in articles:
        city = places.division(article.city_code)
        assert city is not None
        assert city.name == article.city
        if article.county_code is None:
            continue
        county = places.division(article.county_code)
        assert county is not None
        assert county.name == article.county
        assert article.county_code[:4] == article.city_code[:4]
        short = article.county if article.county.endswith("区") or len(article.county) == 2 else county.name[:2]
        dateline = article.body.partition("讯")[0]
        assert short in article.title or short in dateline


def test_trs_site_is_as_its_family(trs_site: trs.TrsSite) -> None:
    assert 28 <= len(trs_site.articles) <= 36
    html_pages = [r for r in trs_site.pages.values() if r.headers["Content-Type"] == "text/html"]
    assert all(b"charset=gb2312" in page.body and b"<h1" not in page.body for page in html_pages)
    assert "下一页" not in "".join(page.body.decode("gb18030") for page in html_pages)
    assert 'createPageHTML(3, 0, "index", "shtml")' in text_of(trs_site, "/dsxw/gz/index.shtml")
    assert "/dsxw/gz/index_2.shtml" in trs_site.pages
    assert "/dsxw/gz/index_3.shtml" not in trs_site.pages
    assert 'href="./2023' in text_of(trs_site, "/dsxw/gz/index.shtml")
    bodies = [text_of(trs_site, article.url) for article in trs_site.articles]
    assert 0 < sum("来源：" in body for body in bodies) < len(bodies)
    assert sum(bool(article.aliases) for article in trs_site.articles) == 1
    assert len(trs.DEFINITION.splitlines()) == 4
    rare = [body for body in bodies if "喆" in body or "䶮" in body]
    assert rare


def request(
    server: SiteServer, path: str, headers: dict[str, str] | None = None, method: str = "GET"
) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=120)
    try:
        connection.request(method, path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def test_server_answers_get_head_and_errors(portal: DemoPortal, capfd: pytest.CaptureFixture[str]) -> None:
    with DemoServer() as server:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", server.url)
        status, headers, body = request(server, "/yichang/?from=timeline")
        assert (status, body) == (200, portal.respond("/yichang/").body)
        head_status, head_headers, nothing = request(server, "/yichang/", method="HEAD")
        assert (head_status, nothing) == (200, b"")
        assert head_headers["Content-Length"] == headers["Content-Length"] == str(len(body))
        assert request(server, "/nowhere.shtml")[0] == 404
        assert request(server, f"{portal.host}/yichang/")[2] == body
        assert request(server, "/yichang/", method="POST")[0] == 501
        assert [entry.status for entry in server.requests] == [200, 200, 404, 200]
    assert capfd.readouterr().err == ""


def test_conditional_requests(portal: DemoPortal) -> None:
    path = urlsplit(portal.articles[0].url).path
    with DemoServer() as server:
        _, headers, body = request(server, path)
        etag, modified = headers["ETag"], headers["Last-Modified"]
        for known in (
            {"If-None-Match": etag},
            {"If-None-Match": f'"other", W/{etag}'},
            {"If-Modified-Since": modified},
            {"If-Modified-Since": "Fri, 01 Jan 2038 00:00:00 GMT"},
        ):
            status, again, nothing = request(server, path, known)
            assert (status, nothing, again["ETag"]) == (304, b"", etag)
        for changed in (
            {"If-None-Match": '"other"', "If-Modified-Since": modified},
            {"If-Modified-Since": "Mon, 01 Jan 2018 00:00:00 GMT"},
            {"If-Modified-Since": "yesterday"},
            {"If-Modified-Since": "Mon, 01 Jul 2019 00:00:00"},
        ):
            assert request(server, path, changed)[::2] == (200, body)


def test_server_stops_with_connections_open() -> None:
    before = threading.active_count()
    with DemoServer() as server:
        port = urlsplit(server.url).port
        assert port
        idle = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        idle.request("GET", "/")
        idle.getresponse().read()
        silent = socket.create_connection(("127.0.0.1", port), timeout=120)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)
    deadline = time.monotonic() + 120
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() == before
    idle.close()
    silent.close()
    with pytest.raises(RuntimeError, match="not running"):
        _ = server.url


def test_server_can_be_entered_again_and_trs_portal_uses_it() -> None:
    server = trs.TrsPortal()
    for _ in range(2):
        with server:
            assert request(server, urlsplit(server.articles[0].url).path)[0] == 200


def test_fill_draws_a_number_once_and_refuses_unknown_slots() -> None:
    facts = {"town": "石门坳镇"}
    text = fill("{town}{10-99}户、{10-99}户，{1.2-1.2}里，[甲|乙]", facts, Dice("key"))
    match = re.fullmatch(r"石门坳镇(\d\d)户、\1户，1\.2里，[甲乙]", text)
    assert match
    assert facts["10-99"] == match[1]
    with pytest.raises(KeyError):
        fill("{nobody}", {}, Dice("key"))


def test_dice_covers_its_range_and_keeps_order() -> None:
    dice = Dice("range")
    assert {dice.between(3, 5) for _ in range(99)} == {3, 4, 5}
    sample = dice.sample("abcdefgh", 4)
    assert len(sample) == 4
    assert sample == sorted(sample)
    assert dice.sample("ab", 5) == ["a", "b"]
