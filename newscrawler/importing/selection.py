"""Which records of a source are of use: pages of portals, by the headers of a record alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from newscrawler.crawling.requests import MAX_ADDRESS
from newscrawler.importing.foreign_hosts import MAX_SERVER, MAX_SERVERS, ForeignHosts
from newscrawler.importing.warc_records import target_uri
from newscrawler.portals import Portal
from newscrawler.text.clock import stamp

EARLIEST = "1995"
"""The web in China begins; an earlier date is a mistake."""
_TYPES = ("response", "revisit", "resource")
_PAGES = ("text/html", "application/xhtml+xml", "")
"""Media types of pages; some servers name none."""
_UNKNOWN = ("unk", "warc/revisit")
"""What indexes write where a server named no type, and for captures that only refer to an earlier one."""
_STATUS = re.compile(rb"HTTP/[0-9.]{1,8} ([0-9]{3})(?![0-9])")
_CONTENT_TYPE = re.compile(rb"\n\s{0,8}content-type\s{0,8}:\s{0,8}([\w.+/-]{0,100})", re.IGNORECASE)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z")


@dataclass(slots=True)
class Selection:
    """Pages of some portals, captured in a span of time. It counts what it refuses.

    Whose a host is stands in a table: foreign records cost the same for one portal and for all.
    """

    portals: Sequence[Portal]
    since: str = ""
    """ISO date of the first day (UTC); empty: from the beginning."""
    until: str = ""
    """ISO date of the last day (UTC); empty: to the end."""
    refused: Sequence[Counter[str]] = ()
    """Of each portal: reason to the number of its records that are not pages, or not of the span."""
    foreign: ForeignHosts = field(default_factory=ForeignHosts)
    """Counts the records of other hosts."""
    owners: tuple[int, ...] = ()
    """The portals to which the record belongs that was looked at last, by their number."""
    _named: dict[str, tuple[int, ...]] = field(init=False, default_factory=dict)
    """Hosts that definitions name, with the numbers of the portals."""
    _seen: dict[str, tuple[int, ...]] = field(init=False, default_factory=dict)
    """Servers of portals that were looked up: addresses without their path."""

    def __post_init__(self) -> None:
        self.refused = self.refused or [Counter() for _ in self.portals]
        for number, portal in enumerate(self.portals):
            for host in portal.hosts:
                self._named[host] = (*self._named.get(host, ()), number)

    def owners_of(self, url: str) -> tuple[int, ...]:
        """Return the numbers of the portals that own an address."""
        if not url.startswith(("http://", "https://")):
            return self._look_up(url)
        # Up to the path, addresses repeat: most records cost one look into a table.
        end = url.find("/", 8)
        server = url[:end] if end >= 0 else url
        if self.foreign.count(server):
            return ()
        owners = self._seen.get(server)
        if owners is None:
            owners = self._look_up(server)
            if not owners:
                self.foreign.add(server)
            elif len(self._seen) < MAX_SERVERS and len(server) <= MAX_SERVER:
                self._seen[server] = owners
        return owners

    def _look_up(self, url: str) -> tuple[int, ...]:
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
        except ValueError:
            return ()
        if parts.scheme not in ("http", "https"):
            return ()
        found: set[int] = set()
        while host:
            found.update(self._named.get(host, ()))
            host = host.partition(".")[2]
        return tuple(sorted(found))

    def owns(self, url: str) -> bool:
        """Whether an address is one of the portals'."""
        return bool(self.owners_of(url))

    def is_foreign(self, kind: str, url: str) -> bool:
        """Whether a record of this type and address belongs to no portal, or can hold no page."""
        return kind not in _TYPES or not self.owners_of(url)

    def by_fields(self, fields: Mapping[str, str]) -> bool:
        """Whether a record may be a page of a portal."""
        if fields.get("warc-type") not in _TYPES:
            return False
        url = target_uri(fields)
        self.owners = self.owners_of(url)
        if not self.owners:
            return False
        reason = "its address is too long" if len(url) > MAX_ADDRESS else self._reason_of_date(fields)
        if not reason and fields.get("warc-type") == "resource":
            mime = fields.get("content-type", "").partition(";")[0].strip().lower()
            reason = "" if mime in _PAGES else "it is not a page"
        if not reason and "warc-segment-number" in fields:
            reason = "it is one of several segments"
        return self._accept(reason)

    def _reason_of_date(self, fields: Mapping[str, str]) -> str:
        date = fields.get("warc-date", "")
        if not is_plausible(date):
            return "its date is not valid"
        is_early = self.since and date[:10] < self.since
        return "it was not captured in these days" if is_early or (self.until and date[:10] > self.until) else ""

    def by_head(self, fields: Mapping[str, str], head: bytes) -> bool:
        """Whether a record is a page, by the HTTP header with which its block begins."""
        if fields.get("warc-type") == "resource":
            return True
        status = _STATUS.match(head)
        if status is None:
            return self._accept("it has no HTTP header")
        if status[1] != b"200":
            return self._accept(f"answered {status[1].decode()}")
        header = head[: max(0, head.find(b"\r\n\r\n"))]
        named = _CONTENT_TYPE.search(header)
        is_page = (named[1].decode("ascii", "replace").lower() if named else "") in _PAGES
        return self._accept("" if is_page else "it is not a page")

    def by_index(self, url: str, date: str, status: int, mime: str) -> bool:
        """Whether a capture may be a page of a portal, by what an index says. Status 0: it does not say."""
        if not self.by_fields({"warc-type": "response", "warc-target-uri": url, "warc-date": date}):
            return False
        if status not in (0, 200):
            return self._accept(f"answered {status}")
        is_page = mime.partition(";")[0].strip() in (*_PAGES, *_UNKNOWN)
        return self._accept("" if is_page else "it is not a page")

    def _accept(self, reason: str) -> bool:
        if reason:
            for number in self.owners:
                self.refused[number][reason] += 1
        return not reason


def is_plausible(date: str) -> bool:
    """Whether a date of a record is a moment between the beginning of the web and now, in the form that WARC has."""
    if not _DATE.fullmatch(date):
        return False
    try:
        moment = datetime.fromisoformat(date)
    except ValueError:
        return False
    # A day of grace: the clocks of other machines.
    return date >= EARLIEST and stamp(moment) <= stamp(datetime.now(UTC) + timedelta(days=1))
