"""Makes every portal definition a Scrapy spider, whose name is the portal's id."""

from __future__ import annotations

import builtins
import logging
from typing import Self, TypeVar

from scrapy import Request
from scrapy.settings import BaseSettings

from newscrawler.crawling.spider.spider import PortalSpider
from newscrawler.portals import DefinitionError, Portal, load_portal, load_portals

logger = logging.getLogger(__name__)

SpiderClass = TypeVar("SpiderClass", bound=PortalSpider)


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

    def load(self, spider_name: str) -> type[PortalSpider]:
        """Return the spider class of a portal. Raises KeyError with the reason when there is none."""
        try:
            return spider_for(load_portal(spider_name), PortalSpider)
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
