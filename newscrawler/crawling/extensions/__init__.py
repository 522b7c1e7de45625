"""Scrapy extensions: captures."""
