"""What one form of pager says about a listing page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PagerReading:
    """The answer of one reader. A reader that finds no pager of its form returns None."""

    form: str
    """The form of pager, for messages."""
    next_url: str = ""
    """The absolute URL of the next page."""
    guess_urls: tuple[str, ...] = ()
    """Absolute URLs that the next page may have if there is one; it must show new entries."""
    whole_urls: tuple[str, ...] = ()
    """Absolute URLs at which the whole list may stand as data; it must begin with the entries of the page."""
    is_last: bool = False
    """Whether the pager itself shows that this page is its last one."""
    pages: int | None = None
    """The number of pages that it states."""
    highest: int = 0
    """The highest number of a page that it shows; there may be more."""
    entries: int | None = None
    """The number of entries that it states."""
    sign: str = ""
    """What shows a next page whose address cannot be read."""
    script_url: str = ""
    """The script that must be fetched to read this pager."""
