"""Numbers of pages that a script gives to a variable of its own: `var n = parseInt($("#pageNo").val()) + 1`."""

from __future__ import annotations

from functools import cached_property

from newscrawler.listings.pagers.sums import Hole, Names, SumReader
from newscrawler.listings.script_tokens import Token, read_tokens

_DEEPEST = 3
"""Variables of which each is given the value of the next."""
_ENDS = (";", ",", "}", ")")


class AssignedNumbers:
    """The variables of one script that hold the number of a page by the only value that the script gives them."""

    def __init__(self, script: str) -> None:
        self._script = script
        self._known: dict[str, Hole | None] = {}
        self._asked: set[str] = set()

    def of(self, name: str, names: Names) -> Hole | None:
        """Return the number of a page that a variable holds; None for any other value. `names` knows other names."""
        if name in self._known:
            return self._known[name]
        position = self._positions.get(name)
        if position is None or name in self._asked or len(self._asked) >= _DEEPEST:
            return None
        self._asked.add(name)
        value, end = SumReader(self._tokens, names).value(position)
        self._asked.remove(name)
        behind = self._tokens[end] if end < len(self._tokens) else None
        # A value with something behind it is not read whole.
        is_whole = behind is None or behind.kind == "name" or behind.text in _ENDS
        self._known[name] = value if isinstance(value, Hole) and is_whole else None
        return self._known[name]

    @cached_property
    def _tokens(self) -> list[Token]:
        return read_tokens(self._script)

    @cached_property
    def _positions(self) -> dict[str, int | None]:
        """Where the value of each variable begins; None for one that is given several."""
        found: dict[str, int | None] = {}
        for position, token in enumerate(self._tokens[:-2]):
            is_member = position > 0 and self._tokens[position - 1].text == "."
            if token.kind == "name" and self._tokens[position + 1].text == "=" and not is_member:
                found[token.text] = position + 2 if token.text not in found else None
        return found
