"""Tables that are derived from the articles: the full-text index and the reprint clusters."""

DERIVED_TABLES = ("search_", "reprint_")
"""Beginnings of the names of the derived tables. They can be rebuilt from the other tables."""
