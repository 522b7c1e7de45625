"""The pages of an article that runs over several, read one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from newscrawler.extraction.article import join_pages
from newscrawler.extraction.model import RawArticle
from newscrawler.extraction.pagers import MOST_PAGES


@dataclass(slots=True)
class ArticlePages:
    """What was read of an article, and which of its pages are still to be read.

    A pager may name the next page only, or a few pages round its own and the last one. So each page that was read says
    which pages follow it.
    """

    parts: list[RawArticle] = field(default_factory=list)
    """The pages that were read, in order."""
    _asked: set[str] = field(default_factory=set)
    _left: list[str] = field(default_factory=list)

    def add(self, raw: RawArticle, url: str, following: Iterable[str]) -> str | None:
        """Take a page that was read at a URL; return the URL of the next page to read, None behind the last one.

        `following` are the pages that it names after itself (`RawArticle.next_pages`), those of the portal alone.
        """
        self._asked.add(url)
        if not self.parts or raw.body != self.parts[-1].body:
            self.parts.append(raw)
            self._left = list(dict.fromkeys((*following, *self._left)))
        # Else it is the same page again: under a second address, or sent by the portal behind the last page.
        self._left = [page for page in self._left if page not in self._asked]
        if not self._left or len(self._asked) >= MOST_PAGES:
            return None
        following_url = self._left.pop(0)
        self._asked.add(following_url)
        return following_url

    @property
    def whole(self) -> RawArticle:
        """The article with all pages that were read."""
        return join_pages(self.parts[0], self.parts[1:]) if len(self.parts) > 1 else self.parts[0]
