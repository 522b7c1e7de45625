"""Regular expressions that are compiled when they are first used.

Compiling those that read pages takes longer than anything else of a start, and a crawl that finds nothing new, or a
command that reads no page, uses few of them.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import cast


def late(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return what `re.compile` returns, but compiled when a method of it is first called.

    Its methods and attributes are those of the expression. Functions of `re` do not take it as an argument, and
    the `re` of a match is the compiled one.
    """
    return cast("re.Pattern[str]", LatePattern(pattern, flags))


class LatePattern:
    """An expression that `late` has made. It is compiled once something is looked up in it."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)  # copies and pickles ask for what no expression has
        value = getattr(self._expression, name)
        setattr(self, name, value)  # found without this method from now on
        return value

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        return re.compile(self.pattern, self._flags)
