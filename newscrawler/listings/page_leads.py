"""All links of a listing page that may lead to more of its listing, apart from its pager."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from newscrawler.listings.addressed_tabs import addressed_tabs
from newscrawler.listings.leftovers import Leftover, find_leftovers
from newscrawler.listings.links_below import find_links_below
from newscrawler.listings.pagers.view import PagerView
from newscrawler.listings.ways_beside import find_ways_on


@dataclass(frozen=True, slots=True)
class PageLeads:
    """What a page leads to beside its pager."""

    leftovers: tuple[Leftover, ...] = ()
    """Leads to other pages that may belong to the listing."""
    ways_on: tuple[Leftover, ...] = ()
    """Links beside the list whose words say that it goes on elsewhere."""
    below: tuple[Leftover, ...] = ()
    """Links below the list that turn no pages: they lead on if only the last page has them."""


def read_leads(view: PagerView, entries: set[str], is_own: Callable[[str], bool], *, has_tabs: bool) -> PageLeads:
    """Return the leads of a page whose list has `entries`. `has_tabs`: whether its tabs are looked for."""
    leftovers = find_leftovers(view, entries, is_own)
    leftovers += addressed_tabs(view, entries, is_own) if has_tabs and entries else ()
    if not entries:
        return PageLeads(leftovers)
    ways_on = find_ways_on(view, entries, is_own)
    known = {lead.url for lead in leftovers}
    older = tuple(lead for lead in ways_on if lead.is_older and lead.url not in known)
    return PageLeads((*leftovers, *older), ways_on, find_links_below(view, entries, is_own))
