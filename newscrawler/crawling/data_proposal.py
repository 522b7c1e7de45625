"""Lines of a definition that make a browser unnecessary: from the requests by which a page got its list or its text.

The browser's document shows which entries and values are right. A proposal is proven by reading the data with it, as a
crawl does. Nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from newscrawler.crawling.browser.observation import DataRequest, LoadedPage
from newscrawler.crawling.data_article import ArticleProposal, propose_article
from newscrawler.extraction.model import NotAnArticle
from newscrawler.listings.entries import Entry
from newscrawler.listings.json_members import day_of
from newscrawler.listings.json_proposal import propose_json_rules, squeezed
from newscrawler.listings.json_rules import JsonRules
from newscrawler.listings.listing import read_listing
from newscrawler.listings.listing_page import ListingPage
from newscrawler.listings.page_addresses import post_address
from newscrawler.portals import Portal
from newscrawler.reading import listing_rules
from newscrawler.text.json_data import looks_like_json, parse_json
from newscrawler.text.urls import identity

ENOUGH = 0.9
"""The share of the entries that a page shows which its data must give."""
MOST_OTHERS = 0.5
"""The share of entries of the data that the page need not show: some pages show the newest only."""


@dataclass(frozen=True, slots=True)
class ListingProposal:
    """How the list of a section is read without a browser."""

    section: str
    url: str
    """The address of the data; that of the page itself if the page needs no browser."""
    method: str
    body: str
    headers: tuple[tuple[str, str], ...]
    rules: JsonRules
    read: int
    """Entries that the data gives."""
    same: int
    """Those of them that the page shows."""
    same_titles: int
    same_days: int
    shown: int
    """Entries that the page shows."""
    leads_on: str
    """What the data says about the next page, as a sentence."""
    needs_script: bool = True
    """Whether the page as the server sent it lacks the list."""


@dataclass(slots=True)
class DataReport:
    """What a browser is needed for, and what makes it unnecessary."""

    listings: list[ListingProposal] = field(default_factory=list)
    article: ArticleProposal | None = None
    needed: dict[str, str] = field(default_factory=dict)
    """What only a browser reads so far (a section, or `articles`), to the reason."""


def propose_data(
    portal: Portal, listings: Sequence[tuple[str, str, LoadedPage]], articles: Sequence[tuple[str, LoadedPage]]
) -> DataReport:
    """Return what makes the browser unnecessary for pages that it loaded.

    `listings` are the first pages of sections, each with the name and the address of its section; `articles` are pages
    with the addresses of their articles.
    """
    report = DataReport()
    for section, address, page in listings:
        found = _propose_listing(portal, section, address, page)
        if isinstance(found, str):
            report.needed[section] = found
        else:
            report.listings.append(found)
    if articles:
        proposal = propose_article(portal, articles)
        if isinstance(proposal, str):
            report.needed["articles"] = proposal
        else:
            report.article = proposal
    return report


def _propose_listing(portal: Portal, section: str, address: str, page: LoadedPage) -> ListingProposal | str:
    """Return the best proposal for a section, or why there is none."""
    own = portal.owns

    def reader(body: bytes, url: str, content_type: str, json: JsonRules | None) -> ListingPage | NotAnArticle:
        rules = replace(listing_rules(portal, section, address), json=json)
        return read_listing(body, url=url, number=1, rules=rules, is_own=own, content_type=content_type)

    shown = _entries(reader(page.document, page.url, "text/html; charset=utf-8", None))
    if not shown:
        return "the browser showed no entry: name an element in browser.wait, or a selector in listing.entry"
    sent = reader(page.sent, page.url, page.content_type, None)
    if _share(_entries(sent), shown) >= ENOUGH:
        return _proposal(section, address, None, JsonRules(), sent, shown)
    best: ListingProposal | None = None
    secret = ""
    for request in page.requests:
        for rules, listing in _readings(reader, request, list(shown.values())):
            if not _is_proven(_entries(listing), shown):
                continue
            if name := request.secret:
                secret = f"its list comes from {request.url} with {name!r}, which a script of the page computes"
                continue
            made = _proposal(section, request.url, request, rules, listing, shown)
            if best is None or _order(made) > _order(best):
                best = made
    return best or secret or f"none of {len(page.requests)} answers to its scripts has the entries that it shows"


Reader = Callable[[bytes, str, str, JsonRules | None], ListingPage | NotAnArticle]


def _readings(
    reader: Reader, request: DataRequest, shown: Sequence[Entry]
) -> list[tuple[JsonRules, ListingPage | NotAnArticle]]:
    """Return what rules make of an answer: general ones, and those that its data suggests."""
    address = _address_of(request)
    data = parse_json(request.answer) if looks_like_json(request.answer, request.content_type) else None
    candidates = [JsonRules()] if data is None else propose_json_rules(data, address, shown)
    return [(rules, reader(request.answer, address, request.content_type, rules)) for rules in candidates]


def _address_of(request: DataRequest) -> str:
    if request.method != "POST":
        return request.url
    return post_address(request.url, request.body.decode("utf-8", "replace"))


def _entries(listing: ListingPage | NotAnArticle) -> dict[str, Entry]:
    return {} if isinstance(listing, NotAnArticle) else {identity(entry.url): entry for entry in listing.entries}


def _share(read: dict[str, Entry], shown: dict[str, Entry]) -> float:
    return len(read.keys() & shown.keys()) / len(shown)


def _is_proven(read: dict[str, Entry], shown: dict[str, Entry]) -> bool:
    others = len(read.keys() - shown.keys())
    return _share(read, shown) >= ENOUGH and others <= MOST_OTHERS * len(read)


def _order(one: ListingProposal) -> tuple[int, ...]:
    """Return what makes a proposal better: more of the page's entries, titles and dates, fewer others, fewer lines."""
    rules = one.rules
    lines = sum(map(bool, (rules.items, rules.title, rules.url, rules.published)))
    return one.same, one.same - one.read, one.same_titles, one.same_days, -lines


def _proposal(
    section: str,
    url: str,
    request: DataRequest | None,
    rules: JsonRules,
    listing: ListingPage | NotAnArticle,
    shown: dict[str, Entry],
) -> ListingProposal:
    read = _entries(listing)
    ways = None if isinstance(listing, NotAnArticle) else listing.ways
    leads_on = "nothing says whether there is a next page; a parameter of it belongs into listing.json.next"
    if ways is not None and ways.end:
        leads_on = f"it ends here: {ways.end}"
    elif ways is not None and ways.next_urls:
        leads_on = "the next page is found"
    elif ways is not None and ways.guess_urls:
        leads_on = "the address of the next page is guessed, and proves itself in a crawl"
    is_post = request is not None and request.method == "POST"
    pairs = [(read[name], shown[name]) for name in read.keys() & shown.keys()]
    return ListingProposal(
        section=section,
        url=url,
        method="POST" if is_post else "GET",
        body=request.body.decode("utf-8", "replace") if is_post and request is not None else "",
        headers=request.own_headers if request is not None else (),
        rules=rules,
        read=len(read),
        same=len(pairs),
        same_titles=sum(squeezed(one.title) == squeezed(other.title) for one, other in pairs),
        same_days=sum(_day(one) is not None and _day(one) == _day(other) for one, other in pairs),
        shown=len(shown),
        leads_on=leads_on,
        needs_script=request is not None,
    )


def _day(entry: Entry) -> date | None:
    moment = day_of(entry.date_text)
    return moment.date() if moment is not None else None
