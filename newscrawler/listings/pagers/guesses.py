"""Addresses that the next page of a listing may have, where its pager states that there is one and a script hides it.

Content systems name the pages of a listing in few ways. A guess counts only when the page that it brings proves it: it
must be a page of the same listing that shows other entries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

_SUFFIX = re.compile(r"\.(s?html?|jspx?|aspx?|php)$", re.IGNORECASE)
_INDEX = re.compile(r"^(?:|index|default)$", re.IGNORECASE)
_NUMBER = re.compile(r"^(?P<stem>.*?[-_])\d{1,6}$")


def guess_next(first_url: str, number: int, entry_urls: Iterable[str]) -> list[str]:
    """Return the addresses that the page after the `number`-th may have, the most usual first.

    `first_url` is the address of the first page; `entry_urls`, those of its articles or their identities, tell the
    suffix of files.
    """
    parts = urlsplit(first_url)
    if parts.query:
        return []
    folder, _, name = parts.path.rpartition("/")
    suffix = _SUFFIX.search(name)
    stem = name[: suffix.start()] if suffix else name
    if name and not suffix:
        return []
    ends = [suffix[1]] if suffix else _suffixes(entry_urls)
    numbered = _NUMBER.match(stem)
    # Pages are counted from 0, as TRS does, or from 1.
    numbers = (number, number + 1)
    if numbered:
        names = [f"{numbered['stem']}{number + 1}.{end}" for end in ends]
    elif _INDEX.match(stem):
        names = [f"{stem or 'index'}_{n}.{end}" for end in ends for n in numbers]
    else:
        names = [f"{stem}_{n}.{end}" for end in ends for n in reversed(numbers)]
    return [urlunsplit((parts.scheme, parts.netloc, f"{folder}/{name}", "", "")) for name in names]


def _suffixes(urls: Iterable[str]) -> list[str]:
    """Return the suffix that most articles have, then the other of the two usual ones."""
    suffixes = [match[1] for url in urls if (match := _SUFFIX.search(urlsplit(url).path))]
    most = max(set(suffixes), key=suffixes.count) if suffixes else "html"
    return [most, "html" if most == "shtml" else "shtml"]
