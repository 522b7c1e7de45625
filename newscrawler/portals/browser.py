"""`[browser]`: which pages of a portal are read after a browser has run their scripts."""

from __future__ import annotations

from typing import Literal

from pydantic import field_validator

from newscrawler.text.definitions import Selector, Table


class BrowserRules(Table):
    """`[browser]`: for portals whose pages are filled by scripts, and from data that no rule reads."""

    use: Literal["", "listing", "article", "both"] = ""
    """The pages that are loaded in a browser; empty: none."""
    wait: Selector | None = None
    """An element for which the browser waits. Without it, a page is read when its requests have been answered."""

    @field_validator("wait")
    @classmethod
    def _an_element(cls, value: str | None) -> str | None:
        if value is not None and "::" in value:
            raise ValueError("must select an element, without ::text or ::attr(…)")
        return value
