"""`[evidence]`: what a definition rests on. It tells a reader how far to trust it, and changes nothing in a crawl."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field, field_validator

from newscrawler.text.definitions import Table


class Confidence(StrEnum):
    """How well the shape of a portal is known."""

    HIGH = "high"
    """Addresses of listings and of articles were seen in several sources."""
    MEDIUM = "medium"
    """One of the two was seen once, or is some years old."""
    LOW = "low"
    """One of the two was not seen, or the evidence is older than a redesign is likely to be."""


class Family(StrEnum):
    """Portals of one make: their addresses and pages have the same form."""

    ENORTH = "enorth"
    TRS = "trs"
    FOUNDER_WEB = "founder-web"
    FOUNDER_MEDIA = "founder-media"
    DATED_SHTML = "dated-shtml"
    CJYUN = "cjyun"
    CMSTOP = "cmstop"
    PHPCMS = "phpcms"
    PEOPLE = "people"
    FOUNDER_PAPER = "founder-paper"
    FOUNDER_PAPER_CLASSIC = "founder-paper-classic"
    SHTML_PAPER = "shtml-paper"
    PAPERINDEX = "paperindex"
    JOYHUA = "joyhua"
    UNIFLOWS = "uniflows"
    OWN = "own"


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
