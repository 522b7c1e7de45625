"""The article of a page: each field from the first rule that knows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from newscrawler.extraction.bodies import find_container
from newscrawler.extraction.bylines import credits_in_body
from newscrawler.extraction.layout import read_layout
from newscrawler.extraction.metaline import MetaLines, is_outlet
from newscrawler.extraction.model import (
    ArticleOverrides,
    Evidence,
    NoArticle,
    NotAnArticle,
    RawArticle,
    RawCredit,
)
from newscrawler.extraction.page import Page
from newscrawler.extraction.story import read_story
from newscrawler.extraction.titles import find_title

_HEAD_LINES = 14
_FOOT_LINES = 8


def extract_article(page: Page, overrides: ArticleOverrides | None = None) -> RawArticle | NotAnArticle:
    """Read the article of a page, or say why the page is none."""
    layout = read_layout(page.root)
    if not layout.lines:
        return NotAnArticle(NoArticle.NO_BODY, "the page shows no text")
    container, confidence = find_container(layout)
    title, title_at = find_title(page, layout, _first_prose(layout, container))
    story = read_story(layout, container, title_at, title.text if title else "")
    if title is None:
        return NotAnArticle(NoArticle.NO_TITLE, "the page shows no headline")
    if not story.kept:
        return NotAnArticle(NoArticle.NO_BODY, "no block of the page holds running text")
    first, last = story.kept[0], story.kept[-1]
    begin = title_at + 1 if 0 <= title_at < first else max(0, first - _HEAD_LINES)
    head = [
        layout.lines[i]
        for i in range(max(0, begin - 3), first)
        if i != title_at and (i >= begin or layout.lines[i].linked == 0)
    ]
    foot = [layout.lines[i] for i in story.dropped_meta if i > first] + [
        layout.lines[i] for i in range(container.end, min(len(layout.lines), container.end + _FOOT_LINES))
    ]
    meta = MetaLines(head[-40:], foot)
    body_lines = [layout.lines[i] for i in story.kept]
    article = RawArticle(
        url=page.url,
        encoding=page.encoding,
        title=title,
        body="\n".join(line.text for line in body_lines),
        body_html="",
        body_rule="generic:density",
        body_confidence=confidence,
        source=meta.source(),
        published=meta.published(),
        summary=Evidence(story.summary, "generic:summary-box", 0.9) if story.summary else None,
        credits=[*meta.credits(), *credits_in_body(body_lines)],
    )
    _beside_date(article, meta)
    return article


def _first_prose(layout: object, container: object) -> int:
    return container.start  # type: ignore[attr-defined,no-any-return]


def _beside_date(article: RawArticle, meta: MetaLines) -> None:
    for name in meta.beside_date()[:4]:
        if article.source is None and is_outlet(name):
            article.source = Evidence(name, "generic:beside-date", 0.7)
        elif article.source is None or article.source.text != name:
            article.credits.append(RawCredit("作者", name, "generic:beside-date", 0.5))


def join_pages(first: RawArticle, rest: Sequence[RawArticle]) -> RawArticle:
    """Return one article for a story that runs over several pages, in the order given."""
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
