"""What a listing that is data shows: a feed, a datastore, JSON."""

from __future__ import annotations

from dataclasses import dataclass

from newscrawler.listings.entries import Entry
from newscrawler.listings.ways import WaysOn


@dataclass(frozen=True, slots=True)
class ListingContent:
    """Entries, and what is said about more of them."""

    entries: list[Entry]
    """In the order of the listing."""
    ways: WaysOn
    left_out: str = ""
    """A sentence about entries that were left out; empty if all were read."""
    unread: str = ""
    """What was there and was not understood, if there is no entry; empty if nothing was."""
    unaddressed: str = ""
    """A sentence about articles of the data that have no address; empty if all have one."""
