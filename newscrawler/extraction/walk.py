"""One walk over the tree of a page, which tells a handler where lines, blocks and links begin and end.

`read_layout` and `render` use the same walk, so they agree on the lines of a page. What is skipped is decided
here, too: scripts, forms and the like, hidden elements, and lists of bare links. The walk calls methods, as an XML
parser calls its handler. Python 3.11 needs less time for that than for a generator of events.
"""

from __future__ import annotations

import re
from typing import Protocol

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from newscrawler.extraction.hidden import HiddenElements
from newscrawler.extraction.html import (
    BLOCK,
    BREAK,
    EMPHASIS,
    IMAGE,
    INLINE,
    KIND,
    LINK,
    LISTS,
    SKIP,
    headlines_in,
)

_CONTROL = "".join(map(chr, (*range(9), *range(14, 32), 127)))
_INVISIBLE = dict.fromkeys(map(ord, f"\u200b\u200c\u200d\u2060\ufeff\u00ad{_CONTROL}"))
_WRAPPED = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])[ \t\r]*\n\s*(?=[\u3000-\u9fff\uff00-\uffef])")
_FIELDS = frozenset({"input", "select"})
_ENDS_PARAGRAPH = tuple("。！？：；”…")


class Handler(Protocol):
    """What a walk tells as it goes on, in document order."""

    def line(self, text: str, pieces: list[str], linked: int) -> None:
        """A line of text ends.

        `pieces` are its text nodes, `linked` is the number of their characters that stand in links. The boundary that
        ends the line is told after it.
        """

    def start_block(self, element: HtmlElement, tag: str) -> None:
        """A block begins."""

    def end_block(self, element: HtmlElement) -> None:
        """A block ends."""

    def hidden_block(self, element: HtmlElement) -> None:
        """A block is not displayed. Nothing in it is walked, and its end is not told."""

    def link_list(self, element: HtmlElement, headlines: int) -> None:
        """A list of bare links, as of a menu, holds so many headlines. Nothing in it is walked, its end is not told."""

    def picture(self) -> None:
        """An image before the text of the line in which it stands, or of the next one."""

    def script(self, element: HtmlElement) -> None:
        """A `<script>`."""

    def field(self, element: HtmlElement) -> None:
        """An `<input>` or a `<select>`."""

    def comment(self, element: HtmlElement) -> None:
        """A comment."""


class InlineHandler(Protocol):
    """What a walk tells of the inside of lines."""

    def line_break(self) -> None:
        """A `<br>` or `<hr>`."""

    def start_inline(self, element: HtmlElement) -> None:
        """A link, an image or an emphasis begins."""

    def end_inline(self, element: HtmlElement) -> None:
        """A link, an image or an emphasis ends."""

    def text(self, text: str) -> None:
        """A piece of the line's text."""


def walk(
    root: HtmlElement, skip: frozenset[HtmlElement], handler: Handler, inline: InlineHandler | None = None
) -> None:
    """Walk over an element and all below it, without the elements in `skip`.

    Only `inline` is told of what lies inside lines. An exception that a handler raises ends the walk.
    """
    end_line, start_block, end_block = handler.line, handler.start_block, handler.end_block
    kind_of, is_hidden = KIND.get, HiddenElements().holds
    kinds: list[int] = []
    pieces: list[str] = []
    linked = link_depth = pre_depth = 0
    walker = iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        if event == "start":
            tag = element.tag
            kind = SKIP if skip and element in skip else kind_of(tag, INLINE)
            style = element.get("style")
            hidden = style is not None and "none" in style and is_hidden(element, style)
            if kind:
                if kind >= BREAK:
                    if pieces:
                        if line := _line_text(pieces):
                            end_line(line, pieces, linked)
                        pieces, linked = [], 0
                    if kind == BREAK:
                        if inline is not None:
                            inline.line_break()
                    elif tag in LISTS and (headlines := headlines_in(element)) is not None:
                        handler.link_list(element, headlines)
                        kind = SKIP
                    elif hidden:
                        handler.hidden_block(element)
                        kind = SKIP
                    else:
                        start_block(element, tag)
                        if tag == "pre":
                            pre_depth += 1
                elif kind == SKIP:
                    if tag == "script":
                        handler.script(element)
                    elif tag in _FIELDS:
                        handler.field(element)
                elif hidden:
                    kind = SKIP
                else:
                    if kind == LINK:
                        link_depth += 1
                    elif kind == IMAGE and not pieces:
                        handler.picture()
                    if inline is not None:
                        inline.start_inline(element)
            elif hidden:
                kind = SKIP
            kinds.append(kind)
            if kind == SKIP:
                walker.skip_subtree()
                continue
            text = element.text
        elif event == "end":
            if kind := kinds.pop():
                if kind >= BLOCK:
                    if pieces:
                        if line := _line_text(pieces):
                            end_line(line, pieces, linked)
                        pieces, linked = [], 0
                    end_block(element)
                    if pre_depth and element.tag == "pre":
                        pre_depth -= 1
                    if element is root:
                        return
                elif kind <= EMPHASIS:
                    if kind == LINK:
                        link_depth -= 1
                    if inline is not None:
                        inline.end_inline(element)
            text = element.tail
        else:
            if event == "comment":
                handler.comment(element)
            text = element.tail
        if pre_depth and text and "\n" in text:
            *whole, text = _paragraphs(text)
            for paragraph in whole:
                if paragraph:
                    pieces.append(paragraph)
                    linked += len(paragraph) * (link_depth > 0)
                    if inline is not None:
                        inline.text(paragraph)
                if pieces:
                    if line := _line_text(pieces):
                        end_line(line, pieces, linked)
                    pieces, linked = [], 0
                if inline is not None:
                    inline.line_break()
        if text and (pieces or not text.isspace()):
            pieces.append(text)
            if link_depth:
                linked += len(text)
            if inline is not None:
                inline.text(text)


def _paragraphs(text: str) -> list[str]:
    """Cut preformatted text into paragraphs, the last of which may go on in the next text node.

    A paragraph begins behind an empty line, at an indented line, or behind a line that ends a sentence. All other lines
    are wrapped ones. What begins before the text is empty.
    """
    paragraphs: list[list[str]] = [[]]
    ends = False
    for at, row in enumerate(text.split("\n")):
        stripped = row.strip()
        if at and (ends or not stripped or row[0].isspace()):
            paragraphs.append([])
        if stripped or not at:
            paragraphs[-1].append(row)
        ends = stripped.endswith(_ENDS_PARAGRAPH)
    return ["\n".join(rows) for rows in paragraphs]


def _line_text(pieces: list[str]) -> str:
    """Join text nodes into a line: collapse white space, take out invisible characters and wrapping."""
    joined = (pieces[0] if len(pieces) == 1 else "".join(pieces)).strip()
    if "\n" in joined:
        joined = _WRAPPED.sub("", joined)
    text = " ".join(joined.split())
    return text if text.isprintable() else text.translate(_INVISIBLE).strip()
