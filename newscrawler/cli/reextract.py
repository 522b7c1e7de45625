"""`newscrawler reextract`: articles are rebuilt from their captures with today's rules."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler.cli.options import Day, archive_option, changing, clear_errors, format_option, readers_options, reading

if TYPE_CHECKING:
    from newscrawler.archive.sharing.cluster import Workers
    from newscrawler.archive.suppressed_names import SuppressedNames
    from newscrawler.crawling.reextraction import Rebuilt, Selection
    from newscrawler.portals import Portal

MAX_SAMPLES = 3
"""Samples per field that changed, and per reason why an article could not be rebuilt."""
SAMPLE_CHARACTERS = 160


@click.command("reextract")
@click.option("--portal", "portals", multiple=True, metavar="ID", help="Only this portal (repeatable).")
@click.option("--since", type=Day(), metavar="DATE", help="Published on this day or later.")
@click.option("--until", type=Day(), metavar="DATE", help="Published on this day or earlier.")
@click.option("--rule", default="", metavar="NAME", help="Only articles that this rule or content system has read.")
@readers_options
@click.option("--dry-run", is_flag=True, help="Write nothing; count the changes per field and show samples.")
@format_option
@archive_option
def command(
    portals: tuple[str, ...],
    since: str | None,
    until: str | None,
    rule: str,
    workers: Workers,
    dry_run: bool,
    output: str,
    archive: str,
) -> None:
    """Rebuild articles from their captures with today's rules and definitions, without a network.

    If the values of an article change, it gets a new version; the old version stays. After an interruption, run the
    command again: articles that are already rebuilt do not change.

    \b
    Examples:
      newscrawler reextract --dry-run
      newscrawler reextract --portal hbdysh --since 2019-01-01
      newscrawler reextract --scheduler tcp://10.0.0.1:8786 --share s3://bucket/newscrawler
      newscrawler reextract --rule generic:meta-line --dry-run --format json

    Exit status: 0 done, 1 a capture could not be read, 2 wrong usage.
    """
    from newscrawler.archive.database.locks import lock_portal
    from newscrawler.archive.filters import check_days
    from newscrawler.archive.suppressed_names import SuppressedNames
    from newscrawler.crawling.reextraction import Selection, known_rules, rebuild

    with clear_errors():
        check_days(since, until)
        connection = reading(archive) if dry_run else changing(archive)
        report = _Report(SuppressedNames.read(connection))
        known = {row[0] for row in connection.execute("SELECT id FROM portals")}
        if unknown := [name for name in portals if name not in known]:
            raise click.UsageError(
                f"the archive has no portal {unknown[0]!r}; it has {'、'.join(sorted(known)) or 'none'}."
            )
        selection = Selection(portals, since or "", until or "", rule)
        has_articles = False
        for name in dict.fromkeys(portals) or sorted(known):
            if numbers := selection.article_numbers(connection, name):
                has_articles = True
                lock = None if dry_run else lock_portal(archive, name)
                try:
                    results = rebuild(Path(archive), _portal(connection, name), numbers, workers=workers)
                    with closing(results):
                        _rebuild(connection, name, results, len(numbers), selection, report, dry_run=dry_run)
                finally:
                    if lock is not None:
                        lock.release()
        if rule and not has_articles and rule not in (rules := known_rules(connection)):
            raise click.UsageError(
                f"no article was read by a rule {rule!r}; the rules are {'、'.join(rules) or 'none'}."
            )
    report.show(output, dry_run=dry_run)
    if report.outcomes["unreadable"]:
        raise click.exceptions.Exit(1)


def _portal(connection: sqlite3.Connection, name: str) -> Portal:
    """Return today's definition of a portal; if there is none, the definition of its last crawl."""
    from newscrawler.portals import DefinitionError, Portal, load_portal
    from newscrawler.text.definitions import validate

    try:
        return load_portal(name)
    except DefinitionError:
        stored = connection.execute("SELECT definition FROM portals WHERE id = ?", (name,)).fetchone()[0]
        try:
            values = json.loads(stored)
        except ValueError:
            values = {}
        return validate(values, Portal, f"the archive's definition of {name}")


