"""What speaks for a text being the article of its page: it repeats words of the headline, and is not made of links."""

from __future__ import annotations

from itertools import islice, pairwise

from lxml.html import HtmlElement

from newscrawler.extraction.html import text_up_to

_LONGEST_LINK = 200
_MOST_LINKS = 300
_MOST = 20_000
"""Characters of a text that are looked at."""


def shared_words(title: str, text: str) -> float:
    """Return which share (0 to 1) of the pairs of characters of a headline a text repeats."""
    wanted = _pairs(title)
    return len(wanted & _pairs(text[:_MOST])) / len(wanted) if wanted else 0.0


def _pairs(text: str) -> set[str]:
    return {a + b for a, b in pairwise(text) if a.isalnum() and b.isalnum()}


def linked_share(body: str, container: HtmlElement) -> float:
    """Return which share (0 to 1) of a body consists of the texts of links in its container."""
    links = {"".join(text_up_to(link, _LONGEST_LINK).split()) for link in islice(container.iter("a"), _MOST_LINKS)}
    text = "".join(body.split())
    linked = sum(len(link) * text.count(link) for link in links if link)
    return min(1.0, linked / len(text)) if text else 1.0
