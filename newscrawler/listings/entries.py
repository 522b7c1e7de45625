"""Reading a listing page: its entries with the dates beside them, without a selector.

A listing page has many links to articles: the list itself, the navigation, a ranking at the side, related sections at
the bottom. The structure of the list distinguishes it: its links stand in similar elements of one container path, most
with a date beside them. Portals often split one list into several `<ul>`s of the same class; these count as one,
because containers are compared by their path of tags and classes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urlsplit

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.extraction.selectors import select
from newscrawler.text.dates import IN_LISTING
from newscrawler.text.urls import resolve

MAX_LINKS = 5_000
"""The most links that are read of one page; a listing has some dozens, a hostile page may have a million."""

_ARTICLE_PATH = re.compile(
    r"""(?x)
      /(19|20)\d{2}[-/_]?(0[1-9]|1[0-2])([-/_]?[0-3]\d)?/ .*\d   # a date among the folders: /2019/0710/49629.shtml
    | /t(19|20)\d{6}_\d+                                         # TRS: t20230712_4450370.shtml
    | /(content|art|article|detail|show|view|news|a|p|c)[-_/]?\d{2,}  # content_123.htm, /article/123
    | content[-_]\d+([-_]\d+)*\.                                 # PHPCMS, Founder
    | /art_\d+_\d+\.                                             # JCMS
    | /info/\d+/\d+\.                                            # VSB
    | /c\d+-\d{5,}\.                                             # people.com.cn
    | /(?=[^/]*\d{4})[^/]*\.(s?html?|jspx?|aspx?|php)$           # a number of four digits or more before the suffix
    | /\d{5,}/?$                                                 # /12345
    """
)
_ARTICLE_QUERY = re.compile(r"(?i)(?:^|&)(?:id|aid|newsid|articleid|contentid|docid|infoid|nid|tid)=[\w-]+")
_LISTING_PATH = re.compile(r"(?i)(?:^|/)(?:index|list|node|default|page)(?:[-_]?\d)*(?:\.\w+)?$")
_PINNED = re.compile(r"置顶|^\s*[\[【(（]?顶[\]】)）]|\btop\b|zhiding", re.IGNORECASE)
_ITEM_TAGS = ("li", "tr", "dl", "article")
_LINKS_OF_AN_ITEM = 3
"""An item may contain a link to its section and one to its author, beside the link to the article."""
_LONGEST_ITEM = 2_000
"""The most characters of an item; an element with more is not an entry of a list."""
_NODES_OF_AN_ITEM = 200
_SPACE = re.compile(r"\s+")
_ELLIPSIS = ("...", "…", "..")


@dataclass(frozen=True, slots=True)
class ListingRules:
    """The rules of a portal's definition for its listings; all are optional."""

    entry: str | None = None
    next: str | None = None
    article_url: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of a listing."""

    url: str
    """Absolute."""
    title: str
    date_text: str
    """The date beside the link, as printed, or empty."""
    pinned: bool = False
    page: str = ""
    """The name of the newspaper page (版名), or empty."""
    page_no: str = ""
    """The number of the newspaper page (版次), or empty."""


@dataclass(slots=True)
class Link:
    """A link of a page. Only links to articles get an `item`, a `date_text` and a `path`."""

    element: _Element
    url: str
    title: str
    item: _Element
    """The highest element around the link that contains no link to another article."""
    date_text: str = ""
    path: str = ""


@dataclass(slots=True)
class _Group:
    """Links whose items are in containers of the same path."""

    links: list[Link] = field(default_factory=list)

    def weight(self) -> float:
        dated = sum(1 for link in self.links if link.date_text)
        characters = sum(min(len(link.title), 30) for link in self.links)
        return characters * (0.2 + dated / len(self.links))


def read_entries(root: _Element, base_url: str, rules: ListingRules, is_own: Callable[[str], bool]) -> list[Entry]:
    """Return the entries of a listing page in the order of the page, each URL once.

    `is_own(url)` tells whether a URL belongs to the portal; links of the list that lead elsewhere are returned too.
    """
    links = all_links = read_links(root, base_url)
    if rules.entry:
        wanted = _inside(select(root, rules.entry))
        links = [link for link in links if link.element in wanted]
        if rules.article_url:
            links = [link for link in links if rules.article_url.search(link.url) or not is_own(link.url)]
    else:
        links = [link for link in links if _is_article(link.url, rules, is_own)]
    _set_items(links, all_links)
    texts: dict[_Element, str] = {}
    for link in links:
        # Many links may share one item, which may be the whole page.
        if link.item not in texts:
            texts[link.item] = text_up_to(link.item, _LONGEST_ITEM + 1)
        link.date_text = _date_beside(link, texts[link.item])
    if not rules.entry:
        links = _main_list(links)
    entries: dict[str, Entry] = {}
    for link in links:
        entry = Entry(link.url, link.title, link.date_text, _is_pinned(link, texts[link.item]))
        known = entries.get(link.url)
        # A picture and its headline are two links to one article: the longer text is the title.
        if known is None or len(entry.title) > len(known.title):
            entries[link.url] = entry
    return [entry for entry in entries.values() if entry.title]


def read_links(root: _Element, base_url: str) -> list[Link]:
    """Return the links of a page that lead to http(s) URLs, with absolute URLs, in the order of the page."""
    links: list[Link] = []
    for element in root.iter("a"):
        url = resolve(base_url, element.get("href") or "")
        if url is None:
            continue
        links.append(Link(element, url.split("#", 1)[0] if "#/" not in url else url, _title(element), element))
        if len(links) >= MAX_LINKS:
            break
    return links


def _title(element: _Element) -> str:
    """Return the text of a link, its `title` attribute if the text is cut short, or the `alt` of an image."""
    text = _SPACE.sub(" ", text_up_to(element)).strip()
    attribute = _SPACE.sub(" ", element.get("title") or "").strip()
    if attribute and (not text or text.endswith(_ELLIPSIS)) and len(attribute) >= len(text.rstrip(".…")):
        return attribute
    if not text:
        return next((alt for image in element.iter("img") if (alt := (image.get("alt") or "").strip())), "")
    # Some layouts put the whole entry into the link, with the date.
    return _SPACE.sub(" ", IN_LISTING.sub("", text)).strip() if IN_LISTING.fullmatch(text[-10:].strip()) else text


def _is_article(url: str, rules: ListingRules, is_own: Callable[[str], bool]) -> bool:
    if rules.article_url and is_own(url):
        return rules.article_url.search(url) is not None
    return looks_like_article(url)


def looks_like_article(url: str) -> bool:
    """Tell whether a URL has one of the shapes that Chinese content systems give to articles."""
    parts = urlsplit(url)
    if _LISTING_PATH.search(parts.path) and not _ARTICLE_QUERY.search(parts.query):
        return False
    return _ARTICLE_PATH.search(parts.path) is not None or _ARTICLE_QUERY.search(parts.query) is not None


def _inside(elements: Sequence[_Element]) -> set[_Element]:
    """Return the links among these elements and inside of them."""
    return {link for element in elements for link in element.iter("a")}


def _set_items(links: list[Link], all_links: list[Link]) -> None:
    """Set the item of each link: the highest element around it that contains no link to another article.

    An item is at most a list item or a table row, and never contains a navigation.
    """
    articles_below = _urls_below(links, at_most=1)
    links_below = _urls_below(all_links, at_most=_LINKS_OF_AN_ITEM)
    for link in links:
        node = link.element
        parent = node.getparent()
        while (
            parent is not None
            and node.tag not in _ITEM_TAGS
            and parent.tag not in ("body", "html", "ul", "ol", "tbody", "table")
            and len(articles_below[parent]) <= 1
            and len(links_below[parent]) <= _LINKS_OF_AN_ITEM
        ):
            node, parent = parent, parent.getparent()
        link.item = node
        link.path = _path(node)


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


def _path(item: _Element) -> str:
    """Return tags and classes from the item upwards, without numbers: similar lists have equal paths."""
    parts = [item.tag]
    node = item.getparent()
    while node is not None and len(parts) < 30:
        parts.append(f"{node.tag}.{node.get('class') or ''}#{re.sub(r'[0-9]+', '', node.get('id') or '')}")
        node = node.getparent()
    return "/".join(parts)


def _date_beside(link: Link, text: str) -> str:
    """Return the date in the text of the link's item, outside of its title."""
    if len(text) > _LONGEST_ITEM:
        return ""
    inside = text_up_to(link.element)
    outside = text.replace(inside, " ", 1) if link.item is not link.element else text
    match = _last_date(outside) or (_last_date(inside) if inside.strip() != link.title else None)
    if match is None and link.item is not link.element:
        return ""
    if match is None:
        # Entries without an element of their own: the date follows directly after the link or in the next element.
        match = _last_date(link.element.tail or "")
        following = link.element.getnext()
        if match is None and following is not None and following.tag not in ("a", "br"):
            match = _last_date(text_up_to(following, 60))
    return match.group() if match else ""


def _last_date(text: str) -> re.Match[str] | None:
    matches = list(IN_LISTING.finditer(text[:4_000]))
    return matches[-1] if matches else None


def _main_list(links: list[Link]) -> list[Link]:
    """Return the links of the main list: the group with the most text and dates."""
    groups: dict[str, _Group] = {}
    for link in links:
        if link.title or link.date_text:
            groups.setdefault(link.path, _Group()).links.append(link)
    if not groups:
        return []
    best = max(groups.values(), key=_Group.weight)
    chosen = {id(link) for link in best.links}
    if any(link.date_text for link in best.links):
        # A pinned entry often has another style, but the same container and a date beside it.
        containers = {link.item.getparent() for link in best.links}
        chosen |= {id(link) for link in links if link.date_text and link.item.getparent() in containers}
    return [link for link in links if id(link) in chosen]


def _is_pinned(link: Link, text: str) -> bool:
    text = text[:300]
    nodes = islice(link.item.iter("*"), _NODES_OF_AN_ITEM)
    classes = " ".join(f"{node.get('class') or ''} {node.get('src') or ''}" for node in nodes if node.tag != "a")
    return _PINNED.search(text.replace(link.title, " ")) is not None or "置顶" in text or "zhiding" in classes
