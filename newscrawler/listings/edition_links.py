"""The links of an edition's page, wherever they stand: `<a>`, `<area>`, `data-href`, and addresses in scripts.

Scripts are read as text and never run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.links import MAX_LINKS
from newscrawler.listings.script_tokens import MAX_TOKENS, Token, read_tokens
from newscrawler.text.urls import identity, resolve

MAX_SCRIPT = 500_000
"""The most characters of a page's scripts that are read."""
MAX_LABELS = 8
"""The most labels of one link that are kept."""

_LONGEST_LABEL = 300
_ADDRESS = re.compile(r"[\w./?=&%:;~+,-]{3,300}")
_PAGE_SUFFIX = re.compile(r"\.(?:s?html?|jspx?|aspx?|php|do)$", re.IGNORECASE)
_TITLE_NAME = re.compile(r"title|headline|subject|biaoti|^bt$|^name$", re.IGNORECASE)
_ATTRIBUTES = {"a": ("href", "data-href"), "area": ("href", "data-href"), "option": ("value", "data-href")}
_FILE = re.compile(r"\.(?:pdf|jpe?g|png|gif|webp|svg|ico|css|js|json|xml|zip|rar|docx?|mp[34]|apk|exe)$", re.IGNORECASE)
_META_REFRESH = re.compile(r"\s*\d{0,5}\s*[;,]?\s*url\s*=\s*['\"]?([^'\"]{1,2000})", re.IGNORECASE)


@dataclass(slots=True)
class EditionLink:
    """One address that a page links to, with all that the page says of it."""

    url: str
    """Absolute, without a fragment."""
    element: _Element | None
    """The first element with a text that links there, else the first one; None in a script."""
    labels: list[str] = field(default_factory=list)
    """Texts of the links, in the order of the page."""
    href: str = ""
    """The address as the page writes it, which the address of the page may complete."""


@dataclass(frozen=True, slots=True)
class EditionLinks:
    """The links of a page, each address once: those with a text in the order of the page, then the others."""

    links: list[EditionLink]
    jump: str
    """Where a page that only redirects leads to; empty for any other page."""
    left_out: str
    """What was not read, as a part of a sentence; empty if all was read."""


def read_edition_links(root: _Element, base_url: str) -> EditionLinks:
    """Return the links of a page to other pages and documents of the web; files such as PDF are left out."""
    found: dict[str, EditionLink] = {}
    count = 0
    left_out = ""
    for element in root.iter("*"):
        for name in _ATTRIBUTES.get(str(element.tag), ("data-href",)):
            href = element.get(name)
            if not href or (name == "value" and not _is_address(href)):
                continue
            count += 1
            if count > MAX_LINKS:
                left_out = f"more than {MAX_LINKS:,} links"
                break
            _add(found, base_url, href, element, _texts(element))
        if left_out:
            break
    scripts, is_cut = _scripts(root)
    tokens = [read_tokens(script) for script in scripts]
    is_cut = is_cut or any(len(script) >= MAX_TOKENS for script in tokens)
    left_out = left_out or ("longer scripts than are read" if is_cut else "")
    jump = _jump(root, [token for script in tokens for token in script], base_url) if not found else ""
    for href, title in (item for script in tokens for item in _addresses(script)):
        if len(found) >= MAX_LINKS:
            left_out = left_out or f"more than {MAX_LINKS:,} links"
            break
        _add(found, base_url, href, None, [title] if title else [])
    links = sorted(found.values(), key=lambda link: not link.labels)
    return EditionLinks(links, jump, left_out)


def _add(found: dict[str, EditionLink], base_url: str, href: str, element: _Element | None, labels: list[str]) -> None:
    url = resolve(base_url, href)
    if url is None or _FILE.search(urlsplit(url).path):
        return
    url = url.split("#", 1)[0] if "#/" not in url else url
    name = identity(url)
    link = found.get(name)
    if link is None:
        # A link without a text is often the area of a picture. The headline that follows gives the order.
        link = found[name] = EditionLink(url, element, href=href)
    elif labels and not link.labels:
        del found[name]
        found[name] = link
        link.element = element if element is not None else link.element
    link.labels += [label for label in labels if label not in link.labels][: MAX_LABELS - len(link.labels)]


def _texts(element: _Element) -> list[str]:
    """Return what a link is called: its text and its `title`, else the `alt` of itself or of an image."""
    text = " ".join(text_up_to(element, _LONGEST_LABEL).split())
    title = " ".join((element.get("title") or "")[:_LONGEST_LABEL].split())
    texts = [value for value in (text, title) if value]
    if not texts:
        alt = element.get("alt") or next((alt for image in element.iter("img") if (alt := image.get("alt"))), "")
        texts = [" ".join(alt[:_LONGEST_LABEL].split())] if alt.strip() else []
    return texts


def _scripts(root: _Element) -> tuple[list[str], bool]:
    """Return a page's scripts up to a bound, and whether one was cut off."""
    scripts: list[str] = []
    left = MAX_SCRIPT
    for element in root.iter("script"):
        scripts.append((element.text or "")[:left])
        left -= len(scripts[-1])
        if len(element.text or "") > len(scripts[-1]):
            return scripts, True
    return scripts, False


def _addresses(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """Yield the addresses of pages among the strings of a script, with the title in the same object if there is one."""
    title, addresses = "", list[str]()
    for place, token in enumerate(tokens):
        if token.text in ("{", "}") and token.kind == "mark":
            yield from ((address, title) for address in addresses)
            title, addresses = "", []
        elif token.kind == "string" and _is_address(value := _unescaped(token.text)):
            addresses.append(value)
        elif token.kind == "string" and not title and _is_named_title(tokens, place):
            title = " ".join(_unescaped(token.text)[:_LONGEST_LABEL].split())
    yield from ((address, title) for address in addresses)


def _is_named_title(tokens: Sequence[Token], place: int) -> bool:
    """Tell whether a token is the value of a member with the name of a title: `"title": "…"`."""
    return place > 1 and tokens[place - 1].text == ":" and _TITLE_NAME.search(tokens[place - 2].text) is not None


def _is_address(text: str) -> bool:
    return (
        _ADDRESS.fullmatch(text) is not None
        and _PAGE_SUFFIX.search(text.partition("?")[0]) is not None
        and any(character.isdigit() for character in text)
    )


def _unescaped(text: str) -> str:
    """Return the value of a string in a script, as JSON reads it; unchanged if JSON cannot read it."""
    if "\\" not in text:
        return text
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        return text.replace("\\/", "/")


def _jump(root: _Element, tokens: Sequence[Token], base_url: str) -> str:
    """Return where a page without links redirects to, by `<meta refresh>` or by script."""
    targets = [
        match[1]
        for meta in root.iter("meta")
        if (meta.get("http-equiv") or "").lower() == "refresh"
        and (match := _META_REFRESH.match((meta.get("content") or "")[:2_100]))
    ]
    for place, token in enumerate(tokens):
        # location.href = "…", location.replace("…")
        words = {before.text for before in tokens[max(0, place - 4) : place]}
        if token.kind == "string" and "location" in words and tokens[place - 1].text in ("=", "("):
            targets.append(_unescaped(token.text))
    return next((url for target in targets if (url := resolve(base_url, target))), "")
