"""What a crawl writes into the archive and into WARC files."""
