"""Whether an address names a section as the section's own address does: `/v2/mianyang/` beside `/gd/mianyang/`."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from newscrawler.listings.own_folder import INDEX
from newscrawler.text.patterns import late

_SUFFIX = late(r"\.\w{1,5}$")
_PROGRAM = late(r"\.(?:php|aspx?|jsp|do|cgi|action)$", re.IGNORECASE)
_ADDED = late(r"^new[-_]|[-_]\d{1,4}$|[-_]?(?:(?:19|20)\d\d|new|old|v\d{1,2}|\d)$")
"""What the number of a page or a new design adds to the word: `/channels/jining2025/` beside `/jining/`."""
_KEY = late(r"[a-z][\w-]{1,40}")
_NO_KEY = frozenset(
    [
        *("list", "news", "index", "default", "channel", "node", "col", "more", "new", "page", "html", "city", "local"),
        *("difang", "dfxw", "xinwen", "yaowen", "yw", "shizheng", "minsheng", "dongtai", "gundong", "zixun", "toutiao"),
    ]
)
"""Words of addresses that name no section."""


def names_section(url: str, page_url: str) -> bool:
    """Whether an address has the word by which that of a section's page names the section."""
    return any(word in _words_of(url) for word in _words_of(page_url)[-1:])


def _words_of(url: str) -> list[str]:
    """Return the words of an address that may name a listing, the last of which does so most likely."""
    parts = urlsplit(url)
    path = [part for part in parts.path.split("/") if part and not INDEX.fullmatch(part) and not _PROGRAM.search(part)]
    words = [*(_SUFFIX.sub("", part) for part in path), *(value for _, value in parse_qsl(parts.query))]
    words = [_ADDED.sub("", word.lower()) for word in words]
    return [word for word in words if _KEY.fullmatch(word) and word not in _NO_KEY]
