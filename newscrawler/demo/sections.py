"""The demo portal's 17 city sections, and their special cases."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

from newscrawler.demo.stories import Division


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
    """The county it is from; the headline then opens with city and county, as in 恩施巴东."""
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
