"""Texts that are the name of a division: a navigation link, the name of a section, the value of --city."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

from newscrawler.places.divisions import Division, counties_of, divisions_of, provinces, special_divisions_of
from newscrawler.places.words import GENERIC, NEVER_BARE, ORDINARY_COUNTIES, ORDINARY_DIVISIONS, WORD_DIVISIONS
from newscrawler.text.numerals import without_list_number

_MAX_LENGTH = 40
_LONGEST_NAME = 20
_SHORTEST_WITH_LEVEL = 3
"""Characters of a name with its level: 莱芜市."""
_SPACE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_BESIDE = re.compile(r"^[A-Za-z]{4,}(?=[^\x00-\x7f])|(?<=[^\x00-\x7f])(?:[A-Za-z]{4,}|[(（\[]\d{1,6}[篇条]?)$")
"""What stands beside a name and is no part of it: its Latin form, a number of articles. 武汉 WUHAN, 武汉(12)."""
_EDGE = "[]【】()（）〔〕<>《》|｜丨·•:：,，、>»-—─━│┃├┝┣└┗╠╚﹂_/+~*○●◆◇■□▪▶►★☆※"
_MARKS = " \u3000|｜·•»>○●◆◇■□▪▶►★☆※"
"""What may stand before the number of an item."""
_BEFORE = re.compile(
    r"(?:今日|走进|聚焦|关注|魅力|印象|直通|发现|美丽|大美|点击|各地|市州|州市|地州|地市|盟市|市县|区县|地方)[·•]?"
)
_ZONE = re.compile(
    r"(?!各|全|省级|国家|自由贸易)[\u3400-\u9fff]{2,10}(?:(?:开发|度假|试验|实验|示范|保税|管理|合作|高新|经开|新|工业园)区"
    r"|新片区|管委会|科学城|生态城)"
)
"""The name of an area with an administration of its own. 开发区 alone is a kind of such, and 各开发区 are several."""
_WORDINGS = (
    "新闻网|新闻中心|新闻|频道|分站|子站|地方站|记者站|站点|站|资讯|信息|消息|要闻|动态|快讯|快报|热点|焦点|头条|综合|在线|时政|播报|"
    "报道|发布|观察|热线|视窗|视点|党建|之窗|融媒|专区|专栏|专版|专页|板块|版块|版|门户|分网|子网|网|分社"
)
_AFTER = re.compile(rf"[·•]?(?:{_WORDINGS}){{1,2}}")


@dataclass(frozen=True, slots=True)
class NamedWithin:
    """A text that has the name of one division in it, and what stands around the name: `红网长沙站`."""

    division: Division
    before: str
    after: str
    is_word: bool
    """Whether the name is also an ordinary word: 日照, 东方."""
    is_after_separated: bool
    """Whether a separator stands between the name and what follows: `菏泽-大众网`."""

    def is_section_name(self, is_brand: Callable[[str], bool]) -> bool:
        """Whether this is the name of a section. `is_brand(text)` tells whether a text is the name of a portal."""
        before = not self.before or _BEFORE.fullmatch(self.before) is not None or is_brand(self.before)
        is_wording = not self.after or _AFTER.fullmatch(self.after) is not None
        return before and (is_wording or (self.is_after_separated and is_brand(self.after)))


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
    for special in special_divisions_of(province):
        place = special.division
        for name in (place.code, place.name, place.short, *special.menu_names):
            former[name] = place  # 万盛 was a district that is a part of 綦江区 now; a zone has its name today
    # 吉林 is the province and also its second city: only 吉林市 is clear (`city_of_the_same_name`).
    return former | current | dict.fromkeys((province.name, province.short))


def match_division(text: str, province: Division) -> Division | None:
    """Return the division of the province whose name is the whole text, or None.

    Known are full, short, customary and former names and six-digit codes, with white space anywhere (宜　昌), and names
    in the wording of a section: 宜昌新闻, 宜昌市频道, 今日宜昌, 湖北宜昌. None for a name of two places and for
    everything else (首页, 湖北新闻). A short name that is also an ordinary word must stand alone: 东方 is 东方市 in the
    navigation of Hainan, 东方网 is not. Candidates are the divisions of `divisions_of` and of
    `special_divisions_of` (雄安新区, 定州, 第八师), not the counties below them.
    """
    place, _ = _match(text, province)
    return place


def city_of_the_same_name(province: Division) -> Division | None:
    """Return the division whose short name is the province's own: 吉林市 of 吉林. In a menu of cities it is meant."""
    return next((place for place in divisions_of(province) if place.short == province.short), None)


def may_name_division(text: str, province: Division) -> bool:
    """Whether a text may be, or hold, the name of a division of the province. Quick, and false for most texts."""
    return not _name_beginnings(province).isdisjoint(_pairs(text))


@lru_cache(maxsize=10_000)  # the links of one page are compared with all provinces
def _pairs(text: str) -> frozenset[str]:
    bare = _bare(text[:_MAX_LENGTH])
    return frozenset(bare[start : start + 2] for start in range(len(bare) - 1))


def match_menu_name(text: str, province: Division) -> Division | None:
    """Return the division that a link of a menu is named after: as `match_division`, but for names of today.

    沙市 was a city, and is a district of 荆州市 today: as the name of a link it means the district, not 荆州市.
    """
    place, name = _match(text, province)
    is_former = place is not None and name not in (place.code, place.name, place.short)
    return None if is_former and name in _county_names(province) else place


