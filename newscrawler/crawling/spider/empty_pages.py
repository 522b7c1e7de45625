"""A page of a listing without an entry: its end, an empty section, an error, a list elsewhere, one not understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from newscrawler.crawling.spider.sweep_reader import SweepReader
from newscrawler.crawling.sweep import Sweep
from newscrawler.extraction.article import extract_article
from newscrawler.extraction.model import NoArticle, NotAnArticle
from newscrawler.extraction.page import Page
from newscrawler.listings.answers import doubtful_message, failure
from newscrawler.listings.entries import ListingRules
from newscrawler.listings.listing_page import ListingKind, ListingPage
from newscrawler.listings.page_addresses import page_identity
from newscrawler.listings.pagers import PagerView, may_be_filled
from newscrawler.listings.redirects import only_frame, says_it_moved, script_redirect
from newscrawler.listings.unlinked_rows import SAYS_EMPTY
from newscrawler.listings.ways import WaysOn
from newscrawler.text.urls import identity

NO_LISTING = (NoArticle.ERROR_PAGE, NoArticle.LOGIN, NoArticle.CAPTCHA, NoArticle.SCRIPT_CHALLENGE)
"""What a page without an entry may be instead of an empty listing."""
MAX_HOPS = 3
"""Pages that a section's first page may send on to, by `<meta refresh>`, script or frame, one after the other."""
MANY_LINKS = 10
"""Addresses of the portal's own on a page without an entry which is then not an empty section."""
_MOST_BESIDE_REDIRECT = 2
"""Such addresses on a page that only redirects."""
_MANY_HEADLINES = 3
"""Such addresses with headlines."""


