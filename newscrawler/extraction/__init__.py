"""Page bytes in, raw article out. Pure: no I/O, no Scrapy."""
