"""The links of an edition's page, wherever they stand: `<a>`, `<area>`, `data-href`, and addresses in scripts.

Scripts are read as text and never run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.edition_scripts import LONGEST_LABEL, is_page_address, read_script_addresses, unescaped
from newscrawler.listings.links import MAX_LINKS
from newscrawler.listings.page_labels import PageLabel
from newscrawler.listings.script_tokens import MAX_TOKENS, Token, read_tokens
from newscrawler.text.urls import identity, resolve

MAX_SCRIPT = 500_000
"""The most characters of a page's scripts that are read."""
MAX_LABELS = 8
"""The most labels of one link that are kept."""

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
    page: PageLabel | None = None
    """The page of the newspaper under which a script has it."""


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
            if not href or (name == "value" and not is_page_address(href)):
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
    for address in read_script_addresses(tokens):
        if len(found) >= MAX_LINKS:
            left_out = left_out or f"more than {MAX_LINKS:,} links"
            break
        link = _add(found, base_url, address.href, None, [address.title] if address.title else [])
        if link is not None:
            link.page = link.page or address.page
    links = sorted(found.values(), key=lambda link: not link.labels)
    return EditionLinks(links, jump, left_out)


def _add(
    found: dict[str, EditionLink], base_url: str, href: str, element: _Element | None, labels: list[str]
) -> EditionLink | None:
    url = resolve(base_url, href)
    if url is None or _FILE.search(urlsplit(url).path):
        return None
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
    return link


def leads_to_file(href: str) -> bool:
    """Tell whether an address is that of a file, such as a PDF of a page, and not of a page of the web."""
    return _FILE.search(href.partition("?")[0].partition("#")[0]) is not None


def _texts(element: _Element) -> list[str]:
    """Return what a link is called: its text and its `title`, else the `alt` of itself or of an image."""
    text = " ".join(text_up_to(element, LONGEST_LABEL).split())
    title = " ".join((element.get("title") or "")[:LONGEST_LABEL].split())
    texts = [value for value in (text, title) if value]
    if not texts:
        alt = element.get("alt") or next((alt for image in element.iter("img") if (alt := image.get("alt"))), "")
        texts = [" ".join(alt[:LONGEST_LABEL].split())] if alt.strip() else []
    return texts


def without_doubles(links: list[EditionLink]) -> list[EditionLink]:
    """Leave out areas whose address differs from that of one headline in the query alone: `?div=0`, `?div=-1`."""
    titled = Counter(_path(link) for link in links if link.labels)
    return [link for link in links if link.labels or titled[_path(link)] != 1]


def _path(link: EditionLink) -> str:
    return link.url.partition("?")[0]


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
            targets.append(unescaped(token.text))
    return next((url for target in targets if (url := resolve(base_url, target))), "")
