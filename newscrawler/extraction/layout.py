"""A page as a reader sees it: lines of text in reading order, and the blocks that hold them.

One walk over the tree collects both. A line is what stands between two block boundaries or `<br>`s. All
generic rules work on lines and blocks; none of them walks the whole tree again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from newscrawler.extraction.html import BLOCK, BREAK, INLINE, KIND, LINK, LISTS, SKIP, headlines_in

_CONTROL = "".join(map(chr, (*range(9), *range(14, 32), 127)))
_INVISIBLE = dict.fromkeys(map(ord, f"\u200b\u200c\u200d\u2060\ufeff\u00ad{_CONTROL}"))
HIDDEN = re.compile(r"display\s{0,3}:\s{0,3}none", re.I)
_WRAPPED = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])[ \t\r]*\n\s*(?=[\u3000-\u9fff\uff00-\uffef])")


_LONGEST_NAMES = 300
_STORY_READ = 300
_QUIET = 30
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


class _State:
    """How much prose has been read, and how many lines of links since the last of it."""

    __slots__ = ("quiet", "read")

    def __init__(self) -> None:
        self.read = 0
        self.quiet = 0


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
        """Return the ids and classes of all blocks that may be a story's container."""
        return " ".join([block.names for block in self.blocks if block.tag in _CONTAINERS and block.end > block.start])


def line_text(pieces: list[str]) -> str:
    """Join text nodes into a line: white space collapsed, invisible characters and wrapping taken out."""
    joined = (pieces[0] if len(pieces) == 1 else "".join(pieces)).strip()
    if "\n" in joined:
        joined = _WRAPPED.sub("", joined)
    text = " ".join(joined.split())
    return text if text.isprintable() else text.translate(_INVISIBLE).strip()


def read_layout(root: HtmlElement, skip: frozenset[HtmlElement] = frozenset(), *, whole: bool = False) -> Layout:
    """Walk a page once and return its lines and blocks; scripts, hidden text and `skip` are left out.

    Unless the `whole` page is asked for, reading ends where some thirty links without prose between them follow a
    story: two thirds of a portal's page are links below it.
    """
    lines: list[Line] = []
    block = Block(root, "html", None, 0)
    blocks: list[Block] = [block]
    pieces: list[str] = []
    comments: list[str] = []
    scripts: list[str] = []
    linked = link_depth = headlines = 0
    kind_of = KIND.get
    kinds: list[int] = []
    state = _State()

    def end_line(pieces: list[str], block: Block, linked: int) -> None:
        if text := line_text(pieces):
            line = Line(text, pieces, block, linked)
            lines.append(line)
            if line.prose:
                state.read += line.prose
                state.quiet = 0
            elif linked:
                state.quiet += 1

    walker = iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        if event == "start":
            kind = kind_of(element.tag, INLINE)
            if skip and element in skip:
                kind = SKIP
            kinds.append(kind)
            if kind:
                if kind == LINK:
                    link_depth += 1
                elif kind == SKIP:
                    if element.tag == "script" and (address := element.get("src")):
                        scripts.append(address)
                    walker.skip_subtree()
                    continue
                elif kind >= BREAK:
                    if pieces:
                        end_line(pieces, block, linked)
                        pieces = []
                        linked = 0
                    if kind == BREAK:
                        pass
                    elif element.tag in LISTS and (listed := headlines_in(element)) is not None:
                        headlines += listed
                        state.quiet += len(element)
                        kinds[-1] = SKIP
                        walker.skip_subtree()
                        continue
                    elif state.quiet > _QUIET and state.read > _STORY_READ and not whole:
                        break
                    else:
                        block = Block(element, element.tag, block, len(lines))
                        style = element.get("style")
                        if style is not None and "none" in style and HIDDEN.search(style):
                            walker.skip_subtree()
                            continue
                        blocks.append(block)
            text = element.text
        elif event == "end":
            kind = kinds.pop()
            if kind:
                if kind == LINK:
                    link_depth -= 1
                elif kind >= BLOCK:
                    if pieces:
                        end_line(pieces, block, linked)
                        pieces = []
                        linked = 0
                    block.end = len(lines)
                    if block.parent is not None:
                        block = block.parent
            text = element.tail
        else:
            text = element.tail
            if event == "comment" and (comment := element.text):
                comments.append(comment[:80])
        if text and (pieces or not text.isspace()):
            pieces.append(text)
            if link_depth:
                linked += len(text)
    if pieces:
        end_line(pieces, block, linked)
        pieces = []
        linked = 0
    cut = block is not blocks[0]
    unclosed: Block | None = block
    while unclosed is not None:
        unclosed.end = len(lines)
        unclosed = unclosed.parent
    return Layout(lines, blocks, " ".join(comments), " ".join(scripts), headlines, cut)
