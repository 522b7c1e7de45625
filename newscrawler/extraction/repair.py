"""Selectors for a field, from pages whose values are known: what `check --repair` proposes after a redesign.

The elements that show the known value are found on each page, and described in ways that can hold on other pages: by
id, by class, by the name of the element around them, by the label before the value. A position is never used. Which
of these selectors read the right value is proved by the caller, with the rules that a crawl uses.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from newscrawler.extraction.html import KIND, SKIP, text_up_to
from newscrawler.extraction.page import Page
from newscrawler.extraction.rules import elements, first_text, text_of
from newscrawler.text.dates import find_date, find_short_date

FIELDS = ("title", "body", "published", "source", "editors", "authors")
"""The fields for which selectors can be proposed."""
FEWEST_PAGES = 2
"""A selector is proposed if it shows the known value on so many pages."""

_MOST_SELECTORS = 5
_MOST_TRIED = 60
"""Selectors that are tried on all pages, per field."""
_MOST_HOLDERS = 6
"""Elements of one page that are described, per field; the smallest come first."""
_MOST_FOUND = 100
_MOST_ELEMENTS = 10_000
"""Elements of a page that are looked at; few real pages have more."""
_LONGEST_VALUE = 1_000
"""Characters of the markup's text in which a title, a date or names may stand."""
_LONGEST_LINE = 150
"""Characters of such a text without white space; a longer one is a paragraph, or a whole part of the page."""
_MOST_PARTS = 24
"""Elements inside of an element that shows a title, a date or names."""
_MOST_PARAGRAPHS = 60
_LONGEST_BODY = 200_000
_MOST_LEVELS = 80
_ENOUGH = 0.8
"""The share of the known paragraphs' characters that an element of the body must hold."""

_NAME = re.compile(r"[A-Za-z](?!.*\d{3})[\w-]{0,39}", re.ASCII)
"""An id or a class. Three digits are the number of a document or of a build; `tit2` is of a template."""
_META_NAME = re.compile(r"[A-Za-z][A-Za-z_:.-]{0,39}")
_LABEL_AND_SEPARATORS = re.compile(r"\W?(?:[\u4e00-\u9fff]{1,8}:)?[\W_]*")
"""What may stand beside the names of a value, without white space; anything else is another text."""
_DIGITS = re.compile(r"\d+")
_TAG = re.compile(r"[a-z][a-z0-9]{0,19}")
_LABEL = re.compile(r"[\u4e00-\u9fff]{2,6}(?=\s*[:：∶])")


@dataclass(frozen=True, slots=True)
class KnownValues:
    """What the archive knows of an article; empty where it knows nothing."""

    title: str = ""
    published: str = ""
    """ISO 8601, as precise as the page was."""
    source: str = ""
    editors: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    body: str = ""
    """Plain text, one paragraph per line."""


@dataclass(frozen=True, slots=True)
class KnownPage:
    """A page, and what is known of its article."""

    page: Page
    known: KnownValues
    read_date: Callable[[str], str]
    """Returns the date of a text in ISO form, or an empty string."""


def propose_selectors(pages: Sequence[KnownPage], field: str) -> list[str]:
    """Return selectors that show the known value of a field on several of these pages, the best first.

    The best show it on most pages and another value on fewest; of equal ones, those with the least other text come
    first, then the simplest.
    """
    found: dict[str, list[tuple[int, int]]] = {}
    for known_page in pages:
        selectors: dict[str, tuple[int, int]] = {}
        for element in _holders(known_page, field):
            size = len("".join(text_up_to(element, _LONGEST_BODY).split()))
            for rank, selector in _descriptions(element):
                selectors.setdefault(selector, (size, rank))
        for selector, order in selectors.items():
            found.setdefault(selector, []).append(order)
    agreed = [selector for selector, orders in found.items() if len(orders) >= FEWEST_PAGES]
    agreed.sort(key=lambda selector: -len(found[selector]))
    order_of: dict[str, tuple[int, int, int, int, str]] = {}
    for selector in agreed[:_MOST_TRIED]:
        points = sum(_points(known_page, field, selector) for known_page in pages)
        size = sum(size for size, _ in found[selector]) // len(found[selector])
        rank = min(rank for _, rank in found[selector])
        if points > 0:
            order_of[selector] = -points, size, rank, len(selector), selector
    return sorted(order_of, key=order_of.__getitem__)[:_MOST_SELECTORS]


