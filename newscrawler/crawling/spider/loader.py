"""Makes every portal definition a Scrapy spider, whose name is the portal's id."""

from __future__ import annotations

import builtins
import logging
from types import FunctionType
from typing import Self, TypeVar

from scrapy import Request, Spider
from scrapy.settings import BaseSettings

from newscrawler.crawling.spider.page_spider import PageSpider
from newscrawler.crawling.spider.spider import PortalSpider
from newscrawler.portals import DefinitionError, Portal, load_portal, load_portals
from newscrawler.portals.model import PortalKind

logger = logging.getLogger(__name__)

SpiderClass = TypeVar("SpiderClass", bound=Spider)


def spider_for(portal: Portal, base: type[SpiderClass]) -> type[SpiderClass]:
    """Return the spider class of a portal.

    It must be a class: Scrapy asks a spider loader for classes, and `update_settings`, a class method, needs the portal
    before the spider exists. The base is a variable, so a class statement would not do.
    """
    return type(f"{base.__name__}_{portal.id}", (base,), {"name": portal.id, "portal": portal})


class PortalSpiderLoader:
    """Scrapy's spider loader: `scrapy list` shows the definitions, `scrapy crawl ID` runs one."""

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """Make the loader. It needs nothing from the settings."""
        return cls()

    def spider_class(self, portal: Portal) -> type[Spider]:
        """Return the spider class of a portal."""
        return spider_for(portal, PortalSpider)

    def load(self, spider_name: str) -> type[Spider]:
        """Return the spider class of a portal. Raises KeyError with the reason when there is none."""
        try:
            return self.spider_class(load_portal(spider_name))
        except DefinitionError as error:
            raise KeyError(str(error)) from None

    def list(self) -> builtins.list[str]:
        """Return the ids of all portals with a valid definition. Errors of the others are logged."""
        portals, errors = load_portals()
        for error in errors:
            logger.error("%s", error)
        return [portal.id for portal in portals]

    def find_by_request(self, request: Request) -> builtins.list[str]:
        """Return the ids of the portals to which the URL of a request belongs."""
        portals, _ = load_portals()
        return [portal.id for portal in portals if portal.owns(request.url)]


class PageSpiderLoader(PortalSpiderLoader):
    """The loader of commands that look at single pages: their spiders store nothing."""

    def spider_class(self, portal: Portal) -> type[Spider]:
        """Return the class of a portal's page spider, with a contract of Scrapy for `scrapy check`.

        The contract: the homepage leads to sections, or the first section that the definition names lists articles. A
        newspaper has none, since the addresses of its editions are composed from dates.
        """
        spider = spider_for(portal, PageSpider)
        if portal.kind is PortalKind.PORTAL:
            url = next(map(portal.section_url, portal.sections.values()), portal.homepage)
            method = spider.parse_listing if portal.sections else spider.parse_homepage
            checked = FunctionType(method.__code__, method.__globals__, method.__name__, closure=method.__closure__)
            checked.__doc__ = f"{method.__doc__}\n\n@url {url}\n@returns requests 1"
            setattr(spider, method.__name__, checked)
        return spider
