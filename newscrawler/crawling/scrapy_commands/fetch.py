"""`scrapy fetch`: print one page as the portal sends it."""

from __future__ import annotations

from scrapy.commands import fetch

from newscrawler.crawling.scrapy_commands import StoresNothing


class Command(StoresNothing, fetch.Command):
    """Print one page as the portal sends it."""
