"""Lines of `[article.json]`, from the requests by which pages of articles got their text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from newscrawler.crawling.browser.observation import DataRequest, LoadedPage
from newscrawler.extraction.json_article import JsonFields, read_json_page
from newscrawler.extraction.json_proposal import propose_fields
from newscrawler.extraction.model import NotAnArticle
from newscrawler.extraction.repair import KnownValues, is_same_time, share_of_lines
from newscrawler.normalization.article import Article
from newscrawler.normalization.dates import parse_published
from newscrawler.portals import Portal
from newscrawler.reading import extract_raw_article, finish_article, read_article
from newscrawler.text.address_templates import address_from, values_of
from newscrawler.text.clock import CHINA
from newscrawler.text.json_data import parse_json

FEWEST_PAGES = 2
"""Fewer pages do not show which parts of an address change."""
SAME_BODY = 0.9
"""The share of their characters that two bodies must have in common, of each of them."""
_OPTIONAL = ("source", "published", "editors", "authors")
_ID = re.compile(r"[A-Za-z0-9_-]{2,100}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ArticleProposal:
    """How articles are read without a browser."""

    pages: int
    """Pages whose article the proposal reads as the browser showed it."""
    needs_script: bool = True
    """Whether the pages as the server sent them lack their text. All below is empty if they do not."""
    pattern: str = ""
    """`article.url`; empty if the definition's own serves."""
    url: str = ""
    """`article.json.url`."""
    headers: tuple[tuple[str, str], ...] = ()
    fields: JsonFields | None = None
    left_out: tuple[str, ...] = ()
    """Fields that the page shows and the data does not give."""


@dataclass(frozen=True, slots=True)
class _Page:
    """A page of an article, and what the browser showed of it."""

    url: str
    page: LoadedPage
    article: Article


def propose_article(portal: Portal, pages: Sequence[tuple[str, LoadedPage]]) -> ArticleProposal | str:
    """Return how articles are read without a browser, or why they are not."""
    known = []
    for url, page in pages:
        article = read_article(page.document, portal, url=url, content_type="text/html; charset=utf-8")
        if not isinstance(article, NotAnArticle):
            known.append(_Page(url, page, article))
    if len(known) < FEWEST_PAGES:
        return f"the browser showed {len(known)} articles; {FEWEST_PAGES} are needed to compare their requests"
    sent = [read_article(one.page.sent, portal, url=one.url, content_type=one.page.content_type) for one in known]
    if all(_is_same(one.article, other) for one, other in zip(known, sent, strict=True)):
        return ArticleProposal(len(known), needs_script=False)
    reason = "no answer to their scripts has title and text of an article"
    for request in known[0].page.requests:
        fields = _fields(portal, known[0], request)
        if fields is None:
            continue
        if request.method == "POST":
            reason = f"their text comes by POST from {request.url}, and [article.json] asks by GET"
            continue
        found = _with_address(portal, known, request, fields)
        if isinstance(found, ArticleProposal):
            return found
        reason = found
    return reason


def _fields(portal: Portal, page: _Page, request: DataRequest) -> JsonFields | None:
    """Return the paths to the values of an article in an answer; None if the article is not there."""
    data = parse_json(request.answer)
    one = page.article
    known = KnownValues(one.title, one.published or "", one.source, tuple(one.editors), tuple(one.authors), one.body)

    def read_date(text: str) -> str:
        published = parse_published(text, base=datetime.now(CHINA))
        return published.iso if published else ""

    return propose_fields(data, known, read_date) if data is not None else None


