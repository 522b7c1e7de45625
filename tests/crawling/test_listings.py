"""Every kind of listing that the field knows, each from its own server on loopback."""

from __future__ import annotations

import gzip
import json
from datetime import datetime, timedelta

import pytest

from newscrawler.crawling.sweep import EMPTY_PAGES
from newscrawler.demo.model import Response
from newscrawler.text.clock import CHINA
from support import nightly
from support.crawls import Crawl
from support.pages import DEFINITION, HOMEPAGE, Pages, article, html, listing

STORIES = [
    (
        f"/2026/0{1 + n // 20}{10 + n % 20}/{5000 + n}.shtml",
        f"青石坳村第{n}户通上自来水",
        f"2026-0{1 + n // 20}-{10 + n % 20}",
    )
    for n in range(12)
]
STORIES.reverse()


def articles() -> dict[str, object]:
    return {path: article(title, date) for path, title, date in STORIES}


def chunks(size: int = 4) -> list[list[tuple[str, str, str]]]:
    return [STORIES[start : start + size] for start in range(0, len(STORIES), size)]


def site(pages: dict[str, object]) -> Pages:
    return Pages({"/": "<html><body><p><a href='/yichang/'>宜昌</a></p></body></html>", **articles(), **pages})  # type: ignore[arg-type]


def assert_whole(done: Crawl) -> None:
    assert done.status == 0, done.messages
    titles = {row["title"] for row in done.rows("SELECT title FROM articles_flat")}
    assert titles == {title for _, title, _ in STORIES}
    assert {row["city"] for row in done.rows("SELECT city FROM articles_flat")} == {"宜昌市"}
    mark = done.one("SELECT complete_back_to FROM sections WHERE city = '宜昌市'")
    assert mark["complete_back_to"] == "beginning"


def test_next_page_links(crawl) -> None:
    a, b, c = chunks()
    pages = {
        "/yichang/": listing(a, "<a href='/yichang/index_1.shtml'>下一页</a>"),
        "/yichang/index_1.shtml": listing(
            b, "<a href='/yichang/'>上一页</a> <a href='/yichang/index_2.shtml'>下一页</a>"
        ),
        "/yichang/index_2.shtml": listing(c, "<a href='/yichang/index_1.shtml'>上一页</a> <span>下一页</span>"),
    }
    assert_whole(crawl(site(pages)))


@pytest.mark.slow
def test_numbers_in_a_query(crawl) -> None:
    a, b, c = chunks()
    row = "<a href='?page=1'>1</a> <a href='?page=2'>2</a> <a href='?page=3'>3</a>"
    pages = {"/yichang/": listing(a, row), "/yichang/?page=2": listing(b, row), "/yichang/?page=3": listing(c, row)}
    assert_whole(crawl(site(pages)))


@pytest.mark.slow
def test_numbers_that_count_down(crawl) -> None:
    """VSB numbers its oldest page 1, so that a page's URL shifts as items arrive."""
    a, b, c = chunks()
    pages = {
        "/yichang/": listing(a, "<a href='yichang/2.htm' class='Next'>下页</a>").replace("yichang/2", "/yichang/2"),
        "/yichang/2.htm": listing(b, "<a href='/yichang/'>上页</a><a href='1.htm' class='Next'>下页</a>"),
        "/yichang/1.htm": listing(c, "<a href='2.htm'>上页</a>"),
    }
    assert_whole(crawl(site(pages)))


@pytest.mark.slow
def test_create_page_html(crawl) -> None:
    a, b, c = chunks()

    def script(number: int) -> str:
        return f'<script>createPageHTML(3, {number}, "index", "shtml");</script>'

    pages = {
        "/yichang/": listing(a, script(0)),
        "/yichang/index_1.shtml": listing(b, script(1)),
        "/yichang/index_2.shtml": listing(c, script(2)),
    }
    assert_whole(crawl(site(pages)))


def store(entries: list[tuple[str, str, str]], page: int, total: int | None = None) -> str:
    """A datastore of 大汉, whose next group is `page`; 0: there is none."""
    records = "".join(
        f"<record><![CDATA[<li><a href='{path}' title='{title}'>{title[:6]}...</a><span>{date}</span></li>]]></record>"
        for path, title, date in entries
    )
    group = f'<a href="/module/web/jpage/dataproxy.jsp?page={page}&webid=3&columnid=77"></a>' if page else ""
    stated = f"<totalrecord>{total}</totalrecord>" if total is not None else ""
    following = f"<nextgroup><![CDATA[{group}]]></nextgroup>" if page or total is None else ""
    return f"<datastore>{following}{stated}<recordset>{records}</recordset></datastore>"


