"""Articles from the bytes of pages, by the rules of a crawl."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from newscrawler.extraction.model import Attachment, Image, NotAnArticle
from newscrawler.normalization.people import Credit
from newscrawler.portals import load_portal, portal_of
from newscrawler.reading import read_article
from newscrawler.text.clock import stamp

if TYPE_CHECKING:
    from newscrawler.normalization.article import Article


@dataclass(frozen=True, slots=True)
class ExtractedArticle:
    """The article of one page. `None` and an empty tuple mean that the page does not give the value."""

    url: str | None
    title: str
    subtitle: str | None
    published: str | None
    """ISO 8601, as precise as the page shows it: `2019-07-10` or `2019-07-10T09:30:00+08:00`."""
    published_date: str | None
    source: str | None
    """The outlet that the page names (来源)."""
    editors: tuple[str, ...]
    authors: tuple[str, ...]
    credits: tuple[Credit, ...]
    """Each name with its role and, where the page gives it, its outlet."""
    summary: str | None
    city: str | None
    """The division that the title or the dateline names."""
    city_code: str | None
    county: str | None
    county_code: str | None
    body: str
    """Plain text, one paragraph per line."""
    body_html: str
    """The text with the markup that is safe to show."""
    keywords: tuple[str, ...]
    article_type: str
    """原创, 转载 or unknown."""
    language: str
    char_count: int
    """Characters of the body that are not white space."""
    images: tuple[Image, ...]
    attachments: tuple[Attachment, ...]
    cms: str | None
    """The content system that made the page, where it is known."""
    encoding: str
    content_hash: str
    """SHA-256 of title and body, white space aside."""


def extract_article(
    page: bytes, *, url: str | None = None, portal: str | None = None, fetched: datetime | None = None
) -> ExtractedArticle | NotAnArticle:
    """Return the article of a page, or say why the page is not an article (`reason`, `detail`).

    `page` are the bytes of the HTML, in any encoding. `url` is the address of the page: it resolves links, and finds
    the portal's definition where `portal` (an id, or the path of a definition) does not name it. `fetched` is when the
    page was fetched (default: now): 昨天 and 07-10 are read against it, and the definition's rules of that time count.
    Raises DefinitionError when the definition is unknown or wrong.
    """
    definition = load_portal(portal) if portal else portal_of(url) if url else None
    if definition is not None and fetched is not None:
        definition = definition.at(stamp(fetched))
    article = read_article(page, definition, url=url, fetched=fetched)
    return article if isinstance(article, NotAnArticle) else extracted(article, url)


def extracted(article: Article, url: str | None = None) -> ExtractedArticle:
    """Return a normalized article in the form that is promised. `url` stands where the article has none."""
    place = article.place
    county = place.county if place else None
    return ExtractedArticle(
        url=article.url or url,
        title=article.title,
        subtitle=article.subtitle or None,
        published=article.published or None,
        published_date=article.published_date or None,
        source=article.source or None,
        editors=tuple(article.editors),
        authors=tuple(article.authors),
        credits=tuple(article.credits),
        summary=article.summary or None,
        city=place.division.name if place else None,
        city_code=place.division.code if place else None,
        county=county.name if county else None,
        county_code=county.code if county else None,
        body=article.body,
        body_html=article.body_html,
        keywords=tuple(article.keywords),
        article_type=article.article_type,
        language=article.language,
        char_count=article.char_count,
        images=tuple(article.images),
        attachments=tuple(article.attachments),
        cms=article.cms or None,
        encoding=article.encoding,
        content_hash=article.content_hash,
    )
