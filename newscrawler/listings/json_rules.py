"""What a definition says about listings that are JSON, `[listing.json]`, in the form that the readers take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

PAGE = "page"
"""The value of a parameter that is the number of a page."""
OFFSET = "offset"
"""The value of a parameter that is the number of entries before the page."""


@dataclass(frozen=True, slots=True)
class JsonRules:
    """Where the general rules misread a JSON listing. An empty rule leaves it to them."""

    items: str = ""
    """Path to the objects of the entries."""
    title: str = ""
    """Path to the title, from an object."""
    url: str = ""
    """Template of the article's address."""
    published: str = ""
    """Path to the date, from an object."""
    source: str = ""
    """Path to the outlet, from an object."""
    next: Mapping[str, str] = field(default_factory=dict)
    """Parameter of the request to its rule: `PAGE`, `OFFSET`, or a path to its next value in the answer."""
    article: str = ""
    """Template of the address of an article's data, for which entries have values that its own address lacks."""
    article_pattern: str | None = None
    """Pattern whose named groups are values of the article's own address."""
