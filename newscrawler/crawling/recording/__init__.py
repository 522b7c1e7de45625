"""What a crawl writes: the crawl store with its parts, and the recorder of captures."""
