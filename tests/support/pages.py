"""Portals made of a few pages, and pages in the shape that the extractor reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from newscrawler.demo.model import Response
from newscrawler.portals import Portal


class Pages:
    """A portal made of a dict from path to HTML, to a Response, or to a function of no arguments."""

    def __init__(self, pages: dict[str, str | Response | Callable[[], Response]], host: str = "http://www.t.example"):
        self.pages = pages
        self.host = host

    def respond(self, path: str) -> Response:
        page = self.pages.get(path)
        if page is None:
            return Response(404, {"Content-Type": "text/html"}, b"<h1>404 Not Found</h1>")
        if isinstance(page, str):
            return html(page)
        return page if isinstance(page, Response) else page()


def small_portal(**changes: Any) -> Portal:
    """The portal of these pages, crawled without a delay; `changes` are keys of its definition."""
    base = {"id": "t", "name": "试验网", "province": "湖北省", "homepage": "http://www.t.example/"}
    return Portal.model_validate({**base, **changes, "crawl": {"delay": 0, **changes.get("crawl", {})}})


def html(text: str, status: int = 200, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, {"Content-Type": "text/html; charset=utf-8", **named}, text.encode())


PARAGRAPHS = (
    "入夏以来，山里的雨水比往年多了三成，河道边的几户人家早早把粮食搬到了楼上。",
    "村干部挨家查看屋后的沟渠，把堵住的地方一处处掏开，又在低洼处垒起了沙袋。",
    "“水来之前多走一趟，水来了就少一份担心。”值夜的老周说，他已经连着守了六个晚上。",
    "镇里的应急仓库备下了雨衣、手电和两台抽水泵，谁家需要，打个电话就能送到。",
)


def article(
    title: str, date: str = "2026-03-05", source: str = "山口晚报", editor: str = "丁一鸣", text: str = ""
) -> str:
    """An article page in the seed's shape, with a body that is the title's own."""
    paragraphs = "".join(f"<p>　　{line}</p>" for line in (f"{title}，这是{date}的事。{text}", *PARAGRAPHS))
    return (
        f"<html><head><title>{title}_试验网</title></head><body><div class='nav'><a href='/'>首页</a></div>"
        f"<h1>{title}</h1><div class='info'>来源:{source}  日期:{date}   编辑:{editor}   字号:TT</div>"
        f"<div class='content'>{paragraphs}</div><div class='foot'>版权所有 试验网</div></body></html>"
    )


LAST_PAGE = "<span>下一页</span>"
"""A pager that is switched off, which proves the end of a listing."""


def listing(entries: list[tuple[str, str, str]], pager: str = LAST_PAGE) -> str:
    """A listing page of (path, title, date), the last one unless its pager says otherwise."""
    items = "".join(f"<li><a href='{path}'>{title}</a><span>{date}</span></li>" for path, title, date in entries)
    return f"<html><head><title>列表</title></head><body><ul class='list'>{items}</ul><div>{pager}</div></body></html>"


HOMEPAGE = "<html><body><div class='nav'><a href='/yichang/'>宜昌</a> <a href='/enshi/'>恩施州</a></div></body></html>"


DEFINITION = """\
id = "t"
name = "试验网"
province = "湖北省"
homepage = "http://www.t.example/"
[crawl]
delay = 0
"""