def is_same_time(one: str, other: str) -> bool:
    """Whether two ISO dates agree as far as both are precise: `2026-07-10` and `2026-07-10T09:30:00+08:00` do."""
    return one[:10] == other[:10] and (len(one) == 10 or len(other) == 10 or one[:16] == other[:16])


def share_of_lines(text: str, within: str) -> float:
    """Return the share of the characters of a text whose lines stand in another text; white space does not count."""
    return _coverage(_squeezed(within), _paragraphs(text))


def names_of_markup(page: Page) -> frozenset[tuple[str, str, str]]:
    """Return tag, id and class of all elements, without digits: a redesign changes this set."""
    names: set[tuple[str, str, str]] = set()
    for element in islice(page.root.iter("*"), _MOST_ELEMENTS):
        identifier, classes = (_DIGITS.sub("", element.get(name) or "") for name in ("id", "class"))
        names.add((str(element.tag), identifier, classes))
    return frozenset(names)


def _points(known_page: KnownPage, field: str, selector: str) -> int:
    """Return 1 or 2 if a selector shows the known value of a page, -2 if another value, 0 if it shows nothing."""
    if field == "body":
        found = elements(known_page.page, selector)[:_MOST_HOLDERS]
        fits = [_fit_of_body(element, known_page.known) for element in found]
        return (max(fits) or -2) if fits else 0
    text = first_text(known_page.page, (selector,))
    return (_fit(known_page, field, text) or -2) if text else 0


def _fit(known_page: KnownPage, field: str, text: str) -> int:
    """Return how well a text shows the known value: 0 not at all, 1 among other text, 2 as it is."""
    known = known_page.known
    squeezed = _squeezed(text)
    if len(squeezed) > _LONGEST_LINE:
        return 0
    if field == "title":
        return 2 if known.title and squeezed == _squeezed(known.title) else 0
    if field == "published":
        if not known.published or not (find_date(text) or find_short_date(text)):
            return 0
        date = known_page.read_date(text)
        return 0 if not date or not is_same_time(date, known.published) else 1 + (date == known.published)
    names = (known.source,) if field == "source" else getattr(known, field)
    if not any(names) or not all(_squeezed(name) in squeezed for name in names):
        return 0
    for name in names:
        squeezed = squeezed.replace(_squeezed(name), "", 1)
    return 2 if _LABEL_AND_SEPARATORS.fullmatch(squeezed) else 1


def _fit_of_body(element: HtmlElement, known: KnownValues) -> int:
    """Return how well an element shows the known body, as `_fit` does."""
    text = _squeezed(text_up_to(element, _LONGEST_BODY))
    if not known.body or _coverage(text, _paragraphs(known.body)) < _ENOUGH:
        return 0
    return 2 if len(text) <= 1.3 * len(_squeezed(known.body)) else 1


def _holders(known_page: KnownPage, field: str) -> list[HtmlElement]:
    """Return the elements of a page that show the known value, the smallest first."""
    if field == "body":
        return _holders_of_body(known_page)
    found: list[tuple[int, HtmlElement]] = []
    for element, size in _small_elements(known_page.page.root):
        text = text_of(element)
        if text and _fit(known_page, field, text):
            found.append((size, element))
            if len(found) == _MOST_FOUND:
                break
    found.sort(key=lambda holder: holder[0])
    return [element for _, element in found[:_MOST_HOLDERS]]


def _small_elements(root: HtmlElement) -> Iterator[tuple[HtmlElement, int]]:
    """Yield the elements that hold little text, with its length; inner ones come before those around them.

    Sizes are added up from the leaves, so that no element's text is read once per element around it.
    """
    sizes: dict[HtmlElement, tuple[int, int]] = {}
    for element in reversed(list(islice(root.iter("*"), _MOST_ELEMENTS))):
        if element.tag == "meta":
            yield element, len(element.get("content") or "")
        if not _may_hold_text(element):
            continue
        characters, parts = len(element.text or ""), 1
        for child in element:
            inner = sizes.pop(child, (0, 0))
            characters += inner[0] + len(child.tail or "")
            parts += inner[1]
        sizes[element] = characters, parts
        if 0 < characters <= _LONGEST_VALUE and parts <= _MOST_PARTS:
            yield element, characters


