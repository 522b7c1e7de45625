"""What bytes from a stranger reach: each target reads any bytes, and raises nothing but what its reader documents."""

from __future__ import annotations

import gzip
import sqlite3
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from newscrawler.archive import open_archive
from newscrawler.archive.captures.warc_reader import whole_records
from newscrawler.archive.search.search import SearchError, search
from newscrawler.extraction.model import NotAnArticle
from newscrawler.listings.entries import ListingRules
from newscrawler.listings.feeds import read_feed
from newscrawler.listings.json_lists import parsed, read_json
from newscrawler.listings.listing import read_listing
from newscrawler.normalization.dates import parse_published
from newscrawler.portals.model import Portal
from newscrawler.reading import read_article
from newscrawler.text.definition_error import DefinitionError
from newscrawler.text.definitions import read_definition

NOW = datetime(2026, 7, 10, 12, tzinfo=UTC)
URL = "http://www.t.example/2026/0710/1.shtml"


def page(data: bytes) -> None:
    """A page: whatever its article says can be stored as UTF-8."""
    article = read_article(data, None, url=URL, fetched=NOW)
    if not isinstance(article, NotAnArticle):
        repr(article).encode()


def listing(data: bytes) -> None:
    """A listing in HTML, or whatever a section's address answers."""
    rules = ListingRules(None, None, None)
    found = read_listing(data, url="http://www.t.example/", number=1, rules=rules, is_own=lambda url: True)
    if not isinstance(found, NotAnArticle):
        for entry in found.entries:
            entry.url.encode()
            entry.title.encode()


def json(data: bytes) -> None:
    """A listing in JSON."""
    value = parsed(data)
    if value is not None and not isinstance(value, NotAnArticle):
        read_json(value, "http://www.t.example/list.json", 1)


def feed(data: bytes) -> None:
    """A feed."""
    read_feed(data, "http://www.t.example/feed.xml")


def date(data: bytes) -> None:
    """A printed date: it is never after tomorrow."""
    found = parse_published(data.decode("utf-8", "replace"), base=NOW)
    if found is not None and not "1995-01-01" <= found.date <= "2026-07-13":
        raise AssertionError(found)


def warc(data: bytes) -> None:
    """A WARC file: what cannot be read ends the reading. Text is compressed first, since changed gzip is just damage."""
    with tempfile.NamedTemporaryFile(suffix=".warc.gz") as file:
        file.write(data if data.startswith(b"\x1f\x8b") else gzip.compress(data, 1))
        file.flush()
        for record in whole_records(Path(file.name)):
            if not record.length:
                raise AssertionError("a record without bytes would be read for ever")


def definition(data: bytes) -> None:
    """A definition of a portal."""
    with tempfile.NamedTemporaryFile(suffix=".toml") as file:
        file.write(data)
        file.flush()
        try:
            read_definition(Path(file.name), Portal)
        except DefinitionError:
            return


@cache
def _archive() -> sqlite3.Connection:
    return open_archive(Path(tempfile.mkdtemp()) / "archive.db")


def query(data: bytes) -> None:
    """A search: SQLite understands what the parser makes of it."""
    try:
        search(_archive(), data.decode("utf-8", "replace"))
    except SearchError:
        return


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target for target in (page, listing, json, feed, date, warc, definition, query)
}
