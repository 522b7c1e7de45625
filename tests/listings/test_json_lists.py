"""JSON listings by the general rules: what is an entry, and what an answer says about more of them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from newscrawler.listings.entries import ListingRules
from newscrawler.listings.json_rules import JsonRules
from newscrawler.listings.listing import read_listing
from newscrawler.listings.listing_page import ListingPage
from newscrawler.listings.page_addresses import post_address, post_body

URL = "http://www.t.example/api/list"
TITLES = ["青石坳水渠修成通水", "梨树湾小学新添图书角", "渡口村夜校开课识字", "石板街老茶馆重新开张"]


def rows(*names: str) -> list[dict[str, Any]]:
    """Objects of a list; `names` are those of title, address and date."""
    title, url, date = names
    return [
        {"id": 40 + n, title: TITLES[n], url: f"/a/{40 + n}.html", date: f"2026-06-{20 - n} 09:00"} for n in range(4)
    ]


ROWS = rows("title", "url", "time")
BARE = [{"id": 40 + n, "title": title, "time": f"2026-06-{20 - n}"} for n, title in enumerate(TITLES)]


def read(data: Any, url: str = URL, number: int = 1, rules: JsonRules | None = None) -> ListingPage:
    body = data if isinstance(data, bytes) else json.dumps(data, ensure_ascii=False).encode()
    page = read_listing(
        body,
        url=url,
        number=number,
        rules=ListingRules(json=rules),
        is_own=lambda address: "t.example" in address,
        content_type="application/json",
    )
    assert isinstance(page, ListingPage)
    return page


ENTRIES: dict[str, tuple[Any, list[str]]] = {
    "names of TRS": ({"rows": rows("DOCTITLE", "docpuburl", "DOCRELTIME")}, ["40", "41", "42", "43"]),
    "names that say nothing": ({"docs": rows("t", "u", "d")}, ["40", "41", "42", "43"]),
    "the address first, with a picture and a summary": (
        {
            "d": [
                {
                    "p": f"/i/2026/0620/{row['id']}.jpg",
                    "u": f"/a/{row['id']}.html",
                    "z": f"{row['title']}，{row['title']}。",
                    "t": row["title"],
                    "d": row["time"],
                }
                for row in BARE
            ]
        },
        ["40", "41", "42", "43"],
    ),
    "names in pinyin": ({"d": {"sj": rows("bt1", "dz", "sj")}}, ["40", "41", "42", "43"]),
    "all arrays": ({"top": ROWS[:2], "data": {"list": ROWS[2:]}}, ["40", "41", "42", "43"]),
    "bare round brackets": (b"(" + json.dumps({"list": ROWS}).encode() + b");", ["40", "41", "42", "43"]),
    "an object with the address": (
        {"list": [{**row, "share": {"url": f"/a/{row['id']}.html", "pic": "/p/1.html"}} for row in BARE]},
        ["40", "41", "42", "43"],
    ),
    "the address for telephones last": (
        {
            "list": [
                {"news": row, "link": {"h5": f"/m/9{row['id']}.html", "pc": f"/a/{row['id']}.html"}} for row in BARE
            ]
        },
        ["40", "41", "42", "43"],
    ),
    "addresses of objects of other things": (
        {"list": [{**row, "author": {"url": "/u/1.html"}, "topic": {"path": "/t/1.html"}} for row in BARE]},
        [],
    ),
    "groups": ({"data": [{"group": [row]} for row in ROWS]}, ["40", "41", "42", "43"]),
    "objects inside of rows": ({"list": [{"newsData": row} for row in ROWS]}, ["40", "41", "42", "43"]),
    "a menu beside the list": (
        {"channels": [{"name": "武汉", "url": "/wh/"}, {"name": "宜昌", "url": "/yc/"}], "list": ROWS},
        ["40", "41", "42", "43"],
    ),
    "the address for readers": (
        {"list": [{**row, "contentUrl": "/api/x.json", "shareUrl": row["url"], "url": ""} for row in ROWS]},
        ["40", "41", "42", "43"],
    ),
    "addresses of other things": (
        {"list": [{"channelUrl": "/c/1/", "picUrl": "/p/1", "authorLink": "/u/1", **row} for row in ROWS]},
        ["40", "41", "42", "43"],
    ),
    "no address": ({"list": BARE}, []),
}


def test_what_is_an_entry() -> None:
    for name, (data, wanted) in ENTRIES.items():
        found = [entry.url.rpartition("/")[2].removesuffix(".html") for entry in read(data).entries]
        assert found == wanted, name


DATES: dict[str, tuple[dict[str, Any], str]] = {
    "seconds": ({"published_at": 1782000000}, "1782000000"),
    "milliseconds": ({"published_at": 1782000000000}, "1782000000000"),
    "that of publication": ({"updateTime": "2026-06-28", "publishTime": "2026-06-20"}, "2026-06-20"),
    "text of people": ({"time": "3小时前"}, "3小时前"),
    "no date": ({"timeout": 30, "dateFormat": "yyyy"}, ""),
}


def test_the_date_of_an_entry() -> None:
    for name, (members, wanted) in DATES.items():
        data = {"list": [{"title": TITLES[0], "url": f"/a/{n}00000.html", **members} for n in (1, 2)]}
        assert {entry.date_text for entry in read(data).entries} == {wanted}, name


QUERY = URL + "?cid=9"
NEXT: dict[str, tuple[str, dict[str, Any], tuple[str, ...], int]] = {
    "page": (f"{QUERY}&page=1", {}, (f"{QUERY}&page=2",), 1),
    "page from 0": (f"{QUERY}&pageNo=0&size=4", {}, (f"{QUERY}&pageNo=1&size=4",), 1),
    "page inside of JSON": (
        f"{URL}?q=%7B%22pageNo%22%3A1%2C%22size%22%3A4%7D",
        {},
        (f"{URL}?q=%7B%22pageNo%22%3A2%2C%22size%22%3A4%7D",),
        1,
    ),
    "offset": (f"{QUERY}&lastFileId=0&rowNumber=0", {}, (f"{QUERY}&lastFileId=0&rowNumber=4",), 1),
    "offset of the third page": (f"{QUERY}&start=8", {}, (f"{QUERY}&start=12",), 3),
    "cursor": (f"{QUERY}&cursor=", {"nextCursor": "c2", "hasMore": True}, (f"{QUERY}&cursor=c2",), 1),
    "last id": (f"{QUERY}&lastId=88", {"lastId": 44}, (f"{QUERY}&lastId=44",), 2),
    "link": (QUERY, {"next": "/api/list?cid=9&after=z"}, (f"{QUERY}&after=z",), 1),
    "file": (f"{URL}/list_2.json", {"pages": 5}, (f"{URL}/list_3.json",), 2),
    "body of a form": (
        post_address(QUERY, "a=b%20c&pageNo=1"),
        {},
        (post_address(QUERY, "a=b%20c&pageNo=2"),),
        1,
    ),
    "body of JSON": (
        post_address(QUERY, '{"page": {"no": 1}, "channel": "17"}'),
        {},
        (post_address(QUERY, '{"page":{"no":2},"channel":"17"}'),),
        1,
    ),
    # None of these is the number of a page.
    "a channel in a file's name": (f"{URL}/list_1667.json", {}, (), 1),
    "a channel in the path": (f"{URL}/1667", {}, (), 1),
    "a channel called p": (f"{URL}?p=1667", {}, (), 1),
    "a time called from": (f"{URL}?from=20260101", {}, (), 1),
}


def test_the_next_page() -> None:
    for name, (url, beside, wanted, number) in NEXT.items():
        assert read({"list": ROWS, **beside}, url, number).ways.next_urls == wanted, name


@pytest.mark.parametrize("name", ["next", "nextPage", "next_url", "nextCursor", "next_id"])
@pytest.mark.parametrize("value", [0, None, "", False, -1, "null"])
def test_a_page_that_names_no_next_one_ends_unless_what_follows_is_new(name: str, value: Any) -> None:
    ways = read({"list": ROWS, name: value}, f"{QUERY}&page=3", 3).ways
    assert (ways.next_urls, ways.guess_urls) == ((), (f"{QUERY}&page=4",))
    assert ways.end == f"it names no next page ({name})"


@pytest.mark.parametrize(
    "beside",
    [
        {"next": 4},
        {"next": True},
        {"next": [], "prev": None},
        {"prev": 0},
        {"next": None, "hasMore": True},
        {"next": None, "nextCursor": "c2"},
        {"next": None, "total": 40},
        {"next": None, "pages": 9},
    ],
)
def test_what_is_no_lack_of_a_next_page(beside: dict[str, Any]) -> None:
    ways = read({"list": ROWS, **beside}, f"{QUERY}&page=3", 3).ways
    assert ways.next_urls[:1] == (f"{QUERY}&page=4",) and not ways.end


GUESSES: dict[str, tuple[str, Any, str]] = {
    "a cursor without a parameter": (QUERY, {"list": ROWS, "nextCursor": "c2"}, f"{QUERY}&cursor=c2"),
    "page in the path": (f"{URL}/hg/1", {"list": ROWS, "pages": 2}, f"{URL}/hg/2"),
    "page as the name of a file": (f"{URL}/hg/1.json", {"list": ROWS, "hasNext": True}, f"{URL}/hg/2.json"),
    "a parameter named by the answer": (QUERY, {"list": ROWS, "totalPage": 2, "pageIndex": 1}, f"{QUERY}&pageIndex=2"),
    "a usual parameter": (QUERY, {"list": ROWS, "totalPage": 2}, f"{QUERY}&pageNo=2"),
    "the second file": (f"{URL}/index.json", {"list": ROWS}, f"{URL}/index_1.json"),
    "markup of jpaas": (
        "http://www.t.example/jpaas-publish-server/front/page/build/unit?webId=1",
        {
            "data": {
                "html": "".join(f"<li><a href='{row['url']}'>{row['title']}</a> 2026-06-20</li>" for row in ROWS)
                + "<div class='pagination' rows='4' count='9'></div>"
            }
        },
        "http://www.t.example/jpaas-publish-server/front/page/build/unit?webId=1"
        "&paramJson=%7B%22pageNo%22%3A2%2C%22pageSize%22%3A4%7D",
    ),
}


def test_what_the_next_page_may_be() -> None:
    for name, (url, data, wanted) in GUESSES.items():
        page = read(data, url)
        assert len(page.entries) == 4 and wanted in page.ways.guess_urls, (name, page.ways)
        assert not page.ways.next_urls and len(page.ways.guess_urls) <= 6, name


ENDS: dict[str, tuple[str, Any, int, bool]] = {
    "an empty list behind the last page": (f"{QUERY}&page=3", {"list": []}, 3, True),
    "the last of its pages": (f"{QUERY}&page=2", {"list": ROWS, "pages": 2}, 2, True),
    "no more": (f"{QUERY}&page=2", {"list": ROWS, "hasMore": False}, 2, True),
    "no more, in words": (QUERY, {"list": ROWS, "has_more": "false"}, 1, True),
    "the last": (QUERY, {"list": ROWS, "isLast": True}, 1, True),
    "perhaps the number of the last page": (QUERY, {"list": ROWS, "last": 1}, 1, False),
    "all that is stated": (QUERY, {"list": ROWS, "total": 4}, 1, True),
    "an empty list that states more": (f"{QUERY}&page=3", {"list": [], "hasMore": True}, 3, False),
    "an error": (f"{QUERY}&page=3", {"code": 500}, 3, False),
    "more than is shown": (QUERY, {"list": ROWS, "total": 40}, 1, False),
    "a channel of a high number": (f"{URL}?p=1667", {"list": ROWS, "pages": 40}, 1, False),
    "a file of a high number": (f"{URL}/list_1667.json", {"list": ROWS, "pages": 40}, 1, False),
    "nothing": (QUERY, {"list": ROWS}, 1, False),
    # What stands in another list, or in an entry, says nothing about this one.
    "no more comments": (QUERY, {"list": ROWS, "comments": {"hasMore": False, "rows": [{"text": "好"}]}}, 1, False),
    "the last entry": (QUERY, {"list": [{**row, "isLast": True, "total": 4} for row in ROWS]}, 1, False),
    "a page beside the list": (f"{QUERY}&page=2", {"list": ROWS, "pagination": {"pages": 2}}, 2, True),
    "around the list": (f"{QUERY}&page=2", {"totalPage": 2, "data": {"x": {"list": ROWS}}}, 2, True),
}


def test_what_proves_an_end() -> None:
    for name, (url, data, number, is_end) in ENDS.items():
        assert bool(read(data, url, number).ways.end) == is_end, name


RULES: dict[str, tuple[JsonRules, Any, list[str]]] = {
    "template": (
        JsonRules(url="/n/{id}.html"),
        {"list": BARE},
        ["/n/40.html", "/n/41.html", "/n/42.html", "/n/43.html"],
    ),
    "template with a date": (
        JsonRules(url="/n/{yyyy}/{mm}{dd}/{id}.html"),
        {"list": BARE[:1]},
        ["/n/2026/0620/40.html"],
    ),
    "template with a member of an object inside": (
        JsonRules(url="/n/{meta.key}.html", items="list"),
        {"list": [{"title": TITLES[0], "meta": {"key": "k/7"}}]},
        ["/n/k/7.html"],
    ),
    "paths": (
        JsonRules(items="a.b[?kind=='1']", title="headline.text", published="when", url="/n/{no}.html"),
        {"a": {"b": [{"kind": k, "headline": {"text": TITLES[0]}, "when": "2026-06-20", "no": k} for k in "01"]}},
        ["/n/1.html"],
    ),
    "one list of several": (JsonRules(items="b"), {"a": ROWS[:2], "b": ROWS[2:]}, ["/a/42.html", "/a/43.html"]),
}


def test_rules_of_the_definition() -> None:
    for name, (rules, data, wanted) in RULES.items():
        found = [entry.url.removeprefix("http://www.t.example") for entry in read(data, rules=rules).entries]
        assert found == wanted, name


def test_the_pattern_of_the_definition_holds_for_data() -> None:
    rules = ListingRules(article_url=re.compile(r"/a/4[01]\."))
    foreign = {"title": TITLES[0], "url": "http://other.example/b/1.html", "time": "2026-06-20"}
    for data, wanted in (([*ROWS, foreign], 3), (ROWS[2:], 0)):
        page = read_listing(
            json.dumps({"list": data}).encode(), url=URL, number=1, rules=rules, is_own=lambda url: "t.example" in url
        )
        assert isinstance(page, ListingPage) and len(page.entries) == wanted
        assert wanted or "no link matches article.url" in page.unread


FOLLOWING: dict[str, tuple[dict[str, str], str, dict[str, Any], str]] = {
    "page": ({"pn": "page"}, QUERY, {}, f"{QUERY}&pn=2"),
    "offset": ({"skip": "offset"}, f"{QUERY}&skip=4", {}, f"{QUERY}&skip=8"),
    "last id": ({"last": "list[-1].id"}, QUERY, {}, f"{QUERY}&last=43"),
    "two": ({"last": "list[-1].id", "row": "offset"}, f"{QUERY}&row=0&last=0", {}, f"{QUERY}&row=4&last=43"),
    "in a body": (
        {"c.after": "after"},
        post_address(URL, '{"c":{"after":""}}'),
        {"after": "x&y"},
        '{"c":{"after":"x&y"}}',
    ),
}


def test_the_next_page_by_the_definition() -> None:
    for name, (rule, url, beside, wanted) in FOLLOWING.items():
        ways = read({"list": ROWS, **beside}, url, 1, JsonRules(next=rule)).ways
        (address,) = ways.next_urls
        assert (post_body(address) or address) == wanted, name


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (JsonRules(items="rows"), "listing.json.items = 'rows' leads to no object; the answer has list (4 objects)"),
        (
            JsonRules(title="headline"),
            "listing.json.title = 'headline' leads to no text in 4 objects, which have id, title, time",
        ),
        (JsonRules(url="/{newsId}.html"), "has {newsId}, which none of 4 objects has: they have id, title, time"),
        (None, 'no address; write the address of an article into listing.json.url, such as "/{id}.html"'),
    ],
)
def test_a_rule_that_finds_nothing_is_told(rules: JsonRules | None, told: str) -> None:
    page = read({"list": BARE}, rules=rules)
    assert not page.entries and told in page.unread


@pytest.mark.parametrize(
    "data",
    [
        [{"n": name, "u": f"/{number}.html"} for number, name in enumerate(("要闻", "县区", "民生", "文化"))],
        [{"t": title, "p": f"/pic/2026/06/{n}.jpg"} for n, title in enumerate(TITLES)],
        [{"t": title, "u": f"/list/{n}/"} for n, title in enumerate(TITLES)],
        [{"t": title, "u": "/a/40.html"} for title in TITLES[:2]],
        [{"t": title, "u": f"/a/4{n}.html" if n else ""} for n, title in enumerate(TITLES)],
        [{"a": title, "b": n} for n, title in enumerate(TITLES)],
    ],
    ids=["a menu", "pictures", "lists", "two rows", "rows without one", "no address"],
)
def test_values_that_show_no_articles_are_none(data: list[dict[str, Any]]) -> None:
    assert not read({"x": data}).entries


def test_huge_answers_are_bounded() -> None:
    many = {"list": [{"title": TITLES[0], "url": f"/a/{n}00000.html"} for n in range(6_000)]}
    page = read(many)
    assert len(page.entries) == 5_000 and "more than 5,000" in page.left_out
    wide = {"a": [[{}] * 200 for _ in range(200)]}
    deep: Any = ROWS
    for _ in range(40):
        deep = {"a": [deep]}
    assert not read({**wide, "b": deep}).entries
