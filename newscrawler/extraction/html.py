"""Kinds of HTML elements, as far as reading a page needs to tell them apart."""

from __future__ import annotations

import re

from lxml.etree import _Element
from lxml.html import HtmlElement

INLINE, LINK, IMAGE, EMPHASIS, SKIP, BREAK, BLOCK, HEADING = range(8)

_BLOCKS = (
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form header hgroup html legend li main menu nav ol p pre section summary table tbody td tfoot th "
    "thead tr ul ucapcontent founder-content zw"
)
_SKIPPED = (
    "applet audio button canvas datalist embed head iframe input map math meter noframes noscript object "
    "optgroup option progress script select style svg template textarea title video xml"
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
KIND: dict[str, int] = (
    dict.fromkeys(_BLOCKS.split(), BLOCK)
    | dict.fromkeys(HEADINGS, HEADING)
    | dict.fromkeys(_SKIPPED.split(), SKIP)
    | dict.fromkeys(["b", "strong", "em", "i"], EMPHASIS)
    | {"a": LINK, "img": IMAGE, "br": BREAK, "hr": BREAK}
)
"""Kind of each element; what is not listed is inline."""

_DOCUMENT = re.compile(r"(?i)\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|rtf|zip|rar|7z|csv)(?:[?#]|$)")
LONGEST_TEXT = 10_000
"""Characters of an element's text that a rule for a value reads: elements may lie in each other thousands deep."""
LISTS = frozenset({"ul", "ol"})
_PAGER = re.compile(r"\d|页|上一|下一")
_FEWEST = 4


def is_document(url: str) -> bool:
    """Tell whether an address is that of a document to download, by how it ends."""
    return _DOCUMENT.search(url) is not None


def has_children(element: _Element) -> bool:
    """Tell whether an element has a child. `len` counts them one by one, and a page may have a hundred thousand."""
    try:
        element[0]
    except IndexError:
        return False
    return True


def text_up_to(element: _Element, longest: int = LONGEST_TEXT, *, between: str = "") -> str:
    """Return the beginning of the text of an element and all below it, about so many characters at most.

    `between` is what sets its text nodes apart.
    """
    if not has_children(element):
        return (element.text or "")[:longest]
    pieces: list[str] = []
    size = 0
    for piece in element.itertext():
        pieces.append(str(piece))
        size += len(pieces[-1])
        if size >= longest:
            break
    return between.join(pieces)[:longest]


def headlines_in(element: HtmlElement) -> int | None:
    """Return how many headlines a list of bare links holds, or None for any other list.

    Menus and lists of related articles are most of a portal's page. Told from the outside, by their first, middle and
    last item, they need not be walked. A headline is a link of ten characters or more; a pager is no menu.
    """
    size = len(element)
    if size < _FEWEST:
        return None
    longest = 0
    for position in (0, size // 2, size - 1):
        item = element[position]
        if item.tag != "li" or len(item) != 1 or (item.text and not item.text.isspace()):
            return None
        link = item[0]
        text = link.text
        if (not text or text.isspace()) and len(link):
            text = link[0].text
        if link.tag != "a" or not text or (link.tail and not link.tail.isspace()) or _PAGER.match(text):
            return None
        longest = max(longest, len(text.strip()))
    return size if longest >= 10 else 0
