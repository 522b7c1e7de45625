"""The entries of a JSON listing: which arrays are lists of articles, and which objects are articles.

`[listing.json]` of a definition says what the general rules of `json_members` do not show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from newscrawler.listings.article_urls import looks_like_article
from newscrawler.listings.entries import Entry
from newscrawler.listings.json_by_values import named_by_values
from newscrawler.listings.json_members import (
    ADDRESS,
    ID_NAMES,
    address_of,
    date_of,
    is_pinned,
    text_of,
    title_of,
    unwrapped,
    value_of_key,
)
from newscrawler.listings.json_rules import JsonRules
from newscrawler.listings.links import title_weight
from newscrawler.text.address_templates import MAX_VALUE, fill, keys_missing, keys_of
from newscrawler.text.json_data import MAX_DEPTH, MAX_NODES, scalar
from newscrawler.text.json_paths import find
from newscrawler.text.urls import MAX_URL_LENGTH, resolve

MAX_ENTRIES = 5_000
_LONGEST_SOURCE = 100
_SENTENCE = 10
"""Han characters that titles of articles have on average, if neither dates nor addresses show what they are."""


@dataclass(frozen=True, slots=True)
class RowReading:
    """What the objects of an answer are."""

    entries: list[Entry]
    """In the order of the answer, each URL once."""
    rows: int
    """The objects in the lists of articles."""
    unread: str = ""
    """What was there and is no entry, if there is no entry at all; empty if nothing was."""
    left_out: str = ""
    """A sentence about entries that were left out; empty if all were read."""
    paths: tuple[str, ...] = ()
    """Paths of the lists of articles."""
    unaddressed: str = ""
    """A sentence about objects that are articles and give no address; empty if all give one."""


def read_rows(data: Any, url: str, rules: JsonRules) -> RowReading:
    """Return the entries of all arrays of objects that are lists of articles."""
    arrays = list(arrays_of(data))
    if rules.items:
        found = find(rules.items, data)
        rows = [row for row in (found if isinstance(found, list) else [found]) if isinstance(row, dict)]
        if not rows and arrays and found != []:
            return RowReading([], 0, f"listing.json.items = {rules.items!r} leads to no object; {_shown(arrays)}")
        chosen = [(rules.items, rows)]
    else:
        chosen = arrays
    read = [(path, rows, list(_entries(rows, url, rules))) for path, rows in chosen]
    lists = [one for one in read if one[2]]
    if not lists and not (rules.items or rules.url or rules.title):
        named = [(path, named_by_values(rows, url)) for path, rows in chosen]
        lists = [(path, rows, list(_entries(rows, url, rules))) for path, rows in named if rows]
    articles = [one for one in lists if _is_of_articles(one[2])] or lists
    entries: dict[str, Entry] = {}
    count = sum(len(rows) for _, rows, _ in articles)
    paths = tuple(dict.fromkeys(path for path, _, _ in articles))
    unaddressed = _unaddressed([row for _, rows, _ in articles for row in rows[:MAX_ENTRIES]], url, rules)
    for _, _, found_entries in articles:
        for entry in found_entries:
            if len(entries) >= MAX_ENTRIES:
                left_out = f"more than {MAX_ENTRIES:,} entries; the rest is not read"
                return RowReading(
                    list(entries.values()), count, left_out=left_out, paths=paths, unaddressed=unaddressed
                )
            entries.setdefault(entry.url, entry)
    unread = "" if entries else _unread([rows for _, rows in chosen], arrays, rules)
    return RowReading(list(entries.values()), count, unread, paths=paths, unaddressed=unaddressed if entries else "")


def arrays_of(data: Any) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield the arrays of objects in an answer, in their order, each with its path: `data.list`."""
    stack: list[tuple[str, Any, int]] = [("", data, 0)] if isinstance(data, (dict, list)) else []  # 7 is JSON, too
    seen = 0
    while stack and seen < MAX_NODES:
        path, value, depth = stack.pop()
        seen += 1
        if isinstance(value, list):
            if rows := [row for row in value if isinstance(row, dict)]:
                yield path or "@", rows
            below = [(f"{path}[]", child, depth + 1) for child in value[:MAX_ENTRIES]]
        else:
            below = [(f"{path}.{name}".lstrip("."), child, depth + 1) for name, child in value.items()]
        if depth < MAX_DEPTH:
            stack.extend(one for one in reversed(below) if isinstance(one[1], (dict, list)))


def _is_of_articles(entries: Sequence[Entry]) -> bool:
    """Whether dates, addresses or titles show that a list is one of articles, and not a menu."""
    half = len(entries) / 2
    if sum(1 for entry in entries if entry.date_text) >= half:
        return True
    if sum(1 for entry in entries if looks_like_article(entry.url)) >= half:
        return True
    return sum(title_weight(entry.title) for entry in entries) >= _SENTENCE * len(entries)


