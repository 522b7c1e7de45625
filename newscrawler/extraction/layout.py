"""A page as a reader sees it: lines of text in reading order, and the blocks that hold them.

One walk over the tree collects both. A line is what stands between two block boundaries or `<br>`s. All
generic rules work on lines and blocks; none of them walks the whole tree again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml.html import HtmlElement

from newscrawler.extraction.html import headlines_in
from newscrawler.extraction.walk import Event, Walk

_LINE, _BLOCK_START, _BLOCK_END = Event.LINE, Event.BLOCK_START, Event.BLOCK_END
_HIDDEN, _LINK_LIST, _SKIPPED, _COMMENT = Event.HIDDEN, Event.LINK_LIST, Event.SKIPPED, Event.COMMENT

_LONGEST_NAMES = 300
_PROSE_BEFORE = 300
_LINKS_BELOW = 30
_PUNCTUATION = re.compile("[，。；！？,;!?]")
_IMPRINT = re.compile(r"备案|版权所有|举报电话|许可证|主办单位|Copyright|All Rights|ICP|违法和不良信息", re.I)
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
            self._names = f"{self.element.get('id') or ''} {self.element.get('class') or ''}"[:_LONGEST_NAMES].strip()
        return self._names


class Line:
    """A line of text: `pieces` are its text nodes in order, `linked` the characters that stand in links.

    `prose` is how many characters of running text it holds: 0 for headlines, links, labels and imprints.
    """

    __slots__ = ("block", "linked", "pieces", "prose", "text")

    def __init__(self, text: str, pieces: list[str], block: Block, linked: int) -> None:
        self.text = text
        self.pieces = pieces
        self.block = block
        self.linked = linked
        self.prose = _prose(text, linked)


def _prose(text: str, linked: int) -> int:
    size = len(text)
    own = size - linked
    if own < 8 or linked * 2 > size:
        return 0
    if size < 30 and not _PUNCTUATION.search(text):
        return 0
    if size < 200 and _IMPRINT.search(text):
        return 0
    return min(own, 600)


@dataclass(slots=True)
class Layout:
    """Lines, blocks and comments of a page, in document order."""

    lines: list[Line]
    blocks: list[Block]
    comments: str
    """The beginnings of all comments: content systems leave their marks there."""
    scripts: str
    """The addresses of the scripts in the page's body."""
    headlines: int
    """Headlines in lists of bare links, which are counted, not read."""
    cut: bool
    """Whether reading ended before the page did."""

    def names(self) -> str:
        """Return the ids and classes of all blocks that may be the container of the main text."""
        return " ".join([block.names for block in self.blocks if block.tag in _CONTAINERS and block.end > block.start])


def read_layout(root: HtmlElement, skip: frozenset[HtmlElement] = frozenset(), *, whole: bool = False) -> Layout:
    """Read the lines and blocks of a page, without `skip` and without what `Walk` leaves out.

    Unless `whole` is set, reading ends where some thirty lines of links without prose follow the main text: two thirds
    of a portal's page are links below it.
    """
    block = Block(root, "html", None, 0)
    layout = Layout([], [block], "", "", 0, False)
    lines, blocks = layout.lines, layout.blocks
    comments: list[str] = []
    scripts: list[str] = []
    prose = links = 0
    walk = Walk(root, skip)
    for event, element, text in walk.events():
        if event is _LINE:
            line = Line(text, walk.pieces, block, walk.linked)
            lines.append(line)
            if line.prose:
                prose += line.prose
                links = 0
            elif line.linked:
                links += 1
        elif event is _BLOCK_END:
            block.end = len(lines)
            block = block.parent or block
        elif event is _BLOCK_START or event is _HIDDEN:
            if links > _LINKS_BELOW and prose > _PROSE_BEFORE and not whole:
                break
            if event is _BLOCK_START:
                block = Block(element, element.tag, block, len(lines))
                blocks.append(block)
        elif event is _LINK_LIST:
            layout.headlines += headlines_in(element) or 0
            links += len(element)
        elif event is _SKIPPED and element.tag == "script" and (address := element.get("src")):
            scripts.append(address)
        elif event is _COMMENT and (comment := element.text):
            comments.append(comment[:80])
    layout.cut = block is not blocks[0]
    _close(block, len(lines))
    layout.comments, layout.scripts = " ".join(comments), " ".join(scripts)
    return layout


def _close(block: Block | None, end: int) -> None:
    """End a block and those round it where reading ends."""
    while block is not None:
        block.end = end
        block = block.parent
