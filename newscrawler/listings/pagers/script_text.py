"""Reading addresses in the text of scripts. No script is run: literals and sums of them are read, nothing else."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\\n]|\\.){0,500}"|'(?:[^'\\\n]|\\.){0,500}')|(?P<number>\d{1,9})"""
    r"""|(?P<name>[A-Za-z_$][\w$.]{0,60})|(?P<sign>[!=]==?|[<>]=?|[-+()?:]))"""
)
_ESCAPE = re.compile(r"\\(.)")
_LONGEST = 1_000
_DEEPEST = 20
_MOST_COMPARISONS = 8
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "===": operator.eq, "!=": operator.ne, "!==": operator.ne,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def evaluate(expression: str, names: Mapping[str, int | str]) -> str | None:
    """Return the text of an expression such as `"index_" + (n + 1) + ".html"`, the names replaced by their values.

    None if it is anything but a sum of texts, numbers and known names, or a choice of two: `n == 1 ? "a" : "b" + n`.
    """
    tokens = _tokens(expression[:_LONGEST])
    if not tokens:
        return None
    value, rest = _choice(tokens, names, 0)
    return str(value) if value is not None and not rest else None


def is_true(condition: str, names: Mapping[str, int | str]) -> bool | None:
    """Return whether a comparison holds, as `n == 1`, or several: `n < 1 || n > max`; None if that cannot be read."""
    for sign, decisive in (("||", True), ("&&", False)):
        if sign in condition:
            found = [is_true(part, names) for part in condition[:_LONGEST].split(sign)[:_MOST_COMPARISONS]]
            return decisive if decisive in found else None if None in found else not decisive
    truth, rest = _comparison(_tokens(condition[:_LONGEST]), names, 0)
    return truth if not rest else None


def call_arguments(text: str, start: int, longest: int = _LONGEST) -> str | None:
    """Return what stands between the bracket at `start` and the one that closes it; None if none does, or too far."""
    for position, character, depth in _outside_of_quotes(text, start, start + longest):
        if depth == 0 and character in ")]}":
            return text[start + 1 : position]
    return None


def split_arguments(arguments: str) -> list[str]:
    """Return the arguments of a call one by one, as written."""
    arguments = arguments[:_LONGEST]
    parts, begin = [], 0
    for position, character, depth in _outside_of_quotes(arguments, 0, len(arguments)):
        if character == "," and depth == 0:
            parts.append(arguments[begin:position].strip())
            begin = position + 1
    return [*parts, arguments[begin:].strip()]


def literal(argument: str) -> str | int | None:
    """Return the value of an argument that is a text or a whole number; None for any other."""
    if len(argument) >= 2 and argument[0] in "'\"" and argument[-1] == argument[0]:
        return _ESCAPE.sub(r"\1", argument[1:-1])
    return int(argument) if argument.isdecimal() and len(argument) < 10 else None


def _outside_of_quotes(text: str, start: int, end: int) -> Iterator[tuple[int, str, int]]:
    """Yield the characters outside of quotes with their positions and the depth of brackets after them."""
    depth, quote = 0, ""
    for position in range(start, min(len(text), end)):
        character = text[position]
        if quote:
            quote = "" if character == quote and text[position - 1] != "\\" else quote
            continue
        if character in "'\"":
            quote = character
            continue
        depth += (character in "([{") - (character in ")]}")
        yield position, character, depth


def _tokens(expression: str) -> list[tuple[str, str]]:
    tokens, position = [], 0
    expression = expression.strip()
    while position < len(expression):
        match = _TOKEN.match(expression, position)
        if match is None:
            return []
        kind = match.lastgroup or ""
        tokens.append((kind, match[kind]))
        position = match.end()
    return tokens


def _choice(
    tokens: list[tuple[str, str]], names: Mapping[str, int | str], depth: int
) -> tuple[str | int | None, list[tuple[str, str]]]:
    """Read a sum, or one of two behind a comparison."""
    truth, rest = _comparison(tokens, names, depth)
    if truth is None or not rest or rest[0] != ("sign", "?"):
        return _sum(tokens, names, depth)
    first, rest = _choice(rest[1:], names, depth + 1)
    if not rest or rest[0] != ("sign", ":"):
        return None, rest
    second, rest = _choice(rest[1:], names, depth + 1)
    return (first if truth else second), rest


def _comparison(
    tokens: list[tuple[str, str]], names: Mapping[str, int | str], depth: int
) -> tuple[bool | None, list[tuple[str, str]]]:
    if not tokens or depth > _DEEPEST:
        return None, tokens
    if tokens[0] == ("sign", "("):
        truth, rest = _comparison(tokens[1:], names, depth + 1)
        if truth is not None and rest and rest[0] == ("sign", ")"):
            return truth, rest[1:]
    left, rest = _sum(tokens, names, depth)
    if left is None or not rest or (compare := _COMPARISONS.get(rest[0][1])) is None:
        return None, rest
    right, rest = _sum(rest[1:], names, depth)
    if right is None:
        return None, rest
    if isinstance(left, int) and isinstance(right, int):
        return compare(left, right), rest
    return compare(str(left), str(right)), rest  # a number and its digits are equal in a script


def _sum(
    tokens: list[tuple[str, str]], names: Mapping[str, int | str], depth: int
) -> tuple[str | int | None, list[tuple[str, str]]]:
    value, tokens = _term(tokens, names, depth)
    while value is not None and tokens and tokens[0] in (("sign", "+"), ("sign", "-")):
        sign = tokens[0][1]
        other, tokens = _term(tokens[1:], names, depth)
        if other is None:
            return None, tokens
        if isinstance(value, int) and isinstance(other, int):
            value = value + other if sign == "+" else value - other
        elif sign == "+":
            value = f"{value}{other}"
        else:
            return None, tokens
    return value, tokens


def _term(
    tokens: list[tuple[str, str]], names: Mapping[str, int | str], depth: int
) -> tuple[str | int | None, list[tuple[str, str]]]:
    if not tokens or depth > _DEEPEST:
        return None, tokens
    (kind, text), rest = tokens[0], tokens[1:]
    if kind == "text":
        return _ESCAPE.sub(r"\1", text[1:-1]), rest
    if kind == "number":
        return int(text), rest
    if kind == "name":
        return names.get(text), rest
    if text == "(":
        value, rest = _choice(rest, names, depth + 1)
        return (value, rest[1:]) if rest and rest[0] == ("sign", ")") else (None, rest)
    return None, rest
