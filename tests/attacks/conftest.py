"""Attacks are crawled like any other portal."""

from crawling.conftest import crawl

__all__ = ["crawl"]
