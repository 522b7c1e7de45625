"""Common Crawl: an index per crawl, and records in large WARC files of which a part is requested."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from newscrawler.importing.remote.client import Client, RemoteError, StopError
from newscrawler.importing.remote.index_lines import Index, IndexedCapture, read_answer
from newscrawler.importing.remote.ranges import Ranges
from newscrawler.importing.remote.services import Fetched, Listed, Query, span

INDEX = "https://index.commoncrawl.org"
DATA = "https://data.commoncrawl.org"
MAX_CRAWLS = 1_000
MAX_PAGES = 10_000
"""Pages of one index for one host."""
MAX_INDEX_BYTES = 32 * 2**20
SLACK = timedelta(days=60)
"""Crawls are named after the week in which they were published; their captures are of the weeks around it."""
_NAMED_AFTER = re.compile(r"CC-MAIN-([0-9]{4})(?:-([0-9]{4}))?(?:-([0-9]{2}))?\Z")


class CommonCrawl:
    """The indexes of Common Crawl, or of a server that answers as they do."""

    def __init__(self, client: Client, base: str = "") -> None:
        """Ask nothing yet. `base` has both index and files; empty: Common Crawl's own servers."""
        self._client = client
        self._index = base or INDEX
        self._ranges = Ranges(base or DATA, client)
        self.name = self._index

    def queries(self, hosts: Sequence[str], since: str, until: str) -> Sequence[Query]:
        """Return one query per host and crawl that may have captures of the span. Raises RemoteError."""
        answer = self._client.get(f"{self._index}/collinfo.json", max_bytes=2**22)
        try:
            crawls = json.loads(answer.text()) if answer.status == 200 else None
        except (ValueError, RecursionError):
            crawls = None
        if not isinstance(crawls, list):
            raise StopError(f"{self._index}/collinfo.json (status {answer.status}) is not the list of crawls.")
        apis = [api for crawl in crawls[:MAX_CRAWLS] if (api := self._api(crawl, since, until))]
        return [{"api": api, "host": host, "since": since, "until": until} for api in sorted(apis) for host in hosts]

    def _api(self, crawl: Any, since: str, until: str) -> str:
        """Return the address of a crawl's index, on the same server; empty if it is of no use."""
        api = crawl.get("cdx-api") if isinstance(crawl, dict) else None
        if not isinstance(api, str) or not _overlaps(crawl, since, until):
            return ""
        try:
            name = urlsplit(api).path.rpartition("/")[2]
        except ValueError:
            return ""
        return f"{self._index}/{name}" if re.fullmatch(r"[\w-]{1,100}", name) else ""

    def ask(self, query: Query) -> Listed:
        """Ask how many pages an index has for a host, or for one of these pages."""
        first, last = span(query["since"], query["until"])
        values = {"url": query["host"], "matchType": "domain", "output": "json"}
        if "page" not in query:
            status, text = self._text(query["api"], {**values, "showNumPages": "true"})
            pages = min(_pages(text), MAX_PAGES) if status == 200 else 0
            return Listed(Index(), [{**query, "page": str(page)} for page in range(pages)])
        asked = {**values, "filter": "=status:200", "from": first, "to": last, "page": query["page"]}
        status, text = self._text(query["api"], asked)
        return Listed(read_answer(text) if status == 200 else Index())

    def _text(self, api: str, values: dict[str, str]) -> tuple[int, str]:
        answer = self._client.get(f"{api}?{urlencode(values)}", max_bytes=MAX_INDEX_BYTES)
        if answer.status not in (200, 404):  # 404: no captures
            raise RemoteError(f"{api} answered {answer.status}.")
        return answer.status, answer.text()

    def fetch(self, capture: IndexedCapture) -> Fetched:
        """Return the record, byte for byte as it lies in the file of Common Crawl."""
        return self._ranges.fetch(capture)


def _pages(text: str) -> int:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise RemoteError("the number of pages of the index cannot be read") from None
    pages = found.get("pages") if isinstance(found, dict) else found
    return pages if isinstance(pages, int) and pages > 0 else 0


def _overlaps(crawl: dict[str, Any], since: str, until: str) -> bool:
    """Whether a crawl may have captures of a span; a crawl that does not tell its time may."""
    days = [value[:10] for name in ("from", "to") if isinstance(value := crawl.get(name), str)]
    if len(days) < 2:
        days = [day.isoformat() for day in _days_of(str(crawl.get("id", "")))]
    return not days or (days[0] <= (until or "9999") and days[1] >= since)


def _days_of(name: str) -> Iterator[date]:
    """Yield the first and the last day on which a crawl of this name may have captured; none for another name."""
    match = _NAMED_AFTER.match(name)
    if match is None:
        return
    year, last_year, week = match.groups()
    try:
        if week:
            middle = date.fromisocalendar(int(year), int(week), 1)
            begin, end = middle, middle
        else:
            begin, end = date(int(year), 1, 1), date(int(last_year or year), 12, 31)
        yield begin - SLACK
        yield end + SLACK
    except (ValueError, OverflowError):
        return
