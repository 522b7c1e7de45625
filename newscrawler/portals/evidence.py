"""`[evidence]`: what a definition rests on. It tells a reader how far to trust it, and changes nothing in a crawl."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field, field_validator

from newscrawler.text.definitions import Table

Confidence = Literal["high", "medium", "low"]
"""How well the form of a portal is known.

high: addresses of listings and of articles were seen in several sources. medium: one of the two was seen only once, or
is some years old. low: one of the two was not seen, or may be older than the last redesign.
"""
Family = Literal[
    "enorth",
    "trs",
    "founder-web",
    "founder-media",
    "dated-shtml",
    "cjyun",
    "cmstop",
    "phpcms",
    "people",
    "founder-paper",
    "founder-paper-classic",
    "shtml-paper",
    "paperindex",
    "joyhua",
    "uniflows",
    "own",
]
"""Portals of one make: their addresses and pages have the same form. docs/reference/portal-definitions.md
describes each."""


class EvidenceRules(Table):
    """`[evidence]`: the sources of a definition."""

    year: int | None = Field(default=None, ge=1995, le=2100)
    """The year of the newest source."""
    confidence: Confidence | None = None
    crawled: Literal[False] | date = False
    """The day on which the live site was last crawled with this definition; False if it never was."""
    basis: str | None = Field(default=None, min_length=1, max_length=200)
    """What kinds of sources there are, in a few words."""
    family: Family | None = None

    @field_validator("crawled", mode="before")
    @classmethod
    def _false_or_a_day(cls, value: object) -> object:
        """Accept a date of TOML, and its text as the archive stores it."""
        if value is False or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        try:
            return date.fromisoformat(value if isinstance(value, str) else "")
        except ValueError:
            raise ValueError("is neither false nor a date; write the day of the crawl as in 2026-07-01") from None
