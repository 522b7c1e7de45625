"""Importing pages that others captured: WARC and ARC files, WACZ collections, folders of saved pages."""
