"""Blocks of articles beside the list of a page that may be the section's own: pictures, a second tab.

The addresses of their articles are like those of the list, with the same names of folders. Whether a block belongs to
the section or to the portal follows from the other pages of the crawl (`crawling.spider.unlisted_blocks`).
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from newscrawler.listings.article_urls import url_shape
from newscrawler.listings.link_lists import LinkList
from newscrawler.listings.list_evidence import count_below, is_choice

MOST = 20
"""Blocks of one page."""
_MOST_ARTICLES = 100


@dataclass(frozen=True, slots=True)
class BlockBeside:
    """A block of articles beside the main list."""

    path: str
    """Of tags and classes: the same on the other pages of the template."""
    urls: tuple[str, ...]
    """Of its articles, absolute."""


def blocks_beside(lists: Sequence[LinkList], entries: Set[str]) -> tuple[BlockBeside, ...]:
    """Return the blocks of a page with articles that are none of its entries, apart from rankings and the like.

    `lists` are all lists of articles, the main one first; `entries` the URLs of the page's entries.
    """
    if len(lists) < 2:
        return ()
    own = {url_shape(link.url, keeps_folders=True) for link in lists[0].links}
    below = count_below(lists)
    found = []
    for one in lists[1:]:
        urls = dict.fromkeys(link.url for link in one.links)
        has_others = any(url not in entries for url in urls)
        is_like = all(url_shape(url, keeps_folders=True) in own for url in urls)
        if has_others and is_like and not is_choice(one, below):
            found.append(BlockBeside(one.path, tuple(urls)[:_MOST_ARTICLES]))
    return tuple(found[:MOST])
