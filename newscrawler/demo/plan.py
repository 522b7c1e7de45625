"""Which articles the demo portal has: where and when each runs, and its special case if it is one."""

from __future__ import annotations

import datetime
import tomllib
from collections import Counter
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Literal

from newscrawler.demo.model import Block, DemoArticle, DemoCredit, DemoImage, body_text
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
class Section:
    """A city section: its division, its folder, its counties and how many entries it is given."""

    division: Division
    slug: str
    terrain: str
    count: int
    counties: tuple[Division, ...]


@dataclass(frozen=True, slots=True)
class Special:
    """What is out of the ordinary about one article."""

    county: str = ""
    also_in: str = ""
    """Slug of a second section that lists the same URL."""
    reprinted_in: str = ""
    """Slug of a section that runs the same story under a URL of its own, from another outlet."""
    two_pages: bool = False
    missing: bool = False
    """Listed, but its page answers 404."""
    pinned: bool = False
    back_dated: bool = False
    """The page bears an older date than the listing."""
    charset: Literal["utf-8", "gb18030"] = "utf-8"
    without_source: bool = False
    editor: str = ""
    """The editor as shown, where that is not a plain name."""
    subtitle: bool = False


# By section and position, newest first. 喆 is in GBK but not in GB2312, 䶮 only in GB18030.
SPECIALS = {
    "yichang/3": Special(county="长阳土家族自治县", also_in="enshi"),
    "yichang/6": Special(two_pages=True),
    "yichang/9": Special(subtitle=True),
    "enshi/1": Special(county="巴东县"),
    "enshi/5": Special(editor="路　行"),
    "huanggang/2": Special(county="红安县"),
    "huanggang/4": Special(missing=True),
    "huangshi/2": Special(back_dated=True),
    "xiangyang/9": Special(pinned=True),
    "xiangyang/4": Special(subtitle=True),
    "suizhou/2": Special(charset="gb18030"),
    "jingmen/1": Special(without_source=True),
    "xiaogan/3": Special(editor="NB0427"),
    "wuhan/5": Special(reprinted_in="qianjiang"),
    "jingzhou/2": Special(reprinted_in="xiantao"),
    "shiyan/1": Special(reprinted_in="tianmen"),
    "tianmen/2": Special(editor="甘书砚 祝蓓"),
}
RARE_NAMES = {"p1": "石喆", "p2": "敖䶮"}


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


def load_sections() -> tuple[Section, ...]:
    """The 17 sections, in the order of the navigation."""
    text = files("newscrawler.demo").joinpath("data/divisions.toml").read_text(encoding="utf-8")
    return tuple(
        Section(
            Division(row["name"], row["short"], row["code"]),
            row["slug"],
            row["terrain"],
            row["count"],
            tuple(Division(*county) for county in row["counties"]),
        )
        for row in tomllib.loads(text)["division"]
    )


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
    while story.title in titles:
        attempt += 1
        story = write(corpus, replace(task, key=f"{key}+{attempt}"))
    titles.add(story.title)
    return _Draft(
        section, key, day, special, story, None if special.without_source else source, county, [section]
    )


def _county(section: Section, special: Special, dice: Dice) -> Division | None:
    if special.county:
        return next(county for county in section.counties if county.name == special.county)
    if special.reprinted_in or not section.counties or dice.chance(25):
        return None
    return dice.pick(section.counties)


def _topic(
    corpus: Corpus, section: Section, county: Division | None, used: Counter[str], dice: Dice
) -> Topic:
    """One of the topics that suit the place and were used least so far."""
    if county is None and section.counties:
        settings = {"urban", "any"}
    else:
        settings = {"urban" if county and county.name.endswith("区") else "rural", "any"}
    fitting = [
        topic
        for topic in corpus.topics
        if topic.setting in settings and topic.terrain in ("", section.terrain)
    ]
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
    statement, article_type = _statement(draft.source, dice)
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
        article_type=article_type,
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
        statement=statement,
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


def _statement(source: str | None, dice: Dice) -> tuple[str, Literal["原创", "转载", "unknown"]]:
    if source == NAME:
        return "声明:本文为本网原创稿件,未经书面许可不得转载。", "原创"
    if source is not None and dice.chance(40):
        return f"本文转载自{source},版权归原作者所有,内容不代表本网观点。", "转载"
    return "", "unknown"
