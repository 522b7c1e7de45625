"""Links of listings that were judged to be no articles: told with samples, so that nobody has to trust that judgement.

Most of them are menus and pagers. They are shown because an article that was mistaken for one stands nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

MAX_SAMPLES = 3
"""Addresses that are shown of one section."""
MANY = 20
"""Fewer links than these are a menu, however few the entries are."""
_TIMES = 2
"""A page with more such links for each entry of its section may have been misread."""
_NOT_READ_DOWN = ("columns", "limit", "cut")
"""Outcomes of sweeps whose entries say little: front pages, whose entries stand in columns, and what was cut short."""


def other_links_lines(sections: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield a line for each section of which a page had such links: how many, and some of them.

    `sections` has the record of each section's sweep by name, with `other_links` and `other_samples`. Sweeps of early
    versions have neither.
    """
    for name, row in sections.items():
        number, samples = row.get("other_links"), row.get("other_samples")
        if isinstance(number, int) and number and isinstance(samples, list) and samples:
            shown = ", ".join(map(str, samples[:MAX_SAMPLES]))
            yield f"{name}: {number:,} links of one page were judged to be no articles, such as {shown}"


def many_other_links(sections: Mapping[str, Mapping[str, Any]]) -> str:
    """Return a sentence on the sections that have many such links for their entries; empty if there are none."""
    many = [
        row
        for row in sections.values()
        if row["outcome"] not in _NOT_READ_DOWN and (row.get("other_links") or 0) > max(MANY, _TIMES * row["entries"])
    ]
    if not many:
        return ""
    links, entries = (sum(row[name] for row in many) for name in ("other_links", "entries"))
    return (
        f"{links:,} links beside {entries:,} entries were judged to be no articles, in {len(many)} sections; "
        f"'newscrawler runs show KEY' shows some"
    )
