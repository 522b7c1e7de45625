"""The article of a page. Each field comes from the first rule that knows it: the portal's overrides, the content
system, structured data, the generic rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count

from lxml.html import HtmlElement

from newscrawler.extraction import cms
from newscrawler.extraction.boilerplate import Kind, kind_of, label_cut
from newscrawler.extraction.bylines import credits_in_body, writers_below
from newscrawler.extraction.container import find_container
from newscrawler.extraction.element_paths import own_path_of
from newscrawler.extraction.layout import Block, Layout, Line, read_layout
from newscrawler.extraction.line_evidence import LineEvidence
from newscrawler.extraction.main_text import MainText, confidence_of, find_main_text
from newscrawler.extraction.meta_lines.reading import BESIDE_DATE, MetaReading
from newscrawler.extraction.model import (
    GENERAL_BODY,
    TEMPLATE,
    ArticleOverrides,
    Evidence,
    NotAnArticle,
    RawArticle,
    RawCredit,
)
from newscrawler.extraction.page import Page
from newscrawler.extraction.pagers import further_pages
from newscrawler.extraction.publication_date import published_of
from newscrawler.extraction.rejection import find_rejection
from newscrawler.extraction.render import render
from newscrawler.extraction.rules import elements, first_text
from newscrawler.extraction.site_names import names_of_site
from newscrawler.extraction.source_at_end import source_at_end
from newscrawler.extraction.story_parts import Container
from newscrawler.extraction.structured import Structured, read_structured
from newscrawler.extraction.surroundings import FOOT_LINES, lines_above, parsed_lines, surroundings
from newscrawler.extraction.titles import find_subtitle, find_title

_MOST_CANDIDATES = 20
EDGE = 3
"""Lines at the beginning and at the end of a body that may be furniture."""
_LAST_LINES = 2
"""Lines at the end of a body that may say where it was printed first."""
_TOLD = ("override", TEMPLATE)
"""Rules for a container that need no headline above it."""
_NO_OVERRIDES = ArticleOverrides()


@dataclass(slots=True)
class _Reading:
    """What the rules share while they read one page."""

    page: Page
    overrides: ArticleOverrides
    systems: list[cms.ContentSystem]
    identified: tuple[str, str] | None
    layout: Layout
    structured: Structured
    skip: frozenset[HtmlElement]

    def is_overridden(self, field: str) -> bool:
        """Whether the portal's override finds a field; where it finds nothing the other rules take over."""
        own = getattr(self.overrides, field, "")
        return bool(own and first_text(self.page, (own,)))

    def rule(self, field: str) -> Evidence | None:
        """Return a field by the portal's override, else by the content system."""
        if own := getattr(self.overrides, field, ""):
            value = first_text(self.page, (own,))
            if value:
                return Evidence(value, self.overrides.rule_of(field), 1.0)
        for system in self.systems:
            if value := first_text(self.page, getattr(system.rules, field)):
                return Evidence(value, system.id, 0.95)
        return None


@dataclass(frozen=True, slots=True)
class Extraction:
    """The result of reading one page."""

    article: RawArticle | NotAnArticle
    container: HtmlElement
    """The element in which the main text was looked for."""


def extract_article(page: Page, overrides: ArticleOverrides | None = None) -> RawArticle | NotAnArticle:
    """Read the article of a page, or say why the page is none."""
    return extract(page, overrides).article


def extract(page: Page, overrides: ArticleOverrides | None = None) -> Extraction:
    """Read the article of a page as `extract_article` does, and say where its text was looked for."""
    reading = _reading(page, overrides or _NO_OVERRIDES, whole=False)
    found = _extract(reading)
    if isinstance(found.article, NotAnArticle) and reading.layout.cut:
        return _extract(_reading(page, overrides or _NO_OVERRIDES, whole=True))
    return found


