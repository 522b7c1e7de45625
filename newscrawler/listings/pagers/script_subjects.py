"""What a statement of a script is about, by the names around it: lists of articles are not all that has pages."""

from __future__ import annotations

from newscrawler.text.patterns import late

_SOMETHING_ELSE = late(
    r"(?i)comment|repl(?:y|ies)|review|pinglun|visit|counter|(?<![a-z])(?:hits?|pv|uv|ads?|cfg)(?![a-z])|config|site_?(?:info|data)|click|online|user|member|message"
    r"|guestbook|photo|picture|album|gallery|video|audio|player|vote|slide|swiper|carousel|weather|search"
)
_BEFORE = 120
"""Characters before a word in which its statement may begin."""


def is_about_something_else(script: str, position: int) -> bool:
    """Tell whether the statement at a position of a script names what is no list of articles: comments, visitors."""
    before = script[max(position - _BEFORE, 0) : position]
    start = max(before.rfind(end) for end in (";", "\n", "}")) + 1
    return _SOMETHING_ELSE.search(before, start) is not None


def names_something_else(names: str) -> bool:
    """Tell whether the classes and the id of an element are those of comments, albums, votes and the like."""
    return _SOMETHING_ELSE.search(names) is not None
