"""What a WARC record is made of (WARC 1.1, ISO 28500:2017): its location, what it refers to, its fields."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
KIND_FIELD = "Newscrawler-Kind"
"""An extension field (WARC 1.1, 5.1): article, listing, homepage, robots or image."""
RUN_FIELD = "Newscrawler-Run"
"""An extension field of a `warcinfo`: the key of the run whose records follow."""
EMPTY_DIGEST = hashlib.sha256(b"").hexdigest()

Headers = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Original:
    """The capture that a revisit refers to."""

    url: str
    fetched: str


@dataclass(frozen=True, slots=True)
class RecordLocation:
    """Where a record lies: file name, offset and length of its gzip member in bytes."""

    file: str
    offset: int
    length: int


def mime_of(headers: Sequence[tuple[str, str]]) -> str:
    """Return the media type that these headers declare, `unk` where they declare none that can be read."""
    declared = next((value for name, value in headers if name.lower() == "content-type"), "")
    match = re.match(r"\s*([\w.+-]+/[\w.+-]+)", declared)
    return match[1].lower() if match else "unk"


def uri(url: str) -> str:
    """Return a URL as a record can hold it: printable ASCII, the rest percent-encoded."""
    return quote(url, safe="!#$%&'()*+,/:;=?@[]~\\^`{|}\"<>")


def unbracketed(address: str) -> str:
    """Return the address in a field of a record: WARC 1.0 writes it in angle brackets.

    Only a bracket in front says so: an address of a page may end in one.
    """
    return address[1:].removesuffix(">") if address.startswith("<") else address


def warc_digest(digest: str) -> str:
    """Return a SHA-256 in hexadecimal as WARC writes digests: `sha256:` and base 32."""
    return "sha256:" + base64.b32encode(bytes.fromhex(digest)).decode()


def hex_digest(value: str) -> str:
    """Return the hexadecimal form of a WARC digest; empty when it is not a SHA-256.

    Raises ValueError when it is damaged.
    """
    algorithm, _, text = value.partition(":")
    if algorithm.lower() != "sha256":
        return ""
    return text.lower() if len(text) == 64 else base64.b32decode(text).hex()
