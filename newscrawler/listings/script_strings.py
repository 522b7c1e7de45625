"""The strings of a script, read as text. No script is run.

Portals build menus with scripts: `document.write('<a href="/yc/">宜昌</a>')`, `cities = [{name: "宜昌", url: "/yc/"}]`.
What such a script shows stands in its string literals. This module finds them, joins what `+` joins, and applies the
few operations whose result is clear from the text: `split`, `replace`, `substring` and their like. A part that is not
known (a variable of another file, the result of a function) becomes `UNKNOWN`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from newscrawler.listings.script_tokens import Token, member_end, read_tokens
from newscrawler.listings.script_values import DECODERS, UNKNOWN, applied, from_char_codes, split, unescaped

MAX_SCRIPT = 400_000
"""Characters of a script that are read."""
MAX_STRING = 100_000
"""Characters of one joined string; a longer one is not known."""
_MAX_DEPTH = 8
_MAX_ELEMENTS = 200
"""Elements of an array that are known one by one."""
_MAX_WORK = 4_000_000
"""Characters that joining strings may produce in one script: variables may double themselves."""

_PLAIN_PATTERN = re.compile(r"[^\\.*+?^$|()\[\]{}]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_INSERT = re.compile(r"\$\{([^{}]{0,80})\}")
_OPENING, _CLOSING = "([{", ")]}"
_WRITING = ("write", "writeln", "html", "append", "prepend", "insertAdjacentHTML")
_WRITTEN_PROPERTIES = ("innerHTML", "outerHTML", "innerText", "textContent")


@dataclass(frozen=True, slots=True)
class ScriptString:
    """A string of a script."""

    text: str
    """Its value; `UNKNOWN` stands for what the text does not show."""
    group: int
    """The number of the object or array around it; 0 outside of all."""
    is_written: bool
    """Whether the script writes it into the page: `document.write(…)`, `….innerHTML = …`."""
    around: int = -1
    """The number of the object in which its object stands; -1 if that stands in none, or it in an array."""


def read_strings(script: str, known: dict[str, str] | None = None) -> list[ScriptString]:
    """Return the strings of a script in their order.

    `known` holds the values of variables, by name (`city`, `this.value`). Variables that the script sets to a known
    string are added to it.
    """
    return list(_Reader(read_tokens(script[:MAX_SCRIPT]), {} if known is None else known).strings())


def written_markup(strings: list[ScriptString]) -> str:
    """Return what a script writes into its page: the strings that it writes, or else all strings, in their order.

    `UNKNOWN` stays in it, so that an address with an unknown part is not taken for a whole one.
    """
    written = [string.text for string in strings if string.is_written]
    if not any(text.strip(UNKNOWN) for text in written):
        written = [string.text for string in strings]
    return "".join(written)


class _Reader:
    """Walks through the tokens of a script, with the brackets around each."""

    def __init__(self, tokens: list[Token], known: dict[str, str]) -> None:
        self._tokens = tokens
        self._known = known
        self._brackets: list[tuple[int, bool, int, bool]] = [(0, False, -1, False)]
        """Open brackets: the group's number, whether what is inside is written into the page, the object around it,
        and whether they are those of an object."""
        self._groups = 0
        self._work = 0
        self._parts: list[str] | None = None
        """What `split` returned in the last expression, if nothing chose one of the parts."""

    def _text(self, position: int) -> str:
        """Return the text of a token that is a mark; empty for all others and beyond the ends."""
        if 0 <= position < len(self._tokens) and self._tokens[position].kind == "mark":
            return self._tokens[position].text
        return ""

    def strings(self) -> Iterator[ScriptString]:
        position = 0
        while position < len(self._tokens):
            token = self._tokens[position]
            group, is_written, around, _ = self._brackets[-1]
            if token.kind == "mark":
                if entry := self._entry(position):
                    key, value, position = entry
                    self._groups += 1
                    yield ScriptString(key, self._groups, is_written=False)
                    yield ScriptString(value, self._groups, is_written=False)
                    continue
                self._step_over(position)
                position += 1
                continue
            if token.kind == "name" and _HAN.match(token.text) and self._text(position + 1) == ":":
                yield ScriptString(token.text, group, is_written=False, around=around)
            target, operator, start = self._assignment(position)
            self._parts = None
            value, end = self._expression(start, 0)
            if target and (elements := self._elements(start) or self._parts):
                self._known |= {f"{target}[{number}]": text for number, text in enumerate(elements)}
            if not target and not self._is_of_interest(position, end, is_written):
                position = max(end, position + 1)
                continue
            if value.strip(UNKNOWN):
                is_output = is_written or target.rpartition(".")[2] in _WRITTEN_PROPERTIES
                yield ScriptString(value, group, is_output, around)
            if target:
                self._assign(target, operator, value if end > start else UNKNOWN)
            position = max(end, position + 1)

    def _step_over(self, position: int) -> None:
        text = self._tokens[position].text
        if text in _OPENING:
            group, is_written, around, is_object = self._brackets[-1]
            before = self._tokens[position - 1] if position else Token("mark", "")
            if text == "(":
                is_written = is_written or (before.kind == "name" and before.text in _WRITING)
            elif text == "{" and before.text == ")":
                is_written = False
            else:
                # Only objects and arrays keep their strings together, not calls and blocks of statements.
                self._groups += 1
                around, is_object = (group if is_object and text == "{" else -1), text == "{"
                group = self._groups
            self._brackets.append((group, is_written and text != "{", around, is_object))
        elif text in _CLOSING and len(self._brackets) > 1:
            self._brackets.pop()

    def _entry(self, position: int) -> tuple[str, str, int] | None:
        """Return what `["宜昌"] = "/yc/"` sets: key, value and the position after it; None for anything else."""
        if self._text(position) != "[" or self._text(position + 2) != "]" or self._text(position + 3) != "=":
            return None
        key = self._tokens[position + 1]
        value, end = self._expression(position + 4, 0)
        if key.kind != "string" or end == position + 4 or not value.strip(UNKNOWN):
            return None
        return unescaped(key.text), value, end

    def _is_of_interest(self, start: int, end: int, is_written: bool) -> bool:
        """Whether an expression says more than the name of a variable whose value was read where it was set."""
        return is_written or any(token.kind in ("string", "template") for token in self._tokens[start:end])

    def _assignment(self, position: int) -> tuple[str, str, int]:
        """Return the variable that is set here, `=` or `+=`, and where its value begins."""
        if self._tokens[position].kind == "name":
            name, after = self._dotted(position)
            if (operator := self._text(after)) in ("=", "+="):
                return name, operator, after + 1
        return "", "", position

    def _assign(self, name: str, operator: str, value: str) -> None:
        if operator == "+=":
            value = self._known.get(name, UNKNOWN) + value
        self._known[name] = self._bounded(value)

    def _elements(self, position: int) -> list[str]:
        """Return the values of the array that begins here: `["武汉", "宜昌"]`, `new Array("武汉", "宜昌")`."""
        words = [token.text for token in self._tokens[position : position + 3]]
        position += 1 if words[:1] == ["["] else 3 if words == ["new", "Array", "("] else 0
        elements: list[str] = []
        while position and position < len(self._tokens) and len(elements) < _MAX_ELEMENTS:
            value, end = self._expression(position, 0)
            if end == position:
                break
            elements.append(value)
            if self._text(end) != ",":
                break
            position = end + 1
        return elements if len(elements) > 1 else []

    def _dotted(self, position: int) -> tuple[str, int]:
        """Return a name with its properties (`this.value`), and the position after it."""
        parts = [self._tokens[position].text]
        position += 1
        while self._text(position) == "." and position + 1 < len(self._tokens) and len(parts) < 8:
            if self._tokens[position + 1].kind != "name" or self._text(position + 2) == "(":
                break
            parts.append(self._tokens[position + 1].text)
            position += 2
        return ".".join(parts), position

    # Values. Each method returns the value and the position after it; the same position if there is none.

    def _expression(self, position: int, depth: int) -> tuple[str, int]:
        pieces: list[str] = []
        start = position
        while position < len(self._tokens):
            value, end = self._operand(position, depth)
            if end == position:
                if pieces:  # a "+" with something unknown behind it
                    pieces.append(UNKNOWN)
                break
            position = end
            pieces.append(value)
            if self._text(position) != "+":
                break
            position += 1
        return (self._bounded("".join(pieces)), position) if pieces else ("", start)

    def _bounded(self, value: str) -> str:
        """Return a value, or UNKNOWN if it, or all values together, are too long."""
        self._work += len(value)
        is_bounded = len(value) <= MAX_STRING and self._work <= _MAX_WORK
        return value if is_bounded and value.strip(UNKNOWN) else UNKNOWN if value else ""

    def _operand(self, position: int, depth: int) -> tuple[str, int]:
        token = self._tokens[position]
        if depth > _MAX_DEPTH or token.kind == "pattern":
            return "", position
        if token.kind in ("string", "template"):
            value, end = unescaped(token.text), position + 1
            if token.kind == "template":
                value = _INSERT.sub(lambda match: self._known.get(match[1].strip(), UNKNOWN), value)
        elif token.kind == "number":
            value, end = token.text, position + 1
        elif token.kind == "name":
            return self._named(position, depth)
        elif token.text == "(":
            value, end = self._expression(position + 1, depth + 1)
            if end == position + 1 or self._text(end) != ")":
                return "", position
            end += 1
        else:
            return "", position
        return self._operations(value, end, depth)

    def _named(self, position: int, depth: int) -> tuple[str, int]:
        name, end = self._dotted(position)
        decode = DECODERS.get(name.rpartition(".")[2])
        if name == "String" and [token.text for token in self._tokens[end : end + 3]] == [".", "fromCharCode", "("]:
            codes, after = self._arguments(end + 2, depth)
            if codes:
                return self._operations(from_char_codes(codes), after, depth)
        if decode and self._text(end) == "(":
            arguments, after = self._arguments(end, depth)
            if len(arguments) == 1:
                return self._operations(decode(arguments[0]), after, depth)
        if self._text(end) == "[" and self._text(end + 2) == "]":
            index = self._tokens[end + 1]
            element = f"{name}[{index.text}]"
            if element in self._known:
                return self._operations(self._known[element], end + 3, depth)
            if index.kind != "string" and (after := member_end(self._tokens, end)):
                return UNKNOWN, after
        if self._text(end) in ("(", "["):
            # What another function makes of its arguments is not known; the walk reads the strings among them.
            return "", position
        if name in self._known:
            return self._operations(self._known[name], end, depth)
        return UNKNOWN, end

    def _arguments(self, position: int, depth: int) -> tuple[list[str], int]:
        """Return the values of the arguments in the brackets that open here, and the position after them."""
        arguments: list[str] = []
        at = position + 1
        while at < len(self._tokens) and len(arguments) < 8:
            if self._text(at) == ")":
                return arguments, at + 1
            token = self._tokens[at]
            if token.kind == "pattern":
                value, end = token.text if _PLAIN_PATTERN.fullmatch(token.text) else UNKNOWN, at + 1
            else:
                value, end = self._expression(at, depth + 1)
            if end == at:
                break
            arguments.append(value)
            at = end + 1 if self._text(end) == "," else end
            if at == end and self._text(end) != ")":
                break
        return [], position

    def _operations(self, value: str, position: int, depth: int) -> tuple[str, int]:
        """Apply the operations that follow a value: `.split("，")[0].trim()`."""
        for _ in range(_MAX_DEPTH):
            if self._text(position) != "." or position + 2 >= len(self._tokens):
                break
            method = self._tokens[position + 1].text
            if self._text(position + 2) != "(":
                break
            if method == "replace" and self._tokens[min(position + 3, len(self._tokens) - 1)].kind == "pattern":
                method = "replaceAll"  # patterns almost always have the flag g
            arguments, end = self._arguments(position + 2, depth)
            if end == position + 2:
                break
            if method == "split":
                parts = split(value, arguments)
                following = self._part_of(parts, end, depth)
                if following is None:
                    self._parts = parts[:_MAX_ELEMENTS]
                    return UNKNOWN, end
                value, position = following
                continue
            position = end
            value = self._bounded(applied(value, method, arguments))
        return value, position

    def _part_of(self, parts: list[str], position: int, depth: int) -> tuple[str, int] | None:
        """Return the part that `[0]`, `.join("")` or `.pop()` takes of what `split` returned."""
        if self._text(position) == "[" and self._text(position + 2) == "]":
            index = self._tokens[position + 1]
            if index.kind == "number" and index.text.isdigit() and len(index.text) < 6:
                number = int(index.text)
                return (parts[number] if number < len(parts) else UNKNOWN), position + 3
        for _ in range(3):
            if self._text(position) != "." or position + 2 >= len(self._tokens):
                return None
            method = self._tokens[position + 1].text
            arguments, end = self._arguments(position + 2, depth)
            if end == position + 2:
                return None
            position = end
            if method == "reverse":
                parts = parts[::-1]
            elif method == "join":
                joined = (arguments[0] if arguments else ",").join(parts)
                return self._bounded(joined), position
            elif method in ("pop", "shift") and parts:
                return (parts[-1] if method == "pop" else parts[0]), position
            else:
                return None
        return None
