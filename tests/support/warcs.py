"""WARC files as other crawlers write them, and the pages in them."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

DEFINITION = 'id = "t"\nname = "试验网"\nprovince = "湖北省"\nhomepage = "http://www.t.example/"\n'
HOST = "http://www.t.example"


@dataclass(frozen=True)
class Captured:
    """One page that somebody captured."""

    url: str
    date: str
    body: bytes | str
    status: int = 200
    headers: Sequence[tuple[str, str]] = (("Content-Type", "text/html; charset=utf-8"),)

    @property
    def payload(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


def warc_bytes(pages: Iterable[Captured], *, packed: bool = True) -> bytes:
    """A WARC file that warcio writes."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed)
    writer.write_record(writer.create_warcinfo_record("theirs.warc.gz", {"software": "another crawler"}))
    for page in pages:
        headers = StatusAndHeaders(f"{page.status} OK", list(page.headers), protocol="HTTP/1.1")
        url = page.url if "://" in page.url else HOST + page.url
        record = writer.create_warc_record(
            url,
            "response",
            payload=io.BytesIO(page.payload),
            http_headers=headers,
            warc_headers_dict={"WARC-Date": page.date},
        )
        request = writer.create_warc_record(
            url,
            "request",
            http_headers=StatusAndHeaders("GET / HTTP/1.1", [("Host", "www.t.example")], is_http_request=True),
            warc_headers_dict={"WARC-Date": page.date},
        )
        writer.write_request_response_pair(request, record)
    return out.getvalue()


def write_warc(path: Path, pages: Iterable[Captured], *, packed: bool = True) -> Path:
    path.write_bytes(warc_bytes(pages, packed=packed))
    return path


def raw_record(
    number: int,
    *,
    body: bytes = b"<html>x</html>",
    extra: bytes = b"",
    length: int | bytes | None = None,
    kind: bytes = b"response",
    date: bytes = b"2014-05-01T00:00:00Z",
    http_extra: bytes = b"",
) -> bytes:
    """A record, byte by byte, so that a test can break it."""
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n" + http_extra + b"\r\n" + body
    said = len(http) if length is None else length
    return (
        b"WARC/1.0\r\nWARC-Type: %b\r\nWARC-Target-URI: %b/%d\r\nWARC-Date: %b\r\n%bContent-Length: %b\r\n\r\n%b\r\n\r\n"
        % (kind, HOST.encode(), number, date, extra, said if isinstance(said, bytes) else b"%d" % said, http)
    )


def each_packed(*records: bytes) -> bytes:
    """Each record in a gzip member of its own, as it should be."""
    return b"".join(map(gzip.compress, records))
