"""The links of a listing page: where they lead, what they are called, which list item they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import has_children, text_up_to
from newscrawler.listings.day_words import NEIGHBOURS
from newscrawler.listings.names_and_addresses import is_address
from newscrawler.text.dates import IN_LISTING
from newscrawler.text.split_dates import find_split_date
from newscrawler.text.urls import resolve

HEADLINE = 10
"""Han characters of a title that is a headline, whatever its address says."""
MAX_LINKS = 5_000
"""The most links that are read of one page; a listing has some dozens, a hostile page may have a million."""
LONGEST_ITEM = 2_000
"""The most characters of an item; an element with more is not an entry of a list."""

_ITEM_TAGS = ("li", "tr", "dl", "article")
_CONTAINER_TAGS = ("body", "html", "ul", "ol", "tbody", "table")
_LINKS_OF_AN_ITEM = 3
"""An item may contain a link to its section and one to its author, beside the link to the article."""
_ROW_TAGS = ("div", "li", "tr", "td", "dl", "dd", "p", "article", "section", "span", "h2", "h3", "h4")
_ROW_ADDRESSES = ("data-href", "data-url", "data-link")
LOCATION = re.compile(
    r"(?:location(?:\.href)?\s{0,5}=|location\.(?:assign|replace)\(|(?<!\w)open\()\s{0,5}['\"]([^'\"\s]{1,500})['\"]"
)
"""Code of a click that goes to an address: a row with it is a link."""
_MAX_ELEMENTS = 100_000
_LEAST_OF_A_ROW = 4
"""Han characters of the title of a row."""
_LONGEST_TITLE = 300
_MOST_TEXTS = 200
"""Texts of a link among which a date is looked for."""
_OF_A_PAGER = re.compile(
    r"(?i)[\s<>＜＞«»‹›←→\[\]【】|]*(?:[上下前后]一?页|[首尾末]页|第一页|最后一?页|第?\d{1,5}页?|prev(?:ious)?|next"
    r"|(?:更早|较早|更旧|较旧|早前|早期|早先|以前|较新|更新)的?(?:文章|新闻|内容|信息|消息|报道|稿件|日志)"
    rf"|(?:older|newer)\s?(?:posts|entries|articles|news)|{NEIGHBOURS}"
    r"|(?:19|20)\d\d\s?(?:年(?:度)?(?:\s?\d{1,2}\s?月(?:份)?)?|[-/.]\d{1,2}))?[\s<>＜＞«»‹›←→\[\]【】|]*"
)
_SPACE = re.compile(r"\s+")
_ELLIPSIS = ("...", "…", "..")
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(slots=True)
class Link:
    """A link of a page. Only links that may be entries get an `item`, a `date_text` and a `path`."""

    element: _Element
    url: str
    title: str
    item: _Element
    """The highest element around the link that contains no other link of its kind."""
    date_text: str = ""
    path: str = ""
    is_beside: bool = False
    """Whether it is an entry by its address alone: it stands in a ranking, say, and not in the list."""


def read_links(root: _Element, base_url: str) -> list[Link]:
    """Return the links of a page that lead to http(s) URLs, with absolute URLs, in the order of the page.

    An element with an address in `data-href` or `onclick` that holds no link is a link, too: scripts make rows of them.
    """
    links: list[Link] = []
    for element in islice(root.iter("a", *_ROW_TAGS), _MAX_ELEMENTS):
        if element.tag == "a":
            url = resolve(base_url, element.get("href") or "")
            title = link_title(element) if url is not None else ""
        else:
            url = _address_of_row(element, base_url) if element.attrib else None
            title = _title_of_row(element) if url is not None else ""
        if url is None:
            continue
        links.append(Link(element, url.split("#", 1)[0] if "#/" not in url else url, title, element))
        if len(links) >= MAX_LINKS:
            break
    return links


def _address_of_row(element: _Element, base_url: str) -> str | None:
    """Return the URL to which a click on an element leads that is no link and holds none."""
    address = next((value for name in _ROW_ADDRESSES if (value := element.get(name))), "")
    if not address and (code := LOCATION.search(element.get("onclick") or "")):
        address = code[1]
    if not is_address(address.strip()) or any(link.get("href") for link in islice(element.iter("a"), 20)):
        return None
    return resolve(base_url, address)


def _title_of_row(element: _Element) -> str:
    """Return the first text of a row that may be a title: neither a date nor a word."""
    pieces = (_SPACE.sub(" ", str(piece)).strip() for piece in islice(element.itertext(), 50))
    own = next((piece for piece in pieces if title_weight(IN_LISTING.sub("", piece)) >= _LEAST_OF_A_ROW), "")
    return (element.get("title") or own)[:_LONGEST_TITLE].strip()


def link_title(element: _Element) -> str:
    """Return the text of a link, its `title` attribute if the text is cut short, or the `alt` of an image."""
    text = _SPACE.sub(" ", _without_split_date(element)).strip()
    attribute = _SPACE.sub(" ", element.get("title") or "").strip()
    if attribute and (not text or text.endswith(_ELLIPSIS)) and len(attribute) >= len(text.rstrip(".…")):
        return attribute
    if not text:
        return next((alt for image in element.iter("img") if (alt := (image.get("alt") or "").strip())), "")
    # Some layouts put the whole entry into the link, with the date.
    return _SPACE.sub(" ", IN_LISTING.sub("", text)).strip() if IN_LISTING.fullmatch(text[-10:].strip()) else text


def _without_split_date(element: _Element) -> str:
    """Return the text of a link without a date in several elements that stands before or behind the rest."""
    if not has_children(element):
        return text_up_to(element)
    texts = [str(text) for text in islice(element.itertext(), _MOST_TEXTS)]
    if (date := find_split_date(texts)) and not (
        any(map(str.strip, texts[: date.first])) and any(map(str.strip, texts[date.last + 1 :]))
    ):
        return " ".join([*texts[: date.first], *texts[date.last + 1 :]])
    return text_up_to(element)


def is_of_pager(title: str) -> bool:
    """Whether a title is a word of a pager: 上一页, a number, a month. An empty one is none."""
    return bool(title) and _OF_A_PAGER.fullmatch(title) is not None


def title_weight(title: str) -> int:
    """Return the length of a title in Han characters; two other characters count as one."""
    han = len(_HAN.findall(title))
    return han + (len(title) - han) // 2


def headlines_below(block: _Element, at_most: int) -> int:
    """Return how many of the first links below an element are headlines."""
    texts = (text_up_to(link, 60).strip() for link in islice(block.iter("a"), at_most))
    return sum(1 for text in texts if title_weight(text) >= HEADLINE)


def set_items(links: list[Link], all_links: list[Link], path_before: str = "") -> None:
    """Set the item of each link: the highest element around it that contains none of the other `links`.

    An item is at most a list item or a table row, and never contains a navigation. Where the items of the page before
    had the path `path_before`, it is no higher than they were: the only row of a last page is not the whole list.
    """
    entries_below = _urls_below(links, at_most=1)
    links_below = _urls_below(all_links, at_most=_LINKS_OF_AN_ITEM)
    for link in links:
        node = link.element
        parent = node.getparent()
        while (
            parent is not None
            and node.tag not in _ITEM_TAGS
            and parent.tag not in _CONTAINER_TAGS
            and len(entries_below[parent]) <= 1
            and len(links_below[parent]) <= _LINKS_OF_AN_ITEM
            and not _has_path(node, path_before)
        ):
            node, parent = parent, parent.getparent()
        link.item = node
        link.path = _path(node)


def set_titles(links: Iterable[Link]) -> None:
    """Set the title of links without one, such as pictures, to the text of their item, which has no other link."""
    for link in links:
        if not link.title and link.item is not link.element and link.item.tag in _ROW_TAGS:
            link.title = _title_of_row(link.item)


def _urls_below(links: list[Link], at_most: int) -> dict[_Element, set[str]]:
    """Map each element to the URLs of the links below it; a set stops growing at `at_most` + 1."""
    below: dict[_Element, set[str]] = {}
    for link in links:
        node: _Element | None = link.element
        while node is not None:
            urls = below.setdefault(node, set())
            if len(urls) > at_most:
                break
            urls.add(link.url)
            node = node.getparent()
    return below


def _has_path(item: _Element, path: str) -> bool:
    parent = item.getparent()
    if parent is None or not path.startswith(f"{item.tag}/{parent.tag}."):
        return False
    return _path(item) == path


def _path(item: _Element) -> str:
    """Return tags and classes from the item upwards, without numbers: similar lists have equal paths."""
    parts = [item.tag]
    node = item.getparent()
    while node is not None and len(parts) < 30:
        parts.append(f"{node.tag}.{node.get('class') or ''}#{re.sub(r'[0-9]+', '', node.get('id') or '')}")
        node = node.getparent()
    return "/".join(parts)
