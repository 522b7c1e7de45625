"""The page of an article, the changes between its versions, and its citations."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Any

import nh3
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import Response

from newscrawler.archive.article_view import ArticleRecord, article_record
from newscrawler.archive.captures.images import read_image
from newscrawler.archive.reports.citation import CitationError, bibtex, citation, csl_json, evidence, gb7714
from newscrawler.archive.reprint_cluster import compared
from newscrawler.archive.suppressed_names import SuppressedNames
from newscrawler.archive.version_causes import causes_of
from newscrawler.archive.versions import changes, list_versions, version_values
from newscrawler.web.captures import download
from newscrawler.web.rendering import page
from newscrawler.web.request import BadRequestError, PageRequest
from newscrawler.web.request_filters import portals_of

_FIELDS_WITH_RULE = (
    "title",
    "subtitle",
    "source",
    "published",
    "editors",
    "authors",
    "summary",
    "keywords",
    "city",
    "county",
    "article_type",
    "body",
)
"""Fields with the rule that read them, in the order of the page."""
_OTHER_FIELDS = (
    "portal",
    "section",
    "published_evidence",
    "listed_date",
    "listed_source",
    "page",
    "page_no",
    "char_count",
    "language",
    "status",
    "first_seen",
    "last_seen",
    "content_hash",
    "run",
    "id",
)
_MINOR_CHANGES = ("body_html", "encoding", "published_evidence")
"""Shown only when nothing else changed, as `newscrawler history` does."""
_MOST_VERSIONS = 200
_MOST_IMAGES = 200
_LONGEST_RAW = 300
_CLEANED: dict[str, Any] = {
    "tags": {
        *("p", "ul", "ol", "li", "blockquote", "strong", "em", "a"),
        *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "figure", "figcaption"),
    },
    "attributes": {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
    "url_schemes": {"http", "https"},
    "link_rel": "noreferrer noopener nofollow",
    "strip_comments": True,
}
"""What the stored markup may consist of."""
_CLEANER = nh3.Cleaner(**_CLEANED)
_HEADINGS = ("h2", "h3", "h4")


def record_of(request: PageRequest, connection: sqlite3.Connection) -> ArticleRecord:
    """Return the article that the address names; raises HTTPException(404) when there is none, or it is suppressed."""
    record = article_record(connection, request.path_params["id"])
    if record is None:
        raise HTTPException(404)
    return record


def article(request: PageRequest, connection: sqlite3.Connection) -> Response:
    """Answer `/article/ID`."""
    record = record_of(request, connection)
    names = SuppressedNames.read(connection)
    versions = list_versions(connection, record.n)
    source = citation(connection, record.fields["id"])
    return page(
        "article.html",
        request,
        record=record,
        fields=record.fields,
        images=[
            (url, caption, read_image(connection, url, record.fields["last_seen"]) is not None)
            for url, caption in record.images[:_MOST_IMAGES]
        ],
        body=_body(record.body_html, record.fields["body"], names),
        portal_names=portals_of(request, connection),
        with_rule=[(name, record.fields[name], record.evidence.get(name)) for name in _FIELDS_WITH_RULE],
        others=[(name, record.fields[name]) for name in _OTHER_FIELDS],
        longest_raw=_LONGEST_RAW,
        versions=versions[-_MOST_VERSIONS:],
        causes=causes_of(connection, record.n, versions[-_MOST_VERSIONS - 1 :]),
        newest=versions[-1],
        reference=gb7714(source),
        proof=evidence(source, "zh" if request.language.code == "zh" else "en"),
        bibtex=bibtex(source),
        csl=json.dumps(csl_json(source), ensure_ascii=False, indent=2),
    )


def _body(body_html: str, body: str, names: SuppressedNames) -> Markup:
    """Return the stored markup, sanitised once more, with headings as strong lines; the plain text when it has none.

    A link to a suppressed article loses its address.
    """
    for heading in _HEADINGS:
        body_html = body_html.replace(f"<{heading}>", "<p><strong>").replace(f"</{heading}>", "</strong></p>")
    cleaner = nh3.Cleaner(**_CLEANED, attribute_filter=_address_filter(names)) if names else _CLEANER
    cleaned = cleaner.clean(body_html)
    if cleaned.strip():
        return Markup(cleaned)  # noqa: S704  # cleaned on the line above
    return Markup("").join(Markup("<p>{}</p>").format(line) for line in body.split("\n"))


def _address_filter(names: SuppressedNames) -> Callable[[str, str, str], str | None]:
    return lambda tag, attribute, value: None if names.are_in(value) else value


def article_changes(request: PageRequest, connection: sqlite3.Connection) -> Response:
    """Answer `/article/ID/changes?from=1&to=2`: two versions, field by field."""
    record = record_of(request, connection)
    versions = {version["number"]: version for version in list_versions(connection, record.n)}
    last = max(versions)
    new = request.number("to", last, 10**6)
    old = request.number("from", max(1, new - 1), 10**6)
    if new not in versions or old not in versions:
        raise BadRequestError("the article has versions {first} to {last}.", first=min(versions), last=last)
    before, after = (version_values(connection, versions[number]["id"]) for number in (old, new))
    changed = changes(before, after)
    names = [name for name in changed if name not in _MINOR_CHANGES] or list(changed)
    return page(
        "changes.html",
        request,
        record=record,
        old=versions[old],
        new=versions[new],
        differences=[(name, compared(*changed[name])) for name in names],
    )


def article_citation(request: PageRequest, connection: sqlite3.Connection) -> Response:
    """Answer `/article/ID.bib` and `/article/ID.json`: the citation as a file."""
    try:
        source = citation(connection, record_of(request, connection).fields["id"])
    except CitationError:
        raise HTTPException(404) from None
    if request.path_params["format"] == "bib":
        return download(f"{source.key}.bib", bibtex(source).encode() + b"\n", "application/x-bibtex; charset=utf-8")
    item = json.dumps([csl_json(source)], ensure_ascii=False, indent=2)
    return download(f"{source.key}.json", item.encode() + b"\n", "application/vnd.citationstyles.csl+json")
