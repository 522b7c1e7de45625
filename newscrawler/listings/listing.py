"""One page of a section's listing, whatever its kind: HTML, a 大汉 datastore, JSON, a feed or a sitemap.

The kind follows from the response itself, so a definition only names the address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from newscrawler.extraction.model import NotAnArticle
from newscrawler.extraction.page import Page, read_page
from newscrawler.listings.answers import answer_of_data, answer_of_markup, with_doubt_of_a_part
from newscrawler.listings.content import ListingContent
from newscrawler.listings.datastore import read_datastore
from newscrawler.listings.entries import Entry, ListingRules, read_entries
from newscrawler.listings.feeds import read_feed
from newscrawler.listings.html_listing import read_html_listing
from newscrawler.listings.json_entries import read_rows
from newscrawler.listings.json_lists import NO_RULES, markup_in, parsed, read_json
from newscrawler.listings.json_ways import read_json_ways
from newscrawler.listings.link_lists import NO_LIST
from newscrawler.listings.listing_page import ListingKind, ListingPage
from newscrawler.listings.opened_links import address_opened_links
from newscrawler.listings.page_addresses import plain
from newscrawler.listings.pagers import (
    PagerView,
    pages_stated_by,
    read_ways,
)
from newscrawler.listings.script_data import script_data
from newscrawler.listings.script_rows import insert_written_rows, rows_in_scripts
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
    listing = replace(read_html_listing(page, base, url, number, rules, is_own), answer=answer)
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
    listing = read_html_listing(page, plain(url), plain(url), number, rules, is_own)
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
