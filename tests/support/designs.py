"""Pages of a portal in two designs, on some of which the general rules take another text for the story."""

from __future__ import annotations

from dataclasses import dataclass

from support.cms_pages import PARAGRAPHS
from support.pages import HOMEPAGE, Pages, listing

SLOGAN = "湖东的大事小事身边事，打开湖东客户端随时看"
"""A line below every story, which no list of usual notices has."""
SENTENCE = "昨天上午，清河县的渠水流进了柳湾村的稻田。"


@dataclass(frozen=True)
class Design:
    """The names of the elements of a page: page, meta line, text, the boxes beside it."""

    page: str
    meta: str
    text: str
    box: str
    teasers: str

    @property
    def place(self) -> str:
        return f'/html/body/div[@class="{self.page}"]/div[@class="{self.text}"]'


OLD = Design("k1", "k2", "k3", "k5", "k4")
NEW = Design("m-a", "m-b", "m-c", "m-e", "m-d")


def page(design: Design, title: str, date: str, inner: str, *, after: str = "") -> str:
    teasers = "".join(
        f"<dl><dt><a href='/{i}'>别的县也有{i}件新闻要讲一讲</a></dt><dd>{PARAGRAPHS[i % 4]}</dd></dl>"
        for i in range(6)
    )
    return (
        f"<html><head><title>{title}_湖东网</title></head><body><div class='{design.page}'><h1>{title}</h1>"
        f"<div class='{design.meta}'>{date} 09:11 来源：湖东日报</div>"
        f"<div class='{design.text}'>{inner}<p>{SLOGAN}</p></div>{after}</div>"
        f"<div class='{design.teasers}'><h3>推荐阅读</h3>{teasers}</div></body></html>"
    )


def usual(design: Design, number: int) -> tuple[str, str, str]:
    """Title, date and page of a story that all rules read."""
    title = f"清河县开出第{number}张用水清单"
    date = f"2026-05-{number % 27 + 1:02}"
    first = f"第{number}张清单由清河县水利站在渠口发出，轮到的村子当天就能浇地。"
    text = "".join(f"<p>第{number}天，{line}</p>" for line in (first, *PARAGRAPHS * 3))
    return title, date, page(design, title, date, text)


def short(design: Design, number: int) -> tuple[str, str, str]:
    """A story of one sentence above a longer text about the same subject."""
    title = f"清河县柳湾村用上第{number}股渠水"
    date = f"2026-05-{number % 27 + 1:02}"
    box = "".join(f"<p>{line}</p>" for line in PARAGRAPHS)
    html = page(design, title, date, f"<p>{SENTENCE}</p>", after=f"<div class='{design.box}'>{box}</div>")
    return title, date, html


def brief(design: Design, number: int) -> tuple[str, str, str]:
    """One sentence below many links, under a headline that says nothing of it: taken for a listing."""
    title = "快讯"
    date = f"2026-05-{number % 27 + 1:02}"
    links = "".join(f"<li><a href='/b/{i}'>别的县也有{i}件新闻要讲一讲给大家听</a></li>" for i in range(30))
    text = f"<div class='{design.text}'>"
    html = page(design, title, date, f"<p>{SENTENCE}</p>").replace(text, f"<ul class='{design.box}'>{links}</ul>{text}")
    html = html.partition("<h3>推荐阅读</h3>")[0].replace(f"<p>{SLOGAN}</p>", "")
    return title, date, f"{html}</div></body></html>"


class Portal:
    """A portal of two sections that can be given more articles between two crawls."""

    def __init__(self) -> None:
        self._entries: dict[str, list[tuple[str, str, str]]] = {"/yichang/": [], "/enshi/": []}
        self.site = Pages({"/": HOMEPAGE})
        self._count = 0

    def add(self, *articles: tuple[str, str, str]) -> list[str]:
        """Add articles (title, date, page) to the two sections in turn; return their paths."""
        paths = []
        for title, date, html in articles:
            self._count += 1
            section = list(self._entries)[self._count % 2]
            path = f"/c/2026/0501/{self._count}.html"
            self.site.pages[path] = html
            self._entries[section].insert(0, (path, title, date))
            paths.append(path)
        for section, entries in self._entries.items():
            self.site.pages[section] = listing(entries)
        return paths
