"""What a page of an edition says, as the edition's other pages can be compared with it.

A page without an article is a page of pictures, such as an advertisement, if it says nothing that the pages with
articles do not say.
"""

from __future__ import annotations

import re
from itertools import islice

from lxml.etree import _Element

_DIGITS = re.compile(r"[\d\s]+")
_HAN = re.compile(r"[\u3400-\u9fff]{2}")
_MOST_ELEMENTS = 20_000
_LONGEST = 2_000


def said_by(root: _Element) -> frozenset[str]:
    """Return the texts, the scripts and the kinds of addresses of a page, without numbers."""
    said = set()
    for element in islice(root.iter("*"), _MOST_ELEMENTS):
        if element.tag == "style":
            continue
        pieces = [element.text, element.tail, element.get("value"), element.get("title"), element.get("alt")]
        said |= {_plain(piece) for piece in pieces if piece and _HAN.search(piece)}
        said |= {_plain(code) for name in ("href", "onclick", "data-href") if (code := element.get(name))}
        if element.tag == "script" and element.text:
            said.add(_plain(element.text))
    return frozenset(said)


def _plain(text: str) -> str:
    return _DIGITS.sub("", text[:_LONGEST])
