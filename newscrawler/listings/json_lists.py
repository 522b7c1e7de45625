"""Listings that are JSON or JSONP: the array of objects that have an address and a title.

Names of members differ between systems (docpuburl, linkUrl, url; doctitle, listTitle, title). The form of a value
and the name of its member decide together.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from newscrawler.extraction.model import NoArticle, NotAnArticle
from newscrawler.extraction.page import MAX_BYTES
from newscrawler.listings.content import ListingContent
from newscrawler.listings.entries import Entry
from newscrawler.listings.ways import WaysOn
from newscrawler.text.urls import MAX_URL_LENGTH, resolve

_JSONP = re.compile(rb"^\s*(?:/\*\*/)?\s*[\w.$\[\]'\"]{1,80}\s*\(\s*(?=[\[{])")
_URL_NAMES = re.compile(r"url|link|href|path", re.IGNORECASE)
_SHARED_NAMES = re.compile(r"share|web_?url|pc_?url|h5_?url|^url$|^link$", re.IGNORECASE)
_TITLE_NAMES = re.compile(r"title|subject|headline|^name$|biaoti|^bt$", re.IGNORECASE)
_DATE_NAMES = re.compile(r"time|date|rq$|riqi", re.IGNORECASE)
_PAGE_COUNT_NAMES = re.compile(r"^(?:page_?count|total_?pages?|page_?total|pages|countpage)$", re.IGNORECASE)
_TOTAL_NAMES = re.compile(
    r"^(?:total|total_?(?:count|num|records?|elements|size|rows)|record_?count|count_?total)$", re.IGNORECASE
)
_MORE_NAMES = re.compile(r"^(?:has_?(?:more|next)(?:_?page)?|is_?more|more)$", re.IGNORECASE)
_LAST_NAMES = re.compile(r"^(?:is_?(?:last|end)(?:_?page)?|last_?page|no_?more|end|last)$", re.IGNORECASE)
_PAGE_PARAMETERS = ("page", "pageno", "pageindex", "pagenum", "currentpage", "curpage", "pagenumber", "p", "pn", "cp")
_NUMBERED_FILE = re.compile(r"^(.*?[-_])(\d{1,6})(\.\w+)$")
_ADDRESS = re.compile(r"(?!.*\s)(?:(?:https?://|/|\./|\.\./).+|.+\.(?:s?html?|php|aspx?|jspx?)(?:\?.*)?)$", re.DOTALL)
_TAGS = re.compile(r"<[^<>]{0,200}>")
MAX_ENTRIES = 5_000
PAGE_NUMBER = "page number"
"""The form of pager that is no witness: the next page's address is this one's with the number plus one."""
MAX_DEPTH = 12
_MOST_DIGITS = 100
_MARKUP = re.compile(rb"<(?:html|body|div|ul|li|a|table|script|!doctype)\b", re.IGNORECASE)


def looks_like_json(body: bytes, content_type: str | None) -> bool:
    """Tell whether a response is JSON or JSONP, by its first bytes or its type."""
    head = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    named = content_type is not None and ("json" in content_type or "javascript" in content_type)
    return head[:1] in (b"{", b"[") or _JSONP.match(head) is not None or (named and not head.startswith(b"<"))


def read_json(body: bytes, url: str) -> ListingContent | NotAnArticle | None:
    """Return the entries of all arrays of objects that have an address and a title, and the ways on.

    None if this is markup after all; NotAnArticle if it is too large or broken.
    """
    if len(body) > MAX_BYTES:
        return NotAnArticle(NoArticle.TOO_LARGE, f"{len(body):,} bytes; JSON is read up to {MAX_BYTES:,}")
    data = _parsed(body)
    if data is None:
        return None if _MARKUP.search(body) else NotAnArticle(NoArticle.UNDECODABLE, "data that is not valid JSON")
    entries: dict[str, Entry] = {}
    left_out = ""
    for row in _rows(data):
        if (entry := _entry(row, url)) is not None:
            entries.setdefault(entry.url, entry)
        if len(entries) > MAX_ENTRIES:
            left_out = f"more than {MAX_ENTRIES:,} entries; the rest is not read"
            entries.popitem()
            break
    return ListingContent(list(entries.values()), _ways(data, url, len(entries)), left_out, _unread(data, entries))


def _unread(data: Any, entries: Collection[str]) -> str:
    """Return what data without an entry holds instead of an empty list."""
    stated = _stated(data)
    if entries or stated.has_empty_array or stated.entries == 0:
        return ""
    objects = sum(len(array) for array in _arrays(data, 0))
    return (
        f"JSON of {objects:,} objects, none of which has an address and a title" if objects else "JSON without a list"
    )


def _rows(data: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of arrays in which objects have an address and a title, in order."""
    for array in _arrays(data, 0):
        if _score(array):
            yield from array


def _parsed(body: bytes) -> Any:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        match = _JSONP.match(body.lstrip(b"\xef\xbb\xbf")[:300])
        if match:
            text = text.lstrip("\ufeff")[len(match.group().decode("latin-1")) :].rstrip().rstrip(";").rstrip()
            text = text.removesuffix(")")
        try:
            data = json.loads(text, parse_int=_integer)
        except (ValueError, RecursionError):
            return None
        return data if isinstance(data, (dict, list)) else None
    return None


def _integer(digits: str) -> int:
    """Return a number; 0 for one that is too long to be one. Python refuses more than 4,300 digits."""
    return int(digits) if len(digits) < _MOST_DIGITS else 0


