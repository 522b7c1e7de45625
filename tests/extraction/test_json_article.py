"""Articles that come as data: what hostile data gets."""

from __future__ import annotations

import json
from typing import Any

from newscrawler.extraction.article import extract_article
from newscrawler.extraction.json_article import JsonFields, read_json_page
from newscrawler.extraction.model import NotAnArticle, RawArticle

FIELDS = JsonFields("title", "body", source="source", published="time")
TITLE = "青石坳水渠修成通水引来半村人"
BODY = "".join(
    f"<p>入夏以来，山里的雨水比往年多了三成，河道边的几户人家早早把粮食搬到了楼上，这是第{n}户。</p>" for n in range(4)
)


def read(data: Any) -> RawArticle | NotAnArticle:
    body = data if isinstance(data, bytes) else json.dumps(data, ensure_ascii=False).encode()
    page = read_json_page(body, FIELDS, url="http://www.t.example/news.html?id=1")
    return page if isinstance(page, NotAnArticle) else extract_article(page, page.overrides)


REFUSED: dict[str, tuple[Any, str]] = {
    "nested": (b'{"title":' + b"[" * 200_000 + b"]" * 200_000 + b"}", "not valid JSON"),
    "large": (b'{"title": "' + b"x" * 9_000_000 + b'"}', "data is read up to"),
    "broken": (b'{"title": "', "not valid JSON"),
    "a text": (b'"title"', "not valid JSON"),
    "objects in place of texts": ({"title": {"a": 1}, "body": [[1]]}, "neither title nor text"),
    "no title": ({"title": "", "body": BODY}, "article.json.title = 'title' leads to no text"),
    "markup nested deep": ({"title": TITLE, "body": "<div>" * 100_000}, ""),
    "no text": ({"title": TITLE, "body": "<script>let a = 1</script>"}, ""),
}


def test_hostile_data_is_no_article() -> None:
    for name, (data, told) in REFUSED.items():
        found = read(data)
        assert isinstance(found, NotAnArticle) and told in found.detail, (name, found)


READ: dict[str, dict[str, Any]] = {
    "markup in the title": {"title": f"<b>{TITLE}</b>"},
    "end tags that close more": {"body": f"</div></div></body>{BODY}</html>"},
    "escaped markup": {"body": BODY.replace("<", "&lt;").replace(">", "&gt;")},
    "many parts": {"body": [BODY, *["<p>一</p>"] * 5_000]},
    "a moment beyond all years": {"time": 2999999999999},
    "a number of a million digits": {"time": "9" * 1_000_000},
    "a script in the text": {"body": BODY + "<script>document.write('x')</script><img src=x onerror=alert(1)>"},
}


def test_the_text_of_odd_data_is_read() -> None:
    for name, changes in READ.items():
        found = read({"title": TITLE, "body": BODY, "source": "山口晚报", "time": "2026-06-20 08:00", **changes})
        assert isinstance(found, RawArticle), (name, found)
        assert found.title.text == TITLE and "这是第3户" in found.body, (name, found.title, found.body[:80])
        assert "alert" not in found.body and "document" not in found.body, name
