"""The headings of a newspaper's pages within one document, and which of them an article stands under."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from lxml.etree import _Element, iterwalk

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.edition_links import leads_to_file
from newscrawler.listings.page_labels import PageLabel, read_page_label

_LONGEST = 61
_MOST = 1_000
"""Headings that are read."""


class PageHeadings:
    """The labels of pages in a document.

    An edition on one page has a heading for each of its pages. Other documents show one page, beside the names of the
    others: links, options, or a row of names without an article between them, whatever a script does with it.
    """

    def __init__(self, root: _Element, articles: Sequence[_Element | None]) -> None:
        """Read the labels. `articles` are the elements of the links to articles; None for one in a script."""
        self._articles = articles
        self._holding = _with_ancestors(articles)
        self._order: dict[_Element, int] = {}
        self._below: dict[_Element, dict[str, PageLabel]] = {}
        """Labels below an element by their number; no more than two are kept."""
        found: list[tuple[_Element, int, PageLabel]] = []
        for place, element in enumerate(root.iter("*")):
            if element.tag in ("a", "area") or element.get("data-href"):
                self._order[element] = place
            text = (element.text or "").strip()
            if not text or len(text) > _LONGEST or element.tag in ("script", "style", "title", "option"):
                continue
            text = text_up_to(element, _LONGEST)
            if "版" not in text and ":" not in text and "：" not in text:
                continue
            label = read_page_label(_text_beside_files(element) if len(element) else text)
            if label is not None and len(found) < _MOST:
                self._add_below(element, label)
                if not _is_link(element):
                    found.append((element, place, label))
        rows = self._rows(found)
        found = [one for one in found if self._block_of(one[0]) not in rows]
        self._places = [place for _, place, _ in found]
        self._headings = [label for _, _, label in found]
        """Labels that are headings, in the order of the page."""

    def _add_below(self, element: _Element, label: PageLabel) -> None:
        node: _Element | None = element
        while node is not None:
            labels = self._below.setdefault(node, {})
            if len(labels) > 1:
                break
            labels.setdefault(label.number, label)
            node = node.getparent()

    def _block_of(self, element: _Element) -> _Element:
        """Return the largest element around a label that holds no article."""
        while (parent := element.getparent()) is not None and parent not in self._holding:
            element = parent
        return element

    def _rows(self, found: list[tuple[_Element, int, PageLabel]]) -> set[_Element]:
        """Return the blocks with the names of several pages and no article: menus."""
        numbers: dict[_Element, set[str]] = {}
        for element, _, label in found:
            if element not in self._holding:
                numbers.setdefault(self._block_of(element), set()).add(label.number)
        return {block for block, seen in numbers.items() if len(seen) > 1}

    @property
    def only(self) -> PageLabel | None:
        """The heading of a document that has one; None for one that has several."""
        return self._headings[0] if len({label.number for label in self._headings}) == 1 else None

    def labels(self) -> list[PageLabel | None]:
        """Return the labels of the pages that the articles stand under, None for each that shows none.

        All are None if the document shows one page. A link to the next page beside the articles is no heading.
        """
        labels = [self._label_of(element) for element in self._articles]
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


def _with_ancestors(elements: Iterable[_Element | None]) -> set[_Element]:
    holding: set[_Element] = set()
    for element in elements:
        node = element
        while node is not None and node not in holding:
            holding.add(node)
            node = node.getparent()
    return holding


def _is_link(element: _Element) -> bool:
    nodes = (element, *element.iterancestors())
    return any(node.get("data-href") or (node.tag == "a" and node.get("href")) for node in nodes)


def _text_beside_files(element: _Element) -> str:
    """Return the text of a heading without that of links to files in it: `A01版 要闻 <a href="1.pdf">PDF</a>`."""
    pieces: list[str] = []
    size = files = 0
    for event, node in iterwalk(element, events=("start", "end", "comment")):
        is_file = node is not element and node.tag == "a" and leads_to_file(node.get("href") or "")
        files += {"start": is_file, "end": -is_file}.get(event, 0)
        text = node.text if event == "start" else node.tail if node is not element else ""
        if text and not files:
            pieces.append(text)
            size += len(text)
        if size >= _LONGEST:
            break
    return "".join(pieces)[:_LONGEST]
