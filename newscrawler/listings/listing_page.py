"""What one page of a listing shows, whatever its kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from newscrawler.extraction.model import NotAnArticle
from newscrawler.extraction.page import Page
from newscrawler.listings.answers import UNKNOWN, Answer
from newscrawler.listings.blocks_beside import BlockBeside
from newscrawler.listings.columns import Column
from newscrawler.listings.controls_beside import NO_HIDDEN_LISTS, HiddenLists
from newscrawler.listings.entries import Entry
from newscrawler.listings.filled_places import NO_FILLED_PLACE, FilledPlace
from newscrawler.listings.leftovers import Leftover
from newscrawler.listings.link_lists import NO_LIST, ListBefore
from newscrawler.listings.second_lists import SecondList
from newscrawler.listings.stated_amounts import StatedAmount
from newscrawler.listings.ways import WaysOn


class ListingKind(StrEnum):
    """The format of a listing."""

    HTML = "html"
    DATASTORE = "datastore"
    JSON = "json"
    FEED = "feed"


@dataclass(frozen=True, slots=True)
class ListingPage:
    """What one page of a listing shows."""

    kind: ListingKind
    entries: list[Entry]
    ways: WaysOn
    """What the page says about the pages after it."""
    page: Page | None = None
    """The parsed page, if it is HTML."""
    left_out: str = ""
    """A sentence about entries beyond the limit, which are not read; empty if all were read."""
    unread: str = ""
    """What shows that a page without an entry may have a list that was not understood; empty if nothing does."""
    columns: tuple[Column, ...] = ()
    """The columns of a front page, which are listings of their own."""
    elsewhere: tuple[Column, ...] = ()
    """Listings outside of the section's host or folder to which blocks of a page without a pager lead."""
    leftovers: tuple[Leftover, ...] = ()
    """Leads to other pages that may belong to the listing."""
    ways_on: tuple[Leftover, ...] = ()
    """Links beside the list whose words say that it goes on elsewhere."""
    others: tuple[str, ...] = ()
    """The portal's other addresses to which the page links under a title."""
    headlines: frozenset[str] = frozenset()
    """Those of them whose titles are as long as headlines."""
    second_lists: tuple[SecondList, ...] = ()
    """Lists beside the main one that have a pager of their own, whose pages belong to the section."""
    main_list: ListBefore = NO_LIST
    """The main list of an HTML page, as the next page is to know it."""
    unaddressed: str = ""
    """A sentence about articles of the list that have no address; empty if all have one."""
    pagers: frozenset[str] = frozenset()
    """The pagers of an HTML page that have links, as markup."""
    in_lists: frozenset[str] = frozenset()
    """The URLs of all lists of articles, if there are second lists."""
    date_field: str = ""
    """A field or a calendar beside the list in which readers choose a day, as markup; empty without one."""
    answer: Answer = UNKNOWN
    """What the page says about itself; nothing if it is a feed or a datastore."""
    lost_columns: tuple[str, ...] = ()
    """Sentences about blocks of a front page that lead to no column."""
    of_columns: frozenset[str] = frozenset()
    """URLs of the entries that stand in the blocks of columns only."""
    beside: tuple[BlockBeside, ...] = ()
    """Blocks of articles beside the list that are none of its entries."""
    is_choice: bool = False
    """Whether all lists of an HTML page are rankings or choices of other pages."""
    leads_back: bool = False
    """Whether a later HTML page has a way back to the page before."""
    amounts: tuple[StatedAmount, ...] = ()
    """What stands beside the list of an HTML page about the number of its entries."""
    hidden: HiddenLists = NO_HIDDEN_LISTS
    """Rows beside the list of a first page whose lists only a script knows."""
    is_in_another_order: bool = False
    """Whether an HTML page says that its list is in an order of clicks or the like."""
    partial: tuple[str, ...] = ()
    """Words beside the list of an HTML page that say that it is a part of what there is."""
    filled: FilledPlace = NO_FILLED_PLACE
    """What the scripts of a first page fill, where its own list is missing or may be a box."""
    below: tuple[Leftover, ...] = ()
    """Links below the list of an HTML page that turn no pages; they lead on if only the last page has them."""


def title_of(listing: ListingPage | NotAnArticle) -> str:
    """Return the title of a listing's page without numbers, which the pages of one listing have in common."""
    page = None if isinstance(listing, NotAnArticle) else listing.page
    return re.sub(r"\d+", "", page.root.findtext(".//title") or "").strip() if page is not None else ""
