"""Control and direction characters in text of pages and archives: made visible, replaced or escaped.

One table serves terminals, log files, JSON, mails, citations and definitions.
"""

from __future__ import annotations

import json
import re

CONTROL = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff"
    r"\U000e0000-\U000e007f]"
)
"""One character that moves a cursor, ends a line, reverses the direction of text, cannot be seen (tags of Unicode), or
cannot be written as UTF-8."""

_WHITE_SPACE = {"\t": " ", "\n": " ", "\r": " "}


def printable(text: str) -> str:
    r"""Return the text as one line: tabs and line ends become blanks, other control characters become `\x1b`."""
    return CONTROL.sub(lambda match: _WHITE_SPACE.get(match.group()) or f"\\x{ord(match.group()):02x}", text)


def printable_lines(text: str) -> str:
    """Return a text of several lines with each line made printable."""
    return "\n".join(printable(line) for line in text.split("\n"))


def single_line(text: str) -> str:
    """Return the text as one line, with each control character, and each run of blanks, replaced by one blank."""
    return " ".join(CONTROL.sub(" ", text).split())


def escaped_json(text: str) -> str:
    r"""Return JSON text with control characters escaped as `\u009b`; the line feeds between its values stay."""
    return CONTROL.sub(lambda match: match.group() if match.group() == "\n" else json.dumps(match.group())[1:-1], text)
