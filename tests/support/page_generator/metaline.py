"""Meta lines of generated pages: date, source, people, counts and buttons, in any order and any markup."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from random import Random

from . import dates, names
from .draw import Draw, weighted

DATE_LABELS = {"": 6.0, "时间": 2, "发布时间": 2, "日期": 1, "发布日期": 0.7, "发表时间": 0.5}
SOURCE_LABELS = {
    "来源": 8.0,
    "": 3,
    "稿源": 1,
    "来自": 0.8,
    "出处": 0.7,
    "信息来源": 0.7,
    "文章来源": 0.7,
    "稿件来源": 0.5,
    "absent": 1.5,
}
AUTHOR_LABELS = {
    "absent": 9.0,
    "作者": 5,
    "记者": 2,
    "撰文": 0.8,
    "撰稿": 0.5,
    "文": 0.6,
    "文/图": 0.7,
    "供稿": 0.7,
    "通讯员": 0.6,
    "见习记者": 0.4,
    "实习记者": 0.4,
    "全媒体记者": 0.6,
    "": 0.5,
}
EDITOR_LABELS = {"absent": 5.0, "编辑": 5, "责任编辑": 4, "责编": 3, "网络编辑": 0.7, "值班编辑": 0.5}
OTHER_LABELS = {
    "absent": 12.0,
    "审核": 1.5,
    "校对": 1.2,
    "监制": 0.8,
    "发布人": 0.7,
    "摄影": 0.7,
    "终审": 0.5,
    "选稿": 0.4,
    "签发": 0.4,
    "值班主任": 0.4,
}
MARKS = {"：": 8.0, ":": 5, "： ": 1, "∶": 0.6, "【】": 0.8, "[]": 0.5, "blank": 1, "none": 0.7, "：：": 0.3, "/": 0.4}
SEPARATORS = {
    "two blanks": 3.0,
    "one blank": 2,
    "　": 2,
    "nbsp": 3,
    "|": 1.5,
    "｜": 0.5,
    " / ": 0.4,
    "newline": 1,
    "tab": 0.5,
}
SPLITS = {
    "one node": 5.0,
    "span each": 5,
    "label and value in spans": 1.5,
    "label in a span": 1.5,
    "value in a span": 1.5,
    "cells": 1,
    "label and value in cells": 0.5,
    "lines": 1,
    "list": 0.7,
}
COUNTS = {"none": 6.0, "点击": 1, "阅读": 1, "浏览次数": 0.7, "评论": 0.7, "人参与": 0.5}
BUTTONS = {"none": 5.0, "字号": 2, "大中小": 1, "分享到": 1.2, "打印 关闭": 1, "我要评论": 0.7, "扫一扫": 0.5}


@dataclass(frozen=True)
class Item:
    """One entry of a meta line, e.g. label 编辑 and value 水晓."""

    kind: str
    label: str
    value: str
    link: bool = False


@dataclass
class MetaLine:
    """The entries of a page's meta line, and what a reader takes from them."""

    head: list[Item] = field(default_factory=list)
    foot: list[Item] = field(default_factory=list)
    published: str = ""
    source: str = ""
    authors: list[str] = field(default_factory=list)
    editors: list[str] = field(default_factory=list)


def draw_people(draw: Draw, dimension: str, *, most: int = 3, login: bool = False) -> tuple[str, list[str]]:
    """Return names as printed together, and each as it is."""
    rng = draw.rng(dimension)
    count = weighted(rng, {"1": 6, "2": 2, "3": 0.7} if most > 2 else {"1": 1})
    people = []
    for _ in range(int(count)):
        kind = names.kind_of_person(rng, login=login)
        draw.traits[f"{dimension} name"] = kind
        people.append(names.person(rng, kind))
    shown = [name for name, _ in people]
    joined = rng.choice(("、", " ", "，", "　")) if not any({" ", "　"} & set(name) for name in shown) else "、"
    if len(people) > 1:
        draw.traits[f"{dimension} names joined by"] = {" ": "blank", "　": "wide blank"}.get(joined, joined)
    return joined.join(shown), list(dict.fromkeys(name for _, name in people))


def draw_meta_line(draw: Draw) -> MetaLine:
    """Draw the entries of a page's meta line and their order."""
    line = MetaLine()
    rng = draw.rng("meta")
    items: list[Item] = []
    when = dates.moment(draw.rng("moment"))
    shown, line.published = dates.show(draw.trait("date form", dates.FORMS), when, draw.rng("date"))
    if shown:
        items.append(Item("date", draw.trait("date label", DATE_LABELS), shown))
    source_label = draw.trait("source label", SOURCE_LABELS)
    if source_label != "absent":
        line.source = names.outlet(draw.rng("outlet"), draw.trait("outlet", names.OUTLETS))
        link = draw.trait("source is a link", {"no": 4, "yes": 1}) == "yes"
        shown_source = line.source
        if draw.trait("day behind the outlet", {"no": 15, "yes": 1}) == "yes":
            shown_source += f"（{when.month}月{when.day}日）"
        items.append(Item("source", source_label, shown_source, link))
    author_label = draw.trait("author label", AUTHOR_LABELS)
    if author_label == "" and not line.source:  # a bare name beside nothing is no more than a guess
        author_label = draw.traits["author label"] = "作者"
    if author_label != "absent":
        text, line.authors = draw_people(draw, "author", most=3 if author_label else 1)
        if author_label == "作者":
            inside = draw.trait(
                "role inside of the authors", {"none": 8, "记者": 1, "通讯员": 0.7, "outlet and 记者": 0.7}
            )
            role = f"{line.source or '本报'}记者" if inside == "outlet and 记者" else inside
            text = text if inside == "none" else f"{role}{rng.choice(('', ' '))}{text}"
        items.append(Item("credit", author_label, text))
    people: list[Item] = []
    editor_label = draw.trait("editor label", EDITOR_LABELS)
    if editor_label != "absent":
        text, line.editors = draw_people(draw, "editor", login=True)
        if draw.trait("editor is a trainee", {"no": 20, "yes": 1}) == "yes":
            text = f"{rng.choice(('实习生', '实习编辑', '见习编辑'))} {text}"
        if draw.trait("job number", {"no": 20, "yes": 1}) == "yes":
            text += rng.choice(("(NF041)", "（QL0007）", "_NN6799"))
        people.append(Item("credit", editor_label, text))
    other_label = draw.trait("other label", OTHER_LABELS)
    if other_label != "absent":
        people.append(Item("credit", other_label, draw_people(draw, "other")[0]))
    _arrange(draw, line, items, people)
    return line


