"""Crawl the city sections of Chinese provincial news portals into a citable SQLite archive."""

__version__ = "0.1.0"
