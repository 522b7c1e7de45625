"""Saved pages: HTML files on disk, read like the pages of a crawl."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

SUFFIXES = (".html", ".htm", ".shtml", ".xhtml")
MAX_PAGE_BYTES = 64 * 1024 * 1024
"""What is read of one file; the rest is ignored."""


def saved_pages(path: Path) -> Iterator[Path]:
    """Yield the path itself if it is a file, else all HTML files below the directory, sorted by path."""
    if path.is_dir():
        yield from (file for file in sorted(path.rglob("*")) if file.suffix.lower() in SUFFIXES)
    else:
        yield path


def read_saved_page(path: Path) -> bytes:
    """Return the bytes of a saved page. Raises OSError when the file cannot be read."""
    with path.open("rb") as stream:
        return stream.read(MAX_PAGE_BYTES)
