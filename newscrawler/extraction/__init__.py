"""Page bytes in, raw article out. Pure: no I/O, no Scrapy."""

RULES_VERSION = "2"
"""Version of the rules, kept with every article they read; raised when rules change what they find."""
