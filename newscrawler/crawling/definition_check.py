"""What each rule of a portal definition finds, in the archive of a sample crawl or in saved pages."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from newscrawler.archive import open_archive
from newscrawler.archive.rows import select_rows
from newscrawler.archive.sections import HINT
from newscrawler.archive.templates import templates_of
from newscrawler.crawling.saved_pages import read_saved_page, saved_pages
from newscrawler.extraction.model import UNSURE, NotAnArticle
from newscrawler.extraction.templates.model import Template
from newscrawler.portals import Portal
from newscrawler.reading import read_article

FIELDS = ("title", "published", "source", "editors", "authors", "summary", "body")
"""The fields of an article that are checked."""
REQUIRED_FIELDS = ("title", "published", "body")
"""Fields that every article must have."""


@dataclass
class DefinitionReport:
    """What a definition found."""

    sections: list[dict[str, Any]] = field(default_factory=list)
    """One per section: section, url, outcome, reason, entries, dated (entries with a date), listing_end,
    other_links (links that were judged to be no articles) and other_samples."""
    articles: list[dict[str, Any]] = field(default_factory=list)
    """One per article: url, cms, encoding; values and rules by field; sure (whether the body is its own)."""
    refused: list[dict[str, str]] = field(default_factory=list)
    """One per page that gave no article: url, kind (failed, blocked or gone), reason."""
    problems: list[str] = field(default_factory=list)
    """What is wrong, one sentence each. Empty: the definition is good."""
    warnings: list[str] = field(default_factory=list)
    """What the crawl warned about, one sentence each. A warning about a section is a problem."""
    shapes: dict[str, int] = field(default_factory=dict)
    """The shapes of the addresses of articles, with the number of articles that have each."""
    listed: list[str] = field(default_factory=list)
    """The URLs of the portal itself that its listings show."""
    template: Template | None = None
    """What the pages of the sample taught, if they agree on something."""


def read_archive(archive: Path) -> DefinitionReport:
    """Return what a sample crawl left in its archive."""
    connection = open_archive(archive)
    report = DefinitionReport()
    report.sections = select_rows(
        connection,
        """SELECT s.name AS section, s.url, w.outcome, w.reason, w.entries, s.listing_end,
                 (SELECT count(*) FROM listing_sightings l WHERE l.section = s.id AND l.listed_date != '') AS dated
               FROM sections s LEFT JOIN sweeps w ON w.section = s.id ORDER BY s.id""",
    )
    seen = _seen_by_section(connection)
    report.sections = [{**row, **seen.get(row["section"], {})} for row in report.sections]
    row = connection.execute("SELECT article_shapes, id FROM portals").fetchone()
    report.shapes = json.loads(row[0]) if row is not None else {}
    if row is not None:
        report.template = next(iter(templates_of(connection, row[1])), None)
    columns = ", ".join(f"f.{name}" for name in FIELDS)
    rows = select_rows(
        connection,
        f"""SELECT f.url, {columns}, v.provenance, v.cms, v.encoding FROM articles_flat f
            JOIN articles a ON a.id = f.id JOIN versions v ON v.id = a.version ORDER BY a.n""",
    )
    for row in rows:
        provenance = json.loads(row["provenance"])
        rules = {name: evidence["rule"] for name, evidence in provenance.items()}
        values = {name: row[name] or "" for name in FIELDS}
        page_facts = {"url": row["url"], "cms": row["cms"], "encoding": row["encoding"]}
        sure = provenance.get("body", {}).get("confidence", 1.0) >= UNSURE
        report.articles.append({**page_facts, "values": values, "rules": rules, "sure": sure})
    report.refused = select_rows(
        connection,
        """SELECT coalesce(url, '') AS url, kind, reason FROM run_events
               WHERE kind IN ('failed', 'blocked', 'gone') ORDER BY id""",
    )
    for row in select_rows(
        connection,
        """SELECT DISTINCT e.section, e.reason FROM run_events e WHERE e.kind = 'warning' ORDER BY e.id""",
    ):
        if row["section"]:
            report.problems.append(f"section {row['section']}: {row['reason']}")
        else:
            report.warnings.append(row["reason"])
    report.listed = [
        row["url"] for row in select_rows(connection, "SELECT url FROM urls WHERE state != 'foreign' ORDER BY id")
    ]
    connection.close()
    return report


def _seen_by_section(connection: sqlite3.Connection) -> dict[str, dict[str, Any]]:
    """Return what the run counted of the links that it judged to be no articles, by section."""
    (counts,) = connection.execute("SELECT counts FROM runs").fetchone() or ("{}",)
    sections = json.loads(counts).get("sections", {})
    names = ("other_links", "other_samples")
    return {section: {name: values.get(name) for name in names} for section, values in sections.items()}


def read_pages(portal: Portal, folder: Path) -> DefinitionReport:
    """Return what a definition finds in saved article pages; nothing is fetched. Raises OSError."""
    report = DefinitionReport()
    for file in saved_pages(folder):
        article = read_article(read_saved_page(file), portal)
        if isinstance(article, NotAnArticle):
            report.refused.append(
                {"url": str(file), "kind": "failed", "reason": f"no article ({article.reason}): {article.detail}"}
            )
            continue
        values = {name: getattr(article, name) for name in FIELDS}
        values |= {name: "、".join(values[name]) for name in ("editors", "authors")}
        rules = {name: provenance.rule for name, provenance in article.provenance.items()}
        page_facts = {"url": str(file), "cms": article.cms or None, "encoding": article.encoding}
        sure = "body" not in article.provenance or article.provenance["body"].confidence >= UNSURE
        report.articles.append({**page_facts, "values": values, "rules": rules, "sure": sure})
    return report


def problem_of_section(section: Mapping[str, Any]) -> str:
    """Return what is wrong with a section of a report, and what to write into the definition; empty if nothing is."""
    goes_on = section["listing_end"] == "more"
    if section["outcome"] == "failed" or not section["entries"]:
        reason = section["reason"] or "its listing shows no entry (key 'listing.entry' or 'article.url')"
        hint = f"; {HINT}" if goes_on else ""
        return "" if reason == "empty" else f"section {section['section']}: {reason}{hint}"
    return f"section {section['section']} goes on: {section['reason']}; {HINT}" if goes_on else ""


def evaluate(report: DefinitionReport, portal: Portal, required: Iterable[str] = ()) -> None:
    """Add to the report's problems what is wrong: empty sections, refused pages, empty fields, useless overrides.

    `required` names fields that every article must have, besides REQUIRED_FIELDS.
    """
    report.problems += filter(None, map(problem_of_section, report.sections))
    reported = " ".join(report.problems)
    for page in report.refused:
        # A listing may link to an article that is gone; that is not a mistake of the definition.
        if page["kind"] != "gone" and page["reason"] not in reported:
            report.problems.append(f"{page['url']}: {page['reason']}")
    if not report.articles:
        report.problems.append("no article was read")
        return
    total = len(report.articles)
    for name in dict.fromkeys((*REQUIRED_FIELDS, *required)):
        empty = [article["url"] for article in report.articles if not article["values"][name]]
        if empty:
            report.problems.append(f"{name} is empty in {len(empty)} of {total} articles, for example {empty[0]}")
    unsure = [article["url"] for article in report.articles if not article["sure"]]
    if unsure:
        report.warnings.append(
            f"the body may not belong to the headline in {len(unsure)} of {total} articles, for example {unsure[0]}"
        )
    for name in FIELDS:
        override = getattr(portal.article, name)
        if override and not any("override" in article["rules"].get(name, "") for article in report.articles):
            report.problems.append(f"article.{name} = {override!r} matches in none of {total} articles")