def _arrange(draw: Draw, line: MetaLine, items: list[Item], people: list[Item]) -> None:
    """Put the entries into the head or the foot, in a random order."""
    rng = draw.rng("order")
    order = draw.trait("order", {"date first": 5, "source first": 3, "any": 2})
    if order == "any":
        rng.shuffle(items)
    elif order == "source first":
        items.sort(key=lambda item: item.kind != "source")
    at_foot = draw.trait("people at the foot", {"no": 3, "yes": 2}) == "yes"
    line.head = items if at_foot else [*items, *people]
    line.foot = people if at_foot else []
    if order == "any" and not at_foot:
        rng.shuffle(line.head)
    _put_bare_name_behind_outlet(line.head)
    if not people:
        draw.drop("people at the foot")
    for kind, name, weights in (("count", "count", COUNTS), ("button", "buttons", BUTTONS)):
        value = draw.trait(name, weights)
        if value != "none" and line.head:
            between = draw.trait(f"{name} between", {"no": 3, "yes": 1}) == "yes"
            where = rng.randrange(1, len(line.head) + 1) if between else len(line.head)
            line.head.insert(where, Item(kind, "", _button(value, rng)))


def _put_bare_name_behind_outlet(items: list[Item]) -> None:
    """Keep a name without a label from following other names: there no reader could tell its role."""
    for item in [item for item in items if item.kind == "credit" and not item.label]:
        items.remove(item)
        items.insert(1 + next(i for i, other in enumerate(items) if other.kind == "source"), item)


def _button(value: str, rng: Random) -> str:
    number = rng.randrange(3, 9000)
    return {
        "点击": f"点击：{number}",
        "阅读": f"阅读 {number}",
        "浏览次数": f"浏览次数：{number}次",
        "评论": f"评论({number})",
        "人参与": f"{number}人参与",
        "字号": "字号：T|T",
        "大中小": "【字体：大 中 小】",
        "分享到": "分享到：微信 微博 QQ空间",
        "打印 关闭": "[打印] [关闭]",
        "我要评论": "我要评论",
        "扫一扫": "扫一扫分享到朋友圈",
    }[value]


def render_items(draw: Draw, items: list[Item], css: str) -> str:
    """Return the HTML of a meta line's entries, without the element around them."""
    mark, separator = draw.trait("label mark", MARKS), draw.trait("separator", SEPARATORS)
    split = draw.trait("split", SPLITS)
    rng = draw.rng("split classes")
    between = {
        "two blanks": "&nbsp; ",
        "one blank": " ",
        "nbsp": "&nbsp;&nbsp;",
        "newline": "\n      ",
        "tab": "\t",
    }.get(separator, separator)
    classes = [f' class="{rng.choice((css, "s1", "mr10", "fl"))}"' if rng.random() < 0.6 else "" for _ in items]
    pieces = [_piece(item, mark, split, css) for item, css in zip(items, classes, strict=True)]
    if split == "lines":
        return "<br>\n".join(pieces)
    if split in ("cells", "label and value in cells"):
        return f"<table><tr>{''.join(pieces)}</tr></table>"
    if split == "list":
        return f"<ul>{''.join(pieces)}</ul>"
    return between.join(pieces)


def _piece(item: Item, mark: str, split: str, css: str) -> str:
    label, value = escape(item.label), escape(item.value)
    if item.link:
        value = f'<a href="http://www.example.com/" target="_blank">{value}</a>'
    if item.kind == "button" and split != "one node":
        value = f'<a href="javascript:void(0)">{value}</a>'
    label, end = _marked(label, mark, item)
    if split == "one node":
        return label + value + end
    if split in ("span each", "cells", "list"):
        tag = {"span each": "span", "cells": "td", "list": "li"}[split]
        return f"<{tag}{css}>{label}{value}{end}</{tag}>"
    if split == "label and value in spans" and label:
        return f"<span{css}>{label}</span><span>{value}{end}</span>"
    if split == "label and value in cells":
        return f"<td{css}>{label}</td><td>{value}{end}</td>" if label else f"<td{css}>{value}</td>"
    if split == "label in a span" and label:
        return f"<span{css}>{label}</span>{value}{end}"
    if split == "value in a span":
        return f"{label}<span{css}>{value}</span>{end}"
    return label + value + end


def _marked(label: str, mark: str, item: Item) -> tuple[str, str]:
    """Return the label with its mark, and what closes the entry."""
    if not label:
        return "", ""
    if mark in ("【】", "[]"):
        return f"{mark[0]}{label}：", mark[1]
    if (mark in ("none", "/") and (len(label) == 1 or item.kind == "date")) or (mark == "/" and "/" in label):
        mark = "："
    return label + {"blank": " ", "none": ""}.get(mark, mark), ""