def _with_address(
    portal: Portal, pages: Sequence[_Page], request: DataRequest, fields: JsonFields
) -> ArticleProposal | str:
    """Return the proposal with the template of the data's address that holds for all pages, or why there is none."""
    if secret := request.secret:
        return f"their text comes from {request.url} with {secret!r}, which a script of the page computes"
    for pattern, template in _templates(portal, pages[0].url, request.url):
        answers = [_answer(one, pattern or portal.article.url, template) for one in pages]
        if all(answers):
            break
    else:
        return f"their text comes from {request.url}, and the address of an article does not say how that is made"
    shown = [name for name in _OPTIONAL if any(getattr(one.article, name) for one in pages)]
    kept = replace(fields, **dict.fromkeys(_OPTIONAL, ""))
    bodies = [one.answer for one in answers if one is not None]
    if not _holds(portal, pages, bodies, kept, None):
        return f"the article in {request.url} is another one than the browser shows"
    for name in _OPTIONAL:
        with_it = replace(kept, **{name: getattr(fields, name)})
        if getattr(fields, name) and _holds(portal, pages, bodies, with_it, name):
            kept = with_it
    missing = [name for name in shown if not _holds(portal, pages, bodies, kept, name)]
    return ArticleProposal(len(pages), True, pattern, template, request.own_headers, kept, tuple(missing))


def _templates(portal: Portal, url: str, data_url: str) -> Iterator[tuple[str, str]]:
    """Yield `article.url` (empty: the definition's own) and the template of the address of an article's data."""
    base = urlsplit(url)
    for name, value in values_of(url).items():
        if template := _template(url, data_url, name, value):
            yield "", template
    pattern = portal.article.url
    if pattern is not None and (match := re.search(pattern, url)):
        for name, value in match.groupdict().items():
            if value and (template := _template(url, data_url, name, value)):
                yield "", template
    for match in _ID.finditer(base.path):
        if template := _template(url, data_url, "id", match[0]):
            # The folders before the id may have other numbers on other pages; its neighbours are as they are.
            before = re.sub(r"\d+", r"\\d+", re.escape(base.path[: match.start()]))
            after = re.escape(base.path[match.end() :])
            yield f"{before}(?P<id>[\\w-]+){after}$", template


def _template(url: str, data_url: str, name: str, value: str) -> str:
    """Return the address of data with a key in place of a value; empty if the value does not stand alone in it."""
    if not _ID.fullmatch(value) or not re.fullmatch(r"[A-Za-z_]\w*", name):
        return ""
    parts = urlsplit(data_url)
    rest = parts._replace(scheme="", netloc="").geturl()
    found = re.search(rf"(?<![A-Za-z0-9]){re.escape(value)}(?![A-Za-z0-9])", rest)
    if found is None or "{" in rest or "}" in rest:
        return ""
    head = "" if parts.netloc == urlsplit(url).netloc else f"{parts.scheme}://{parts.netloc}"
    return f"{head}{rest[: found.start()]}{{{name}}}{rest[found.end() :]}"


def _answer(page: _Page, pattern: str | None, template: str) -> DataRequest | None:
    """Return the answer of a page whose address a template makes of the article's; None if it made no such request."""
    address = address_from(template, page.url, pattern)
    return next((one for one in page.page.requests if one.method == "GET" and one.url == address), None)


def _holds(
    portal: Portal, pages: Sequence[_Page], answers: Sequence[bytes], fields: JsonFields, name: str | None
) -> bool:
    """Whether data gives the articles that the browser showed: their title and body, or one more field."""
    return all(
        _is_same(page.article, _read(portal, page, answer, fields), name)
        for page, answer in zip(pages, answers, strict=True)
    )


def _read(portal: Portal, page: _Page, answer: bytes, fields: JsonFields) -> Article | NotAnArticle:
    raw = extract_raw_article(read_json_page(answer, fields, url=page.url, drop=portal.article.drop), portal)
    return raw if isinstance(raw, NotAnArticle) else finish_article(raw, portal)


def _is_same(one: Article, other: Article | NotAnArticle, name: str | None = None) -> bool:
    if isinstance(other, NotAnArticle):
        return False
    if name == "published":
        return is_same_time(other.published or "", one.published or "") if one.published else not other.published
    if name is not None:
        return bool(getattr(one, name) == getattr(other, name))
    shares = share_of_lines(one.body, other.body), share_of_lines(other.body, one.body)
    return one.title == other.title and min(shares) >= SAME_BODY
