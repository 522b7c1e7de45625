"""Headlines that no heading marks and no `<title>` confirms, found by where they stand.

A headline stands directly above or below the meta line, or directly above the text. Large print, the name of its
element and words that the text repeats speak for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from lxml.html import HtmlElement

from newscrawler.extraction.block_names import is_called_aside
from newscrawler.extraction.boilerplate import Kind, kind_of
from newscrawler.extraction.boilerplate_table import CRUMBS
from newscrawler.extraction.html import text_up_to
from newscrawler.extraction.layout import Block, Line
from newscrawler.extraction.meta_lines.grammar import read_meta_lines
from newscrawler.extraction.meta_lines.statements import BARE, Item
from newscrawler.extraction.meta_lines.words import is_of_today
from newscrawler.extraction.site_names import is_site
from newscrawler.extraction.teasers import is_label_of_links
from newscrawler.text.dates import find_date
from newscrawler.text.patterns import late

_MOST_LINES = 400
_LONGEST, _SHORTEST = 80, 5
_LONGEST_META = 120
_MOST_ABOVE, _MOST_BELOW = 3, 2
"""Lines between a meta line and a headline above or below it."""
_LINES_OF_TEXT = 30
_LOOKED_AT = 400
_LEAST = 2.0
_PLACE, _ABOVE_TEXT = 1.5, 0.5
"""What it counts that a line stands directly above a meta line, and that running text follows that."""
_PER_LINE = 0.5
_DASHES = ("——", "--")
"""How a subtitle begins."""
_SENTENCE_END = ("。", "；", "：", ":", "，", "！”", "？”")
_LARGE_FONT = late(
    r"font-size\s{0,3}:\s{0,3}(?:1[89]|[2-9]\d)(?:\.\d{1,3})?\s{0,2}p[xt]|font-weight\s{0,3}:\s{0,3}(?:bold|[6-9]00)",
    re.IGNORECASE,
)
_STRONG = frozenset({"b", "strong", "h1", "h2", "h3", "h4", "big"})
_NAMED = late(r"(?i)(?:head(?:ing|line)|title|biaoti|(?:^|[\s_-])bt\d{0,2}(?:$|\s))")
_MOST_ELEMENTS = 8
_MOST_LEVELS = 3
_MOST_LINES_OF_BLOCK = 2


def unmarked_headline(lines: Sequence[Line]) -> int:
    """Return the index of the line that is the headline by its place, -1 if no line surely is."""
    lines = lines[:_MOST_LINES]
    for at in _meta_lines(lines):
        is_above_text = any(line.prose and not line.linked for line in lines[at + 1 : at + 1 + _MOST_BELOW])
        scores = [
            (
                _near_meta_line(at - index)
                + _ABOVE_TEXT * is_above_text
                + _looks(lines[index])
                + 2 * _repeated(lines, index),
                index,
            )
            for index in _near(lines, at)
        ]
        if scores and max(scores)[0] >= _LEAST:
            return max(scores)[1]
    first = next((index for index, line in enumerate(lines) if line.prose and not line.linked), 0)
    return _above_text(lines, first)


def _above_text(lines: Sequence[Line], first: int) -> int:
    """Return the headline above a text without a date, -1 if none surely is.

    Where writers stand between both, as in newspapers, subtitles may, too: then the headline is in large print.
    """
    last = first - 1
    while last > 0 and last >= first - _MOST_BELOW and read_meta_lines([lines[last]])[0].has(Item.PEOPLE):
        last -= 1
    is_behind_writers = last < first - 1
    scores = [
        (_ABOVE_TEXT + looks + 2 * _repeated(lines, index), index)
        for index in range(max(0, last + 1 - (_MOST_ABOVE if is_behind_writers else 1)), last + 1)
        if _may_be_headline(lines, index) and (looks := _looks(lines[index])) >= is_behind_writers
    ]
    return max(scores)[1] if scores and max(scores)[0] >= _LEAST else -1


def _near_meta_line(distance: int) -> float:
    """Return what it counts to stand so many lines above a meta line, or below it where the number is negative."""
    return _PLACE - _PER_LINE * (distance - 1 if distance > 0 else -distance)


def _meta_lines(lines: Sequence[Line]) -> list[int]:
    """Return the first lines that state a date of their own: no link, not the date of today."""
    found: list[int] = []
    for index, line in enumerate(lines):
        text = line.text
        if len(text) > _LONGEST_META or find_date(text) is None or is_of_today(text, above=True):
            continue
        (parsed,) = read_meta_lines([line])
        is_teaser = line.linked * 2 > len(text) and parsed.has(*BARE)
        if (
            parsed.is_meta
            and parsed.has(Item.DATE)
            and not is_teaser
            and not any(map(is_called_aside, _names(line.block)))
        ):
            found.append(index)
            if len(found) == 2:
                break
    return found


def _names(block: Block | None) -> list[str]:
    names: list[str] = []
    while block is not None and len(names) < _MOST_ELEMENTS:
        if block.names:
            names.append(block.names)
        block = block.parent
    return names


def _near(lines: Sequence[Line], at: int) -> list[int]:
    """Return the lines above and below a meta line that may be a headline."""
    found = [i for i in range(max(0, at - _MOST_ABOVE), min(len(lines), at + 1 + _MOST_BELOW)) if i != at]
    found = [index for index in found if _may_be_headline(lines, index)]
    # The text may begin with the headline, too.
    return [index for index in found if all(lines[index].text != lines[i].text for i in found if i < index)]


def _may_be_headline(lines: Sequence[Line], index: int) -> bool:
    line = lines[index]
    text = line.text
    if not _SHORTEST <= len(text) <= _LONGEST or line.linked * 2 > len(text) or text.endswith(_SENTENCE_END):
        return False
    if (
        "。" in text
        or text.startswith(_DASHES)
        or CRUMBS.search(text)
        or is_site(text)
        or kind_of(line) is not Kind.BODY
        or is_label_of_links(lines, index)
    ):
        return False
    if is_of_today(text, above=True) or any(map(is_called_aside, _names(line.block)[:2])):
        return False
    (parsed,) = read_meta_lines([line])
    return not parsed.is_labelled


def _looks(line: Line) -> float:
    """Return how much the elements that hold a line and little else look like those of a headline, 0 to 2.5."""
    is_centred = is_named = False
    is_large = any(line.text == " ".join(text_up_to(part).split()) for part in _strong_parts(line.block))
    block: Block | None = line.block
    for _ in range(_MOST_LEVELS):
        if block is None or block.end - block.start > _MOST_LINES_OF_BLOCK or block.tag in ("body", "html"):
            break
        element = block.element
        is_centred = is_centred or _is_centred(element)
        is_named = is_named or (block.names != "" and _NAMED.search(block.names) is not None)
        is_large = is_large or any(map(_is_large, islice(element.iter(), _MOST_ELEMENTS)))
        block = block.parent
    return is_large + 0.5 * is_centred + is_named


def _strong_parts(block: Block) -> Iterator[HtmlElement]:
    """Yield the first elements of a block that print large: lines that a `<br>` divides have no block of their own."""
    return islice(block.element.iter(*_STRONG), _MOST_ELEMENTS)


def _is_centred(element: HtmlElement) -> bool:
    return element.tag == "center" or element.get("align") == "center" or "center" in (element.get("style") or "")


def _is_large(element: HtmlElement) -> bool:
    if element.tag in _STRONG:
        return True
    size = element.get("size") if element.tag == "font" else None
    is_size = size is not None and (size.startswith("+") or size in ("4", "5", "6", "7"))
    return is_size or _LARGE_FONT.search(element.get("style") or "") is not None


def _repeated(lines: Sequence[Line], index: int) -> float:
    """Return which share of the pairs of characters of a line the text behind it repeats, 0 to 1."""
    following = lines[index + 1 : index + 1 + _LINES_OF_TEXT]
    return share_of_pairs(lines[index].text, (line.text[:_LOOKED_AT] for line in following if not line.linked))


def share_of_pairs(title: str, texts: Iterable[str]) -> float:
    """Return which share of the pairs of characters of a title some texts repeat, 0 to 1."""
    pairs = {title[at : at + 2] for at in range(len(title) - 1)}
    text = " ".join(texts)
    return sum(pair in text for pair in pairs) / max(1, len(pairs))
