"""What is noted of each page of a listing: doubts about its list, and what the next page is compared with."""

from __future__ import annotations

from collections.abc import Sequence

from newscrawler.crawling.spider.empty_pages import no_entry, says_it_is_empty
from newscrawler.crawling.sweep import Sweep
from newscrawler.listings.answers import UNKNOWN, Answer, breaks_off
from newscrawler.listings.controls_beside import NO_HIDDEN_LISTS
from newscrawler.listings.entries import ListingRules
from newscrawler.listings.listing_page import ListingPage
from newscrawler.listings.partial_lists import tell_partial
from newscrawler.listings.ways import DAY
from newscrawler.text.urls import identity

MOST_OTHERS = 2_000
"""Links that were judged to be no articles which are remembered of one listing."""
MOST_AMOUNTS = 40
"""Numbers that its pages state which are."""


def note_answer(sweep: Sweep, answer: Answer, number: int) -> None:
    """Keep what the first page says about itself; distrust a later one that was cut off: rows are missing."""
    if sweep.first_answer == UNKNOWN:
        sweep.first_answer = answer
    if reason := breaks_off(answer, sweep.first_answer):
        sweep.distrust = f"listing page {number} {reason}"
        sweep.signs.append(sweep.distrust)


def note_unread_entries(sweep: Sweep, listing: ListingPage) -> None:
    """Note entries that cannot be had: rows without an address, and those of a day that readers have to choose."""
    if listing.unaddressed:
        sweep.unaddressed = sweep.distrust = listing.unaddressed
    field = listing.date_field
    sign = f"a field beside the list asks for a day or a year, by which older entries may be had ({field})"
    if field and sign not in sweep.signs:
        sweep.signs.append(sign)


def note_lost_entries(
    sweep: Sweep, number: int, listing: ListingPage, others: Sequence[str], rules: ListingRules
) -> None:
    """Note a page without an entry that leads on, unless it says that there is nothing."""
    is_day = number == 1 and listing.ways.pager == DAY  # a day may have no news, and today not yet
    if is_day or not listing.page or says_it_is_empty(listing):
        return
    links_told = f": {no_entry(others, rules)}" if others and not sweep.signs else ""
    sweep.lose(f"page {number} shows no entry, and leads on{links_told}")


def note_list(sweep: Sweep, number: int, listing: ListingPage, others: Sequence[str], *, is_front: bool) -> None:
    """Note what the next page is compared with."""
    if listing.main_list.path:
        sweep.before = listing.main_list
    sweep.others.update(identity(url) for url in others[: max(0, MOST_OTHERS - len(sweep.others))])
    sweep.is_front = is_front
    sweep.order.is_named |= listing.is_in_another_order
    if number == 1:
        sweep.may_be_box = listing.filled.is_beside_list
        sweep.amounts = () if is_front else listing.amounts
        sweep.hidden = NO_HIDDEN_LISTS if is_front else listing.hidden
    elif len(sweep.amounts) < MOST_AMOUNTS:
        sweep.amounts = tuple(dict.fromkeys([*sweep.amounts, *listing.amounts]))
    signs = () if is_front else map(tell_partial, listing.partial)
    sweep.signs += [sign for sign in signs if sign not in sweep.signs]
    if sweep.stated is None:
        sweep.stated = listing.ways.entries
    sweep.traces.note(number, listing)
    sweep.links_below.note(listing.below)
    sweep.stated_pages = max(sweep.stated_pages, listing.ways.pages or 0)