class EmptyPages(SweepReader):
    """Says of a page without an entry where the list is instead, or ends the sweep."""

    def shown_elsewhere(self, sweep: Sweep, listing: ListingPage, number: int, others: Sequence[str]) -> str:
        """Return where the list of a section's first page without entries is; empty if nothing shows it.

        It is the target of a redirect, the only frame, or the only link of a page that says that the section moved.
        """
        if number != 1 + sweep.pages_before or listing.page is None or len(sweep.visited) > MAX_HOPS:
            return ""
        urls = self._context.urls
        base = listing.page.base_url or listing.page.url or sweep.url
        target = script_redirect(listing.page, base)
        if target and urls.owns(target):
            sweep.moved_to = urls.own_form(target)
        else:
            target = only_frame(listing.page, base, urls.owns)
            if target is None and len(others) == 1 and says_it_moved(listing.page):
                target = others[0]
                sweep.moved_to = target
        own = urls.own_form(target) if target else ""
        return own if own and identity(own) not in sweep.visited else ""

    def take(self, sweep: Sweep, number: int, url: str, listing: ListingPage, others: list[str]) -> WaysOn | None:
        """Classify a page without an entry: an end, an empty section, an error, or a listing that cannot be read.

        Returns what the page proves if it may be broken, and the page after it tells whether it is; else None.
        """
        rejection = extract_article(listing.page) if listing.page is not None else None
        rules = self._context.rules_of(sweep)
        if isinstance(rejection, NotAnArticle) and rejection.reason in NO_LISTING:
            self._fail(sweep, f"listing page {number} is none ({rejection.reason}): {rejection.detail}", url)
        elif reason := failure(listing.answer, sweep.first_answer):
            self._fail(sweep, f"listing page {number} {reason}", url)
        elif number > 1 and sweep.entries and self._sends_back(sweep, listing, others):
            self._fail(sweep, f"listing page {number} redirects to a page that was read before it", url)
        elif number > 1 and sweep.entries:
            # An empty answer of a list of data is its end. An empty page behind a link of the pager proves nothing, and
            # one with links that the page before did not have has a list that was not understood.
            ways = listing.ways
            if fresh := self._fresh(sweep, listing, others):
                shown = ", ".join(fresh[:3])
                sign = f"page {number} shows no entry; {len(fresh)} links were seen, such as {shown}"
                ways = replace(ways, signs=(*ways.signs, sign))
            ways = replace(ways, pages=None) if ways.end else WaysOn(signs=ways.signs, hints=ways.hints)
            if doubt := self._doubt(sweep, listing, number):
                ways = replace(ways, doubt=doubt)
            sweep.has_followed = False
            if listing.kind is ListingKind.HTML and ways.doubt:
                return ways
            sweep.reach_bottom(ways)
        elif signs := [*sweep.signs, *listing.ways.signs]:
            sweep.pages += 1
            sweep.end("more", "; ".join(dict.fromkeys(signs)))
        elif others and listing.page is not None and says_it_moved(listing.page):
            shown = ", ".join(others[:3])
            self._fail(
                sweep, f"the page says that its section has moved; it links to {shown}; name it in [sections]", url
            )
        elif self._has_many(listing, others) or (others and (rules.entry or rules.article_url)):
            self._fail(sweep, no_entry(others, rules), url)
        elif self._store.sections.has_sightings(sweep.section.id):
            self._fail(sweep, "the listing shows no entry, but earlier crawls saw some", url)
        elif listing.unread and not says_it_is_empty(listing):
            self._fail(sweep, f"the listing cannot be read: {listing.unread}", url)
        else:
            sweep.pages += 1
            self._end_empty(sweep, listing)
            self._store.events.add("skipped", url, sweep.name, "the section is empty")
        return None

    def _sends_back(self, sweep: Sweep, listing: ListingPage, others: Sequence[str]) -> bool:
        """Whether a page without content sends its readers to one before it, or to the homepage, by itself."""
        if listing.page is None or len(others) > _MOST_BESIDE_REDIRECT or says_it_is_empty(listing):
            return False
        target = script_redirect(listing.page, listing.page.base_url or listing.page.url or sweep.url)
        own = self._context.urls.own_form(target) if target else ""
        is_home = identity(own) == identity(self._context.portal.homepage)
        return bool(own) and (is_home or page_identity(own) in sweep.visited - {sweep.at})

    def _has_many(self, listing: ListingPage, others: Sequence[str]) -> bool:
        """Whether a page that shows no entry has so many links of its own that some may be entries."""
        if len(others) >= MANY_LINKS:
            return True
        headlines = set(map(self._context.urls.own_form, listing.headlines))
        return not says_it_is_empty(listing) and len(headlines.intersection(others)) >= _MANY_HEADLINES

    def _doubt(self, sweep: Sweep, listing: ListingPage, number: int) -> str:
        """Return why a page without an entry proves no end, whatever its pager says; empty if it does.

        Data without an entry is an answer. A page is one only if it says that there is nothing.
        """
        if listing.kind is not ListingKind.HTML:
            message = doubtful_message(listing.answer, sweep.first_answer)
            return f"page {number} shows no entry, and says {message!r}" if message else ""
        return "" if says_it_is_empty(listing) else f"page {number} shows no entry"

    def _end_empty(self, sweep: Sweep, listing: ListingPage) -> None:
        """End a sweep without an entry: a pager whose pages show none proves nothing, as their rows were not read."""
        is_data = listing.kind is not ListingKind.HTML
        if sweep.pages > 1 and not is_data:
            reason = f"none of its {sweep.pages} pages shows an entry; their lists may not have been understood"
            sweep.end("more", reason)
        elif sweep.must_show_entries:
            sweep.end("more", f"page {sweep.pages} shows no entry")
        elif listing.page is not None and (script := may_be_filled(_view(listing.page))):
            sweep.end("unproven", f"it shows no entry, and {script}")
        elif says_it_is_empty(listing) or listing.ways.entries == 0 or (is_data and listing.ways.end):
            sweep.end("end", "empty")
        else:
            sweep.end("unproven", "empty")

    def _fresh(self, sweep: Sweep, listing: ListingPage, others: Sequence[str]) -> list[str]:
        """Return the own links of a page without an entry that those before had not."""
        if listing.page is None or says_it_is_empty(listing):
            return []
        known = sweep.others | sweep.seen | sweep.visited
        return [url for url in others if identity(url) not in known]


def ends_as_stated(sweep: Sweep, number: int, listing: ListingPage) -> bool:
    """Whether a page without an entry says that there is none, behind as many entries as the list states."""
    is_answer = listing.kind is not ListingKind.HTML or says_it_is_empty(listing)
    return number > 1 and sweep.has_met_stated and is_answer


def says_it_is_empty(listing: ListingPage) -> bool:
    """Whether the text of a page says that it has no entries: 暂无内容."""
    return listing.page is not None and SAYS_EMPTY.search(_view(listing.page).text) is not None


def _view(page: Page) -> PagerView:
    return PagerView(page.root, page.base_url or "", page.url or "", 1)


def no_entry(others: Sequence[str], rules: ListingRules) -> str:
    """Return the sentence about a page whose links were all judged to be no articles."""
    seen = f"{len(others)} links were seen, such as {', '.join(others[:3])}"
    if rules.entry:
        return f"listing.entry = {rules.entry!r} matches no link; {seen}"
    if rules.article_url:
        return f"no link matches article.url = {rules.article_url.pattern!r}; {seen}"
    return f"no link of the listing looks like an article; {seen}; name the links in listing.entry"
