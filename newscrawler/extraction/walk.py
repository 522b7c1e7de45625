"""One walk over the tree of a page, which says where lines, blocks and links begin and end.

`read_layout` and `render` both consume these events, so they agree on the lines of a page. What is skipped is decided
here too: scripts, forms and the like, hidden elements, and lists of bare links.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from newscrawler.extraction.html import BLOCK, BREAK, EMPHASIS, INLINE, KIND, LINK, LISTS, SKIP, headlines_in

_CONTROL = "".join(map(chr, (*range(9), *range(14, 32), 127)))
_INVISIBLE = dict.fromkeys(map(ord, f"\u200b\u200c\u200d\u2060\ufeff\u00ad{_CONTROL}"))
_HIDDEN = re.compile(r"display\s{0,3}:\s{0,3}none", re.I)
_WRAPPED = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])[ \t\r]*\n\s*(?=[\u3000-\u9fff\uff00-\uffef])")


class Event(IntEnum):
    """What the walk meets."""

    LINE = 0
    """A line of text ends. It comes before the event of the boundary that ends it."""
    BLOCK_START = 1
    BLOCK_END = 2
    BREAK = 3
    """A `<br>` or `<hr>`."""
    HIDDEN = 4
    """A block that is not displayed. Nothing in it is walked, and no `BLOCK_END` follows."""
    LINK_LIST = 5
    """A list of bare links, as of a menu. Nothing in it is walked, and no `BLOCK_END` follows."""
    SKIPPED = 6
    """An element that holds no text to read, or that the caller asked to leave out. Nothing in it is walked."""
    COMMENT = 7
    INLINE_START = 8
    """A link, an image or an emphasis begins."""
    INLINE_END = 9
    TEXT = 10
    """A piece of the line's text."""


# Plain names: an attribute of an enumeration costs more than the rest of a step.
(_LINE, _BLOCK_START, _BLOCK_END, _BREAK, _HIDDEN_BLOCK, _LINK_LIST, _SKIPPED, _COMMENT, _START, _END, _TEXT) = Event


class Walk:
    """A walk over an element and all below it, in document order.

    `pieces` are the text nodes of the line that ended last, `linked` the number of its characters that stand in links.
    """

    __slots__ = ("_inline", "_root", "_skip", "linked", "pieces")

    def __init__(self, root: HtmlElement, skip: frozenset[HtmlElement], *, inline: bool = False) -> None:
        """`skip` are elements to leave out; `inline` asks for the events of links, images, emphasis and text."""
        self._root = root
        self._skip = skip
        self._inline = inline
        self.pieces: list[str] = []
        self.linked = 0

    def events(self) -> Iterator[tuple[Event, HtmlElement, str]]:
        """Yield each event with its element and, for `LINE` and `TEXT`, the text."""
        root, skip, inline = self._root, self._skip, self._inline
        kind_of = KIND.get
        kinds: list[int] = []
        pieces: list[str] = []
        linked = link_depth = 0
        walker = iterwalk(root, events=("start", "end", "comment", "pi"))
        for action, element in walker:
            if action == "start":
                tag = element.tag
                kind = SKIP if skip and element in skip else kind_of(tag, INLINE)
                if kind >= BREAK:
                    if pieces:
                        self.pieces, self.linked = pieces, linked
                        if line := _line_text(pieces):
                            yield _LINE, element, line
                        pieces, linked = [], 0
                    if kind == BREAK:
                        yield _BREAK, element, ""
                    elif (left_out := _left_out(element, tag)) is None:
                        yield _BLOCK_START, element, ""
                    else:
                        yield left_out, element, ""
                        kind = SKIP
                elif kind == SKIP:
                    yield _SKIPPED, element, ""
                elif kind:
                    link_depth += kind == LINK
                    if inline:
                        yield _START, element, ""
                kinds.append(kind)
                if kind == SKIP:
                    walker.skip_subtree()
                    continue
                text = element.text
            elif action == "end":
                kind = kinds.pop()
                if kind >= BLOCK:
                    if pieces:
                        self.pieces, self.linked = pieces, linked
                        if line := _line_text(pieces):
                            yield _LINE, element, line
                        pieces, linked = [], 0
                    yield _BLOCK_END, element, ""
                    if element is root:
                        return
                elif kind and kind <= EMPHASIS:
                    link_depth -= kind == LINK
                    if inline:
                        yield _END, element, ""
                text = element.tail
            else:
                if action == "comment":
                    yield _COMMENT, element, ""
                text = element.tail
            if text and (pieces or not text.isspace()):
                pieces.append(text)
                if link_depth:
                    linked += len(text)
                if inline:
                    yield _TEXT, element, text


def _left_out(element: HtmlElement, tag: str) -> Event | None:
    if tag in LISTS and headlines_in(element) is not None:
        return _LINK_LIST
    style = element.get("style")
    if style is not None and "none" in style and _HIDDEN.search(style):
        return _HIDDEN_BLOCK
    return None


def _line_text(pieces: list[str]) -> str:
    """Join text nodes into a line: collapse white space, take out invisible characters and wrapping."""
    joined = (pieces[0] if len(pieces) == 1 else "".join(pieces)).strip()
    if "\n" in joined:
        joined = _WRAPPED.sub("", joined)
    text = " ".join(joined.split())
    return text if text.isprintable() else text.translate(_INVISIBLE).strip()
