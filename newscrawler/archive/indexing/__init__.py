"""The full-text index and the clusters of reprints, kept in step with the articles."""
