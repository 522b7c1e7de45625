"""One list in two or three columns: cells or blocks side by side, each with a class of its own.

Lists whose containers have the same path are one anyway (`link_lists`). Others belong to the main list when everything
but names of classes says so: the same elements around them, addresses of the same shapes, dates beside both or neither,
and no text but a day or 广告 between the end of one and the beginning of the other. A ranking has a heading there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.article_urls import url_shape
from newscrawler.listings.link_lists import LinkList
from newscrawler.listings.links import Link

MOST = 40
"""Parts of one list."""
MOST_LEADS = 6
"""Links of lead stories: of three articles, each a picture and a headline."""
_NEAREST = 6
"""Elements above a link below which the columns have a common one."""
_MOST_BETWEEN = 200
_NAMES = re.compile(r"\.[^/]*")
_NO_HEADING = re.compile(
    r"(?:(?:19|20)?\d\d\s?[-年./])?\s?\d{1,2}\s?[-月./]\s?\d{1,2}\s?日?|[(（]?(?:星期|周)[一二三四五六日天][)）]?|今天|昨天|前天|广告"
)
"""Texts that may stand between the parts of one list: the day of those below."""
_TEXT = re.compile(r"[\w\u4e00-\u9fff]{2}")


def columns_of(main: LinkList, lists: Sequence[LinkList]) -> list[Link]:
    """Return the links of the main list and of its other columns, if it has any, in the order of the lists.

    `lists` are the lists of articles of the page.
    """
    columns, left = [main], [one for one in lists if one is not main and not one.is_choice and _is_like(main, one)]
    found = True
    while found and left and len(columns) < MOST:
        found = False
        for one in left:
            if any(_is_beside(column, one) or _is_beside(one, column) for column in columns):
                columns.append(one)
                left.remove(one)
                found = True
                break
    return [link for column in columns for link in column.links]


def leads_above(main: LinkList, lists: Sequence[LinkList]) -> list[Link]:
    """Return the links of lead stories: a headline or some pictures directly above the main list, in its block.

    They have elements of their own, and addresses like those of the list.
    """
    block = main.links[0].item.getparent()
    for one in lists:
        if (
            one is main
            or one.is_choice
            or len(one.links) > MOST_LEADS
            or not _has_shapes(main, one)
            or not _is_beside(one, main)
        ):
            continue
        around = None if block is None else block.getparent()
        if around is not None and around.tag not in ("body", "html") and around in one.links[0].element.iterancestors():
            return one.links
    return []


def _is_like(main: LinkList, other: LinkList) -> bool:
    """Whether elements, addresses and dates of two lists are alike."""
    if _NAMES.sub("", main.path) != _NAMES.sub("", other.path) or (main.dated >= 0.5) != (other.dated >= 0.5):
        return False
    return _has_shapes(main, other)


def _has_shapes(main: LinkList, other: LinkList) -> bool:
    """Whether most addresses of a list have a shape of the main one's. Single ones may lie elsewhere."""
    shapes = {url_shape(link.url) for link in main.links}
    return sum(url_shape(link.url) in shapes for link in other.links) * 2 > len(other.links)


def _is_beside(first: LinkList, second: LinkList) -> bool:
    """Whether the second list begins where the first one ends."""
    end, start = first.links[-1].item, second.links[0].element
    above = list(islice(end.iterancestors(), _NEAREST))
    common = next((node for node in islice(start.iterancestors(), _NEAREST) if node in above), None)
    if common is None:
        return False
    text = "".join(islice(_between(end, start, common), _MOST_BETWEEN))
    return _TEXT.search(_NO_HEADING.sub(" ", text)) is None


def _between(end: _Element, start: _Element, common: _Element) -> Iterator[str]:
    """Yield the texts after one element and before another one; it stops early if the second one comes first."""
    node = end
    while node.getparent() is not common:
        yield node.tail or ""
        yield from (text_up_to(sibling, 50) + (sibling.tail or "") for sibling in node.itersiblings())
        node = node.getparent()  # type: ignore[assignment]
    yield node.tail or ""
    path = [start, *start.iterancestors()]
    for sibling in node.itersiblings():
        if sibling in path:
            break
        yield text_up_to(sibling, 50) + (sibling.tail or "")
    else:
        yield "another order"
        return
    node = sibling
    while node is not start:
        yield node.text or ""
        for child in node:
            if child in path:
                node = child
                break
            yield text_up_to(child, 50) + (child.tail or "")
