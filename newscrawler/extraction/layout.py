"""A page as a reader sees it: lines of text in reading order, and the blocks that hold them.

One walk over the tree collects both. A line is what stands between two block boundaries or `<br>`s. All
generic rules work on lines and blocks; none of them walks the whole tree again.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass

from lxml.html import HtmlElement

from newscrawler.extraction.walk import walk

_LONGEST_NAMES = 300
_PROSE_BEFORE = 300
_LINKS_BELOW = 30
_PUNCTUATION = re.compile("[，。；！？,;!?]")
_IMPRINT = ("备案", "版权所有", "举报电话", "许可证", "主办单位", "违法和不良信息")
_LATIN_IMPRINT = ("copyright", "all rights", "icp")
_CHOICES = frozenset({"radio", "checkbox"})
_MOST_CHOICES = 60
_CONTAINERS = frozenset({"div", "section", "article", "form", "td"})


class Block:
    """A block-level element: its parent block, and the lines from `start` up to `end` that lie in it."""

    __slots__ = ("_names", "element", "end", "parent", "start", "tag")

    def __init__(self, element: HtmlElement, tag: str, parent: Block | None, start: int) -> None:
        self.element = element
        self.tag = tag
        self.parent = parent
        self.start = start
        self.end = start
        self._names: str | None = None

    @property
    def names(self) -> str:
        """The element's id and classes, as one string."""
        if self._names is None:
            identity, classes = self.element.get("id"), self.element.get("class")
            if identity or classes:
                self._names = f"{identity or ''} {classes or ''}"[:_LONGEST_NAMES].strip()
            else:
                self._names = ""
        return self._names


Form = tuple[str, str, Block | None]
"""The element of a block, the outermost one that holds nothing else, and the block round that."""


def form_of(block: Block) -> Form:
    """Return what equal paragraphs have in common: their element, and where it stands.

    What is all of its parent stands where the parent stands: each paragraph may have wrappers of its own.
    """
    outer, parent = "", block.parent
    while parent is not None and parent.start == block.start and parent.end == block.end:
        outer, parent = parent.tag, parent.parent
    return block.tag, outer, parent


class Line:
    """A line of text: `pieces` are its text nodes in order, `linked` the characters that stand in links.

    `prose` is how many characters of running text it holds: 0 for headlines, links, labels and imprints.
    `above_links` tells whether a list of bare links, which is not read, follows; `is_below_picture` whether nothing but
    an image stands between it and the line before it.
    """

    __slots__ = ("above_links", "block", "is_below_picture", "linked", "pieces", "prose", "text")

    def __init__(self, text: str, pieces: list[str], block: Block, linked: int) -> None:
        self.text = text
        self.pieces = pieces
        self.block = block
        self.linked = linked
        self.above_links = self.is_below_picture = False
        self.prose = _prose(text, linked)


def _prose(text: str, linked: int) -> int:
    size = len(text)
    own = size - linked
    if own < 8 or linked * 2 > size:
        return 0
    if size < 30 and not _PUNCTUATION.search(text):
        return 0
    if size < 200 and _is_imprint(text):
        return 0
    return min(own, 600)


def _is_imprint(text: str) -> bool:
    # To look for each word takes a tenth of the time of one expression for all.
    for word in _IMPRINT:
        if word in text:
            return True
    lower = text.lower()
    return any(word in lower for word in _LATIN_IMPRINT)


@dataclass(slots=True)
class Layout:
    """Lines, blocks and comments of a page, in document order."""

    lines: list[Line]
    blocks: list[Block]
    comments: str
    """The beginnings of all comments: content systems leave their marks there."""
    scripts: str
    """The addresses of the scripts in the page's body."""
    choices: list[Block]
    """The blocks round the first buttons of which a reader chooses one or several."""
    menus: list[HtmlElement]
    """The `<select>` elements, which list the pages of an article on some sites."""
    headlines: int
    """Headlines in lists of bare links, which are counted, not read."""
    cut: bool
    """Whether reading ended before the page did."""

    def names(self) -> str:
        """Return the ids and classes of all blocks that may be the container of the main text."""
        return " ".join([block.names for block in self.blocks if block.tag in _CONTAINERS and block.end > block.start])


