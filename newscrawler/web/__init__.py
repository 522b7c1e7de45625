"""The web pages of an archive, for reading it. `newscrawler serve` starts them."""
