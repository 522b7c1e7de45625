"""Bodies of generated pages: paragraphs, captions, tables and interviews, with the lines that a reader sees."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from random import Random

from . import names, words
from .bylines import Byline
from .draw import Draw
from .prose import Writer

KINDS = {
    "prose": 12.0,
    "notice": 1.2,
    "gallery": 1.2,
    "table": 1,
    "interview": 1,
    "subheads": 1.2,
    "pictures": 2,
    "list": 0.7,
    "vacancies": 0.5,
    "imprint of a book": 0.4,
}
STYLES = {
    "p": 6.0,
    "p indented": 4,
    "p nbsp": 1.5,
    "p span": 1.5,
    "p font": 0.7,
    "p unclosed": 0.8,
    "div": 1.5,
    "section": 0.8,
    "br": 1.2,
    "br br": 1.2,
    "td": 0.5,
    "nested": 0.7,
}
LENGTHS = ((40, "under 40"), (100, "40 to 99"), (300, "100 to 299"), (1000, "300 to 999"), (10**9, "1000 and more"))


@dataclass(frozen=True)
class Block:
    """One block of the body.

    `kind` is p, sub, item (a label and its value), caption, counter (beside a picture, never body), row or optional (a
    line that a reader may leave out).
    """

    kind: str
    text: str
    cells: tuple[str, ...] = ()


def has_paragraphs(draw: Draw) -> bool:
    """Tell whether the body that `draw_blocks` draws has sentences, not captions alone."""
    return draw.trait("body", KINDS) != "gallery"


def draw_blocks(draw: Draw, writer: Writer, byline: Byline) -> list[Block]:
    """Draw the blocks of a body and put the byline where it belongs."""
    kind = draw.trait("body", KINDS)
    rng = draw.rng("body text")
    length = int(math.exp(rng.uniform(math.log(20), math.log(4000))))
    if kind == "notice":
        blocks = [Block("p", writer.sentence())]
    elif kind == "gallery":
        blocks = _gallery(draw, writer, rng)
    elif kind == "interview":
        blocks = [Block("p", writer.sentence())]
        for _ in range(rng.randint(2, 5)):
            blocks += [
                Block("p", f"记者：{writer.fill(words.QUESTIONS)}"),
                Block("p", f"{_speaker(rng)}：{writer.paragraph(60)}"),
            ]
    elif kind == "table":
        blocks = [Block("p", writer.paragraph(40)), *_rows(writer, rng)]
    elif kind == "list":
        numbers = "一二三四五六七八九"
        blocks = [Block("p", f"{numbers[i]}、{writer.sentence()}") for i in range(rng.randint(3, 8))]
    elif kind == "vacancies":
        blocks = [Block("p", writer.sentence()), *_vacancies(rng)]
    elif kind == "imprint of a book":
        blocks = [Block("p", writer.paragraph(60)), *_imprint(writer, rng)]
    else:
        blocks = [Block("p", text) for text in writer.paragraphs(length)]
        if kind == "subheads":
            blocks = [part for block in blocks for part in (Block("sub", writer.fill(words.SUBHEADS)), block)][1:]
            if len(blocks) > 1 and draw.trait("last subhead", {"own words": 2, "label of links": 1}) != "own words":
                blocks[-2] = Block("sub", rng.choice(words.LABELS_OF_TEXT))
        if kind == "pictures":
            credit = draw.trait("picture credit", {"none": 3, "图片来源": 1})
            for _ in range(rng.randint(1, 3)):
                text = writer.fill(words.CAPTIONS)
                text += f"（图片来源：{names.outlet(rng, 'account')}）" if credit != "none" else ""
                blocks.insert(rng.randrange(len(blocks) + 1), Block("caption", text))
    size = sum(len(block.text) + sum(map(len, block.cells)) for block in blocks)
    draw.traits["length"] = next(name for most, name in LENGTHS if size < most)
    return _with_byline(blocks, byline)


def _gallery(draw: Draw, writer: Writer, rng: Random) -> list[Block]:
    captions = [writer.fill(words.CAPTIONS) for _ in range(rng.randint(2, 6))]
    if draw.trait("counters", {"no": 3, "yes": 1}) == "no":
        return [Block("caption", text) for text in captions]
    count = len(captions)
    pairs = ((Block("counter", f"{i}/{count}"), Block("caption", text)) for i, text in enumerate(captions, start=1))
    return [block for pair in pairs for block in pair]


def _vacancies(rng: Random) -> list[Block]:
    lines = {
        "编辑": f"{rng.randint(1, 3)}名，熟悉排版软件",
        "记者": f"{rng.randint(2, 6)}名，能上夜班",
        "责任编辑": f"{rng.randint(1, 3)}人，有两年以上工作经验",
        "摄影": "1名，自带器材",
        "职位": "新媒体编辑",
        "人数": f"{rng.randint(1, 9)}人",
        "报名时间": f"{rng.randint(1, 12)}月{rng.randint(1, 28)}日前",
        "工作地点": f"{rng.choice(words.PLACES)}广播电视台",
        "学历要求": "大专以上",
    }
    chosen = rng.sample(list(lines), rng.randint(4, 7))
    return [Block("item", f"{label}：{lines[label]}") for label in chosen]


def _imprint(writer: Writer, rng: Random) -> list[Block]:
    people = [names.person(rng, "three")[0] for _ in range(2)]
    lines = {
        "书名": f"《{writer.fill(('{thing}',))}记》",
        "作者": people[0],
        "责任编辑": people[1],
        "出版社": f"{rng.choice(words.PLACES)}出版社",
        "出版时间": f"20{rng.randint(10, 23)}年{rng.randint(1, 12)}月",
        "定价": f"{rng.randint(20, 90)}元",
    }
    return [Block("item", f"{label}：{value}") for label, value in lines.items()]


def _speaker(rng: Random) -> str:
    return rng.choice(words.SURNAMES) + rng.choice(("局长", "主任", "站长", "老师"))


def _rows(writer: Writer, rng: Random) -> list[Block]:
    head = Block("row", "", ("序号", "项目", "地点", "数量"))
    rows = [
        Block("row", "", (str(i), rng.choice(words.THINGS), rng.choice(words.PLACES), str(rng.randint(3, 2400))))
        for i in range(1, rng.randint(3, 9))
    ]
    return [head, *rows]


def _with_byline(blocks: list[Block], byline: Byline) -> list[Block]:
    texts = [i for i, block in enumerate(blocks) if block.kind == "p"]
    if texts:
        first, last = texts[0], texts[-1]
        blocks[first] = Block("p", byline.prefix + blocks[first].text)
        blocks[last] = Block("p", blocks[last].text + byline.suffix)
    elif byline.suffix:  # a gallery has no paragraph to hold it
        blocks = [*blocks, Block("p", byline.suffix)]
    elif byline.prefix:
        blocks = [Block("p", f"{byline.prefix}一组图片带你看现场。"), *blocks]
    before = [Block("caption", byline.caption)] if byline.caption else []
    before += [Block("optional", byline.head_line)] if byline.head_line else []
    kind = "optional" if byline.editors else "p"  # a line with the editor may be no body
    after = [Block(kind, byline.last)] if byline.last else []
    if byline.between:
        at = texts[(len(texts) - 1) // 2] + 1 if texts else len(blocks)
        blocks.insert(at, Block(kind, byline.between))
    return [*before, *blocks, *after]


def render_blocks(draw: Draw, blocks: list[Block]) -> list[str]:
    """Return one piece of HTML per block (rows of a table together)."""
    style = draw.trait("paragraphs", STYLES)
    captions = draw.trait("captions", {"p": 3, "figure": 1, "div": 1.5, "after img": 1})
    cells = draw.trait("table cells", {"plain": 1, "p": 1})
    kinds = {block.kind for block in blocks}
    draw.drop(*(["captions"] if "caption" not in kinds else []), *(["table cells"] if "row" not in kinds else []))
    pieces: list[str] = []
    rows = ""
    for block in blocks:
        if block.kind == "row":
            inner = "".join(f"<td><p>{cell}</p></td>" if cells == "p" else f"<td>{cell}</td>" for cell in block.cells)
            rows += f"<tr>{inner}</tr>\n"
            continue
        if rows:
            pieces.append(f'<table border="1">{rows}</table>')
            rows = ""
        if block.kind == "counter":
            pieces.append(f'<div class="num">{block.text}</div>')
            continue
        pieces.append(_caption(block.text, captions, style) if block.kind == "caption" else _paragraph(block, style))
    if rows:
        pieces.append(f'<table border="1">{rows}</table>')
    return pieces


def _caption(text: str, form: str, style: str) -> str:
    image = '<img src="/pic/1.jpg">'
    if style in ("br", "br br"):
        return f"{image}<br>{escape(text)}<br>"
    return {
        "p": f'<p align="center">{image}</p>\n<p align="center">{escape(text)}</p>',
        "figure": f"<figure>{image}<figcaption>{escape(text)}</figcaption></figure>",
        "div": f'<div class="pic">{image}<div>{escape(text)}</div></div>',
        "after img": f'<p style="text-align:center">{image}<br>{escape(text)}</p>',
    }[form]


def _paragraph(block: Block, style: str) -> str:
    text = escape(block.text)
    if block.kind == "sub":
        text = f"<strong>{text}</strong>"
    return {
        "p": f"<p>{text}</p>",
        "p indented": f"<p>　　{text}</p>",
        "p nbsp": f"<p>&nbsp;&nbsp;&nbsp;&nbsp;{text}</p>",
        "p span": f'<p style="text-indent:2em"><span style="font-size:16px">{text}</span></p>',
        "p font": f'<p><font size="3">　　{text}</font></p>',
        "p unclosed": f"<p>{text}",
        "div": f"<div>{text}</div>",
        "section": f"<section><span>{text}</span></section>",
        "br": f"　　{text}<br>",
        "br br": f"　　{text}<br><br>",
        "td": f"<table><tr><td>{text}</td></tr></table>",
        "nested": f"<div><div><p>{text}</p></div></div>",
    }[style]
