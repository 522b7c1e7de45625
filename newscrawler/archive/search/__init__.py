"""Queries, hits, snippets, and browsing page by page."""
