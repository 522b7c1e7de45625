"""Reports on the archive: statistics, coverage, citations."""
