"""How far the reading of a newspaper has come: over all editions, and within one."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from newscrawler.archive.sections import Sighting
from newscrawler.listings.edition_dates import EditionDay
from newscrawler.listings.named_pages import address_of, plain_number
from newscrawler.listings.newspapers import PageLink
from newscrawler.listings.page_labels import PageLabel
from newscrawler.text.urls import identity

MAX_MISSING_INDEXES = 2
"""Months without an index after which no other is asked for."""


@dataclass(slots=True)
class Progress:
    """How far a sweep has come, over all editions."""

    today: date
    """In China, when the sweep began."""
    editions: int = 0
    """Editions with an article."""
    missing: int = 0
    """Missing editions in a row."""
    failed: int = 0
    """Editions in a row that could not be read whole."""
    unproven: str = ""
    """What the server sends in place of an edition of this row of missing ones; empty if it says 404 or 410."""
    oldest: str = ""
    """Day of the oldest edition with an article."""
    newest: frozenset[str] = frozenset()
    """Titles of the newest edition: some servers send it in place of one that they do not have."""
    last: frozenset[str] = frozenset()
    """Titles of the last edition that was read."""
    longest_gap: int = 0
    """The most missing editions in a row with an edition before them: a weekly or a monthly has gaps."""
    before: tuple[date, str] | None = None
    """The day and the address of the edition that came before the oldest one, as that one says."""
    unread: str = ""
    """Why an edition is known to have more pages than were read; empty if none is."""
    failure: tuple[str, str] | None = None
    """Reason and URL of the first failure."""
    days_read: set[date] = field(default_factory=set)
    """Days of the editions with an article; below the mark, with those that earlier crawls read."""
    below_mark: list[int] | None = None
    """How many days ago editions were that are still to be asked for below the mark; None above it."""
    days_asked: set[date] = field(default_factory=set)
    calendar: set[date] = field(default_factory=set)
    """Days to which calendars of its pages lead."""
    asked: set[date] = field(default_factory=set)
    """Days of the editions that were asked for the address of the one before."""
    indexes: dict[str, dict[date, str]] = field(default_factory=dict)
    """Indexes of months by URL, with the first page of each day; empty for a month that has none."""

    @property
    def may_have_index(self) -> bool:
        """Whether the newspaper may have indexes: the current month's may not exist yet."""
        return len(self.indexes) < MAX_MISSING_INDEXES or any(self.indexes.values())

    def days_to_edition_before(self, days_ago: int) -> int:
        """Return how many days ago the edition was that the oldest one names, if it is older than this day; else 0."""
        older = (self.today - self.before[0]).days if self.before is not None else 0
        return older if older > days_ago else 0

    def named_days(self) -> set[date]:
        """Return the days that calendars and indexes name, and that were not asked for."""
        named = self.calendar.union(*self.indexes.values())
        return named - self.days_read - self.days_asked

    def edition_after(self, day: date) -> date | None:
        """Return the day of the edition after that of a day below the mark, once; None above it, where it was read."""
        after = min((one for one in self.days_read if one > day), default=None)
        if self.below_mark is None or self.before is None or after is None or after in self.asked:
            return None
        self.asked.add(after)
        return after

    def address_of(self, day: date) -> str:
        """Return the address at which the edition after it has the one of a day; empty if it names none."""
        return self.before[1] if self.before is not None and self.before[0] == day else ""

    def note(self, reason: str, url: str) -> None:
        """Note a failure. The sweep has failed when it ends, with its first failure as the reason."""
        self.failure = self.failure or (reason, url)


@dataclass(slots=True)
class Edition:
    """One edition while it is read."""

    day: EditionDay
    days_ago: int
    entries: dict[str, Sighting] = field(default_factory=dict)
    """By identity, in the order of the pages."""
    pages: deque[PageLink] = field(default_factory=deque)
    """Pages still to read."""
    known: set[str] = field(default_factory=set)
    """Identities of the pages that were read or are to be read."""
    current: PageLabel = field(default_factory=PageLabel)
    """What the link to the page being read called it."""
    read: int = 0
    """Pages that were read."""
    jumps: int = 0
    is_whole: bool = True
    numbers: dict[str, str] = field(default_factory=dict)
    """Addresses of the pages that were read, by their numbers."""
    named: dict[str, PageLabel] = field(default_factory=dict)
    """Pages that its pages name and give no address of, by their numbers."""
    stated: int = 0
    """How many pages it has, as its pages say."""
    before: tuple[date, str] | None = None
    """The day and the address of the edition before it, as its pages say."""
    tried: set[str] = field(default_factory=set)
    """Identities of the addresses of pages that follow from that of another page."""
    furniture: set[str] = field(default_factory=set)
    """What its pages with articles say beside these."""
    blank: list[tuple[str, str, frozenset[str]]] = field(default_factory=list)
    """Pages without an article: why that is a failure, their addresses, what they say."""

    def not_understood(self) -> list[tuple[str, str]]:
        """Return the pages without an article that say something of their own; without a page to compare, all."""
        return [(reason, url) for reason, url, said in self.blank if not self.furniture or said - self.furniture]

    def note_numbers(self, url: str, own: PageLabel, named: Sequence[PageLabel]) -> None:
        """Note the number of a page that was read, and the pages that it names."""
        for label in named:
            self.named.setdefault(plain_number(label.number), label)
        number = plain_number(own.number or self.current.number)
        if not number and not self.read and self.named:
            number = next(iter(self.named))  # the first page
        if number:
            self.numbers.setdefault(number, url)

    def unreached(self) -> list[PageLabel]:
        """Return the pages that were named and not read. Pages may be read whose numbers nothing shows."""
        missing = [label for number, label in self.named.items() if number not in self.numbers]
        return missing if len(self.named.keys() | self.numbers.keys()) > self.read else []

    def addresses_tried(self) -> list[PageLink]:
        """Return the pages that were named and not read, at addresses like that of a page that was read."""
        links: list[PageLink] = []
        for label in self.unreached():
            likely = (address_of(plain_number(label.number), url, own) for own, url in self.numbers.items())
            url = next((one for one in likely if one and identity(one) not in self.known), "")
            if url:
                self.known.add(identity(url))
                self.tried.add(identity(url))
                links.append(PageLink(url, label))
        return links

    @property
    def name(self) -> str:
        """What messages call it."""
        return f"the edition of {self.day.day.isoformat()}"

    @property
    def page(self) -> str:
        """What messages call the page that is read."""
        return f"page {self.current.number or self.read + 1}"
