"""Captured pages on servers of others: the Wayback Machine, pywb, Common Crawl, lists of captures with a base."""
