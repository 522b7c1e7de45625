"""Running crawls: one process or several workers, progress, periodic work."""
