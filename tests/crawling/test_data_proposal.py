"""What `check --browser` proposes from the requests of a page, without a browser: the pages here are written by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from newscrawler.crawling.browser.observation import DataRequest, LoadedPage
from newscrawler.crawling.data_article import ArticleProposal, propose_article
from newscrawler.crawling.data_proposal import DataReport, ListingProposal, propose_data
from newscrawler.crawling.listing_tables import listing_tables
from newscrawler.listings.json_rules import JsonRules
from support.data_portal import DataPortal, Story, stories
from support.pages import article, small_portal

URL = "http://www.t.example/channel/17"
DATA = "http://api.t.example/list?cid=17&page=1"
SHELL = b"<html><head><title>t</title></head><body><div id=app></div></body></html>"
PORTAL = small_portal()
ROWS = [
    {"id": 3464000 + n, "list_title": one.title, "published_at": f"{one.day} 08:30:00"}
    for n, one in enumerate(stories(6))
]


def asked(answer: Any, url: str = DATA, method: str = "GET", body: str = "", **headers: str) -> DataRequest:
    data = answer if isinstance(answer, bytes) else json.dumps(answer, ensure_ascii=False).encode()
    sent = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return DataRequest(method, url, sent, body.encode(), "application/json", data)


def list_page(address: str, *requests: DataRequest) -> LoadedPage:
    """A page that shows the entries; `address` has `{id}`, `{day}` (2026/0620) in it."""
    items = "".join(
        f"<li><a href='{address.format(id=row['id'], day=row['published_at'][:10].replace('-', '/', 1).replace('-', ''))}'>"
        f"{row['list_title']}</a><span>{row['published_at'][:10]}</span></li>"
        for row in ROWS
    )
    document = f"<html><head><title>t</title></head><body><ul class=list>{items}</ul></body></html>"
    return LoadedPage(URL, SHELL, "text/html", document.encode(), requests)


def proposed(page: LoadedPage, section: str = "宜昌市") -> DataReport:
    return propose_data(PORTAL, [(section, URL, page)], [])


WITH_ADDRESS = [{**row, "url": f"http://www.t.example/n/{row['id']}.html"} for row in ROWS]
HOT = [{"id": 77, "list_title": f"热榜上的第{n}条长标题新闻", "published_at": "2026-06-01"} for n in range(8)]
LISTS: dict[str, tuple[str, DataRequest, JsonRules]] = {
    "an address": ("/n/{id}.html", asked({"data": WITH_ADDRESS}), JsonRules()),
    "an id": ("/n/{id}.html", asked({"data": ROWS}), JsonRules(url="http://www.t.example/n/{id}.html")),
    "an id on the host of the data": (
        "http://api.t.example/n/{id}.html",
        asked({"data": ROWS}),
        JsonRules(url="/n/{id}.html"),
    ),
    "a route": ("/#/detail?id={id}", asked({"data": ROWS}), JsonRules(url="http://www.t.example/#/detail?id={id}")),
    "a day and an id": (
        "/n/{day}/{id}.html",
        asked({"data": ROWS}),
        JsonRules(url="http://www.t.example/n/{yyyy}/{mm}{dd}/{id}.html"),
    ),
    "an id inside": (
        "/n/{id}.html",
        asked({"data": [{"meta": {"key": row["id"]}, "title": row["list_title"]} for row in ROWS]}),
        JsonRules(url="http://www.t.example/n/{meta.key}.html"),
    ),
    "another list beside it": (
        "/n/{id}.html",
        asked({"data": {"hot": HOT, "rows": ROWS}}),
        JsonRules(url="http://www.t.example/n/{id}.html", items="data.rows"),
    ),
    "names that no rule knows": (
        "/n/{id}.html",
        asked({"o-list": [{"k": row["id"], "标目": row["list_title"], "x": row["published_at"]} for row in ROWS]}),
        JsonRules(url="http://www.t.example/n/{k}.html", items='"o-list"', title='"标目"', published="x"),
    ),
}


def test_the_rules_of_a_list() -> None:
    for name, (address, request, wanted) in LISTS.items():
        report = proposed(list_page(address, asked({"menu": [{"name": "宜昌", "url": "/17"}]}), request))
        (found,) = report.listings
        assert (found.rules, found.url, found.same) == (wanted, DATA, 6), (name, found)
        assert not report.needed, name


def test_what_only_a_browser_reads_is_told() -> None:
    nested = b'{"a":' * 10_000 + b"1" + b"}" * 10_000
    answers: dict[str, tuple[DataRequest, str]] = {
        "a token": (asked({"data": WITH_ADDRESS}, token="T42"), "with 'token', which a script of the page computes"),
        "a signature": (asked({"data": WITH_ADDRESS}, DATA + "&sign=ab12"), "with 'sign'"),
        "another list": (asked({"data": HOT}), "none of 1 answers"),
        "nested": (asked(nested), "none of 1 answers"),
        "not JSON": (asked(b"a|b|c"), "none of 1 answers"),
        "braces": (asked({"data": [{"{id}": "{id}", "title": "{title}"}] * 6}), "none of 1 answers"),
    }
    for name, (request, told) in answers.items():
        report = proposed(list_page("/n/{id}.html", request))
        assert told in report.needed["宜昌市"] and not report.listings, (name, report)
    empty = proposed(LoadedPage(URL, SHELL, "text/html", SHELL, ()))
    assert "showed no entry" in empty.needed["宜昌市"]


def test_a_page_that_has_its_list_already_needs_no_browser() -> None:
    page = list_page("/n/{id}.html", asked({"data": WITH_ADDRESS}))
    (found,) = proposed(replace(page, sent=page.document)).listings
    assert not found.needs_script and found.url == URL


def listing(section: str, body: str, rules: JsonRules | None = None) -> ListingProposal:
    method = "POST" if body else "GET"
    return ListingProposal(
        section, f"http://api.t.example/list/{section}" if not body else "http://api.t.example/list", method, body, (),
        rules or JsonRules(), 4, 4, 4, 4, 4, "",
    )  # fmt: skip


def test_sections_share_a_table() -> None:
    cases = {
        "JSON": ('{"c":{"id":17},"k":"a"}', '{"c":{"id":18},"k":"b"}', '{"c":{"id":{id}},"k":"{k}"}', "id=17&k=a"),
        "form": ("c=17&page=1", "c=18&page=1", "c={c}&page=1", "c=17"),
        "the same": ("c=17", "c=17", "c=17", ""),
    }
    for name, (one, other, body, query) in cases.items():
        (table,) = listing_tables([listing("a", one), listing("b", other)])
        assert (table.body, table.has_rules) == (body, True), (name, table)
        assert table.sections[0][1].partition("?")[2] == query, (name, table)
    apart = listing_tables([listing("a", '{"x":1}'), listing("b", '{"y":{"x":2},"z":1}'), listing("c", "")])
    assert [len(table.sections) for table in apart] == [1, 1, 1] and not apart[2].has_rules
    twice = listing_tables([listing("a", '{"c":{"id":1},"d":{"id":2}}'), listing("b", '{"c":{"id":3},"d":{"id":4}}')])
    assert [table.body for table in twice] == ['{"c":{"id":1},"d":{"id":2}}', '{"c":{"id":3},"d":{"id":4}}']


DETAIL = DataPortal().detail


def article_page(
    url: str, story: Story, answer: Any, data_url: str, method: str = "GET", **headers: str
) -> tuple[str, LoadedPage]:
    document = article(story.title, story.day, text=story.text).encode()
    other = asked({"data": {"title": "别的", "content": "短"}}, "http://www.t.example/api/other")
    return url, LoadedPage(url, SHELL, "text/html", document, (other, asked(answer, data_url, method, **headers)))


def answer_of(story: Story) -> dict[str, Any]:
    """The article of `support.pages` as data."""
    from support.pages import PARAGRAPHS

    lines = [f"{story.title}，这是{story.day}的事。{story.text}", *PARAGRAPHS]
    return {
        "code": 0,
        "data": {
            "title": story.title,
            "body": "".join(f"<p>　　{line}</p>" for line in lines),
            "parts": [{"text": line} for line in lines],
            "time": f"{story.day} 00:00:00",
            "from": "山口晚报",
            "people": {"editor": "丁一鸣"},
        },
    }


FORMS = {
    # The article's address, the definition's own `article.url`, the address of the data; then the proposal of both.
    "a parameter": ("/news.html?id={}", None, "/api/article?id={}&v=1", "", "/api/article?id={id}&v=1"),
    "a route": ("/#/detail?newsId={}", None, "/api/{}.json", "", "/api/{newsId}.json"),
    "a number in the path": (
        "/2026/news/{}.html",
        None,
        "/api/article/{}",
        r"/\d+/news/(?P<id>[\w-]+)\.html$",
        "/api/article/{id}",
    ),
    "another host": (
        "/n/{}",
        None,
        "http://api.t.example/a?x={}",
        r"/n/(?P<id>[\w-]+)$",
        "http://api.t.example/a?x={id}",
    ),
    "a named group": ("/d/{}.htm", r"/d/(?P<doc>\d+)\.htm$", "/api/a?x={}", "", "/api/a?x={doc}"),
    "a named group of a route": ("/#/d/{}", r"#/d/(?P<doc>\d+)$", "/api/a/{}", "", "/api/a/{doc}"),
    "a pattern without a group": ("/d/{}.htm", r"/d/\d+\.htm$", "/api/{}", r"/d/(?P<id>[\w-]+)\.htm$", "/api/{id}"),
    "a parameter beside a pattern": ("/n?id={}", r"/n\?id=\d+$", "/api/a/{}", "", "/api/a/{id}"),
}


@pytest.mark.parametrize("address, own, data, pattern, template", FORMS.values(), ids=FORMS)
def test_the_rules_of_articles(address: str, own: str | None, data: str, pattern: str, template: str) -> None:
    portal = small_portal(article={"url": own}) if own else PORTAL
    host = "" if data.startswith("http") else "http://www.t.example"
    pages = [
        article_page("http://www.t.example" + address.format(one.id), one, answer_of(one), host + data.format(one.id))
        for one in stories(2)
    ]
    found = propose_article(portal, pages)
    assert isinstance(found, ArticleProposal) and found.fields is not None, found
    assert (found.pattern, found.url, found.pages) == (pattern, template, 2)
    fields = found.fields
    assert (fields.title, fields.source, fields.editors) == ("data.title", "data.from", "data.people.editor")
    assert fields.published == "data.time" and fields.body == "data.body"
    # A crawl by these lines asks for what the browser was seen to ask for.
    lines = {"url": template, "title": fields.title, "body": fields.body}
    proposed = small_portal(article={**({"url": pattern or own} if pattern or own else {}), "json": lines})
    assert [proposed.data_url(url) for url, _ in pages] == [loaded.requests[1].url for _, loaded in pages]


def test_a_text_of_several_parts() -> None:
    def without(story: Story) -> dict[str, Any]:
        answer = answer_of(story)
        del answer["data"]["body"]
        return answer

    pages = [
        article_page(f"http://www.t.example/n?id={one.id}", one, without(one), f"http://www.t.example/api?id={one.id}")
        for one in stories(2)
    ]
    found = propose_article(PORTAL, pages)
    assert isinstance(found, ArticleProposal) and found.fields is not None and found.fields.body == "data.parts[*].text"


def test_articles_that_only_a_browser_reads_are_told() -> None:
    two = stories(2)

    def told(data: str, method: str = "GET", **headers: str) -> ArticleProposal | str:
        pages = [
            article_page(
                f"http://www.t.example/n?id={one.id}", one, answer_of(one), data.format(one.id), method, **headers
            )
            for one in two
        ]
        return propose_article(PORTAL, pages)

    assert "comes by POST" in str(told("http://www.t.example/api?id={}", "POST"))
    assert "'sign'" in str(told("http://www.t.example/api?id={}&sign=a1"))
    assert "'token'" in str(told("http://www.t.example/api?id={}", token="x"))
    assert "does not say how" in str(told("http://www.t.example/api?x=9"))
    assert "showed 0 articles" in str(propose_article(PORTAL, [(URL, LoadedPage(URL, SHELL, "text/html", SHELL, ()))]))
    page = article_page("http://www.t.example/n?id=1", two[0], {}, "http://www.t.example/x")
    same = [(url, replace(loaded, sent=loaded.document)) for url, loaded in (page, page)]
    assert propose_article(PORTAL, same) == ArticleProposal(2, needs_script=False)
