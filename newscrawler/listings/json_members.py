"""Members of an object of a JSON listing: which of them is its address, its title, its date.

Names of members differ between systems (docpuburl, linkUrl, url; doctitle, listTitle, title). The form of a value
and the name of its member decide together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any

from newscrawler.text.clock import CHINA
from newscrawler.text.dates import FULL, fold_date
from newscrawler.text.json_data import scalar, without_tags
from newscrawler.text.json_paths import find
from newscrawler.text.urls import MAX_URL_LENGTH

_URL_NAMES = re.compile(r"url|link|href|path", re.IGNORECASE)
_SHARED_NAMES = re.compile(r"share|web_?url|pc_?url|h5_?url|^url$|^link$", re.IGNORECASE)
_OF_MACHINES = re.compile(r"api|json|content_?url", re.IGNORECASE)
_HOLDS_ADDRESS = re.compile(r"url|link|href|share|jump|target", re.IGNORECASE)
_OF_TELEPHONES = re.compile(r"h5|wap|mobile|(?:^|[._])m(?:$|_?url)", re.IGNORECASE)
_OF_OTHER_THINGS = re.compile(
    r"pic|ima?ge?|thumb|cover|logo|icon|avatar|poster|banner|video|audio|media|author|user|channel|column|categ|node|site"
    r"|comment|next|prev",
    re.IGNORECASE,
)
_TITLE_NAMES = re.compile(r"title|subject|headline|^name$|biaoti|^bt$", re.IGNORECASE)
_DATE_NAMES = re.compile(r"time|date|rq$|riqi|publish|_at$", re.IGNORECASE)
_PUBLISHED_NAMES = re.compile(r"pub|rel_?time|release|issue|fabu|docreltime", re.IGNORECASE)
ID_NAMES = re.compile(r"(?:^|_|[a-z])(?:id|uuid|guid|code)$", re.IGNORECASE)
"""Names of members that are an id."""
ADDRESS = re.compile(r"(?!.*\s)(?:(?:https?://|/|\./|\.\./).+|.+\.(?:s?html?|php|aspx?|jspx?)(?:\?.*)?)$", re.DOTALL)
"""A text that is an address."""
FILE_OF_MEDIA = re.compile(r"\.(?:jpe?g|png|gif|webp|mp4|mp3|m3u8|css|js)(?:\?|$)", re.IGNORECASE)
"""The end of an address of a picture, a film or a part of a page."""
_LONGEST_TITLE = 1_000
_WRAPPINGS = 3
_MEMBERS_INSIDE = 50
"""Members of an object inside of an entry that are looked at."""
_EPOCH = re.compile(r"(?:1|2)\d{9}(?:\d{3})?")


def unwrapped(row: dict[str, Any]) -> dict[str, Any]:
    """Return the object with the title: the row, or one inside of it (`{"newsData": {"title": …}}`)."""
    level = [row]
    for _ in range(_WRAPPINGS):
        if titled := next((one for one in level if title_of(one)), None):
            return titled
        level = [child for one in level for child in one.values() if isinstance(child, dict)][:20]
    return row


def value_of_key(key: str, row: dict[str, Any], inner: dict[str, Any], date: str) -> str:
    """Return what a key of a template stands for: a part of the date, or a member of the object."""
    if key in _DATE_PARTS:
        day = day_of(date)
        return format(day, _DATE_PARTS[key]).lstrip("0" if key in ("m", "d") else "") if day else ""
    value = inner.get(key)
    return scalar(value if value is not None else find(key, row))


_DATE_PARTS = {"yyyy": "%Y", "yy": "%y", "mm": "%m", "dd": "%d", "m": "%m", "d": "%d"}


def day_of(text: str) -> datetime | None:
    """Return the moment or the day that a value of data names; None if it names no year."""
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), CHINA)
    match = FULL.search(fold_date(text))
    try:
        return datetime(int(match["y"]), int(match["mo"]), int(match["d"]), tzinfo=CHINA) if match else None
    except ValueError:
        return None


def address_of(row: dict[str, Any]) -> str:
    """Return the address of an object; it may stand in an object beside the title: `{"share": {"url": …}}`."""
    inside = [
        (f"{outer}.{name}", value)
        for outer, child in row.items()
        if isinstance(child, dict) and _HOLDS_ADDRESS.search(outer) and not _OF_OTHER_THINGS.search(outer)
        for name, value in islice(child.items(), _MEMBERS_INSIDE)
    ]
    return _likeliest(row.items()) or _likeliest(inside)


def _likeliest(members: Iterable[tuple[str, Any]]) -> str:
    """Return the value that is the address of an article by its form and by the name of its member."""
    short = ((name, value) for name, value in members if isinstance(value, str) and len(value) <= MAX_URL_LENGTH)
    texts = [(name, value.strip()) for name, value in short]
    likely = [
        (name, value)
        for name, value in texts
        if _URL_NAMES.search(name)
        and not _OF_OTHER_THINGS.search(name)
        and ADDRESS.match(value)
        and not FILE_OF_MEDIA.search(value)
    ]
    # The address that is meant for readers goes before that of an API, and that of a telephone last of its kind.
    likely.sort(
        key=lambda pair: (
            (2 if _OF_MACHINES.search(pair[0]) else 0) - bool(_SHARED_NAMES.search(pair[0])),
            _OF_TELEPHONES.search(pair[0]) is not None,
        )
    )
    return likely[0][1] if likely else ""


def title_of(row: dict[str, Any]) -> str:
    """Return the title of an object; empty if it has none."""
    named = [value for name, value in row.items() if isinstance(value, str) and _TITLE_NAMES.search(name)]
    return max(map(text_of, named), key=len, default="")


def text_of(value: Any) -> str:
    """Return a value as text without markup."""
    return " ".join(without_tags(scalar(value)[:_LONGEST_TITLE]).split())


def date_of(row: dict[str, Any]) -> str:
    """Return the date of an object: that of its publication, if it has several."""
    dates: list[tuple[bool, int, str]] = []
    for name, value in row.items():
        if not _DATE_NAMES.search(name):
            continue
        text = scalar(value)
        if ADDRESS.match(text):  # publishUrl
            continue
        is_epoch = _EPOCH.fullmatch(text) is not None
        if is_epoch or (isinstance(value, str) and re.search(r"\d{4}|\d{1,2}[-/.月]\d|前|昨天|今天|刚刚", text[:40])):
            dates.append((not _PUBLISHED_NAMES.search(name), len(dates), text[:40]))
    return min(dates)[2] if dates else ""


def is_pinned(name: str, value: Any) -> bool:
    """Whether a member says that the entry stands above newer ones."""
    return name.lower() in ("istop", "is_top", "top", "zhiding") and value in (1, True, "1", "true")
