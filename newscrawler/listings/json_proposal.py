"""Rules for a JSON listing, from data and from what a browser showed of it: what `check --browser` proposes.

A page shows the titles and addresses of its articles; the data of its list holds the titles, and the ids of which the
addresses are made. Which of the rules found here read the right entries is proved by the caller, by reading the data.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import unquote, urlsplit

from newscrawler.listings.entries import Entry
from newscrawler.listings.json_entries import arrays_of
from newscrawler.listings.json_members import day_of
from newscrawler.listings.json_rules import JsonRules
from newscrawler.text.json_data import quoted_name, scalar, without_tags

_MOST_ROWS = 50
"""Objects of an array that are looked at."""
_MOST_MEMBERS = 60
_LEVELS = 3
_MOST_TEMPLATES = 12
_LONGEST_TITLE = 300
_LONGEST_ID = 100
_SHORTEST_ID = 2
_KEY = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*", re.ASCII)
_RUN = re.compile(r"[A-Za-z0-9]+", re.ASCII)
_DAY_FORMATS = (
    ("%Y%m%d", "{yyyy}{mm}{dd}"),
    ("%Y%m", "{yyyy}{mm}"),
    ("%m%d", "{mm}{dd}"),
    ("%Y", "{yyyy}"),
    ("%m", "{mm}"),
    ("%d", "{dd}"),
)


def path_of(names: Sequence[str]) -> str:
    """Return the path of JMESPath that leads to a member by its names."""
    return ".".join(map(quoted_name, names))


def members_of(row: Mapping[str, Any], levels: int = _LEVELS) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the texts and numbers of an object and of the objects inside of it, each with the names that lead there."""
    inside: list[tuple[tuple[str, ...], Mapping[str, Any]]] = [((), row)]
    for _ in range(levels):
        following: list[tuple[tuple[str, ...], Mapping[str, Any]]] = []
        for names, value in inside[:_MOST_MEMBERS]:
            for name, member in list(value.items())[:_MOST_MEMBERS]:
                if isinstance(member, dict):
                    following.append(((*names, name), member))
                elif text := scalar(member):
                    yield (*names, name), text
        inside = following


def propose_json_rules(data: Any, address: str, known: Sequence[Entry]) -> Iterator[JsonRules]:
    """Yield rules by which data may give the entries that a page showed, each once, the fewest first.

    `address` is that of the data.
    """
    seen: set[tuple[str, ...]] = set()
    for rules in _candidates(data, address, known):
        name = rules.items, rules.title, rules.url, rules.published
        if name not in seen:
            seen.add(name)
            yield rules


def _candidates(data: Any, address: str, known: Sequence[Entry]) -> Iterator[JsonRules]:
    yield JsonRules()
    by_title = {squeezed(entry.title): entry for entry in known}
    arrays = [(path, rows[:_MOST_ROWS]) for path, rows in arrays_of(data)]
    counted = [(path, rows, _title_path(rows, by_title)) for path, rows in arrays]
    found = [(path, rows, title) for path, rows, title in counted if title]
    found.sort(key=lambda one: -sum(1 for row in one[1] if _value(row, one[2]) in by_title))
    for array, rows, title in found[:2]:
        pairs = [(row, by_title[text]) for row in rows if (text := _value(row, title)) in by_title]
        items, published = _quoted(array), _published_path(pairs)
        for url in ["", *_templates(pairs, address)]:
            yield JsonRules(url=url)
            yield JsonRules(url=url, items=items)
            yield JsonRules(url=url, items=items, title=path_of(title))
            if published:
                yield JsonRules(url=url, published=path_of(published))
                yield JsonRules(items=items, title=path_of(title), url=url, published=path_of(published))


def squeezed(text: str) -> str:
    """Return a title without markup and white space, for comparing."""
    return "".join(without_tags(text[:_LONGEST_TITLE]).split())


def _value(row: Mapping[str, Any], names: Sequence[str]) -> str:
    value: Any = row
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return squeezed(scalar(value))


