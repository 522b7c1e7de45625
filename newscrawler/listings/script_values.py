"""Values of strings in scripts: their escapes, and what the methods of strings make of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

UNKNOWN = "\ufffc"
"""Stands in a string for a part whose value the text does not show."""
_ESCAPE = re.compile(r"\\(u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r?\n|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_PERCENT_U = re.compile(r"%u([0-9a-fA-F]{4})")
DECODERS: dict[str, Callable[[str], str]] = {
    "unescape": lambda text: unquote(_PERCENT_U.sub(lambda match: _code_point(match[1]), text), "latin-1"),
    "decodeURI": unquote,
    "decodeURIComponent": unquote,
}
"""Functions that decode their argument."""


def from_char_codes(codes: list[str]) -> str:
    """Return the text of `String.fromCharCode(27494, 27721)`; UNKNOWN if a code is not known."""
    if not all(code.isdecimal() and len(code) < 8 for code in codes):
        return UNKNOWN
    return "".join(_code_point(f"{int(code):x}") for code in codes)


def unescaped(text: str) -> str:
    """Return what stands between the quotes of a string, with its escapes resolved."""
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    code = match[1]
    if code[0] in "ux" and len(code) > 1:
        return _code_point(code[1:].strip("{}"))
    return "" if code.endswith("\n") else _ESCAPED.get(code, code)


def _code_point(digits: str) -> str:
    """Return the character of a hexadecimal number; nothing for a surrogate, which is no character."""
    number = int(digits, 16)
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else ""


def split(value: str, arguments: list[str]) -> list[str]:
    """Return the parts of a string, as its method `split` does."""
    if not arguments:
        return [value]
    return value.split(arguments[0]) if arguments[0] else list(value)


def applied(value: str, method: str, arguments: list[str]) -> str:
    """Return the result of a method of strings; UNKNOWN for a method that is not known."""
    numbers = [int(argument) if argument.isdigit() and len(argument) < 6 else None for argument in arguments]
    first = numbers[0] if numbers else None
    last = numbers[1] if len(numbers) > 1 else len(value)
    match method:
        case "trim" | "toString" | "toLowerCase" | "toUpperCase":
            return {"trim": value.strip(), "toLowerCase": value.lower(), "toUpperCase": value.upper()}.get(
                method, value
            )
        case "replace" | "replaceAll" if len(arguments) == 2 and arguments[0] not in ("", UNKNOWN):
            return value.replace(arguments[0], arguments[1], 1 if method == "replace" else -1)
        case "concat":
            return value + "".join(arguments)
        case "substring" | "slice" if first is not None and last is not None:
            return value[first:last]
        case "substr" if first is not None and last is not None:
            return value[first : first + last]
        case "charAt" if first is not None:
            return value[first : first + 1]
    return UNKNOWN
