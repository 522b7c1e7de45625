"""Tags with more attributes than a parser can take, found by a quick look at the bytes of a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from lxml import etree

MAX_ATTRIBUTES = 2000
"""Pages with a tag of more attributes are refused: libxml2 needs quadratic time for them (minutes for 300,000)."""

_LONG = 4_000
"""Bytes without `>` that a tag may hold: a `data:` image, a script, or thousands of attributes."""
_TAG_START = re.compile(rb"<[a-zA-Z]")
_MANY_SPACES = 250
_MANY_VALUES = 20_000
"""With more equals signs or slashes than this, a tag may have many attributes without a blank or after a quoted `>`."""
_SHORTEST_VALUE = 4
"""Bytes that an attribute takes at least where there are so many with names of their own: `abc/`, `ab= `."""


class _AttributeCounter:
    """A parser target that only counts: the most attributes of a tag."""

    def __init__(self) -> None:
        self.most = 0

    def start(self, tag: str | bytes, attrib: dict[str | bytes, str | bytes]) -> None:
        self.most = max(self.most, len(attrib))

    def end(self, tag: str | bytes) -> None:
        pass

    def data(self, data: str | bytes) -> None:
        pass

    def comment(self, text: str | bytes) -> None:
        pass

    def close(self) -> int:
        return self.most


def may_have_crowded_tag(markup: bytes, signs: int) -> bool:
    """Tell whether a text that may be a tag is long and full of blanks, as attributes are and images are not.

    Attributes with values need no blanks between them, and a value may contain `>`. Attributes without
    values may have slashes. `signs` is how many `<`, `=` and `/` the page has.
    """
    if (
        len(markup) > _MANY_VALUES * _SHORTEST_VALUE
        and signs > _MANY_VALUES
        and (markup.count(b"=") > _MANY_VALUES or markup.count(b"/") > _MANY_VALUES)
    ):
        return True
    return any(len(text.split(None, _MANY_SPACES)) > _MANY_SPACES for text in _long_tags(markup))


def count_signs(markup: bytes) -> int:
    """Return how many `<`, `=` and `/` a page has: to take all out at once is three times faster than to count each."""
    return len(markup) - len(markup.translate(None, b"<=/"))


def _long_tags(markup: bytes) -> Iterator[bytes]:
    """Yield the texts of `_LONG` bytes without `>` behind the start of a tag, one behind the other.

    It looks backwards from the end of a window for `>` and goes on behind it, so it reads a small part of a page.
    """
    at, last = 0, len(markup) - _LONG
    while at <= last:
        closed = markup.rfind(b">", at, at + _LONG)
        if closed >= 0:
            at = closed + 1
            continue
        end = markup.find(b">", at + _LONG)
        end = len(markup) if end < 0 else end
        while (start := _TAG_START.search(markup, at, end)) and start.start() + _LONG <= end:
            at = start.start() + _LONG
            yield markup[start.start() : at]
        at = end + 1


def most_attributes(body: bytes) -> int:
    """Return how many attributes the tag of a page has that has the most; 0 if no parser can read it."""
    parser = etree.HTMLParser(target=_AttributeCounter(), encoding="utf-8", huge_tree=True)
    try:
        parser.feed(body)
        return cast("int", parser.close())
    except (etree.LxmlError, TypeError, ValueError):
        return 0
