"""The headings of a newspaper's pages within one document, and which of them an article stands under."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.page_labels import PageLabel, read_page_label

_LONGEST = 61
_MOST = 1_000
"""Headings that are read."""


class PageHeadings:
    """The labels of pages in a document.

    An edition on one page has a heading for each of its pages. Other documents show one page, beside the links to the
    others.
    """

    def __init__(self, root: _Element) -> None:
        self._order: dict[_Element, int] = {}
        self._below: dict[_Element, dict[str, PageLabel]] = {}
        """Labels below an element by their number; no more than two are kept."""
        self._places: list[int] = []
        self._headings: list[PageLabel] = []
        """Labels that are not links, in the order of the page."""
        for place, element in enumerate(root.iter("*")):
            if element.tag in ("a", "area") or element.get("data-href"):
                self._order[element] = place
            text = (element.text or "").strip()
            if not text or len(text) > _LONGEST or element.tag in ("script", "style", "title"):
                continue
            text = text_up_to(element, _LONGEST)
            label = read_page_label(text) if "版" in text or ":" in text or "：" in text else None
            if label is not None and len(self._headings) < _MOST:
                self._add(element, place, label)

    def _add(self, element: _Element, place: int, label: PageLabel) -> None:
        link = next((node for node in (element, *element.iterancestors()) if node.tag == "a"), None)
        href = (link.get("href") or link.get("data-href") or "") if link is not None else ""
        if not href:
            self._places.append(place)
            self._headings.append(label)
        node: _Element | None = element
        while node is not None:
            labels = self._below.setdefault(node, {})
            if len(labels) > 1:
                break
            labels.setdefault(label.number, label)
            node = node.getparent()

    @property
    def only(self) -> PageLabel | None:
        """The heading of a document that has one; None for one that has several."""
        return self._headings[0] if len({label.number for label in self._headings}) == 1 else None

    def labels_of(self, elements: Iterable[_Element | None]) -> list[PageLabel | None]:
        """Return the labels of the pages that the elements of links stand under, None for each that shows none.

        All are None if the document shows one page. A link to the next page beside the articles is no heading.
        """
        labels = [self._label_of(element) for element in elements]
        numbers = {label.number for label in labels if label is not None}
        are_headings = {label.number for label in self._headings} >= numbers
        return labels if are_headings or len(numbers) > 1 else [None] * len(labels)

    def _label_of(self, element: _Element | None) -> PageLabel | None:
        node = element
        while node is not None and node not in self._below:
            node = node.getparent()
        if element is None or node is None:
            return None
        if len(labels := self._below[node]) == 1:
            return next(iter(labels.values()))
        if len({label.number for label in self._headings}) == 1:
            return None
        before = bisect_right(self._places, self._order.get(element, 0))
        return self._headings[before - 1] if before else None
