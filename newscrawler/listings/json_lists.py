"""Listings that are JSON or JSONP: the array of objects that have an address and a title.

Names of members differ between systems (docpuburl, linkUrl, url; doctitle, listTitle, title). The form of a value
and the name of its member decide together.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from newscrawler.extraction.model import NoArticle, NotAnArticle
from newscrawler.extraction.page import MAX_BYTES
from newscrawler.listings.entries import Entry
from newscrawler.text.urls import MAX_URL_LENGTH, resolve

_JSONP = re.compile(rb"^\s*(?:/\*\*/)?\s*[\w.$\[\]'\"]{1,80}\s*\(\s*(?=[\[{])")
_URL_NAMES = re.compile(r"url|link|href|path", re.IGNORECASE)
_TITLE_NAMES = re.compile(r"title|subject|headline|^name$|biaoti|^bt$", re.IGNORECASE)
_DATE_NAMES = re.compile(r"time|date|rq$|riqi", re.IGNORECASE)
_PAGE_COUNT_NAMES = re.compile(r"^(?:page_?count|total_?pages?|page_?total|pages|countpage)$", re.IGNORECASE)
_PAGE_PARAMETERS = ("page", "pageno", "pageindex", "pagenum", "currentpage", "curpage", "pagenumber", "p", "pn", "cp")
_NUMBERED_FILE = re.compile(r"^(.*?[-_])(\d{1,6})(\.\w+)$")
_ADDRESS = re.compile(r"(?!.*\s)(?:(?:https?://|/|\./|\.\./).+|.+\.(?:s?html?|php|aspx?|jspx?)(?:\?.*)?)$", re.DOTALL)
_TAGS = re.compile(r"<[^<>]{0,200}>")
MAX_ENTRIES = 5_000
MAX_DEPTH = 12


def looks_like_json(body: bytes, content_type: str | None) -> bool:
    """Tell whether a response is JSON or JSONP, by its first bytes or its type."""
    head = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    named = content_type is not None and ("json" in content_type or "javascript" in content_type)
    return head[:1] in (b"{", b"[") or _JSONP.match(head) is not None or (named and not head.startswith(b"<"))


def read_json(body: bytes, url: str) -> tuple[list[Entry], str | None, str] | NotAnArticle | None:
    """Return the entries, the URL of the next page, and a sentence about what was left out.

    None if this is not JSON after all; NotAnArticle if it is too large.
    """
    if len(body) > MAX_BYTES:
        return NotAnArticle(NoArticle.TOO_LARGE, f"{len(body):,} bytes; JSON is read up to {MAX_BYTES:,}")
    data = _parsed(body)
    if data is None:
        return None
    rows = max(_arrays(data, 0), key=_score, default=[])
    entries = [entry for row in rows[:MAX_ENTRIES] if (entry := _entry(row, url)) is not None]
    left_out = f"more than {MAX_ENTRIES:,} entries; the rest is not read" if len(rows) > MAX_ENTRIES else ""
    return entries, _next_url(data, url) if entries else None, left_out


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
            data = json.loads(text)
        except (ValueError, RecursionError):
            return None
        return data if isinstance(data, (dict, list)) else None
    return None


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
    likely = [value for name, value in values.items() if _ADDRESS.match(value) and _URL_NAMES.search(name)]
    pages = [value for value in likely if not re.search(r"\.(?:jpe?g|png|gif|webp|mp4|css|js)(?:\?|$)", value)]
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


def _next_url(data: Any, url: str) -> str | None:
    """Return the URL with its page number plus one, unless the response says that this was the last page."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    for position, (name, value) in enumerate(query):
        if name.lower() in _PAGE_PARAMETERS and value.isdecimal() and len(value) < 7:
            if _is_last(data, int(value)):
                return None
            query[position] = (name, str(int(value) + 1))
            return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), ""))
    numbered = _NUMBERED_FILE.match(parts.path)
    if numbered and not _is_last(data, int(numbered[2])):
        path = f"{numbered[1]}{int(numbered[2]) + 1}{numbered[3]}"
        return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))
    return None


def _is_last(data: Any, number: int) -> bool:
    stack, seen = [data], 0
    while stack and seen < 500:
        value = stack.pop()
        seen += 1
        if isinstance(value, dict):
            for name, child in value.items():
                if _PAGE_COUNT_NAMES.match(name) and (count := str(child)).isdecimal() and len(count) < 10:
                    return number >= int(count)
                if isinstance(child, dict):
                    stack.append(child)
    return False
