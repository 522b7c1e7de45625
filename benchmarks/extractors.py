"""This project's extraction and that of others behind one function: bytes of a page and its charset in, fields out."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from newscrawler.extraction.model import NotAnArticle
from newscrawler.reading import read_article

FIELDS = ("title", "published", "source", "editors", "authors")
Prediction = dict[str, Any]
_NOW = datetime(2025, 6, 1, tzinfo=timezone(timedelta(hours=8)))


@dataclass(frozen=True)
class Document:
    """A page as all extractors get it. `encoding` is right; ours does not use it, the others need text."""

    body: bytes
    encoding: str
    url: str | None = None

    @property
    def text(self) -> str:
        """The markup, decoded."""
        return self.body.decode(self.encoding, "replace")


def ours(page: Document) -> Prediction:
    """Read a page with this project."""
    article = read_article(page.body, None, url=page.url, fetched=_NOW)
    if isinstance(article, NotAnArticle):
        return {}
    return {name: getattr(article, name) for name in (*FIELDS, "body")}


def parse_only(page: Document) -> Prediction:
    """Parse a page and do nothing else: the floor for all that use lxml."""
    from parsel import Selector

    Selector(text=page.text)
    return {}


def with_trafilatura(page: Document) -> Prediction:
    """Read a page with trafilatura and its metadata."""
    import trafilatura

    found = trafilatura.bare_extraction(page.text, url=page.url, with_metadata=True)
    if found is None:
        return {}
    data = found.as_dict()
    names = {"title": "title", "published": "date", "source": "sitename", "authors": "author", "body": "text"}
    return {ours: data[theirs] for ours, theirs in names.items()}


def with_gne(page: Document) -> Prediction:
    """Read a page with GeneralNewsExtractor."""
    from gne import GeneralNewsExtractor

    data = GeneralNewsExtractor().extract(page.text)
    names = {"title": "title", "published": "publish_time", "authors": "author", "body": "content"}
    return {ours: data[theirs] for ours, theirs in names.items()}


def with_newspaper(page: Document) -> Prediction:
    """Read a page with newspaper4k."""
    from newspaper import Article, Config

    config = Config()
    config.fetch_images = False
    config.language = "zh"
    article = Article(page.url or "http://example.com/", config=config)
    article.download(input_html=page.text)
    article.parse()
    published = article.publish_date.isoformat() if isinstance(article.publish_date, datetime) else ""
    return {"title": article.title, "published": published, "authors": article.authors, "body": article.text}


def with_readability(page: Document) -> Prediction:
    """Read a page with readability-lxml."""
    from lxml.html import fromstring
    from readability import Document as Readable

    document = Readable(page.text)
    return {"title": document.title(), "body": fromstring(document.summary()).text_content()}


def with_magic_html(page: Document) -> Prediction:
    """Read a page with magic-html."""
    from lxml.html import fromstring
    from magic_html import GeneralExtractor

    data = GeneralExtractor().extract(html=page.text, base_url=page.url or "")
    return {"title": data.get("title", ""), "body": fromstring(data["html"]).text_content()}


def with_resiliparse(page: Document) -> Prediction:
    """Read a page with resiliparse."""
    from resiliparse.extract.html2text import extract_plain_text

    return {"body": extract_plain_text(page.text, main_content=True)}


OURS, PARSING = "newscrawler", "parsing only (parsel)"
EXTRACTORS: dict[str, tuple[str, Callable[[Document], Prediction]]] = {
    OURS: ("newscrawler", ours),
    "trafilatura": ("trafilatura", with_trafilatura),
    "gne": ("gne", with_gne),
    "newspaper4k": ("newspaper", with_newspaper),
    "readability-lxml": ("readability", with_readability),
    "magic-html": ("magic_html", with_magic_html),
    "resiliparse": ("resiliparse", with_resiliparse),
    PARSING: ("parsel", parse_only),
}
"""Per name the module that must be installed, and the function."""


def read_all(name: str, pages: Iterable[Document], *, quiet: bool = False) -> tuple[list[Prediction], float]:
    """Return what an extractor finds on each page, and the seconds of CPU that it took."""
    extractor = EXTRACTORS[name][1]
    predictions: list[Prediction] = []
    begin = time.process_time()
    for page in pages:
        try:
            predictions.append(extractor(page))
        except Exception as error:  # a peer's crash is its result
            predictions.append({})
            if not quiet:
                print(f"{name}: {type(error).__name__}: {error}"[:120], file=sys.stderr)
    return predictions, time.process_time() - begin
