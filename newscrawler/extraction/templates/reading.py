"""Reading a page with the templates of its portal. A template votes where the general rules are unsure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from lxml.html import HtmlElement

from newscrawler.extraction.article import extract
from newscrawler.extraction.model import ArticleOverrides, NoArticle, NotAnArticle, RawArticle
from newscrawler.extraction.page import Page
from newscrawler.extraction.selectors import select
from newscrawler.extraction.templates.evidence import linked_share, shared_words
from newscrawler.extraction.templates.model import Template

_NO_OVERRIDES = ArticleOverrides()
NEVER_SURE = frozenset({NoArticle.LISTING, NoArticle.NO_BODY, NoArticle.GALLERY, NoArticle.VIDEO})
"""Rejections for what a page lacks. The others rest on what it says: a login, an error."""
_MOST_LINKED = 0.3
"""The share of links in a main text of a page that the general rules reject."""


def read_with_template(
    page: Page, templates: Sequence[Template] = (), overrides: ArticleOverrides | None = None
) -> RawArticle | NotAnArticle:
    """Return the article of a page, as `extract_article` does, with the help of a template of its portal.

    Of several templates, the first whose place leads to exactly one element of the page counts: a portal that was
    redesigned has one for each design. None counts where the definition has a selector of its own for the body.
    """
    own = overrides or _NO_OVERRIDES
    template, container = _matching(page, templates) if not own.body else (None, None)
    if template is None or container is None:
        return extract(page, own).article
    own = replace(own, furniture=frozenset(template.furniture))
    found = extract(page, own)
    general = found.article
    if isinstance(general, RawArticle) and (
        found.container is container or not general.body_rule.startswith("generic:")
    ):
        return general  # the place is the same, or better known
    taught = extract(page, replace(own, body=template.body, learnt=own.learnt | {"body"})).article
    if isinstance(taught, NotAnArticle):
        return general
    if isinstance(general, NotAnArticle):
        return taught if _is_rescued(general, taught, container) else general
    return taught if _is_better(taught, general) else general


def has_template(page: Page, templates: Iterable[Template]) -> bool:
    """Tell whether a page has the place that one of the templates names."""
    return _matching(page, templates)[0] is not None


def _matching(page: Page, templates: Iterable[Template]) -> tuple[Template | None, HtmlElement | None]:
    """Return the first template whose place is exactly one element of the page, and that element."""
    for template in templates:
        found = select(page.root, template.body)
        if len(found) == 1 and isinstance(found[0], HtmlElement):
            return template, found[0]
    return None, None


def _is_rescued(rejection: NotAnArticle, taught: RawArticle, container: HtmlElement) -> bool:
    """Tell whether a page that the general rules reject is an article: it has date and text where others have them."""
    return (
        rejection.reason in NEVER_SURE
        and taught.published is not None
        and linked_share(taught.body, container) <= _MOST_LINKED
    )


def _is_better(taught: RawArticle, general: RawArticle) -> bool:
    """Tell whether the body at the template's place is more probably the article than the general one.

    Where other pages of the portal have their text is strong evidence. It is not enough where the place holds no word
    of the headline and the general body does.
    """
    if taught.body == general.body:
        return False
    title = general.title.text
    if shared_words(title, taught.body) > 0 or shared_words(title, general.body) == 0:
        return True
    return set(taught.body.split("\n")) <= set(general.body.split("\n"))