class _EndOfReadingError(Exception):
    """Nothing that follows belongs to the article."""


class _Reader:
    """Collects lines and blocks during a walk."""

    __slots__ = (
        "block",
        "blocks",
        "choices",
        "comments",
        "headlines",
        "lines",
        "links",
        "menus",
        "pictured",
        "prose",
        "scripts",
        "whole",
    )

    def __init__(self, root: HtmlElement, *, whole: bool) -> None:
        self.whole = whole
        self.pictured = False
        """Whether an image stands behind the last line."""
        self.block = Block(root, "html", None, 0)
        self.blocks = [self.block]
        self.lines: list[Line] = []
        self.comments: list[str] = []
        self.scripts: list[str] = []
        self.choices: list[Block] = []
        self.menus: list[HtmlElement] = []
        self.headlines = 0
        self.prose = 0
        """Characters of running text so far."""
        self.links = 0
        """Lines of links since the last line of running text."""

    def line(self, text: str, pieces: list[str], linked: int) -> None:
        line = Line(text, pieces, self.block, linked)
        self.lines.append(line)
        if self.pictured:
            line.is_below_picture = True
            self.pictured = False
        if line.prose:
            self.prose += line.prose
            self.links = 0
        elif linked:
            self.links += 1

    def start_block(self, element: HtmlElement, tag: str) -> None:
        if self.links > _LINKS_BELOW:
            self._end_reading()
        self.block = block = Block(element, tag, self.block, len(self.lines))
        self.blocks.append(block)

    def end_block(self, element: HtmlElement) -> None:
        block = self.block
        block.end = len(self.lines)
        if block.parent is not None:
            self.block = block.parent

    def hidden_block(self, element: HtmlElement) -> None:
        if self.links > _LINKS_BELOW:
            self._end_reading()

    def link_list(self, element: HtmlElement, headlines: int) -> None:
        self.headlines += headlines
        if self.lines:
            self.lines[-1].above_links = True
        self.links += len(element)

    def picture(self) -> None:
        self.pictured = True

    def script(self, element: HtmlElement) -> None:
        if address := element.get("src"):
            self.scripts.append(address)

    def field(self, element: HtmlElement) -> None:
        if element.tag == "select":
            self.menus.append(element)
        elif len(self.choices) < _MOST_CHOICES and (element.get("type") or "").lower() in _CHOICES:
            self.choices.append(self.block)

    def comment(self, element: HtmlElement) -> None:
        if comment := element.text:
            self.comments.append(comment[:80])

    def _end_reading(self) -> None:
        """End the reading if the main text has been read."""
        if self.prose > _PROSE_BEFORE and not self.whole:
            raise _EndOfReadingError


def read_layout(root: HtmlElement, skip: frozenset[HtmlElement] = frozenset(), *, whole: bool = False) -> Layout:
    """Read the lines and blocks of a page, without `skip` and without what `walk` leaves out.

    Unless `whole` is set, reading ends where some thirty lines of links without prose follow the main text: two thirds
    of a portal's page are links below it.
    """
    reader = _Reader(root, whole=whole)
    with suppress(_EndOfReadingError):
        walk(root, skip, reader)
    lines, blocks = reader.lines, reader.blocks
    cut = reader.block is not blocks[0]
    _close(reader.block, len(lines))
    comments, scripts = " ".join(reader.comments), " ".join(reader.scripts)
    return Layout(lines, blocks, comments, scripts, reader.choices, reader.menus, reader.headlines, cut)


def _close(block: Block | None, end: int) -> None:
    """End a block and those round it where reading ends."""
    while block is not None:
        block.end = end
        block = block.parent
