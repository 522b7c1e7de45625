"""Saved pages as records: the address and the time of a page that lies in a folder.

An address is what the saving program wrote into the page (`saved from url=`, `Mirrored from`), else the path below a
folder that is named after a host of the portal, as wget and HTTrack make them, else `<link rel="canonical">`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from urllib.parse import quote, urljoin

from warcio.warcwriter import WARCWriter

from newscrawler.archive.captures.warc_building import gzip_member
from newscrawler.archive.captures.warc_record import uri
from newscrawler.crawling.saved_pages import read_saved_page
from newscrawler.importing.sources import PROGRAM_SUFFIXES, Source
from newscrawler.importing.warc_records import SourceRecord
from newscrawler.text.clock import stamp

NO_ADDRESS = "its address is not known"
HEAD_BYTES = 64 * 2**10
"""The part of a page in which its own address is looked for."""
_SAVED_FROM = re.compile(rb"<!--\s{0,9}saved from url=\(\d{4,5}\)(https?://[^\s<>\"']{1,2000})", re.IGNORECASE)
_MIRRORED = re.compile(
    rb"<!--\s{0,9}Mirrored from ([^\s<>\"']{1,2000}) by HTTrack[^<>]{0,200}?, "
    rb"(\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d) GMT"
)
_LINK = re.compile(rb"<link\b[^<>]{1,2000}>", re.IGNORECASE)
_CANONICAL = re.compile(rb"\brel\s{0,9}=\s{0,9}[\"']?canonical\b", re.IGNORECASE)
_HREF = re.compile(rb"\bhref\s{0,9}=\s{0,9}[\"']?(https?://[^\s<>\"']{1,2000})", re.IGNORECASE)
_AT_QUERY = re.compile(rf"(\.(?:s?html?|{PROGRAM_SUFFIXES}))@", re.IGNORECASE)
_ADDED = re.compile(rf"(.+(?:\?(?:(?!%2F).)+|\.(?:{PROGRAM_SUFFIXES})))\.html", re.IGNORECASE | re.DOTALL)
"""Wget adds `.html` to the name of a page that does not end in it. A query that names a path may end so itself."""
_INDEX = ("index.html", "index.htm")


def record_of_page(source: Source, owns: Callable[[str], bool], captured: datetime | None) -> SourceRecord | str:
    """Return a saved page as a record of the type `resource`, or why it is not of use. Raises OSError.

    `owns` tells whether an address is of a portal that is imported. `captured` is when it was captured, if the caller
    knows it; else it is what HTTrack wrote, else the file's time.
    """
    body = read_saved_page(source.path)
    head = body[:HEAD_BYTES]
    url = address_of_page(head, source.path, source.root or source.path.parent, owns)
    if not url:
        return NO_ADDRESS
    if not owns(url):
        return ""
    moment = captured or _mirrored_at(head) or datetime.fromtimestamp(source.path.stat().st_mtime, UTC)
    fields = {
        "warc-type": "resource",
        "warc-target-uri": uri(url),
        "warc-date": stamp(moment),
        "content-type": "text/html",
    }
    writer = WARCWriter(BytesIO(), gzip=False, warc_version="1.1")
    record = writer.create_warc_record(
        uri(url),
        "resource",
        BytesIO(body),
        len(body),
        warc_content_type="text/html",
        warc_headers_dict={"WARC-Date": stamp(moment)},
    )
    writer.write_record(record)
    return SourceRecord(0, fields, gzip_member(writer.out.getbuffer()))


def address_of_page(head: bytes, path: Path, root: Path, owns: Callable[[str], bool]) -> str:
    """Return the address of a saved page, empty if nothing tells it. `head` is the beginning of the page."""
    if match := _SAVED_FROM.search(head):
        return _text(match[1])
    if match := _MIRRORED.search(head):
        return f"http://{_text(match[1])}"
    if url := _address_of_path(path, root, owns):
        return url
    for link in _LINK.finditer(head):
        if _CANONICAL.search(link[0]) and (href := _HREF.search(link[0])):
            return _text(href[1])
    return ""


def _address_of_path(path: Path, root: Path, owns: Callable[[str], bool]) -> str:
    """Return the address that the folders name, if one of them is a host of a portal: `www.x.cn/2014/0501/1.html`."""
    parts = [root.name, *path.relative_to(root).parts]
    for position, name in enumerate(parts[:-1]):
        url = f"http://{name}/"
        if "." in name and owns(url):
            rest = list(parts[position + 1 :])
            rest[-1] = "" if rest[-1] in _INDEX else _as_requested(rest[-1])
            return urljoin(url, quote("/".join(rest), safe="/%?=&@:+,;~"))
    return ""


def _as_requested(name: str) -> str:
    """Return the end of an address without what wget changes for a file: `?` into `@`, and `.html` at the end."""
    name = _AT_QUERY.sub(r"\1?", name, count=1)
    added = _ADDED.fullmatch(name)
    return added[1] if added else name


def _mirrored_at(head: bytes) -> datetime | None:
    match = _MIRRORED.search(head)
    if match is None:
        return None
    try:
        return datetime.strptime(match[2].decode(), "%a, %d %b %Y %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _text(raw: bytes) -> str:
    return html.unescape(raw.decode("utf-8", "replace"))