def match_county_name(text: str, province: Division, *, may_be_word: bool = False) -> Division | None:
    """Return the county of the province whose name is the whole text, or None: for menus that list it beside cities.

    Short names that are ordinary words (石狮, 和平) are none without `may_be_word`. Words for districts in general
    (东区) and names that news uses for something else (平安) never are, nor those of several counties or of a division.
    """
    if len(text) > _MAX_LENGTH:
        return None
    counties = _clear_counties(province, may_be_word)
    bare = _bare(text)
    for start in _beginnings(bare, province):
        for end in _endings(bare):
            if place := counties.get(bare[start:end]):
                return place
    return None


def zone_name(text: str) -> str:
    """Return the name of a development zone or the like that a text of a menu is, else an empty text: 东湖高新区."""
    bare = _bare(text)
    return bare if len(bare) <= _LONGEST_NAME and _ZONE.fullmatch(bare) else ""


@cache
def _clear_counties(province: Division, may_be_word: bool) -> dict[str, Division | None]:
    """Return the names of counties, as far as they mean one only and are no words; None for the others.

    They are the names of today, and former ones that end in their level, as old menus have them: 莱芜市.
    """
    names: dict[str, Division | None] = {}
    former: dict[str, Division | None] = {}
    for place in divisions_of(province):
        for county in counties_of(place):
            for name in {county.name, county.short}:
                is_clear = name not in names and name not in _names(province) and name not in GENERIC
                is_word = not may_be_word and name != county.name and _is_word(name)
                names[name] = county if is_clear and not is_word and name not in NEVER_BARE else None
            for name in county.aliases:
                if len(name) >= _SHORTEST_WITH_LEVEL and name.endswith(("市", "县")) and name not in _names(province):
                    former[name] = None if name in former else county
    return former | names


def _match(text: str, province: Division) -> tuple[Division | None, str]:
    """Return the division and the name by which the text means it."""
    if len(text) > _MAX_LENGTH:
        return None, ""
    names = _names(province)
    bare = _bare(text)
    if bare in names:
        return names[bare], bare
    for start in _beginnings(bare, province):
        for end in _endings(bare):
            name = bare[start:end]
            place = names.get(name)
            if place and not (name == place.short and _is_word(place.short)):
                return place, name
    return None, ""


def named_within(text: str, province: Division) -> NamedWithin | None:
    """Return the one division of the province whose name stands in a short text; None if it names no or several places.

    A county in the text means that it is not about the division: 红网长沙县站.
    """
    if len(text) > _MAX_LENGTH:
        return None
    bare = _bare(text)
    names, counties, beginnings = _names(province), _county_names(province), _name_beginnings(province)
    found: tuple[Division, int, int] | None = None
    position = 0
    while position < len(bare):
        if bare[position : position + 2] not in beginnings:
            position += 1
            continue
        for end in range(min(len(bare), position + _LONGEST_NAME), position + 1, -1):
            name = bare[position:end]
            place = names.get(name)
            if place is None and name in counties and len(name) > 2:
                return None
            if place is not None and not name.isdigit():
                is_word = _is_word(name)
                if found is not None and found[0] != place and not is_word and not _is_word(bare[found[1] : found[2]]):
                    return None
                if found is None or (_is_word(bare[found[1] : found[2]]) and not is_word):
                    found = place, position, end
                position = end - 1
                break
        position += 1
    if found is None:
        return None
    place, start, end = found
    before, after = bare[:start], bare[end:]
    is_word = _is_word(bare[start:end])
    return NamedWithin(place, before.strip(_EDGE), after.strip(_EDGE), is_word, after[:1] in _EDGE if after else False)


def _bare(text: str) -> str:
    bare = _SPACE.sub("", without_list_number(text.lstrip(_MARKS))).strip(_EDGE)
    return _BESIDE.sub("", bare).strip(_EDGE) or bare


@cache
def _name_beginnings(province: Division) -> frozenset[str]:
    """Return the first two characters of all names: most texts have none of them, which is quickly seen."""
    return frozenset(name[:2] for name in (*_names(province), *_county_names(province)))


@cache
def _county_names(province: Division) -> frozenset[str]:
    """Return the full and short names of today of the counties below the divisions of the province."""
    counties = (county for place in divisions_of(province) for county in counties_of(place))
    return frozenset(name for county in counties for name in (county.name, county.short))


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
    return [len(text), *(start for start in range(2, len(text)) if _AFTER.fullmatch(text, start))]


@cache
def _all_names(province: Division) -> dict[str, tuple[Division, ...]]:
    """Return every name in the province, also of counties, with the divisions that it leads to."""
    names: dict[str, tuple[Division, ...]] = {}
    for place in divisions_of(province):
        for inside in (place, *counties_of(place)):
            for name in inside.names:
                if place not in names.get(name, ()):
                    names[name] = (*names.get(name, ()), place)
    for special in special_divisions_of(province):
        for name in (special.division.name, *special.menu_names):
            names[name] = (special.division,)
    return names


@cache
def _names_of_all() -> frozenset[str]:
    """Return every name of every province, division and county, with and without its level."""
    return frozenset(
        name
        for province in provinces()
        for division in divisions_of(province)
        for place in (province, division, *counties_of(division))
        for name in place.names
    )


def is_place(text: str) -> bool:
    """Tell whether a text is the name of a province, division or county: 武汉, 于都, 安阳市."""
    return text in _names_of_all()


def nearest_names(text: str, province: Division, limit: int = 3) -> list[str]:
    """Return the full names of divisions that an unknown --city may mean, best first, at most `limit`.

    The name of a county leads to its prefecture: 长阳 to 宜昌市.
    """
    names = _all_names(province)
    wanted = _SPACE.sub("", text[:_MAX_LENGTH])
    close = [wanted] if wanted in names else difflib.get_close_matches(wanted, names, n=10, cutoff=0.5)
    nearest = dict.fromkeys(place.name for name in close for place in names[name])
    return list(nearest)[: max(limit, 0)]
