"""The Wayback Machine, pywb and other archives that have a CDX server and replay originals (`id_`)."""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode

from newscrawler.archive.captures.warc_building import gzip_member
from newscrawler.archive.captures.warc_record import IDENTICAL, uri
from newscrawler.importing.remote.client import Answer, Client, RemoteError, StopError
from newscrawler.importing.remote.index_lines import Index, IndexedCapture, read_answer
from newscrawler.importing.remote.services import Fetched, Listed, Query, span

BASE = "https://web.archive.org/web"
_CDX = {BASE: "https://web.archive.org/cdx/search/cdx"}
"""Index of an archive whose replay has this base; others have it below their base, as pywb does."""
LIMIT = 5_000
"""Captures per query."""
MAX_INDEX_BYTES = 32 * 2**20
MAX_PAGE_BYTES = 64 * 2**20
_FORMAT = "%Y%m%d%H%M%S"
_ORIGINAL = "x-archive-orig-"
_KEPT = ("content-type", "content-encoding", "content-language", "last-modified")
"""Headers that describe a body; the others that an archive sends may be its own."""
_UNSAFE = re.compile(r"[\x00-\x20\x7f]")


class Wayback:
    """An archive with a CDX server and a replay."""

    def __init__(self, client: Client, base: str = BASE) -> None:
        """Ask nothing yet. `base` is the address of the replay: `BASE/20140401080000id_/http://…`."""
        self._client = client
        self._base = base
        self._cdx = _CDX.get(base, f"{base}/cdx")
        self.name = base

    def queries(self, hosts: Sequence[str], since: str, until: str) -> Sequence[Query]:
        """Return one query per host."""
        first, last = span(since, until)
        return [{"host": host, "from": first, "to": last} for host in hosts]

    def ask(self, query: Query) -> Listed:
        """Ask for the captures of a host and its subdomains in a span of time.

        Where the server tells how to go on, that is followed. Where it only stops at the limit, each half of the span
        is asked for.
        """
        # No field list: the families of servers do not share their names.
        values = {"url": query["host"], "matchType": "domain", "output": "json", "limit": str(LIMIT)}
        values |= {"from": query["from"], "to": query["to"], "showResumeKey": "true"}
        if key := query.get("key"):
            values["resumeKey"] = key
        answer = self._client.get(f"{self._cdx}?{urlencode(values)}", max_bytes=MAX_INDEX_BYTES)
        if answer.status != 200:
            raise StopError(f"{self._cdx} answered {answer.status}; is it the address of an archive with a CDX server?")
        index = read_answer(answer.text())
        if index.unreadable and not index.captures:
            raise StopError(f"{self._cdx} does not answer as a CDX server: {index.unreadable:,} lines are no captures.")
        if index.resume_key:
            page = hashlib.sha256(repr(index.captures).encode()).hexdigest() if index.captures else ""
            if page and page == query.get("page"):
                return Listed(index, problem=f"{self._cdx} answers with the same part of its index again")
            return Listed(index, [{**query, "key": index.resume_key, "page": page}])
        if index.lines < LIMIT or key:
            return Listed(index)
        if not all(query["from"] <= one.timestamp <= query["to"] for one in index.captures):
            raise StopError(f"{self._cdx} answers with other captures than those of the span that it was asked for.")
        halves = _halves(query["from"], query["to"])
        if not halves:
            return Listed(index, problem=f"more than {LIMIT:,} captures in the second {query['from']}")
        # The halves have these captures again.
        return Listed(Index(), [{**query, "from": first, "to": last} for first, last in halves])

    def fetch(self, capture: IndexedCapture) -> Fetched:
        """Return a record made of what the archive replays: the body as it was captured, not rewritten."""
        address = f"{self._base}/{capture.timestamp}id_/{_UNSAFE.sub('', uri(capture.url.partition('#')[0]))}"
        answer = self._client.get(address, max_bytes=MAX_PAGE_BYTES)
        if answer.status != 200:
            raise RemoteError(f"the archive answered {answer.status}")
        if (moment := _memento_time(answer)) and moment != capture.timestamp:
            raise RemoteError("the archive answered with a capture of another time")
        agrees = digest_agrees(capture.digest, answer.body)
        fields = [("WARC-Type", "response"), ("Content-Type", "application/http; msgtype=response")]
        block = b"".join((b"HTTP/1.1 200 OK\r\n", *_header_lines(answer), b"\r\n", answer.body))
        origin = {"importedFrom": uri(address)}
        if agrees is not None:
            origin |= {"indexedDigest": capture.digest, "indexedDigestAgrees": "yes" if agrees else "no"}
        return Fetched(record(capture, fields, block), origin)


