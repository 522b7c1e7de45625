"""The path of an element, as pages of one template share it: `/html/body/div[@id="main"]/div[@class="text"]`.

A path is an XPath of tags with their id or class, without positions: those differ between pages. Names that contain a
number of three or more digits (`post-48213`) are left out, and so are names with unusual characters.
"""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from newscrawler.extraction.selectors import select

_NAME = re.compile(r"[\w -]{1,80}")
_NUMBER = re.compile(r"\d{3}")
"""What names hold that a page has for itself."""
_TAG = re.compile(r"[a-z][a-z0-9]{0,20}")
_ROOTS = frozenset({"html", "body"})
_DEEPEST = 60
_MOST_LEVELS = 8


def _is_stable(name: str) -> bool:
    """Tell whether an id or class may stand on all pages of a portal."""
    return _NAME.fullmatch(name) is not None and not _NUMBER.search(name)


def path_of(element: HtmlElement) -> str:
    """Return the path of an element, empty if it lies too deep for a template."""
    steps: list[str] = []
    ancestor: HtmlElement | None = element
    while ancestor is not None:
        if len(steps) == _DEEPEST:
            return ""
        steps.append(_step(ancestor))
        ancestor = ancestor.getparent()
    return "/" + "/".join(reversed(steps))


def own_path_of(element: HtmlElement) -> str:
    """Return the path of the element if it leads to this element only, else an empty string."""
    path = path_of(element)
    return path if path and len(select(element.getroottree().getroot(), path)) == 1 else ""


def unique_path_of(element: HtmlElement) -> str:
    """Return the path of the element, or of the nearest one round it, that leads to one element only.

    Empty if there is none within a few levels.
    """
    ancestor: HtmlElement | None = element
    for _ in range(_MOST_LEVELS):
        if ancestor is None:
            break
        if path := own_path_of(ancestor):
            return path
        ancestor = ancestor.getparent()
    return ""


def _step(element: HtmlElement) -> str:
    tag = element.tag if _TAG.fullmatch(element.tag) else "*"
    name, classes = element.get("id"), element.get("class")
    if name and _is_stable(name):
        return f'{tag}[@id="{name}"]'
    if classes and _is_stable(classes):
        return f'{tag}[@class="{classes}"]'
    return tag if tag in _ROOTS or name or classes else f"{tag}[not(@id or @class)]"
