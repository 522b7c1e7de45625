"""Data whose address stands in an attribute of a list or of its button: numbered files, and one file with all entries."""

from __future__ import annotations

import json
from typing import Any

import pytest

from newscrawler.demo.model import Response
from support import nightly
from support.crawls import Crawl
from support.pages import Pages, article

Story = tuple[str, str, str]
STORIES: list[Story] = [
    (f"/2026/06{30 - n:02d}/c{n}.html", f"清溪口第{n}座水塔今日完工", f"2026-06-{30 - n:02d}") for n in range(14)
]
OTHERS: list[Story] = [
    (f"/2026/06{30 - n:02d}/d{n}.html", f"白鹭滩第{n}座码头投入使用", f"2026-06-{30 - n:02d}") for n in range(14)
]
ON_PAGE = 5


def rows(shown: list[Story]) -> str:
    return "".join(f"<li><a href='{path}'>{title}</a><span>{day}</span></li>" for path, title, day in shown)


def data(shown: list[Story], **beside: Any) -> Response:
    found = [{"title": title, "publishUrl": path, "publishTime": f"{day} 08:30:00"} for path, title, day in shown]
    body = json.dumps({"code": 0, "data": {"list": found, **beside}}, ensure_ascii=False)
    return Response(200, {"Content-Type": "application/json"}, body.encode())


def portal(markup: str, answers: dict[str, Response], shown: int = ON_PAGE) -> Pages:
    """A portal of one city; `{}` in the markup of its page is the place of the rows."""
    page = markup.format(f"<ul>{rows(STORIES[:shown])}</ul>")
    menu = "<html><body><p><a href='/yc/'>宜昌</a></p></body></html>"
    stories = {path: article(title, day) for path, title, day in [*STORIES, *OTHERS]}
    head = "<html><head><title>宜昌</title></head><body>"
    return Pages({"/": menu, "/yc/": f"{head}{page}</body></html>", **stories, **answers})


def stored(done: Crawl) -> set[str]:
    return {str(row["url"]).partition("example")[2] for row in done.rows("SELECT url FROM articles_flat")}


def end(done: Crawl) -> tuple[object, object]:
    found = done.one("SELECT listing_end, complete_back_to FROM sections WHERE name = '宜昌市'")
    return found["listing_end"], found["complete_back_to"]


NUMBERED = {
    "in the button": "<div>{}</div><div class='load-more' data-url='/json/3905_2.json'>加载更多</div>",
    "in a link": "<div>{}</div><a class='m' href='javascript:;' data-next='/json/3905_2.json'>点击加载更多</a>",
    "in the click": "<div>{}</div><button onclick=\"load('/json/3905_2.json')\">查看更多</button>",
    "with a place": "<div>{}</div><span class='more' data-api='/json/3905_[page].json'>加载更多</span>",
    "in the list": "<div class='list' data-url='/json/3905_2.json'>{}</div><div class='load-more'>加载更多</div>",
    "in a script": "<div>{}</div><a id='m' href='#'>加载更多</a><script>var page=1;$('#m').click(function(){{page++;"
    "$.getJSON('/json/3905_'+page+'.json',add)}})</script>",
}  # fmt: skip


@nightly.by_day(11)
@pytest.mark.parametrize("markup", NUMBERED.values(), ids=NUMBERED)
@pytest.mark.parametrize("states", [True, False], ids=["hasMore", "an empty list"])
def test_numbered_files_of_data_are_read(crawl, markup: str, states: bool) -> None:
    def flag(more: bool) -> dict[str, bool]:
        return {"hasMore": more} if states else {}

    answers = {
        "/json/3905_2.json": data(STORIES[5:10], **flag(True)),
        "/json/3905_3.json": data(STORIES[10:], **flag(False)),
        "/json/3905_4.json": data([], **flag(False)),
    }
    done = crawl(portal(markup, answers))
    assert stored(done) == {path for path, _, _ in STORIES}
    assert done.status == 0 and end(done) == ("proven", "beginning"), done.messages


