"""Reading a page with the template of its portal. The template votes where the general rules are unsure."""

from __future__ import annotations

from dataclasses import replace

from lxml.html import HtmlElement

from newscrawler.extraction.article import extract_article
from newscrawler.extraction.model import ArticleOverrides, NoArticle, NotAnArticle, RawArticle
from newscrawler.extraction.page import Page
from newscrawler.extraction.selectors import select
from newscrawler.extraction.templates.evidence import linked_share, shared_words
from newscrawler.extraction.templates.model import Template

_NO_OVERRIDES = ArticleOverrides()
_NEVER_SURE = frozenset({NoArticle.LISTING, NoArticle.NO_BODY, NoArticle.GALLERY, NoArticle.VIDEO})
"""Rejections for what a page lacks. The others rest on what it says: a login, an error."""
_MOST_LINKED = 0.3
"""The share of links in a main text of a page that the general rules reject."""


def read_with_template(
    page: Page, template: Template | None, overrides: ArticleOverrides | None = None
) -> RawArticle | NotAnArticle:
    """Return the article of a page, as `extract_article` does, with the help of its portal's template.

    The template counts only where its place leads to exactly one element of the page, and where the definition has no
    selector of its own.
    """
    own = overrides or _NO_OVERRIDES
    general = extract_article(page, own)
    if template is None:
        return general
    container = _only(page, template.body) if not own.body else None
    if container is None:
        return general
    taught = extract_article(page, replace(own, body=template.body, learnt=own.learnt | {"body"}))
    if isinstance(taught, NotAnArticle):
        return general
    if isinstance(general, NotAnArticle):
        return taught if _is_rescued(general, taught, container) else general
    return taught if _is_better(taught, general) else general


def _only(page: Page, path: str) -> HtmlElement | None:
    """Return the element with a path if the page has exactly one."""
    found = select(page.root, path)
    return found[0] if len(found) == 1 and isinstance(found[0], HtmlElement) else None


def _is_rescued(rejection: NotAnArticle, taught: RawArticle, container: HtmlElement) -> bool:
    """Tell whether a page that the general rules reject is an article: it has date and text where others have them."""
    return (
        rejection.reason in _NEVER_SURE
        and taught.published is not None
        and linked_share(taught.body, container) <= _MOST_LINKED
    )


def _is_better(taught: RawArticle, general: RawArticle) -> bool:
    """Tell whether the body at the template's place is more probably the article than the general one.

    Where other pages of the portal have their text is strong evidence. It is not enough against a body that a content
    system's rule found, nor where the place holds no word of the headline and the general body does.
    """
    if taught.body == general.body or not general.body_rule.startswith("generic:"):
        return False
    title = general.title.text
    if shared_words(title, taught.body) > 0 or shared_words(title, general.body) == 0:
        return True
    return set(taught.body.split("\n")) <= set(general.body.split("\n"))
