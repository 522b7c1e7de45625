"""Tables of patterns: many kinds of text that are treated alike, one row per kind, compiled to one expression."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

from newscrawler.text.patterns import late


class Row(NamedTuple):
    """One kind of text."""

    name: str
    pattern: str
    example: str
    """The table matches it through this row."""
    counter_example: str
    """Text that looks similar, which the table does not match."""


class PatternTable:
    """Rows that are searched for at once. `start` and `end` stand before and behind the pattern of every row."""

    def __init__(self, *rows: Row, start: str = "", end: str = "", flags: re.RegexFlag = re.NOFLAG) -> None:
        self.rows = rows
        self._start = start
        self._end = end
        self.regex = self._compile(*(row.pattern for row in rows), flags=flags)

    def regex_of(self, row: Row) -> re.Pattern[str]:
        """Return the expression that one row alone makes."""
        return self._compile(row.pattern, flags=re.RegexFlag(self.regex.flags & ~re.UNICODE))

    @cached_property
    def match(self) -> Callable[..., re.Match[str] | None]:
        """Match at the beginning of a text."""
        return self.regex.match

    @cached_property
    def search(self) -> Callable[..., re.Match[str] | None]:
        """Find the first match in a text."""
        return self.regex.search

    def _compile(self, *patterns: str, flags: re.RegexFlag) -> re.Pattern[str]:
        return late(f"{self._start}(?:{'|'.join(patterns)}){self._end}", flags)