WHOLE = {
    "a source of the list": "<div class='dataList' data='datasource:b27' data-src='/ds_b27.json'>{}</div>"
    "<div class='moreBtn'><span>下拉加载更多</span></div>",
    "an address of the list": "<div class='l' data-url='/ds_b27.json'>{}</div><a class='more'>加载更多</a>",
    "around the list and its button": "<section data-json='/ds_b27.json'><div>{}</div><p><span>加载更多</span></p></section>",
    "in the button": "<div>{}</div><div class='load-more' data-url='/ds_b27.json'>加载更多</div>",
    "without a button": "<div class='l' data-source='/ds_b27.json'>{}</div>",
}  # fmt: skip


@nightly.by_day(2)
@pytest.mark.parametrize("markup", WHOLE.values(), ids=WHOLE)
def test_data_with_all_entries_of_a_list_is_read(crawl, markup: str) -> None:
    """It may be a window of the newest: nothing proves that it is all."""
    done = crawl(portal(markup, {"/ds_b27.json": data(STORIES)}))
    assert stored(done) == {path for path, _, _ in STORIES}
    assert done.status == 0 and end(done) == ("unproven", STORIES[-1][2]), done.messages


def test_data_that_says_that_there_is_no_more_proves_the_end(crawl) -> None:
    done = crawl(portal(WHOLE["a source of the list"], {"/ds_b27.json": data(STORIES, hasMore=False)}))
    assert done.status == 0 and end(done) == ("proven", "beginning"), done.messages


@pytest.mark.slow
def test_data_that_shows_no_more_than_the_page_is_no_sign_of_more(crawl) -> None:
    done = crawl(portal(WHOLE["a source of the list"], {"/ds_b27.json": data(STORIES[:ON_PAGE])}))
    assert done.status == 0 and end(done)[0] == "unproven", done.messages


@pytest.mark.slow
def test_an_answer_that_repeats_the_page_leaves_its_button_a_sign_of_more(crawl) -> None:
    """The number of the page may be asked for in another way."""
    markup = "<div>{}</div><a data-url='/api/list' data-page='1'>加载更多</a>"
    done = crawl(portal(markup, {"/api/list?page=2": data(STORIES[:ON_PAGE])}))
    assert done.status == 1 and end(done)[0] == "more", done.messages


NOT_THE_LIST = {
    "a list of the portal": data(OTHERS),
    "a list of the portal with the city's among them": data(
        sorted([*STORIES, *OTHERS], key=lambda one: one[2], reverse=True)
    ),
    "nothing": data([]),
    "no data": Response(200, {"Content-Type": "text/html"}, "系统繁忙".encode()),
    "gone": Response(404, {}, b""),
}


@nightly.by_day(1)
@pytest.mark.parametrize("answer", NOT_THE_LIST.values(), ids=NOT_THE_LIST)
def test_data_that_does_not_begin_with_the_list_is_not_read(crawl, answer: Response) -> None:
    done = crawl(portal(WHOLE["a source of the list"], {"/ds_b27.json": answer}))
    assert stored(done) == {path for path, _, _ in STORIES[:ON_PAGE]}
    assert done.status == 1 and "下拉加载更多" in done.messages
    assert end(done)[1] != "beginning"


@nightly.by_day(1)
@pytest.mark.parametrize(
    "beside",
    [
        "<div class='weather' data-src='/weather.json'><a href='/w/'>晴</a></div>",
        "<div class='slider' data-url='/img/1.jpg'>图</div>",
        "<div class='vote' data-url='//other.example/vote.json'>投票</div>",
    ],
)
def test_data_beside_the_list_is_not_asked_for(crawl, beside: str) -> None:
    pages = portal("<div>{}</div>" + beside, {})
    done = crawl(pages)
    assert done.status == 0 and end(done)[0] == "unproven", done.messages
    assert not [url for url in crawl.requests if ".json" in url or ".jpg" in url]
