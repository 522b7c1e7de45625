"""Rebuilding articles from their captures with the present rules, without a network.

A page is read by the same functions as in a crawl. If a value differs, the article gets a new version with the same
captures; the old version stays. An article that cannot be read again is left as it is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from newscrawler import places
from newscrawler.archive import open_archive_read_only, runs
from newscrawler.archive.articles import Fetched, add_version
from newscrawler.archive.captures.reading import read_capture
from newscrawler.archive.captures.rows import CaptureError, get_capture
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.sharing.cluster import Workers
from newscrawler.archive.sharing.reading import divided_reading
from newscrawler.archive.templates import templates_of
from newscrawler.archive.versions import article_values, changes, version_values
from newscrawler.crawling.time_limit import TimeLimitError, time_limit
from newscrawler.extraction import RULES_VERSION
from newscrawler.extraction.article_pages import ArticlePages
from newscrawler.extraction.model import NotAnArticle, RawArticle
from newscrawler.extraction.page import Page
from newscrawler.extraction.templates.model import Template
from newscrawler.normalization.article import Article
from newscrawler.normalization.listed import Listed
from newscrawler.portals import Portal
from newscrawler.reading import extract_raw_article, finish_article, read_portal_page
from newscrawler.text.clock import CHINA
from newscrawler.text.json_data import looks_like_json

_AT_ONCE = 20
"""Articles that a process gets at once."""

Outcome = Literal["same", "changed", "no capture", "unreadable", "no article"]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which articles to rebuild; empty means all. `since` and `until` are ISO dates of publication, both inclusive."""

    portals: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    rule: str = ""
    """Name of a rule or content system by which a field of the newest version was read."""

    def article_numbers(self, connection: sqlite3.Connection, portal: str) -> list[int]:
        """Return the row numbers of the chosen articles of a portal, in the order of their captures."""
        rows = connection.execute(
            """SELECT a.n FROM articles a JOIN versions v ON v.id = a.version
               WHERE a.portal = ? AND (? = '' OR v.published_date >= ?) AND (? = '' OR v.published_date <= ?)
                 AND (? = '' OR v.cms = ? OR EXISTS (SELECT 1 FROM json_each(v.provenance) p
                   WHERE instr('、' || json_extract(p.value, '$.rule') || '、', '、' || ? || '、')))
               ORDER BY v.capture, a.n""",
            (portal, self.since, self.since, self.until, self.until, self.rule, self.rule, self.rule),
        )
        return [row[0] for row in rows]


