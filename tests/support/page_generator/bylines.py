"""Bylines in the text: where they stand, which labels they have, whom else they name, what they say was done."""

from __future__ import annotations

from dataclasses import dataclass, field

from . import names, words
from .draw import Draw
from .metaline import draw_people

PLACES = {
    "none": 9.0,
    "dateline with bracket": 3,
    "dateline without bracket": 1.5,
    "before the first words": 1,
    "bracket at the tail": 3,
    "bracket in a line": 1.5,
    "behind the last sentence": 2,
    "behind the end mark": 1,
    "line below the text": 2,
    "line between paragraphs": 0.8,
    "head line": 1.5,
    "head line with a mark": 1,
    "behind a caption": 0.8,
}
ROLES = {
    "记者": 4.0,
    "本报记者": 3,
    "outlet and 记者": 3,
    "全媒体记者": 1,
    "见习记者": 0.7,
    "首席记者": 0.4,
    "特约记者": 0.4,
    "通讯员": 1,
    "作者": 0.5,
    "文/": 0.8,
    "outlet alone": 0.7,
    "none": 2,
}
JOINED = {"": 4.0, "blank": 5, "wide blank": 1, "：": 1}
OTHERS = {"none": 6.0, "通讯员": 3, "实习生": 1, "reporter of another outlet": 0.7, "photographer": 0.7, "编辑": 0.6}
DONE = {"none": 8.0, "报道": 1.5, "文/图": 0.8, "摄影报道": 0.7, "place and 报道": 0.7}
MARKS = "■□●◆◎"
_NEED_ROLE = frozenset({"dateline without bracket", "line between paragraphs"})
_BARE = frozenset({"none", "outlet alone"})
_WITHOUT_COLON = frozenset({"dateline without bracket", "before the first words", "line between paragraphs"})


@dataclass
class Byline:
    """What a byline adds to the body: before the first paragraph, behind the last one, or lines of its own.

    A reader may count `head_line` and `foot_line` as body or not: they are left out of the comparison.
    """

    place: str
    prefix: str = ""
    suffix: str = ""
    last: str = ""
    between: str = ""
    head_line: str = ""
    caption: str = ""
    authors: list[str] = field(default_factory=list)
    editors: list[str] = field(default_factory=list)


def draw_byline(draw: Draw, source: str, caption: str, *, below_captions: bool = False) -> Byline:
    """Draw a byline; `source` is the outlet of the page, `caption` a text for a picture above the first paragraph.

    `below_captions` says that the body has no sentence: below captions no reader could tell names from captions.
    """
    # Nobody else is named where a name stands without a label beside the date.
    place = draw.trait("byline", {"none": 1} if draw.traits.get("author label") == "" else PLACES)
    byline = Byline(place)
    if place == "none":
        return byline
    rng = draw.rng("byline form")
    outlet = source if source and rng.random() < 0.5 else names.outlet(rng, rng.choice(("newspaper", "portal")))
    text = _people(draw, byline, outlet, needs_role=below_captions or place in _NEED_ROLE)
    own = rng.choice((outlet, "本报", "本网"))
    if place == "dateline with bracket":
        byline.prefix = f"{own}讯{rng.choice(('', ' '))}（{text}）"
    elif place == "behind a caption":
        byline.prefix = f"{own}讯{rng.choice(('', ' '))}（{text}）"
        byline.caption = f"{caption} {rng.choice(('记者', '通讯员'))} {names.person(rng, 'three')[0]} 摄"
    elif place == "dateline without bracket":
        byline.prefix = f"{own}讯 {text} "
    elif place == "before the first words":
        byline.prefix = f"{rng.choice(MARKS)}{text} "
    elif place == "bracket at the tail":
        byline.suffix = f"（{text}）"
    elif place == "bracket in a line":
        byline.last = f"（{text}）"
    elif place == "behind the last sentence":
        byline.suffix = f"{rng.choice((' ', '　　', ''))}{text}"
    elif place == "behind the end mark":
        byline.suffix = f"{rng.choice(('（完）', '(完)'))}{rng.choice(('', ' '))}{text}"
    elif place == "line below the text":
        byline.last = text
    elif place == "line between paragraphs":
        byline.between = text
    else:
        byline.head_line = text if place == "head line" else f"{rng.choice(MARKS)}{rng.choice(('', ' '))}{text}"
    byline.authors = list(dict.fromkeys(byline.authors))
    return byline


def _people(draw: Draw, byline: Byline, outlet: str, *, needs_role: bool) -> str:
    """Draw whom a byline names and with which labels; return it as printed."""
    rng = draw.rng("byline labels")
    place = byline.place
    role = draw.trait("byline role", {name: ROLES[name] for name in ROLES if not (needs_role and name in _BARE)})
    label = {"outlet and 记者": f"{outlet}记者", "outlet alone": outlet, "none": ""}.get(role, role)
    text, byline.authors = draw_people(draw, "reporter")
    if role in _BARE:
        return f"{label}{rng.choice((' ', '　')) if label else ''}{text}{_report(draw, role)}"
    joined = ""
    if role != "文/":
        joined = draw.trait(
            "byline joined", {name: JOINED[name] for name in JOINED if name != "：" or place not in _WITHOUT_COLON}
        )
    gap = {"blank": " ", "wide blank": "　"}.get(joined, joined)
    other = draw.trait("also in the byline", OTHERS)
    shown, name = names.person(rng, names.kind_of_person(rng))
    text = f"{label}{gap}{text}"
    if other == "photographer":
        return f"{text} {rng.choice(('摄影：', '图/', '摄影/'))}{shown}"
    if other == "编辑":
        byline.editors.append(name)
        return f"{text} 编辑{gap or ' '}{shown}"
    if other != "none":
        second = f"{names.outlet(rng, 'newspaper')}记者" if other == "reporter of another outlet" else other
        byline.authors.append(name)
        text = f"{text}{rng.choice((' ', '　', '  '))}{second}{gap}{shown}"
    return text + _report(draw, role, colon=joined == "：")


def _report(draw: Draw, role: str, *, colon: bool = False) -> str:
    """Draw what a byline says was done, behind the names."""
    if role in ("作者", "文/", "none") or colon:
        return ""
    rng = draw.rng("byline done")
    allowed = ("none", "报道", "place and 报道") if role == "outlet alone" else tuple(DONE)
    done = draw.trait("byline done", {name: DONE[name] for name in allowed})
    town = rng.choice(words.CITIES)
    return {"none": "", "报道": " 报道", "文/图": " 文/图", "摄影报道": " 摄影报道", "place and 报道": f" {town}报道"}[
        done
    ]
