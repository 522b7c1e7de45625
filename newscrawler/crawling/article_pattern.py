"""The pattern that a portal's articles share, generalised from the URLs that its listings show."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

MOST_SHAPES = 4
"""Alternatives of a pattern; more would match anything."""
ENOUGH = 0.9
"""Share of the URLs that a pattern has to match."""
_PART = re.compile(r"\d+|[^\d]+")


def article_pattern(urls: Iterable[str]) -> str | None:
    """Return a regular expression that these URLs match and others of the portal hardly do; None: there is none."""
    groups: dict[tuple[str, ...], list[list[str]]] = defaultdict(list)
    for url in urls:
        segments = _segments(url)
        groups[tuple(map(_shape, segments))].append(segments)
    total = sum(map(len, groups.values()))
    chosen: list[list[list[str]]] = []
    for group in sorted(groups.values(), key=len, reverse=True)[:MOST_SHAPES]:
        if sum(map(len, chosen)) < ENOUGH * total:
            chosen.append(group)
    # A page without a number in its address is none of a series.
    written = [(pattern, len(group)) for group in chosen if r"\d" in (pattern := _pattern(group))]
    if not written or sum(number for _, number in written) < ENOUGH * total:
        return None
    patterns = list(dict.fromkeys(pattern for pattern, _ in written))
    return f"{patterns[0]}$" if len(patterns) == 1 else f"(?:{'|'.join(patterns)})$"


def _segments(url: str) -> list[str]:
    parts = urlsplit(url)
    return [*parts.path.split("/")[1:], *([f"?{parts.query}"] if parts.query else [])]


def _shape(segment: str) -> str:
    """Return what like segments share: digits as one sign, words of folders as another, the rest as it is."""
    if not any(character.isdigit() for character in segment) and "." not in segment and "=" not in segment:
        return "word"
    return re.sub(r"\d+", "0", segment)


def _pattern(group: Sequence[list[str]]) -> str:
    written = []
    for column in zip(*group, strict=True):
        values = set(column)
        if len(values) == 1 and not any(character.isdigit() for character in column[0]):
            written.append(re.escape(column[0]))
        elif _shape(column[0]) == "word":
            written.append("[^/]+")
        else:
            written.append(_numbered(column))
    path = "".join(part if part.startswith(r"\?") else f"/{part}" for part in written)
    # Folders before the first one with a number say which section listed it.
    return re.sub(r"^(?:/(?:\[\^/\]\+))+(?=/)", "", path)


def _numbered(column: Sequence[str]) -> str:
    """Write a segment with numbers: their lengths where all are alike."""
    rows = [_PART.findall(value) for value in column]
    made = ""
    for parts in zip(*rows, strict=True):
        if parts[0].isdigit():
            lengths = {len(part) for part in parts}
            # Four and eight digits are dates; a running number grows.
            made += rf"\d{{{len(parts[0])}}}" if len(lengths) == 1 and len(parts[0]) in (2, 4, 6, 8) else r"\d+"
        else:
            made += re.escape(parts[0])
    return made
