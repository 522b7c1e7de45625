"""A pattern that the URLs of a portal's articles match, generalized from the URLs in its listings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

MOST_SHAPES = 4
"""Alternatives of a pattern. More would match anything."""
ENOUGH = 0.9
"""Share of the URLs that a pattern must match."""
_PART = re.compile(r"\d+|[^\d]+")


def article_pattern(urls: Iterable[str]) -> str | None:
    """Return a regular expression that matches these URLs, and hardly others of the portal; None if there is none."""
    groups: dict[tuple[str, ...], list[list[str]]] = defaultdict(list)
    for url in urls:
        segments = _segments(url)
        groups[tuple(map(_shape, segments))].append(segments)
    total = sum(map(len, groups.values()))
    largest: list[list[list[str]]] = []
    for group in sorted(groups.values(), key=len, reverse=True)[:MOST_SHAPES]:
        if sum(map(len, largest)) < ENOUGH * total:
            largest.append(group)
    # A page without a number in its address does not belong to a series.
    patterns = [(pattern, len(group)) for group in largest if r"\d" in (pattern := _pattern(group))]
    if not patterns or sum(number for _, number in patterns) < ENOUGH * total:
        return None
    alternatives = list(dict.fromkeys(pattern for pattern, _ in patterns))
    return f"{alternatives[0]}$" if len(alternatives) == 1 else f"(?:{'|'.join(alternatives)})$"


def _segments(url: str) -> list[str]:
    parts = urlsplit(url)
    return [*parts.path.split("/")[1:], *([f"?{parts.query}"] if parts.query else [])]


def _shape(segment: str) -> str:
    """Return what similar segments have in common: digits become `0`, the name of a folder `word`."""
    if not any(character.isdigit() for character in segment) and "." not in segment and "=" not in segment:
        return "word"
    return re.sub(r"\d+", "0", segment)


def _pattern(group: Sequence[list[str]]) -> str:
    parts = []
    for column in zip(*group, strict=True):
        values = set(column)
        if len(values) == 1 and not any(character.isdigit() for character in column[0]):
            parts.append(re.escape(column[0]))
        elif _shape(column[0]) == "word":
            parts.append("[^/]+")
        else:
            parts.append(_numbered(column))
    path = "".join(part if part.startswith(r"\?") else f"/{part}" for part in parts)
    # Folders before the first one with a number name the section.
    return re.sub(r"^(?:/(?:\[\^/\]\+))+(?=/)", "", path)


def _numbered(column: Sequence[str]) -> str:
    """Return the pattern of a segment with numbers: with their lengths if all are equal."""
    rows = [_PART.findall(value) for value in column]
    pattern = ""
    for parts in zip(*rows, strict=True):
        if parts[0].isdigit():
            lengths = {len(part) for part in parts}
            # Numbers of two, four, six or eight digits are dates; a running number grows.
            pattern += rf"\d{{{len(parts[0])}}}" if len(lengths) == 1 and len(parts[0]) in (2, 4, 6, 8) else r"\d+"
        else:
            pattern += re.escape(parts[0])
    return pattern
