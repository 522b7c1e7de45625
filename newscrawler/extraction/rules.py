"""Rules as data: where a field stands, written as one string.

A rule is a CSS selector; an XPath when it starts with `/` or `./`; `meta:NAME` for the value of a `<meta>`;
`property:NAME` for a field of Founder's comment `<!--enpproperty …-->`; `re:PATTERN` for the first group of a regular
expression over the markup.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated

from lxml.etree import XPathError
from lxml.html import HtmlElement
from pydantic import AfterValidator, Field

from newscrawler.extraction.html import text_up_to
from newscrawler.extraction.page import Page
from newscrawler.extraction.selectors import compile_selector
from newscrawler.text.definitions import check_pattern, check_selector

_LONGEST = 2000
_PROPERTIES = re.compile(r"<!--\s?enpproperty")


def check_rule(value: str) -> str:
    """Return a rule; raises ValueError for one that cannot be used."""
    kind, colon, rest = value.partition(":")
    if kind in ("meta", "property") and colon:
        if not rest:
            raise ValueError(f"has no name; write it as in {kind}:source")
        return f"meta:{rest.lower()}" if kind == "meta" else value
    if kind == "re" and colon:
        if not re.compile(check_pattern(rest)).groups:
            raise ValueError("has no group; put ( and ) round the value")
        return value
    return check_selector(value)


Rule = Annotated[str, Field(min_length=1), AfterValidator(check_rule)]


@lru_cache(maxsize=512)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def nodes(page: Page, selector: str) -> list[HtmlElement | str]:
    """Return what a selector finds: elements, and the strings of an XPath that ends in text or an attribute."""
    try:
        found = compile_selector(selector)(page.root)
    except (XPathError, ValueError):
        return []
    if isinstance(found, list):
        return [node for node in found if isinstance(node, HtmlElement | str)]
    return [str(found)] if found not in ("", None, False) else []


def elements(page: Page, selector: str) -> list[HtmlElement]:
    """Return the elements that a selector finds."""
    return [node for node in nodes(page, selector) if isinstance(node, HtmlElement)]


def text_of(node: HtmlElement | str) -> str:
    """Return the text of what a selector found, white space collapsed."""
    if isinstance(node, str):
        raw = node
    elif node.tag == "meta":
        raw = node.get("content") or ""
    else:
        raw = text_up_to(node, between=" ")
    return " ".join(raw.split())[:_LONGEST]


def first_text(page: Page, rules: Sequence[str]) -> str:
    """Return the first non-empty value that one of the rules finds, or an empty string."""
    for rule in rules:
        if rule.startswith("meta:"):
            value = " ".join(page.meta.get(rule[5:], "").split())
        elif rule.startswith("property:"):
            value = _property(page, rule[9:])
        elif rule.startswith("re:"):
            match = _pattern(rule[3:]).search(page.text)
            value = " ".join(match[1].split()) if match and match[1] else ""
        else:
            value = next((text for node in nodes(page, rule) if (text := text_of(node))), "")
        if value:
            return value[:_LONGEST]
    return ""


def _property(page: Page, name: str) -> str:
    """Return a field of the comment in which Founder's systems keep a document's data."""
    begin = _PROPERTIES.search(page.text)
    if begin is None:
        return ""
    comment = page.text[begin.end() : begin.end() + 20_000].split("-->", 1)[0]
    _, opened, rest = comment.partition(f"<{name}>")
    value, closed, _ = rest.partition(f"</{name}>")
    return " ".join(value.split()) if opened and closed else ""
