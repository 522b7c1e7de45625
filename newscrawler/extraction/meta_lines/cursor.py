"""A place among the tokens of a line, and what was found up to there: what all parts of the parser share."""

from __future__ import annotations

from newscrawler.extraction.layout import Line
from newscrawler.extraction.meta_lines.statements import Item, MetaLine, Part
from newscrawler.extraction.meta_lines.tokens import Kind, Token, tokens
from newscrawler.text.names import is_name


class TokenCursor:
    """Goes through the tokens of one line."""

    def __init__(self, line: Line, text: str, open_label: Token | None) -> None:
        self._text = text
        self._tokens = tokens(text)
        self._at = 0
        self.result = MetaLine(line)
        self._bare: list[Token] = []
        self.open_label = open_label
        self._behind_unknown: Token | None = None
        """The word behind the last label that no table knows: 2012春运：温暖回家路."""
        self._of_unknown: set[str] = set()
        """All such labels, and the words behind them."""

    def _add(self, item: Item, label: str, text: str) -> None:
        self.result.parts.append(Part(item, label, text))

    def _peek(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _skip(self, *kinds: Kind) -> Token | None:
        """Skip tokens of these kinds; return the one that follows."""
        while (token := self._peek()) is not None and token.kind in kinds:
            self._at += 1
        return token

    def _is_name_at(self, at: int) -> bool:
        return at < len(self._tokens) and self._tokens[at].kind is Kind.WORD and is_name(self._tokens[at].text)


def flat(text: str) -> str:
    """Return a text in one line."""
    return " ".join(text.split())
