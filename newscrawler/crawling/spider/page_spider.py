"""A spider that reads single pages of a portal and stores nothing: for `scrapy parse`, `shell`, `fetch` and `check`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.settings import BaseSettings

from newscrawler.crawling.spider.portal_settings import portal_settings
from newscrawler.crawling.spider.responses import header, page_of
from newscrawler.crawling.time_limit import limited
from newscrawler.extraction.model import NotAnArticle
from newscrawler.listings.listing import read_listing
from newscrawler.listings.named_links import LinkReader
from newscrawler.listings.page_addresses import post_body
from newscrawler.listings.sections import find_navigation
from newscrawler.normalization.article import Article
from newscrawler.portals import Portal
from newscrawler.reading import extract_raw_article, finish_article, listing_rules
from newscrawler.text.urls import identity


class PageSpider(Spider):
    """Reads pages of one portal. The loader sets `portal`."""

    name = "page"
    portal: Portal

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Set what the definition says about politeness and TLS, as for a crawl."""
        super().update_settings(settings)
        settings.setdict(portal_settings(cls.portal, settings), priority="spider")

    @limited
    def parse(self, response: Response) -> Iterator[Request | dict[str, Any]]:
        """Yield what a page of the portal is: an article with its columns, or requests for what it lists.

        The homepage leads to its sections, another page without an article to the articles of its listing, its columns
        and its next page.
        """
        if identity(response.url) == identity(self.portal.homepage):
            yield from self.parse_homepage(response)
            return
        raw = extract_raw_article(page_of(response, self.portal), self.portal)
        if isinstance(raw, NotAnArticle):
            yield from self.parse_listing(response)
        else:
            yield self._columns(finish_article(raw, self.portal))

    def parse_homepage(self, response: Response) -> Iterator[Request]:
        """Yield a request for each section to which the homepage links."""
        page = page_of(response, self.portal)
        if isinstance(page, NotAnArticle):
            return
        links = LinkReader()
        links.read_page(page, page.base_url or response.url)
        province = self.portal.province_division
        found = find_navigation(links.links, province, self.portal.owns, portal_name=self.portal.name)
        for section in found.sections:
            yield Request(section.url, callback=self.parse)

    @limited
    def parse_listing(self, response: Response, number: int = 1) -> Iterator[Request]:
        """Yield requests for the articles that the `number`-th page of a listing shows, its columns and its next page.

        A next page that has to be asked for by POST is left to the crawl.
        """
        listing = read_listing(
            response.body,
            url=response.url,
            number=number,
            rules=listing_rules(self.portal, url=response.url),
            is_own=self.portal.owns,
            content_type=header(response, b"Content-Type"),
            encoding=self.portal.crawl.encoding,
        )
        if isinstance(listing, NotAnArticle):
            return
        for url in (*(entry.url for entry in listing.entries), *(column.url for column in listing.columns)):
            if self.portal.owns(url):
                yield Request(url, callback=self.parse)
        for url in listing.ways.next_urls:
            if self.portal.owns(url) and post_body(url) is None:
                yield Request(url, callback=self.parse_listing, cb_kwargs={"number": number + 1})

    def _columns(self, article: Article) -> dict[str, Any]:
        """Return the columns of `articles_flat` that follow from the page alone: no id, no section, no history."""
        place = article.place
        county = place.county if place else None
        return {
            "url": article.url,
            "portal": self.portal.id,
            "province": self.portal.province,
            "city": place.division.name if place else None,
            "city_code": place.division.code if place else None,
            "county": county.name if county else None,
            "county_code": county.code if county else None,
            "title": article.title,
            "subtitle": article.subtitle or None,
            "source": article.source or None,
            "published": article.published or None,
            "published_date": article.published_date or None,
            "published_evidence": article.published_evidence or None,
            "editors": "、".join(article.editors) or None,
            "authors": "、".join(article.authors) or None,
            "summary": article.summary or None,
            "body": article.body,
            "keywords": "、".join(article.keywords) or None,
            "article_type": article.article_type,
            "char_count": article.char_count,
            "language": article.language,
            "image_count": len(article.images),
            "content_hash": article.content_hash,
        }
