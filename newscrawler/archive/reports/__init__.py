"""What the archive says as a whole: statistics, coverage, citations."""
