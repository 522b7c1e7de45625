"""The tokens of a script: strings, names, numbers, regular expressions and marks, without comments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from newscrawler.text.patterns import late

MAX_TOKENS = 60_000
_TOKEN = late(
    r"""(?xs)
      (?P<skip> \s+ | //[^\n]* | /\*.*?(?:\*/|\Z) | <!--[^\n]* )
    | (?P<number> \d+(?:\.\d+)? )
    | (?P<name> [A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]* )
    | (?P<mark> \+= | \+\+ | => | [=!]==? | . )
    """
)
_STRINGS = {
    '"': late(r'"((?:[^"\\\n]|\\.)*)"', re.DOTALL),
    "'": late(r"'((?:[^'\\\n]|\\.)*)'", re.DOTALL),
    "`": late(r"`((?:[^`\\]|\\.)*)`", re.DOTALL),
}
_PATTERN = late(r"/((?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)/[a-z]*")
_BEFORE_PATTERN = frozenset("(,=:[!&|?{};")


@dataclass(frozen=True, slots=True)
class Token:
    """A token of a script."""

    kind: str
    """string, template, pattern, number, name or mark."""
    text: str
    """What stands between the quotes or slashes, with its escapes; else the token itself."""


def read_tokens(script: str) -> list[Token]:
    """Return the tokens of a script, at most MAX_TOKENS. The time that it takes is linear."""
    tokens: list[Token] = []
    position = 0
    unclosed = dict.fromkeys(_STRINGS, 0)
    """Quote to the position up to which it begins no string: each would be searched to the end of the line."""
    while position < len(script) and len(tokens) < MAX_TOKENS:
        character = script[position]
        if character in _STRINGS and position >= unclosed[character]:
            if match := _STRINGS[character].match(script, position):
                tokens.append(Token("template" if character == "`" else "string", match[1]))
                position = match.end()
                continue
            end_of_line = -1 if character == "`" else script.find("\n", position)
            unclosed[character] = end_of_line if end_of_line > 0 else len(script)
        # A regular expression: its quotes begin no string.
        may_be_pattern = character == "/" and script[position + 1 : position + 2] not in ("/", "*")
        may_be_pattern = may_be_pattern and (not tokens or tokens[-1].text in _BEFORE_PATTERN)
        if may_be_pattern and (match := _PATTERN.match(script, position)):
            tokens.append(Token("pattern", match[1]))
            position = match.end()
            continue
        match = _TOKEN.match(script, position)
        if match is None:  # never, since "." matches everything
            break
        position = match.end()
        if match.lastgroup != "skip":
            tokens.append(Token(match.lastgroup or "mark", match[0]))
    return tokens


def member_end(tokens: Sequence[Token], position: int) -> int:
    """Return the position behind `[i].code` or `[i][0]`, which begins here; 0 if a call or a value follows."""
    marks = [token.text if token.kind == "mark" else "" for token in tokens[position : position + 20]] + [""] * 3
    end = 0
    while end < len(marks) - 3:
        if marks[end] == "[" and marks[end + 2] == "]":
            end += 3
        elif marks[end] == ".":
            end += 2
        else:
            break
    return 0 if marks[end] in ("(", "[", "=", "+=") else position + end