def _entries(rows: Sequence[dict[str, Any]], url: str, rules: JsonRules) -> Iterator[Entry]:
    for row in rows[: MAX_ENTRIES + 1]:
        if (entry := _entry(row, url, rules)) is not None:
            yield entry


def _entry(row: dict[str, Any], url: str, rules: JsonRules) -> Entry | None:
    inner = row if rules.title else unwrapped(row)
    title = text_of(find(rules.title, row)) if rules.title else title_of(inner)
    if not title:
        return None
    date = scalar(find(rules.published, row))[:40] if rules.published else date_of(inner)
    if rules.url:
        target = fill(rules.url, url, lambda key: value_of_key(key, row, inner, date))
    else:
        address = address_of(inner) or (address_of(row) if row is not inner else "")
        target = resolve(url, address) if address else None
    if target is None:
        return None
    return Entry(
        target,
        title,
        date,
        pinned=any(is_pinned(name, value) for name, value in inner.items()),
        source=text_of(find(rules.source, row))[:_LONGEST_SOURCE] if rules.source else "",
        keys=tuple(_keys_of_data(rules, target, lambda key: value_of_key(key, row, inner, date))),
    )


def _unaddressed(rows: Sequence[dict[str, Any]], url: str, rules: JsonRules) -> str:
    """Say which objects among the articles of a list are articles, too, but lead nowhere; empty if none is.

    With a template these are all with a title. Without one, they have a title, a date and nothing like an address: what
    leads to a film or a service is none.
    """
    lost = [row for row in rows if _entry(row, url, rules) is None and _is_article_without_address(row, rules)]
    if not lost:
        return ""
    names = _names(lost)
    if not rules.url:
        return f"the list has no address of {len(lost)} of {len(rows)} objects with a title: they have {names}"
    return (
        f"listing.json.url = {rules.url!r} makes no address of {len(lost)} of {len(rows)} objects with a title: "
        f"they have {names}"
    )


def _is_article_without_address(row: dict[str, Any], rules: JsonRules) -> bool:
    inner = row if rules.title else unwrapped(row)
    if not (text_of(find(rules.title, row)) if rules.title else title_of(inner)):
        return False
    if rules.url:
        return True
    texts = (value.strip() for one in (row, inner) for value in one.values() if isinstance(value, str))
    return bool(date_of(inner)) and not any(len(text) <= MAX_URL_LENGTH and ADDRESS.match(text) for text in texts)


def _keys_of_data(rules: JsonRules, url: str, value_of: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    """Yield what an entry gives to those keys of the address of the article's data that the article's URL lacks."""
    if rules.article:
        for key in keys_missing(rules.article, url, rules.article_pattern):
            if (value := value_of(key)) and len(value) <= MAX_VALUE:
                yield key, value


def _unread(chosen: Sequence[list[dict[str, Any]]], arrays: list[tuple[str, Any]], rules: JsonRules) -> str:
    """Return what data without an entry holds instead."""
    rows = [row for one in chosen for row in one]
    if not rows:
        return ""
    inner = [unwrapped(row) for row in rows]
    titled = [row for row in inner if title_of(row)]
    if rules.title and not any(text_of(find(rules.title, row)) for row in rows):
        return (
            f"listing.json.title = {rules.title!r} leads to no text in {len(rows)} objects, which have {_names(rows)}"
        )
    if rules.url:
        missing = [
            key for key in keys_of(rules.url) if not any(value_of_key(key, row, row, "2000-01-01") for row in rows)
        ]
        names = _names(titled or rows)
        if not missing:
            return f"listing.json.url = {rules.url!r} makes no address of {len(rows)} objects, which have {names}"
        key = f"{{{missing[0]}}}"
        return f"listing.json.url = {rules.url!r} has {key}, which none of {len(rows)} objects has: they have {names}"
    if titled and (ids := [name for name in titled[0] if ID_NAMES.search(name)]):
        return (
            f"JSON of {len(titled)} objects with a title and no address; write the address of an article into "
            f'listing.json.url, such as "/{{{ids[0]}}}.html"'
        )
    return f"JSON of {len(rows):,} objects, none of which has an address and a title; {_shown(arrays)}"


def _names(rows: Sequence[dict[str, Any]]) -> str:
    return ", ".join(str(name)[:30] for name in list(rows[0])[:12])


def _shown(arrays: Sequence[tuple[str, list[dict[str, Any]]]]) -> str:
    largest = sorted(arrays, key=lambda one: -len(one[1]))[:3]
    shown = ", ".join(f"{path[:80]} ({len(rows)} objects)" for path, rows in largest)
    return f"the answer has {shown}"
