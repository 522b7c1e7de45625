"""Repairing a definition after a redesign: the fields that its rules lose, and selectors that are proven to read them.

The stored values of articles are the truth. A selector is proven by reading whole pages with it, as a crawl does, also
pages that were not used to find it. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from newscrawler.crawling.refreshed_pages import RefreshedPage
from newscrawler.extraction.article import extract_article
from newscrawler.extraction.model import ArticleOverrides, NotAnArticle
from newscrawler.extraction.repair import FIELDS, KnownValues, is_same_time, propose_selectors, share_of_lines
from newscrawler.normalization.article import Article
from newscrawler.portals import Portal
from newscrawler.reading import article_overrides, finish_article

FEWEST_ARTICLES = 3
"""Fewer articles with a known value prove nothing."""
LEAST_RIGHT = 0.9
"""A selector must give the known value on this share of the articles that have one."""
MOST_WRONG = 0.05
"""A selector may give another value on this share of all articles."""
_MOST_SEARCHED = 12
"""Pages in which selectors are looked for."""
_SAME_BODY = 0.9
"""The share of their characters that two bodies must have in common: the harmonic mean of the shares of both."""

Verdict = Literal["right", "missing", "wrong", "unknown"]
"""What a page gave for a field. Unknown: the archive has no value to compare it with."""


@dataclass(frozen=True, slots=True)
class Proof:
    """How often a field of the pages had its known value."""

    articles: int
    """All pages that were read."""
    known: int
    """Pages whose value is known."""
    right: int
    wrong: int
    """Pages that gave another value than the known one, or a value where the archive has none."""
    apart: int = 0
    """Pages whose value is known and which were not used to find the selector."""
    apart_right: int = 0

    @property
    def is_broken(self) -> bool:
        """Whether too few pages gave the known value. Some articles are edited, so it need not be all of them."""
        return self.right < LEAST_RIGHT * self.known

    @property
    def holds(self) -> bool:
        """Whether the selector can be proposed."""
        is_right_apart = self.apart_right >= LEAST_RIGHT * self.apart
        return not self.is_broken and is_right_apart and self.wrong <= MOST_WRONG * self.articles


@dataclass(frozen=True, slots=True)
class Proposal:
    """A selector for a field, and its proof."""

    field: str
    selector: str
    proof: Proof


@dataclass(slots=True)
class RepairReport:
    """What is broken and how it can be repaired."""

    articles: int
    proposals: list[Proposal] = field(default_factory=list)
    unproven: dict[str, str] = field(default_factory=dict)
    """Field that is broken to the reason why no selector is proposed for it."""
    notes: list[str] = field(default_factory=list)
    """What else a person should know, one sentence each."""


def propose_repair(portal: Portal, pages: Sequence[RefreshedPage]) -> RepairReport:
    """Find the fields that today's definition loses on these pages, and propose selectors that are proven to read them.

    Title and body come first: without them a page is no article. What they repair by themselves needs no selector.
    """
    report = RepairReport(len(pages))
    if len(pages) < FEWEST_ARTICLES:
        report.unproven["all fields"] = f"{len(pages)} pages are too few; at least {FEWEST_ARTICLES} are needed"
        return report
    repair = _Repair(portal, pages)
    broken = repair.broken()
    report.unproven = _mend_title_and_body(repair, [name for name in broken if name in ("title", "body")])
    for name in broken:
        if name not in ("title", "body") and repair.is_broken(name) and (reason := repair.mend(name)):
            report.unproven[name] = reason
    _prove_together(repair, report)
    _add_notes(repair, report, broken)
    return report


def _mend_title_and_body(repair: _Repair, broken: Sequence[str]) -> dict[str, str]:
    """Mend these two fields, where they are broken; return the reason for each that has no proven selector."""
    candidates = {name: repair.candidates(name) for name in broken}
    # Where both are lost, each is proven together with the best guess for the other.
    repair.selectors |= {name: selectors[0] for name, selectors in candidates.items() if selectors}
    reasons = {name: repair.mend(name, selectors) for name, selectors in candidates.items()}
    for name, selectors in candidates.items():
        # The guess with which it was tried may have been wrong; what is proven by now is not.
        if reasons[name]:
            reasons[name] = repair.mend(name, selectors)
    for name in candidates:
        selector = repair.selectors.pop(name, None)
        if selector is not None and repair.is_broken(name):
            repair.selectors[name] = selector
    return {name: reason for name, reason in reasons.items() if reason}


def _prove_together(repair: _Repair, report: RepairReport) -> None:
    """Prove all selectors together, as they will be used; one that does not hold then is no proposal."""
    while repair.selectors:
        proofs = {name: repair.proof(name) for name in FIELDS if name in repair.selectors}
        failed = next((name for name, proof in proofs.items() if not proof.holds), None)
        if failed is None:
            report.proposals = [Proposal(name, repair.selectors[name], proof) for name, proof in proofs.items()]
            return
        report.unproven[failed] = _failure(repair.selectors.pop(failed), proofs[failed], "with the other selectors ")


def _add_notes(repair: _Repair, report: RepairReport, broken: Sequence[str]) -> None:
    """Say of all other fields what becomes of them with the selectors that are proposed."""
    for name in FIELDS:
        own = getattr(repair.own, name)
        if name in repair.selectors or name in report.unproven:
            continue
        if repair.is_broken(name):
            report.unproven[name] = "it is not read with the selectors that are proposed for the other fields"
        elif name in broken:
            report.notes.append(f"{name} is read again with the selectors that are proposed for the other fields")
        elif own and not repair.is_used(name):
            pages = len(repair.pages)
            report.notes.append(f"article.{name} = {own!r} matches on none of {pages} pages; other rules read it")


class _Repair:
    """Pages, the selectors found so far, and the reading of pages with them."""

    def __init__(self, portal: Portal, pages: Sequence[RefreshedPage]) -> None:
        self.portal = portal
        self.pages = pages
        self.own = article_overrides(portal.article) or ArticleOverrides()
        self.selectors: dict[str, str] = {}

    def broken(self) -> list[str]:
        """Return the fields that today's definition does not read well enough."""
        articles = [self._read(page, {}) for page in self.pages]
        return [name for name in FIELDS if self._proof(name, articles).is_broken]

    def is_broken(self, name: str) -> bool:
        """Whether a field is lost with the selectors found so far."""
        return self.proof(name).is_broken

    def is_used(self, name: str) -> bool:
        """Whether the override of a field reads it on any page."""
        articles = (self._read(page, self.selectors) for page in self.pages)
        return any(article is not None and _by_override(article, name) for article in articles)

    def candidates(self, name: str) -> list[str]:
        """Return selectors for a field, found on every other page that has a known value."""
        used = [page for number, page in enumerate(self._known(name)) if number % 2 == 0][:_MOST_SEARCHED]
        return propose_selectors([page.known_page for page in used], name)

    def mend(self, name: str, candidates: list[str] | None = None) -> str:
        """Add the first selector that is proven for a field; return the reason if there is none."""
        self.selectors.pop(name, None)
        known = len(self._known(name))
        if known < FEWEST_ARTICLES:
            return f"its value is known of {known} articles; at least {FEWEST_ARTICLES} are needed"
        candidates = self.candidates(name) if candidates is None else candidates
        if not candidates:
            return "no element without a position in its selector shows the known values on several pages"
        best: tuple[str, Proof] | None = None
        for selector in candidates:
            proof = self.proof(name, {**self.selectors, name: selector})
            if proof.holds:
                self.selectors[name] = selector
                return ""
            if best is None or proof.right > best[1].right:
                best = selector, proof
        assert best is not None  # noqa: S101 - there is a candidate
        return _failure(*best)

    def proof(self, name: str, selectors: Mapping[str, str] | None = None) -> Proof:
        """Read all pages with these selectors (default: those found so far) and count what a field gave."""
        chosen = self.selectors if selectors is None else selectors
        return self._proof(name, [self._read(page, chosen) for page in self.pages], is_proposed=name in chosen)

    def _known(self, name: str) -> list[RefreshedPage]:
        return [page for page in self.pages if getattr(page.known, name)]

    def _proof(self, name: str, articles: Sequence[Article | None], *, is_proposed: bool = False) -> Proof:
        verdicts: list[Verdict] = []
        apart: list[Verdict] = []
        number = 0
        for page, article in zip(self.pages, articles, strict=True):
            verdict = _verdict(name, page.known, article)
            if verdict == "unknown" and is_proposed and article is not None and _by_override(article, name):
                verdicts.append("wrong")
                continue
            verdicts.append(verdict)
            if verdict != "unknown":
                if is_proposed and (number % 2 or number >= 2 * _MOST_SEARCHED):
                    apart.append(verdict)
                number += 1
        return Proof(
            articles=len(self.pages),
            known=number,
            right=verdicts.count("right"),
            wrong=verdicts.count("wrong"),
            apart=len(apart),
            apart_right=apart.count("right"),
        )

    def _read(self, page: RefreshedPage, selectors: Mapping[str, str]) -> Article | None:
        """Return the article of a page as a crawl reads it with these selectors; None if it is refused."""
        raw = extract_article(page.page, replace(self.own, **dict[str, Any](selectors)))
        if isinstance(raw, NotAnArticle):
            return None
        return finish_article(raw, self.portal, fetched=datetime.fromisoformat(page.fetched))