@dataclass(slots=True)
class Rebuilt:
    """The result of rebuilding one article."""

    number: int
    url: str
    outcome: Outcome
    detail: str = ""
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Field to old and new value."""
    article: Article | None = None
    captures: tuple[int, ...] = ()
    """Row ids of the captures of its pages."""
    page: Page | None = None
    """Its first page, if it could be read."""


def known_rules(connection: sqlite3.Connection) -> list[str]:
    """Return the names of the rules by which the newest versions of this archive were read."""
    rows = connection.execute(
        """SELECT DISTINCT json_extract(p.value, '$.rule') FROM articles a JOIN versions v ON v.id = a.version,
             json_each(v.provenance) p"""
    )
    return sorted({name for row in rows if row[0] for name in str(row[0]).split("、")})


def rebuild(
    archive: Path, portal: Portal, numbers: Sequence[int], *, workers: Workers = 1
) -> Generator[Rebuilt, None, None]:
    """Yield each article as the present rules and the portal's templates read it, without its page. Nothing is written.

    `workers` read, with the same result whoever they are. Raises ArchiveError, sqlite3.Error, and UnavailableError when
    a process dies or a cluster cannot be used.
    """
    parts = [numbers[start : start + _AT_ONCE] for start in range(0, len(numbers), _AT_ONCE)]
    work = divided_reading(
        _rebuilding, archive, (portal,), parts, workers=workers, articles=len(numbers), portal=portal.id
    )
    with closing(work) as results:
        for part in results:
            yield from part


@contextmanager
def _rebuilding(archive: str, portal: Portal) -> Iterator[Callable[[Sequence[int]], list[Rebuilt]]]:
    """Give the function that rebuilds some articles of a portal, in this process or in one of several."""
    with closing(open_archive_read_only(archive)) as connection:
        templates = templates_of(connection, portal.id)

        def some(numbers: Sequence[int]) -> list[Rebuilt]:
            # A page is a tree of lxml, which cannot leave its process.
            return [replace(rebuild_one(connection, portal, number, templates), page=None) for number in numbers]

        yield some


def store_rebuilt(connection: sqlite3.Connection, rebuilt: Rebuilt, run: int) -> None:
    """Store a changed article as a new version, with the times at which the old one was seen. Inside a transaction."""
    if rebuilt.article is None or not rebuilt.changes:
        return
    old, seen_from, seen_to = connection.execute(
        "SELECT v.id, v.seen_from, v.seen_to FROM articles a JOIN versions v ON v.id = a.version WHERE a.n = ?",
        (rebuilt.number,),
    ).fetchone()
    if not changes(version_values(connection, old), article_values(rebuilt.article)):
        return
    fetched = Fetched(run=run, seen=seen_from, extractor=RULES_VERSION, capture=rebuilt.captures[0])
    version = add_version(connection, rebuilt.number, rebuilt.article, fetched)
    connection.execute("UPDATE versions SET seen_to = ? WHERE id = ?", (seen_to, version))
    connection.executemany(
        "INSERT INTO version_pages (version, page, capture) VALUES (?, ?, ?)",
        [(version, page, capture) for page, capture in enumerate(rebuilt.captures[1:], 2)],
    )


def rebuild_one(
    connection: sqlite3.Connection,
    portal: Portal,
    number: int,
    templates: Sequence[Template],
    *,
    only_by_template: bool = False,
) -> Rebuilt:
    """Return an article as the present rules read it; nothing is written.

    `only_by_template`: an article whose text no template decides on counts as the same, whatever the rules read.
    """
    try:
        with time_limit():
            return _rebuild_one(connection, portal, number, templates, only_by_template=only_by_template)
    except TimeLimitError as error:
        (url,) = connection.execute("SELECT url FROM articles WHERE n = ?", (number,)).fetchone()
        return Rebuilt(number, url, "unreadable", str(error))


def _rebuild_one(
    connection: sqlite3.Connection,
    portal: Portal,
    number: int,
    templates: Sequence[Template],
    *,
    only_by_template: bool,
) -> Rebuilt:
    url, version, capture, *shown = connection.execute(
        """SELECT a.url, v.id, v.capture,
             coalesce(CASE v.published_evidence WHEN 'listing' THEN v.published_date ELSE a.listed_date END, ''),
             coalesce(CASE json_extract(v.provenance, '$.source.rule') WHEN 'listing'
               THEN json_extract(v.provenance, '$.source.raw') ELSE a.listed_source END, '')
           FROM articles a JOIN versions v ON v.id = a.version WHERE a.n = ?""",
        (number,),
    ).fetchone()
    if capture is None:
        return Rebuilt(number, url, "no capture", "it was crawled without captures")
    try:
        first = get_capture(connection, capture)
        read = read_captured_pages(connection, portal, version, first, templates, url)
    except CaptureError as error:
        return Rebuilt(number, url, "unreadable", str(error))
    raw, captures = read.article, read.captures
    if isinstance(raw, NotAnArticle):
        return Rebuilt(number, url, "no article", f"{raw.reason}: {raw.detail}", page=read.first)
    if only_by_template and not raw.is_by_template:
        return Rebuilt(number, url, "same", page=read.first)
    # What only the listing showed was read at the time of the crawl; later sightings do not change it.
    stored = version_values(connection, version)
    article = _normalized(connection, portal, number, raw, first["fetched"], Listed(*shown), stored)
    differences = changes(stored, article_values(article))
    outcome: Outcome = "changed" if differences else "same"
    return Rebuilt(number, url, outcome, "", differences, article, captures, read.first)


@dataclass(frozen=True, slots=True)
class ReadPages:
    """The captured pages of one article, as the rules read them."""

    article: RawArticle | NotAnArticle
    captures: tuple[int, ...]
    """Their row ids; empty if there is no article."""
    first: Page | None
    """The first page; None if its bytes are no page."""


def read_captured_pages(
    connection: sqlite3.Connection,
    portal: Portal,
    version: int | None,
    first: dict[str, Any],
    templates: Sequence[Template],
    url: str,
) -> ReadPages:
    """Read all pages of an article, which has this URL, by the rules of their time.

    `version` is None for an article that is not stored; `first` is the row of the capture of its first page. Raises
    CaptureError, also if a further page was not captured.
    """
    pages = ArticlePages()
    first_page: Page | None = None
    rows = [first]
    while True:
        captured = read_capture(connection, rows[-1])
        content_type = captured.header("content-type")
        data_of = url if looks_like_json(captured.body, content_type) else None
        rules = portal.at(captured.fetched)
        page = read_portal_page(captured.body, rules, url=captured.url, content_type=content_type, article_url=data_of)
        if not pages.parts and not isinstance(page, NotAnArticle):
            first_page = page
        raw = extract_raw_article(page, rules, templates)
        if isinstance(raw, NotAnArticle):
            return ReadPages(raw, (), first_page)
        following = pages.add(raw, captured.url, filter(portal.owns, raw.next_pages))
        if following is None:
            break
        rows.append(_further_page(connection, version, first, following))
    return ReadPages(pages.whole, tuple(row["id"] for row in rows), first_page)


def _further_page(
    connection: sqlite3.Connection, version: int | None, first: Mapping[str, Any], url: str
) -> dict[str, Any]:
    """Return the capture of a further page: the one from which the version was read, else one of the same run."""
    row = connection.execute(
        """SELECT c.id FROM captures c LEFT JOIN version_pages p ON p.capture = c.id AND p.version = ?
           WHERE c.url = ? AND c.status = 200 AND (p.version IS NOT NULL OR c.run = ?)
           ORDER BY p.version IS NULL, c.id DESC LIMIT 1""",
        (version, url, first["run"]),
    ).fetchone()
    if row is None:
        raise CaptureError(f"its page {url} was not captured")
    return get_capture(connection, row[0])


def _normalized(
    connection: sqlite3.Connection,
    portal: Portal,
    number: int,
    raw: RawArticle,
    fetched: str,
    listed: Listed,
    stored: Mapping[str, str],
) -> Article:
    """Normalize as the crawl did: at its time, and within the section through which it came to the article.

    The archive does not record that section. If several list the article, it is the one that gives the stored place.
    """
    codes = [
        row[0]
        for row in connection.execute(
            """SELECT s.city_code FROM article_sections l JOIN sections s ON s.id = l.section
               WHERE l.article = ? ORDER BY l.section != (SELECT section FROM articles WHERE n = ?), l.section""",
            (number, number),
        )
    ]
    moment = datetime.fromisoformat(fetched).astimezone(CHINA)
    candidates: list[Article] = []
    for code in codes or [None]:
        within = places.division(code) if code else None
        article = finish_article(raw, portal, fetched=moment, within=within, listed=listed)
        values = article_values(article)
        if (values["city"], values["county"]) == (stored["city"], stored["county"]):
            return article
        candidates.append(article)
    return candidates[0]


@contextmanager
def recorded_run(
    connection: sqlite3.Connection, portal: str, selection: Selection, counts: Mapping[str, int]
) -> Iterator[int]:
    """Record a run of the command `reextract`, to which the new versions refer. Yields its row id."""
    names = ("id", "name", "province", "province_code", "homepage", "definition")
    row = connection.execute(f"SELECT {', '.join(names)} FROM portals WHERE id = ?", (portal,)).fetchone()
    if row is None:
        raise sqlite3.DatabaseError(f"the archive has lost the portal {portal}")
    arguments = {name: value for name, value in asdict(selection).items() if value}
    with writing(connection):
        run = runs.start_run(connection, dict(zip(names, row, strict=True)), command="reextract", arguments=arguments)
    outcome, reason = "done", ""
    try:
        yield run
    except BaseException as error:
        outcome, reason = "interrupted", f"{type(error).__name__}: {error}".rstrip(": ")
        raise
    finally:
        with suppress(sqlite3.Error), writing(connection):
            runs.finish_run(connection, run, outcome=outcome, reason=reason, counts=dict(counts))
