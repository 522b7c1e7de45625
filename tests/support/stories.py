"""The documents of a living portal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

HOST = "http://www.t.example"
PARAGRAPHS = (
    "入夏以来，山里的雨水比往年多了三成，河道边的几户人家早早把粮食搬到了楼上。",
    "村干部挨家查看屋后的沟渠，把堵住的地方一处处掏开，又在低洼处垒起了沙袋。",
)


@dataclass
class Story:
    """A document: what it says now, where it is listed, and whether it can be had."""

    number: int
    day: date
    title: str
    text: str
    withdrawn: bool = False
    came_back: bool = False
    unready: bool = False
    """Listed, but its page is not up yet."""
    was_unready: bool = False
    slipped_in: set[str] = field(default_factory=set)
    """Sections in which it was put below newer entries."""

    @property
    def path(self) -> str:
        return f"/{self.day:%Y/%m%d}/{self.number}.shtml"

    @property
    def url(self) -> str:
        return HOST + self.path

    @property
    def body(self) -> str:
        return "\n".join((self.text, *PARAGRAPHS))

    def page(self) -> str:
        paragraphs = "".join(f"<p>　　{line}</p>" for line in (self.text, *PARAGRAPHS))
        return (
            f"<html><head><title>{self.title}_试验网</title></head><body><h1>{self.title}</h1>"
            f"<div class='info'>来源:山口晚报  日期:{self.day}   编辑:丁一鸣   字号:TT</div>"
            f"<div class='content'>{paragraphs}</div></body></html>"
        )


@dataclass(frozen=True)
class Served:
    """One article page that went out whole."""

    crawl: int
    title: str
    body: str
