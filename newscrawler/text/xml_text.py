"""Text as XML can hold it."""

from __future__ import annotations

from newscrawler.text.patterns import late

_NO_XML = late("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str, *, instead: str = "\ufffd") -> str:
    """Return a text with `instead` in place of each character that XML 1.0 (section 2.2) does not allow."""
    return _NO_XML.sub(instead, text)
