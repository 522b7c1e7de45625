"""Measures of a run per section, as tallies: how often each field was filled, by which rule, in which charset.

They are counted from the rows that the run wrote. The table `run_measures` stores the tallies of each run, so a
comparison with the history reads only a few small rows.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from newscrawler.crawling.tally import WITH_PLACE, WITHOUT_PLACE
from newscrawler.extraction.model import GENERAL_BODY, TEMPLATE, UNSURE

MOST_ARTICLES = 200
"""How many articles of a section and run count, newest first: old articles say little about the pages of today."""
SAMPLES = 5
FIELDS = ("source", "published", "editors", "authors", "summary", "images")
RULED = ("title", "body", "source", "published", "editors", "authors", "summary")
"""Fields whose rule is watched."""

_VERSIONS = """
SELECT coalesce(s.name, ''), a.url, v.encoding, coalesce(v.cms, 'none'), v.char_count, v.provenance,
  v.source IS NOT NULL, v.published_evidence IS 'page',
  EXISTS (SELECT 1 FROM credits c WHERE c.version = v.id AND c.part = 'editor'),
  EXISTS (SELECT 1 FROM credits c WHERE c.version = v.id AND c.part = 'author'),
  v.summary IS NOT NULL, v.image_count > 0
FROM versions v JOIN articles a ON a.n = v.article LEFT JOIN sections s ON s.id = a.section
WHERE v.run = ? AND NOT EXISTS (
  -- A run that read an article again with the template that it learnt has two versions of it.
  SELECT 1 FROM versions w WHERE w.article = v.article AND w.run = v.run AND w.number > v.number)
ORDER BY v.published_date DESC, v.id
"""
_SWEPT = "SELECT s.name, s.url FROM sweeps w JOIN sections s ON s.id = w.section WHERE w.run = ?"
_LISTED = """
SELECT s.name, l.listed_date != '', u.url FROM listing_sightings l
JOIN sections s ON s.id = l.section JOIN urls u ON u.id = l.url
WHERE l.first_run = ? AND u.state != 'foreign' ORDER BY l.listed_date DESC, l.id
"""
_TROUBLE = """
SELECT coalesce(section, ''), kind, reason, coalesce(url, '') FROM run_events
WHERE run = ? AND kind IN ('failed', 'blocked', 'gone', 'not an article') ORDER BY id
"""
_OF_LISTINGS = ("listing page", "the listing", "the next page", "the edition", "no article was found")
TROUBLE = ("errors", "no-article", "blocked", "gone")
"""Aspects in which `yes` is bad."""


@dataclass(slots=True)
class Measures:
    """The measures of a run in one section, or in several pooled sections."""

    tallies: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Aspect to category to number: `filled editors` to yes and no, `rule body` to the rules, `unsure body`,
    `template` (whether the page has the place of the text that other pages of the portal have), `encoding`, `cms`,
    `dated` (listing entries with a date), and each of `TROUBLE`, of the requested articles."""
    lengths: list[int] = field(default_factory=list)
    """Characters of the bodies."""
    url: str = ""
    """Of the section, when it was crawled."""
    samples: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    """(aspect, category) to URLs; only of a run that was just counted."""

    def count(self, aspect: str, category: str, url: str) -> None:
        """Count one article or entry."""
        self.tallies[aspect][category] += 1
        urls = self.samples[aspect, category]
        if len(urls) < SAMPLES:
            urls.append(url)

    def has(self, aspect: str) -> bool:
        """Whether there are data on an aspect; `lengths` is one, too."""
        return (
            bool(self.lengths) if aspect == "lengths" else aspect in self.tallies and self.tallies[aspect].total() > 0
        )

    def as_json(self) -> str:
        """Return tallies and lengths for the archive."""
        value = {"tallies": self.tallies, "lengths": self.lengths, "url": self.url}
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def of_json(cls, text: str) -> Measures:
        """Read what `as_json` wrote."""
        value = json.loads(text)
        made = cls()
        made.tallies.update({aspect: Counter(tally) for aspect, tally in value["tallies"].items()})
        made.lengths, made.url = value["lengths"], value["url"]
        return made


def count_run(connection: sqlite3.Connection, run: int) -> dict[str, Measures]:
    """Return section name to the measures of a finished run, counted from its rows."""
    made: dict[str, Measures] = defaultdict(Measures)
    for section, url in connection.execute(_SWEPT, (run,)):
        made[section].url = url
    stored: Counter[str] = Counter()
    for section, url, encoding, cms, length, provenance, *filled in connection.execute(_VERSIONS, (run,)):
        stored[section] += 1
        if stored[section] > MOST_ARTICLES:
            continue
        measures = made[section]
        measures.lengths.append(length)
        if len(measures.samples["lengths", ""]) < SAMPLES:
            measures.samples["lengths", ""].append(url)
        measures.count("encoding", encoding, url)
        measures.count("cms", cms, url)
        for name, is_filled in zip(FIELDS, filled, strict=True):
            measures.count(f"filled {name}", "yes" if is_filled else "no", url)
        fields = _fields(provenance)
        for name, rule in _rules(fields):
            measures.count(f"rule {name}", rule, url)
        measures.count("unsure body", "yes" if _is_unsure(fields) else "no", url)
    for section, is_dated, url in connection.execute(_LISTED, (run,)):
        if made[section].tallies["dated"].total() < MOST_ARTICLES:
            made[section].count("dated", "yes" if is_dated else "no", url)
    _count_trouble(connection, run, made, stored)
    _count_places(connection, run, made, stored)
    return dict(made)