def same_later(capture: IndexedCapture, first: IndexedCapture) -> bytes:
    """Return a revisit record: by its index, an archive captured the same bytes at this address before."""
    fields = [
        ("WARC-Type", "revisit"),
        ("WARC-Profile", IDENTICAL),
        ("WARC-Refers-To-Target-URI", uri(first.url)),
        ("WARC-Refers-To-Date", first.date),
        ("Content-Type", "application/http; msgtype=response"),
    ]
    return record(capture, fields, b"HTTP/1.1 200 OK\r\n\r\n")


def record(capture: IndexedCapture, fields: Sequence[tuple[str, str]], block: bytes) -> bytes:
    """Return a WARC record of a capture, as a gzip member."""
    number = uuid.uuid5(uuid.NAMESPACE_URL, f"{capture.url} {capture.date} {capture.digest}")
    lines = [
        ("WARC-Record-ID", f"<urn:uuid:{number}>"),
        ("WARC-Target-URI", uri(capture.url)),
        ("WARC-Date", capture.date),
        *fields,
        ("Content-Length", str(len(block))),
    ]
    header = "".join(f"{name}: {value}\r\n" for name, value in lines)
    data = b"".join((b"WARC/1.1\r\n", header.encode("ascii", "replace"), b"\r\n", block, b"\r\n\r\n"))
    return gzip_member(data)


def digest_agrees(declared: str, body: bytes) -> bool | None:
    """Whether a body has the SHA-1 that an index names; None if it names none.

    Old captures have the digest of the body with its chunks, which nobody has any more: a digest that differs proves
    no damage.
    """
    text = declared.removeprefix("sha1:").upper()
    if not re.fullmatch("[A-Z2-7]{32}", text):
        return None
    return base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode() == text


def _halves(first: str, last: str) -> list[tuple[str, str]]:
    """Return the two halves of a span; none if it is one second, or not a span."""
    try:
        begin, end = (datetime.strptime(moment, _FORMAT).replace(tzinfo=UTC) for moment in (first, last))
    except ValueError:
        return []
    if begin >= end:
        return []
    middle = begin + timedelta(seconds=int((end - begin).total_seconds()) // 2)
    after = middle + timedelta(seconds=1)
    return [(first, middle.strftime(_FORMAT)), (after.strftime(_FORMAT), last)]


def _memento_time(answer: Answer) -> str:
    """Return the time of the capture that the archive says it replays (RFC 7089), empty if it does not say."""
    try:
        return parsedate_to_datetime(answer.header("memento-datetime")).strftime(_FORMAT)
    except (TypeError, ValueError, IndexError, OverflowError):
        return ""


def _header_lines(answer: Answer) -> list[bytes]:
    """Return the headers that the portal sent, as far as the archive tells them."""
    original = [(name[len(_ORIGINAL) :], value) for name, value in answer.headers if name.lower().startswith(_ORIGINAL)]
    named = {name.lower() for name, _ in original}
    own = [(name, value) for name, value in answer.headers if name.lower() in _KEPT and name.lower() not in named]
    # The body came without its transfer coding.
    kept = [(name, value) for name, value in (*original, *own) if name.lower() != "transfer-encoding"]
    return [
        b"%b: %b\r\n" % tuple(_UNSAFE_IN_LINE.sub(" ", text).encode("latin-1", "replace") for text in pair)
        for pair in kept
    ]


_UNSAFE_IN_LINE = re.compile(r"[\r\n\x00]")
