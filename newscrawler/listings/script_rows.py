"""Rows of a list that a script of the page holds as text: `document.write('<li><a href=…>…')`, `add('title', 'url')`.

No script is run. What a script writes is put where the script stands, as a browser does. The texts in one pair of
brackets, or in one string with separators (`url|title|date`), are a row if one is an address and one a title; whether
the rows are a list of articles is judged as for any other links.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from itertools import islice

from lxml import etree
from lxml.etree import LxmlError, _Element
from lxml.html import fragments_fromstring

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.link_lists import LEAST_TITLE
from newscrawler.listings.links import title_weight
from newscrawler.listings.names_and_addresses import is_address
from newscrawler.listings.script_strings import MAX_SCRIPT, read_strings
from newscrawler.listings.script_tokens import Token, read_tokens
from newscrawler.listings.script_values import UNKNOWN, unescaped
from newscrawler.text.dates import IN_LISTING

MAX_SCRIPTS = 200
MAX_MARKUP = 400_000
"""Characters that one script may write."""
MAX_ROWS = 5_000
FEWEST_PARTS = 2
_WRITES = re.compile(r"\.\s{0,5}write(?:ln)?\s{0,5}\(")
_LINK = re.compile(r"<a\s", re.IGNORECASE)
_LONGEST_PART = 500
_MOST_PARTS = 30
_SEPARATORS = ("|", "\t", "^", "$", "#", "@", ",")
_DATE = re.compile(r"[\d年月日/.:\s-]{4,25}")
_MEDIA = re.compile(r"\.(?:jpe?g|png|gif|webp|bmp|mp4|mp3|swf|css|js)(?:\?|$)", re.IGNORECASE)


def insert_written_rows(root: _Element) -> None:
    """Put rows that scripts write into a page behind these scripts, where a browser has them."""
    for script in list(islice(root.iter("script"), MAX_SCRIPTS)):
        text = script.text or ""
        if len(text) > MAX_SCRIPT or not _LINK.search(text) or not _WRITES.search(text):
            continue
        markup = "".join(string.text for string in read_strings(text) if string.is_written)
        if markup and len(markup) <= MAX_MARKUP:
            _insert(script, markup)


def _insert(script: _Element, markup: str) -> None:
    parent = script.getparent()
    if parent is None:
        return
    try:
        nodes = [node for node in fragments_fromstring(markup) if not isinstance(node, str)]
    except (LxmlError, ValueError, AssertionError):
        return
    links = [link for node in nodes for link in node.iter("a")]
    rows = [
        link for link in links if UNKNOWN not in (link.get("href") or "") and _is_title(text_up_to(link, _LONGEST_PART))
    ]
    if not rows or len(rows) * 2 < len(links):
        return
    for node in nodes:
        etree.strip_elements(node, "script", with_tail=False)
    parent_index = parent.index(script)
    tail, script.tail = script.tail, None
    for number, node in enumerate(nodes, 1):
        parent.insert(parent_index + number, node)
    last = nodes[-1]
    last.tail = (last.tail or "") + (tail or "")


def rows_in_scripts(root: _Element) -> str:
    """Return the rows that scripts of a page hold outside of markup, as the markup of a list; empty without any."""
    rows: list[str] = []
    for script in islice(root.iter("script"), MAX_SCRIPTS):
        if (text := script.text) and "json" not in (script.get("type") or ""):
            rows += islice(_rows(read_tokens(text[:MAX_SCRIPT])), MAX_ROWS - len(rows))
    return f"<ul>{''.join(rows)}</ul>" if rows else ""


def _rows(tokens: list[Token]) -> Iterator[str]:
    brackets: list[list[str]] = [[]]
    for place, token in enumerate(tokens):
        if token.kind == "mark" and token.text in "([{":
            brackets.append([])
        elif token.kind == "mark" and token.text in ")]}" and len(brackets) > 1:
            if row := _row(brackets.pop()):
                yield row
        elif token.kind == "string":
            # What is joined with something else is a part of a text.
            if any(
                one.kind == "mark" and one.text == "+" for one in (*tokens[place - 1 : place], *tokens[place + 1 :][:1])
            ):
                continue
            text = unescaped(token.text)
            if row := _row_of_text(text):
                yield row
            elif len(brackets[-1]) < _MOST_PARTS:
                brackets[-1].append(text)


def _row_of_text(text: str) -> str:
    if len(text) > _LONGEST_PART * 4:
        return ""
    for separator in _SEPARATORS:
        parts = text.split(separator) if separator in text else []
        if FEWEST_PARTS <= len(parts) <= _MOST_PARTS and (row := _row(parts)):
            return row
    return ""


def _row(parts: list[str]) -> str:
    """Return a row with one address and a title, as an item of a list; empty if the parts are none."""
    texts = [part.strip() for part in parts if part.strip() and len(part) <= _LONGEST_PART]
    addresses = [text for text in texts if is_address(text) and not _MEDIA.search(text)]
    titles = [text for text in texts if not is_address(text) and _is_title(text) and "<" not in text]
    if len(dict.fromkeys(addresses)) != 1 or not titles:
        return ""
    date = next((text for text in texts if _DATE.fullmatch(text) and IN_LISTING.search(text)), "")
    link = f'<a href="{escape(addresses[0])}">{escape(max(titles, key=title_weight))}</a>'
    return f"<li>{link}<span>{escape(date)}</span></li>"


def _is_title(text: str) -> bool:
    return title_weight(text.strip()) >= LEAST_TITLE and not _DATE.fullmatch(text.strip())