def _count_places(
    connection: sqlite3.Connection, run: int, made: dict[str, Measures], stored: Mapping[str, int]
) -> None:
    """Count the pages that have the place of a template, if the portal has one: all but those that the run names."""
    found, without = template_use(connection, run)
    for section, number in stored.items() if found or without else ():
        missing, samples = without.get(section, (0, []))
        made[section].tallies["template"].update(yes=max(0, number - missing), no=missing)
        made[section].samples["template", "no"] = samples


def template_use(connection: sqlite3.Connection, run: int) -> tuple[int, dict[str, tuple[int, list[str]]]]:
    """Return how many pages of a run have the place of a template, and section to the number of the others, samples.

    Numbers that a damaged archive does not hold are left out.
    """
    row = connection.execute("SELECT counts FROM runs WHERE id = ?", (run,)).fetchone()
    counts = _fields(row[0]) if row else {}
    found, sections = counts.get(WITH_PLACE), counts.get("sections")
    without: dict[str, tuple[int, list[str]]] = {}
    for section, values in sections.items() if isinstance(sections, dict) else ():
        use = values.get(WITHOUT_PLACE) if isinstance(values, dict) else None
        pages, samples = (use.get("pages"), use.get("samples")) if isinstance(use, dict) else (0, [])
        if type(pages) is int and pages > 0 and isinstance(samples, list):
            without[section] = pages, [url for url in samples[:SAMPLES] if isinstance(url, str)]
    return found if type(found) is int else 0, without


def _fields(text: str) -> dict[str, Any]:
    """Return a JSON object: the provenance of a version. Nothing if a damaged archive holds something else."""
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _is_unsure(fields: Mapping[str, Any]) -> bool:
    body = fields.get("body")
    confidence = body.get("confidence") if isinstance(body, dict) else None
    return isinstance(confidence, int | float) and confidence < UNSURE


def _rules(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in RULED:
        rule = fields.get(name, {}).get("rule") if isinstance(fields.get(name), dict) else None
        if isinstance(rule, str):
            # Several rules can find people; the first depends on the layout of the page. A template helps the general
            # rules: no rule is lost where it does.
            first = rule.split("、")[0]
            yield name, GENERAL_BODY if first == TEMPLATE else first


def _count_trouble(
    connection: sqlite3.Connection, run: int, made: dict[str, Measures], stored: Mapping[str, int]
) -> None:
    requested: Counter[str] = Counter(stored)
    for section, kind, reason, url in connection.execute(_TROUBLE, (run,)):
        if not section or reason.startswith(_OF_LISTINGS):
            continue  # sections and the homepage are evaluated separately
        is_none = kind == "not an article" or "no article (" in reason
        aspect = "no-article" if is_none else "errors" if kind == "failed" else kind
        made[section].count(aspect, "yes", url)
        requested[section] += 1
    for section, number in requested.items():
        for aspect in TROUBLE:
            tally = made[section].tallies[aspect]
            # An article that failed may be stored from an earlier run; it was requested once all the same.
            tally["no"] = max(0, number - tally["yes"])


def measures_of(connection: sqlite3.Connection, run: int) -> dict[str, Measures]:
    """Return the stored measures of a finished run; count and store them first if needed. Needs a transaction."""
    rows = connection.execute("SELECT section, measures FROM run_measures WHERE run = ?", (run,)).fetchall()
    if rows:
        return {section: Measures.of_json(text) for section, text in rows if text}
    by_section = count_run(connection, run)
    store_measures(connection, run, by_section)
    return by_section


def store_measures(connection: sqlite3.Connection, run: int, by_section: Mapping[str, Measures]) -> None:
    """Store the measures of a run; a run without any is stored as such."""
    connection.executemany(
        "INSERT OR REPLACE INTO run_measures (run, section, measures) VALUES (?, ?, ?)",
        [(run, section, measures.as_json()) for section, measures in by_section.items()] or [(run, "", "")],
    )


def pooled(parts: Sequence[Measures], aspect: str) -> Measures:
    """Return one aspect of several measures as one."""
    if len(parts) == 1:
        return parts[0]
    made = Measures()
    for part in parts:
        if aspect == "lengths":
            made.lengths += part.lengths
        elif aspect in part.tallies:
            made.tallies[aspect].update(part.tallies[aspect])
        for key, urls in part.samples.items():
            if key[0] == aspect:
                made.samples[key] = (made.samples[key] + urls)[:SAMPLES]
    return made
