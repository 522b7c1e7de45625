"""`scrapy shell`: try selectors on one page, with the settings of its portal."""

from __future__ import annotations

from argparse import Namespace

from scrapy.commands import shell

from newscrawler.crawling.scrapy_commands import store_nothing


class Command(shell.Command):
    """Try selectors on one page, with the settings of its portal."""

    def process_options(self, args: list[str], opts: Namespace) -> None:
        """Read the options, and choose spiders that store nothing."""
        super().process_options(args, opts)
        assert self.settings is not None  # noqa: S101
        store_nothing(self.settings)
