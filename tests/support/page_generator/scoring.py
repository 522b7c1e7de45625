"""Compares what the project reads from generated pages with their truth: per field, per trait."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from newscrawler.extraction.model import NotAnArticle
from newscrawler.extraction.templates.model import Template
from newscrawler.normalization.article import Article
from newscrawler.reading import read_article
from newscrawler.text.clock import CHINA

from .page import GeneratedPage

FIELDS = ("title", "published", "source", "editors", "authors", "body")
GOOD_BODY = 0.95
"""The least F1 of a body that counts as right."""
_FETCHED = datetime(2025, 6, 1, tzinfo=CHINA)


def fold(text: str) -> str:
    """Return text without white space, with forms of one character made equal."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def read(page: GeneratedPage, template: Template | None = None) -> Article | NotAnArticle:
    """Read a generated page with the project, as for a portal that has no definition."""
    return read_article(page.html, None, url=page.url, fetched=_FETCHED, templates=[template] if template else [])


def body_f1(found: Iterable[str], page: GeneratedPage) -> float:
    """Return the F1 of the lines of a body over four characters in a row, without lines that may be left out."""
    optional = {fold(line) for line in page.truth.optional}
    lines = "".join(line for line in map(fold, found) if line not in optional)
    have, want = _grams(lines), _grams(fold("".join(page.truth.body)))
    common = sum((have & want).values())
    return 2 * common / (sum(have.values()) + sum(want.values())) if common else 0.0


def _grams(text: str) -> Counter[str]:
    return Counter(text[i : i + 4] for i in range(max(1, len(text) - 3)))


def judge(page: GeneratedPage, found: Article | NotAnArticle) -> dict[str, float]:
    """Return 1 or 0 per field, and the F1 of the body. A page that was rejected has nothing right."""
    if isinstance(found, NotAnArticle):
        return dict.fromkeys(FIELDS, 0.0)
    return judge_fields(page, {name: getattr(found, name) for name in FIELDS})


def judge_fields(page: GeneratedPage, found: Mapping[str, Any]) -> dict[str, float]:
    """Return 1 or 0 per field, and the F1 of the body. `found` may lack fields, names may be text or a list."""
    truth = page.truth
    result = {name: float(fold(found.get(name) or "") == fold(getattr(truth, name))) for name in ("title", "source")}
    result["published"] = float((found.get("published") or "") == truth.published)
    for name in ("editors", "authors"):
        people = found.get(name) or []
        people = [people] if isinstance(people, str) else people
        result[name] = float(set(map(fold, people)) == set(map(fold, getattr(truth, name))))
    result["body"] = body_f1((found.get("body") or "").split("\n"), page)
    return {name: result[name] for name in FIELDS}


def wrong_fields(page: GeneratedPage, found: Article | NotAnArticle) -> list[str]:
    """Return the names of the fields that are wrong."""
    return [name for name, value in judge(page, found).items() if value < (GOOD_BODY if name == "body" else 1)]


@dataclass
class Scores:
    """The results of many pages."""

    pages: int = 0
    rejected: int = 0
    sums: Counter[str] = field(default_factory=Counter)
    """Pages right per field; for the body the sum of F1."""
    good_bodies: int = 0
    traits: dict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Per trait and value: pages, and pages right per field."""

    def add(self, page: GeneratedPage, found: Article | NotAnArticle) -> list[str]:
        """Count a page; return the names of its wrong fields."""
        result = judge(page, found)
        wrong = wrong_fields(page, found)
        right = [name for name in FIELDS if name not in wrong]
        self.pages += 1
        self.rejected += isinstance(found, NotAnArticle)
        self.good_bodies += "body" in right
        for name, value in result.items():
            self.sums[name] += value  # type: ignore[assignment]
        for trait in page.traits.items():
            self.traits[trait].update(["pages", *right, *(["all"] if len(right) == len(FIELDS) else [])])
        return wrong

    def accuracy(self, name: str) -> float:
        """Return the share of pages on which a field is right; for the body the mean F1."""
        return self.sums[name] / max(1, self.pages)

    def merge(self, other: Scores) -> None:
        """Add the results of other pages."""
        self.pages += other.pages
        self.rejected += other.rejected
        self.good_bodies += other.good_bodies
        self.sums.update(other.sums)
        for trait, counts in other.traits.items():
            self.traits[trait].update(counts)

    def worst_traits(self, least: int = 20) -> list[tuple[str, str, Counter[str]]]:
        """Return traits with at least so many pages, the one with the worst field first."""
        rows = [(name, value, counts) for (name, value), counts in self.traits.items() if counts["pages"] >= least]
        return sorted(rows, key=lambda row: min(row[2][name] for name in FIELDS) / row[2]["pages"])
