"""Pages that a browser loads: it runs their scripts, and the crawl's own downloader fetches what they ask for."""
