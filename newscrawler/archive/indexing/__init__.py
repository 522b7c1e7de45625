"""Tables that are derived from the articles: the full-text index and the reprint clusters."""

DERIVED_TABLES = ("search_", "reprint_", "row_digests", "digest_sums")
"""Prefixes of the names of the derived tables, which can be rebuilt from the other tables. Digests are those, too."""
