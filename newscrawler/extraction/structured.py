"""What a page says of itself for machines: JSON-LD, microdata, OpenGraph, Baidu's pubDate, `<meta>`.

Chinese pages fill these carelessly: `<meta name="author">` holds the portal, the editor or a login, `og:title` is
cut at the first quotation mark. So authors are taken from JSON-LD persons only, and titles only help to find the
printed headline.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from newscrawler.extraction.html import text_up_to
from newscrawler.extraction.model import Evidence
from newscrawler.extraction.page import Page
from newscrawler.extraction.selectors import select
from newscrawler.text.dates import find_date

_DATES = (
    "article:published_time",
    "og:article:published_time",
    "bytedance:published_time",
    "og:published_time",
    "og:release_date",
    "datepublished",
    "pubdate",
    "publishdate",
    "publish_date",
    "publishtime",
    "weibo: article:create_at",
    "weibo:article:create_at",
)
_SOURCES = ("source", "contentsource", "article:source", "og:article:source", "mediaid")
_ARTICLE_TYPES = re.compile(r"Article|Posting|Report", re.I)
_SCRIPT_DATE = re.compile(
    r"""["']?(?:pub_?time|publish_?time|pub_?date|publish_?date|publishedAt|ptime|newsTime|create_?time)["']?\s{0,4}[:=]\s{0,4}"""
    r"""["']((?:19|20)\d{2}[-/年.]\d{1,2}[-/月.]\d{1,2}[^"'<>]{0,20})["']""",
    re.I,
)
_QUOTED_DAY = re.compile(r"""[12](?<=["'].)(?:9|0)\d{2}[-/年.]""")
"""How its value begins. It is found in a fifth of the time, and most pages have none."""
_MARKED = "//*[@itemprop]"
_LONGEST_SCRIPTS = 200_000
_LONGEST_NAME, _LONGEST_DATE = 40, 60
"""Characters of what stands before a day in a script, with its name, and of the date that begins there."""
_MOST_DATES = 20
_NO_SOURCE = re.compile(r"^(?:https?:|www\.|\d+$)", re.I)


@dataclass(slots=True)
class Structured:
    """Values for machines, each with the vocabulary that it came from."""

    title: Evidence | None = None
    published: Evidence | None = None
    source: Evidence | None = None
    keywords: Evidence | None = None
    authors: list[Evidence] = field(default_factory=list)


def read_structured(page: Page) -> Structured:
    """Return what the page's machine-readable data say of the article."""
    found = Structured()
    if page.has_json_ld:
        for entry in _json_ld(page):
            _take_json_ld(found, entry)
    for name in _DATES:
        value = page.meta.get(name, "").strip()
        if found.published is None and find_date(value):
            found.published = Evidence(value[:60], f"meta:{name}", 0.85)
    for name in _SOURCES:
        value = re.sub(r"^来源\s?[:：]\s?", "", " ".join(page.meta.get(name, "").split()))
        if found.source is None and 2 <= len(value) <= 40 and not _NO_SOURCE.match(value):
            found.source = Evidence(value, f"meta:{name}", 0.6)
    if keywords := " ".join(page.meta.get("keywords", "").split()):
        found.keywords = Evidence(keywords[:400], "meta:keywords", 0.6)
    return found


def date_elsewhere(page: Page) -> Evidence | None:
    """Return a date of publication that only microdata or the page's scripts hold."""
    dates = (
        element for element in select(page.root, _MARKED) if (element.get("itemprop") or "").lower() == "datepublished"
    )
    for element in islice(dates, _MOST_DATES):
        value = element.get("content") or element.get("datetime") or text_up_to(element)
        if find_date(value[:60]):
            return Evidence(" ".join(value.split())[:60], "microdata", 0.85)
    for day in _QUOTED_DAY.finditer(page.text, 0, _LONGEST_SCRIPTS):
        # Only round a quoted day can the name of one stand: to look for names in all of a page takes ten times as long.
        begin = max(0, day.start() - _LONGEST_NAME)
        if match := _SCRIPT_DATE.search(page.text, begin, min(_LONGEST_SCRIPTS, day.start() + _LONGEST_DATE)):
            return Evidence(match[1].strip(), "script", 0.7)
    return None


def _json_ld(page: Page) -> Iterator[dict[str, object]]:
    for script in page.root.iter("script"):
        if "ld+json" not in (script.get("type") or "") or not script.text or len(script.text) > 200_000:
            continue
        try:
            data = json.loads(script.text, strict=False)
        except (ValueError, RecursionError):
            continue
        queue = [data]
        for _ in range(50):
            if not queue:
                break
            item = queue.pop(0)
            if isinstance(item, list):
                queue.extend(item[:50])
            elif isinstance(item, dict):
                yield item
                if isinstance(graph := item.get("@graph"), list):
                    queue.extend(graph[:50])


def _take_json_ld(found: Structured, entry: dict[str, object]) -> None:
    kind = str(entry.get("@type") or "")
    baidu = "cambrian" in str(entry.get("@context") or "")
    if not (_ARTICLE_TYPES.search(kind) or baidu):
        return
    rule = "baidu" if baidu else "json-ld"
    title = _string(entry.get("headline") or entry.get("title"))
    if found.title is None and title:
        found.title = Evidence(title, rule, 0.8)
    date = _string(entry.get("datePublished") or entry.get("pubDate"))
    if found.published is None and find_date(date):
        found.published = Evidence(date[:60], rule, 0.9)
    authors = entry.get("author")
    for author in authors if isinstance(authors, list) else [authors]:
        if isinstance(author, dict) and author.get("@type") == "Person":
            name = _string(author.get("name"))
            if 2 <= len(name) <= 20:
                found.authors.append(Evidence(name, rule, 0.7))


def _string(value: object) -> str:
    # JSON can name lone surrogates, which no file can hold.
    return " ".join(value.encode("utf-8", "ignore").decode().split())[:300] if isinstance(value, str) else ""
