"""Coding of articles by people: sheets with drop-down codes, their import, and how far the coders agree."""
