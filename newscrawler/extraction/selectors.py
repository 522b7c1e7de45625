"""Selectors of portal definitions: CSS, or XPath when they start with `/` or `./`."""

from __future__ import annotations

from functools import lru_cache

from lxml.etree import XPath, _Element
from parsel.csstranslator import HTMLTranslator


@lru_cache(maxsize=1_024)
def _compiled(selector: str) -> XPath:
    return XPath(selector if selector.startswith(("/", "./")) else HTMLTranslator().css_to_xpath(selector))


def select(root: _Element, selector: str) -> list[_Element]:
    """Return the elements that a selector finds; text and attribute results of an XPath are left out."""
    found = _compiled(selector)(root)
    return [node for node in found if isinstance(node, _Element)] if isinstance(found, list) else []
