"""Data in the scripts of a page, read as text: `window.__INITIAL_STATE__ = {…}`, `var map = [{title: '…'}]`.

It may also stand in an element that is not shown, from which a script takes it: `<textarea>[{…}]</textarea>`, the value
of a hidden field, an attribute such as `data-list`.

No script is run. What stands there is JSON, a string of JSON in `JSON.parse(…)`, or literals of JavaScript, also with
the parameters of the function around them, as Nuxt writes its state: `(function(a,b){return {…}}("…",1))`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any
from urllib.parse import unquote

from lxml.etree import _Element

from newscrawler.listings.script_strings import MAX_SCRIPT
from newscrawler.listings.script_tokens import Token, read_tokens
from newscrawler.listings.script_values import unescaped
from newscrawler.text.json_data import parse_json_text

MAX_SCRIPTS = 200
MAX_VALUES = 50
"""Variables of a page that are read."""
MAX_ELEMENT_TEXTS = 20
"""Texts and attributes of elements that are read as data."""
LEAST_DATA = 40
"""Characters of a text that may be a list."""
_HOLDERS = frozenset({"textarea", "xmp", "pre", "template", "noscript", "code", "data"})
"""Elements in whose text pages keep data."""
_MAX_WORK = 16_000_000
"""Characters of a script that are read in vain, as JSON that turns out to be none."""
_MAX_FUNCTIONS = 5
"""Functions of a script that are looked at for what they return."""
_DEEPEST = 40
_JSON_VALUE = re.compile(
    r"(?:[\w$\])\"']\s{0,20}=|\breturn|\()\s{0,20}"
    r"(?:(?P<parse>JSON\.parse\(\s{0,20}(?:decodeURIComponent\(\s{0,20})?)(?=[\"'])|(?=\[\s{0,200}\{|\{\s{0,200}\"))"
)
_BEFORE_VALUE = frozenset({"=", "(", ",", "return"})
_DECODER = json.JSONDecoder()
_NAMES = {"true": True, "false": False, "null": None, "undefined": None}


def script_data(root: _Element) -> list[Any]:
    """Return the objects and arrays in the scripts and elements of a page, in their order; at most `MAX_VALUES`."""
    values = (value for value in chain(_values(root), _of_elements(root)) if isinstance(value, (dict, list)))
    return list(islice(values, MAX_VALUES))


def _of_elements(root: _Element) -> Iterator[Any]:
    """Yield the data in the texts of elements that are made for it, and in attributes of any element."""
    left = MAX_ELEMENT_TEXTS
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        texts = [element.text or ""] if element.tag in _HOLDERS or element.get("hidden") is not None else []
        texts += [str(value) for value in element.attrib.values() if len(value) >= LEAST_DATA]
        for text in texts:
            if len(text) >= LEAST_DATA and text.lstrip()[:1] in ("[", "{") and left > 0:
                left -= 1
                value = parse_json_text(text)
                yield from [value] if value is not None else _literal(f"={text}")


def _values(root: _Element) -> Iterator[Any]:
    for script in islice(root.iter("script"), MAX_SCRIPTS):
        text = script.text or ""
        kind = (script.get("type") or "").lower()
        if "ld+json" in kind or not text.strip():
            continue
        if kind.endswith("json"):
            if (data := parse_json_text(text)) is not None:
                yield data
            continue
        found = list(_strict(text))
        yield from found or _literal(text)


def _strict(text: str) -> Iterator[Any]:
    """Yield the values of a script that are JSON."""
    position = work = 0
    for _ in range(MAX_VALUES):
        match = _JSON_VALUE.search(text, position)
        if match is None or work > _MAX_WORK:
            return
        position = match.end()
        if match["parse"]:
            tokens = read_tokens(text[position : position + MAX_SCRIPT])[:1]
            if not tokens or tokens[0].kind != "string":
                continue
            position += len(tokens[0].text)
            argument = unescaped(tokens[0].text)
            value = parse_json_text(unquote(argument) if "decodeURIComponent" in match["parse"] else argument)
        else:
            try:
                value, position = _DECODER.raw_decode(text, position)
            except json.JSONDecodeError as error:
                work += error.pos - position
                continue
            except (ValueError, RecursionError):
                return
        if value:
            yield value


def _literal(text: str) -> Iterator[Any]:
    """Yield the objects and arrays of a script that are literals of JavaScript."""
    tokens = read_tokens(text[:MAX_SCRIPT])
    position = functions = 0
    while position < len(tokens) - 1:
        token, after = tokens[position], tokens[position + 1]
        position += 1
        if token.kind not in ("mark", "name") or token.text not in _BEFORE_VALUE:
            continue
        if after.kind == "name" and after.text == "function":
            functions += 1
            if functions <= _MAX_FUNCTIONS and (value := _returned(tokens, position)):
                yield value
                return
        elif after.kind == "mark" and after.text in "[{":
            reader = _Literals(tokens, {}, position)
            if value := reader.value():
                yield value
            position = reader.position


def _returned(tokens: list[Token], start: int) -> Any:
    """Return what `function(a,b){return {…}}("x",1)` returns, which begins at a position; None for another function."""
    texts = [token.text if token.kind in ("name", "mark") else "" for token in tokens[start:]]
    try:
        closing = texts.index(")")
        begin = texts.index("return", closing) + 1
    except ValueError:
        return None
    if texts[:2] != ["function", "("] or texts[closing + 1] != "{" or begin != closing + 3:
        return None
    reader = _Literals(tokens, {}, start + begin)
    reader.value()
    # Behind the value: the end of the function, perhaps that of the brackets around it, and the arguments.
    for _ in range(4):
        if reader.is_at("("):
            break
        reader.position += 1
    names = [token.text for token in tokens[start:][2:closing] if token.kind == "name"]
    reader.position += 1
    arguments = reader.items(")", 0)
    return _Literals(tokens, dict(zip(names, arguments, strict=False)), start + begin).value()


class _Literals:
    """Reads a literal of JavaScript from its tokens. Names stand for `known` values, or for null."""

    def __init__(self, tokens: list[Token], known: dict[str, Any], position: int) -> None:
        self._tokens = tokens
        self._known = {**_NAMES, **known}
        self.position = position

    def value(self, depth: int = 0) -> Any:
        """Return the object, array, text or number that begins here; None for anything else."""
        token = self._next()
        if token is None or depth > _DEEPEST:
            return None
        match token.kind, token.text:
            case ("string" | "template", text):
                return unescaped(text)
            case ("number", text):
                return float(text) if "." in text else int(text[:20])
            case ("name", name):
                return self._known.get(name)
            case ("mark", "{"):
                return self._object(depth)
            case ("mark", "["):
                return self.items("]", depth)
            case ("mark", "!" | "-" | "+" as sign):
                inner = self.value(depth + 1)
                if sign == "!":
                    return not inner
                return -inner if sign == "-" and isinstance(inner, (int, float)) else inner
        return None

    def _at(self) -> Token | None:
        return self._tokens[self.position] if self.position < len(self._tokens) else None

    def _next(self) -> Token | None:
        token = self._at()
        self.position += 1
        return token

    def is_at(self, *marks: str) -> bool:
        """Tell whether one of these marks comes next, or nothing more."""
        token = self._at()
        return token is None or (token.kind == "mark" and token.text in marks)

    def items(self, closing: str, depth: int) -> list[Any]:
        """Return the values up to a bracket that closes."""
        items: list[Any] = []
        while not self.is_at(closing):
            items.append(self.value(depth + 1))
            self._skip(",", closing)
        self.position += 1
        return items

    def _object(self, depth: int) -> dict[str, Any]:
        members: dict[str, Any] = {}
        while not self.is_at("}"):
            name = self._next()
            if self.is_at(":") and name is not None:
                self.position += 1
                members[unescaped(name.text)] = self.value(depth + 1)
            self._skip(",", "}")
        self.position += 1
        return members

    def _skip(self, *marks: str) -> None:
        """Go behind the next comma, or to the bracket that closes; what stands before it is an expression."""
        depth = 0
        while (token := self._at()) is not None:
            if token.kind == "mark":
                if depth == 0 and token.text in marks:
                    self.position += token.text == ","
                    return
                depth += (token.text in ("{", "[", "(")) - (token.text in ("}", "]", ")"))
                if depth < 0:
                    return
            self.position += 1
