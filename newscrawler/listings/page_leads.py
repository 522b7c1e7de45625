"""All links of a listing page that may lead to more of its listing, apart from its pager."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass

from newscrawler.listings.addressed_tabs import addressed_tabs
from newscrawler.listings.leftovers import Leftover, find_leftovers
from newscrawler.listings.links_below import find_links_below
from newscrawler.listings.pagers.view import PagerView
from newscrawler.listings.ways_beside import find_ways_on
from newscrawler.listings.ways_forward import find_ways_forward


@dataclass(frozen=True, slots=True)
class PageLeads:
    """What a page leads to beside its pager."""

    leftovers: tuple[Leftover, ...] = ()
    """Leads to other pages that may belong to the listing."""
    ways_on: tuple[Leftover, ...] = ()
    """Links beside the list whose words say that it goes on elsewhere."""
    below: tuple[Leftover, ...] = ()
    """Links below the list that turn no pages: they lead on if only the last page has them."""

    def without(self, urls: Set[str]) -> PageLeads:
        """Return the leads without those to some addresses: columns that the definition leaves out."""
        leads = (self.leftovers, self.ways_on, self.below)
        return PageLeads(*(tuple(one for one in some if one.url not in urls) for some in leads)) if urls else self


def read_leads(
    view: PagerView, entries: set[str], main: set[str], is_own: Callable[[str], bool], *, is_first: bool
) -> PageLeads:
    """Return the leads of a page whose list has `entries`. `is_first`: it is a first page without columns.

    `main` are the entries that stand in the list itself, not in a box beside it.
    """
    leftovers = find_leftovers(view, entries, is_own)
    if entries and is_first:
        leftovers = _joined(find_ways_forward(view, entries, is_own), leftovers)
        leftovers += addressed_tabs(view, entries, is_own)
    if not entries:
        return PageLeads(leftovers)
    ways_on = find_ways_on(view, entries, is_own)
    leftovers = _joined(leftovers, [lead for lead in ways_on if lead.is_older])
    return PageLeads(leftovers, ways_on, find_links_below(view, entries, main, is_own))


def _joined(leads: Sequence[Leftover], others: Sequence[Leftover]) -> tuple[Leftover, ...]:
    """Return leads and the others that lead elsewhere."""
    known = {lead.url for lead in leads}
    return (*leads, *(other for other in others if other.url not in known))
