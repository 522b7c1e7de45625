"""One HTML page of a section's listing: its entries, the ways on, and what stands beside its list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice

from newscrawler.extraction.page import Page
from newscrawler.listings.blocks_beside import blocks_beside
from newscrawler.listings.columns import Column, find_columns, lost_columns
from newscrawler.listings.controls_beside import NO_HIDDEN_LISTS, control_beside, hidden_lists_beside
from newscrawler.listings.date_fields import date_field
from newscrawler.listings.entries import EntryReading, ListingRules, read_entries
from newscrawler.listings.filled_places import NO_FILLED_PLACE, read_filled_place
from newscrawler.listings.hidden_lists import hidden_list
from newscrawler.listings.link_lists import ListBefore
from newscrawler.listings.links import HEADLINE, MAX_LINKS, title_weight
from newscrawler.listings.list_evidence import are_choices
from newscrawler.listings.listing_page import ListingKind, ListingPage
from newscrawler.listings.named_orders import is_in_another_order
from newscrawler.listings.other_boxes import without_more_of_blocks, without_other_boxes
from newscrawler.listings.page_addresses import plain, post_body
from newscrawler.listings.page_leads import read_leads
from newscrawler.listings.pagers import (
    PagerView,
    filled_by_script,
    filled_pagers,
    read_ways,
    script_of_list,
)
from newscrawler.listings.pagers.ways_back import leads_back
from newscrawler.listings.partial_lists import words_of_a_part
from newscrawler.listings.said_empty import without_boxes_of_empty
from newscrawler.listings.second_lists import split_second_lists
from newscrawler.listings.stated_amounts import StatedAmount, amounts_beside
from newscrawler.listings.stated_beside import stated_beside
from newscrawler.listings.totals_in_code import totals_in_code
from newscrawler.listings.unlinked_rows import rows_without_address, unlinked_rows
from newscrawler.listings.ways import WaysOn


def read_html_listing(
    page: Page, base: str, url: str, number: int, rules: ListingRules, is_own: Callable[[str], bool]
) -> ListingPage:
    """Read the `number`-th page of a listing that is HTML.

    `base` is the URL against which its links are read, `url` the address of the page (`page_addresses`).
    """
    reading = read_entries(page.root, base, rules, is_own)
    asked, url = url if post_body(url) is not None else "", plain(url)
    whole = PagerView(page.root, base, url, number, frozenset(), page.encoding, rules.counts_down, asked, rules.read)
    reading, filled = without_boxes_of_empty(reading, whole), NO_FILLED_PLACE
    if not rules.entry:
        reading, filled = read_filled_place(reading, whole)
    view, second = split_second_lists(whole, reading.links, reading.lists)
    others = [one.next_url for one in second if one.next_url and not one.is_own and is_own(one.next_url)]
    second = tuple(one for one in second if one.is_own and (not one.next_url or is_own(one.next_url)))
    beside = {link.element for one in second for link in one.links}
    reading = reading.without(beside)
    own = {entry.url for entry in reading.entries}
    ways = read_ways(without_other_boxes(without_more_of_blocks(view, is_own), own), rules.next)
    reading = _without_ways_on(reading, ways)
    if number > 1 and others and not (ways.next_urls or ways.end or ways.doubt):
        ways = replace(ways, doubt=f"a list beside it leads on ({others[0]}), and may be its own")
    columns: tuple[Column, ...] = ()
    elsewhere: tuple[Column, ...] = ()
    switched_off: set[str] = set()
    if number == 1 and not ways.next_urls and not ways.script_url:
        columns, elsewhere = find_columns(page.root, base, url, is_own)
        if not rules.columns:
            switched_off, columns, elsewhere = {column.url for column in columns}, (), ()
        reading = _with_entries_of_columns(reading, columns)
    if not reading.entries and not ways.next_urls:
        signs = filled_by_script(view) or tuple(filter(None, [filled.sign or unlinked_rows(view)]))
        ways = WaysOn(signs=signs) if signs else ways
    elif not ways.next_urls:
        ways = filled.doubted(ways)
    known = {entry.url for entry in reading.entries} | {entry.url for one in second for entry in one.entries}
    amounts = (*amounts_beside(view, known), *totals_in_code(view, len(known))) if known and not columns else ()
    if number == 1 and known and not columns:
        ways = _with_signs_beside(view, ways, known, amounts, is_own)
    left_out = f"more than {MAX_LINKS:,} links; the rest is not read" if _has_more_links_than_read(page) else ""
    main = known & {link.url for one in reading.lists[:1] for link in one.links} or known
    leads = read_leads(view, known, main, is_own, is_first=number == 1 and not columns).without(switched_off)
    return ListingPage(
        ListingKind.HTML,
        reading.entries,
        ways,
        page,
        left_out,
        "" if reading.entries else hidden_list(page),
        columns,
        elsewhere,
        leads.leftovers,
        () if ways.next_urls else leads.ways_on,
        reading.others,
        reading.headlines,
        second,
        ListBefore.of(reading.lists, rules.before),
        date_field=date_field(view, known),
        unaddressed=rows_without_address(reading.lists[0]) if reading.entries and reading.lists else "",
        pagers=filled_pagers(whole),
        of_columns=frozenset(entry.url for column in columns for entry in column.entries) - own,
        lost_columns=lost_columns(page.root, base, columns, is_own) if columns else (),
        beside=blocks_beside(reading.lists, known),
        is_choice=are_choices(reading.lists),
        in_lists=frozenset(link.url for one in reading.lists for link in one.links) if second else frozenset(),
        leads_back=number > 1 and leads_back(whole),
        below=leads.below,
        amounts=amounts,
        hidden=hidden_lists_beside(view, known) if number == 1 and known and not columns else NO_HIDDEN_LISTS,
        is_in_another_order=is_in_another_order(view, known),
        partial=() if columns else words_of_a_part(view, known),
        filled=filled if number == 1 and not columns else NO_FILLED_PLACE,
    )


def _with_signs_beside(
    view: PagerView,
    ways: WaysOn,
    entries: set[str],
    amounts: Sequence[StatedAmount],
    is_own: Callable[[str], bool],
) -> WaysOn:
    """Add the signs of more beside the list of a first page, where nothing else says anything."""
    if ways.next_urls or ways.script_url or ways.end or ways.signs or ways.hints:
        return ways
    stated = stated_beside(view, entries, amounts)
    if stated:
        return replace(ways, signs=(stated,), states_more=True)
    control = control_beside(view, entries)
    if control is None and (lost := lost_columns(view.root, view.base_url, (), is_own, among=entries)):
        return replace(ways, hints=lost, hides_lists=True)
    if control is None:
        script = script_of_list(view)
        return replace(ways, script_url=script, is_script_optional=bool(script))
    return replace(ways, hints=(control.sign,), hides_lists=control.hides_lists)


def _with_entries_of_columns(reading: EntryReading, columns: tuple[Column, ...]) -> EntryReading:
    """Add the entries that stand in the blocks of columns; they count as one list with the page's own.

    The heading of a column is none, whatever its address looks like.
    """
    headings = {column.url for column in columns}
    entries = {entry.url: entry for entry in reading.entries if entry.url not in headings}
    for column in columns:
        for entry in column.entries:
            entries.setdefault(entry.url, entry)
    return replace(
        reading, entries=list(entries.values()), others=tuple(url for url in reading.others if url not in entries)
    )


def _has_more_links_than_read(page: Page) -> bool:
    return next(islice(page.root.iter("a"), MAX_LINKS, None), None) is not None


def _without_ways_on(reading: EntryReading, ways: WaysOn) -> EntryReading:
    """Leave out the links that the reading follows to the next page: they are no entries, whatever they are called.

    A headline stays one: the form of a pager may be found in an article's address.
    """
    followed = {plain(url) for url in ways.next_urls}
    links = (link for link in reading.links if link.url in followed and title_weight(link.title) < HEADLINE)
    return reading.without({link.element for link in links})
