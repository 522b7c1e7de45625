"""Words of a meta line that no label explains: buttons, outlets, persons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import islice

from newscrawler.extraction.html import text_up_to
from newscrawler.extraction.layout import Block
from newscrawler.extraction.meta_lines.statements import Item
from newscrawler.extraction.meta_lines.words import BUTTON, OUTLET, PLACE
from newscrawler.text.names import SENTENCE, is_name

LONGEST_WORD = 24
"""Characters of an outlet or a person."""
_LONGEST_BUTTON = 16
_LONGEST_WITHOUT_END = 12
"""Characters of an outlet whose name does not end as such names do."""
_HANDLE = re.compile(r"[A-Za-z][\w .-]{1,20}$")
_COUNTED = re.compile(r"[\d,.]+\s?万?\+?\s?(?:次|人|条|个)?\S{0,4}$")
_MOST_ELEMENTS = 16
_SOURCE_NAME = re.compile(r"(?:^|[\s_-])(?:source|media|laiyuan|lyuan|origin|from)", re.IGNORECASE)
_PERSON_NAME = re.compile(r"(?:^|[\s_-])(?:author|writer|zuozhe|reporter|byline)", re.IGNORECASE)
"""How elements of meta lines are called on pages of many systems. `editor` is not among them: editors have a label."""

_MEDIA = re.compile("..(?:报|社|刊|网|台|新闻|传媒|融媒|发布|客户端)$")
"""How accounts end that stand where a writer does."""


@lru_cache(maxsize=4096)
def is_button(text: str) -> bool:
    """Tell whether a word is a button or a count. Cached, because the pages of a portal repeat their buttons."""
    return len(text) <= _LONGEST_BUTTON and (BUTTON.match(text) is not None or _is_count(text))


def _is_count(text: str) -> bool:
    """Tell whether a word begins with a number and is no outlet: 128人参与, not 39健康网."""
    return _COUNTED.match(text) is not None and OUTLET.search(text) is None


def is_place(text: str) -> bool:
    """Tell whether a word is the place of a writer or reader."""
    return PLACE.match(text) is not None


def item_of(named: Mapping[str, Item], printed: str, text: str) -> Item | None:
    """Return what a word is: an outlet, a person, or None for what may be anything.

    `named` is what elements that hold just a word are called, `printed` is the word as its element has it, `text` the
    same without loose marks.
    """
    if printed in named:
        return named[printed]
    if not OUTLET.search(text) and (is_name(text) or _HANDLE.match(text)):
        return Item.PERSON
    if not 2 <= len(text) <= LONGEST_WORD:
        return None
    if OUTLET.search(text) or (len(text) <= _LONGEST_WITHOUT_END and not SENTENCE.search(text)):
        return Item.OUTLET
    return None


def named_words(block: Block) -> dict[str, Item]:
    """Return the texts of the elements of a meta line that are called outlet or person, and which of these.

    Such as `<span class="source">` and `<em id="author_name">`.
    """
    named: dict[str, Item] = {}
    for element in islice(block.element.iter(), _MOST_ELEMENTS):
        names = f"{element.get('id') or ''} {element.get('class') or ''}"
        if names == " ":
            continue
        is_source, is_person = _SOURCE_NAME.search(names), _PERSON_NAME.search(names)
        if (is_source is None) != (is_person is None):
            text = " ".join(text_up_to(element, 80).split())
            is_outlet = is_source is not None or _MEDIA.search(text) is not None
            named.setdefault(text, Item.OUTLET if is_outlet else Item.PERSON)
    return named


def alt_of_image(block: Block) -> str:
    """Return what an image says that stands in place of an outlet's name, or an empty string."""
    for image in islice(block.element.iter("img"), _MOST_ELEMENTS):
        if alt := " ".join((image.get("alt") or image.get("title") or "").split()):
            return alt
    return ""