def _rebuild(
    connection: sqlite3.Connection,
    portal: str,
    results: Iterator[Rebuilt],
    total: int,
    selection: Selection,
    report: _Report,
    *,
    dry_run: bool,
) -> None:
    from newscrawler.archive.database.batch import Batch
    from newscrawler.cli.work_progress import shown_progress
    from newscrawler.crawling.reextraction import recorded_run, store_rebuilt

    with shown_progress(f"reextract {portal}") as progress:
        if dry_run:
            for number, rebuilt in enumerate(results):
                progress("articles", number, total)
                report.add(rebuilt)
            return
        with recorded_run(connection, portal, selection, report.outcomes) as run:
            batch = Batch(connection)
            try:
                for number, rebuilt in enumerate(results):
                    progress("articles", number, total)
                    report.add(rebuilt)
                    if rebuilt.changes:
                        batch.add(store_rebuilt, rebuilt, run)
            finally:
                batch.flush()


class _Report:
    """Counts the outcomes and keeps samples, but none of a suppressed article."""

    def __init__(self, suppressed: SuppressedNames) -> None:
        self._suppressed = suppressed
        self.outcomes: Counter[str] = Counter()
        self.fields: Counter[str] = Counter()
        self.samples: dict[str, list[dict[str, str]]] = {}
        self.reasons: dict[str, list[dict[str, str]]] = {}

    def add(self, rebuilt: Rebuilt) -> None:
        """Count one article."""
        self.outcomes[rebuilt.outcome] += 1
        self.fields.update(rebuilt.changes.keys())
        if self._suppressed.is_address(rebuilt.url):
            return
        for field, (old, new) in rebuilt.changes.items():
            samples = self.samples.setdefault(field, [])
            if len(samples) < MAX_SAMPLES:
                old, new = _around_difference(old, new)
                samples.append({"url": rebuilt.url, "old": old, "new": new})
        if rebuilt.detail:
            reasons = self.reasons.setdefault(rebuilt.outcome, [])
            if len(reasons) < MAX_SAMPLES:
                reasons.append({"url": rebuilt.url, "reason": rebuilt.detail})

    def show(self, output: str, *, dry_run: bool) -> None:
        """Write the report to standard output."""
        from newscrawler.archive.versions import FIELDS
        from newscrawler.cli.tables import print_json, print_table

        fields = {name: self.fields[name] for name in FIELDS if self.fields[name]}
        if output == "json":
            report = {
                "dry_run": dry_run,
                "articles": self.outcomes.total(),
                "outcomes": dict(self.outcomes),
                "fields": fields,
                "samples": self.samples,
                "reasons": self.reasons,
            }
            print_json(report)
            return
        changed = "would change" if dry_run else "changed: a new version"
        words = {"same": "unchanged", "changed": changed, "no capture": "without a capture"}
        print_table(
            "", ("result", "articles"), [(words.get(name, name), count) for name, count in self.outcomes.most_common()]
        )
        if fields:
            print_table("Fields", ("field", "changes"), list(fields.items()))
            samples = [(name, item["old"], item["new"]) for name in fields for item in self.samples[name]]
            print_table("Samples", ("field", "before", "after"), samples)
        if self.reasons:
            reasons = [(kind, item["url"], item["reason"]) for kind, items in self.reasons.items() for item in items]
            print_table("Not rebuilt", ("", "article", "reason"), reasons)


def _around_difference(old: str, new: str) -> tuple[str, str]:
    """Return the part of two values in which they begin to differ."""
    start = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    start = max(0, start - 20)
    return _cut(old, start), _cut(new, start)


def _cut(text: str, start: int) -> str:
    part = text[start : start + SAMPLE_CHARACTERS]
    return ("…" if start else "") + part + ("…" if start + SAMPLE_CHARACTERS < len(text) else "")
