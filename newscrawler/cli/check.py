"""`newscrawler check PORTAL`: what each rule of a definition finds, with nothing stored."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawler.cli.options import clear_errors, format_option

if TYPE_CHECKING:
    from newscrawler.portals import Portal

FIELDS = ("title", "published", "source", "editors", "authors", "summary", "body")
NEEDED = ("title", "published", "body")
"""Fields without which an article is of little use."""


@dataclass
class Report:
    """What a look at a portal, or at saved pages, showed."""

    sections: list[dict[str, Any]] = field(default_factory=list)
    articles: list[dict[str, Any]] = field(default_factory=list)
    """Each with url, values and rules by field."""
    refused: list[dict[str, str]] = field(default_factory=list)
    """Pages that gave no article: url, kind, reason."""
    problems: list[str] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)
    """The portal's own URLs that the listings show."""


@click.command("check")
@click.argument("portal", metavar="PORTAL")
@click.option("--pages", type=click.Path(), help="Read these saved article pages instead of the portal.")
@click.option("--articles", type=click.IntRange(1, 50), default=3, show_default=True, help="Articles a section.")
@click.option("--require", multiple=True, type=click.Choice(FIELDS), help="A field that must be found (repeatable).")
@click.option("--via", metavar="URL", help="Fetch from this address instead of the portal's own.")
@format_option
def command(
    portal: str, pages: str | None, articles: int, require: tuple[str, ...], via: str | None, output: str
) -> None:
    """Look at a portal by its definition: the first listing page of each section, a few articles, field by field.

    Nothing is stored. What is empty is red. With --pages, saved pages are read and nothing is fetched: for tests of
    a definition. Title, date and body must be found in every article, other fields where --require says so; an
    override that matches in no article is a mistake, too.

    \b
    Examples:
      newscrawler check hbdysh
      newscrawler check ./my-portal.toml --articles 5 --require editors
      newscrawler check ./my-portal.toml --pages tests/saved-pages

    Exit status: 0 all is found, 1 something is not (it says what), 2 wrong usage.
    """
    from newscrawler.cli.logs import printable
    from newscrawler.cli.tables import print_json
    from newscrawler.portals import load_portal

    with clear_errors():
        chosen = load_portal(portal)
    if pages and not Path(pages).exists():
        raise click.UsageError(f"{pages}: there is no such file or directory; name the one with saved pages.")
    report = _read_pages(chosen, Path(pages)) if pages else look_at(chosen, via, articles)
    _judge(report, chosen, (*NEEDED, *require))
    if output == "json":
        print_json({name: getattr(report, name) for name in ("sections", "articles", "refused", "problems")})
    else:
        _print(report, require)
    for problem in report.problems:
        click.echo(f"Error: {printable(problem)}", err=True)
    if report.problems:
        raise click.exceptions.Exit(1)


def look_at(portal: Portal, via: str | None, articles: int) -> Report:
    """Crawl a little into an archive that is thrown away."""
    from contextlib import ExitStack
    from tempfile import TemporaryDirectory

    from newscrawler.cli.crawl import DEMO, served_demo, set_up_logging
    from newscrawler.crawling.options import CrawlOptions, OptionError
    from newscrawler.crawling.runner.sampling import sample

    try:
        via = CrawlOptions.of({"via": via}).via
    except OptionError as error:
        raise click.UsageError(str(error)) from None
    set_up_logging(False)
    with ExitStack() as stack:
        if portal.id == DEMO and via is None:
            via = served_demo(stack)
        archive = Path(stack.enter_context(TemporaryDirectory(prefix="newscrawler-check-"))) / "check.db"
        with clear_errors():
            spider = sample(portal, archive, via=via, articles=articles)
            report = read_archive(archive)
        if spider is None:
            report.problems.append("the crawl could not begin")
        elif spider.fatal:
            report.problems.append(spider.fatal)
    return report


def read_archive(archive: Path) -> Report:
    """Return what a crawl left in its archive."""
    from newscrawler.archive import open_archive

    db = open_archive(archive)
    report = Report()
    report.sections = list(
        db.query(
            """SELECT s.name AS section, s.url, w.outcome, w.reason, w.entries,
                 (SELECT count(*) FROM listing_sightings l WHERE l.section = s.id AND l.listed_date != '') AS dated
               FROM sections s LEFT JOIN sweeps w ON w.section = s.id ORDER BY s.id"""
        )
    )
    columns = ", ".join(f"f.{name}" for name in FIELDS)
    rows = db.query(
        f"""SELECT f.url, {columns}, v.provenance, v.cms, v.encoding FROM articles_flat f
            JOIN articles a ON a.id = f.id JOIN versions v ON v.id = a.version ORDER BY a.n"""
    )
    for row in rows:
        rules = {name: found["rule"] for name, found in json.loads(row["provenance"]).items()}
        values = {name: row[name] or "" for name in FIELDS}
        report.articles.append(
            {"url": row["url"], "cms": row["cms"], "encoding": row["encoding"], "values": values, "rules": rules}
        )
    report.refused = list(
        db.query(
            """SELECT coalesce(url, '') AS url, kind, reason FROM run_events
               WHERE kind IN ('failed', 'blocked', 'gone') ORDER BY id"""
        )
    )
    report.listed = [row["url"] for row in db.query("SELECT url FROM urls WHERE state != 'foreign' ORDER BY id")]
    db.conn.close()
    return report


