"""Ways on from a listing page: the next page, a proof that there is none, a sign of more that cannot be followed."""

from __future__ import annotations

from dataclasses import dataclass

PAGE_NUMBER = "page number"
"""The form of pager that is no witness: the next page's address is this one's with the number plus one."""
DATA = "data"
"""The form of pager whose next page an answer of data names. One that leads to a page that was read proves nothing."""

DAY = "前一天"
"""The form of pager that leads to the day before, which may be one without news."""
SUBMITTED = "a form that is sent"
"""The form of pager whose next page a form of the page itself asks for by POST."""


@dataclass(frozen=True, slots=True)
class WaysOn:
    """What a listing page says about the pages after it. All fields empty: it says nothing."""

    next_urls: tuple[str, ...] = ()
    """Addresses of the next pages (`page_addresses`); a sitemap index has several."""
    guess_urls: tuple[str, ...] = ()
    """Addresses that the next page may have. One counts if it brings new entries of the listing."""
    whole_urls: tuple[str, ...] = ()
    """Those of them that may be the list itself as data: it counts if it begins with the entries of this page."""
    end: str = ""
    """What proves that this is the last page, as part of a sentence; empty without a proof."""
    signs: tuple[str, ...] = ()
    """What shows that the listing goes on in a way that cannot be followed: what it is, and where."""
    hints: tuple[str, ...] = ()
    """Signs that a pager which earlier pages showed explains: an empty pager, a button without an address."""
    hides_lists: bool = False
    """Whether a hint leads to other lists of the section, which may show newer entries than this one."""
    first_url: str = ""
    """Where page 1 of the pager is, if that is another page than this first one; else empty."""
    script_url: str = ""
    """The URL of a script that must be read to know the ways on; `pagers.ways_of_script` reads it."""
    further_scripts: tuple[str, ...] = ()
    """Scripts that are read after that one, if it does not say what a pager's function does."""
    is_script_optional: bool = False
    """Whether that script only may let the list grow: without it the ways on are as this page says."""
    pages: int | None = None
    """The number of pages that the listing states."""
    entries: int | None = None
    """The number of entries that the listing states."""
    states_more: bool = False
    """Whether a sign is a number of pages or entries, from which a script makes addresses."""
    is_last_stated: bool = False
    """Whether the page states in words or in a script that it is the last one, although its pager leads on."""
    leads_back: bool = False
    """Whether the page that a guess brings must link back to the first one, as the page before it."""
    lost: str = ""
    """The sign of what is missing, if a guess brings a page with entries: this page should have had some."""
    must_go_on: bool = False
    """Whether the entries that a guess brings must not be newer than those before: it may be any list of the portal."""
    pager: str = ""
    """The form of the pager that gave the next page."""
    doubt: str = ""
    """What speaks against every proof of an end on this page: the end is then unproven."""
