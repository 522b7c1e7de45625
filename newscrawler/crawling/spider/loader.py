"""Every portal definition appears to Scrapy as a spider of its id."""

from __future__ import annotations

import builtins
import logging

from scrapy import Request
from scrapy.settings import BaseSettings

from newscrawler.crawling.spider.spider import PortalSpider
from newscrawler.portals import DefinitionError, Portal, load_portal, load_portals

logger = logging.getLogger(__name__)


def spider_for(portal: Portal) -> type[PortalSpider]:
    """Return the spider class of a portal."""
    return type(f"PortalSpider_{portal.id}", (PortalSpider,), {"name": portal.id, "portal": portal})


class PortalSpiderLoader:
    """Scrapy's spider loader: `scrapy list` shows the definitions, `scrapy crawl ID` runs one."""

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> PortalSpiderLoader:
        """Make the loader; the settings hold nothing that it needs."""
        return cls()

    def load(self, spider_name: str) -> type[PortalSpider]:
        """Return the spider class of a portal; raises KeyError with the reason when there is none."""
        try:
            return spider_for(load_portal(spider_name))
        except DefinitionError as error:
            raise KeyError(str(error)) from None

    def list(self) -> builtins.list[str]:
        """Return the ids of all portals whose definition is right; the wrong ones are logged."""
        portals, errors = load_portals()
        for error in errors:
            logger.error("%s", error)
        return [portal.id for portal in portals]

    def find_by_request(self, request: Request) -> builtins.list[str]:
        """Return the ids of the portals that a request's URL belongs to."""
        portals, _ = load_portals()
        return [portal.id for portal in portals if portal.owns(request.url)]