def _extract(reading: _Reading) -> Extraction:
    page = reading.page
    layout = reading.layout
    title, title_at, evidence = _evidence(reading)
    found, body_rule, confidence = _container(reading, evidence)
    container = found.block
    main_text = find_main_text(evidence, found)
    rejection = find_rejection(
        page,
        evidence,
        container,
        main_text,
        title,
        is_known=body_rule == TEMPLATE,
        is_stated=reading.structured.published is not None,
    )
    if rejection is not None:
        return Extraction(rejection, container.element)
    assert title is not None  # noqa: S101 - find_rejection has refused a page without one
    head, foot, rest = surroundings(evidence, main_text, title_at)
    is_overridden = body_rule == "override"
    if _drop_furniture(main_text, layout, reading.overrides.furniture) and body_rule != TEMPLATE:
        body_rule += f"、{TEMPLATE}"
    rendered = render(page, container, main_text, reading.skip)
    above = lines_above(layout.lines, title_at)
    sites = names_of_site(page)
    parsed = parsed_lines(evidence, [*above, *head], sites)
    meta = MetaReading(
        parsed[len(above) :],
        parsed_lines(evidence, foot, sites),
        (layout.lines[i] for i in rest),
        above=parsed[: len(above)],
        sites=sites,
        adjoining=sum(index == at for index, at in zip(foot, count(main_text.body[-1] + 1), strict=False)),
        headline=layout.lines[title_at] if title_at >= 0 else None,
    )
    body_lines = [layout.lines[i] for i in main_text.body]
    system, document_id = reading.identified or (reading.systems[0].id if reading.systems else None, None)
    article = RawArticle(
        url=page.url,
        encoding=page.encoding,
        title=title,
        body="\n".join(line.text for line in body_lines),
        body_html=rendered.html,
        body_rule=body_rule,
        body_path=own_path_of(container.element),
        body_confidence=confidence if is_overridden else confidence_of(main_text, evidence, confidence),
        subtitle=reading.rule("subtitle") or find_subtitle(layout),
        source=reading.rule("source"),
        published=published_of(
            page,
            by_rule=reading.rule("published"),
            printed=meta.published(),
            written=reading.structured.published,
        ),
        summary=reading.rule("summary") or _summary(main_text, [layout.lines[i] for i in head]),
        keywords=reading.rule("keywords") or reading.structured.keywords,
        credits=_credits(reading, meta),
        images=rendered.images,
        attachments=rendered.attachments,
        cms=system,
        document_id=document_id,
        next_pages=further_pages(page, layout.lines[main_text.body[0] : container.end + FOOT_LINES], layout.menus),
    )
    last = main_text.body[-1]
    behind = [
        layout.lines[index]
        for index in range(last + 1, min(len(layout.lines), last + 1 + EDGE))
        if not evidence.teasers[index]
    ]
    if not reading.is_overridden("authors"):
        article.credits += credits_in_body(body_lines)
        article.credits += writers_below([*body_lines[-1:], *behind])
    printed = article.source or meta.source() or source_at_end([*body_lines[-_LAST_LINES:], *behind])
    article.source = printed or reading.structured.source
    return Extraction(article, container.element)


def _drop_furniture(main_text: MainText, layout: Layout, furniture: frozenset[str]) -> bool:
    """Drop lines that stand on other pages, too, near both ends of a body; tell whether there were any.

    A body of such lines alone stays as it is.
    """
    body = main_text.body
    near = {*body[:EDGE], *body[-EDGE:]} if furniture else set()
    kept = [index for index in body if index not in near or layout.lines[index].text not in furniture]
    if not kept or len(kept) == len(body):
        return False
    main_text.body = kept
    return True


def _evidence(reading: _Reading) -> tuple[Evidence | None, int, LineEvidence]:
    """Return the headline, the index of its line (-1 where no line shows it), and the lines as seen from there."""
    headline, title_at = find_title(reading.page, reading.layout, reading.structured.title)
    title = reading.rule("title") or headline
    return title, title_at, LineEvidence(reading.layout, title if title_at < 0 else headline, title_at)


