"""What the code of a click does: `location.href='index_2.html'`, `goPage(2)` with the function beside it.

The code is read as text. A function is followed one level deep, and only where its text stands on the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from newscrawler.listings.pagers.script_text import call_arguments, evaluate, is_true, literal, split_arguments
from newscrawler.text.patterns import late

_ASSIGNMENT = late(r"location(?:\.href)?\s*=\s*(?!=)([^;\n{}]{1,400})")
_CONDITION = late(r"(?<![\w$])if\s*\(([^(){};]{1,80})\)\s*\{?\s*(?:(?:window|self|top|parent|document)\s*\.\s*)?$")
_GUARD = late(
    r"(?<![\w$])if\s*\(([^{};]{1,80})\)\s*\{?\s*(?:(?:window\s*\.\s*)?(?:alert|layer\.msg)\s*\([^;{}]{0,60}\)\s*;\s*)?"
    r"return(?:\s+(?:false|null|0|-1))?\s*[;}]"
)
"""A function that does nothing if a condition holds: `if (p < 1 || p > max) return;`."""
_OWN_NUMBER = late(r"(?<![\w$.])([A-Za-z_$][\w$]{0,40})\s*=\s*['\"]?(\d{1,9})['\"]?\s*[;,\n]")
_BEFORE = 150
_OPENING = late(r"(?:location\.(?:assign|replace)|window\.open|(?<![\w.])open)\s*(?=\()")
_CALL = late(r"(?<![\w.$])([A-Za-z_$][\w$]{0,60})\s*(?=\()")
_MAX_CALLS = 5
_MAX_NUMBERS = 20
_BODY = 2_000
_NO_FUNCTION = frozenset({"if", "for", "while", "switch", "return", "function", "void", "open"})


def address_in_code(code: str, scripts: Iterable[str], names: Mapping[str, int | str] | None = None) -> str | None:
    """Return the address, as written, to which the code of a click leads; None if that cannot be read.

    It is empty if the code leads nowhere with these values: a function that tests the number of a page before it goes.

    `scripts` are the inline scripts of the page, which may hold the function that the code calls; `names` are the
    values of names in the code.
    """
    for body, known in code_that_runs(code, scripts, names or {}):
        if (address := _location(body, known)) is not None:
            return address
    return None


def code_that_runs(
    code: str, scripts: Iterable[str], names: Mapping[str, int | str]
) -> Iterator[tuple[str, dict[str, int | str]]]:
    """Yield the code of a click, then the bodies of the functions that it calls, each with the values of its names."""
    yield code, dict(names)
    scripts = list(scripts)
    for call in islice(_CALL.finditer(code), _MAX_CALLS):
        if call[1] in _NO_FUNCTION:
            continue
        arguments = _values(call_arguments(code, call.end()) or "", names)
        if arguments is None:
            continue
        for script in scripts:
            if (found := _function(script, call[1], len(arguments))) is not None:
                parameters, body = found
                yield body, {**names, **dict(zip(parameters, arguments, strict=False))}


def _values(arguments: str, names: Mapping[str, int | str]) -> list[int | str] | None:
    """Return the values of a call's arguments; None if one of them is not known. `this` and `event` are no values."""
    values: list[int | str] = []
    if not arguments.strip():
        return values
    for argument in split_arguments(arguments):
        value = literal(argument)
        text = evaluate(argument, names) if value is None else str(value)
        if text is None and argument not in ("this", "event"):
            return None
        text = text or ""
        values.append(int(text) if text.isdecimal() and len(text) < 10 else text)
    return values


def _location(code: str, names: Mapping[str, int | str]) -> str | None:
    own = {match[1]: int(match[2]) for match in islice(_OWN_NUMBER.finditer(code), _MAX_NUMBERS)}
    names = {**own, **names}
    is_left_out = False
    for match in islice(_ASSIGNMENT.finditer(code), _MAX_CALLS):
        if _is_guarded(code[: match.start()], names):
            return ""
        condition = _CONDITION.search(code, max(0, match.start() - _BEFORE), match.start())
        if condition and is_true(condition[1], names) is False:
            is_left_out = True
            continue  # if (n == 1) location = …
        if (address := evaluate(match[1], names)) is not None:
            return address
    for match in islice(_OPENING.finditer(code), _MAX_CALLS):
        if _is_guarded(code[: match.start()], names):
            return ""
        arguments = call_arguments(code, match.end()) or ""
        if (address := evaluate(split_arguments(arguments)[0], names)) is not None:
            return address
    return "" if is_left_out else None


def _is_guarded(before: str, names: Mapping[str, int | str]) -> bool:
    """Whether code ends before it goes anywhere, with these values."""
    return any(is_true(match[1], names) for match in islice(_GUARD.finditer(before), _MAX_CALLS))


def _function(script: str, name: str, number: int) -> tuple[list[str], str] | None:
    """Return the parameters and the beginning of the body of a function."""
    position = script.find(name)
    for _ in range(50):
        if position < 0:
            return None
        match = _DEFINITION.match(script, position + len(name))
        before = script[max(0, position - 20) : position].rstrip()
        if match and (before.endswith("function") or match["assigned"]):
            parameters = [part.strip() for part in match["parameters"].split(",") if part.strip()]
            if len(parameters) >= number:
                inside = call_arguments(script, match.end() - 1, _BODY)
                return parameters, script[match.end() : match.end() + _BODY] if inside is None else inside
        position = script.find(name, position + 1)
    return None


_DEFINITION = late(
    r"\s*(?P<assigned>[=:]\s*(?:function\s*\w{0,60}\s*)?)?\((?P<parameters>[\w$,\s]{0,200})\)\s*(?:=>\s*)?\{"
)
