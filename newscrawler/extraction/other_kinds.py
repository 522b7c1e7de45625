"""Pages that are surely no article: a video without a text, the index of a special, a vote, an advertisement.

A rejection says that no article was found. That alone does not mean that there is none: a script may fill in the text,
or it may stand where nobody looks for it. Here several kinds of evidence must agree that there is nothing to find.
"""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from newscrawler.extraction.html import text_up_to
from newscrawler.extraction.line_evidence import LineEvidence
from newscrawler.extraction.model import NoArticle
from newscrawler.extraction.page import Page

_SENTENCE = re.compile(r"[，。！？；,;!?]")
_LONGEST = 40
"""Characters of a line that is not text."""
_IMPRINT = re.compile(r"版权|备案|许可证|主办|承办|授权|举报|电话|地址|(?i:copyright|reserved)")
_LEAST_HEADLINES = 4
_HEADLINE = 8
"""Characters of a headline."""
_MOST_ELEMENTS = 5_000
_CONTENT = re.compile(r"(?i)content|article|detail|text|body|zoom|story|news")
_LOADING = re.compile(r"(?i)加载|loading|请稍")
_LONGEST_NOTE = 30
_FILE = re.compile(r"(?i)\.(?:pdf|docx?|xlsx?|wps|ofd|zip|rar)(?:$|[?#])")
_ADVERTISEMENT = re.compile(r"\W{0,2}(?:(?:公益|商业|形象|分类|整版)?广告|(?:形象|公益)宣传(?:画|海报)?)\W{0,2}")
_INDEX_ADDRESS = re.compile(r"(?i)(?:/|/(?:index|default)\.\w{2,6})$")
_SPECIAL_ADDRESS = re.compile(r"(?i)/(?:zt|zhuanti|ztzl|special|topics?|subject)\w{0,8}/")
_SPECIAL = re.compile(r"^\W{0,2}专[题栏辑]|专[题栏辑](?:$|首页|[：:_|-])")


def is_other_kind(page: Page, evidence: LineEvidence, reason: NoArticle) -> bool:
    """Tell whether a page that was rejected is surely a video, a vote, the index of a special, the picture of an
    advertisement, or a page about the site.

    No line may be text, and no element may wait for one. A video has a player. An index shows headlines that are
    links, no date and no outlet of its own, and its address or its headline is that of an index.
    """
    if reason is NoArticle.FORM:
        return not _awaits_text(page)  # most of its words are choices
    if reason is NoArticle.VIDEO:
        return _has_no_text(evidence) and not _awaits_text(page)
    if reason is NoArticle.NO_BODY and _is_advertisement(page):
        return _has_no_text(evidence) and not _awaits_text(page)
    if reason is NoArticle.SITE_PAGE:
        return not _has_meta_line(evidence)
    if reason in (NoArticle.LISTING, NoArticle.NO_BODY):
        return _is_index(page) and not _has_meta_line(evidence) and _has_no_text(evidence) and not _awaits_text(page)
    return False


def _is_advertisement(page: Page) -> bool:
    """Whether a page says in its headline that it is an advertisement, and shows a picture."""
    headlines = (text_up_to(one, 30).strip() for one in islice(page.root.iter("h1", "h2", "h3"), 5))
    named = next((text for text in headlines if text), page.title.strip())
    return _ADVERTISEMENT.fullmatch(named) is not None and next(page.root.iter("img"), None) is not None


def _has_no_text(evidence: LineEvidence) -> bool:
    for index, line in enumerate(evidence.layout.lines):
        if line.linked * 2 > len(line.text) or evidence.teasers[index] or _IMPRINT.search(line.text[:200]):
            continue
        if len(line.text) > _LONGEST or (_SENTENCE.search(line.text) and not evidence.is_own_meta_line(index)):
            return False
    return True


def _has_meta_line(evidence: LineEvidence) -> bool:
    return any(
        evidence.is_own_meta_line(index) and not evidence.teasers[index] and not line.linked
        for index, line in enumerate(evidence.layout.lines)
    )


def _awaits_text(page: Page) -> bool:
    """Tell whether an element is empty that is named like a text, or says that it is being loaded."""
    for element in islice(page.root.iter("div", "section", "article", "main", "td", "p", "span"), _MOST_ELEMENTS):
        names = f"{element.get('class') or ''} {element.get('id') or ''}"[:200]
        text = text_up_to(element, _LONGEST_NOTE + 1).strip()
        is_empty = not text and next(element.iter("img", "video", "object", "embed", "a"), None) is None
        if (is_empty and _CONTENT.search(names)) or (0 < len(text) <= _LONGEST_NOTE and _LOADING.search(text)):
            return True
    return False


def _path_of(url: str) -> str:
    """Return the path of an address; an empty one where the address has none that can be read: `http://[broken`."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _is_index(page: Page) -> bool:
    path = _path_of(page.url or "")
    is_named = _INDEX_ADDRESS.search(path) is not None and len(path) > 1
    headings = (page.title, *(text_up_to(one, 100) for one in islice(page.root.iter("h1", "h2"), 5)))
    if not is_named and not (
        _SPECIAL_ADDRESS.search(path[:500]) and any(_SPECIAL.search(text.strip()) for text in headings)
    ):
        return False
    if next(page.root.iter("iframe", "frame"), None) is not None:
        return False
    links: set[str] = set()
    for link in islice(page.root.iter("a"), _MOST_ELEMENTS):
        href = link.get("href") or ""
        if _FILE.search(href):
            return False
        if href and _is_headline(link):
            links.add(href)
    return len(links) >= _LEAST_HEADLINES


def _is_headline(link: HtmlElement) -> bool:
    return len(text_up_to(link, _HEADLINE * 3).strip()) >= _HEADLINE
