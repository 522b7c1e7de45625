"""Which division and county a title or a dateline names.

Names have grades, each with its own support (`places.names_in_text` lists them).

A name directly after a place elsewhere (湖南华容, 北京朝阳) belongs to that place. A name in several prefectures needs
one of them in the text, or the section. A title that names two divisions gives none, unless it starts with one of them
as a dateline (宜昌：…) or the section is one of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from newscrawler.places.divisions import Division, Level, division
from newscrawler.places.names_in_text import MUNICIPALITIES, Grade, Mention, Name, names_in
from newscrawler.places.words import CONTINUATIONS, PRECEDED

_MAX_LENGTH = 200
"""Characters that are read: longer than any title or dateline, so that no page can make this slow."""


_HEAD = re.compile(
    r"(?:[\s【\[〔(（■●◆▲★·]|本报讯?|本网讯?|本台|新华社|新华网|中新社|中新网|人民网|央视网|图文|图片|视频|组图|快讯)*"
)
_SEPARATES_BEFORE = frozenset("【[〔:：|｜丨— \t\r\n\u3000\xa0")
_SEPARATOR = re.compile(r"\s*[:：|｜丨】\]〕]|讯(?![息问])|\d{1,2}月\d{1,2}日(?:电|讯|消息)")
_SPACE = re.compile(r"\s")
_BELONGS_TO_NEXT = re.compile(r"市场|区[域块]|市[中南北]区")
"""The last character of the name begins another word: 沙市市场, 济南市中区."""
_JOINERS = frozenset("·•-— \u3000")
_LISTERS = frozenset("、和与及")
_ROAD = re.compile(r"[东南西北中]?路(?![网况政长口面边段])|街(?![道头])|大道|巷|籍")
_LANDMARK = re.compile(
    r"[峡岛巷桥寺庙塔宫陵楼溪泉洞岭峰]|山(?![区村乡洪火])|河(?!长)|湖(?!长)|江(?!边)|海(?![关事警])|街(?!头)|路(?![网况政])|"
    r"大[道桥]|镇(?!村)|乡(?!村)|村(?![支民级干两])|石(?![油化材])|站(?!稳|上)|港(?!澳)|台(?![风商胞账])|大学|中学|学院"
)
_NOT_A_COUNTY = re.compile(r"[级域强富兴]")
"""Characters after 县 where it is not part of a name: 富县强村, 兴县富民, 提高县域经济."""
_continuation = cache(re.compile)
"""Each pattern is compiled where it is first needed: compiling all takes longer than a short command."""


@dataclass(frozen=True, slots=True)
class _Hit:
    name: Name
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Accepted:
    """An accepted hit: where it stands, what it may mean, and whether it is the dateline of the title."""

    start: int
    end: int
    places: tuple[Mention, ...]
    dateline: bool


@dataclass(frozen=True, slots=True)
class PlaceInText:
    """A name of a place in a text."""

    start: int
    """In characters, from 0."""
    end: int
    """The character after the name."""
    place: Division
    """The county if the name is that of a county, else the division."""


def mentioned_place(text: str, province: Division, within: Division | None = None) -> Mention | None:
    """Return the division of the province that a title or dateline names, with the county if it names one.

    `within` is the division whose section listed the article. It decides between places with the same name, and is
    never the answer by itself: None if the text names no place, or more than one. Only the first 200 characters are
    read. The rules and their reasons are at the start of this module.
    """
    within = _section_division(within)
    text = text[:_MAX_LENGTH]
    hits = _scan(text, province)
    if not hits:
        return None
    head = _HEAD.match(text)
    accepted = _accepted(text, hits, head.end() if head else 0, within)
    return _decide(accepted, within) if accepted else None


def places_named(text: str, province: Division, within: Division | None = None) -> list[PlaceInText]:
    """Return the names of divisions and counties of the province in a text of any length, in their order.

    A name is accepted by the rules at the start of this module, paragraph by paragraph, as in a title. A name that
    several places have is left out, unless the text names one of their divisions without doubt, or it is `within`.
    """
    within = _section_division(within)
    found: list[_Accepted] = []
    at = 0
    for line in text.split("\n"):
        if hits := _scan(line, province):
            head = _HEAD.match(line)
            found += [
                replace(each, start=at + each.start, end=at + each.end)
                for each in _accepted(line, hits, head.end() if head else 0, within)
            ]
        at += len(line) + 1
    named = {each.places[0].division.code for each in found if len(each.places) == 1}
    named |= {within.code} if within else set()
    places = []
    for each in found:
        likely = each.places
        if len(likely) > 1:
            likely = tuple(place for place in likely if place.division.code in named)
        if len(likely) == 1:
            places.append(PlaceInText(each.start, each.end, likely[0].county or likely[0].division))
    return places


def _section_division(within: Division | None) -> Division | None:
    """Return the division of a section: a section may be about a county or a zone; titles name it below its city."""
    if within is not None and (above := division(within.parent)) and above.level is Level.PREFECTURE:
        return above
    return within


def _scan(text: str, province: Division) -> list[_Hit]:
    """Return the names in the text, leftmost and longest first, without overlaps."""
    hits: list[_Hit] = []
    end = 0
    index = names_in(province)
    for found in _starts_of_names(province).finditer(text):
        position = found.start()
        if position < end:
            continue
        for name in index[text[position]]:
            if text.startswith(name.text, position):
                after = position + len(name.text)
                if _BELONGS_TO_NEXT.match(text, after - 1):
                    continue
                hits.append(_Hit(name, position, after))
                end = after
                break
    return hits


@cache
def _starts_of_names(province: Division) -> re.Pattern[str]:
    """Return what finds where a name may begin, by its first two characters: few places of a text are looked at."""
    names = [name.text for entries in names_in(province).values() for name in entries]
    first, second = (re.escape("".join(sorted({name[at] for name in names}))) for at in (0, 1))
    return re.compile(f"[{first}](?=[{second}])")


def _accepted(text: str, hits: list[_Hit], head: int, within: Division | None) -> list[_Accepted]:
    accepted: list[_Accepted] = []
    before: _Hit | None = None
    above: Division | None = None  # the division that the previous hit named, if it was accepted
    for hit in hits:
        gap = text[before.end : hit.start] if before else None
        close = gap == "" or (gap is not None and len(gap) == 1 and gap in _JOINERS)
        listed = gap is not None and len(gap) == 1 and gap in _LISTERS
        home = bool(close and before and not before.name.places and not before.name.elsewhere)
        candidates = hit.name.places
        if close and before and before.name.elsewhere:
            sure = hit.name.grade in (Grade.FULL, Grade.PROPER)
            candidates = tuple(place for place in candidates if sure and _is_prefecture(place))
        joined: tuple[Mention, ...] = ()
        if above and (close or listed):
            joined = tuple(place for place in candidates if place.county and place.division == above)
        elif home:  # 北京朝阳, 湖北仙桃
            joined = tuple(place for place in candidates if place.division.level is Level.COUNTY)
        leads = home or hit.start == head or text[hit.start - 1 : hit.start] in _SEPARATES_BEFORE
        separated = bool(_SEPARATOR.match(text, hit.end))
        places = _supported(text, hit, candidates, joined, leads, separated, within)
        if places:
            accepted.append(_Accepted(hit.start, hit.end, places, separated and (hit.start == head or bool(joined))))
        divisions = {place.division.code: place.division for place in places}
        above = next(iter(divisions.values())) if len(divisions) == 1 else None
        before = hit
    return accepted


def _is_prefecture(place: Mention) -> bool:
    return place.county is None and place.division.level is Level.PREFECTURE


def _supported(
    text: str,
    hit: _Hit,
    candidates: tuple[Mention, ...],
    joined: tuple[Mention, ...],
    leads: bool,
    separated: bool,
    within: Division | None,
) -> tuple[Mention, ...]:
    """Return the candidates that the grade of the hit and the text around it allow."""
    name, end = hit.name, hit.end
    if not candidates:
        return ()
    likely = joined or candidates
    listed_there = tuple(place for place in likely if within and place.division.code == within.code)
    match name.grade:
        case Grade.FULL:
            return likely
        case Grade.GENERIC:
            return joined or (listed_there if leads and separated else ())
    continuation = CONTINUATIONS.get(name.text)
    if continuation and _continuation(continuation).match(text, end):
        return ()
    if hit.start and text[hit.start - 1] in PRECEDED.get(name.text, ""):
        return ()
    if name.grade is Grade.PROPER:
        return () if _ROAD.match(text, end) else likely
    if _LANDMARK.match(text, end) or (name.text.endswith("县") and _NOT_A_COUNTY.match(text, end)):
        return ()
    if name.grade is Grade.WORD:
        if not separated:
            return ()
        main = all(not place.county and place.division.parent not in MUNICIPALITIES for place in likely)
        return joined or ((likely if main else listed_there) if leads else ())
    if joined:
        return joined
    if within and not listed_there and not separated and any(place.county for place in likely):
        return ()
    return (listed_there or likely) if leads or separated or _SPACE.match(text, end) else ()


def _decide(accepted: list[_Accepted], within: Division | None) -> Mention | None:
    """Return the one place of all that were accepted, or None if they differ."""
    named = {f.places[0].division.code for f in accepted if len(f.places) == 1}
    settled: list[tuple[Mention, bool]] = []
    for each in accepted:
        places = each.places
        if len(places) > 1:
            places = tuple(place for place in places if place.division.code in named) or tuple(
                place for place in places if within and place.division.code == within.code
            )
        if len(places) == 1:
            settled.append((places[0], each.dateline))
        elif len({place.division.code for place in each.places}) == 1:
            settled.append((Mention(each.places[0].division, None), each.dateline))
    divisions = {place.division.code: place.division for place, _ in settled}
    if len(divisions) > 1:
        datelines = {place.division.code for place, dateline in settled if dateline}
        chosen = next(iter(datelines)) if len(datelines) == 1 else within.code if within else ""
    else:
        chosen = next(iter(divisions), "")
    if chosen not in divisions:
        return None
    counties = [(place.county, dateline) for place, dateline in settled if place.division.code == chosen]
    datelines_first = [county for county, dateline in counties if county and dateline]
    distinct = {county.code: county for county in datelines_first or [c for c, _ in counties if c]}
    return Mention(divisions[chosen], next(iter(distinct.values())) if len(distinct) == 1 else None)
