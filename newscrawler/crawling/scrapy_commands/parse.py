"""`scrapy parse`: read one page with the spider of its portal, and print what it finds."""

from __future__ import annotations

from scrapy.commands import parse

from newscrawler.crawling.scrapy_commands import StoresNothing


class Command(StoresNothing, parse.Command):
    """Read one page with the spider of its portal, and print what it finds."""
