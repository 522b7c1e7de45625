"""One page of a section's listing, whatever its kind: HTML, a 大汉 datastore, JSON, a feed or a sitemap.

The kind follows from the response itself, so a definition only names the address.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from newscrawler.extraction.model import NotAnArticle
from newscrawler.extraction.page import Page, read_page
from newscrawler.listings.answers import answer_of_data, answer_of_markup, with_doubt_of_a_part
from newscrawler.listings.blocks_beside import blocks_beside
from newscrawler.listings.columns import Column, find_columns, lost_columns
from newscrawler.listings.content import ListingContent
from newscrawler.listings.controls_beside import NO_HIDDEN_LISTS, control_beside, hidden_lists_beside
from newscrawler.listings.datastore import read_datastore
from newscrawler.listings.date_fields import date_field
from newscrawler.listings.entries import Entry, EntryReading, ListingRules, read_entries
from newscrawler.listings.feeds import read_feed
from newscrawler.listings.filled_places import FilledPlace, read_filled_place
from newscrawler.listings.hidden_lists import hidden_list
from newscrawler.listings.json_entries import read_rows
from newscrawler.listings.json_lists import NO_RULES, markup_in, parsed, read_json
from newscrawler.listings.json_ways import read_json_ways
from newscrawler.listings.link_lists import NO_LIST, ListBefore
from newscrawler.listings.links import HEADLINE, MAX_LINKS, title_weight
from newscrawler.listings.list_evidence import are_choices
from newscrawler.listings.listing_page import ListingKind, ListingPage
from newscrawler.listings.named_orders import is_in_another_order
from newscrawler.listings.opened_links import address_opened_links
from newscrawler.listings.other_boxes import without_more_of_blocks, without_other_boxes
from newscrawler.listings.page_addresses import plain, post_body
from newscrawler.listings.page_leads import read_leads
from newscrawler.listings.pagers import (
    PagerView,
    filled_by_script,
    filled_pagers,
    pages_stated_by,
    read_ways,
    script_of_list,
)
from newscrawler.listings.pagers.ways_back import leads_back
from newscrawler.listings.partial_lists import words_of_a_part
from newscrawler.listings.said_empty import without_boxes_of_empty
from newscrawler.listings.script_data import script_data
from newscrawler.listings.script_rows import insert_written_rows, rows_in_scripts
from newscrawler.listings.second_lists import split_second_lists
from newscrawler.listings.stated_amounts import StatedAmount, amounts_beside
from newscrawler.listings.stated_beside import stated_beside
from newscrawler.listings.totals_in_code import totals_in_code
from newscrawler.listings.unlinked_rows import rows_without_address, unlinked_rows
from newscrawler.listings.ways import WaysOn
from newscrawler.listings.wide_bytes import as_utf8
from newscrawler.text.json_data import looks_like_json


def read_listing(
    body: bytes,
    *,
    url: str,
    number: int,
    rules: ListingRules,
    is_own: Callable[[str], bool],
    content_type: str | None = None,
    encoding: str | None = None,
) -> ListingPage | NotAnArticle:
    """Read the `number`-th page (from 1) of a listing; NotAnArticle if its bytes cannot be read.

    `url` is its address (`page_addresses`). `is_own(url)` tells whether a URL belongs to the portal.
    """
    text = as_utf8(body)
    if looks_like_json(text, content_type):
        data = parsed(text)
        if isinstance(data, NotAnArticle):
            return data
        if data is not None:
            listing = _read_data(data, url, number, rules, is_own)
            return replace(listing, answer=answer_of_data(data)) if isinstance(listing, ListingPage) else listing
    content = read_feed(text, url)
    if content is not None:
        return _of_content(ListingKind.FEED, content)
    page = read_page(body, url=plain(url), content_type=content_type, encoding=encoding)
    if isinstance(page, NotAnArticle):
        return page
    base = page.base_url or url
    content = read_datastore(page, base, url, number, rules, is_own)
    if content is not None:
        return _of_content(ListingKind.DATASTORE, content, page)
    insert_written_rows(page.root)
    address_opened_links(page.root)
    answer = answer_of_markup(body)
    listing = replace(_read_html(page, base, url, number, rules, is_own), answer=answer)
    listing = replace(listing, ways=with_doubt_of_a_part(listing.ways, page.root.text_content(), number, answer))
    if listing.columns or rules.entry:
        return listing
    if listing.entries:
        return _instead_of_choice(listing, page, url, number, rules, is_own) if listing.is_choice else listing
    listing = _with_script_data(listing, page, url, number, rules, is_own)
    return listing if listing.entries else _with_script_rows(listing, page, url, number, rules, is_own)


def _read_data(
    data: Any, url: str, number: int, rules: ListingRules, is_own: Callable[[str], bool]
) -> ListingPage | NotAnArticle:
    """Read JSON: its objects, or the markup that its texts hold."""
    own = rules.json or NO_RULES
    content = read_json(data, url, number, own)
    markup = "" if content.entries else markup_in(data)
    if not markup:
        entries, unread = _allowed(content.entries, rules, is_own)
        return _of_content(ListingKind.JSON, replace(content, entries=entries, unread=unread or content.unread))
    page = read_page(f"<html><body>{markup}</body></html>".encode("utf-8", "replace"), url=plain(url))
    if isinstance(page, NotAnArticle):
        return page
    listing = _read_html(page, plain(url), plain(url), number, rules, is_own)
    if not listing.entries:
        return _of_content(ListingKind.JSON, content)
    ways = listing.ways
    if not ways.next_urls and not ways.end:
        pages = pages_stated_by(PagerView(page.root, plain(url), plain(url), number))
        if pages is not None and pages <= number:
            ways = WaysOn(end=f"page {number} of {pages}", pages=pages)
        else:
            found = read_json_ways(data, url, number, len(listing.entries), own, is_sure=bool(ways.signs))
            ways = replace(found, signs=found.signs or ways.signs, hints=ways.hints)
    return ListingPage(ListingKind.JSON, listing.entries, ways, left_out=listing.left_out)


def _instead_of_choice(
    listing: ListingPage, page: Page, url: str, number: int, rules: ListingRules, is_own: Callable[[str], bool]
) -> ListingPage:
    """Return a page with the list that its scripts hold, in place of a ranking, which is all that it has as links.

    Data of the list has dates; that of a show of pictures has none.
    """
    empty = replace(listing, entries=[], main_list=NO_LIST, beside=(), leftovers=(), ways_on=(), second_lists=())
    found = _with_script_data(empty, page, url, number, rules, is_own)
    if sum(1 for entry in found.entries if entry.date_text) * 2 > len(found.entries):
        return found
    return listing


def _with_script_data(
    listing: ListingPage, page: Page, url: str, number: int, rules: ListingRules, is_own: Callable[[str], bool]
) -> ListingPage:
    """Return a page without an entry with those that stand as data in its scripts."""
    own = rules.json or NO_RULES
    readings = [(value, read_rows(value, url, own)) for value in script_data(page.root)]
    found = [(value, reading) for value, reading in readings if reading.entries]
    if not found:
        unread = next((one.unread for _, one in readings if one.unread), "") if own.items or own.url else ""
        return replace(listing, unread=unread or listing.unread)
    # A path of the definition leads into one variable.
    found = found[:1] if own.items else found
    all_entries = {entry.url: entry for _, reading in reversed(found) for entry in reversed(reading.entries)}
    entries, unread = _allowed(list(reversed(all_entries.values())), rules, is_own)
    # What the page says beside its scripts. That a script fills it is no sign: the data was found.
    view = PagerView(page.root, page.base_url or url, plain(url), number, encoding=page.encoding, read=rules.read)
    ways = read_ways(view, rules.next)
    if not ways.next_urls and not ways.end:
        value, most = max(found, key=lambda one: one[1].rows)
        data_ways = read_json_ways(value, url, number, most.rows, own, paths=most.paths)
        is_open = bool(ways.signs or ways.hints or ways.script_url)
        ways = replace(
            data_ways,
            guess_urls=(*ways.guess_urls, *data_ways.guess_urls),
            end="" if is_open else data_ways.end,
            signs=(*ways.signs, *data_ways.signs),
            hints=ways.hints,
            script_url="" if data_ways.next_urls else ways.script_url,
        )
    left_out = next((one.left_out for _, one in found if one.left_out), "")
    unaddressed = next((one.unaddressed for _, one in found if one.unaddressed), "")
    return replace(listing, entries=entries, ways=ways, left_out=left_out, unread=unread, unaddressed=unaddressed)


def _with_script_rows(
    listing: ListingPage, page: Page, url: str, number: int, rules: ListingRules, is_own: Callable[[str], bool]
) -> ListingPage:
    """Return a page without an entry with the rows that its scripts hold as texts."""
    rows = rows_in_scripts(page.root)
    base = page.base_url or url
    of_rows = read_page(f"<html><body>{rows}</body></html>".encode("utf-8", "replace"), url=base) if rows else None
    if of_rows is None or isinstance(of_rows, NotAnArticle):
        return listing
    reading = read_entries(of_rows.root, base, rules, is_own)
    if not reading.entries:
        return listing
    # That a script fills the page is no sign: its rows were found.
    ways = read_ways(
        PagerView(page.root, base, plain(url), number, encoding=page.encoding, read=rules.read), rules.next
    )
    found = {entry.url for entry in reading.entries}
    others = tuple(other for other in listing.others if other not in found)
    return replace(listing, entries=reading.entries, ways=ways, unread="", others=others)


def _allowed(entries: list[Entry], rules: ListingRules, is_own: Callable[[str], bool]) -> tuple[list[Entry], str]:
    """Return the entries that the definition's pattern allows, and a sentence if it allows none of them."""
    pattern = rules.article_url
    if pattern is None or not entries:
        return entries, ""
    allowed = [entry for entry in entries if pattern.search(entry.url) or not is_own(entry.url)]
    shown = ", ".join(entry.url for entry in entries[:3])
    seen = f"{len(entries)} links were seen, such as {shown}"
    return allowed, "" if allowed else f"no link matches article.url = {pattern.pattern!r}; {seen}"


