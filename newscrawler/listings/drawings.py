"""What an SVG drawing says of its shapes when a reader points at them: `<a …><title>宜春市</title><path …/></a>`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to

CAPTIONS = ("title", "desc")
"""Elements of a drawing that it does not show."""
_SHAPES = ("g", "path", "polygon", "text")
_MOST_SHAPES = 5
_LONGEST = 200


def captions_of_drawing(element: _Element) -> Iterator[str]:
    """Yield the captions of an element, of the shapes in it, and of a group that holds no other link."""
    holders = [element, *islice(element.iterdescendants(*_SHAPES), _MOST_SHAPES)]
    group = element.getparent()
    if group is not None and group.tag == "g" and len(list(islice(group.iter("a"), 2))) < 2:
        holders.append(group)
    for holder in holders:
        for caption in islice(holder.iterchildren(*CAPTIONS), len(CAPTIONS)):
            yield text_up_to(caption, _LONGEST).strip()
