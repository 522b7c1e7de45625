"""Commands of Scrapy that look at a page: with spiders that store nothing. Each module is named after its command."""

from __future__ import annotations

from scrapy.settings import BaseSettings


def store_nothing(settings: BaseSettings) -> None:
    """Let the spiders of a command be those that read single pages: no run begins, and no archive is opened."""
    settings.set("SPIDER_LOADER_CLASS", "newscrawler.crawling.spider.loader.PageSpiderLoader", priority="cmdline")
