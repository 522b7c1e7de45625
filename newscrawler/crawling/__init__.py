"""Crawling with Scrapy: one spider class for every portal, and thin adapters round the pure packages."""