def _reading(page: Page, overrides: ArticleOverrides, *, whole: bool) -> _Reading:
    layout = read_layout(page.root, whole=whole)
    recognised = cms.recognise(page, layout)
    systems = [system for system, _ in recognised]
    identified = next(((system.id, found) for system, found in recognised if found), None)
    dropped = [*overrides.drop, *(selector for system in systems for selector in system.rules.drop)]
    skip = frozenset(element for selector in dropped for element in elements(page, selector))
    if skip:
        layout = read_layout(page.root, skip, whole=whole)
    return _Reading(page, overrides, systems, identified, layout, read_structured(page), skip)


def _container(reading: _Reading, evidence: LineEvidence) -> tuple[Container, str, float]:
    """Return the container of the main text, the rule that chose it and how sure it is."""
    chosen: list[tuple[str, str, float]] = []
    if reading.overrides.body:
        chosen.append((reading.overrides.rule_of("body"), reading.overrides.body, 1.0))
    chosen += [(system.id, selector, 0.95) for system in reading.systems for selector in system.rules.body]
    blocks: dict[HtmlElement, Block] = {}
    for rule, selector, confidence in chosen:
        found = elements(reading.page, selector)
        if not found:
            continue
        blocks = blocks or {block.element: block for block in reading.layout.blocks}
        candidates = [block for element in found[:_MOST_CANDIDATES] if (block := _block_of(element, blocks))]
        candidates = [
            block
            for block in candidates
            if _characters(reading.layout, block) >= 20 and (block.start < evidence.stop or rule in _TOLD)
        ]
        if candidates:
            return find_container(evidence, candidates)[0], rule, confidence
    container, confidence = find_container(evidence)
    return container, GENERAL_BODY, confidence


def _block_of(element: HtmlElement | None, blocks: dict[HtmlElement, Block]) -> Block | None:
    while element is not None and element not in blocks:
        element = element.getparent()
    return blocks[element] if element is not None else None


def _characters(layout: Layout, block: Block) -> int:
    return sum(len(line.text) - line.linked for line in layout.lines[block.start : block.end])


def _summary(main_text: MainText, head: Sequence[Line]) -> Evidence | None:
    """Return the text of a 摘要 box, which stands at the top of the main text or just above it."""
    above = (line.text for line in head if kind_of(line) is Kind.SUMMARY)
    text = main_text.summary or next((label_cut(text) for text in above), "")
    return Evidence(text, "generic:summary-box", 0.9) if text else None


def _credits(reading: _Reading, meta: MetaReading) -> list[RawCredit]:
    """Return who is named round the main text; an override of editors or authors replaces what the rules find."""
    found: list[RawCredit] = []
    for field, label in (("editors", "编辑"), ("authors", "作者")):
        if evidence := reading.rule(field):
            bare = not any(word in evidence.text for word in ("：", ":", "记者", "编辑", "责编", "通讯员", "作者"))
            found.append(RawCredit(label if bare else "", evidence.text, evidence.rule, evidence.confidence))
    ruled = " ".join(credit.text for credit in found)
    printed = meta.credits(
        without_editors=reading.is_overridden("editors"), without_authors=reading.is_overridden("authors")
    )
    # A rule knows what a person is who stands beside the date without a label.
    found += [credit for credit in printed if credit.rule != BESIDE_DATE or credit.text not in ruled]
    found += [RawCredit("作者", author.text, author.rule, author.confidence) for author in reading.structured.authors]
    return found


def join_pages(first: RawArticle, rest: Sequence[RawArticle]) -> RawArticle:
    """Return one article for one that runs over several pages, in the order given."""
    joined = replace(first, credits=list(first.credits), images=list(first.images), next_pages=[])
    joined.attachments = list(first.attachments)
    for page in rest:
        joined.body = f"{joined.body}\n{page.body}".strip("\n")
        joined.body_html += page.body_html
        joined.images += [image for image in page.images if image not in joined.images]
        joined.attachments += [item for item in page.attachments if item not in joined.attachments]
        joined.credits += [credit for credit in page.credits if credit not in joined.credits]
        joined.body_confidence = min(joined.body_confidence, page.body_confidence)
    return joined
