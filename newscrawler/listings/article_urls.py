"""What the address of a link says about it: whether content systems give such addresses to articles, and its shape.

An address is only one kind of evidence. `entries` weighs it with the list around a link, its dates and its title.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

_ARTICLE_PATH = re.compile(
    r"""(?x)
      /(19|20)\d{2}[-/_]?(0[1-9]|1[0-2])([-/_]?[0-3]\d)?/ .*\d   # a date among the folders: /2019/0710/49629.shtml
    | /t(19|20)\d{6}_\d+                                         # TRS: t20230712_4450370.shtml
    | /(content|art|article|detail|show|view|news|a|p|c)[-_/]?\d{2,}  # content_123.htm, /article/123
    | content[-_]\d+([-_]\d+)*\.                                 # PHPCMS, Founder
    | /art_\d+_\d+\.                                             # JCMS
    | /info/\d+/\d+\.                                            # VSB
    | /c\d+-\d{5,}\.                                             # people.com.cn
    | /(?=[^/]*\d{4})[^/]*\.(s?html?|jspx?|aspx?|php)$           # a number of four digits or more before the suffix
    | /\d{5,}/?$                                                 # /12345
    """
)
_ARTICLE_QUERY = re.compile(r"(?i)(?:^|&)(?:id|aid|newsid|articleid|contentid|docid|infoid|nid|tid)=[\w-]+")
_LISTING_PATH = re.compile(r"(?i)(?:^|/)(?:index|list|node|default|page)(?:[-_]?\d)*(?:\.\w+)?$")
_PAGE_SUFFIX = re.compile(r"\.(?:s?html?|jspx?|aspx?|php|do)$", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z0-9]+|[^A-Za-z0-9]+")
_TURNS = re.compile(r"[a-z](?=[A-Z])|[A-Z](?=[a-z])")
_LONGEST = 500


def looks_like_article(url: str) -> bool:
    """Tell whether a URL has one of the shapes that Chinese content systems give to articles."""
    parts = urlsplit(url)
    if _LISTING_PATH.search(parts.path) and not _ARTICLE_QUERY.search(parts.query):
        return False
    return _ARTICLE_PATH.search(parts.path) is not None or _ARTICLE_QUERY.search(parts.query) is not None


def is_listing_path(path: str) -> bool:
    """Tell whether a path is that of a folder, or of a file that is named like a listing."""
    return path.endswith("/") or _LISTING_PATH.search(path) is not None


@lru_cache(maxsize=16_384)
def url_shape(url: str, *, keeps_folders: bool = False) -> str:
    """Return what the addresses of one kind of page have in common.

    Identifiers (numbers, hexadecimal and other codes) become `#`, folders without one become `w`; the host, the last
    word of the path and the names in the query stay: `news.example/w/#/t#_#.html`, `sd.example/p/#.html`. With
    `keeps_folders`, so do the names of folders, which tell the articles of sections apart where each has its own, and
    the words in the query, which tell what a program shows: `?a=show&id=#`.
    """
    try:
        parts = urlsplit(url[:_LONGEST])
    except ValueError:
        return ""
    *folders, name = parts.path.split("/")[1:] or [""]
    shape = [(parts.hostname or "").removeprefix("www.")]
    forms = map(_form, folders)
    shape += [form if keeps_folders else "#" if "#" in form else "w" if form else "" for form in forms]
    values = ((key, (_form(value) if keeps_folders else "#") if value else "") for key, value in parse_qsl(parts.query))
    query = "&".join(sorted(f"{key}={value}" for key, value in values))
    return "/".join([*shape, _form(name)]) + (f"?{query}" if query else "")


def has_identifier(shape: str) -> bool:
    """Tell whether addresses of a shape differ by an identifier in their last part, as those of articles do."""
    return "#" in shape.rpartition("/")[2]


def _form(segment: str) -> str:
    """Return a part of a path with its identifiers as `#`."""
    suffix = _PAGE_SUFFIX.search(segment)
    stem, end = (segment[: suffix.start()], suffix.group()) if suffix else (segment, "")
    form = "".join("#" if _is_identifier(token) else token for token in _TOKEN.findall(stem))
    return form + end.lower()


def _is_identifier(token: str) -> bool:
    """Tell a number or a code from a word: it has a digit, or changes its case as no word does."""
    if any(character.isdigit() for character in token):
        return True
    return len(token) >= 8 and len(_TURNS.findall(token)) >= 3