def stores(first: str, *answers: str) -> Pages:
    xml = {"Content-Type": "text/xml; charset=utf-8"}
    pages: dict[str, Response | str] = {
        f"/module/web/jpage/dataproxy.jsp?page={number}&webid=3&columnid=77": Response(200, xml, answer.encode())
        for number, answer in enumerate(answers, 1)
    }
    return site({**pages, "/yichang/": f"<html><body><div id='77'>{first}</div></body></html>"})


@pytest.mark.slow
def test_a_datastore_and_its_proxy(crawl) -> None:
    a, b, c = chunks()
    assert_whole(crawl(stores(f"<script type='text/xml'>{store(a, 1)}</script>", store(b, 2), store(c, 0))))


@nightly.by_day(0)
@pytest.mark.parametrize("begins_again", [False, True])
def test_a_datastore_whose_groups_lead_on_for_ever_ends_at_its_total(crawl, begins_again: bool) -> None:
    a, b, c = chunks()
    total = len(STORIES)
    groups = [a, b, c, [], []] if begins_again else [b, c, [], []]
    answers = [store(group, number + 1, total) for number, group in enumerate(groups, 1)]
    assert_whole(crawl(stores(f"<script type='text/xml'>{store(a, 1)}</script>{_stating(total)}", *answers)))


@nightly.by_day(0)
def test_one_that_lacks_entries_is_told(crawl) -> None:
    a, b, _ = chunks()
    total = len(STORIES)
    answers = [store(group, number + 1, total) for number, group in enumerate([b, *[[]] * 22], 1)]
    done = crawl(stores(f"<script type='text/xml'>{store(a, 1)}</script>{_stating(total)}", *answers))
    assert done.status == 1, done.messages


def _stating(total: int) -> str:
    proxy = "proxyUrl:'/module/web/jpage/dataproxy.jsp'"
    return f"<script>$('#77').jpage({{totalRecord:{total},perPage:10,groupSize:3,{proxy}}});</script>"


@nightly.by_day(1)
@pytest.mark.parametrize("groups", [3, 2, 1], ids=["a group left", "in two groups", "all on the first page"])
def test_the_total_of_a_datastore_counts_all_its_groups(crawl, groups: int) -> None:
    a, b, c = chunks()
    total = len(STORIES)
    answers = {
        3: (a, [store(b, 2, total), store(c, 0, total)]),
        2: (a + b, [store(c, 0, total)]),
        1: (a + b + c, [store([], 0, total)]),
    }
    first, rest = answers[groups]
    assert_whole(crawl(stores(f"<script type='text/xml'>{store(first, 1)}</script>{_stating(total)}", *rest)))


@pytest.mark.slow
def test_a_datastore_that_states_more_than_all_its_groups_goes_on(crawl) -> None:
    a, b, _ = chunks()
    total = len(STORIES) + 20
    first = f"<script type='text/xml'>{store(a, 1)}</script>{_stating(total)}"
    done = crawl(stores(first, store(b, 0, total)))
    assert done.status == 1 and f"it states {total} entries, and shows {len(a + b)}" in done.messages, done.messages


@nightly.by_day(1)
@pytest.mark.parametrize("wrapping", ["%s", "jQuery112_88(%s);"], ids=["json", "jsonp"])
def test_json_lists(crawl, wrapping: str) -> None:
    def answer(entries: list[tuple[str, str, str]], number: int) -> Response:
        rows = [
            {"docId": n, "listTitle": t, "linkUrl": p, "pubTime": d + " 08:00:00", "pic": "/img/1.jpg"}
            for n, (p, t, d) in enumerate(entries)
        ]
        data = {"code": 0, "data": {"pageCount": 3, "pageNo": number, "list": rows}}
        return Response(200, {"Content-Type": "application/json"}, (wrapping % json.dumps(data)).encode())

    pages = {f"/api/list?cid=9&pageNo={n}": answer(part, n) for n, part in enumerate(chunks(), 1)}
    definition = DEFINITION.replace("[crawl]", '[sections]\n"宜昌" = "/api/list?cid=9&pageNo=1"\n[crawl]')
    done = crawl(site(pages), definition=definition)
    assert done.status == 0, done.messages
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == len(STORIES)
    assert {row["listed_date"] for row in done.rows("SELECT listed_date FROM articles")} == {d for _, _, d in STORIES}


