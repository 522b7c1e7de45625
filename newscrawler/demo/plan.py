"""Which articles the demo portal has: where and when each runs, and its special case if it is one."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Literal

from newscrawler.demo.model import Block, DemoArticle, DemoCredit, DemoImage, body_text
from newscrawler.demo.sections import RARE_NAMES, SPECIALS, Section, Special, load_sections
from newscrawler.demo.stories import Assignment, Byline, Division, Story, write
from newscrawler.demo.text import Corpus, Dice, Topic

HOST = "http://www.demo.newscrawler.example"
"""The portal's own address, whatever port serves it."""
NAME = "楚乡演示网"
TODAY = datetime.date(2019, 7, 15)
"""The day on which the portal stands still."""
FIRST_ID = 50107
FOREIGN_URL = "http://news.sanjiang-evening.example/2019/0703/88121.shtml"


@dataclass(frozen=True, slots=True)
class Item:
    """An article of the portal: the truth about it, and how its page shows it."""

    article: DemoArticle
    path: str
    pages: tuple[tuple[Block, ...], ...]
    listed: datetime.date
    pinned: bool
    charset: Literal["utf-8", "gb18030"]
    shown_date: str
    editor_label: str
    shown_editor: str
    original_title: str
    statement: str
    """The line under the body that says where the article comes from, or ''."""
    style: int
    """0 to 3: how the page indents paragraphs and sets captions."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The portal's content: sections, articles newest first, entries by section."""

    sections: tuple[Section, ...]
    items: tuple[Item, ...]
    missing: tuple[Item, ...]
    listings: dict[str, tuple[Item, ...]]
    """Entries of each section's listing by slug, in the order shown; missing articles among them."""


@dataclass(slots=True)
class _Draft:
    section: Section
    key: str
    day: datetime.date
    special: Special
    story: Story
    source: str | None
    county: Division | None
    sections: list[Section]


def make_plan() -> Plan:
    """Write every story, give it a number and a place in the listings."""
    corpus = Corpus.load(files("newscrawler.demo").joinpath("data"))
    sections = load_sections()
    drafts = _drafts(corpus, sections)
    drafts.sort(key=lambda draft: (draft.day, draft.key))
    items: list[Item] = []
    missing: list[Item] = []
    listings: dict[str, list[Item]] = {section.slug: [] for section in sections}
    number = FIRST_ID
    for draft in drafts:
        number += 1 + Dice(draft.key).below(9)
        item = _item(draft, number, corpus.people["editors"])
        (missing if draft.special.missing else items).append(item)
        for section in draft.sections:
            listings[section.slug].append(item)
    return Plan(
        sections,
        tuple(reversed(items)),
        tuple(missing),
        {
            slug: tuple(sorted(entries, key=lambda item: (item.pinned, item.listed), reverse=True))
            for slug, entries in listings.items()
        },
    )


def _drafts(corpus: Corpus, sections: tuple[Section, ...]) -> list[_Draft]:
    by_slug = {section.slug: section for section in sections}
    used: Counter[str] = Counter()
    titles: set[str] = set()
    drafts: list[_Draft] = []
    for section in sections:
        dice = Dice(section.slug)
        day = TODAY - datetime.timedelta(days=dice.between(1, 4))
        for position in range(section.count):
            key = f"{section.slug}/{position}"
            special = SPECIALS.get(key, Special())
            if special.pinned:
                day = datetime.date(2018, 11, 20)
            draft = _draft(corpus, section, key, day, special, used, titles)
            if special.also_in:
                draft.sections.append(by_slug[special.also_in])
            drafts.append(draft)
            if special.reprinted_in:
                drafts.append(_reprint(corpus, draft, by_slug[special.reprinted_in]))
            day -= datetime.timedelta(days=dice.between(0, 3 if section.count > 15 else 5))
    return drafts


def _draft(
    corpus: Corpus,
    section: Section,
    key: str,
    day: datetime.date,
    special: Special,
    used: Counter[str],
    titles: set[str],
) -> _Draft:
    dice = Dice(f"draft {key}")
    county = _county(section, special, dice)
    topic = _topic(corpus, section, county, used, dice)
    source = NAME if dice.chance(20) else dice.pick(corpus.people["outlets"])
    styles: list[Byline] = ["trailing", "trailing", "line", "line", "outlet", "dateline", "none"]
    byline = dice.pick(styles)
    if special.reprinted_in:
        byline = "trailing"
    if special.two_pages or special.charset != "utf-8":
        byline = "line"
    task = Assignment(
        key=key,
        topic=topic,
        city=section.division,
        county=county,
        day=day,
        source=source,
        byline=byline,
        name_place=not special.reprinted_in,
        summary=dice.chance(45),
        subheads=special.two_pages or dice.chance(40),
        images=2 if special.two_pages else dice.pick([0, 0, 1, 1, 2]),
        paragraphs=12 if special.two_pages else dice.between(3, 6),
        overrides=RARE_NAMES if special.charset != "utf-8" else {},
    )
    story = write(corpus, task)
    attempt = 0
    opening = section.division.short.removesuffix("州") + county.short if county and special.county else ""
    while story.title in titles or not story.title.startswith(opening):
        attempt += 1
        story = write(corpus, replace(task, key=f"{key}+{attempt}"))
    titles.add(story.title)
    return _Draft(section, key, day, special, story, None if special.without_source else source, county, [section])


