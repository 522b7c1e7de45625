"""Write one article: title, summary, body blocks and byline, from a corpus and a place."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Literal

from newscrawler.demo.model import Block, DemoCredit
from newscrawler.demo.text import Corpus, Dice, Topic, fill

Byline = Literal["trailing", "line", "outlet", "dateline", "none"]
"""Where the reporters are named: at the end of the last paragraph, on a line of its own, there with the
outlet's name, in the dateline that opens the body, or nowhere."""


@dataclass(frozen=True, slots=True)
class Division:
    """A division as the stories name it: full name, the short form titles use, GB/T 2260 code."""

    name: str
    short: str
    code: str


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a story is to be about. `key` seeds every choice left open."""

    key: str
    topic: Topic
    city: Division
    county: Division | None
    day: datetime.date
    source: str
    byline: Byline
    name_place: bool = True
    """Whether the title may name the place; False for a story that several cities could print."""
    summary: bool = False
    subheads: bool = False
    images: int = 0
    paragraphs: int = 4
    overrides: dict[str, str] = field(default_factory=dict)
    """Facts that replace drawn ones, such as a name with rare characters."""


@dataclass(frozen=True, slots=True)
class Story:
    """A written story; an image block's `url` is still its number in the story."""

    title: str
    summary: str | None
    keywords: tuple[str, ...]
    blocks: tuple[Block, ...]
    credits: tuple[DemoCredit, ...]
    facts: dict[str, str]


def write(corpus: Corpus, task: Assignment) -> Story:
    """Write the story of `task`: the same task gives the same story everywhere."""
    dice = Dice(task.key)
    facts = _facts(corpus, task, dice)
    title = _title(task, facts, dice)
    topic = task.topic

    lead = fill(dice.pick(topic.leads), facts, dice)
    middle = dice.sample(topic.paragraphs, min(task.paragraphs, len(topic.paragraphs)))
    for extra in dice.sample(corpus.shared, dice.between(1, 2) + max(0, task.paragraphs - len(middle))):
        middle.insert(dice.between(1, len(middle)), extra)
    texts = [lead, *(fill(text, facts, dice) for text in middle)]
    texts.append(fill(dice.pick(topic.endings), facts, dice))

    byline, reporters = _byline(corpus, task, facts, dice)
    if task.byline == "dateline":
        texts[0] = byline + texts[0]
    elif task.byline == "trailing":
        texts[-1] += byline
    elif byline:
        texts.append(byline)

    blocks = [Block("paragraph", text) for text in texts]
    if task.subheads:
        heads = dice.sample(topic.subheads, 2 if len(middle) < 6 else 3)
        step = max(2, len(middle) // len(heads))
        for number in range(len(heads) - 1, -1, -1):
            blocks.insert(1 + number * step, Block("subhead", heads[number]))
    captions = dice.sample(topic.captions, task.images)
    for number, template in enumerate(captions, 1):
        caption = "" if dice.chance(15) else fill(template, facts, dice)
        blocks.insert(dice.between(1, len(middle)), Block("image", caption, str(number)))
    summary = fill(dice.pick(topic.summaries), facts, dice) if task.summary else None
    keywords = (*topic.keywords, facts["area"]) if dice.chance(60) else ()
    return Story(title, summary, keywords, tuple(blocks), reporters, facts)


def _facts(corpus: Corpus, task: Assignment, dice: Dice) -> dict[str, str]:
    place = task.county or task.city
    urban = task.topic.setting == "urban" or (place.name.endswith("区") and task.topic.setting != "rural")
    names: list[str] = []
    while len(names) < 4:
        name = corpus.person(dice)
        if name not in names:
            names.append(name)
    return {
        "city": task.city.short,
        "county": place.name,
        "area": place.short,
        "town": dice.pick(corpus.people["streets"]) + "街道" if urban else dice.pick(corpus.people["towns"]) + "镇",
        "village": dice.pick(corpus.people["communities"]) + "社区"
        if urban
        else dice.pick(corpus.people["villages"]) + "村",
        "p1": names[0],
        "p2": names[1],
        "p3": names[2],
        "photo": names[3],
        "day": _day(task.day - datetime.timedelta(days=dice.between(1, 3))),
        "month": f"{(task.day.month - 2) % 12 + 1}月",
        "lastyear": "去年",
    } | task.overrides


def _day(day: datetime.date) -> str:
    return f"{day.month}月{day.day}日"


def _title(task: Assignment, facts: dict[str, str], dice: Dice) -> str:
    templates = [text for text in task.topic.titles if task.name_place or "{area}" not in text]
    template = dice.pick(templates)
    title = fill(template, facts, dice)
    if "{area}" in template or not task.name_place:
        return title
    colon = dice.pick([":", "："])
    if task.county is None:
        return f"{task.city.short}{colon}{title}" if dice.chance(50) else title
    if task.byline == "dateline" and dice.chance(70):
        return title
    # A headline says 恩施巴东, though 恩施 alone would be the city of that name and not the prefecture.
    city = task.city.short.removesuffix("州") if len(task.city.short) > 2 else task.city.short
    return f"{city if dice.chance(50) else ''}{task.county.short}{colon}{title}"


def _byline(corpus: Corpus, task: Assignment, facts: dict[str, str], dice: Dice) -> tuple[str, tuple[DemoCredit, ...]]:
    if task.byline == "none":
        return "", ()
    taken = {facts[role] for role in ("p1", "p2", "p3", "photo")}
    names: list[str] = []
    while len(names) < 4:
        name = corpus.person(dice)
        if name not in taken and name not in names:
            names.append(name)
    reporters = names[: dice.between(1, 2)]
    stringers = names[2 : 2 + dice.between(0, 2)]
    outlet = task.source if task.byline == "outlet" else None
    if task.byline == "outlet":
        stringers = []
    words = f"{outlet or ''}记者 {' '.join(reporters)}"
    if stringers:
        words += f" 通讯员 {' '.join(stringers)}"
    people = (
        *(DemoCredit("记者", name, outlet) for name in reporters),
        *(DemoCredit("通讯员", name) for name in stringers),
    )
    if task.byline == "dateline":
        place = task.county.short if task.county else ""
        return f"本报{place}讯（{words}）", people
    return (f"({words})" if dice.chance(60) else f"（{words}）"), people
