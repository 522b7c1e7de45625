"""Bylines in the text: datelines at the head, brackets at the tail, lines of their own."""

from __future__ import annotations

from dataclasses import dataclass, field

from . import names
from .draw import Draw
from .metaline import draw_people

PLACES = {
    "none": 9.0,
    "dateline with bracket": 3,
    "dateline 记者": 1.5,
    "bracket at the tail": 3,
    "bracket in a line": 1.5,
    "bare bracket at the tail": 0.7,
    "line 报道": 1,
    "line outlet and names": 0.6,
    "line 通讯员 first": 0.7,
    "line 文/图": 0.8,
    "line 作者": 0.6,
    "head line": 0.8,
    "behind a caption": 0.8,
}


@dataclass
class Byline:
    """What a byline adds to the body: before the first paragraph, behind the last one, or lines of its own.

    A reader may count `head_line` and `foot_line` as body or not: they are left out of the comparison.
    """

    place: str
    prefix: str = ""
    suffix: str = ""
    last: str = ""
    head_line: str = ""
    foot_line: str = ""
    caption: str = ""
    authors: list[str] = field(default_factory=list)


def draw_byline(draw: Draw, source: str, caption: str) -> Byline:
    """Draw a byline; `source` is the outlet of the page, `caption` a text for a picture above the first paragraph."""
    place = draw.trait("byline", PLACES)
    byline = Byline(place)
    if place == "none":
        return byline
    rng = draw.rng("byline form")
    text, byline.authors = draw_people(draw, "reporter", most=2 if place in ("bare bracket at the tail",) else 3)
    outlet = source if source and rng.random() < 0.5 else rng.choice(("本报", "本网"))
    role = rng.choice(
        ("记者", "全媒体记者", "见习记者") if outlet == source else ("记者", f"{outlet}记者", "全媒体记者")
    )
    second, others = "", []
    if rng.random() < 0.4:
        kind = names.kind_of_person(rng)
        shown, name = names.person(rng, kind)
        second, others = f"{rng.choice((' ', '　', '  '))}通讯员{rng.choice(('', ' '))}{shown}", [name]
    gap = rng.choice(("", " ", "　"))
    both = f"{role}{gap}{text}{second}"
    if place in ("dateline with bracket", "behind a caption"):
        byline.prefix = f"{outlet}讯{rng.choice(('', ' '))}（{both}）"
        if place == "behind a caption":
            byline.caption = f"{caption} {rng.choice(('记者', '通讯员'))} {names.person(rng, 'three')[0]} 摄"
    elif place == "dateline 记者":
        byline.prefix = f"{outlet}讯 {role} {text}{second}报道 "
    elif place == "bracket at the tail":
        byline.suffix = f"（{both}）"
    elif place == "bracket in a line":
        byline.last = f"（{both}）"
    elif place == "bare bracket at the tail":
        byline.suffix, others = f"（{text}）", []
    elif place == "line 报道":
        byline.last = f"{outlet}记者 {text}{second} 报道"
    elif place == "line outlet and names":
        byline.last, others = f"{source or '本报'} {text} 报道", []
    elif place == "line 通讯员 first":
        byline.last, others = f"（通讯员 {text}）", []
    else:
        line, others = (
            {"line 文/图": f"文/图 {text}", "line 作者": f"作者：{text}"}.get(place, ""),
            (others if place == "head line" else []),
        )
        byline.head_line, byline.foot_line = (both, "") if place == "head line" else ("", line)
    byline.authors = list(dict.fromkeys([*byline.authors, *others]))
    return byline