def _county(section: Section, special: Special, dice: Dice) -> Division | None:
    if special.county:
        return next(county for county in section.counties if county.name == special.county)
    if special.reprinted_in or not section.counties or dice.chance(25):
        return None
    return dice.pick(section.counties)


def _topic(corpus: Corpus, section: Section, county: Division | None, used: Counter[str], dice: Dice) -> Topic:
    """One of the topics that suit the place and were used least so far."""
    if county is None and section.counties:
        settings = {"urban", "any"}
    else:
        settings = {"urban" if county and county.name.endswith("区") else "rural", "any"}
    fitting = [topic for topic in corpus.topics if topic.setting in settings and topic.terrain in ("", section.terrain)]
    least = min(used[topic.id] for topic in fitting)
    topic = dice.pick([topic for topic in fitting if used[topic.id] == least])
    used[topic.id] += 1
    return topic


def _reprint(corpus: Corpus, draft: _Draft, section: Section) -> _Draft:
    dice = Dice(f"reprint {draft.key}")
    source = dice.pick([outlet for outlet in corpus.people["outlets"] if outlet != draft.source])
    day = min(draft.day + datetime.timedelta(days=dice.between(1, 2)), TODAY)
    return _Draft(section, f"{draft.key} reprint", day, Special(), draft.story, source, None, [section])


def _item(draft: _Draft, number: int, staff: tuple[str, ...]) -> Item:
    dice = Dice(f"item {draft.key}")
    day = draft.day
    path = f"/{day:%Y/%m%d}/{number}.shtml"
    shown_day = day - datetime.timedelta(days=dice.between(20, 40)) if draft.special.back_dated else day
    shown_date, published = _date(shown_day, dice)
    blocks = tuple(
        Block(
            "image",
            block.text,
            f"/images/{day:%Y/%m%d}/{number}_{block.url}.{'png' if block.url == '1' else 'svg'}",
        )
        if block.kind == "image"
        else block
        for block in draft.story.blocks
    )
    editor = draft.special.editor or dice.pick(staff)
    editors = () if editor.startswith("NB") else tuple(editor.replace("　", "").split())
    original = dice.chance(8)
    county = draft.county
    article = DemoArticle(
        url=HOST + path,
        aliases=(),
        title=draft.story.title,
        subtitle="{town}{village}见闻".format_map(draft.story.facts) if draft.special.subtitle else None,
        source=draft.source,
        published=published,
        editors=editors,
        authors=tuple(credit.name for credit in draft.story.credits),
        credits=(*draft.story.credits, *(DemoCredit("编辑", name) for name in editors)),
        summary=draft.story.summary,
        body=body_text(blocks),
        images=tuple(DemoImage(HOST + block.url, block.text) for block in blocks if block.url),
        keywords=draft.story.keywords,
        article_type="unknown" if draft.source is None else "原创" if draft.source == NAME else "转载",
        sections=tuple(section.division.name for section in draft.sections),
        city=draft.section.division.name,
        city_code=draft.section.division.code,
        county=county.name if county else None,
        county_code=county.code if county else None,
        listed_date=day.isoformat(),
    )
    half = len(blocks) // 2 + 1
    return Item(
        article=article,
        path=path,
        pages=(blocks[:half], blocks[half:]) if draft.special.two_pages else (blocks,),
        listed=day,
        pinned=draft.special.pinned,
        charset=draft.special.charset,
        shown_date=shown_date,
        editor_label="责任编辑" if dice.chance(10) else "编辑",
        shown_editor=editor,
        original_title="{town}{village}：变化就在身边".format_map(draft.story.facts) if original else "",
        statement=_statement(draft.source, dice),
        style=dice.below(4),
    )


def _date(day: datetime.date, dice: Dice) -> tuple[str, str]:
    """The date as shown, and in ISO 8601 as precise as that."""
    hour, minute, second = dice.between(7, 18), dice.between(0, 59), dice.between(0, 59)
    time = f"{hour:02}:{minute:02}"
    match dice.below(8):
        case 0:
            return f"{day:%Y-%m-%d} {time}", f"{day}T{time}:00+08:00"
        case 1:
            return f"{day.year}年{day:%m}月{day:%d}日 {time}", f"{day}T{time}:00+08:00"
        case 2:
            return f"{day:%Y-%m-%d} {time}:{second:02}", f"{day}T{time}:{second:02}+08:00"
        case _:
            return f"{day:%Y-%m-%d}", day.isoformat()


def _statement(source: str | None, dice: Dice) -> str:
    if source == NAME:
        return "声明:本文为本网原创稿件,未经书面许可不得转载。"
    if source is not None and dice.chance(40):
        return f"本文转载自{source},版权归原作者所有,内容不代表本网观点。"
    return ""
