"""Filling hand-written text with facts: deterministic, the same on every machine.

The notation of the data files: `{slot}` is a fact of the story, `{30-90}` or `{1.2-4.8}` a number from
that range, `[a|b]` one of these. Choices are drawn from SHA-256 of a key, never from a random generator.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{([^{}]*)\}")
_RANGE = re.compile(r"(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)")


class Dice:
    """An endless sequence of choices that depends on nothing but its key."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._draws = 0

    def below(self, limit: int) -> int:
        """An integer from 0 to `limit` - 1."""
        self._draws += 1
        digest = hashlib.sha256(f"{self._key}#{self._draws}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % limit

    def between(self, low: int, high: int) -> int:
        """An integer from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def pick(self, options: Sequence[T]) -> T:
        """One of `options`."""
        return options[self.below(len(options))]

    def sample(self, options: Sequence[T], count: int) -> list[T]:
        """`count` different options (all, if there are fewer), in their original order."""
        left = list(range(len(options)))
        while len(left) > count:
            del left[self.below(len(left))]
        return [options[index] for index in left]

    def chance(self, percent: int) -> bool:
        """True in `percent` of a hundred cases."""
        return self.below(100) < percent


def fill(template: str, facts: dict[str, str], dice: Dice) -> str:
    """Replace choices, slots and ranges; a slot that `facts` lacks is a KeyError.

    A number once drawn is a fact from then on, so that a headline and its story agree.
    """

    def value(match: re.Match[str]) -> str:
        span = _RANGE.fullmatch(match[1])
        if span is not None and match[1] not in facts:
            facts[match[1]] = _number(span[1], span[2], dice)
        return facts[match[1]]

    return _SLOT.sub(value, _CHOICE.sub(lambda match: dice.pick(match[1].split("|")), template))


def _number(low: str, high: str, dice: Dice) -> str:
    if "." not in low:
        return str(dice.between(int(low), int(high)))
    tenths = dice.between(round(float(low) * 10), round(float(high) * 10))
    return f"{tenths // 10}.{tenths % 10}"


@dataclass(frozen=True, slots=True)
class Topic:
    """Hand-written templates of one kind of story; `setting` is rural, urban or any."""

    id: str
    setting: str
    keywords: tuple[str, ...]
    titles: tuple[str, ...]
    summaries: tuple[str, ...]
    leads: tuple[str, ...]
    paragraphs: tuple[str, ...]
    endings: tuple[str, ...]
    captions: tuple[str, ...]
    subheads: tuple[str, ...]
    terrain: str = ""
    """hill or plain where only such a place could print it."""


def _topic(row: dict[str, Any]) -> Topic:
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return Topic(**fields)


class Folder(Protocol):
    """A directory of data files: a `pathlib.Path` or an `importlib.resources` traversable."""

    def joinpath(self, name: str, /) -> File:
        """The file of that name."""


class File(Protocol):
    """A readable data file."""

    def read_text(self, encoding: str) -> str:
        """The whole text."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """All the text that a portal's stories are made of."""

    topics: tuple[Topic, ...]
    shared: tuple[str, ...]
    """Paragraphs that fit any topic."""
    people: Mapping[str, tuple[str, ...]]
    """Lists of names: surnames, given, towns, villages, communities, streets, outlets, editors."""

    @classmethod
    def load(cls, folder: Folder) -> Corpus:
        """Read `topics.toml` and `people.toml`."""
        stories = tomllib.loads(folder.joinpath("topics.toml").read_text(encoding="utf-8"))
        people = tomllib.loads(folder.joinpath("people.toml").read_text(encoding="utf-8"))
        return cls(
            topics=tuple(_topic(row) for row in stories["topic"]),
            shared=tuple(stories["shared"]["paragraphs"]),
            people={key: tuple(names) for key, names in people.items()},
        )

    def person(self, dice: Dice) -> str:
        """An invented person's name."""
        return dice.pick(self.people["surnames"]) + dice.pick(self.people["given"])
