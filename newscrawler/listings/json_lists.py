"""Listings that are JSON or JSONP: their entries, and what the answer says about more of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from newscrawler.extraction.model import NoArticle, NotAnArticle
from newscrawler.extraction.page import MAX_BYTES
from newscrawler.listings.content import ListingContent
from newscrawler.listings.json_entries import read_rows
from newscrawler.listings.json_rules import JsonRules
from newscrawler.listings.json_statements import stated_by
from newscrawler.listings.json_ways import read_json_ways
from newscrawler.text.json_data import containers, parse_json

_MARKUP = re.compile(rb"<(?:html|body|div|ul|li|a|table|script|!doctype)\b", re.IGNORECASE)
_LINK = re.compile(r"<a\s[^<>]{0,500}?\bhref\s{0,5}=", re.IGNORECASE)
NO_RULES = JsonRules()


def parsed(body: bytes) -> Any | NotAnArticle | None:
    """Return the data of an answer: None if this is markup after all, NotAnArticle if it is too large or broken."""
    if len(body) > MAX_BYTES:
        return NotAnArticle(NoArticle.TOO_LARGE, f"{len(body):,} bytes; JSON is read up to {MAX_BYTES:,}")
    data = parse_json(body)
    if data is None and not _MARKUP.search(body):
        return NotAnArticle(NoArticle.UNDECODABLE, "data that is not valid JSON")
    return data


def read_json(data: Any, address: str, number: int, rules: JsonRules = NO_RULES) -> ListingContent:
    """Return the entries of all arrays of objects that are lists of articles, and the ways on.

    `address` is that of the page, the `number`-th of the listing.
    """
    reading = read_rows(data, address, rules)
    shown = reading.rows if reading.entries else 0
    ways = read_json_ways(data, address, number, shown, rules, paths=reading.paths)
    unread = reading.unread
    if not reading.entries and not unread:
        stated = stated_by(data)
        unread = "" if stated.has_empty_array or stated.entries == 0 else "JSON without a list"
    return ListingContent(reading.entries, ways, reading.left_out, unread, reading.unaddressed)


def markup_in(data: Any) -> str:
    """Return the markup with links that the texts of an answer hold, joined; empty if there is none."""
    return "\n".join(text for text in _texts(data) if _LINK.search(text))


def _texts(data: Any) -> Iterator[str]:
    for value in containers(data):
        children = value.values() if isinstance(value, dict) else value
        yield from (child for child in children if isinstance(child, str))
