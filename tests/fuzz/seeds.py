"""What the fuzzer starts from: documents of our own per target."""

from __future__ import annotations

from io import BytesIO

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from support.page_generator.page import make_page

_LISTING = """<html><title>要闻-清河网</title><ul class=list>{}</ul>
<div class=page><a href=index_2.html>下一页</a> 共<b>9</b>页<script>createPageHTML(9,0,"index","html")</script></div>"""
_ENTRY = "<li><a href=/2026/0710/{0}.shtml>青禾镇修好第{0}座便民桥</a><span>2026-07-{0:02}</span></li>"
_JSON = '{"data":{"list":[{"id":12,"title":"青禾镇修好便民桥","url":"/a/12.html","publishTime":1783641600000}],"total":40,"page":1}}'
_FEED = (
    "<rss version='2.0'><channel><item><title>青禾镇修好便民桥</title><link>http://www.t.example/a/12.html</link>"
    "<pubDate>Fri, 10 Jul 2026 09:30:00 +0800</pubDate></item></channel></rss>"
)
_DEFINITION = """id = "qinghe"
name = "清河网"
homepage = "http://www.t.example/"
province = "湖北"
[article]
url = "^http://www\\\\.t\\\\.example/\\\\d+/"
title = "h1"
[sections.extra]
"宜昌" = "http://www.t.example/yichang/"
[crawl]
delay = 1.0
"""
_DATES = (
    "2026年7月10日 上午9:30",
    "二〇二六年七月十日",
    "昨天 09:30",
    "Jul 10 09:30:00 CST 2026",
    "3小时前",
    "1783641600",
)
_QUERIES = ("宜昌 水渠", '"便民桥" OR 水渠 -下雨', "(宜昌 OR 恩施) NOT 武汉", "桥*", "title:桥")


def seeds(target: str) -> list[bytes]:
    """Return documents that the target reads."""
    entries = "".join(_ENTRY.format(number) for number in range(1, 21))
    texts: dict[str, list[bytes]] = {
        "page": [make_page(seed).html for seed in range(40)],
        "listing": [_LISTING.format(entries).encode(), _LISTING.format(entries).encode("gb18030"), _FEED.encode()],
        "json": [_JSON.encode(), f"callback({_JSON})".encode()],
        "feed": [_FEED.encode(), _FEED.encode("utf-16")],
        "date": [text.encode() for text in _DATES],
        "warc": [_warc(zipped=True), _warc(zipped=False)],
        "definition": [_DEFINITION.encode()],
        "query": [text.encode() for text in _QUERIES],
    }
    return texts[target]


def _warc(*, zipped: bool) -> bytes:
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=zipped)
    for number in range(3 if zipped else 1):
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        body = BytesIO(f"<p>第{number}页</p>".encode())
        writer.write_record(
            writer.create_warc_record(f"http://www.t.example/{number}", "response", body, http_headers=headers)
        )
    return buffer.getvalue()
