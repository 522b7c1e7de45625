"""Ways on from a page of a JSON listing: by page, offset, cursor, last id, path or file name, and what proves its end.

The parameters of a request are those of its query, or of the body of a POST. What the answer states (pages, total,
hasMore, nextCursor) decides whether there is a next page; where its address is not certain, several are guesses, of
which one counts if it brings new entries of the listing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from newscrawler.listings.json_rules import OFFSET, PAGE, JsonRules
from newscrawler.listings.json_statements import MAX_CURSOR, NOTHING, PAGE_NAMES, Stated, stated_by
from newscrawler.listings.page_addresses import parameters, plain, post_body, with_parameters
from newscrawler.listings.ways import DATA, PAGE_NUMBER, WaysOn
from newscrawler.text.json_data import scalar
from newscrawler.text.json_paths import find
from newscrawler.text.urls import resolve

_OFFSET_NAMES = re.compile(
    r"(?:offset|start|begin|skip|from|first|row_?number|start_?(?:index|row|record|num|pos)|start_?no)", re.IGNORECASE
)
_LAST_ID = re.compile(r"last_?(\w+)", re.IGNORECASE)
_NUMBERED_FILE = re.compile(r"(.*?[-_])(\d{1,6})(\.\w+|)")
_FIRST_FILE = re.compile(r"(.*/)(\w{1,60})(\.json)", re.IGNORECASE)
_PAGE_FILE = re.compile(r"(?:index|list|page|data|more)[-_]$", re.IGNORECASE)
_NUMBERED_PATH = re.compile(r"(.*/)(\d{1,6})(/?|\.\w{1,5})")
_USUAL_NAMES = ("page", "pageNo", "pageNum", "pageIndex", "p")
_JPAAS = "/jpaas-publish-server/"
"""A part of the addresses of 大汉's jpaas, which takes the number of the page as JSON in `paramJson`."""
MAX_GUESSES = 6
_LEAST_SIZE = 10
"""Entries that pages of data have at least; their numbers are 10, 15, 20, ..."""


def read_json_ways(
    data: Any,
    address: str,
    number: int,
    shown: int,
    rules: JsonRules,
    *,
    paths: Sequence[str] = (),
    is_sure: bool = False,
) -> WaysOn:
    """Return the ways on from the `number`-th page, which has this address and shows so many objects of entries.

    `paths` are those of their arrays.
    `is_sure`: something beside the data shows that there is a next page.
    """
    stated = stated_by(data, paths, shown)
    if not shown:
        # An array without an object is an answer: this page is behind the last one.
        end = "the list is empty" if stated.has_empty_array and stated.has_more is not True else ""
        return WaysOn(end=end or ("it states 0 entries" if stated.entries == 0 else ""), entries=stated.entries)
    if rules.next:
        return _by_rules(data, address, number, shown, stated, rules)
    at = _page_of(address, number)
    if stated.has_more is False:
        return WaysOn(end="it says that there is no more", pages=stated.pages, entries=stated.entries)
    if stated.pages is not None and at >= stated.pages:
        return WaysOn(end=f"page {at} of {stated.pages}", pages=stated.pages, entries=stated.entries)
    if stated.next_link and (url := resolve(plain(address), stated.next_link)):
        return WaysOn((plain(url),), pages=stated.pages, entries=stated.entries, pager=DATA)
    certain = _certain(address, number, shown, stated)
    names_none = stated.no_next and not (stated.next_link or stated.cursor or stated.has_more)
    if certain and names_none and stated.pages is None and (stated.entries is None or stated.entries <= shown):
        # Some answers leave the member empty on all pages: what follows counts if it brings new entries.
        end = f"it names no next page ({stated.no_next})"
        return WaysOn(guess_urls=(certain,), end=end, entries=stated.entries, pager=DATA)
    if certain:
        return WaysOn((certain,), pages=stated.pages, entries=stated.entries, pager=PAGE_NUMBER)
    if number == 1 and stated.entries == shown:
        is_size = shown >= _LEAST_SIZE and shown % 5 == 0 and stated.pages is None
        doubt = f"its total may be the number of entries of one page ({shown})" if is_size else ""
        return WaysOn(end=f"all {stated.entries} entries are shown", entries=stated.entries, doubt=doubt)
    signs = _signs(stated, number, shown)
    guesses = list(dict.fromkeys(_guesses(address, number, shown, stated, is_sure=is_sure or bool(signs))))[
        :MAX_GUESSES
    ]
    return WaysOn(guess_urls=tuple(guesses), signs=tuple(signs), entries=stated.entries, pager=DATA)


def _by_rules(data: Any, address: str, number: int, shown: int, stated: Stated, rules: JsonRules) -> WaysOn:
    """Return the next page by `listing.json.next`."""
    own = parameters(address)
    changes: dict[str, str] = {}
    for name, rule in rules.next.items():
        value = own.get(name, "")
        if rule == PAGE:
            changes[name] = str(int(value) + 1) if _is_number(value) else str(number + 1)
        elif rule == OFFSET:
            changes[name] = str((int(value) if _is_number(value) else 0) + shown)
        else:
            following = scalar(find(rule, data))
            following = "" if following.lower() in NOTHING else following
            if len(following) > MAX_CURSOR:
                return WaysOn(signs=(f"listing.json.next = {rule!r} leads to more than {MAX_CURSOR} characters",))
            if not following:
                # The path may be wrong: it proves an end only where it led to something before.
                reason = f"listing.json.next = {rule!r} leads to nothing"
                is_end = stated.has_more is not True
                return WaysOn(end=reason) if is_end and number > 1 else WaysOn(signs=() if is_end else (reason,))
            changes[name] = following
    if stated.has_more is False:
        return WaysOn(end="it says that there is no more", entries=stated.entries)
    at = _page_of(address, number)
    if stated.pages is not None and at >= stated.pages:
        return WaysOn(end=f"page {at} of {stated.pages}", entries=stated.entries)
    return WaysOn((with_parameters(address, changes),), pages=stated.pages, entries=stated.entries, pager=DATA)


