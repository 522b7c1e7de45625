"""Headings of a front page's columns that stand in the first row of the list below them.

`<table><tr><td><a href="/xw/">要闻</a></td></tr><tr><td><a …>` and `<ul><li class="t"><a …>`: heading and entries are
rows of one list, and nothing but the row's place and its address tells which is which.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.article_urls import looks_like_article, url_shape
from newscrawler.listings.links import HEADLINE, Link, is_of_pager, title_weight

_LISTS = ("table", "tbody", "ul", "ol", "dl")
_ROWS = ("tr", "li", "dt")
_MOST_WRAPPERS = 6
"""Elements around the link of a heading, up to its row: `<tr><td><font><b><a>`."""
_MOST_ROWS = 60
_LEAST, _LONGEST = 2, 8
"""Han characters of the name of a column."""
_LEAST_HEADLINES = 3
_LEAST_LISTS = 2
"""Lists of a page alike that begin with such a row. One alone may begin with anything."""
_DECORATION = re.compile(r"^[\s·•|■◆]+|[\s>＞»›|]+$")


def headings_in_rows(links: Sequence[Link]) -> dict[_Element, _Element]:
    """Map the link of each heading to the list whose first row it is. `links` are those of the page.

    Such a row shows nothing but the link, which has a short name and an address of another form than the links of all
    rows below. Several lists of the page, with the same markup, begin with one.
    """
    by_element = {link.element: link for link in links}
    found: dict[_Element, _Element] = {}
    kinds: dict[_Element, tuple[str, ...]] = {}
    for link in links:
        if not _LEAST <= title_weight(link.title) <= _LONGEST or is_of_pager(link.title):
            continue
        row = _row_of(link)
        around = row.getparent() if row is not None else None
        if row is None or around is None or not _heads(link, row, by_element):
            continue
        found[link.element] = around
        kinds[link.element] = (str(around.tag), around.get("class") or "", str(row.tag), row.get("class") or "")
    addresses = {link.element: link.url for link in links if link.element in found}
    alike = Counter(kind for kind, _ in {(kinds[element], url) for element, url in addresses.items()})
    return {element: around for element, around in found.items() if alike[kinds[element]] >= _LEAST_LISTS}


def _row_of(link: Link) -> _Element | None:
    """Return the first row of a list whose only content is a link; None if there is none."""
    for node in islice(link.element.iterancestors(), _MOST_WRAPPERS):
        if _DECORATION.sub("", text_up_to(node, 60)) != link.title:
            return None
        around = node.getparent()
        if node.tag in _ROWS and around is not None and around.tag in _LISTS:
            return None if _has_before(node) or (around.tag == "tbody" and _has_before(around)) else node
    return None


def _has_before(element: _Element) -> bool:
    return any(text_up_to(one, 1).strip() for one in islice(element.itersiblings("*", preceding=True), _MOST_ROWS))


def _heads(heading: Link, row: _Element, links: dict[_Element, Link]) -> bool:
    """Whether the rows below a row show headlines that lead to pages of another form, and no further heading."""
    shape, headlines = url_shape(heading.url, keeps_folders=True), 0
    for below in islice(row.itersiblings("*"), _MOST_ROWS):
        of_row = list(_links_in(below, links))
        if any(url_shape(one.url, keeps_folders=True) == shape for one in of_row):
            return False
        headlines += any(_is_headline(one) for one in of_row)
        if of_row and not any(map(_is_headline, of_row)):
            return False
    return headlines >= _LEAST_HEADLINES


def _links_in(row: _Element, links: dict[_Element, Link]) -> Iterator[Link]:
    return (links[element] for element in islice(row.iter(), _MOST_ROWS) if element in links)


def _is_headline(link: Link) -> bool:
    return title_weight(link.title) >= HEADLINE or (title_weight(link.title) > _LEAST and looks_like_article(link.url))
