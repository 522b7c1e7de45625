"""What a parsed meta line states."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

from newscrawler.extraction.layout import Line
from newscrawler.text.credit_labels import BETWEEN_WORDS, find_labels, fold_credit
from newscrawler.text.roles import AUTHOR_ROLES, MAKERS, ROLES_OF_WORD, Role

LONGEST_SHORT = 24
_COLONS = tuple(":：∶|｜丨")
WRITERS_AND_PHOTOGRAPHERS = MAKERS | AUTHOR_ROLES


class Item(Enum):
    """What a part of a meta line says."""

    __hash__ = object.__hash__
    """That of `Enum` hashes the name each time, in ten times the time."""

    DATE = "date"
    OTHER_TIME = "a date that is not that of publication"
    SOURCE = "source behind a label"
    PEOPLE = "people behind or before a label"
    OUTLET = "outlet without a label"
    PERSON = "person without a label"


BARE = frozenset({Item.OUTLET, Item.PERSON})
"""What words without a label may be."""


@dataclass(frozen=True, slots=True)
class Part:
    """One statement of a meta line: `text` is the value as printed, `label` what stands before it."""

    item: Item
    label: str
    text: str


@dataclass(slots=True)
class MetaLine:
    """A parsed line: its statements in order, and the words that the grammar does not consume."""

    line: Line
    parts: list[Part] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    buttons: int = 0
    """Words that are counts, buttons and labels of other things."""
    is_labelled_above: bool = False
    """Whether the label of its first value stands on the line above, in a cell of its own."""

    @property
    def is_labelled(self) -> bool:
        """Whether a label or a date says what the line is."""
        return not BARE.issuperset([part.item for part in self.parts])

    @property
    def is_meta(self) -> bool:
        """Whether the grammar consumes the whole line, and a label or a date says so."""
        return not self.left and self.is_labelled

    @property
    def is_byline(self) -> bool:
        """Whether the line only names writers and photographers, as a text does at its beginning or its end."""
        if (
            self.buttons
            or self.is_labelled_above
            or not all(
                roles_of(part.label) <= WRITERS_AND_PHOTOGRAPHERS if part.item is Item.PEOPLE else part.item in BARE
                for part in self.parts
            )
        ):
            return False
        # 清河日报 何田 报道 ends a text; 清河日报 记者：何田 stands above it.
        has_colon = any(part.label.rstrip()[-1:] in _COLONS for part in self.parts if part.item is Item.PEOPLE)
        return not (has_colon and self.has(Item.OUTLET))

    @property
    def is_dated_only(self) -> bool:
        """Whether the line states nothing but a date, as an official document does below its text."""
        return not self.buttons and all(part.item is Item.DATE and not part.label for part in self.parts)

    @property
    def is_button(self) -> bool:
        """Whether the line holds nothing but counts, buttons and labels of other things."""
        return self.buttons > 0 and not self.parts and not self.left

    @property
    def is_short(self) -> bool:
        """Whether the line holds nothing but short words without a label: part of a meta line beside one."""
        return not self.left and not self.is_labelled and len(self.line.text) <= LONGEST_SHORT

    @property
    def is_empty(self) -> bool:
        """Whether the line states nothing: a label whose value stands on the next line, or marks alone."""
        return not (self.parts or self.left or self.buttons)

    def has(self, *items: Item) -> bool:
        """Tell whether the line states one of these."""
        return not {part.item for part in self.parts}.isdisjoint(items)


@lru_cache(maxsize=1024)
def roles_of(label: str) -> frozenset[Role]:
    """Return the roles that a label as printed names; an outlet may stand before its words.

    Cached, because a portal has few labels, and each is asked about several times per line.
    """
    return frozenset(
        role
        for match in find_labels(fold_credit(" ".join(label.split())))
        for word in BETWEEN_WORDS.split(match["words"])
        for role in ROLES_OF_WORD[word.replace(" ", "").lower()]
    )
