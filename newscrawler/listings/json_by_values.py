"""Rows of JSON whose members have names that say nothing (`t`, `u`, `d`): what their values are tells them apart.

In nearly all rows one member is the address of an article, and another one a title. A menu has no titles as long as
headlines, and files of pictures are no articles.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from newscrawler.listings.article_urls import looks_like_article
from newscrawler.listings.json_members import ADDRESS, FILE_OF_MEDIA, day_of, text_of
from newscrawler.listings.links import title_weight
from newscrawler.text.json_data import scalar
from newscrawler.text.urls import MAX_URL_LENGTH, resolve

_LEAST_ROWS = 3
_MOST_ROWS = 200
"""Rows of which the members are looked at."""
_MOST_MEMBERS = 60
_NEARLY_ALL = 0.9
_TITLE = 8
"""Han characters of a title."""
_LONGEST_TITLE = 80
_LONGEST_DATE = 40
_HAN = re.compile(r"[\u3400-\u9fff]")
_LEAST_HAN = 4


def named_by_values(rows: Sequence[dict[str, Any]], url: str) -> list[dict[str, Any]]:
    """Return rows with the members `url`, `title` and `time` by their values, or none if these do not show them."""
    looked_at = rows[:_MOST_ROWS]
    if len(looked_at) < _LEAST_ROWS:
        return []
    address = _member(looked_at, lambda value: _is_address(value, url))
    title = _member(looked_at, _is_title, is_shortest=True)
    if not address or not title:
        return []
    time = _member(looked_at, lambda value: _is_date(value) and not _is_address(value, url))
    return [{"url": row.get(address), "title": row.get(title), "time": row.get(time, "")} for row in rows]


def _member(rows: Sequence[dict[str, Any]], is_meant: Callable[[Any], bool], *, is_shortest: bool = False) -> str:
    """Return the name of the first member that nearly all rows have with such a value; empty if there is none.

    `is_shortest`: of several, that with the shortest values, as a title is shorter than a summary.
    """
    found: Counter[str] = Counter()
    lengths: Counter[str] = Counter()
    for row in rows:
        for name, value in list(row.items())[:_MOST_MEMBERS]:
            if is_meant(value):
                found[name] += 1
                lengths[name] += len(scalar(value))
    names = [name for name, count in found.items() if count >= _NEARLY_ALL * len(rows)]
    return min(names, key=lambda name: lengths[name] / found[name] if is_shortest else 0, default="")


def _is_address(value: Any, url: str) -> bool:
    if not isinstance(value, str) or len(value) > MAX_URL_LENGTH or not ADDRESS.match(value.strip()):
        return False
    if FILE_OF_MEDIA.search(value):
        return False
    target = resolve(url, value.strip())
    return target is not None and looks_like_article(target)


def _is_title(value: Any) -> bool:
    if not isinstance(value, str) or len(value) > 10 * _LONGEST_TITLE:
        return False
    text = text_of(value)
    if ADDRESS.match(text) or len(_HAN.findall(text)) < _LEAST_HAN:
        return False
    return len(text) <= _LONGEST_TITLE and title_weight(text) >= _TITLE


def _is_date(value: Any) -> bool:
    text = scalar(value)
    return len(text) <= _LONGEST_DATE and day_of(text) is not None
