"""Articles whose text comes as JSON: their fields become a page, which is read like any other.

So the text gets the same care as that of a page: markup, people in the text, images, attachments, boilerplate.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from html import escape, unescape
from typing import Any

from newscrawler.extraction.model import ArticleOverrides, NoArticle, NotAnArticle
from newscrawler.extraction.page import MAX_BYTES, Page, read_page
from newscrawler.text.clock import CHINA
from newscrawler.text.json_data import parse_json, scalar
from newscrawler.text.json_paths import find

_TAG = re.compile(r"</?[A-Za-z][^<>]{0,2000}>")
_AROUND = re.compile(r"</?(?:html|body)\b[^<>]{0,2000}>", re.IGNORECASE)
"""Tags of a page around the text. After its end, a parser would put what follows beside the body."""
_EPOCH = re.compile(r"[12]\d{9}(?:\d{3})?")
_LINE_FIELDS = ("source", "published", "editors", "authors", "summary")
_LONGEST_LINE = 5_000
_MOST_PARTS = 2_000
_BODY = "newscrawler-body"


@dataclass(frozen=True, slots=True)
class JsonFields:
    """Paths to the fields of an article; empty where the definition has none."""

    title: str
    body: str
    source: str = ""
    published: str = ""
    editors: str = ""
    authors: str = ""
    summary: str = ""


def read_json_page(
    data: bytes, fields: JsonFields, *, url: str | None = None, drop: tuple[str, ...] = ()
) -> Page | NotAnArticle:
    """Return the page that the data of an article makes, or say why it makes none.

    `url` is the article's own address, to which links of the text are relative; `drop` are selectors of elements to
    remove from the text. The page says by which rules it is read (`Page.overrides`).
    """
    if len(data) > MAX_BYTES:
        return NotAnArticle(NoArticle.TOO_LARGE, f"{len(data):,} bytes; data is read up to {MAX_BYTES:,}")
    parsed = parse_json(data)
    if parsed is None:
        return NotAnArticle(NoArticle.UNDECODABLE, "the article's data is not valid JSON")
    title, markup = _line(find(fields.title, parsed)), _AROUND.sub("", _markup(find(fields.body, parsed)))
    if not title and not markup:
        names = ", ".join(str(name)[:30] for name in list(parsed)[:10]) if isinstance(parsed, dict) else "a list"
        return NotAnArticle(NoArticle.EMPTY, f"the article's data has neither title nor text; it has {names}")
    if not title:
        return NotAnArticle(NoArticle.NO_TITLE, f"article.json.title = {fields.title!r} leads to no text")
    lines = {name: _line(find(path, parsed)) for name in _LINE_FIELDS if (path := getattr(fields, name))}
    lines = {name: moment_text(text) if name == "published" else text for name, text in lines.items() if text}
    # The text is parsed by itself: its end tags must not close elements around it.
    inner = read_page(f"<html><body><div>{markup}</div></body></html>".encode("utf-8", "replace"), url=url)
    if isinstance(inner, NotAnArticle):
        return inner
    head = "".join(f'<p id="newscrawler-{name}">{escape(text)}</p>' for name, text in lines.items())
    page = read_page(
        f"<html><head><title>{escape(title)}</title></head><body>"
        f'<h1 id="newscrawler-title">{escape(title)}</h1>{head}<div id="{_BODY}"></div></body></html>'.encode(),
        url=url,
    )
    if isinstance(page, NotAnArticle):
        return page
    body = inner.root.find("body")
    container = next((one for one in page.root.iter("div") if one.get("id") == _BODY), None)
    if body is not None and container is not None:
        container.extend(list(body))
    selectors = {name: f"#newscrawler-{name}" for name in lines}
    page.overrides = ArticleOverrides(
        title="#newscrawler-title",
        body=f"#{_BODY}",
        drop=drop,
        source=selectors.get("source", ""),
        published=selectors.get("published", ""),
        editors=selectors.get("editors", ""),
        authors=selectors.get("authors", ""),
        summary=selectors.get("summary", ""),
    )
    return page


def _line(value: Any) -> str:
    parts = value[:_MOST_PARTS] if isinstance(value, list) else [value]
    text = " ".join(part for part in map(scalar, parts) if part)
    return " ".join(unescape(_TAG.sub(" ", text[:_LONGEST_LINE])).split())


def moment_text(text: str) -> str:
    """Write a Unix time in seconds or milliseconds as China's clock shows it."""
    if not _EPOCH.fullmatch(text):
        return text
    return datetime.fromtimestamp(int(text[:10]), CHINA).strftime("%Y-%m-%d %H:%M:%S")


def _markup(value: Any) -> str:
    """Return a text as HTML: as it is if it has tags, else with a paragraph for each line."""
    parts = value[:_MOST_PARTS] if isinstance(value, list) else [value]
    text = "\n".join(part for part in map(scalar, parts) if part)
    if not _TAG.search(text) and "&lt;" in text:
        text = unescape(text)
    if _TAG.search(text):
        return text
    return "".join(f"<p>{escape(unescape(line))}</p>" for line in map(str.strip, text.splitlines()) if line)
