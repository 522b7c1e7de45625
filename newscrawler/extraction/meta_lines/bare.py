"""Words of a meta line that no label explains: buttons, outlets, persons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import islice

from newscrawler import places
from newscrawler.extraction.html import text_up_to
from newscrawler.extraction.layout import Block
from newscrawler.extraction.meta_lines.statements import Item
from newscrawler.extraction.meta_lines.words import BUTTON, OWN_NAME, PLACE, is_outlet
from newscrawler.text.names import SENTENCE, is_likely_name

LONGEST_WORD = 24
"""Characters of an outlet or a person."""
_LONGEST_BUTTON = 16
_LONGEST_WITHOUT_END = 12
"""Characters of an outlet whose name does not end as such names do."""
_HANDLE = re.compile(r"[A-Za-z][\w .-]{1,20}$")
_COUNTED = re.compile(r"[\d,.]+\s?万?\+?\s?(?:次|人|条|个)?\S{0,4}$")
_MOST_ELEMENTS = 16
_SOURCE_NAME = re.compile(r"(?:^|[\s_-])(?:source|(?<!rich_)media|laiyuan|lyuan|origin|from)", re.IGNORECASE)
_PERSON_NAME = re.compile(r"(?:^|[\s_-])(?:author|writer|zuozhe|reporter|byline)", re.IGNORECASE)
"""How elements of meta lines are called on pages of many systems. `editor` is not among them: editors have a label."""

_MEDIA = re.compile("..(?:报|社|刊|网|台|新闻|传媒|融媒|发布|客户端)$")
"""How accounts end that stand where a writer does."""


@lru_cache(maxsize=4096)
def is_button(text: str) -> bool:
    """Tell whether a word is a button or a count. Cached, because the pages of a portal repeat their buttons."""
    return len(text) <= _LONGEST_BUTTON and (BUTTON.match(text.rstrip("+＋") or text) is not None or _is_count(text))


def _is_count(text: str) -> bool:
    """Tell whether a word begins with a number and is no outlet: 128人参与, not 39健康网."""
    return _COUNTED.match(text) is not None and not is_outlet(text)


def is_place(text: str) -> bool:
    """Tell whether a word is the place of a writer or reader."""
    return PLACE.match(text) is not None or places.is_place(text)


def item_of(named: Mapping[str, Item], printed: str, text: str) -> Item | None:
    """Return what a word is: an outlet, a person, or None for what may be anything.

    `named` is what elements that hold just a word are called, `printed` is the word as its element has it, `text` the
    same without loose marks.
    """
    if printed in named:
        return named[printed]
    ends_so = is_outlet(text)
    if not ends_so and (is_likely_name(text) or _HANDLE.match(text)):
        return Item.PERSON
    if not 2 <= len(text) <= LONGEST_WORD:
        return None
    if ends_so or OWN_NAME.fullmatch(text) or (len(text) <= _LONGEST_WITHOUT_END and not SENTENCE.search(text)):
        return Item.OUTLET
    return None


def named_words(block: Block) -> dict[str, Item]:
    """Return the texts of the elements of a meta line that are called outlet or person, and which of these.

    Such as `<span class="source">` and `<em id="author_name">`.
    """
    named: dict[str, Item] = {}
    own = block.element
    for element in islice(own.iter(), _MOST_ELEMENTS) if len(own) else (own,):
        identity, classes = element.get("id"), element.get("class")
        if (identity or classes) and (item := _named_item(f"{identity or ''} {classes or ''}")):
            text = " ".join(text_up_to(element, 80).split())
            named.setdefault(text, Item.OUTLET if item is Item.OUTLET or _MEDIA.search(text) else Item.PERSON)
    return named


@lru_cache(maxsize=1024)
def _named_item(names: str) -> Item | None:
    """Return what an element with this id and these classes holds by its names, None if they do not say."""
    is_source, is_person = _SOURCE_NAME.search(names), _PERSON_NAME.search(names)
    if (is_source is None) == (is_person is None):
        return None
    return Item.OUTLET if is_source else Item.PERSON


def alt_of_image(block: Block) -> str:
    """Return what an image says that stands in place of an outlet's name, or an empty string."""
    for image in islice(block.element.iter("img"), _MOST_ELEMENTS):
        if alt := " ".join((image.get("alt") or image.get("title") or "").split()):
            return alt
    return ""