def _arrays(value: Any, depth: int) -> list[list[dict[str, Any]]]:
    """Return all arrays of objects, down to `MAX_DEPTH` levels."""
    if depth > MAX_DEPTH:
        return []
    arrays: list[list[dict[str, Any]]] = []
    if isinstance(value, list):
        rows = [row for row in value if isinstance(row, dict)]
        if rows:
            arrays.append(rows)
        children: list[Any] = value[:MAX_ENTRIES]
    else:
        children = list(value.values()) if isinstance(value, dict) else []
    for child in children:
        if isinstance(child, (dict, list)):
            arrays += _arrays(child, depth + 1)
    return arrays


def _score(rows: list[dict[str, Any]]) -> int:
    return sum(1 for row in rows[:200] if _address(row) and _title(row))


def _entry(row: dict[str, Any], url: str) -> Entry | None:
    address, title = _address(row), _title(row)
    if not address or not title:
        return None
    target = resolve(url, address)
    if target is None:
        return None
    return Entry(target, title, _date(row), pinned=any(_is_pinned(name, value) for name, value in row.items()))


def _address(row: dict[str, Any]) -> str:
    texts = {name: value for name, value in row.items() if isinstance(value, str) and len(value) <= MAX_URL_LENGTH}
    values = {name: value.strip() for name, value in texts.items()}
    likely = {name: value for name, value in values.items() if _ADDRESS.match(value) and _URL_NAMES.search(name)}
    # The address that is meant for readers goes before that of an API.
    names = sorted(likely, key=lambda name: 0 if _SHARED_NAMES.search(name) else 1)
    pages = [
        value
        for value in map(likely.__getitem__, names)
        if not re.search(r"\.(?:jpe?g|png|gif|webp|mp4|css|js)(?:\?|$)", value)
    ]
    return pages[0] if pages else ""


def _title(row: dict[str, Any]) -> str:
    named = [value for name, value in row.items() if isinstance(value, str) and _TITLE_NAMES.search(name)]
    return max((" ".join(_TAGS.sub("", value).split()) for value in named), key=len, default="")


def _date(row: dict[str, Any]) -> str:
    for name, value in row.items():
        if not _DATE_NAMES.search(name):
            continue
        if isinstance(value, str) and re.search(r"\d{4}|\d{1,2}[-/.月]\d", value):
            return value[:40]
        if isinstance(value, int) and value > 500_000_000:
            return str(value)
    return ""


def _is_pinned(name: str, value: Any) -> bool:
    return name.lower() in ("istop", "is_top", "top", "zhiding") and value in (1, True, "1", "true")


def _ways(data: Any, url: str, entries: int) -> WaysOn:
    """Return the next page: the URL with its page number plus one, unless the response says that this is the last."""
    stated = _stated(data)
    number, following = _next_url(url)
    pages, total, has_more = stated.pages, stated.entries, stated.has_more
    if not entries:
        # An array without an object is an answer: this page is behind the last one.
        end = "the list is empty" if stated.has_empty_array and has_more is not True else ""
        return WaysOn(end=end, entries=total)
    if has_more is False or (pages is not None and number is not None and number >= pages) or (total == entries == 0):
        shown = "it says that there is no more" if has_more is False else f"page {number} of {pages}"
        return WaysOn(end=shown, pages=pages, entries=total)
    if following:
        return WaysOn((following,), pages=pages, entries=total, pager=PAGE_NUMBER)
    signs = []
    if has_more:
        signs.append("it says that there is more, and its address has no number of a page")
    elif pages is not None and pages > 1:
        signs.append(f"it states {pages} pages, and its address has no number of a page")
    elif total is not None and total > entries:
        signs.append(f"it states {total} entries, and shows {entries}")
    return WaysOn(end=f"all {total} entries are shown" if total == entries else "", signs=tuple(signs), entries=total)


def _next_url(url: str) -> tuple[int | None, str]:
    """Return the page number in a URL and the URL with the next number; None and an empty text without a number."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    for position, (name, value) in enumerate(query):
        if name.lower() in _PAGE_PARAMETERS and value.isdecimal() and len(value) < 7:
            query[position] = (name, str(int(value) + 1))
            return int(value), urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), ""))
    numbered = _NUMBERED_FILE.match(parts.path)
    if numbered:
        path = f"{numbered[1]}{int(numbered[2]) + 1}{numbered[3]}"
        return int(numbered[2]), urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))
    return None, ""


@dataclass(slots=True)
class _Stated:
    """What a response says about its list."""

    pages: int | None = None
    entries: int | None = None
    has_more: bool | None = None
    has_empty_array: bool = False


def _stated(data: Any) -> _Stated:
    stated = _Stated()
    stack, seen = [data], 0
    while stack and seen < 500:
        value = stack.pop()
        seen += 1
        for name, child in value.items() if isinstance(value, dict) else ():
            number = int(child) if (text := str(child)).isdecimal() and len(text) < 10 else None
            if number is not None and stated.pages is None and _PAGE_COUNT_NAMES.match(name):
                stated.pages = number
            elif number is not None and stated.entries is None and _TOTAL_NAMES.match(name):
                stated.entries = number
            elif stated.has_more is None and _MORE_NAMES.match(name) and (isinstance(child, bool) or child in (0, 1)):
                stated.has_more = bool(child)
            elif stated.has_more is None and _LAST_NAMES.match(name) and isinstance(child, bool):
                stated.has_more = not child
            elif child == [] and isinstance(child, list):
                stated.has_empty_array = True
            if isinstance(child, dict):
                stack.append(child)
    stated.has_empty_array = stated.has_empty_array or data == []
    return stated