def _may_hold_text(element: HtmlElement) -> bool:
    return isinstance(element.tag, str) and KIND.get(element.tag) != SKIP and element.tag != "title"


def _holders_of_body(known_page: KnownPage) -> list[HtmlElement]:
    """Return the smallest element that holds most of the known paragraphs, and the two around it."""
    paragraphs = _paragraphs(known_page.known.body)
    element = known_page.page.root
    if not paragraphs or _coverage(_squeezed(text_up_to(element, _LONGEST_BODY)), paragraphs) < _ENOUGH:
        return []
    for _ in range(_MOST_LEVELS):
        texts = ((child, _squeezed(text_up_to(child, _LONGEST_BODY))) for child in element if _may_hold_text(child))
        inner = next((child for child, text in texts if _coverage(text, paragraphs) >= _ENOUGH), None)
        if inner is None:
            break
        element = inner
    around = [parent for parent in element.iterancestors() if parent.tag not in ("body", "html")]
    return [element, *around[:2]]


def _paragraphs(body: str) -> list[str]:
    """Return the longest lines of a body, without white space."""
    lines = filter(None, map(_squeezed, body.split("\n")))
    return sorted(lines, key=len, reverse=True)[:_MOST_PARAGRAPHS]


def _coverage(text: str, paragraphs: Sequence[str]) -> float:
    """Return the share of the paragraphs' characters that a text holds."""
    total = sum(map(len, paragraphs))
    if not total or len(text) < _ENOUGH * total:
        return 0.0
    return sum(len(paragraph) for paragraph in paragraphs if paragraph in text) / total


def _squeezed(text: str) -> str:
    """Return a text without white space, full-width forms as half-width ones."""
    return "".join(unicodedata.normalize("NFKC", text[:_LONGEST_BODY]).split())


def _descriptions(element: HtmlElement) -> Iterator[tuple[int, str]]:
    """Yield selectors of an element; the number is lower the simpler and the more stable a selector is."""
    tag = element.tag
    if not isinstance(tag, str) or not _TAG.fullmatch(tag) or tag in ("body", "html"):
        return
    if tag == "meta":
        for attribute in ("name", "property", "itemprop"):
            name = element.get(attribute) or ""
            if _META_NAME.fullmatch(name):
                yield 5, f'meta[{attribute}="{name}"]'
        return
    own = _named(element)
    yield from ((0 if name[0] == "#" else 1 + bool(_DIGITS.search(name)), name) for name in own)
    if tag == "h1":
        yield 1, tag
    around = [parent for parent in element.iterancestors() if parent.tag not in ("body", "html")][:2]
    for distance, parent in enumerate(around):
        for name in _named(parent):
            link = " > " if distance == 0 else " "
            yield 2 + distance, f"{name}{link}{own[0] if own and own[0][0] != '#' else tag}"
            if distance == 0 and (label := _label(element)):
                yield 4, _by_label(name, tag, label)
    if around and isinstance(around[0].tag, str) and _TAG.fullmatch(around[0].tag):
        yield 6, f"{around[0].tag} > {tag}"


def _named(element: HtmlElement) -> list[str]:
    """Return the selectors of an element by its id and by its classes."""
    identifier = (element.get("id") or "").strip()
    names = [f"#{identifier}"] if _NAME.fullmatch(identifier) else []
    return names + [f".{name}" for name in (element.get("class") or "")[:200].split()[:4] if _NAME.fullmatch(name)]


def _label(element: HtmlElement) -> str:
    """Return the label with which an element's text begins: 来源 of 来源：江畔网."""
    match = _LABEL.match(text_of(element))
    return match.group() if match else ""


def _by_label(parent: str, tag: str, label: str) -> str:
    """Return an XPath of the elements below a named one whose text begins with a label."""
    if parent[0] == "#":
        condition = f"@id='{parent[1:]}'"
    else:
        condition = f"contains(concat(' ', normalize-space(@class), ' '), ' {parent[1:]} ')"
    return f"//*[{condition}]/{tag}[starts-with(normalize-space(), '{label}')]"
