"""What the listings of a portal said of an article."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Listed:
    """What stood beside the link of an article, for what its page does not say. Empty: nothing, or no listing."""

    date: str = ""
    """ISO date."""
    source: str = ""
    """The outlet, as printed."""
    keys: str = ""
    """JSON: what its entry gives to keys of `article.json.url` that its address lacks."""


UNLISTED = Listed()
