"""A template: where the pages of one portal hold their main text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Template:
    """What pages of one make agree on."""

    body: str
    """The container of the main text, an XPath without positions (`newscrawler.extraction.element_paths`)."""
    pages: int
    """The articles from which it was learnt."""
    votes: int
    """On how many of them the general rules found this container."""