def _read_pages(portal: Portal, folder: Path) -> Report:
    from newscrawler.cli.extract import MAX_PAGE_BYTES, SUFFIXES
    from newscrawler.extraction.model import NotAnArticle
    from newscrawler.reading import read_article

    report = Report()
    files = [folder] if folder.is_file() else sorted(file for file in folder.rglob("*") if file.suffix in SUFFIXES)
    for file in files:
        with file.open("rb") as stream:
            found = read_article(stream.read(MAX_PAGE_BYTES), portal)
        if isinstance(found, NotAnArticle):
            report.refused.append(
                {"url": str(file), "kind": "failed", "reason": f"no article ({found.reason}): {found.detail}"}
            )
            continue
        values = {name: getattr(found, name) for name in FIELDS}
        values |= {name: "、".join(values[name]) for name in ("editors", "authors")}
        rules = {name: how.rule for name, how in found.provenance.items()}
        about = {"url": str(file), "cms": found.cms or None, "encoding": found.encoding}
        report.articles.append({**about, "values": values, "rules": rules})
    return report


def _judge(report: Report, portal: Portal, needed: tuple[str, ...]) -> None:
    for section in report.sections:
        if section["outcome"] == "failed" or not section["entries"]:
            reason = section["reason"] or "its listing shows no entry (key 'listing.entry' or 'article.url')"
            if reason != "empty":
                report.problems.append(f"section {section['section']}: {reason}")
    said = " ".join(report.problems)
    for page in report.refused:
        # A listing may name what is no more; that is no mistake of the definition.
        if page["kind"] != "gone" and page["reason"] not in said:
            report.problems.append(f"{page['url']}: {page['reason']}")
    if not report.articles:
        report.problems.append("no article was read")
        return
    total = len(report.articles)
    for name in dict.fromkeys(needed):
        empty = [found["url"] for found in report.articles if not found["values"][name]]
        if empty:
            report.problems.append(f"{name} is empty in {len(empty)} of {total} articles, as in {empty[0]}")
    for name in FIELDS:
        is_own = getattr(portal.article, name)
        if is_own and not any("override" in found["rules"].get(name, "") for found in report.articles):
            report.problems.append(f"article.{name} = {is_own!r} finds nothing in {total} articles")


def _print(report: Report, require: tuple[str, ...]) -> None:
    from newscrawler.cli.tables import print_table

    if report.sections:
        reasons = ["" if row["outcome"] == "limit" else row["reason"] for row in report.sections]
        rows = [
            (row["section"], row["url"], row["entries"], row["dated"], reason)
            for row, reason in zip(report.sections, reasons, strict=True)
        ]
        red = [number for number, row in enumerate(report.sections) if not row["entries"] or row["outcome"] == "failed"]
        print_table("Sections", ("section", "url", "entries", "with a date", "reason"), rows, red=red)
    total = len(report.articles)
    lines: list[tuple[str, ...]] = []
    red = []
    for name in FIELDS:
        filled = [found for found in report.articles if found["values"][name]]
        rules = Counter(found["rules"].get(name, "") for found in filled)
        example = str(filled[0]["values"][name]).replace("\n", " ")[:60] if filled else ""
        if not filled or (len(filled) < total and name in (*NEEDED, *require)):
            red.append(len(lines))
        lines.append(
            (name, f"{len(filled)} of {total}", ", ".join(f"{rule} {n}" for rule, n in rules.most_common()), example)
        )
    print_table("Fields", ("field", "found in", "by rule", "for example"), lines, red=red)
    if report.refused:
        pages = [(page["url"], page["reason"]) for page in report.refused]
        print_table("Pages without an article", ("page", "reason"), pages, red=range(len(pages)))
    systems = Counter(f"{found['cms'] or 'no known content system'}, {found['encoding']}" for found in report.articles)
    click.echo("; ".join(f"{system}: {number} articles" for system, number in systems.most_common()))