def _of_content(
    kind: ListingKind, content: ListingContent | NotAnArticle, page: Page | None = None
) -> ListingPage | NotAnArticle:
    if isinstance(content, NotAnArticle):
        return content
    return ListingPage(
        kind,
        content.entries,
        content.ways,
        page,
        content.left_out,
        content.unread,
        unaddressed=content.unaddressed,
    )


def _read_html(
    page: Page, base: str, url: str, number: int, rules: ListingRules, is_own: Callable[[str], bool]
) -> ListingPage:
    reading = read_entries(page.root, base, rules, is_own)
    asked, url = url if post_body(url) is not None else "", plain(url)
    whole = PagerView(page.root, base, url, number, frozenset(), page.encoding, rules.counts_down, asked, rules.read)
    reading, filled = without_boxes_of_empty(reading, whole), FilledPlace()
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
        filled_from=filled.addresses if number == 1 and not reading.entries else (),
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


def _without_ways_on(reading: EntryReading, ways: WaysOn) -> EntryReading:
    """Leave out the links that the reading follows to the next page: they are no entries, whatever they are called.

    A headline stays one: the form of a pager may be found in an article's address.
    """
    followed = {plain(url) for url in ways.next_urls}
    links = (link for link in reading.links if link.url in followed and title_weight(link.title) < HEADLINE)
    return reading.without({link.element for link in links})


def _has_more_links_than_read(page: Page) -> bool:
    return next(islice(page.root.iter("a"), MAX_LINKS, None), None) is not None
