"""Addresses that the next page of a listing may have, where its pager states that there is one and a script hides it.

Content systems name the pages of a listing in few ways. A guess counts only when the page that it brings proves it: it
must be a page of the same listing that shows other entries.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urlsplit, urlunsplit

_SUFFIX = re.compile(r"\.(s?html?|jspx?|aspx?|php)$", re.IGNORECASE)
_INDEX = re.compile(r"^(?:|index|default)$", re.IGNORECASE)
_FROM_ZERO = re.compile(r"[-_]1\.\w{3,5}$")
_FIRST_BY_QUERY = re.compile(r"(?i)(?:^|&)\w{0,12}(?:page\w{0,10}|pn?|pg)=1(?:&|$)")
_LAST_NUMBER = re.compile(r"\d{1,6}")
_BETWEEN_PARTS = re.compile(r"[/?&]")
_NUMBER = re.compile(r"^(?P<stem>.*?[-_])\d{1,6}$")


def guess_next(first_url: str, number: int, entry_urls: Iterable[str], *, is_sure: bool = True) -> list[str]:
    """Return the addresses that the page after the `number`-th may have, the most usual first.

    `first_url` is the address of the first page; `entry_urls`, those of its articles or their identities, tell the
    suffix of files. Without `is_sure`, only the more usual suffix counts.
    """
    parts = urlsplit(first_url)
    if parts.query:
        return []
    folder, _, name = parts.path.rpartition("/")
    suffix = _SUFFIX.search(name)
    stem = name[: suffix.start()] if suffix else name
    if name and not suffix:
        return []
    ends = [suffix[1]] if suffix else _suffixes(entry_urls)[: 2 if is_sure else 1]
    numbered = _NUMBER.match(stem)
    # Pages are counted from 0, as TRS does, or from 1.
    numbers = (number, number + 1)
    if numbered:
        names = [f"{numbered['stem']}{number + 1}.{end}" for end in ends]
    elif _INDEX.match(stem):
        names = [f"{stem or 'index'}_{n}.{end}" for end in ends for n in numbers]
        names += [f"{form}{number + 1}.{end}" for form in ("list_", "", "page_") for end in ends]
    else:
        names = [f"{stem}_{n}.{end}" for end in ends for n in reversed(numbers)]
    return [urlunsplit((parts.scheme, parts.netloc, f"{folder}/{name}", "", "")) for name in names]


def guess_like(first_url: str, number: int, second_pages: Mapping[str, str]) -> str:
    """Return the address of the page after the `number`-th, if a listing named alike has one of its form; else empty.

    `second_pages` maps the first pages of other listings of the portal to their second pages.
    """
    folder, name = _folder_and_name(first_url)
    for first, second in second_pages.items():
        other_folder, other_name = _folder_and_name(first)
        tail = second.removeprefix(other_folder)
        numbers = list(_LAST_NUMBER.finditer(tail))
        if other_name != name or tail == second or not numbers or int(numbers[-1][0]) not in (1, 2):
            continue
        last = numbers[-1]
        return f"{folder}{tail[: last.start()]}{int(last[0]) + number - 1}{tail[last.end() :]}"
    return ""


def _folder_and_name(url: str) -> tuple[str, str]:
    folder, _, name = url.partition("#")[0].rpartition("/")
    return f"{folder}/", name


def guess_towards(last_url: str, number: int, is_read: Callable[[str], bool]) -> list[str]:
    """Return the addresses that the page after the `number`-th may have, if the last page of the pager has `last_url`.

    Pages are counted from 0 or from 1; which it is follows from the address of the second page. `is_read` tells whether
    an address was read. A last page 1 may also end a pager that counts its pages down: `is_second_of_two` tells which
    address such a page may have, and the page must prove it.
    """
    parts = urlsplit(last_url)
    numbers = list(_LAST_NUMBER.finditer(f"{parts.path}?{parts.query}"))
    if not numbers or int(numbers[-1][0]) < 2:
        return []
    last = numbers[-1][0]
    before, _, after = last_url.rpartition(last)

    def address(number: int) -> str:
        return f"{before}{_written_like(last, number)}{after}"

    if number == 1:
        following = [1, 2]
    else:
        following = [number + 1] if is_read(address(number)) else [number] if is_read(address(number - 1)) else []
    return [address(one) for one in following if one <= int(last)]


def guess_after(url: str, first_url: str, is_read: Callable[[str], bool]) -> str:
    """Return the address that the page after this one may have; empty if its own shows no way to count.

    One of its numbers follows on that of a page that was read (`is_read`), or the last one that the address of the
    first page does not have is that of a second page: `typeid=2` is no page.
    """
    url = url.partition("#")[0]
    numbers = list(_LAST_NUMBER.finditer(url, len(url) - len(url.partition("://")[2].partition("/")[2])))
    for match in reversed(numbers):
        if is_read(_with_number(url, match, -1)):
            return _with_number(url, match, 1)
        if int(match[0]) > 0 and is_read(_with_number(url, match, 1)):  # counted down
            return _with_number(url, match, -1)
    of_first = set(_BETWEEN_PARTS.split(first_url))
    own = [match for match in numbers if _part_at(url, match) not in of_first]
    return _with_number(url, own[-1], 1) if own and int(own[-1][0]) in (1, 2) else ""


def _part_at(url: str, match: re.Match[str]) -> str:
    """Return the folder, name or parameter of a URL in which a number stands."""
    before = _BETWEEN_PARTS.split(url[: match.start()])[-1]
    return before + _BETWEEN_PARTS.split(url[match.start() :])[0]


def _with_number(url: str, match: re.Match[str], step: int) -> str:
    """Return a URL with one of its numbers raised by `step`; zeros before it stay. A number below 0 has no address."""
    number = int(match[0]) + step
    return f"{url[: match.start()]}{_written_like(match[0], number)}{url[match.end() :]}" if number >= 0 else ""


def _written_like(other: str, number: int) -> str:
    """Return a number with as many digits as another one of the same row, if that one begins with a zero."""
    return str(number).zfill(len(other)) if other.startswith("0") else str(number)


def is_second_of_two(last_url: str) -> bool:
    """Tell whether the last page of a pager may be the second one, counted from 0: `index_1.html`, `?page=1`.

    It is so if the page's own link to the page before leads to the first one. `?page=1` may be the first page, too.
    """
    parts = urlsplit(last_url)
    return _FROM_ZERO.search(parts.path) is not None or _FIRST_BY_QUERY.search(parts.query) is not None


def _suffixes(urls: Iterable[str]) -> list[str]:
    """Return the suffix that most articles have, then the other of the two usual ones."""
    suffixes = [match[1] for url in urls if (match := _SUFFIX.search(urlsplit(url).path))]
    most = max(set(suffixes), key=suffixes.count) if suffixes else "html"
    return [most, "html" if most == "shtml" else "shtml"]
