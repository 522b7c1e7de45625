"""Feeds, so that a reader learns of new articles, edits and withdrawals: Atom (RFC 4287) and JSON Feed 1.1.

Each entry comes once: its id and its date never change. A search gives the articles in the order in which they were
stored, newest first, so an old article that is stored late is new, too. A reader that asks again with the ETag or the
date of its copy gets 304 while nothing has changed.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import quote
from xml.etree import ElementTree

from starlette.responses import Response

from newscrawler.archive.export.selection import Selection
from newscrawler.archive.filters import known_portal
from newscrawler.archive.reports.withdrawals import KINDS, list_changes
from newscrawler.archive.search.hits import read_entries
from newscrawler.archive.search.query import word_filter
from newscrawler.text.languages import N_
from newscrawler.text.xml_text import xml_text
from newscrawler.web.request import BadRequestError, PageRequest
from newscrawler.web.request_filters import filter_of

ENTRIES = 50
"""Entries of a feed."""
_ATOM = "http://www.w3.org/2005/Atom"
_START = "2000-01-01T00:00:00Z"
"""The date of a feed without entries."""
_TITLES = {
    "search": N_("New articles"),
    "words": N_("New articles: {words}"),
    "withdrawn": N_("Withdrawn articles"),
    "edited": N_("Edited articles"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a feed."""

    name: str
    """Identifies it in every feed, for ever."""
    path: str
    """Of our page."""
    url: str
    """Of the portal's page."""
    title: str
    text: str
    moment: str
    """When it happened, by our clock, UTC."""
    author: str
    tags: tuple[str, ...] = ()


def search_feed(request: PageRequest, connection: sqlite3.Connection) -> Response:
    """Answer `/search.atom` and `/search.feed.json`: the articles that a search finds, those stored last first."""
    words = request.one("q").strip()
    chosen = filter_of(request, connection)
    if words:
        chosen = replace(chosen, search=word_filter(words))
    rows = Selection.of(connection, chosen).execute(
        "a.n, a.id, a.first_seen, p.name", f"ORDER BY a.n DESC LIMIT {ENTRIES}"
    )
    found = rows.fetchall()
    stored = {identifier: (seen, portal) for _, identifier, seen, portal in found}
    entries = [
        Entry(
            f"article:{hit.id}",
            f"/article/{hit.id}",
            hit.url,
            hit.title,
            hit.snippet.text,
            stored[hit.id][0],
            stored[hit.id][1],
            tuple(filter(None, (hit.city, hit.section))),
        )
        for hit in read_entries(connection, [number for number, *_ in found])
    ]
    return _feed(request, "words" if words else "search", words, entries)


def changes_feed(request: PageRequest, connection: sqlite3.Connection) -> Response:
    """Answer `/withdrawals.atom` and `/withdrawals.feed.json`; `kind=edited` gives the edits."""
    kind, portal = request.one("kind", KINDS[0]), request.one("portal")
    if kind not in KINDS:
        raise BadRequestError("there is no kind {name!r}; there are {known}.", name=kind[:40], known=", ".join(KINDS))
    rows = list_changes(
        connection,
        kind,
        portal=known_portal(connection, portal) if portal else None,
        month="",
        limit=ENTRIES,
        offset=0,
    )
    addresses = dict(
        connection.execute(
            "SELECT id, url FROM articles WHERE id IN (SELECT value FROM json_each(?))",
            [json.dumps([row["id"] for row in rows])],
        )
    )
    entries = []
    for row in rows:
        path = f"/article/{row['id']}"
        if kind == "edited":
            path += f"/changes?from={row['number'] - 1}&to={row['number']}"
        entries.append(
            Entry(
                f"{kind}:{row['id']}:{row['moment']}",
                path,
                addresses[row["id"]],
                row["title"],
                row["source"] or "",
                row["moment"],
                row["portal"],
            )
        )
    return _feed(request, kind, "", entries)


def _feed(request: PageRequest, kind: str, words: str, entries: Sequence[Entry]) -> Response:
    title = request.language.gettext(_TITLES[kind]).format(words=words)
    base = str(request.base_url).rstrip("/")
    own = f"{base}{quote(request.path)}{f'?{request.query}' if request.query else ''}"
    if request.path.endswith(".atom"):
        body, media_type = _atom(title, base, own, entries), "application/atom+xml"
    else:
        body, media_type = _json(title, base, own, entries), "application/feed+json"
    modified = _instant(entries[0].moment if entries else _START)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {
        "ETag": tag,
        "Last-Modified": format_datetime(modified, usegmt=True),
        "Cache-Control": "no-cache",
        "Vary": "Accept-Language",
    }
    if _is_known(request, tag, modified):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=f"{media_type}; charset=utf-8")


def _instant(moment: str) -> datetime:
    """Return a moment of the archive; that of a damaged one may be any text, and counts as long ago."""
    try:
        return datetime.fromisoformat(moment).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime.fromisoformat(_START)


def _is_known(request: PageRequest, tag: str, modified: datetime) -> bool:
    """Whether the client has this state already (RFC 9110, 13.1). A tag that it sends decides alone."""
    if (tags := request.headers.get("if-none-match")) is not None:
        return tags.strip() == "*" or tag in re.findall(r'"[^"]*"', tags)
    since = request.headers.get("if-modified-since")
    try:
        return since is not None and parsedate_to_datetime(since) >= modified
    except (ValueError, TypeError, OverflowError):
        return False


def _urn(name: str) -> str:
    return f"urn:newscrawler:{name}"


def _atom(title: str, base: str, own: str, entries: Sequence[Entry]) -> bytes:
    ElementTree.register_namespace("", _ATOM)
    feed = ElementTree.Element(f"{{{_ATOM}}}feed")

    def add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
        cleaned = {key: xml_text(value) for key, value in attributes.items()}
        element = ElementTree.SubElement(parent, f"{{{_ATOM}}}{name}", cleaned)
        element.text = xml_text(text) or None
        return element

    add(feed, "id", _urn(f"feed:{hashlib.sha256(own.encode()).hexdigest()[:32]}"))
    add(feed, "title", title)
    add(feed, "updated", entries[0].moment if entries else _START)
    add(feed, "link", rel="self", href=own)
    for entry in entries:
        element = add(feed, "entry")
        add(element, "id", _urn(entry.name))
        add(element, "title", entry.title)
        add(element, "updated", entry.moment)
        add(element, "link", rel="alternate", href=f"{base}{entry.path}")
        add(element, "link", rel="via", href=entry.url)
        add(add(element, "author"), "name", entry.author)
        add(element, "summary", entry.text)
        for tag in entry.tags:
            add(element, "category", term=tag)
    document: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def _json(title: str, base: str, own: str, entries: Sequence[Entry]) -> bytes:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "feed_url": own,
        "items": [
            {
                "id": _urn(entry.name),
                "url": f"{base}{entry.path}",
                "external_url": entry.url,
                "title": entry.title,
                "content_text": entry.text,
                "date_published": entry.moment,
                "authors": [{"name": entry.author}],
                "tags": list(entry.tags),
            }
            for entry in entries
        ],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode("utf-8", "replace")
