"""What names suppressed articles: their addresses and titles, and whether a text contains one.

Texts about the crawl name articles, too: reasons, events, samples of alarms, pages with links to other articles.
Whoever shows such a text leaves out the ones that name a suppressed article.
"""

from __future__ import annotations

import html
import re
import sqlite3
from collections.abc import Iterator
from functools import cached_property
from typing import Any, Self
from urllib.parse import unquote

_SHORTEST_PATH = 6
_SHORTEST_FILE = 8
"""A file name that is shorter than this, or has no digit, names nothing by itself: `index.html`."""
_SHORTEST_TITLE = 6
"""A title that is shorter than this may be a usual word: only its article's address is looked for."""
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|\\(/)")
_ENCODINGS = ("utf-8", "gb18030")
_WIDE_ENCODINGS = ("utf-16-le", "utf-16-be")


class SuppressedNames:
    """The addresses and titles of all suppressed articles."""

    def __init__(self, addresses: frozenset[str], titles: frozenset[str]) -> None:
        self._addresses = addresses
        self._titles = titles

    @classmethod
    def read(cls, connection: sqlite3.Connection, schema: str = "main") -> Self:
        """Read them from the archive that is attached under this name. Raises sqlite3.Error."""
        suppressed = f"""WITH suppressed AS MATERIALIZED (SELECT a.n, a.url FROM {schema}.suppressions h
          JOIN {schema}.articles a ON a.id = h.article WHERE h.lifted IS NULL)"""
        addresses = connection.execute(
            f"""{suppressed} SELECT url FROM suppressed
                UNION SELECT u.url FROM suppressed h JOIN {schema}.urls u ON u.article = h.n
                UNION SELECT c.url FROM suppressed h JOIN {schema}.versions v ON v.article = h.n
                  JOIN {schema}.captures c ON c.id = v.capture
                UNION SELECT l.alias FROM suppressed h JOIN {schema}.urls u ON u.article = h.n
                  JOIN {schema}.url_aliases l ON l.url = u.id"""
        )
        titles = connection.execute(
            f"""{suppressed} SELECT v.title FROM suppressed h JOIN {schema}.versions v ON v.article = h.n
                UNION SELECT l.title FROM suppressed h JOIN {schema}.urls u ON u.article = h.n
                  JOIN {schema}.listing_sightings l ON l.url = u.id"""
        )
        # An archive from a stranger may hold other values.
        return cls(
            frozenset(row[0] for row in addresses if isinstance(row[0], str)),
            frozenset(row[0] for row in titles if isinstance(row[0], str)),
        )

    def __bool__(self) -> bool:
        """Whether an article is suppressed."""
        return bool(self._addresses)

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """What a text that names one of the articles contains: parts of addresses, and titles without white space."""
        return (*self._address_parts, *self._title_parts)

    @cached_property
    def _address_parts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(part for address in self._addresses for part in _parts_of(address)))

    @cached_property
    def _title_parts(self) -> tuple[str, ...]:
        titles = ("".join(title.split()).rstrip("….") for title in self._titles)
        return tuple(dict.fromkeys(title for title in titles if len(title) >= _SHORTEST_TITLE))

    def is_address(self, url: str | None) -> bool:
        """Whether this is an address of a suppressed article."""
        return isinstance(url, str) and url in self._addresses

    def are_in(self, text: str | None, *, own: str = "") -> bool:
        """Whether a text names a suppressed article; titles that are in the text `own` do not count."""
        if not isinstance(text, str) or not self._addresses:
            return False
        if any(_has_part(text, part) for part in self._address_parts):
            return True
        joined, own = "".join(text.split()), "".join(own.split())
        return any(title in joined and title not in own for title in self._title_parts)

    def are_in_page(self, body: bytes, *, own: str = "") -> bool:
        """Whether a page names a suppressed article, in any charset, and also in escaped form."""
        if not self._addresses:
            return False
        encodings = (*_ENCODINGS, *_WIDE_ENCODINGS) if b"\0" in body else _ENCODINGS
        return any(
            self.are_in(form, own=own) for encoding in encodings for form in _forms(body.decode(encoding, "replace"))
        )

    def removed_from(self, value: Any) -> Any:
        """Return a value as JSON has it, with None for each text in it that names a suppressed article."""
        if not self._addresses:
            return value
        if isinstance(value, dict):
            return {key: self.removed_from(part) for key, part in value.items() if not self.are_in(key)}
        if isinstance(value, list):
            return [self.removed_from(part) for part in value]
        return None if isinstance(value, str) and self.are_in(value) else value


def _parts_of(address: str) -> Iterator[str]:
    """Yield the address, and those of its parts by which a link that is written in another form leads to it."""
    for form in (address, unquote(address)):
        yield form
        path = f"/{form.partition('://')[2].partition('/')[2]}"
        if len(path) >= _SHORTEST_PATH:
            yield path
        file = path.rstrip("/").rpartition("/")[2]
        if len(file) >= _SHORTEST_FILE and any(character.isdigit() for character in file):
            yield file


def _has_part(text: str, part: str) -> bool:
    """Whether a text contains a part of an address, and not only the beginning of a longer number or word."""
    at = text.find(part)
    while at >= 0:
        after = text[at + len(part) : at + len(part) + 1]
        if not (after.isascii() and after.isalnum()):
            return True
        at = text.find(part, at + 1)
    return False


def _forms(text: str) -> Iterator[str]:
    """Yield a text as it is, and with what is escaped in HTML, in scripts and in addresses written out."""
    yield text
    if "&" in text:
        text = html.unescape(text)
        yield text
    if "\\" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1] or match[2], 16)) if not match[3] else "/", text)
        yield text
    if "%" in text:
        yield unquote(text, errors="replace")
        yield unquote(text, encoding="gb18030", errors="replace")
