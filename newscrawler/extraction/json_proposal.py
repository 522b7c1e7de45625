"""Paths to the fields of an article in data, from values that are known: what `check --browser` proposes.

The values are those of the page that a browser showed. Which of the paths found here read the right values is proved by
the caller, by reading whole articles with them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from newscrawler.extraction.html import text_up_to
from newscrawler.extraction.json_article import JsonFields, moment_text
from newscrawler.extraction.model import NotAnArticle
from newscrawler.extraction.page import read_page
from newscrawler.extraction.repair import KnownValues, is_same_time, share_of_lines
from newscrawler.text.json_data import quoted_name, scalar, without_tags

_MOST_VALUES = 2_000
"""Texts and numbers of an answer that are looked at."""
_LEVELS = 6
_LONGEST_LINE = 1_000
_SHORTEST_BODY = 10
_MOST_TEXTS = 12
"""Long texts of an answer that are compared with the body, the longest first."""
_LONGEST_BODY = 200_000
_ENOUGH = 0.8
"""The share of the body's characters that a text must hold."""


def propose_fields(data: Any, known: KnownValues, read_date: Callable[[str], str]) -> JsonFields | None:
    """Return the paths to the values of an article in data; None if its title or its body is not there.

    `read_date` returns the date of a text in ISO form, or an empty text.
    """
    values = list(_values("", data, 0))[:_MOST_VALUES]
    lines = [(path, _squeezed(text)) for path, text in values if len(text) <= _LONGEST_LINE]
    title = next((path for path, text in lines if text == _squeezed(known.title)), "")
    body = _body_path(data, values, known.body)
    if not title or not body:
        return None
    return JsonFields(
        title=title,
        body=body,
        source=_path_of_text(lines, known.source),
        published=_published_path(values, known.published, read_date),
        editors=_path_of_names(lines, known.editors),
        authors=_path_of_names(lines, known.authors),
    )


def _values(path: str, value: Any, level: int) -> Iterator[tuple[str, str]]:
    """Yield the texts and numbers of data with their paths. Of an array, the first element is looked at."""
    if level > _LEVELS:
        return
    if isinstance(value, dict):
        for name, member in list(value.items())[:_MOST_VALUES]:
            yield from _values(f"{path}.{quoted_name(name)}".lstrip("."), member, level + 1)
    elif isinstance(value, list):
        if value:
            yield from _values(f"{path}[0]", value[0], level + 1)
    elif text := scalar(value):
        yield path, text


def _squeezed(text: str) -> str:
    return "".join(without_tags(text).split())


def _body_path(data: Any, values: list[tuple[str, str]], body: str) -> str:
    """Return the path of the text that holds the body and least beside it; empty if none does."""
    found: list[tuple[bool, int, str]] = []
    texts = sorted((pair for pair in values if len(pair[1]) >= _SHORTEST_BODY), key=lambda pair: -len(pair[1]))
    for path, text in texts[:_MOST_TEXTS]:
        # A body may be a list of paragraphs: the text of the first one is a part of it.
        shown = _plain_text(text)
        if share_of_lines(body, shown) >= _ENOUGH:
            found.append((False, len(shown), path))
        elif share_of_lines(shown, body) >= _ENOUGH and (at := path.rfind("[0]")) >= 0:
            found.append((True, len(body), f"{path[:at]}[*]{path[at + 3 :]}"))
    return min(found)[2] if found else ""


def _plain_text(markup: str) -> str:
    if "<" not in markup and "&lt;" not in markup:
        return markup
    text = markup if "<" in markup else markup.replace("&lt;", "<").replace("&gt;", ">")
    page = read_page(f"<html><body><div>{text}</div></body></html>".encode("utf-8", "replace"))
    return "" if isinstance(page, NotAnArticle) else text_up_to(page.root, _LONGEST_BODY)


def _path_of_text(lines: list[tuple[str, str]], wanted: str) -> str:
    return next((path for path, text in lines if wanted and text == _squeezed(wanted)), "")


def _path_of_names(lines: list[tuple[str, str]], names: tuple[str, ...]) -> str:
    """Return the path of the text that consists of these names; empty if none does."""
    squeezed = [_squeezed(name) for name in names]
    for path, text in lines:
        rest = text
        for name in squeezed:
            rest = rest.replace(name, "", 1)
        if squeezed and len(rest) < len(text) and not re.search(r"\w", rest) and all(name in text for name in squeezed):
            return path
    return ""


def _published_path(values: list[tuple[str, str]], published: str, read_date: Callable[[str], str]) -> str:
    """Return the path of the time that is the article's, the most precise first; empty if none is."""
    found: list[tuple[int, str]] = []
    for path, text in values:
        iso = read_date(moment_text(text)) if published and 8 <= len(text) <= 40 else ""
        if iso and is_same_time(iso, published):
            found.append((-len(iso), path))
    return min(found)[1] if found else ""
