"""The spider: homepage, sections, listings, articles, images, blocks."""
