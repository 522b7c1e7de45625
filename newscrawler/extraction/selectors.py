"""CSS selectors, and XPath where a selector starts with `/` or `./`: compiled once, for all packages."""

from __future__ import annotations

from functools import lru_cache

from lxml.etree import XPath, _Element
from parsel.csstranslator import HTMLTranslator


@lru_cache(maxsize=1_024)
def compile_selector(selector: str) -> XPath:
    """Compile a CSS selector or an XPath. Raises SelectorError or XPathError."""
    xpath = selector if selector.startswith(("/", "./")) else HTMLTranslator().css_to_xpath(selector)
    return XPath(xpath, smart_strings=False)


def select(root: _Element, selector: str) -> list[_Element]:
    """Return the elements that a selector matches, without the text and attributes that an XPath may match."""
    matches = compile_selector(selector)(root)
    return [node for node in matches if isinstance(node, _Element)] if isinstance(matches, list) else []
