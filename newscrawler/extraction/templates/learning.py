"""What pages of one make teach: the place of the main text, and the lines round it that belong to no article.

The general rules name candidates, page by page. A candidate is judged on all pages: its body must hold the words of
their headlines nearly as well as any other candidate's does, and of those the one with the least text beside it wins.
So a place that is too wide, or that holds the story on a few pages only, loses although the general rules chose it
often.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from newscrawler.extraction.article import EDGE, Extraction, extract
from newscrawler.extraction.element_paths import unique_path_of
from newscrawler.extraction.model import ArticleOverrides, NotAnArticle, RawArticle
from newscrawler.extraction.page import Page
from newscrawler.extraction.selectors import select
from newscrawler.extraction.templates.evidence import shared_words
from newscrawler.extraction.templates.model import LONGEST_FURNITURE, MOST_FURNITURE, Template, is_path

PAGES = 16
"""Pages that are enough to learn from; more are not read."""
FEWEST = 3
"""The fewest articles that teach a template."""
LONGEST_PAGE = 500_000
"""Characters of a page that teaches."""
_MOST_CHARACTERS = 3_000_000
"""Characters of all pages together: a portal may send pages that take long to read."""
_FEWEST_VOTES = 2
"""Pages on which the general rules must have found a place; it is then judged on all."""
_MOST_CANDIDATES = 5
_PRESENT = 0.6
"""The share of the articles that must have the place."""
_NEARLY = 0.8
"""The share of the best candidate's words of headlines that another one must hold."""
_CONFIRMED = 0.25
"""The share of a headline's words that a body must hold to count for its place."""
_FEWEST_FURNITURE = 5
"""The fewest different articles that teach furniture; half of them must have the line."""
_MOST_SHARED = 0.2
"""The share of a body that lines of other articles may make up. Stories that share more are made by one pattern."""
_SHORTEST_FURNITURE = 4


@dataclass(slots=True)
class _Judged:
    """A candidate: the articles at its place, and what they hold."""

    path: str
    articles: list[RawArticle] = field(default_factory=list)
    pages: int = 0
    words: float = 0.0
    """The mean share of the headline's words."""
    size: float = 0.0
    """The mean number of characters of a body."""


def learn(pages: Iterable[Page], overrides: ArticleOverrides | None = None) -> Template | None:
    """Return the template of pages of one portal, or None if too few of them agree.

    The pages are read by the general rules, with the portal's own `overrides`. A page that is not an article teaches
    nothing. The same pages teach the same in any order. The time grows with the number of pages: at most six times that
    of reading them once.
    """
    own = overrides or ArticleOverrides()
    read: list[tuple[Page, Extraction]] = []
    votes: Counter[str] = Counter()
    for page in _bounded(pages):
        extraction = extract(page, own)
        article = extraction.article
        if isinstance(article, NotAnArticle):
            continue
        read.append((page, extraction))
        if shared_words(article.title.text, article.body) >= _CONFIRMED:
            votes[unique_path_of(extraction.container)] += 1
    named = sorted(((-count, path) for path, count in votes.items() if count >= _FEWEST_VOTES and is_path(path)))
    judged = [_judge(read, path, own) for _, path in named[:_MOST_CANDIDATES]]
    judged = [row for row in judged if row.pages >= _PRESENT * len(read)]
    best = max((row.words for row in judged), default=0.0)
    good = [row for row in judged if row.words >= _NEARLY * best]
    if not good or len(read) < FEWEST:
        return None
    chosen = min(good, key=lambda row: (row.size, row.path))
    return Template(chosen.path, len(read), votes[chosen.path], _furniture(chosen.articles))


def _bounded(pages: Iterable[Page]) -> list[Page]:
    """Return the pages that are read: as many as are enough, none that would take long."""
    chosen: list[Page] = []
    total = 0
    for page in sorted(pages, key=lambda page: (len(page.text), page.text)):
        total += len(page.text)
        if len(page.text) > LONGEST_PAGE or total > _MOST_CHARACTERS or len(chosen) == PAGES:
            break
        chosen.append(page)
    return chosen


def _judge(read: Sequence[tuple[Page, Extraction]], path: str, own: ArticleOverrides) -> _Judged:
    """Return the articles that a place holds, on how many pages it is, and what they hold of the headlines' words."""
    judged = _Judged(path)
    words: list[float] = []
    sizes: list[int] = []
    overrides = replace(own, body=path, learnt=own.learnt | {"body"})
    for page, general in read:
        found = select(page.root, path)
        if len(found) != 1:
            continue
        article = general.article if found[0] is general.container else extract(page, overrides).article
        if isinstance(article, NotAnArticle):
            words.append(0.0)
            continue
        judged.articles.append(article)
        words.append(shared_words(article.title.text, article.body))
        sizes.append(len(article.body))
    judged.pages = len(words)
    judged.words = sum(words) / max(1, len(words))
    judged.size = sum(sizes) / max(1, len(sizes))
    return judged


def _furniture(articles: Sequence[RawArticle]) -> tuple[str, ...]:
    """Return the lines that stand at an edge of the bodies of half of the articles, without those that name people."""
    # A story that is on the site twice would make its own lines look like furniture.
    distinct = {article.title.text: article for article in articles}
    distinct = {article.body: article for article in distinct.values()}
    if len(distinct) < _FEWEST_FURNITURE:
        return ()
    least = max(_FEWEST_FURNITURE, (len(distinct) + 1) // 2)
    counts = Counter(line for body in distinct for line in set(body.split("\n")))
    shared = {line for line, count in counts.items() if count >= least}
    shares = [sum(len(line) for line in body.split("\n") if line in shared) / max(1, len(body)) for body in distinct]
    if not shared or sum(shares) > _MOST_SHARED * len(shares):
        return ()
    at_edge: Counter[str] = Counter()
    naming: set[str] = set()
    for article in distinct.values():
        lines = article.body.split("\n")
        edges = {line for line in (*lines[:EDGE], *lines[-EDGE:]) if line in shared}
        at_edge.update(line for line in edges if _may_be_furniture(line, article))
        people = [credit.text for credit in article.credits if credit.text]
        naming.update(line for line in edges if any(text in line for text in people))
    known = sorted((-count, line) for line, count in at_edge.items() if count >= least and line not in naming)
    return tuple(line for _, line in known[:MOST_FURNITURE])


def _may_be_furniture(line: str, article: RawArticle) -> bool:
    is_text = _SHORTEST_FURNITURE <= len(line) <= LONGEST_FURNITURE
    return is_text and shared_words(article.title.text, line) < _CONFIRMED
