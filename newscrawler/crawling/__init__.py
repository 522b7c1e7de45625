"""Scrapy: one spider class drives every portal; thin adapters round the pure rooms."""