def _verdict(name: str, known: KnownValues, article: Article | None) -> Verdict:
    """Compare what a page gave for a field with what is known of it."""
    wanted = getattr(known, name)
    if not wanted:
        return "unknown"
    value = getattr(article, name) if article is not None else ""
    if name == "published" and article is not None and article.published_evidence != "page":
        value = ""
    if not value:
        return "missing"
    if name == "published":
        return "right" if is_same_time(value, wanted) else "wrong"
    if name == "body":
        return "right" if _is_same_body(value, wanted) else "wrong"
    if isinstance(wanted, tuple):
        return "right" if set(value) == set(wanted) else "wrong"
    return "right" if "".join(value.split()) == "".join(wanted.split()) else "wrong"


def _is_same_body(one: str, other: str) -> bool:
    """Whether two bodies have most of their text in common, however it is cut into paragraphs."""
    found, held = share_of_lines(one, other), share_of_lines(other, one)
    return 2 * found * held >= _SAME_BODY * (found + held) > 0


def _by_override(article: Article, name: str) -> bool:
    provenance = article.provenance.get(name)
    return provenance is not None and "override" in provenance.rule.split("、")


def _failure(selector: str, proof: Proof, circumstances: str = "") -> str:
    return (
        f"the best selector {selector!r} {circumstances}gives the known value on {proof.right} of {proof.known} "
        f"articles and a wrong one on {proof.wrong} of {proof.articles}"
    )
