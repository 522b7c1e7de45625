"""Sums in scripts that compose an address with the number of a page: `base + 'list_' + (page + 1) + '.html'`.

No script is run. What stands in the sum is known (texts, variables that the page sets, values of its elements), or it
is the number of a page: a *hole*, whose value may be known, too. A sum with anything else is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from newscrawler.listings.script_tokens import Token, read_tokens
from newscrawler.listings.script_values import unescaped


@dataclass(frozen=True, slots=True)
class Hole:
    """The number of a page in a sum."""

    name: str
    value: int | None
    """What it is when the page has been loaded; None if the page does not show it."""
    offset: int = 0
    """What the sum adds to it."""


Piece = str | Hole
Value = int | Hole | tuple[Piece, ...]


class Names(Protocol):
    """What the names of a script stand for."""

    def named(self, name: str) -> Value | None:
        """Return the value of a variable, with dots (`location.pathname`); None if it is not known."""

    def of_element(self, selector: str, method: str, argument: str) -> Value | None:
        """Return what `$(selector).method(argument)` is; None if it is not known."""


_DEEPEST = 8
_MOST_PARTS = 30
_STARTS = frozenset(["+=", *"(,=:?{[;&|!"])
_SAME = frozenset({"parseInt", "Number", "String", "encodeURI", "encodeURIComponent", "escape", "eval"})
"""Functions whose result stands in an address like their argument."""
_INSERT = re.compile(r"\$\{([^{}]{0,80})\}")


def read_sums(tokens: list[Token], names: Names) -> Iterator[tuple[int, Value]]:
    """Yield the values of the expressions of a script that begin where a value may stand, and where each begins."""
    reader = SumReader(tokens, names)
    position = 0
    while position < len(tokens):
        before = tokens[position - 1] if position else Token("mark", ";")
        is_start = before.text in _STARTS if before.kind == "mark" else before.text == "return"
        value, end = reader.value(position) if is_start and tokens[position].kind != "mark" else (None, position)
        if value is not None:
            yield position, value
        position = max(end, position + 1) if value is not None else position + 1


class SumReader:
    """Reads values from the tokens of a script. Each method returns a value, or None, and the position after it."""

    def __init__(self, tokens: list[Token], names: Names) -> None:
        self._tokens = tokens
        self._names = names

    def value(self, position: int, depth: int = 0) -> tuple[Value | None, int]:
        """Return the sum that begins at a position."""
        total, position = self._operand(position, depth)
        for _ in range(_MOST_PARTS):
            sign = self.mark(position)
            if total is None or sign not in ("+", "-"):
                break
            other, position = self._operand(position + 1, depth)
            total = None if other is None else _added(total, other, sign)
        return total, position

    def mark(self, position: int) -> str:
        """Return the punctuation at a position; empty where something else stands."""
        is_mark = 0 <= position < len(self._tokens) and self._tokens[position].kind == "mark"
        return self._tokens[position].text if is_mark else ""

    def _is_name(self, position: int) -> bool:
        return position < len(self._tokens) and self._tokens[position].kind == "name"

    def _operand(self, position: int, depth: int) -> tuple[Value | None, int]:
        if position >= len(self._tokens) or depth > _DEEPEST:
            return None, position
        token = self._tokens[position]
        value: Value | None = None
        end = position + 1
        if token.kind == "string":
            value = (unescaped(token.text),)
        elif token.kind == "template":
            value = self._template(token.text, depth)
        elif token.kind == "number":
            value = int(token.text) if token.text.isdecimal() and len(token.text) < 10 else (token.text,)
        elif token.kind == "name":
            value, end = self._named(position, depth)
        elif token.text == "(":
            value, end = self.value(position + 1, depth + 1)
            value, end = (value, end + 1) if self.mark(end) == ")" else (None, end)
        elif token.text == "++" and self._is_name(position + 1):
            value, end = self._named(position + 1, depth)
        if self.mark(end) == "++":
            end += 1
        # What a method or an index makes of a value is not known.
        return (None, end) if self.mark(end) in (".", "[", "(") else (value, end)

    def _template(self, text: str, depth: int) -> Value | None:
        pieces: list[Piece] = []
        position = 0
        for match in _INSERT.finditer(text):
            inner = SumReader(read_tokens(match[1]), self._names)
            value, end = inner.value(0, depth + 1)
            if value is None or end < len(inner._tokens) or len(pieces) > _MOST_PARTS:
                return None
            pieces += [unescaped(text[position : match.start()]), *pieces_of(value)]
            position = match.end()
        return (*pieces, unescaped(text[position:]))

    def _named(self, position: int, depth: int) -> tuple[Value | None, int]:
        name = self._tokens[position].text
        if name in _SAME and self.mark(position + 1) == "(":
            value, end = self.value(position + 2, depth + 1)
            if self.mark(end) == "," and self.mark(end + 2) == ")":  # parseInt(x, 10)
                end += 2
            return (value, end + 1) if self.mark(end) == ")" else (None, end)
        if name in ("$", "jQuery") and self.mark(position + 1) == "(":
            return self._of_element(position + 2)
        texts = [token.text for token in self._tokens[position : position + 8]]
        if texts[:4] == ["document", ".", "getElementById", "("] and texts[5:7] == [")", "."]:
            return self._names.of_element(f"#{texts[4]}", "val", ""), position + 8
        parts, end = [name], position + 1
        while self.mark(end) == "." and self._is_name(end + 1) and len(parts) < 6:
            parts.append(self._tokens[end + 1].text)
            end += 2
        if parts[-1] == "toString" and self.mark(end) == "(" and self.mark(end + 1) == ")":
            return self._names.named(".".join(parts[:-1])), end + 2
        return self._names.named(".".join(parts)), end

    def _of_element(self, position: int) -> tuple[Value | None, int]:
        """Read what follows `$(`: `"#page").val()`, `this).data("page")`."""
        tokens = self._tokens[position : position + 7]
        texts = [token.text for token in tokens]
        if len(tokens) < 6 or texts[1:3] != [")", "."] or texts[4] != "(":
            return None, position
        selector, method = texts[0], texts[3]
        if texts[5] == ")":
            return self._names.of_element(selector, method, ""), position + 6
        if tokens[5].kind == "string" and texts[6:7] == [")"]:
            return self._names.of_element(selector, method, texts[5]), position + 7
        return None, position


def pieces_of(value: Value) -> tuple[Piece, ...]:
    """Return the pieces of a value as it stands in an address."""
    return value if isinstance(value, tuple) else (str(value),) if isinstance(value, int) else (value,)


def _added(left: Value, right: Value, sign: str) -> Value | None:
    factor = 1 if sign == "+" else -1
    if isinstance(left, int) and isinstance(right, int):
        return left + factor * right
    if isinstance(left, Hole) and isinstance(right, int):
        return replace(left, offset=left.offset + factor * right)
    if isinstance(left, int) and isinstance(right, Hole) and sign == "+":
        return replace(right, offset=right.offset + left)
    return (*pieces_of(left), *pieces_of(right)) if sign == "+" else None