def test_feeds_and_sitemaps_add_what_sections_do_not_show(crawl) -> None:
    a, b, c = chunks()
    items = "".join(
        f"<item><title>{t}</title><link>http://www.t.example{p}</link><pubDate>Mon, 12 Jan 2026 08:00:00 +0800</pubDate></item>"
        for p, t, _ in b
    )
    locations = "".join(f"<url><loc>http://www.t.example{p}</loc><lastmod>{d}</lastmod></url>" for p, _, d in c)
    index = "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><sitemap><loc>http://www.t.example/map1.xml.gz</loc></sitemap></sitemapindex>"
    urlset = f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{locations}</urlset>"
    pages = {
        "/yichang/": listing(a),
        "/rss.xml": Response(
            200,
            {"Content-Type": "application/rss+xml"},
            f"<?xml version='1.0'?><rss><channel><title>全部</title>{items}</channel></rss>".encode(),
        ),
        "/sitemap.xml": Response(200, {"Content-Type": "application/xml"}, index.encode()),
        "/map1.xml.gz": Response(200, {"Content-Type": "application/octet-stream"}, gzip.compress(urlset.encode())),
    }
    definition = DEFINITION.replace("[crawl]", 'feeds = ["/rss.xml", "/sitemap.xml"]\n[crawl]')
    done = crawl(site(pages), definition=definition)
    assert done.status == 0, done.messages
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == len(STORIES)
    assert done.one("SELECT count(*) AS n FROM articles_flat WHERE city = '宜昌市'")["n"] == 4


