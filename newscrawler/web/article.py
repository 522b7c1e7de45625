"""The page of an article, the changes between its versions, its citations and its captures."""

from __future__ import annotations

import json
import sqlite3
from functools import lru_cache
from typing import Any

import nh3
from markupsafe import Markup
from sqlite_utils import Database

from newscrawler.archive.article_view import ArticleRecord, article_record, capture_number
from newscrawler.archive.captures.reading import read_capture
from newscrawler.archive.captures.rows import CaptureError, get_capture
from newscrawler.archive.captures.warc_files import captures_folder, existing
from newscrawler.archive.reports.citation import CitationError, bibtex, citation, csl_json, evidence, gb7714
from newscrawler.archive.text_diff import Piece, difference
from newscrawler.archive.versions import changes, list_versions, version_values
from newscrawler.web.pages import Answer, NoSuchPageError, Visit, WrongRequestError, page

_SHOWN_FIELDS = (
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
"""Fields that have a rule behind them, in the order of the page."""
_PLAIN_FIELDS = (
    "portal",
    "section",
    "published_evidence",
    "listed_date",
    "char_count",
    "language",
    "status",
    "first_seen",
    "last_seen",
    "content_hash",
    "id",
)
_HIDDEN_CHANGES = ("body_html", "encoding", "published_evidence")
"""Shown only when nothing else changed, as by `newscrawler history`."""
_MOST_VERSIONS = 200
_LONGEST_RAW = 300
_LONGEST_COMPARED = 60_000
"""Characters of a field: beyond this it is shown as replaced whole. Comparing takes the time of the square."""
_CLEANER = nh3.Cleaner(
    tags={
        *("p", "ul", "ol", "li", "blockquote", "strong", "em", "a"),
        *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "figure", "figcaption"),
    },
    attributes={"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
    url_schemes={"http", "https"},
    link_rel="noreferrer noopener nofollow",
    strip_comments=True,
)
_HEADINGS = ("h2", "h3", "h4")


def _record(db: Database, visit: Visit) -> ArticleRecord:
    record = article_record(db.conn, visit.names["id"])
    if record is None:
        raise NoSuchPageError
    return record


def article(db: Database, visit: Visit) -> Answer:
    """Answer `/article/ID`."""
    record = _record(db, visit)
    versions = list_versions(db.conn, record.n)
    cited = citation(db, record.fields["id"])
    return page(
        "article.html",
        visit,
        record=record,
        fields=record.fields,
        body=_body(record.body_html, record.fields["body"]),
        found=[(name, record.fields[name], record.evidence.get(name)) for name in _SHOWN_FIELDS],
        plain=[(name, record.fields[name]) for name in _PLAIN_FIELDS],
        longest_raw=_LONGEST_RAW,
        versions=versions[-_MOST_VERSIONS:],
        newest=versions[-1],
        reference=gb7714(cited),
        proof=evidence(cited, visit.language),
        bibtex=bibtex(cited),
        csl=json.dumps(csl_json(cited), ensure_ascii=False, indent=2),
    )


def _body(body_html: str, body: str) -> Markup:
    """Return the stored markup once more made harmless, headings as strong lines; the plain text when it has none."""
    for heading in _HEADINGS:
        body_html = body_html.replace(f"<{heading}>", "<p><strong>").replace(f"</{heading}>", "</strong></p>")
    cleaned = _CLEANER.clean(body_html)
    if cleaned.strip():
        return Markup(cleaned)  # noqa: S704  # cleaned on the line above
    return Markup("").join(Markup("<p>{}</p>").format(line) for line in body.split("\n"))


def article_changes(db: Database, visit: Visit) -> Answer:
    """Answer `/article/ID/changes?from=1&to=2`: two versions, field by field."""
    record = _record(db, visit)
    versions = {version["number"]: version for version in list_versions(db.conn, record.n)}
    last = max(versions)
    new = visit.number("to", last, 10**6)
    old = visit.number("from", max(1, new - 1), 10**6)
    if new not in versions or old not in versions:
        raise WrongRequestError("the article has versions {first} to {last}.", first=min(versions), last=last)
    before, after = (version_values(db.conn, versions[number]["id"]) for number in (old, new))
    found = changes(before, after)
    names = [name for name in found if name not in _HIDDEN_CHANGES] or list(found)
    return page(
        "changes.html",
        visit,
        record=record,
        old=versions[old],
        new=versions[new],
        differences=[(name, _pieces(*found[name])) for name in names],
    )


@lru_cache(maxsize=64)
def _pieces(old: str, new: str) -> list[Piece]:
    if max(len(old), len(new)) > _LONGEST_COMPARED:
        return [Piece("removed", old), Piece("added", new)]
    return difference(old, new)


def article_citation(db: Database, visit: Visit) -> Answer:
    """Answer `/article/ID.bib` and `/article/ID.json`: the citation as a file."""
    try:
        cited = citation(db, _record(db, visit).fields["id"])
    except CitationError:
        raise NoSuchPageError from None
    if visit.names["format"] == "bib":
        return _download(f"{cited.key}.bib", bibtex(cited).encode() + b"\n", "application/x-bibtex; charset=utf-8")
    item = json.dumps([csl_json(cited)], ensure_ascii=False, indent=2)
    return _download(f"{cited.key}.json", item.encode() + b"\n", "application/vnd.citationstyles.csl+json")


def article_capture(db: Database, visit: Visit) -> Answer:
    """Answer `/article/ID/capture/VERSION.html`, the page as it was received, and `….warc.gz`, its WARC record.

    Both are files to be saved: what a stranger's server sent is never shown under our address.
    """
    version = int(visit.names["version"])
    number = capture_number(db.conn, visit.names["id"], version, visit.number("page", 1, 1000))
    if number is None:
        raise NoSuchPageError
    name = f"{visit.names['id']}-{version}.{visit.names['format']}"
    try:
        row = get_capture(db.conn, number)
        data = read_capture(db.conn, row).body if visit.names["format"] == "html" else _record_bytes(db.conn, row)
    except CaptureError:
        raise NoSuchPageError from None
    return _download(name, data, "application/octet-stream")


def _record_bytes(connection: sqlite3.Connection, row: dict[str, Any]) -> bytes:
    """Return a record as it stands in its file: a whole gzip member, so a WARC file of its own. Raises CaptureError."""
    read_capture(connection, row)  # what the row points to is checked
    archive = connection.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()[0]
    path = existing(captures_folder(archive) / row["file"])
    if path is None:
        raise CaptureError(f"{row['file']}: there is no such file")
    with path.open("rb") as stream:
        stream.seek(row["offset"])
        return stream.read(row["length"])


def _download(name: str, data: bytes, content_type: str) -> Answer:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "no-cache",
    }
    return Answer(data, content_type=content_type, headers=headers)
