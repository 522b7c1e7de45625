"""The difference of two Chinese texts, by sentence first, then by word within a changed sentence.

Chinese text has no spaces: a Han character counts as a word, as do a number and a word of letters. What two sentences
have in common by chance would tear words apart (贫困户 and 脱贫户 share two characters). So a common stretch that is no
longer than the changes on both of its sides is part of the change: 贫困 was replaced by 脱贫. It is the rule of
diff-match-patch's semantic cleanup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

MAX_SENTENCES = 3_000
"""Of a changed stretch: beyond this it is shown as replaced whole, since comparing costs the square."""
MAX_CHARACTERS = 1_500
"""Of a changed stretch that is compared by word."""
MIN_COMMON = 0.4
"""Less in common than this, and two sentences are shown one after the other, not woven together."""

_SENTENCE = re.compile(r"[^。！？；!?;\n]*(?:[。！？；!?;]+[”’」』）)\"']*|\n|$)")

_WORD = re.compile(r"[A-Za-z]+|[0-9]+(?:[.,:][0-9]+)*%?|\s+|.", re.DOTALL)

Kind = Literal["same", "removed", "added"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that both have, or only the old one, or only the new one."""

    kind: Kind
    text: str


def difference(old: str, new: str) -> list[Piece]:
    """Return the pieces that lead from one text to the other.

    The pieces that are `same` and `removed` make up the old text, those `same` and `added` the new one.
    """
    before, after = _sentences(old), _sentences(new)
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    pieces = [Piece("same", "".join(before[:head]))]
    pieces += _between(before[head : len(before) - tail], after[head : len(after) - tail])
    pieces.append(Piece("same", "".join(before[len(before) - tail :]) if tail else ""))
    return list(_joined(pieces))


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE.findall(text) if sentence]


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    number = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        number += 1
    return number


def _between(before: list[str], after: list[str]) -> Iterator[Piece]:
    if max(len(before), len(after)) > MAX_SENTENCES:
        yield from _replaced("".join(before), "".join(after))
        return
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(before[i1:i2]))
        else:
            yield from _by_word("".join(before[i1:i2]), "".join(after[j1:j2]))


def _by_word(old: str, new: str) -> Iterator[Piece]:
    if not old or not new or max(len(old), len(new)) > MAX_CHARACTERS:
        yield from _replaced(old, new)
        return
    before, after = _WORD.findall(old), _WORD.findall(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < MIN_COMMON:
        yield from _replaced(old, new)
        return
    changes = [
        _Change("".join(before[i1:i2]), "".join(after[j1:j2]), "")
        if tag != "equal"
        else _Change("", "", "".join(before[i1:i2]))
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
    ]
    for change in _without_chance(changes):
        yield from _replaced(change.removed, change.added)
        yield Piece("same", change.same)


@dataclass(slots=True)
class _Change:
    """A change, or what both texts have after it."""

    removed: str
    added: str
    same: str

    @property
    def size(self) -> int:
        return max(len(self.removed), len(self.added))


def _without_chance(changes: list[_Change]) -> list[_Change]:
    """Return the changes, with the common stretches between two of them that are no longer than either."""
    kept: list[_Change] = []
    for change in changes:
        if kept and not kept[-1].same:
            kept[-1] = _Change(kept[-1].removed + change.removed, kept[-1].added + change.added, change.same)
        else:
            kept.append(change)
        # A change that grew may now be longer than what is common before it.
        while len(kept) > 1 and not kept[-1].same and _is_chance(kept[-2], kept[-1]):
            last, first = kept.pop(), kept.pop()
            kept.append(_Change(first.removed + first.same + last.removed, first.added + first.same + last.added, ""))
    return kept


def _is_chance(first: _Change, last: _Change) -> bool:
    return len(first.same) <= min(first.size, last.size)


def _replaced(old: str, new: str) -> Iterator[Piece]:
    yield Piece("removed", old)
    yield Piece("added", new)


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    """Join neighbours of a kind and leave out what is empty."""
    held: Piece | None = None
    for piece in pieces:
        if not piece.text:
            continue
        if held is not None and held.kind == piece.kind:
            held = Piece(held.kind, held.text + piece.text)
            continue
        if held is not None:
            yield held
        held = piece
    if held is not None:
        yield held