def test_a_feed_resolves_no_entity(crawl, tmp_path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hush")
    feed = (
        f"<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY x SYSTEM 'file://{secret}'><!ENTITY a 'aaaaaaaaaa'>"
        "<!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]><rss><channel><item>"
        f"<title>&x;&c;</title><link>http://www.t.example{STORIES[0][0]}</link></item></channel></rss>"
    )
    pages = {"/yichang/": listing(STORIES[1:3]), "/rss.xml": Response(200, {}, feed.encode())}
    definition = DEFINITION.replace("[crawl]", 'feeds = ["/rss.xml"]\n[crawl]')
    done = crawl(site(pages), definition=definition)
    assert all("hush" not in row["title"] for row in done.rows("SELECT title FROM listing_sightings"))


@pytest.mark.slow
def test_a_digital_newspaper_by_date_and_page(crawl) -> None:
    today = datetime.now(CHINA).date()
    pages: dict[str, object] = {}
    titles = set()
    for ago in (0, 1, 4):
        day = today - timedelta(days=ago)
        folder = f"/html/{day:%Y-%m}/{day:%d}"
        menu = "<div><a href='node_1.htm'>第01版：要闻</a> <a href='node_2.htm'>第02版：民生</a></div>"
        for number in (1, 2):
            title = f"{day.isoformat()}第{number}版的头条故事"
            titles.add(title)
            path = f"{folder}/content_{ago}{number}77.htm"
            pages[f"{folder}/node_{number}.htm"] = (
                f"<html><body>{menu}<ul><li><a href='content_{ago}{number}77.htm'>{title}</a></li></ul></body></html>"
            )
            pages[path] = article(title, day.isoformat())
    definition = DEFINITION.replace("[crawl]", '[sections]\n"宜昌" = "/html/{yyyy}-{mm}/{dd}/node_1.htm"\n[crawl]')
    done = crawl(Pages(pages), definition=definition)  # type: ignore[arg-type]
    assert done.status == 0, done.messages
    assert {row["title"] for row in done.rows("SELECT title FROM articles_flat")} == titles
    assert {row["listed_date"] for row in done.rows("SELECT listed_date FROM articles")} == {
        (today - timedelta(days=ago)).isoformat() for ago in (0, 1, 4)
    }


@nightly.by_day(0)
@pytest.mark.parametrize(
    "shell",
    [
        "<html><head><script>window.location.href='/index_2026.html';</script></head><body></body></html>",
        "<html><head><meta http-equiv='refresh' content='0; url=/index_2026.html'></head><body></body></html>",
    ],
    ids=["script", "meta"],
)
def test_a_homepage_that_redirects_by_script(crawl, shell: str) -> None:
    pages = {"/": shell, "/index_2026.html": HOMEPAGE, "/yichang/": listing(STORIES), "/enshi/": listing([])}
    done = crawl(site(pages))
    assert done.status == 0, done.messages
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == len(STORIES)


@pytest.mark.slow
def test_sections_on_subdomains_and_links_that_leave(crawl) -> None:
    home = "<html><body><div><a href='http://yc.t.example/news/'>宜昌</a> <a href='http://elsewhere.example/'>恩施</a></div></body></html>"
    entries = [*STORIES, ("http://other.example/2026/0105/99.shtml", "别处的文章也列在这里", "2026-01-05")]
    done = crawl(site({"/": home, "/news/": listing(entries)}))
    assert done.status == 0, done.messages
    assert {row["name"] for row in done.rows("SELECT name FROM sections")} == {"宜昌市"}
    urls = {row["url"]: row["state"] for row in done.rows("SELECT url, state FROM urls")}
    assert urls["http://other.example/2026/0105/99.shtml"] == "foreign"
    assert f"http://yc.t.example{STORIES[0][0]}" in urls


# What bad listings get: bounded, noticed, reported, and the mark not moved.


def mark(done: Crawl) -> str | None:
    return done.one("SELECT complete_back_to FROM sections WHERE city = '宜昌市'")["complete_back_to"]


def test_a_listing_that_repeats_its_last_page_for_ever(crawl) -> None:
    class Endless(Pages):
        def respond(self, path: str) -> Response:
            if path.startswith("/yichang/?p="):
                number = int(path.removeprefix("/yichang/?p="))
                part = chunks()[min(number, 2)]
                return html(listing(part, f"<a href='/yichang/?p={number + 1}'>下一页</a>"))
            return super().respond(path)

    done = crawl(Endless({**site({}).pages, "/yichang/": listing(chunks()[0], "<a href='/yichang/?p=1'>下一页</a>")}))
    assert len(crawl.requests) < 30
    assert done.status == 0, done.messages
    assert "repeats itself" in done.messages
    assert mark(done) is None
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == len(STORIES)


@pytest.mark.slow
def test_pages_beyond_the_end_that_answer_with_page_one(crawl) -> None:
    class Circle(Pages):
        def respond(self, path: str) -> Response:
            if path.startswith("/yichang/?p="):
                number = int(path.removeprefix("/yichang/?p="))
                part = chunks()[number] if number < 3 else chunks()[0]
                return html(listing(part, f"<a href='/yichang/?p={number + 1}'>下一页</a>"))
            return super().respond(path)

    done = crawl(Circle({**site({}).pages, "/yichang/": listing(chunks()[0], "<a href='/yichang/?p=1'>下一页</a>")}))
    assert len(crawl.requests) < 30
    assert mark(done) is None
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == len(STORIES)


def test_an_endless_calendar_is_bounded(crawl) -> None:
    class Calendar(Pages):
        def respond(self, path: str) -> Response:
            if path.startswith("/yichang/?day="):
                day = int(path.removeprefix("/yichang/?day="))
                return html(
                    f"<html><body><p>这一天没有消息</p><a href='/yichang/?day={day + 1}'>下一页</a></body></html>"
                )
            return super().respond(path)

    done = crawl(Calendar({**site({}).pages, "/yichang/": listing(STORIES, "<a href='/yichang/?day=1'>下一页</a>")}))
    assert len(crawl.requests) < EMPTY_PAGES + 20
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == len(STORIES)


def test_entries_that_change_their_order_while_being_paged(crawl) -> None:
    a, b, c = chunks()
    pages = {
        "/yichang/": listing(a, "<a href='/yichang/2.html'>下一页</a>"),
        "/yichang/2.html": listing([b[0], a[1], b[1], a[0]], "<a href='/yichang/3.html'>下一页</a>"),
        "/yichang/3.html": listing(c),
    }
    done = crawl(site(pages))
    assert "change their order" in done.messages
    assert mark(done) is None


@pytest.mark.slow
def test_entries_that_slid_down_as_new_ones_arrived_are_no_disorder(crawl) -> None:
    a, b, c = chunks()
    pages = {
        "/yichang/": listing(a, "<a href='/yichang/2.html'>下一页</a>"),
        "/yichang/2.html": listing([*a[-2:], *b], "<a href='/yichang/3.html'>下一页</a>"),
        "/yichang/3.html": listing(c),
    }
    assert_whole(crawl(site(pages)))


def test_a_section_that_moved_is_read_but_the_mark_stays(crawl) -> None:
    moved = Response(301, {"Location": "/channels/yc/"}, b"")
    done = crawl(site({"/yichang/": moved, "/channels/yc/": listing(STORIES)}))
    assert "the section moved to http://www.t.example/channels/yc/" in done.messages
    assert mark(done) is None
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == len(STORIES)


def test_a_section_that_died_fails(crawl) -> None:
    done = crawl(site({}))
    assert done.status == 1
    assert "answered 404" in done.messages
    assert mark(done) is None


def test_dates_in_the_future_are_not_taken_for_dates(crawl) -> None:
    entries = [(path, title, "2099-01-01") for path, title, _ in STORIES]
    done = crawl(site({"/yichang/": listing(entries)}))
    assert done.status == 0, done.messages
    assert all(
        row["listed_date"] is None or row["listed_date"] < "2099"
        for row in done.rows("SELECT listed_date FROM articles")
    )


@nightly.by_day(1)
@pytest.mark.parametrize(
    "row",
    [
        "<div class='row' data-href='{path}'><p class='t'>{title}</p><p class='d'>{day}</p></div>",
        "<div class='row' data-url='{path}'><img src='/1.jpg'><b>{title}</b><span>{day}</span></div>",
        "<li onclick=\"window.open('{path}')\"><span>{day}</span> <h3>{title}</h3></li>",
        "<div class='row' title='{title}' onclick='location.href=\"{path}\"'>{short}… {day}</div>",
    ],
)
def test_rows_with_an_address_in_an_attribute_are_entries(crawl, row: str) -> None:
    stories = [(f"/2026/0305/{n}.html", f"河边新修了第{n}段步道并装上路灯", "2026-03-05") for n in range(1, 7)]
    rows = "".join(row.format(path=path, title=title, short=title[:6], day=day) for path, title, day in stories)
    menu = "".join(f"<li data-url='/c/{n}/'>栏目第{n}号</li>" for n in range(8))
    pages = {
        "/": "<html><body><a href='/yichang/'>宜昌</a></body></html>",
        "/yichang/": f"<html><body><ul>{menu}</ul><div class='rows'>{rows}</div><span>下一页</span></body></html>",
        **{path: article(title, day) for path, title, day in stories},
    }
    done = crawl(Pages(pages))
    assert done.status == 0, done.messages
    listed = done.rows("SELECT title, listed_date FROM listing_sightings ORDER BY position")
    assert [(row["title"], row["listed_date"]) for row in listed] == [(title, day) for _, title, day in stories]
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == 6


@pytest.mark.slow
def test_an_article_by_two_addresses_of_two_lists_is_one(crawl) -> None:
    """The lists name the place of the link in its address."""
    home = "<html><body><p><a href='/yichang/'>宜昌</a> <a href='/enshi/'>恩施州</a></p></body></html>"
    own = [(f"/{n}/20260305_{n}.shtml", f"石门村第{n}座便民桥通行", "2026-03-05") for n in range(3_000, 3_004)]

    def shown(place: str) -> str:
        return listing([(f"{path}?from={place}&pos={n}", title, day) for n, (path, title, day) in enumerate(own)])

    pages: dict[str, object] = {"/": home, "/yichang/": shown("list"), "/enshi/": shown("hot")}
    for place, (n, (path, title, day)) in ((place, one) for place in ("list", "hot") for one in enumerate(own)):
        pages[f"{path}?from={place}&pos={n}"] = article(title, day)
    done = crawl(Pages(pages))  # type: ignore[arg-type]
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == len(own), done.messages
    assert sum(".shtml" in path for path in crawl.requests) == len(own)
