"""A portal's memory: what the pages of one template teach each other.

`learn` makes a `Template` of pages that were read already; `read_with_template` reads a page again with it where the
general rules are unsure. Both are pure functions.
"""
