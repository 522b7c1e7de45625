"""`scrapy check`: check that the homepage of each portal named leads to its sections (Scrapy's contracts)."""

from __future__ import annotations

from argparse import Namespace

from scrapy.commands import check

from newscrawler.crawling.scrapy_commands import store_nothing


class Command(check.Command):
    """Check that the homepage of each portal named leads to its sections (Scrapy's contracts)."""

    def process_options(self, args: list[str], opts: Namespace) -> None:
        """Read the options, and choose spiders that store nothing."""
        super().process_options(args, opts)
        assert self.settings is not None  # noqa: S101
        store_nothing(self.settings)
