"""How the markup of a page ends: with `</html>`, or where it was cut off."""

from __future__ import annotations

_LAST = 40
"""Bytes at the end of a page that pages of one make share, and pages that were cut off do not."""


def is_closed(folded: bytes) -> bool:
    """Whether markup, in lower case, ends as a page does, with `</html>`; what stands behind it does not count."""
    return b"</html" in folded


def is_open(folded: bytes) -> bool:
    """Whether markup, in lower case, begins as a page does, with `<html>`, and does not end: a part does neither."""
    return not is_closed(folded) and b"<html" in folded


def open_ending(markup: bytes) -> bytes:
    """Return the last bytes of a page that begins with `<html>` and has no `</html>`; nothing of all others."""
    if b"</html" in markup or not is_open(markup.lower()):
        return b""
    return markup.rstrip()[-_LAST:]
