"""`scrapy parse`: read one page with the spider of its portal, and print what it finds."""

from __future__ import annotations

from argparse import Namespace

from scrapy.commands import parse

from newscrawler.crawling.scrapy_commands import store_nothing


class Command(parse.Command):
    """Read one page with the spider of its portal, and print what it finds."""

    def process_options(self, args: list[str], opts: Namespace) -> None:
        """Read the options, and choose spiders that store nothing."""
        super().process_options(args, opts)
        assert self.settings is not None  # noqa: S101
        store_nothing(self.settings)
