"""Texts that are the name of a division: a navigation link, the name of a section, the value of --city."""

from __future__ import annotations

import difflib
import re
from functools import cache

from newscrawler.places.divisions import Division, counties_of, divisions_of
from newscrawler.places.words import ORDINARY_COUNTIES, ORDINARY_DIVISIONS, WORD_DIVISIONS

_MAX_LENGTH = 40
_SPACE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_EDGE = "[]【】()（）〔〕<>《》|｜丨·•:：,，、>»-—"
_BEFORE = re.compile(r"(?:今日|走进|聚焦|关注|魅力|市州|地市|地方)[·•]?")
_AFTER = re.compile(
    r"[·•]?(?:新闻网|新闻|频道|分站|子站|地方站|站|资讯|要闻|动态|快讯|快报|在线|时政|播报|报道|党建|之窗|专区|专栏|专版|版|网)"
)


@cache
def _names(province: Division) -> dict[str, Division | None]:
    """Return name to division; None for a name of several divisions, and for the names of the province."""
    current: dict[str, Division | None] = {}
    former: dict[str, Division | None] = {}
    for place in divisions_of(province):
        for name in {place.code, place.name, place.short}:
            current[name] = None if name in current else place
        for name in place.aliases:
            former[name] = None if name in former else place
    # 吉林 is the province and also its second city: only 吉林市 is clear.
    return former | current | dict.fromkeys((province.name, province.short))


def match_division(text: str, province: Division) -> Division | None:
    """Return the division of the province whose name is the whole text, or None.

    Known are full, short, customary and former names and six-digit codes, with white space anywhere (宜　昌), and names
    in the wording of a section: 宜昌新闻, 宜昌市频道, 今日宜昌, 湖北宜昌. None for a name of two places and for
    everything else (首页, 湖北新闻). A short name that is also an ordinary word must stand alone: 东方 is 东方市 in the
    navigation of Hainan, 东方网 is not. Only the divisions of `divisions_of` are candidates, not the counties below
    them.
    """
    if len(text) > _MAX_LENGTH:
        return None
    names = _names(province)
    bare = _SPACE.sub("", text).strip(_EDGE)
    if bare in names:
        return names[bare]
    for start in _beginnings(bare, province):
        for end in _endings(bare):
            place = names.get(bare[start:end])
            if place and not (bare[start:end] == place.short and _is_word(place.short)):
                return place
    return None


def _is_word(name: str) -> bool:
    return name in WORD_DIVISIONS or name in ORDINARY_DIVISIONS or name in ORDINARY_COUNTIES


def _beginnings(text: str, province: Division) -> list[int]:
    starts = [0]
    if match := _BEFORE.match(text):
        starts.append(match.end())
    starts.extend(len(name) for name in (province.name, province.short) if text.startswith(name))
    return starts


def _endings(text: str) -> list[int]:
    """Return where the name may end: at the end of the text, or before a word for a section."""
    ends = [match.start() for match in _AFTER.finditer(text) if match.end() == len(text)]
    return [len(text), *ends]


@cache
def _all_names(province: Division) -> dict[str, tuple[Division, ...]]:
    """Return every name in the province, also of counties, with the divisions that it leads to."""
    names: dict[str, tuple[Division, ...]] = {}
    for place in divisions_of(province):
        for inside in (place, *counties_of(place)):
            for name in inside.names:
                if place not in names.get(name, ()):
                    names[name] = (*names.get(name, ()), place)
    return names


def nearest_names(text: str, province: Division, limit: int = 3) -> list[str]:
    """Return the full names of divisions that an unknown --city may mean, best first, at most `limit`.

    The name of a county leads to its prefecture: 长阳 to 宜昌市.
    """
    names = _all_names(province)
    wanted = _SPACE.sub("", text[:_MAX_LENGTH])
    close = [wanted] if wanted in names else difflib.get_close_matches(wanted, names, n=10, cutoff=0.5)
    nearest = dict.fromkeys(place.name for name in close for place in names[name])
    return list(nearest)[: max(limit, 0)]
