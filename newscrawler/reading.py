"""From the bytes of a page to an article, by the definition of its portal. The one way for crawls and for saved pages.

`read_article` does all of it. Articles of several pages need the steps: `read_raw_article` per page, `join_pages`,
then `finish_article`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from newscrawler import places
from newscrawler.extraction.json_article import JsonFields, read_json_page
from newscrawler.extraction.model import ArticleOverrides, NoArticle, NotAnArticle, RawArticle
from newscrawler.extraction.page import Page, read_page
from newscrawler.extraction.templates.learning import learn
from newscrawler.extraction.templates.model import Template
from newscrawler.extraction.templates.reading import read_with_template
from newscrawler.listings.entries import ListingRules
from newscrawler.listings.json_rules import JsonRules
from newscrawler.normalization.article import Article, normalize
from newscrawler.normalization.listed import UNLISTED, Listed
from newscrawler.portals import Portal
from newscrawler.portals.json_rules import ArticleJson
from newscrawler.portals.rules import ArticleRules
from newscrawler.text.clock import CHINA
from newscrawler.text.json_data import looks_like_json


def read_article(
    body: bytes,
    portal: Portal | None,
    *,
    url: str | None = None,
    content_type: str | None = None,
    fetched: datetime | None = None,
    within: places.Division | None = None,
    listed: Listed = UNLISTED,
    templates: Sequence[Template] = (),
) -> Article | NotAnArticle:
    """Return the article of a page, or say why the page is not an article.

    `portal` is None for a page whose portal is not known: then general rules alone apply. `Portal.at` gives the rules
    of the page's time. `content_type` is the value of the HTTP header; `templates` are what other pages of the portal
    taught, the newest first. For the other arguments see `finish_article`.
    """
    raw = read_raw_article(body, portal, url=url, content_type=content_type, templates=templates)
    if isinstance(raw, NotAnArticle):
        return raw
    return finish_article(raw, portal, fetched=fetched, within=within, listed=listed)


def read_raw_article(
    body: bytes,
    portal: Portal | None,
    *,
    url: str | None = None,
    content_type: str | None = None,
    templates: Sequence[Template] = (),
) -> RawArticle | NotAnArticle:
    """Return the article of a page as the page shows it, or say why the page is not an article."""
    return extract_raw_article(read_portal_page(body, portal, url=url, content_type=content_type), portal, templates)


def learn_template(pages: Iterable[Page | NotAnArticle], portal: Portal | None) -> Template | None:
    """Return what parsed pages of one portal teach, or None. Pages that could not be read are left out."""
    overrides = article_overrides(portal.article) if portal else None
    return learn((page for page in pages if not isinstance(page, NotAnArticle)), overrides)


def read_portal_page(
    body: bytes,
    portal: Portal | None,
    *,
    url: str | None = None,
    content_type: str | None = None,
    article_url: str | None = None,
) -> Page | NotAnArticle:
    """Decode and parse a page of a portal, or say why its bytes cannot be read.

    `article_url` is the article's own address where its data was fetched from another one (`[article.json]`).
    """
    rules = portal.article.json_rules if portal else None
    if portal is not None and rules is not None and looks_like_json(body, content_type):
        return read_json_page(body, json_fields(rules), url=article_url or url, drop=portal.article.drop)
    if rules is not None and article_url is not None:
        return NotAnArticle(NoArticle.ERROR_PAGE, "the answer to the request for the article's data is not JSON")
    return read_page(body, url=url, content_type=content_type, encoding=portal.crawl.encoding if portal else None)


def extract_raw_article(
    page: Page | NotAnArticle, portal: Portal | None, templates: Sequence[Template] = ()
) -> RawArticle | NotAnArticle:
    """Return the article of a parsed page by the rules of its portal, and by its templates where they are unsure.

    A page that could not be read is passed on.
    """
    if isinstance(page, NotAnArticle):
        return page
    if page.overrides is not None:
        raw = read_with_template(page, (), page.overrides)
        # A link in the text leads to no further page of the data.
        return raw if isinstance(raw, NotAnArticle) else replace(raw, next_pages=[])
    return read_with_template(page, templates, article_overrides(portal.article) if portal else None)


def finish_article(
    raw: RawArticle,
    portal: Portal | None,
    *,
    fetched: datetime | None = None,
    within: places.Division | None = None,
    listed: Listed = UNLISTED,
) -> Article:
    """Turn the raw strings of an article into values.

    `fetched` is when the page was fetched (default: now), against which 昨天 and 07-10 are read; `within` is the
    division whose section listed the article; `listed` is what stood beside its link.
    """
    return normalize(
        raw,
        base=fetched or datetime.now(CHINA),
        province=portal.province_division if portal else None,
        within=within,
        listed=listed,
        portal_name=portal.name if portal else "",
    )


@lru_cache
def json_fields(rules: ArticleJson) -> JsonFields:
    """Return the paths of `[article.json]` in the form that extraction takes."""
    values = rules.model_dump(exclude={"url", "headers"}, exclude_none=True)
    return JsonFields(**values)


@lru_cache
def article_overrides(rules: ArticleRules) -> ArticleOverrides | None:
    """Return a definition's overrides of article fields in the form that extraction takes; None if it has none."""
    values = rules.model_dump(exclude={"url", "json_rules", "rules"}, exclude_defaults=True)
    return ArticleOverrides(**values) if values else None


def listing_rules(
    portal: Portal, section: str = "", url: str = "", article_shapes: frozenset[str] = frozenset()
) -> ListingRules:
    """Return what is known of the listing of a section, which begins at `url`, in the form that `listings` takes.

    `article_shapes` are the shapes of addresses that turned out to be articles.
    """
    pattern, rules = portal.article.url, portal.listing_rules(section, url)
    article_url = re.compile(pattern) if pattern else None
    data = rules.json_rules
    json = None
    if data is not None:
        json = JsonRules(
            data.items or "", data.title or "", data.url or "", data.published or "", data.source or "", data.next
        )
    if (of_articles := portal.article.json_rules) is not None:
        json = replace(json or JsonRules(), article=of_articles.url, article_pattern=pattern)
    return ListingRules(rules.entry, rules.next, article_url, article_shapes, rules.columns, json)