def _certain(address: str, number: int, shown: int, stated: Stated) -> str:
    """Return the next page by a parameter of the request that counts; empty without one."""
    changes: dict[str, str] = {}
    own = parameters(address)
    if name := _page_parameter(own, number):
        changes = {name: str(int(own[name]) + 1)}
    elif name := _offset_parameter(own, number):
        changes = {name: str(int(own[name]) + shown)}
    if stated.cursor is not None and (name := _parameter_of(stated.cursor[0], own)):
        changes[name] = stated.cursor[1]
    if changes:
        return with_parameters(address, changes)
    is_stated = stated.pages is not None or stated.has_more is True
    return _following_file(address, number) if is_stated and post_body(address) is None else ""


def _following_file(address: str, number: int) -> str:
    """Return the address with the number of its file plus one: `index_1.json`; empty without such a number.

    The number of a file may be that of a channel. It counts as that of a page if it is the page's number in the sweep.
    """
    numbered = _NUMBERED_FILE.fullmatch(urlsplit(address).path)
    if numbered is None or int(numbered[2]) not in (number, number - 1):
        return ""
    return _with_path(address, f"{numbered[1]}{int(numbered[2]) + 1}{numbered[3]}")


def _with_path(address: str, path: str) -> str:
    """Return an address that is no POST with another path, and without a fragment."""
    return urlsplit(address)._replace(path=path, fragment="").geturl()


def _page_parameter(own: dict[str, str], number: int) -> str:
    """Return the parameter that is the number of the `number`-th page, counted from 0 or from 1; empty without one."""
    values = (str(number), str(number - 1))
    return next((name for name, value in own.items() if value in values and _is_named(name, PAGE_NAMES)), "")


def _offset_parameter(own: dict[str, str], number: int) -> str:
    """Return the parameter that is the number of entries before the page; empty without one."""
    for name, value in own.items():
        if _is_named(name, _OFFSET_NAMES) and _is_number(value) and (number > 1 or int(value) < 2):
            return name
    return ""


def _is_named(parameter: str, names: re.Pattern[str]) -> bool:
    parts = parameter.split(".")  # page.no and list.pageNo
    return any(names.fullmatch(name) is not None for name in (parts[-1], "".join(parts[-2:])))


def _parameter_of(member: str, own: dict[str, str]) -> str:
    """Return the parameter of a request that takes the value of a member such as `nextCursor`; empty without one."""
    wanted = {_bare(member), _bare(re.sub(r"(?i)^next_?", "", member))}
    return next((name for name in own if _bare(name.rpartition(".")[2]) in wanted), "")


def _bare(name: str) -> str:
    return name.replace("_", "").lower()


def _guesses(address: str, number: int, shown: int, stated: Stated, *, is_sure: bool) -> Iterator[str]:
    """Yield the addresses that the next page may have. `is_sure`: the answer shows that there is one."""
    if stated.cursor is not None:
        member, value = stated.cursor
        short = re.sub(r"(?i)^next_?", "", member)
        for name in (short[:1].lower() + short[1:], member):
            yield with_parameters(address, {name: value})
    if _JPAAS in address:
        size = f',"pageSize":{shown}'
        yield with_parameters(address, {"paramJson": f'{{"pageNo":{number + 1}{size}}}'})
    if post_body(address) is None:
        yield from _guessed_paths(address, number, is_sure=is_sure)
    if is_sure:
        for name in (stated.page_name, *_USUAL_NAMES):
            if name:
                yield with_parameters(address, {name: str(number + 1)})


def _guessed_paths(address: str, number: int, *, is_sure: bool) -> Iterator[str]:
    """Yield the addresses that the next page may have if its number stands in the path."""
    path = urlsplit(address).path
    if first := _FIRST_FILE.fullmatch(path):
        for n in (number, number + 1):
            yield _with_path(address, f"{first[1]}{first[2]}_{n}{first[3]}")
    is_likely = is_sure or number > 1
    named = _NUMBERED_FILE.fullmatch(path)
    may_be_page = is_likely or (named is not None and _PAGE_FILE.search(named[1]) is not None)
    if may_be_page and (following := _following_file(address, number)):
        yield following
    numbered = _NUMBERED_PATH.fullmatch(path)
    if numbered and is_likely and int(numbered[2]) in (number, number - 1):
        yield _with_path(address, f"{numbered[1]}{int(numbered[2]) + 1}{numbered[3]}")


def _signs(stated: Stated, number: int, shown: int) -> list[str]:
    if stated.has_more:
        return ["it says that there is more, and its address has no number of a page"]
    if stated.pages is not None and stated.pages > number:
        return [f"it states {stated.pages} pages, and its address has no number of a page"]
    if stated.cursor is not None and re.match(r"(?i)next", stated.cursor[0]):
        return [f"it names the next page ({stated.cursor[0]}), and its address has no parameter for it"]
    if number == 1 and stated.entries is not None and stated.entries > shown:
        return [f"it states {stated.entries} entries, and shows {shown}"]
    return []


def _page_of(address: str, number: int) -> int:
    """Return the number of the page that an address names, else its number in the sweep."""
    own = parameters(address)
    name = _page_parameter(own, number)
    # A page that calls itself 0 is the first of those that are counted from 0.
    return int(own[name]) if name and number > 1 else number


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < 10
