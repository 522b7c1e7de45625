"""What belongs to a section by the folder of its articles: lists, and links that stand outside of its list."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from newscrawler.listings.article_urls import looks_like_article, url_shape
from newscrawler.listings.link_lists import LinkList
from newscrawler.listings.links import HEADLINE, Link, is_of_pager, title_weight

INDEX = re.compile(r"(?:(?:index|default)\.\w{2,6})?", re.IGNORECASE)
"""What an address has behind that of its folder, if it is the folder's first page."""


def lists_of_own_folder(lists: list[LinkList], start: str) -> list[LinkList]:
    """Return the lists that may be the section's own by the folder of their articles.

    Where a portal keeps the articles of each section in the section's folder (`/yc/2024/05/1.html` below `/yc/`),
    a list of addresses of the same form in other folders is that of other sections: a ranking of the whole portal.
    `start` is the address of the section's folder, empty if it has none (`own_folder`).
    """
    if not start:
        return lists
    level = urlsplit(start).path.count("/")
    own = [one for one in lists if sum(link.url.startswith(start) for link in one.links) * 2 > len(one.links)]
    forms = {_form_below(link.url, level) for one in own for link in one.links if link.url.startswith(start)} - {""}
    foreign = {
        id(one)
        for one in lists
        if not any(link.url.startswith(start) for link in one.links)
        and all(_form_below(link.url, level) in forms for link in one.links)
    }
    return [one for one in lists if id(one) not in foreign]


def own_folder(page_url: str, links: Iterable[Link], others: Iterable[str]) -> str:
    """Return the address of the folder that is a section's own; empty if other sections lie in the folder of its page.

    `links` are all links of the page, `others` the addresses of other cities' sections: no page needs to name them.
    """
    folder = folder_of(page_url)
    is_shared = not folder or any(other.startswith(folder) for other in others) or _is_shared(page_url, links)
    return "" if is_shared else folder


def folder_of(page_url: str) -> str:
    """Return the address of a page's folder; empty if that is the whole host."""
    folder = page_url.partition("?")[0].rpartition("/")[0] + "/"
    return "" if urlsplit(folder).path in ("", "/") else folder


def _form_below(url: str, level: int) -> str:
    """Return the form of an address below its first folders; empty if it is not an address of an article."""
    parts = urlsplit(url)
    below = parts.path.split("/", level)
    if len(below) <= level or not below[level] or not looks_like_article(url):
        return ""
    return url_shape(f"{parts.scheme}://{parts.netloc}/{below[level]}")


def _is_shared(page_url: str, links: Iterable[Link]) -> bool:
    """Whether a folder holds other sections: a query names that of the page, or it names others of its form."""
    address, is_query, _ = page_url.partition("?")
    if is_query and not INDEX.fullmatch(address.rpartition("/")[2]):
        return True
    own, shape = page_url.partition("#")[0], url_shape(page_url, keeps_folders=True)
    named = (one for one in links if one.title and not is_of_pager(one.title) and title_weight(one.title) < HEADLINE)
    return any(url_shape(one.url, keeps_folders=True) == shape and one.url != own for one in named)


def members_by_address(links: list[Link], lists: list[LinkList], page_url: str, folder: str) -> set[int]:
    """Return the links outside of the list that are its articles by their address.

    A lead story, a strip of pictures or a second column has another style. Its articles have the shape of the list's
    addresses, and lie in the folder of the section itself, where those of other sections do not. Where the page is the
    index of its folder, lists of articles that all lie below it are the section's own, too. A folder of several
    sections says nothing: /plus/view.php?aid=7 below /plus/list.php?tid=3. `lists` are those of the page, the main one
    first; `folder` is the section's own, or empty (`own_folder`).
    """
    if not folder:
        return set()
    shapes = {url_shape(link.url) for link in lists[0].links if link.url.startswith(folder)}
    own = {id(link) for link in links if link.url.startswith(folder) and url_shape(link.url) in shapes}
    if INDEX.fullmatch(page_url.removeprefix(folder)):
        below = [one for one in lists[1:] if all(link.url.startswith(folder) for link in one.links)]
        own |= {id(link) for one in below for link in one.links}
    return own
