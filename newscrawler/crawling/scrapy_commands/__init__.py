"""Commands of Scrapy that look at a page: with spiders that store nothing. Each module is named after its command."""

from __future__ import annotations

from argparse import Namespace

from scrapy.settings import Settings


class StoresNothing:
    """Part of a command whose spiders are those that read single pages: no run begins, and no archive is opened.

    It is no command of Scrapy itself, which would offer it by the name of this package.
    """

    settings: Settings | None

    def process_options(self, args: list[str], opts: Namespace) -> None:
        """Read the options, and choose the spiders."""
        super().process_options(args, opts)  # type: ignore[misc]  # the command's
        assert self.settings is not None  # noqa: S101  # Scrapy sets it before
        spiders = "newscrawler.crawling.spider.loader.PageSpiderLoader"
        self.settings.set("SPIDER_LOADER_CLASS", spiders, priority="cmdline")
