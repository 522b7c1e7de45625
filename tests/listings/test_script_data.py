"""Data in the scripts of a page, which is read as text."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import quote

import pytest
from lxml.html import fromstring

from newscrawler.listings.entries import ListingRules
from newscrawler.listings.json_rules import JsonRules
from newscrawler.listings.listing import read_listing
from newscrawler.listings.listing_page import ListingPage
from newscrawler.listings.script_data import script_data

ROWS = [
    {"title": f"青石坳第{n}段水渠修成通水", "url": f"/a/20260620/{n}00.html", "time": f"2026-06-{20 - n}"}
    for n in range(4)
]
DATA = {"list": ROWS}
STRICT = json.dumps(DATA, ensure_ascii=False)
LOOSE_ROWS = ", ".join(
    f"{{title: '{row['title']}', 'url': \"{row['url']}\", time: `{row['time']}`, top: c}}" for row in ROWS
)
LOOSE = f"{{list: [{LOOSE_ROWS},]}}"
NUXT = f"window.__NUXT__=(function(a,b,c){{return {{layout:a,data:[{LOOSE}],fetch:{{}},error:b}}}}('default',null,!0));"
SCRIPTS = {
    "initial state": f"window.__INITIAL_STATE__ = {STRICT};(function(){{var s;}}())",
    "a variable": f"var map = {json.dumps(ROWS)};",
    "literals": f"var data = {LOOSE}; render(data);",
    "an argument": f"app.render({STRICT}, 3)",
    "a string of JSON": f"var s = JSON.parse({json.dumps(STRICT)});",
    "an escaped string of JSON": f"var s = JSON.parse(decodeURIComponent('{quote(STRICT)}'));",
    "a state of Nuxt": NUXT,
    "behind other code": f"if (a < b) {{ x = {{}}; }} var re = /[{{]/; window.list = {STRICT}",
}


def page_with(script: str, kind: str = "") -> str:
    return f"<html><body><div id='app'></div><script{kind}>{script}</script></body></html>"


def read(markup: str, url: str = "http://www.t.example/yc/", rules: JsonRules | None = None) -> ListingPage:
    page = read_listing(
        markup.encode(),
        url=url,
        number=1,
        rules=ListingRules(json=rules),
        is_own=lambda address: "t.example" in address,
    )
    assert isinstance(page, ListingPage)
    return page


def test_lists_in_scripts_are_entries() -> None:
    scripts = {name: page_with(script) for name, script in SCRIPTS.items()}
    scripts["a script that is data"] = page_with(STRICT, " id='__NEXT_DATA__' type='application/json'")
    for name, markup in scripts.items():
        page = read(markup)
        assert [entry.title for entry in page.entries] == [row["title"] for row in ROWS], name
        assert [entry.date_text for entry in page.entries] == [row["time"] for row in ROWS], name
        # Nothing says that there is no more: no end, and no sign of what was found.
        assert not page.ways.end and not page.ways.signs and not page.unread, name


@pytest.mark.parametrize(
    "holder",
    [
        "<textarea style='display:none'>{}</textarea>",
        "<input type='hidden' value='{}'>",
        "<div id='app' data-list='{}'></div>",
        "<news-list :items='{}'></news-list>",
        "<xmp>{}</xmp>",
        "<div hidden>{}</div>",
        "<template>{}</template>",
    ],
)
def test_lists_in_elements_that_are_not_shown_are_entries(holder: str) -> None:
    data = json.dumps(
        [{"title": "青石坳水渠修成通水", "url": f"/yc/{n}.html", "pubtime": "2026-06-30"} for n in range(3)]
    )
    listing = read(f"<html><body><h1>宜昌</h1>{holder.format(data)}</body></html>")
    assert [entry.url for entry in listing.entries] == [f"http://www.t.example/yc/{n}.html" for n in range(3)]
    # Literals of a script, too; settings are no list.
    loose = '[{title:"青石坳水渠修成通水",url:"/yc/1.html",time:"2026-06-30"}]'
    assert len(read(f"<html><body>{holder.format(loose)}</body></html>").entries) == 1
    settings = json.dumps({"autoplay": True, "items": [1, 2, 3], "selector": "#slider-of-the-page"})
    assert not read(f"<html><body>{holder.format(settings)}</body></html>").entries


def test_what_the_data_states_counts() -> None:
    page = read(page_with(f"window.__INITIAL_STATE__ = {json.dumps({**DATA, 'total': 40})}"))
    assert page.ways.signs and not page.ways.end
    page = read(page_with(f"window.__INITIAL_STATE__ = {json.dumps({**DATA, 'total': 4})}"))
    assert page.ways.end


def test_what_the_page_shows_beside_its_scripts_counts() -> None:
    script = (
        f"var hot = {json.dumps(ROWS[:1])}; var list = {json.dumps({**DATA, 'total': 4})}; var c = {{hasMore: false}};"
    )
    page = read(page_with(script))
    assert len(page.entries) == 4 and page.ways.end == "all 4 entries are shown"
    more = page_with(script).replace("</body>", "<button onclick='load()'>加载更多</button></body>")
    page = read(more)
    assert len(page.entries) == 4 and page.ways.hints and not page.ways.end
    page = read(page_with(script).replace("</body>", "<a href='index_1.html'>下一页</a></body>"))
    assert page.ways.next_urls == ("http://www.t.example/yc/index_1.html",)


def test_a_list_of_the_page_goes_before_its_scripts() -> None:
    rows = "".join(f"<li><a href='/b/2026/0620/{n}.html'>梨树湾第{n}座小桥合龙</a> 2026-06-20</li>" for n in range(4))
    page = read(page_with(f"var x = {STRICT}").replace("<div id='app'></div>", f"<ul>{rows}</ul>"))
    assert all("/b/" in entry.url for entry in page.entries)


def test_paths_of_a_definition_lead_into_one_variable() -> None:
    script = (
        f"var menu = {{'items': [1]}}; window.__S__ = {json.dumps({'s': {'rows': [{'t': ROWS[0]['title'], 'no': 7}]}})}"
    )
    page = read(page_with(script), rules=JsonRules(items="s.rows", title="t", url="/n/{no}.html"))
    assert [entry.url for entry in page.entries] == ["http://www.t.example/n/7.html"]


FILLS = [
    'r.map(function(x){return "<li><a href=\'"+x.url+"\'>"+x.title+"</a></li>"})',
    'r.map(x => ("<li>" + x.title))',
    'function size(){return 20} var n = JSON.parse("7"), s = JSON.parse(\'"a"\');',
    "var t = 'a', u = (`b`), v = (1, 'c'); go('d', 5)",
]


@pytest.mark.parametrize("script", FILLS)
def test_texts_and_numbers_of_a_script_are_no_data(script: str) -> None:
    assert all(isinstance(value, (dict, list)) for value in script_data(fromstring(page_with(script))))
    assert not read(page_with(f"var cur=1;function load(p){{{script}}}load(cur);")).entries


@pytest.mark.parametrize("body", ["7", '"a"', "null", "true", "[]", "{}", "[1]", '[["a"]]'])
def test_data_that_is_no_list_of_articles_has_no_entry(body: str) -> None:
    page = read_listing(
        body.encode(),
        url="http://www.t.example/yc.json",
        number=1,
        rules=ListingRules(),
        is_own=lambda url: True,
        content_type="application/json",
    )
    assert not isinstance(page, ListingPage) or not page.entries


def test_hostile_scripts_take_linear_time() -> None:
    hostile: dict[str, Any] = {
        "deep": "var a = " + "[{a:" * 20_000,
        "deep JSON": "var a = " + '[{"a":' * 20_000,
        "many beginnings": "var a = [{" * 20_000,
        "many functions": "(function(a){return {b:a}" * 10_000,
        "an open string": "var a = {b: '" * 20_000,
        "one long string": "var a = JSON.parse('" + "\\u4e2d" * 20_000,
        "numbers": "var a = [{b:" + "9" * 100_000 + "}]",
        "negations": "var a = {b:" + "!" * 100_000,
    }
    for name, script in hostile.items():
        root = fromstring(page_with(script.replace("<", "")))
        begin = time.process_time()
        script_data(root)
        assert time.process_time() - begin < 2, name
