"""`scrapy check`: check that the homepage of each portal named leads to its sections (Scrapy's contracts)."""

from __future__ import annotations

from scrapy.commands import check

from newscrawler.crawling.scrapy_commands import StoresNothing


class Command(StoresNothing, check.Command):
    """Check that the homepage of each portal named leads to its sections (Scrapy's contracts)."""