def _title_path(rows: Sequence[Mapping[str, Any]], by_title: Mapping[str, Entry]) -> tuple[str, ...]:
    """Return the names of the member that is a known title in most objects; empty if none is."""
    found = Counter(names for row in rows for names, text in members_of(row) if squeezed(text) in by_title)
    return min(found, key=lambda names: (-found[names], len(names))) if found else ()


def _quoted(array: str) -> str:
    """Return the path of an array (`arrays_of`) with those names in quotes that need them."""
    parts = [re.fullmatch(r"(.*?)((?:\[\])*)", part, re.DOTALL) for part in array.split(".")]
    return ".".join(path_of([part[1]]) + part[2] if part[1] != "@" else "@" for part in parts if part)


def _published_path(pairs: Sequence[tuple[Mapping[str, Any], Entry]]) -> tuple[str, ...]:
    """Return the names of the member that holds the date which the page shows; empty if none does."""
    found: Counter[tuple[str, ...]] = Counter()
    for row, entry in pairs:
        if day := _date(entry.date_text):
            found.update(names for names, text in members_of(row) if _date(text) == day)
    return min(found, key=lambda names: (-found[names], len(names))) if found else ()


def _templates(pairs: Sequence[tuple[Mapping[str, Any], Entry]], address: str) -> list[str]:
    """Return templates of the address of an article, those first that most objects suggest."""
    found: Counter[str] = Counter()
    for row, entry in pairs[:10]:
        members = dict(members_of(row))
        days = {day for text in (*members.values(), entry.date_text) if (day := _date(text))}
        found.update(set(_templates_of(entry.url, members, days, address)))
    order = sorted(found, key=lambda one: (-found[one], len(one)))
    return order[:_MOST_TEMPLATES]


def _date(text: str) -> date | None:
    moment = day_of(text[:40])
    return moment.date() if moment is not None else None


def _templates_of(url: str, members: Mapping[tuple[str, ...], str], days: set[date], address: str) -> Iterator[str]:
    """Yield the templates that make this address of the members of one object and its date."""
    for names, text in members.items():
        if text == url and _KEY.fullmatch(key := ".".join(names)):
            yield f"{{{key}}}"
    base, parts = urlsplit(address), urlsplit(url)
    rest = parts._replace(scheme="", netloc="").geturl()
    if "{" in rest or "}" in rest:
        return
    head = "" if parts.netloc == base.netloc else f"{parts.scheme}://{parts.netloc}"
    ids: dict[str, str] = {}
    for names, text in members.items():
        key = ".".join(names)
        if _SHORTEST_ID <= len(text) <= _LONGEST_ID and _KEY.fullmatch(key):
            ids.setdefault(text, key)
    for text, key in sorted(ids.items(), key=lambda one: -len(one[0])):
        start = unquote(rest).rfind(text)
        if start < 0 or unquote(rest) != rest or not _stands_alone(rest, start, len(text)):
            continue
        before, after = rest[:start], rest[start + len(text) :]
        yield f"{head}{before}{{{key}}}{after}"
        for day in days:
            if (dated := _with_day(before, day)) != before:
                yield f"{head}{dated}{{{key}}}{after}"


def _stands_alone(text: str, start: int, length: int) -> bool:
    """Whether a part of an address is a whole run of letters and digits in it."""
    around = text[start - 1 : start] + text[start + length : start + length + 1]
    return not any(character.isalnum() for character in around)


def _with_day(text: str, day: date) -> str:
    """Return a part of an address with keys in place of the numbers of a day, each once, from left to right."""
    left = list(_DAY_FORMATS)

    def replaced(match: re.Match[str]) -> str:
        for form, key in left:
            if day.strftime(form) == match[0]:
                left[:] = [one for one in left if not any(part in one[1] for part in re.findall(r"\{\w+\}", key))]
                return key
        return match[0]

    return _RUN.sub(replaced, text)
