"""Log lines on the terminal and in files: one line an event, whatever a page puts into a URL."""

from __future__ import annotations

import logging
import re

_HARMLESS = {"\t": " ", "\n": " ", "\r": " "}
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """Return the text with control and direction characters made visible: none of them moves a cursor."""
    return CONTROL.sub(lambda found: _HARMLESS.get(found.group()) or f"\\x{ord(found.group()):02x}", text)


def printable_lines(text: str) -> str:
    """Return a message of several lines with each line made printable."""
    return "\n".join(printable(line) for line in text.split("\n"))


class OneLineFormatter(logging.Formatter):
    """Formats a record as one line; tracebacks keep theirs."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """Return the line of a record."""
        record.message = printable(record.message)
        return super().formatMessage(record)
