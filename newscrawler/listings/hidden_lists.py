"""Why a page without an entry may have a list all the same: it stands elsewhere, or is not understood."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.extraction.page import Page

FEW_CHARACTERS = 200
"""A page with less text of its own shows little beside what its frames and scripts show."""
MANY_ROWS = 5
"""Rows with a script each that look like a list."""
_MOST_ELEMENTS = 20_000
_NOT_TEXT = frozenset({"script", "style", "noscript", "template", "title", "head", "frameset", "noframes"})


def hidden_list(page: Page) -> str:
    """Return why the list of a page without entries may be hidden, as part of a sentence; empty if nothing hints at it.

    It is in a frame, its rows are opened by scripts without an address, a script builds the page, or the page has no
    markup at all.
    """
    root = page.root
    if "<" not in page.text:
        return "it is a text without markup"
    frames = [element for element in islice(root.iter("frame", "iframe"), _MOST_ELEMENTS) if _source(element)]
    has_little_text = len(_own_text(root)) < FEW_CHARACTERS
    if frames and (has_little_text or any(frame.tag == "frame" for frame in frames)):
        return f"its list may stand in a frame ({_source(frames[0])[:200]})"
    rows = [row for row in islice(root.iter(), _MOST_ELEMENTS) if _is_opened_by_script(row)]
    if len(rows) >= MANY_ROWS:
        return f"{len(rows)} rows are opened by scripts, such as onclick={(rows[0].get('onclick') or '')[:80]!r}"
    scripts = [script for script in islice(root.iter("script"), _MOST_ELEMENTS) if script.get("src")]
    if scripts and has_little_text and (next(root.iter("noscript"), None) is not None or _is_module(scripts)):
        return f"a script builds the page ({(scripts[-1].get('src') or '')[:200]})"
    return ""


def _source(frame: _Element) -> str:
    source = (frame.get("src") or frame.get("data-src") or "").strip()
    return "" if source.lower().startswith(("javascript:", "about:", "data:", "#")) else source


def _is_opened_by_script(element: _Element) -> bool:
    return isinstance(element.tag, str) and bool(element.get("onclick")) and len(text_up_to(element, 40).strip()) >= 8


def _is_module(scripts: list[_Element]) -> bool:
    return any(script.get("type") == "module" for script in scripts)


def _own_text(root: _Element) -> str:
    """Return the text that a page shows by itself, up to `FEW_CHARACTERS`."""
    text = ""
    for part in islice(_texts(root), _MOST_ELEMENTS):
        text += part.strip()
        if len(text) >= FEW_CHARACTERS:
            break
    return text


def _texts(root: _Element) -> Iterator[str]:
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag not in _NOT_TEXT and element.text:
            yield element.text
        if element.tail:
            yield element.tail
