"""What of a page is not displayed, and what of that is part of the story: a rest to unfold, a page or tab to choose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice

from lxml.html import HtmlElement

from newscrawler.extraction.html import text_up_to

_NOT_DISPLAYED = re.compile(r"display\s{0,3}:\s{0,3}none", re.I)
_UNFOLDS = re.compile(
    r"\W{0,8}(?:(?:点击|点此)?(?:展开|阅读|查看|显示)(?:余下|剩余|剩下|全部)?的?(?:全文|内容|正文|更多)?"
    r"|(?:点击|点此)?(?:展开|阅读|查看|显示)?(?:余下|剩余|剩下)的?(?:全文|内容|正文|\s?\d{1,2}\s?%))\W{0,8}"
)
_LONGEST_BUTTON = 20
_PARTS = frozenset({"div", "section", "article", "li", "dd"})
"""Elements that hold the pages or tabs of a story. A hidden paragraph among others is a remark of the publisher."""
_MOST_HIDDEN = 500
_MOST_SIBLINGS = 12
_MOST_LINKS = 20
_MOST_CHILDREN = 6
_LONGEST_HEADING = 60
_SHORTEST_TEXT = 10
_LOOKED_AT = 2_000
_FIGURES = re.compile(r"\d+")


class HiddenElements:
    """Tells which elements of one page are not displayed and hold no part of the story.

    A part of the story has a button beside it that unfolds it, or is one of several like elements with text: the
    reader chooses one of them, or a heading above each unfolds it, as questions do their answers. What is known of an
    element is kept, since its neighbours ask for it, too. No story has hundreds of hidden parts: behind these all that
    is not displayed is hidden.
    """

    __slots__ = ("_left", "_names", "_texts")

    def __init__(self) -> None:
        self._left = _MOST_HIDDEN
        self._names: dict[HtmlElement, frozenset[str]] = {}
        self._texts: dict[HtmlElement, bool] = {}

    def holds(self, element: HtmlElement, style: str) -> bool:
        """Tell whether an element is one of them. `style` is its attribute."""
        if not _is_not_displayed(style):
            return False
        self._left -= 1
        return self._left < 0 or not (
            _is_unfolded_by_button(element) or self._is_one_of_parts(element) or self._is_below_one_of_headings(element)
        )

    def _is_one_of_parts(self, element: HtmlElement) -> bool:
        """Tell whether an element with running text has the name of a displayed sibling that has some, too."""
        names = self._names_of(element) if element.tag in _PARTS else None
        if not names or not self._holds_text(element):
            return False
        return any(
            other.tag == element.tag
            and not _is_not_displayed(other.get("style"))
            and self._names_of(other) & names
            and self._holds_text(other)
            for other in _siblings(element)
        )

    def _is_below_one_of_headings(self, element: HtmlElement) -> bool:
        """Tell whether a hidden element with running text and one like it each stand directly below a short text."""
        if element.tag not in _PARTS or not self._is_below_heading(element):
            return False
        names, parent = self._names_of(element), element.getparent()
        if not names or parent is None:
            return False
        own = self._names_of(parent)
        like_parents = (o for o in _siblings(parent) if o.tag == parent.tag and self._names_of(o) == own)
        cousins = (child for other in like_parents for child in islice(other, _MOST_CHILDREN))
        return any(
            other.tag == element.tag and self._names_of(other) & names and self._is_below_heading(other)
            for other in chain(_siblings(element), cousins)
            if isinstance(other, HtmlElement)
        )

    def _is_below_heading(self, element: HtmlElement) -> bool:
        heading = element.getprevious()
        if not isinstance(heading, HtmlElement) or _is_not_displayed(heading.get("style")):
            return False
        text = text_up_to(heading, _LONGEST_HEADING + 1).strip()
        is_short = 1 < len(text) <= _LONGEST_HEADING and next(heading.iter("a"), None) is None
        return is_short and _is_not_displayed(element.get("style")) and self._holds_text(element)

    def _names_of(self, element: HtmlElement) -> frozenset[str]:
        """Return the classes of an element and its id, without figures: `page2` is called like `page1`."""
        names = self._names.get(element)
        if names is None:
            printed = f"{element.get('id') or ''} {element.get('class') or ''}"
            names = self._names[element] = frozenset(_FIGURES.sub("", printed).split())
        return names

    def _holds_text(self, element: HtmlElement) -> bool:
        """Tell whether an element holds a sentence, and enough characters that are no links."""
        known = self._texts.get(element)
        if known is None:
            text = text_up_to(element, _LOOKED_AT)
            known = "。" in text and _own_size(element, text) >= _SHORTEST_TEXT
            self._texts[element] = known
        return known


def _own_size(element: HtmlElement, text: str) -> int:
    """Return how many characters of a text stand in no link."""
    linked = sum(len(text_up_to(link, _LOOKED_AT)) for link in islice(element.iter("a"), _MOST_LINKS))
    return len("".join(text.split())) - linked


def _is_not_displayed(style: str | None) -> bool:
    return style is not None and "none" in style and _NOT_DISPLAYED.search(style) is not None


def _is_unfolded_by_button(element: HtmlElement) -> bool:
    beside = (element.getprevious(), element.getnext())
    return any(
        isinstance(other, HtmlElement) and _UNFOLDS.fullmatch(text_up_to(other, _LONGEST_BUTTON + 1).strip())
        for other in beside
    )


def _siblings(element: HtmlElement) -> Iterator[HtmlElement]:
    """Yield some elements before one and some behind it, the nearest first."""
    for before in (True, False):
        siblings = islice(element.itersiblings(preceding=before), _MOST_SIBLINGS)
        yield from (other for other in siblings if isinstance(other, HtmlElement))
