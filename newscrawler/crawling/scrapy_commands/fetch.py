"""`scrapy fetch`: print one page as the portal sends it."""

from __future__ import annotations

from argparse import Namespace

from scrapy.commands import fetch

from newscrawler.crawling.scrapy_commands import store_nothing


class Command(fetch.Command):
    """Print one page as the portal sends it."""

    def process_options(self, args: list[str], opts: Namespace) -> None:
        """Read the options, and choose spiders that store nothing."""
        super().process_options(args, opts)
        assert self.settings is not None  # noqa: S101
        store_nothing(self.settings)
