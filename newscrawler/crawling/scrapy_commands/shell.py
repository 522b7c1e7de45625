"""`scrapy shell`: try selectors on one page, with the settings of its portal."""

from __future__ import annotations

from scrapy.commands import shell

from newscrawler.crawling.scrapy_commands import StoresNothing


class Command(StoresNothing, shell.Command):
    """Try selectors on one page, with the settings of its portal."""
