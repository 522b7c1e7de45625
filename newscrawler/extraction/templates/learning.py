"""What pages of one make teach: the place of the main text.

The general rules name candidates, page by page. A candidate is judged on all pages: its body must hold the words of
their headlines nearly as well as any other candidate's does, and of those the one with the least text beside it wins.
So a place that is too wide, or that holds the story on a few pages only, loses although the general rules chose it
often.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from newscrawler.extraction.article import extract_article, main_container
from newscrawler.extraction.element_paths import unique_path_of
from newscrawler.extraction.model import ArticleOverrides, NotAnArticle
from newscrawler.extraction.page import Page
from newscrawler.extraction.selectors import select
from newscrawler.extraction.templates.evidence import shared_words
from newscrawler.extraction.templates.model import Template

PAGES = 16
"""Pages that are enough to learn from."""
FEWEST = 3
"""The fewest articles that teach a template."""
_FEWEST_VOTES = 2
"""Pages on which the general rules must have found a place; it is then judged on all."""
_MOST_CANDIDATES = 5
_PRESENT = 0.6
"""The share of the articles that must have the place."""
_NEARLY = 0.8
"""The share of the best candidate's words of headlines that another one must hold."""
_CONFIRMED = 0.25
"""The share of a headline's words that a body must hold to count for its place."""


def learn(pages: Iterable[Page], overrides: ArticleOverrides | None = None) -> Template | None:
    """Return the template of pages of one portal, or None if too few of them agree.

    The pages are read by the general rules, with the portal's own `overrides`. A page that is not an article teaches
    nothing. The time grows with the number of pages: about six times that of reading them once.
    """
    own = overrides or ArticleOverrides()
    articles: list[Page] = []
    votes: Counter[str] = Counter()
    for page in pages:
        article = extract_article(page, own)
        if isinstance(article, NotAnArticle):
            continue
        articles.append(page)
        if shared_words(article.title.text, article.body) >= _CONFIRMED:
            votes[unique_path_of(main_container(page, own))] += 1
    candidates = [path for path, count in votes.most_common(_MOST_CANDIDATES) if path and count >= _FEWEST_VOTES]
    judged = [(path, *_judge(articles, path, own)) for path in candidates]
    judged = [row for row in judged if row[1] >= _PRESENT * len(articles)]
    best = max((words for _, _, words, _ in judged), default=0.0)
    good = [(size, path) for path, _, words, size in judged if words >= _NEARLY * best]
    if not good or len(articles) < FEWEST:
        return None
    _, path = min(good)
    return Template(path, len(articles), votes[path])


def _judge(articles: Sequence[Page], path: str, own: ArticleOverrides) -> tuple[int, float, float]:
    """Return on how many pages a place is, and the means of the headline's words and of the characters it holds."""
    words: list[float] = []
    sizes: list[int] = []
    overrides = replace(own, body=path, learnt=own.learnt | {"body"})
    for page in articles:
        if len(select(page.root, path)) != 1:
            continue
        article = extract_article(page, overrides)
        if isinstance(article, NotAnArticle):
            words.append(0.0)
            continue
        words.append(shared_words(article.title.text, article.body))
        sizes.append(len(article.body))
    count = len(words)
    return count, sum(words) / max(1, count), sum(sizes) / max(1, len(sizes))
