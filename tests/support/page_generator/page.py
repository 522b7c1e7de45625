"""One generated page: all dimensions drawn, put together, broken and encoded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from html import escape

from . import words
from .body import Block, draw_blocks, has_paragraphs, render_blocks
from .bylines import Byline, draw_byline
from .damage import INCLUDE, break_markup, encode
from .draw import Draw
from .families import FAMILIES, Family, Metadata, closing, head_of
from .headline import ONLY_IN_TITLE, Headline
from .metaline import Item, MetaLine, draw_meta_line, render_items
from .noise import Noise, site_name
from .prose import Writer
from .prose_boxes import ProseBoxes

META_PLACES = {
    "below the title": 10.0,
    "above the title": 1.5,
    "first line of the container": 1.5,
    "first paragraph": 1,
    "before the text of the first paragraph": 0.5,
    "below the body": 0.7,
}
META_TAGS = {"div.info": 4.0, "div": 2, "p": 2, "div of opaque name": 2, "h4": 0.3, "div > p": 0.7, "center": 0.4}
FOOT_FORMS = {"plain": 4.0, "（）": 2, "[]": 2, "【】": 1, "slash": 0.7}


@dataclass(frozen=True)
class Truth:
    """What a careful reader takes from the page. Strings are empty where the page shows nothing."""

    title: str
    published: str
    """ISO 8601 as precise as the page shows it."""
    source: str
    editors: tuple[str, ...]
    authors: tuple[str, ...]
    body: tuple[str, ...]
    optional: tuple[str, ...] = ()
    """Lines that may stand in the body or not: two careful readers could differ."""


@dataclass(frozen=True)
class GeneratedPage:
    """A page, its truth, and the value of each dimension that was drawn for it."""

    html: bytes
    truth: Truth
    traits: dict[str, str]
    url: str


def make_page(seed: int | str) -> GeneratedPage:
    """Return the page of a seed: always the same one."""
    return _make_page(Draw(str(seed)))


def make_portal(seed: int, pages: int) -> list[GeneratedPage]:
    """Return pages of one portal: one template, and on each page another article with its own names and text."""
    return [_make_page(Draw(f"{seed}-{number}", portal=str(seed))) for number in range(pages)]


def _make_page(draw: Draw) -> GeneratedPage:
    writer = Writer(draw.rng("text"))
    family_name = draw.trait("family", {name: family.weight for name, family in FAMILIES.items()})
    meta = draw_meta_line(draw)
    byline = draw_byline(draw, meta.source, writer.fill(words.CAPTIONS), below_captions=not has_paragraphs(draw))
    blocks = draw_blocks(draw, writer, byline)
    authors = _authors(meta, byline)
    page = _Page(draw, writer, family_name, meta, blocks, authors)
    html, optional = page.render()
    truth = Truth(
        title=page.title,
        published=meta.published,
        source=meta.source,
        editors=tuple(dict.fromkeys([*meta.editors, *byline.editors])),
        authors=authors,
        body=tuple(_text(block) for block in blocks if block.kind not in ("optional", "counter")),
        optional=(*optional, *(block.text for block in blocks if block.kind == "optional")),
    )
    data = encode(draw, break_markup(draw, html))
    return GeneratedPage(
        data, truth, dict(draw.traits), f"http://www.{draw.rng('url').randrange(10**6)}.example/c/1234.html"
    )


def _authors(meta: MetaLine, byline: Byline) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*meta.authors, *byline.authors]))


def _text(block: Block) -> str:
    return " ".join(block.cells) if block.kind == "row" else block.text


class _Page:
    def __init__(
        self,
        draw: Draw,
        writer: Writer,
        family_name: str,
        meta: MetaLine,
        blocks: list[Block],
        authors: tuple[str, ...],
    ):
        self.authors = authors
        self.draw, self.writer, self.meta, self.blocks = draw, writer, meta, blocks
        self.family_name, self.family = family_name, FAMILIES[family_name]
        self.site = site_name(draw.rng("site"))
        self.noise = Noise(draw, self.site)
        self.boxes = ProseBoxes(self.noise)
        self.headline = Headline(draw, writer)
        self.title = self.headline.text
        self.head_line = self._line(meta.head, "info")

    def render(self) -> tuple[str, list[str]]:
        """Return the HTML of the page, and lines of it that a reader may count as body or not."""
        draw, family = self.draw, self.family
        place = self.headline.draw_place()
        heading, optional = self._heading(place)
        meta_place = draw.trait("meta line", META_PLACES) if self.meta.head else "none"
        if meta_place == "before the text of the first paragraph" and self.blocks[0].kind != "p":
            meta_place = draw.traits["meta line"] = "first paragraph"
        if meta_place == "above the title" and place == ONLY_IN_TITLE:
            meta_place = draw.traits["meta line"] = "below the title"
        inner = self._container(meta_place)
        outer_meta = self._meta_element(self.head_line)
        column = self.boxes.above() + self.noise.breadcrumb()
        column += outer_meta + heading if meta_place == "above the title" else heading
        column += outer_meta if meta_place == "below the title" else ""
        column += self.noise.summary(self.writer) + inner
        column += outer_meta if meta_place == "below the body" else ""
        column += self._foot(inside=False) + self.boxes.legal() + self.boxes.poll()
        column += self.noise.after() + self.boxes.next_article()
        main = f"{family.article}\n{column}{closing(family.article)}\n"
        body = self.noise.top() + INCLUDE + self._columns(main, family) + family.tail
        day = datetime.fromisoformat(self.meta.published or "2020-01-01")
        head = self.headline.window_title(place, self.site) + head_of(draw, self.family_name, self._metadata())
        return (
            f"<!DOCTYPE html>\n<html>\n<head>\n{{charset}}\n{head}</head>\n<body>\n{body}{self.noise.foot(day)}</body>\n</html>\n",
            optional,
        )

    def _metadata(self) -> Metadata:
        return Metadata(self.title, self.meta.published, self.meta.source)

    def _columns(self, main: str, family: Family) -> str:
        side = self.noise.sidebar()
        weights = {"behind": 3.0, "in front": 0.0 if self.draw.traits["title"] == ONLY_IN_TITLE else 1.0}
        first = self.draw.trait("side column", weights) == "in front"
        if not side:
            self.draw.drop("side column")
        if family.layout == "table":
            return f"<table><tr><td>{side if first else main}</td><td>{main if first else side}</td></tr></table>\n"
        return side + main if first else main + side

    def _heading(self, place: str) -> tuple[str, list[str]]:
        html = self.headline.html(place)
        lines: list[str] = []
        if not html:
            return "", []
        extra = self.draw.trait("lines round the title", {"none": 9, "kicker": 1, "subtitle": 1})
        if extra == "none":
            return html + "\n", []
        lines = [self.writer.fill(words.KICKERS if extra == "kicker" else words.SUBTITLES)]
        line = f'<div class="{"yinti" if extra == "kicker" else "futi"}">{escape(lines[0])}</div>'
        return (f"{line}\n{html}\n" if extra == "kicker" else f"{html}\n{line}\n"), lines

    def _line(self, items: list[Item], css: str) -> str:
        if not items:
            return ""
        if self.family_name == "baidu ids":
            return _baidu(items)
        return render_items(self.draw, items, css)

    def _meta_element(self, line: str) -> str:
        if not line:
            return ""
        tag = self.draw.trait("element of the meta line", META_TAGS)
        return {
            "div.info": f'<div class="info">{line}</div>\n',
            "div": f"<div>{line}</div>\n",
            "p": f"<p>{line}</p>\n",
            "div of opaque name": f'<div class="k4">{line}</div>\n',
            "h4": f"<h4>{line}</h4>\n",
            "div > p": f"<div><p>{line}</p></div>\n",
            "center": f"<center>{line}</center>\n",
        }[tag]

    def _container(self, meta_place: str) -> str:
        pieces = render_blocks(self.draw, self.blocks)
        if (box := self.noise.between()) and len(pieces) > 2:
            pieces.insert(self.draw.rng("box").randrange(1, len(pieces) - 1), box)
        elif box:
            self.draw.traits["related between paragraphs"] = "no"
        if meta_place == "first line of the container":
            pieces.insert(0, self._meta_element(self.head_line))
        elif meta_place == "first paragraph":
            pieces.insert(0, f"<p>{self.head_line}</p>")
        elif meta_place == "before the text of the first paragraph":
            pieces[0] = f"<p>{self.head_line}<br>{escape(self.blocks[0].text)}</p>"
        above = self.noise.original_title(self.writer) + self.noise.video_box()
        first, last = self.boxes.furniture()
        inner = (
            above
            + first
            + "\n".join(pieces)
            + "\n"
            + last
            + self._foot(inside=True)
            + self.boxes.biography(self.authors)
            + self.noise.inside()
        )
        family = self.family
        return f"{family.container}{family.before}\n{inner}{family.after}{closing(family.container)}\n"

    def _foot(self, *, inside: bool) -> str:
        """Return the line with the people at the foot of the article, in the container or behind it."""
        if not self.meta.foot:
            return ""
        if (
            self.draw.trait("people at the foot stand", {"in the container": 1, "behind it": 1}) == "in the container"
        ) != inside:
            return ""
        form = self.draw.trait("foot line", FOOT_FORMS)
        mark = "/" if form == "slash" else "："
        text = " ".join(f"{escape(item.label)}{mark}{escape(item.value)}" for item in self.meta.foot)
        text = text if form in ("plain", "slash") else form[0] + text + form[1]
        tag = self.draw.rng("foot tag").choice(("p", "div", 'div class="editor"', 'span class="bj"', 'p align="right"'))
        return f"<{tag}>{text}</{tag.split()[0]}>\n"


def _baidu(items: list[Item]) -> str:
    """Return a meta line with the ids that Baidu asked for; what has none stands as plain text."""
    ids = {
        "date": "pubtime_baidu",
        "source": "source_baidu",
        "作者": "author_baidu",
        "编辑": "editor_baidu",
        "责任编辑": "editor_baidu",
    }
    pieces = []
    for item in items:
        label = f"{escape(item.label)}：" if item.label else ""
        name = ids.get(item.kind, ids.get(item.label, ""))
        value = f'<a href="http://www.example.com/">{escape(item.value)}</a>' if item.link else escape(item.value)
        pieces.append(f'<span id="{name}">{label}{value}</span>' if name else label + value)
    return " ".join(pieces)
